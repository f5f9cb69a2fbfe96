"""What a language does not print itself arrives too: children's output, and what libc writes (K10)."""

import os

import pytest

from talk import TIMEOUT, iopub_of, outcome, run

MEGABYTES_50 = 50_000_000


@pytest.fixture
def gate(tmp_path):
    """A named pipe that a child reads until the test opens and closes it."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    return path


def pass_gate(path):
    os.close(os.open(path, os.O_WRONLY))


def streams_of(client, msg_id, enough):
    """The text of each stream of a request that has ended, when it is enough."""
    text = {"stdout": "", "stderr": ""}
    while not enough(text):
        content = iopub_of(client, msg_id, until="stream")[-1]["content"]
        text[content["name"]] += content["text"]
    return text


def test_what_bypasses_the_language_is_output_of_the_cell(client, language):
    seen = run(client, language.shell % "echo out; echo bad >&2")
    assert (seen.stdout, seen.stderr) == ("out\n", "bad\n")


def test_a_child_behind_a_pipe_writes_its_errors_into_the_cell(client):
    seen = run(client, "local child = io.popen('echo read; echo bad >&2') print(child:read('a')) child:close()")
    assert (seen.stdout, seen.stderr) == ("read\n\n", "bad\n")


def test_a_child_that_lua_writes_to_writes_into_the_cell(client):
    seen = run(client, "local child = io.popen('cat', 'w') child:write('written') child:close()")
    assert seen.stdout == "written"


def test_what_the_c_library_writes_to_the_descriptor_is_output_of_the_cell(client, language):
    seen = run(client, language.bypass + " " + language.print % " and printed")
    assert seen.stdout == "written and printed\n"


def test_order_holds_between_a_language_and_its_children(client, language):
    both = ((language.print % f"own {number}", language.shell % f"echo child {number}") for number in range(20))
    expected = "".join(f"own {number}\nchild {number}\n" for number in range(20))
    assert run(client, " ".join(each for pair in both for each in pair)).stdout == expected


def test_fifty_megabytes_of_a_child_arrive_complete(client, language):
    seen = run(client, language.shell % rf'head -c {MEGABYTES_50} /dev/zero | tr "\0" x; echo; echo end')
    assert seen.status == "ok"
    assert len(seen.stdout) == MEGABYTES_50 + 5
    assert seen.stdout.count("x") == MEGABYTES_50
    assert seen.stdout.endswith("x\nend\n")


def test_a_child_that_outlives_its_cell_writes_into_the_last_cell(client, gate, language):
    first = run(client, language.shell % f"(cat {gate}; echo late; echo bad >&2) &")
    assert first.status == "ok"
    msg_id = client.execute(language.print % "last")
    assert outcome(client, msg_id).stdout == "last\n"
    pass_gate(gate)
    text = streams_of(client, msg_id, lambda text: text["stdout"] and text["stderr"].endswith("\n"))
    assert text == {"stdout": "late\n", "stderr": "bad\n"}


def test_a_character_that_a_child_splits_is_whole(client, language):
    seen = run(client, language.shell % r"printf '\360\237'; sleep 0; printf '\246\200 \377'")
    assert seen.stdout == "\U0001f980 \ufffd"


def test_nothing_of_the_log_is_in_a_cell(start_kernel, language):
    kernel = start_kernel("--log_level=debug", shell=language.name)
    client = kernel.client()
    client.session.send(client.shell_channel.socket, "nonsense_request", {})
    seen = run(client, language.shell % "echo mine" + " " + language.print_error % "mine too")
    assert (seen.stdout, seen.stderr) == ("mine\n", "mine too\n")
    assert "nonsense_request" in kernel.log()
    assert "mine" not in kernel.log()


def test_without_capture_children_write_where_the_kernel_does(start_kernel):
    kernel = start_kernel("--no-capture")
    seen = run(kernel.client(), "print('shown') os.execute('echo elsewhere')")
    assert seen.stdout == "shown\n"
    assert "elsewhere\n" in kernel.log()


def test_without_quiet_the_kernel_writes_it_too(start_kernel, language):
    kernel = start_kernel("--no-quiet", shell=language.name)
    seen = run(kernel.client(), language.print % "shown" + " " + language.shell % "echo too")
    assert seen.stdout == "shown\ntoo\n"
    assert "shown\ntoo\n" in kernel.log()


def test_a_kernel_whose_child_still_writes_ends(start_kernel, gate, language):
    kernel = start_kernel(shell=language.name)
    client = kernel.client()
    assert run(client, language.shell % f"(cat {gate}; echo late) &").status == "ok"
    client.control_channel.send(client.session.msg("shutdown_request", {"restart": False}))
    assert client.get_control_msg(timeout=TIMEOUT)["content"]["status"] == "ok"
    assert kernel.wait() == 0
