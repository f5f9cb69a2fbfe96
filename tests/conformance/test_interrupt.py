"""An interrupt ends the cell, whatever it is doing, and the kernel goes on (K8, N2)."""

import os
import signal

import pytest

from talk import TIMEOUT, iopub_of, outcome, run, run_after_signals, wait_for_output

def by_message(manager):
    # The kernelspec says interrupt_mode message, so this sends interrupt_request on control.
    manager.interrupt_kernel()


def by_signal(manager):
    os.kill(manager.provisioner.pid, signal.SIGINT)


@pytest.mark.parametrize("interrupt", [by_message, by_signal])
def test_an_interrupt_ends_the_cell_and_the_kernel_goes_on(manager, client, language, way, interrupt):
    stuck = client.execute(language.stuck[way], allow_stdin=True)
    wait_for_output(client, stuck, "ready")
    interrupt(manager)
    ended = outcome(client, stuck)
    assert ended.status == "error"
    assert ended.reply["ename"] == "KernelInterrupt"
    assert len(ended.of_type("error")) == 1
    assert run(client, language.text_value % "goes on").result == language.quoted % "goes on"
    assert manager.is_alive()


def test_an_interrupt_is_answered(manager, client, language):
    stuck = client.execute(language.stuck["loop"])
    wait_for_output(client, stuck, "ready")
    msg_id = client.session.msg("interrupt_request", {})
    client.control_channel.send(msg_id)
    reply = client.get_control_msg(timeout=TIMEOUT)
    assert reply["msg_type"] == "interrupt_reply"
    assert reply["content"]["status"] == "ok"
    assert outcome(client, stuck).status == "error"


def test_interrupts_while_idle_and_twice_in_a_row_harm_nothing(manager, client, language):
    for _ in range(3):
        manager.interrupt_kernel()
        by_signal(manager)
    # A request on control marks that the interrupts sent there before have been taken in.
    client.control_channel.send(client.session.msg("kernel_info_request", {}))
    while client.get_control_msg(timeout=TIMEOUT)["msg_type"] != "kernel_info_reply":
        pass
    assert run_after_signals(client, "1 + 1").result == "2"


def test_an_interrupt_ends_only_cells_that_run(manager, client, language):
    stuck = client.execute(language.stuck["loop"], stop_on_error=False)
    queued = client.execute(language.declare % ("ran", 1), stop_on_error=False)
    wait_for_output(client, stuck, "ready")
    manager.interrupt_kernel()
    assert client.get_shell_msg(timeout=TIMEOUT)["parent_header"]["msg_id"] == stuck
    reply = client.get_shell_msg(timeout=TIMEOUT)
    assert (reply["parent_header"]["msg_id"], reply["content"]["status"]) == (queued, "ok")
    assert iopub_of(client, queued)


def test_the_traceback_of_an_interrupted_cell_names_its_line(manager, client):
    stuck = client.execute("print('ready')\nlocal x = 0\nwhile true do\n  x = x + 1\nend")
    wait_for_output(client, stuck, "ready")
    manager.interrupt_kernel()
    traceback = "\n".join(outcome(client, stuck).reply["traceback"])
    assert "3" in traceback or "4" in traceback


def test_fifty_interrupts_in_a_row_all_work(manager, client, language):
    for number in range(50):
        stuck = client.execute(language.print % f"ready {number}" + " " + language.forever)
        wait_for_output(client, stuck, f"ready {number}")
        manager.interrupt_kernel()
        assert outcome(client, stuck).reply["ename"] == "KernelInterrupt"
