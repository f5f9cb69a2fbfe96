"""Lua in a process of its own, as its user meets it: what no other kernel of the language survives (N1, N2)."""

import os

import pytest
from jupyter_client.manager import KernelManager

from talk import TIMEOUT, iopub_of, outcome, reply_to, run, wait_for_output

# In seconds; long enough for a slow machine to ask politely first.
INTERRUPT_TIMEOUT = 2

# Takes for ever inside one C function, which runs no hooks of Lua's.
CATASTROPHE = "local a = ('a'):rep(40) string.find(a, ('a?'):rep(40) .. a)"


@pytest.fixture
def manager():
    manager = KernelManager(kernel_name="hermit-lua")
    manager.start_kernel(
        extra_arguments=["--isolation=process", f"--interrupt_timeout={INTERRUPT_TIMEOUT}"]
    )
    yield manager
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


def interrupted(manager, client, code):
    """Runs a cell that first prints "begun", interrupts it, and says how it ended."""
    cell = client.execute("print('begun') " + code)
    wait_for_output(client, cell, "begun")
    manager.interrupt_kernel()
    seen = outcome(client, cell)
    assert (seen.status, seen.reply["ename"]) == ("error", "KernelInterrupt")
    return seen.reply["evalue"]


def test_a_segmentation_fault_is_an_error_and_the_notebook_goes_on(client):
    run(client, "kept = 1")
    died = run(client, "print('last words') os.execute('kill -SEGV $PPID')")
    assert died.stdout == "last words\n"
    assert died.reply["ename"] == "ShellDied"
    assert "SIGSEGV" in died.reply["evalue"]
    assert run(client, "kept").result is None, "what the dead shell knew cannot be there"
    assert run(client, "1 + 1").result == "2"


def test_cells_behind_a_crash_are_aborted_as_behind_any_error(client):
    crash = client.execute("print('begun') require('socket').sleep(0.2) os.execute('kill -9 $PPID')")
    behind = client.execute("print('behind')")
    assert reply_to(client.get_shell_msg, crash)["content"]["status"] == "error"
    assert reply_to(client.get_shell_msg, behind)["content"]["status"] == "aborted"


def test_an_endless_loop_is_ended_by_asking(manager, client):
    run(client, "kept = 1")
    assert "process" not in interrupted(manager, client, "while true do end")
    assert run(client, "kept").result == "1"


def test_a_catastrophic_pattern_is_ended_with_the_process(manager, client):
    assert "nor upon a signal" in interrupted(manager, client, CATASTROPHE)
    assert run(client, "1 + 1").result == "2"


def test_a_c_function_that_waits_is_ended(manager, client):
    interrupted(manager, client, "require('socket').sleep(1000)")
    assert run(client, "1 + 1").result == "2"


def test_a_child_that_the_cell_waits_for_is_ended(manager, client):
    run(client, "kept = 1")
    cell = client.execute("print('begun') os.execute('sleep 1000') print('over') while true do end")
    wait_for_output(client, cell, "begun")
    manager.interrupt_kernel()
    assert outcome(client, cell).status == "error"
    assert run(client, "kept").result == "1"


def test_the_kernel_is_the_same_process_before_and_after(manager, client):
    pid = manager.provisioner.pid
    run(client, "os.execute('kill -ABRT $PPID')")
    assert run(client, "1 + 1").result == "2"
    assert manager.provisioner.pid == pid
    os.kill(pid, 0)


def test_a_signal_to_the_kernels_group_does_not_reach_the_shell(manager, client):
    run(client, "kept = 1")
    cell = client.execute("print('begun') hermit.sleep(0.5) print('over')")
    wait_for_output(client, cell, "begun")
    manager.signal_kernel(28)  # SIGWINCH, to the whole group, as a terminal sends it
    assert "over" in "".join(m["content"].get("text", "") for m in iopub_of(client, cell))
    assert run(client, "kept").result == "1"


def test_a_question_is_dropped_when_the_process_dies(client):
    cell = client.execute("os.execute('(sleep 0.3; kill -9 '..io.open('/proc/self/stat'):read('n')..') &') io.read()")
    question = client.get_stdin_msg(timeout=TIMEOUT)
    assert question["msg_type"] == "input_request"
    assert outcome(client, cell).reply["ename"] == "ShellDied"
    assert run(client, "1 + 1").result == "2"


def test_nothing_of_what_a_child_has_written_is_lost_with_the_shell(client, tmp_path):
    for attempt in range(10):
        record = tmp_path / str(attempt)
        record.touch()
        count = f"(i=0; while :; do i=$((i+1)); echo $i; echo $i >> {record}; done) &"
        kill = f'until [ "$(tail -n 1 {record})" -ge 500 ] 2>/dev/null; do :; done; kill -9 $PPID'
        died = run(client, f"os.execute([[{count} {kill}]])")
        assert died.reply["ename"] == "ShellDied"
        written = len(record.read_text().split())
        printed = died.stdout.split()
        assert printed == [str(number + 1) for number in range(len(printed))]
        assert len(printed) in (written, written + 1), "the last one may not be on record"
