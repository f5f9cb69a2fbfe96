"""Holds that the types of the ABI are those of the last release: libabigail's abidiff compares them.

sdk/abi/hermit-abi.xml was made from the headers of that release by sdk/abi/dump. What a later release may add
passes; whatever would break a library that is built already is refused, and that is tried here on copies.
"""

import re
import shutil
import subprocess

import pytest

from headers import INCLUDE, ROOT, of_kind

ABI = ROOT / "sdk" / "abi"
RELEASED_DUMP = ABI / "hermit-abi.xml"


def dump(path, include=INCLUDE):
    done = subprocess.run([ABI / "dump", path, include], text=True, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return path


def difference(before, after):
    """What abidiff says of the two, empty when they are the same."""
    command = ["abidiff", "--harmless", "--no-architecture", before, after]
    done = subprocess.run(command, text=True, capture_output=True, timeout=300)
    assert done.returncode & 3 == 0, done.stderr  # 1 and 2: it could not compare
    assert (done.returncode != 0) == bool(done.stdout.strip())
    return done.stdout.strip()


@pytest.fixture(autouse=True, scope="module")
def abigail():
    assert shutil.which("abidiff") and shutil.which("abidw"), "abigail-tools is missing; scripts/setup installs it"


@pytest.fixture
def copied_headers(tmp_path):
    copy = tmp_path / "include"
    shutil.copytree(INCLUDE, copy)
    return copy


def test_the_types_are_those_of_the_committed_dump(tmp_path):
    assert difference(RELEASED_DUMP, dump(tmp_path / "present.xml")) == ""


def test_the_probe_holds_every_type():
    probe = (ABI / "probe.c").read_text(encoding="utf-8")
    types = [each.name for each in of_kind("struct")] + ["hermit_request", "hermit_status"]
    assert sorted(re.findall(r"^PROBE\((\w+)\);$", probe, re.MULTILINE)) == sorted(types)


def test_the_dump_says_nothing_of_the_machine_that_it_was_made_on():
    assert set(re.findall(r" path='([^']*)'", RELEASED_DUMP.read_text(encoding="utf-8"))) == {"probe.c"}


BREAKS = {
    "a field more at the end": ("hermit/shell.h", "uint32_t run_mode; ", "uint32_t run_mode; uint64_t deadline; "),
    "a field by another name": ("hermit/abi.h", "hermit_text type;  /* such", "hermit_text kind;  /* such"),
    "a field gets smaller": ("hermit/shell.h", "uint64_t execution_count;", "uint32_t execution_count;"),
    "a function more in a table": (
        "hermit/ext/log.h", "uint32_t level, hermit_text text);",
        "uint32_t level, hermit_text text); hermit_status(HERMIT_ABI *flush)(const hermit_host *host);"),
    "an argument more": ("hermit/ext/log.h", "uint32_t level, hermit_text text);", "uint32_t level, hermit_text text, int now);"),
    "an argument of another type": ("hermit/ext/output.h", "uint32_t wait);", "uint64_t wait);"),
    "another result": ("hermit/ext/settings.h", "hermit_status(HERMIT_ABI *value)", "int64_t(HERMIT_ABI *value)"),
    "a pointer that is not const any more": ("hermit/abi.h", "const hermit_mime *parts;", "hermit_mime *parts;"),
    "a number of another width": ("hermit/abi.h", "typedef uint64_t hermit_request;", "typedef uint32_t hermit_request;"),
}


@pytest.mark.parametrize("change", BREAKS)
def test_a_change_that_breaks_libraries_is_refused(copied_headers, tmp_path, change):
    header, before, after = BREAKS[change]
    file = copied_headers / header
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), encoding="utf-8")

    assert difference(RELEASED_DUMP, dump(tmp_path / "changed.xml", copied_headers)) != ""


def test_what_a_release_may_add_passes(copied_headers, tmp_path):
    # A further extension, and a further constant: what is there stays as it is.
    output = copied_headers / "hermit/ext/output.h"
    text = output.read_text(encoding="utf-8")
    table = 'typedef struct hermit_host_teleport { void(HERMIT_ABI *go)(const hermit_host *host); } hermit_host_teleport;\n'
    text = text.replace("#ifdef __cplusplus\n}", table + "#ifdef __cplusplus\n}")
    text = text.replace("HERMIT_STDERR = 2 ", "HERMIT_STDERR = 2, HERMIT_STDNOTE = 3")
    output.write_text(text, encoding="utf-8")

    assert difference(RELEASED_DUMP, dump(tmp_path / "larger.xml", copied_headers)) == ""


def test_a_comment_changes_nothing(copied_headers, tmp_path):
    for file in copied_headers.rglob("*.h"):
        file.write_text("/* Written anew. */\n" + file.read_text(encoding="utf-8"), encoding="utf-8")

    assert difference(RELEASED_DUMP, dump(tmp_path / "commented.xml", copied_headers)) == ""
