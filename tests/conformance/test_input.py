"""A cell asks its user for a line (K9)."""

import pytest

from talk import TIMEOUT, outcome, run
from wire import WireClient


def asked(client):
    """The question that a cell put to this client."""
    message = client.get_stdin_msg(timeout=TIMEOUT)
    assert message["msg_type"] == "input_request"
    return message


def test_a_cell_gets_the_line_that_was_typed(client, language):
    msg_id = client.execute(language.hello % "Name: ", allow_stdin=True)
    question = asked(client)
    assert question["content"] == {"prompt": "Name: ", "password": False}
    assert question["parent_header"]["msg_id"] == msg_id
    client.input("Pagurus")
    assert outcome(client, msg_id).stdout == "Hello Pagurus\n"


def test_io_read_asks_too(client):
    msg_id = client.execute(
        "first = io.read() second = io.read('n') print(first, second + 1)", allow_stdin=True
    )
    for line in ("some text", "41"):
        asked(client)
        client.input(line)
    assert outcome(client, msg_id).stdout == "some text\t42\n"


def test_a_password_is_asked_for_as_one(client, language):
    msg_id = client.execute(language.password % "Word: ", allow_stdin=True)
    assert asked(client)["content"] == {"prompt": "Word: ", "password": True}
    client.input("secret")
    done = outcome(client, msg_id)
    assert done.stdout == "6\n"
    assert "secret" not in str(done.messages)


@pytest.mark.parametrize("line", ["", " ", "\U0001f980 \x00 ü", "x" * 1_000_000])
def test_any_line_arrives_as_it_was_typed(client, language, line):
    msg_id = client.execute(language.length, allow_stdin=True)
    asked(client)
    client.input(line)
    assert outcome(client, msg_id).stdout == f"{len(line.encode())}\n"


def test_what_was_printed_is_shown_before_the_question(client, language):
    msg_id = client.execute(language.write % "Look: " + " " + language.hello % "?", allow_stdin=True)
    printed = ""
    while "Look: " not in printed:
        printed += client.get_iopub_msg(timeout=TIMEOUT)["content"].get("text", "")
    asked(client)
    client.input("")
    assert outcome(client, msg_id).status == "ok"


@pytest.mark.parametrize("ask", ["hello", "password"])
def test_without_allow_stdin_the_cell_fails_and_nobody_is_asked(client, language, ask):
    refused = run(client, getattr(language, ask) % "?", allow_stdin=False)
    assert refused.status == "error"
    assert "stdin" in refused.reply["evalue"] or "input" in refused.reply["evalue"]
    assert run(client, "1 + 1").result == "2"


def test_io_read_without_allow_stdin_fails_too(client):
    assert run(client, "io.read()", allow_stdin=False).status == "error"


def test_only_the_client_that_asked_for_the_cell_is_asked(manager, client, language):
    other = manager.blocking_client()
    other.start_channels()
    other.wait_for_ready(timeout=TIMEOUT)
    try:
        msg_id = other.execute(language.hello % "?", allow_stdin=True)
        asked(other)
        # Someone else's answer counts for nothing.
        client.input("from the wrong one")
        client.control_channel.send(client.session.msg("kernel_info_request", {}))
        client.get_control_msg(timeout=TIMEOUT)
        other.input("from the right one")
        assert outcome(other, msg_id).stdout == "Hello from the right one\n"
    finally:
        other.stop_channels()


def test_an_answer_to_an_older_question_counts_for_nothing(kernel, language):
    with WireClient(kernel.info) as wire:
        wire.request("stdin", "kernel_info_request")
        wire.receive("stdin")
        first = wire.execute(language.hello % "first", allow_stdin=True)
        old_question = wire.receive("stdin")
        wire.request("stdin", "input_reply", {"value": "one"}, parent=old_question.header)
        wire.receive_until("shell", lambda reply: reply.parent_id == first["msg_id"])

        second = wire.execute(language.hello % "second", allow_stdin=True)
        question = wire.receive("stdin")
        wire.request("stdin", "input_reply", {"value": "stale"}, parent=old_question.header)
        wire.request("stdin", "input_reply", {"value": "fresh"}, parent=question.header)
        messages = wire.receive_until(
            "iopub",
            lambda message: (
                message.parent_id == second["msg_id"] and message.content.get("execution_state") == "idle"
            ),
        )
        printed = [message.content["text"] for message in messages if message.type == "stream"]
        assert "".join(printed) == "Hello one\nHello fresh\n"


def test_a_client_is_asked_although_its_stdin_connects_late(kernel, language):
    with WireClient(kernel.info, late=["stdin"]) as wire:
        request = wire.execute(language.print % "asking" + " " + language.hello % "?", allow_stdin=True)
        wire.receive_until("iopub", lambda message: message.type == "stream")
        # A round trip after which the question is likely to have been asked; if not, the test is easier.
        assert wire.heartbeat_answers()
        wire.connect_late("stdin")
        question = wire.receive("stdin")
        wire.request("stdin", "input_reply", {"value": "late"}, parent=question.header)
        reply = wire.receive_until("shell", lambda reply: reply.parent_id == request["msg_id"])[-1]
        assert reply.content["status"] == "ok"
