"""Comms as cells take, open and close them, in each language (K11)."""

import uuid

import pytest

from comms import of_type, open_comm, send
from talk import TIMEOUT, iopub_of, outcome, run, wait_for_output


@pytest.fixture
def echo(client, language):
    """A comm to a target that sends back what it gets."""
    assert run(client, language.comms["echo"]).status == "ok"
    comm_id, messages = open_comm(client, "echo", {"name": "crab"})
    assert [message["content"]["data"] for message in of_type(messages, "comm_msg")] == [{"name": "crab"}]
    return comm_id


@pytest.mark.parametrize("size", [1, 1000, 16_000_000])
def test_data_and_buffers_come_back_as_they_were_sent(client, echo, language, size):
    data = {"a": [1, 2.5, None, True, "ü\n\"🦀\0"], "empty": [], "object": {}, "deep": {"b": [[1], []]}}
    buffers = [bytes(range(256)) * (size // 256) + bytes(size % 256), b"", b"\xff\x00"]
    sent = send(client, "comm_msg", buffers, comm_id=echo, data=data)
    (answer,) = of_type(iopub_of(client, sent), "comm_msg")
    assert answer["content"] == {"comm_id": echo, "data": data}
    assert answer["metadata"] == {"seen": True}
    assert [bytes(buffer) for buffer in answer["buffers"]] == buffers


def test_a_comm_is_answered_while_a_cell_spins(client, echo, language):
    cell = client.execute(language.comms["waits"])
    wait_for_output(client, cell, "waiting")
    for number in range(20):
        sent = send(client, "comm_msg", comm_id=echo, data={"number": number})
        (answer,) = of_type(iopub_of(client, sent), "comm_msg")
        assert answer["content"]["data"] == {"number": number}
    client.execute(language.comms["stops"])
    assert outcome(client, cell).status == "ok"


def test_what_a_handler_prints_belongs_to_its_message(client, echo, language):
    messages = iopub_of(client, send(client, "comm_close", comm_id=echo, data={}))
    assert [message["content"]["text"] for message in of_type(messages, "stream")] == ["closed\n"]
    assert run(client, language.print % "mine").stdout == "mine\n"


def test_what_a_handler_prints_beside_a_cell_belongs_to_its_message(client, echo, language):
    cell = client.execute(language.comms["waits"])
    wait_for_output(client, cell, "waiting")
    messages = iopub_of(client, send(client, "comm_close", comm_id=echo, data={}))
    assert [message["content"]["text"] for message in of_type(messages, "stream")] == ["closed\n"]
    client.execute(language.comms["stops"])
    assert outcome(client, cell).stdout == ""


def test_a_failing_handler_shows_its_error_and_hurts_nobody(client, language):
    assert run(client, language.comms["fails"]).status == "ok"
    comm_id, messages = open_comm(client, "fails")
    (error,) = of_type(messages, "error")
    assert "not today" in error["content"]["evalue"]
    assert "not today" in "".join(error["content"]["traceback"])
    assert [message["content"]["comm_id"] for message in of_type(messages, "comm_close")] == [comm_id]
    assert run(client, language.text_value % "goes on").result == language.quoted % "goes on"


def test_an_interrupt_ends_a_handler(client, manager, language):
    assert run(client, language.comms["spins"]).status == "ok"
    sent = send(client, "comm_open", comm_id=uuid.uuid4().hex, target_name="spins", data={})
    wait_for_output(client, sent, "spinning")
    manager.interrupt_kernel()
    (error,) = of_type(iopub_of(client, sent), "error")
    assert error["content"]["ename"] == "KernelInterrupt"


def test_a_comm_that_a_cell_opens_is_known_until_it_is_closed(client, language):
    opened = run(client, language.comms["opens"])
    (message,) = of_type(opened.messages, "comm_open")
    comm_id = message["content"]["comm_id"]
    assert opened.result == language.quoted % comm_id
    assert message["content"] == {"comm_id": comm_id, "target_name": "mine", "data": {"x": 1}}
    assert (message["metadata"], [bytes(each) for each in message["buffers"]]) == ({"v": 2}, [b"\0b"])
    assert client.comm_info(reply=True, timeout=TIMEOUT)["content"]["comms"] == {comm_id: {"target_name": "mine"}}
    (closed,) = of_type(run(client, language.comms["closes"]).messages, "comm_close")
    assert closed["content"] == {"comm_id": comm_id, "data": {"bye": True}}
    assert client.comm_info(reply=True, timeout=TIMEOUT)["content"]["comms"] == {}
