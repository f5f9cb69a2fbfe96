"""The log as whoever runs kernels sees it: where it goes, how it looks, and what is never in it."""

import json
import os
import subprocess

import pytest
import zmq
from jupyter_client.blocking import BlockingKernelClient

from kernels import connection_info
from talk import TIMEOUT

FAILED = 1

# A key such as nobody writes by chance.
KEY = "4c6f6273-7465-7273-6861-766520626c756520626c6f6f64"


def run(client, code):
    return client.execute_interactive(code, timeout=TIMEOUT, allow_stdin=False, output_hook=lambda _: None)["content"]


def worked(start_kernel, *arguments, **connection):
    """A kernel that has logged a thing or two, at its end; gives it."""
    kernel = start_kernel("--log_level=debug", *arguments, **connection)
    client = kernel.client()
    assert run(client, "print('a cell')")["status"] == "ok"
    # Two things to be logged: an input_reply that nobody waits for, and a message of an unknown type.
    client.stdin_channel.send(client.session.msg("input_reply", {"value": "nobody asked"}))
    client.shell_channel.send(client.session.msg("molt_request", {}))
    client.kernel_info(reply=True, timeout=TIMEOUT)
    client.shutdown(reply=True, timeout=TIMEOUT)
    assert kernel.wait() == 0
    return kernel


def lines_of(file):
    return file.read_text(encoding="utf-8").splitlines()


def test_the_log_goes_to_a_file_and_nowhere_else(start_kernel, tmp_path):
    file = tmp_path / "hermit.log"
    file.write_text("what was there\n")
    kernel = worked(start_kernel, f"--log_file={file}")
    assert lines_of(file)[0] == "what was there"
    assert any(line.startswith("[hermit ") and "molt_request" in line for line in lines_of(file))
    assert kernel.log() == ""


def test_each_line_of_json_is_an_object(start_kernel, tmp_path):
    file = tmp_path / "hermit.log"
    kernel = worked(start_kernel, f"--log_file={file}", "--log-format=json")
    lines = [json.loads(line) for line in lines_of(file)]
    assert {frozenset(line) for line in lines} == {frozenset({"time", "level", "pid", "message"})}
    assert {line["pid"] for line in lines} == {kernel.pid}
    assert ["warning"] == [line["level"] for line in lines if "molt_request" in line["message"]]


def test_without_a_file_json_goes_to_standard_error(start_kernel):
    kernel = worked(start_kernel, "--log_format=json")
    assert any("molt_request" in json.loads(line)["message"] for line in kernel.log().splitlines())


def test_the_process_of_a_shell_logs_to_the_same_place(start_kernel, tmp_path, test_shells):
    file = tmp_path / "hermit.log"
    kernel = start_kernel(
        f"--log_file={file}", "--log_format=json", "--log_level=debug", "--isolation=process",
        shell=test_shells / "libhermit-echo.so")
    client = kernel.client()
    run(client, "log a line of the shell's own")
    client.shutdown(reply=True, timeout=TIMEOUT)
    assert kernel.wait() == 0
    said = [line for line in map(json.loads, lines_of(file)) if "a line of the shell's own" in line["message"]]
    assert len(said) == 1 and said[0]["pid"] != kernel.pid


def test_nothing_is_printed_to_standard_output(hermit, tmp_path):
    file = tmp_path / "connection.json"
    file.write_text(json.dumps(connection_info()))
    with (tmp_path / "stdout").open("wb") as output:
        process = subprocess.Popen([hermit, "start", "-f", file, "--log_level=debug", "--shell_class=lua"],
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL)
    try:
        client = BlockingKernelClient()
        client.load_connection_file(str(file))
        client.start_channels()
        client.wait_for_ready(timeout=TIMEOUT)
        client.shutdown(reply=True, timeout=TIMEOUT)
        client.stop_channels()
        assert process.wait(timeout=TIMEOUT) == 0
    finally:
        process.kill()
        process.wait()
    assert (tmp_path / "stdout").read_bytes() == b""


@pytest.mark.parametrize("isolation", ["none", "process"])
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_no_key_is_ever_logged(start_kernel, tmp_path, isolation, encrypted):
    file = tmp_path / "hermit.log"
    public, secret = (key.decode() for key in zmq.curve_keypair())
    pair = {"curve_publickey": public, "curve_secretkey": secret} if encrypted else {}
    kernel = worked(start_kernel, f"--log_file={file}", f"--isolation={isolation}", key=KEY, **pair)
    text = file.read_text(encoding="utf-8") + kernel.log()
    assert "molt_request" in text and KEY not in text and secret not in text


def test_a_file_that_cannot_be_written_is_an_error_before_the_kernel_starts(hermit, tmp_path):
    connection = tmp_path / "connection.json"
    for file, why in ((tmp_path, "Is a directory"), (tmp_path / "nowhere" / "log", "No such file or directory")):
        for arguments, variables, place in (
            ([f"--log_file={file}"], {}, "--log_file (on the command line)"),
            ([], {"HERMIT_LOG_FILE": str(file)}, "HERMIT_LOG_FILE (in the environment)"),
        ):
            done = subprocess.run([hermit, "start", "-f", connection, *arguments], capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=TIMEOUT, env={**os.environ, **variables})
            assert (done.returncode, done.stdout) == (FAILED, "")
            assert done.stderr == f"hermit: {place}: {file}: cannot be written: {why}\n"
            assert not connection.exists()
