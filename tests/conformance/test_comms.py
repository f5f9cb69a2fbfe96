"""Comms with messages as jupyter_client sends them: ids, targets, buffers, parents, the order on iopub (K11)."""

import pytest

from talk import iopub_of, reply_to, run


@pytest.fixture
def client(start_kernel, test_shells):
    """A client of the echo shell, which takes comms to the target `mirror` and sends back what comes."""
    kernel = start_kernel("--log_level=info", shell=test_shells / "libhermit-echo.so")
    client = kernel.client()
    assert run(client, "target mirror").status == "ok"
    return client


def send(client, msg_type, content, buffers=(), metadata=None):
    """Sends a message on shell; all that it led to on iopub."""
    message = client.session.msg(msg_type, content, metadata=metadata)
    client.session.send(client.shell_channel.socket, message, buffers=list(buffers))
    return iopub_of(client, message["header"]["msg_id"])


def comms(client, **content):
    message = client.session.msg("comm_info_request", content)
    client.shell_channel.send(message)
    return reply_to(client.get_shell_msg, message["header"]["msg_id"])["content"]["comms"]


def of_type(messages, msg_type):
    return [message for message in messages if message["msg_type"] == msg_type]


def test_a_round_trip(client):
    data = {"state": {"value": 0.5, "name": "ü", "none": None}, "buffer_paths": [["state", "pixels"]]}
    opened = send(
        client,
        "comm_open",
        {"comm_id": "model", "target_name": "mirror", "data": data},
        buffers=[b"\x00\xff" * 500, b""],
        metadata={"version": "2.1.0"},
    )
    assert [message["msg_type"] for message in opened] == ["status", "stream", "comm_msg", "status"]
    back = opened[2]
    assert back["content"] == {"comm_id": "model", "data": data}
    assert back["metadata"] == {"version": "2.1.0"}
    assert [bytes(buffer) for buffer in back["buffers"]] == [b"\x00\xff" * 500, b""]

    update = {"method": "update", "state": {"value": 0.75}}
    (echoed,) = of_type(send(client, "comm_msg", {"comm_id": "model", "data": update}), "comm_msg")
    assert echoed["content"] == {"comm_id": "model", "data": update}
    assert comms(client) == comms(client, target_name="mirror") == {"model": {"target_name": "mirror"}}
    assert comms(client, target_name="other") == {}

    assert of_type(send(client, "comm_close", {"comm_id": "model", "data": {}}), "comm_close") == []
    assert comms(client) == {}


def test_an_unknown_target_is_closed(client):
    (closed,) = of_type(send(client, "comm_open", {"comm_id": "x", "target_name": "no", "data": {}}), "comm_close")
    assert closed["content"] == {"comm_id": "x", "data": {}}
    assert comms(client) == {}


def test_a_cell_opens_a_comm_and_the_client_answers(client):
    seen = run(client, 'open jupyter.widget model {"state": {}}\nsend model {"method": "update"}\nbuffer model 1000000')
    assert [message["msg_type"] for message in seen.messages if message["msg_type"].startswith("comm")] == [
        "comm_open",
        "comm_msg",
        "comm_msg",
    ]
    (opened,) = seen.of_type("comm_open")
    assert opened == {"comm_id": "model", "target_name": "jupyter.widget", "data": {"state": {}}}
    (buffer,) = of_type(seen.messages, "comm_msg")[1]["buffers"]
    assert bytes(buffer) == bytes(number % 251 for number in range(1_000_000))
    (back,) = of_type(send(client, "comm_msg", {"comm_id": "model", "data": {"n": 1}}), "comm_msg")
    assert back["content"]["data"] == {"n": 1}


def test_many_messages_keep_their_order(client):
    assert of_type(send(client, "comm_open", {"comm_id": "c", "target_name": "mirror", "data": {}}), "comm_msg")
    requests = []
    for number in range(500):
        message = client.session.msg("comm_msg", {"comm_id": "c", "data": number})
        client.shell_channel.send(message)
        requests.append(message["header"]["msg_id"])
    seen = []
    while len(seen) < len(requests):
        message = client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "comm_msg":
            seen.append((message["parent_header"]["msg_id"], message["content"]["data"]))
    assert seen == [(msg_id, number) for number, msg_id in enumerate(requests)]
