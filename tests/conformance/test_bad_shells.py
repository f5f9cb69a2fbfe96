"""Shell libraries that break the rules of the ABI, or stand at the edge of one: each is refused in one line
that names the file and the problem, or lived with. The comment at the top of each in tests/shells says which.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

from kernels import HandStartedKernel, connection_info
from talk import TIMEOUT, reply_to, run
from wire import WireClient

BAD_SHELL, SHELL_START = 6, 7

# For each shell: the exit code, and what the line has to say besides the file's name.
REFUSED = {
    "bad_manifest": (BAD_SHELL, ["manifest", "JSON"]),
    "missing_symbol": (BAD_SHELL, ["undefined symbol"]),
    "no_entry": (BAD_SHELL, ["hermit_shell_entry"]),
    "no_name": (BAD_SHELL, ["manifest", "name"]),
    "null_function": (BAD_SHELL, ["execute"]),
    "null_manifest": (BAD_SHELL, ["manifest"]),
    "null_table": (BAD_SHELL, ["table"]),
    "requires_more": (BAD_SHELL, ["/1"]),
    "reserved_entry": (BAD_SHELL, ["reserved"]),
    "small_entry": (BAD_SHELL, ["bytes"]),
    "wrong_major": (BAD_SHELL, ["0.9", "version"]),
    "wrong_minor": (BAD_SHELL, ["0.9", "0.10", "version"]),
    "makes_nothing": (SHELL_START, []),
    "refuses": (SHELL_START, []),
    "refuses_silently": (SHELL_START, []),
    "throws_in_create": (SHELL_START, []),
}


@pytest.mark.parametrize("shell", REFUSED)
def test_a_shell_that_cannot_be_used_is_refused_in_one_line(hermit, test_shells, tmp_path, shell):
    exit_code, said = REFUSED[shell]
    library = test_shells / f"libhermit-{shell}.so"
    assert library.is_file()
    file = tmp_path / "connection.json"
    file.write_text(json.dumps(connection_info()))
    done = subprocess.run(
        [hermit, "start", "-f", file, f"--shell_class={library}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    assert done.returncode == exit_code, done.stderr
    # Lines of the log may stand before it.
    lines = [line for line in done.stderr.splitlines() if not line.startswith("[hermit ")]
    assert len(lines) == 1, done.stderr
    for text in [str(library), *said]:
        assert text in lines[0]


def test_a_library_that_was_cut_off_is_refused_before_it_is_loaded(hermit, test_shells, tmp_path):
    """The dynamic linker would map what is missing, and the kernel end by SIGBUS."""
    whole = (test_shells / "libhermit-echo.so").read_bytes()
    library = tmp_path / "libhermit-echo.so"
    sizes = [64, 100, 1000, *range(4096, len(whole), max(4096, len(whole) // 20)), len(whole) - 1]
    for size in sizes:
        library.write_bytes(whole[:size])
        done = subprocess.run([hermit, "manifest", library], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (BAD_SHELL, ""), f"{size} bytes: {done.stderr}"
        assert f"{library}: is cut off: it has {size} bytes of " in done.stderr, done.stderr
        assert done.stderr.count("\n") == 1
    for size in (0, 3, 63):
        library.write_bytes(whole[:size])
        done = subprocess.run([hermit, "manifest", library], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == BAD_SHELL and str(library) in done.stderr, f"{size} bytes: {done.stderr}"
    library.write_bytes(whole)
    assert subprocess.run([hermit, "manifest", library], stdout=subprocess.DEVNULL).returncode == 0


@pytest.mark.parametrize("verb", ["install", "manifest"])
def test_such_a_shell_cannot_be_installed(hermit, test_shells, verb):
    for shell in ("no_entry", "wrong_major", "bad_manifest"):
        library = test_shells / f"libhermit-{shell}.so"
        done = subprocess.run(
            [hermit, verb, library], stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        assert done.returncode == BAD_SHELL
        assert str(library) in done.stderr and done.stderr.count("\n") == 1


def test_a_shell_with_a_larger_entry_runs(start_kernel, test_shells):
    client = start_kernel(shell=test_shells / "libhermit-large_entry.so").client()
    assert run(client, "").status == "ok"


def misdeeds():
    """The names in the liar's table."""
    source = (Path(__file__).parents[1] / "shells" / "liar.c").read_text()
    names = re.findall(r'^ *\{"([\w ]+)", \w+\}', source, re.MULTILINE)
    assert len(names) >= 20
    return names


@pytest.fixture(scope="module")
def liar(hermit, test_shells, tmp_path_factory):
    """One kernel for all misdeeds: each has to leave it fit for the next."""
    library = test_shells / "libhermit-liar.so"
    kernel = HandStartedKernel(hermit, tmp_path_factory.mktemp("liar"), shell=library)
    yield kernel
    kernel.end()


@pytest.mark.parametrize("misdeed", misdeeds())
def test_whatever_a_shell_does_the_cell_and_the_next_one_are_answered_once(liar, misdeed):
    with WireClient(liar.info) as wire:
        request = wire.execute(misdeed)
        wire.check_brackets({request["msg_id"]: "shell"})
        assert liar.is_alive(), liar.log()


@pytest.mark.parametrize("thrown", ["exception", "number"])
def test_an_exception_out_of_a_shell_is_an_error_and_named_in_the_log(start_kernel, test_shells, thrown):
    kernel = start_kernel(shell=test_shells / "libhermit-throws.so")
    client = kernel.client()
    assert run(client, thrown).status == "error"
    assert "throws" in kernel.log() and "execute" in kernel.log()
    assert run(client, "").status == "ok"
    assert reply_to(client.get_shell_msg, client.complete("x"))["content"]["status"] == "error"
    assert "complete" in kernel.log()
    assert run(client, "").status == "ok"
