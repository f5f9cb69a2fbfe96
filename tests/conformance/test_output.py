"""Output arrives whole and in order, however much it is and however late it is read (K10, N7)."""

import time

import pytest
import zmq

from talk import run
from wire import WireClient

LINES = 100_000
EXPECTED = "".join(f"line {number}\n" for number in range(1, LINES + 1))


def stdout_of(messages, msg_id):
    return "".join(
        message.content["text"]
        for message in messages
        if message.type == "stream" and message.parent_id == msg_id
    )


def idle_of(msg_id):
    """Whether a message is the idle of a request."""
    return lambda message: message.parent_id == msg_id and message.content.get("execution_state") == "idle"


def test_a_hundred_thousand_lines_arrive_complete_and_in_order(client, language):
    outcome = run(client, language.lines % LINES)
    assert outcome.status == "ok"
    assert outcome.stdout == EXPECTED


def test_they_are_joined_to_few_messages(client, language):
    outcome = run(client, language.lines % LINES)
    assert len(outcome.of_type("stream")) < LINES / 10


@pytest.mark.parametrize("buffer", [0, 1], ids=["roomy", "tight"])
def test_a_reader_that_starts_ten_seconds_late_misses_nothing(kernel, language, buffer):
    with WireClient(kernel.info) as wire:
        wire.check_brackets({})
        # Subscribed, and known to the kernel as such; with next to no room of its own in the tight case.
        options = {"rcvhwm": 1, "rcvbuf": 4096} if buffer else {}
        late = wire.connect(zmq.SUB, "iopub", subscribe=True, **options)
        request = wire.execute(language.lines % LINES)
        # The ten seconds are what is tested; nothing waits for something here.
        time.sleep(10)
        wire.sockets["late"] = late
        messages = wire.receive_until("late", idle_of(request["msg_id"]))
        assert stdout_of(messages, request["msg_id"]) == EXPECTED
        # The reader that was on time has missed nothing either.
        prompt = wire.receive_until("iopub", idle_of(request["msg_id"]))
        assert stdout_of(prompt, request["msg_id"]) == EXPECTED


def test_a_line_is_seen_while_its_cell_still_runs(client, language):
    msg_id = client.execute(language.print % "early" + " " + language.forever)
    printed = ""
    while "early\n" not in printed:
        message = client.get_iopub_msg(timeout=60)
        printed += message["content"].get("text", "")
        assert message["content"].get("execution_state") != "idle"
    client.control_channel.send(client.session.msg("interrupt_request", {}))
    assert client.get_shell_msg(timeout=60)["parent_header"]["msg_id"] == msg_id


def test_text_without_a_newline_is_seen_while_its_cell_still_runs(client, language):
    client.execute(language.write % "Name: " + language.flush + " " + language.forever)
    printed = ""
    while "Name: " not in printed:
        printed += client.get_iopub_msg(timeout=60)["content"].get("text", "")
    client.control_channel.send(client.session.msg("interrupt_request", {}))
    assert client.get_shell_msg(timeout=60)["content"]["status"] == "error"


def test_stdout_and_stderr_are_kept_apart(client, language):
    outcome = run(client, " ".join((language.print % "out", language.print_error % "err", language.print % "out again")))
    assert outcome.stdout == "out\nout again\n"
    assert outcome.stderr == "err\n"


def test_order_holds_between_text_displays_and_the_result(client, language):
    code = (language.print % "one", language.display % "two", language.print % "three", language.text_value % "four")
    outcome = run(client, "\n".join(code))
    seen = []
    for message in outcome.messages:
        content = message["content"]
        if message["msg_type"] == "stream":
            seen.append(content["text"])
        elif "data" in content:
            seen.append(content["data"].get("text/markdown") or content["data"]["text/plain"])
    assert seen == ["one\n", "two", "three\n", language.quoted % "four"]


def test_a_very_long_line_arrives_whole(client, language):
    outcome = run(client, language.long_line % (50 * 1024 * 1024))
    assert outcome.stdout == "x" * (50 * 1024 * 1024)


def test_any_text_arrives_as_it_was_written(client, language):
    outcome = run(client, language.write % "a\\0b \U0001f980 \\t\\r\\n ü")
    assert outcome.stdout == "a\0b \U0001f980 \t\r\n ü"


def test_a_character_split_over_two_writes_is_put_together(client, language):
    outcome = run(client, language.write % "\\xf0\\x9f" + " " + language.write % "\\xa6\\x80")
    assert outcome.stdout == "\U0001f980"


def test_bytes_that_are_no_utf8_are_repaired(client, language):
    outcome = run(client, language.write % "good \\xff\\xfe good")
    assert outcome.status == "ok"
    assert outcome.stdout.startswith("good ") and outcome.stdout.endswith(" good")
    assert "\ufffd" in outcome.stdout


def test_output_belongs_to_the_cell_that_wrote_it(client, language):
    requests = [client.execute(language.print % f"cell {number}") for number in range(20)]
    seen = {}
    idle = 0
    while idle < len(requests):
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") in requests:
            idle += message["content"].get("execution_state") == "idle"
            if message["msg_type"] == "stream":
                seen.setdefault(message["parent_header"]["msg_id"], []).append(message["content"]["text"])
    assert ["".join(seen[msg_id]) for msg_id in requests] == [f"cell {number}\n" for number in range(20)]


def test_a_silent_cell_shows_no_result(client, language):
    outcome = run(client, language.text_value % "value", silent=True, store_history=False)
    assert outcome.result is None
    assert outcome.of_type("execute_input") == []
