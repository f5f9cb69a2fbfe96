"""What careless users do to the program: values that are empty, output that has nowhere to go, files that were replaced."""

import json
import os
import signal
import subprocess

import pytest

from talk import TIMEOUT, wait_until


def ran(hermit, *arguments, **options):
    return subprocess.run([hermit, *arguments], capture_output=True, text=True, timeout=TIMEOUT, **options)


def start_with_hangup(hermit, file, disposition):
    """Starts a kernel as a program does that has this disposition for SIGHUP."""
    return subprocess.Popen(
        [hermit, "start", "-f", file], preexec_fn=lambda: signal.signal(signal.SIGHUP, disposition)
    )


def test_an_empty_value_does_not_take_the_next_argument(hermit):
    shown = ran(hermit, "start", "--connection_file=", "--timeout=5", "--log-file=", "--show-config-json").stdout
    settings = json.loads(shown)
    assert settings["Interface.connection_file"]["value"] == ""
    assert settings["Interface.log_file"]["value"] == ""
    assert settings["Shell.timeout"]["value"] == 5


def test_a_shell_without_a_name_is_not_found(hermit):
    refused = ran(hermit, "start", "--shell_class=", "--timeout=5")
    assert refused.returncode == 5
    assert 'no shell named ""; there are: ' in refused.stderr


def test_what_is_on_or_off_cannot_be_empty(hermit):
    refused = ran(hermit, "start", "--curve=")
    assert refused.returncode == 2
    assert "on or off" in refused.stderr


@pytest.mark.parametrize("name", ["", "--user", "-x"])
def test_a_kernelspec_has_a_name(hermit, tmp_path, name):
    refused = ran(hermit, "install", "lua", f"--name={name}", f"--prefix={tmp_path}", "--no-check")
    assert refused.returncode == 2
    assert "--name" in refused.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("verb", [["list"], ["start", "--help"], ["run-modes"], ["reference", "--format=man"]])
def test_output_that_cannot_be_written_is_an_error(hermit, verb):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([hermit, *verb], stdout=full, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT)
    assert done.returncode == 1
    assert "standard output" in done.stderr


def test_text_that_is_no_utf8_is_refused_by_name(hermit):
    refused = subprocess.run([hermit, "start", b"--name=\xff"], capture_output=True, text=True, timeout=TIMEOUT)
    assert (refused.returncode, refused.stderr) == (2, "hermit: --name (on the command line) has to be UTF-8\n")


def test_a_kernel_leaves_another_ones_connection_file_alone(hermit, tmp_path):
    file = tmp_path / "kernel.json"
    kernels = []
    for _ in range(2):
        file.unlink(missing_ok=True)
        kernels.append(start_with_hangup(hermit, file, signal.SIG_DFL))
        wait_until(file.exists, "the connection file")
    second = json.loads(file.read_text())
    kernels[0].send_signal(signal.SIGTERM)
    assert kernels[0].wait(TIMEOUT) == 0
    assert json.loads(file.read_text()) == second
    kernels[1].send_signal(signal.SIGHUP)
    assert kernels[1].wait(TIMEOUT) == 0, "the end of a terminal is the end of the kernel"
    assert not file.exists()


def test_a_kernel_that_is_to_outlive_its_terminal_does(hermit, tmp_path):
    file = tmp_path / "kernel.json"
    kernel = start_with_hangup(hermit, file, signal.SIG_IGN)
    wait_until(file.exists, "the connection file")
    os.kill(kernel.pid, signal.SIGHUP)
    kernel.send_signal(signal.SIGTERM)
    assert kernel.wait(TIMEOUT) == 0
