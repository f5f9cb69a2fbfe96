"""Shells in a process of their own, as their users meet them: what no other kernel of the languages survives (N1, N2)."""

import os

import pytest
from jupyter_client.manager import KernelManager

from talk import TIMEOUT, iopub_of, outcome, reply_to, run, wait_for_output

# In seconds; long enough for a slow machine to ask politely first.
INTERRUPT_TIMEOUT = 2

pytestmark = pytest.mark.isolated


@pytest.fixture
def manager(language):
    manager = KernelManager(kernel_name=f"hermit-{language.name}")
    manager.start_kernel(
        extra_arguments=["--isolation=process", f"--interrupt_timeout={INTERRUPT_TIMEOUT}"]
    )
    yield manager
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


def interrupted(manager, client, code, begun):
    """Runs a cell that first prints `begun`, interrupts it, and says how it ended."""
    cell = client.execute(code)
    wait_for_output(client, cell, begun)
    manager.interrupt_kernel()
    seen = outcome(client, cell)
    assert (seen.status, seen.reply["ename"]) == ("error", "KernelInterrupt")
    return seen.reply["evalue"]


def keep(client, language):
    assert run(client, language.declare % ("kept", 1)).status == "ok"


def keeps(client, language):
    """Whether the session still knows what it knew."""
    return run(client, language.value % "kept").result == "1"


def goes_on(client, language):
    return run(client, language.text_value % "goes on").result == language.quoted % "goes on"


def test_a_segmentation_fault_is_an_error_and_the_notebook_goes_on(client, language):
    keep(client, language)
    died = run(client, language.print % "last words" + " " + language.shell % "kill -SEGV $PPID")
    assert died.stdout == "last words\n"
    assert died.reply["ename"] == "ShellDied"
    assert "SIGSEGV" in died.reply["evalue"]
    assert not keeps(client, language), "what the dead shell knew cannot be there"
    assert goes_on(client, language)


def test_cells_behind_a_crash_are_aborted_as_behind_any_error(client, language):
    crash = client.execute(language.print % "begun" + " " + language.shell % "sleep 0.2; kill -9 $PPID")
    behind = client.execute(language.print % "behind")
    assert reply_to(client.get_shell_msg, crash)["content"]["status"] == "error"
    assert reply_to(client.get_shell_msg, behind)["content"]["status"] == "aborted"


def test_an_endless_loop_is_ended_by_asking(manager, client, language):
    keep(client, language)
    assert "process" not in interrupted(manager, client, language.stuck["loop"], "ready")
    assert keeps(client, language)


def test_what_neither_asking_nor_a_signal_ends_is_ended_with_the_process(manager, client, language):
    said = interrupted(manager, client, language.print % "begun" + "\n" + language.deaf, "begun")
    assert "nor upon a signal" in said
    assert goes_on(client, language)


def test_a_function_that_waits_is_ended(manager, client, language):
    interrupted(manager, client, language.print % "begun" + " " + language.waits, "begun")
    assert goes_on(client, language)


def test_a_child_that_the_cell_waits_for_is_ended(manager, client, language):
    keep(client, language)
    code = (language.print % "begun", language.shell % "sleep 1000", language.print % "over", language.forever)
    interrupted(manager, client, " ".join(code), "begun")
    assert keeps(client, language)


def test_the_kernel_is_the_same_process_before_and_after(manager, client, language):
    pid = manager.provisioner.pid
    run(client, language.shell % "kill -ABRT $PPID")
    assert goes_on(client, language)
    assert manager.provisioner.pid == pid
    os.kill(pid, 0)


def test_a_signal_to_the_kernels_group_does_not_reach_the_shell(manager, client, language):
    keep(client, language)
    cell = client.execute(" ".join((language.print % "begun", language.shell % "sleep 0.5", language.print % "over")))
    wait_for_output(client, cell, "begun")
    manager.signal_kernel(28)  # SIGWINCH, to the whole group, as a terminal sends it
    assert "over" in "".join(m["content"].get("text", "") for m in iopub_of(client, cell))
    assert keeps(client, language)


def test_a_question_is_dropped_when_the_process_dies(client, language):
    cell = client.execute(language.shell % "(sleep 0.3; kill -9 $PPID) &" + " " + language.hello % "Name: ")
    question = client.get_stdin_msg(timeout=TIMEOUT)
    assert question["msg_type"] == "input_request"
    assert outcome(client, cell).reply["ename"] == "ShellDied"
    assert goes_on(client, language)


def test_nothing_of_what_a_child_has_written_is_lost_with_the_shell(client, language, tmp_path):
    for attempt in range(10):
        record = tmp_path / str(attempt)
        record.touch()
        count = f"(i=0; while :; do i=$((i+1)); echo $i; echo $i >> {record}; done) &"
        kill = f'until [ "$(tail -n 1 {record})" -ge 500 ] 2>/dev/null; do :; done; kill -9 $PPID'
        died = run(client, language.shell % f"{count} {kill}")
        assert died.reply["ename"] == "ShellDied"
        written = len(record.read_text().split())
        printed = died.stdout.split()
        assert printed == [str(number + 1) for number in range(len(printed))]
        assert len(printed) in (written, written + 1), "the last one may not be on record"
