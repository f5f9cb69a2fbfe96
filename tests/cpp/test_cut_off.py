"""Programs that end anywhere: each beginning of a program is given to the shell as a cell, and a good cell follows.

Whatever the cell comes to, the kernel answers, lives, and the good cell has its value.
"""

from pathlib import Path

import pytest

from talk import run

PROGRAMS = sorted(Path(__file__).parent.glob("programs/*.txt"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_cut_off_anywhere_spoils_nothing(start_cpp, program):
    client = start_cpp().client()
    text = program.read_text(encoding="utf-8")
    assert run(client, "int good = 7;").status == "ok"
    for end in range(len(text)):
        if text[end - 1 : end] == "\\":
            continue
        run(client, text[:end], allow_stdin=False)
        outcome = run(client, "good")
        assert outcome.result == "7", f"after the first {end} characters: {outcome.reply}"


def test_the_programs_make_many_cells():
    assert sum(len(path.read_text(encoding="utf-8")) for path in PROGRAMS) >= 2000
