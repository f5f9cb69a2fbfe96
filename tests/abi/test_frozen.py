"""Holds that what was kept of a version of the ABI is that version, and all of it.

tests/abi/frozen-MAJOR.MINOR has the headers of that version, and a shell written against them. That it runs in the
present host is held by tests/spec/frozen_spec.cpp, over every door and home.
"""

import re
from pathlib import Path

import pytest

from headers import COMPILERS, RELEASED, compile_text, ids, read, structs, without_comments

HERE = Path(__file__).parent
FOLDERS = sorted(HERE.glob("frozen-*"))


def version():
    return ".".join(re.findall(r"^#define HERMIT_ABI_M(?:AJOR|INOR) (\d+)$", read("hermit/abi.h"), re.MULTILINE))


def kept_headers(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.h"))


def code(text):
    """What a compiler sees of a header: a comment may be written more clearly later."""
    return without_comments(text).split()


def test_the_headers_of_the_present_version_are_kept_as_they_are():
    folder = HERE / f"frozen-{version()}"
    assert kept_headers(folder) == RELEASED
    for header in RELEASED:
        assert code((folder / header).read_text(encoding="utf-8")) == code(read(header)), header


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_kept_shell_needs_nothing_but_its_headers(folder, compiler):
    text = (folder / "shell.c").read_text(encoding="utf-8")
    assert compile_text(text, compiler, "c11", ["-fsyntax-only"], include=folder) == ""


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_kept_shell_uses_all_that_its_version_has(folder):
    shell = (folder / "shell.c").read_text(encoding="utf-8")
    headers = [(folder / header).read_text(encoding="utf-8") for header in kept_headers(folder)]
    macros = [macro for text in headers for macro, _ in ids(text)]
    assert macros and [macro for macro in macros if macro not in shell] == []
    tables = [(name, body) for text in headers for name, body in structs(text) if re.match("hermit_host", name)]
    functions = [name for _, body in tables for name in re.findall(r"\(HERMIT_ABI \*(\w+)\)", body)]
    assert functions and [name for name in functions if f"->{name}(" not in shell] == []
