"""Holds where each field of the ABI lies and what each constant is worth, on every kind of machine.

sdk/abi/layout.c says it, in assertions that a compiler checks. Pointers of 4 and of 8 bytes, both orders of bytes
and several ideas of alignment are tried without running anything: clang compiles for machines that are not here.
"""

import re
import shutil
import subprocess

import pytest

from headers import COMPILERS, INCLUDE, ROOT, STANDARDS, compile_text, of_kind

LAYOUT = ROOT / "sdk" / "abi" / "layout.c"
MACHINES = [
    "x86_64-linux-gnu", "aarch64-linux-gnu", "riscv64-linux-gnu", "powerpc64le-linux-gnu", "s390x-linux-gnu",
    "i386-linux-gnu", "arm-linux-gnueabihf", "powerpc-linux-gnu", "x86_64-apple-darwin", "x86_64-pc-windows-msvc",
]


def layout():
    return LAYOUT.read_text(encoding="utf-8")


def compile_for(machine, text):
    # Free-standing: the compiler's own stdint.h and stddef.h, and nothing of this machine's.
    command = [shutil.which("clang-19"), f"--target={machine}", "-ffreestanding", "-nostdlibinc", "-std=c11", "-Wall", "-Wextra"]
    command += ["-Werror", f"-I{INCLUDE}", "-fsyntax-only", "-x", "c", "-"]
    return subprocess.run(command, input=text, text=True, capture_output=True, timeout=120).stderr


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_layout_holds_in_every_language(compiler, standard):
    assert compile_text(layout(), compiler, standard, ["-fsyntax-only"]) == ""


@pytest.mark.parametrize("machine", MACHINES)
def test_the_layout_holds_on_every_machine(machine):
    assert compile_for(machine, layout()) == ""


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("AT(hermit_cell, flags, 4, 8)", "AT(hermit_cell, flags, 4, 12)"),
        ("SIZE(hermit_mime, 4, 8)", "SIZE(hermit_mime, 4, 4)"),
        ("VALUE(HERMIT_STALE, -4)", "VALUE(HERMIT_STALE, -5)"),
    ],
)
def test_what_does_not_hold_is_found(true, false):
    assert layout().count(true) == 1
    assert "static assertion failed" in compile_for("aarch64-linux-gnu", layout().replace(true, false))


def test_every_field_every_size_and_every_constant_is_held():
    fields = [(each.owner, each.name) for kind in ("field", "function") for each in of_kind(kind)]
    assert sorted(re.findall(r"^AT\((\w+), (\w+), ", layout(), re.MULTILINE)) == sorted(fields)
    structs = [each.name for each in of_kind("struct")]
    assert sorted(re.findall(r"^SIZE\((\w+), ", layout(), re.MULTILINE)) == sorted(structs)
    constants = [each.name for each in of_kind("constant")]
    assert sorted(re.findall(r"^VALUE\((\w+), ", layout(), re.MULTILINE)) == sorted(constants)


def test_no_struct_has_padding():
    # The fields of a struct, in order, each end where the next begins: the last where the struct does.
    for struct, places in structs_of(layout()).items():
        assert all(before < after for before, after in zip(places, places[1:])), struct
    widths = {"uint32_t": (0, 4), "uint64_t": (0, 8), "size_t": (1, 0), "hermit_text": (2, 0)}
    ends = {}
    for struct in of_kind("struct"):
        pointers = octets = 0
        for each in [each for kind in ("field", "function") for each in of_kind(kind) if each.owner == struct.name]:
            is_pointer = each.kind == "function" or "*" in each.text
            more = (1, 0) if is_pointer else widths[each.text.split()[0]]
            pointers, octets = pointers + more[0], octets + more[1]
        ends[struct.name] = (pointers, octets)
    assert ends == {struct: places[-1] for struct, places in structs_of(layout()).items()}


def structs_of(text):
    """For each struct the places of its fields, in order, and its size: pairs of pointers and bytes."""
    places = {}
    for struct, _, pointers, octets in re.findall(r"^(?:AT|SIZE)\((\w+), (?:(\w+), )?(\d+), (\d+)\);$", text, re.MULTILINE):
        places.setdefault(struct, []).append((int(pointers), int(octets)))
    return places
