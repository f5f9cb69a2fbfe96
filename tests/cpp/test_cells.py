"""The files *.cells are sessions: cells that depend on each other, with what each of them shows.

A line `---` parts two cells. Behind the code of a cell stands what is expected of it, a line each:

    => text          its value, as text/plain; several such lines are the lines of one value
    >> text          a line that it prints on standard output
    !! Name: text    the error that it ends with, and a part of its message

A cell without `!!` has to succeed, one without `=>` has no value, one without `>>` prints nothing. What stands before the
first `---` says what the session is about.
"""

from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from talk import TIMEOUT, run

SESSIONS = sorted(Path(__file__).parent.glob("*.cells"))
MARKS = ("=> ", ">> ", "!! ")


def cells_of(path):
    """The cells of a session: the number of its line, the code, and what is expected."""
    line = 1
    for index, text in enumerate(path.read_text(encoding="utf-8").split("\n---\n")):
        if index:
            lines = text.split("\n")
            expected = {mark: [each[3:] for each in lines if each.startswith(mark.strip() + " ") or each == mark.strip()] for mark in MARKS}
            code = "\n".join(each for each in lines if each[:3].strip() not in ("=>", ">>", "!!"))
            yield line, code, expected
        line += text.count("\n") + 2


def check(place, code, expected, outcome):
    told = f"{place}:\n{code}\n"
    errors = expected["!! "]
    if errors:
        name, _, part = errors[0].partition(": ")
        assert outcome.status == "error", told + "it did not fail"
        assert outcome.reply["ename"] == name and part in outcome.reply["evalue"], told + str(outcome.reply)
    else:
        assert outcome.status == "ok", told + "\n".join(outcome.reply.get("traceback", []))
    value = "\n".join(expected["=> "]) or None
    assert outcome.result == value, f"{told}it has the value {outcome.result!r}, not {value!r}"
    assert outcome.stdout.rstrip("\n") == "\n".join(expected[">> "]), told + f"it printed {outcome.stdout!r}"


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
def test_the_cells_of_a_session_show_what_they_should(path, cpp_kernels):
    kernel = "hermit-cpp17" if "17" in path.stem else "hermit-cpp23" if "23" in path.stem else "hermit-cpp"
    manager, client = start_new_kernel(kernel_name=kernel, startup_timeout=TIMEOUT)
    try:
        for line, code, expected in cells_of(path):
            check(f"{path.name}:{line}", code, expected, run(client, code))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_there_are_many_cells_in_long_sessions():
    counts = [len(list(cells_of(path))) for path in SESSIONS]
    assert min(counts) >= 15 and sum(counts) >= 300, counts
