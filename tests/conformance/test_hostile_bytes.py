"""What a client should never send: rubbish on every socket, forged and replayed messages, broken
headers and contents, nesting without end, very large messages. Through all of it the kernel stays alive
and answers every well-formed request exactly once, with busy and idle.
"""

import json
import random
import socket
import struct

import pytest
import zmq

from kernels import PORTS
from wire import DELIMITER, WireClient, sign

# The greeting with which a ZeroMQ peer begins (ZMTP 3.0, mechanism NULL).
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL" + bytes(16) + bytes(32)
MEBIBYTE = 1 << 20
DEPTH = 100_000


@pytest.fixture
def wire(kernel):
    with WireClient(kernel.info) as client:
        # Waits until the kernel is there.
        client.check_brackets({})
        yield client


@pytest.fixture(autouse=True)
def unharmed(request, kernel, wire, language):
    """After each test the same kernel answers on all channels, and a cell runs."""
    yield
    assert kernel.is_alive(), kernel.log()
    wire.check_brackets(
        {
            wire.execute(language.declare % ("x", 2))["msg_id"]: "shell",
            wire.request("shell", "complete_request", {"code": "pri", "cursor_pos": 3})["msg_id"]: "shell",
            wire.request("control", "kernel_info_request")["msg_id"]: "control",
        }
    )
    assert wire.heartbeat_answers()
    assert kernel.is_alive(), kernel.log()


def rubbish(generator, size):
    return generator.randbytes(generator.randrange(size))


@pytest.mark.parametrize("port", PORTS)
def test_random_bytes_over_tcp_harm_nothing(kernel, wire, port):
    generator = random.Random(port)
    for beginning in (b"", b"GET / HTTP/1.1\r\n\r\n", GREETING[:11], GREETING):
        for _ in range(10):
            with socket.create_connection(("127.0.0.1", kernel.info[port])) as raw:
                try:
                    raw.sendall(beginning + rubbish(generator, 5000))
                except (ConnectionResetError, BrokenPipeError):
                    pass  # The kernel may hang up at any time.


@pytest.mark.parametrize("port", PORTS)
def test_connections_that_stay_silent_or_break_off_harm_nothing(kernel, wire, port, language):
    silent = [socket.create_connection(("127.0.0.1", kernel.info[port])) for _ in range(50)]
    for raw in silent[::2]:
        raw.sendall(GREETING)
    for raw in silent[::3]:
        # Closed with RST instead of FIN.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()
    # The rest stays open while other clients are served.
    wire.check_brackets({wire.execute(language.declare % ("y", 1))["msg_id"]: "shell"})
    for raw in silent:
        raw.close()


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "hb", "iopub"])
def test_random_frames_harm_nothing(wire, channel, language):
    generator = random.Random(channel)
    # An XSUB may send anything upstream to an XPUB, a DEALER anything to a ROUTER.
    kind = zmq.XSUB if channel == "iopub" else zmq.DEALER
    rude = wire.connect(kind, channel)
    for _ in range(300):
        frames = [rubbish(generator, 200) for _ in range(generator.randrange(1, 9))]
        if generator.random() < 0.3:
            frames[generator.randrange(len(frames))] = DELIMITER
        rude.send_multipart(frames)
    rude.send_multipart([b""])
    rude.send_multipart([b""] * 1000)
    rude.send_multipart([DELIMITER] * 10)
    wire.check_brackets({wire.execute(language.declare % ("y", 1))["msg_id"]: "shell"})
    rude.close()


def test_strange_subscriptions_harm_nothing(wire, language):
    rude = wire.connect(zmq.XSUB, "iopub")
    for topic in (b"", b"\xff" * 100_000, b"status", b"\x00", "kernel.ö".encode()):
        rude.send(b"\x01" + topic)
        rude.send(b"\x01" + topic)
        rude.send(b"\x00" + topic)
    rude.send(b"\x00never subscribed")
    wire.check_brackets({wire.execute(language.print % 1)["msg_id"]: "shell"})
    rude.close()


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_a_wrong_signature_is_not_answered(wire, channel):
    header = wire.header("kernel_info_request")
    good = wire.frames(header)[1]
    wrong = [
        b"",
        b"0" * len(good),
        good[:-1],
        good + b"0",
        good[:32],
        good.upper() if good.upper() != good else b"x",
        bytes(len(good)),
        b"\xff" * 1000,
        sign("another key", [b"{}"] * 4),
    ]
    for signature in wrong:
        wire.send(channel, wire.frames(header, signature=signature))
    # The same parts under another division have another meaning but the same bytes to be signed.
    parts = wire.frames(header)[2:]
    wire.send(channel, [DELIMITER, good, parts[0] + parts[1], b"", *parts[2:]])
    wire.check_brackets({wire.request(channel, "kernel_info_request")["msg_id"]: channel})


def test_whoever_has_no_key_cannot_fill_the_log(start_kernel, language):
    """Each kind is counted, and told in few lines."""
    kernel = start_kernel(shell=language.name)
    count = 20_000
    with WireClient(kernel.info) as client:
        frames = client.frames(client.header("kernel_info_request"), signature=b"0" * 64)
        for _ in range(count):
            client.send("shell", frames)
            client.send("control", [b"rubbish"])
        for channel in ("shell", "control"):
            client.check_brackets({client.request(channel, "kernel_info_request")["msg_id"]: channel})
        client.request("control", "shutdown_request", {"restart": False})
        assert kernel.wait() == 0
    lines = kernel.log().splitlines()
    wrong = [line for line in lines if "a message on shell was dropped: its signature is wrong" in line]
    rubbish = [line for line in lines if "a message on control was dropped" in line]
    assert len(lines) < 100
    for kind in (wrong, rubbish):
        told = [int(line.split(": ")[-1].split()[0]) for line in kind if "more since" in line]
        assert len(kind) - len(told) + sum(told) == count


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_a_replayed_message_is_not_answered_again(wire, channel):
    header = wire.header("kernel_info_request")
    frames = wire.frames(header)
    for _ in range(5):
        wire.send(channel, frames)
    wire.check_brackets({header["msg_id"]: channel})


def test_a_replay_from_another_client_and_channel_does_not_run(kernel, wire, language):
    wire.check_brackets({wire.execute(language.declare % ("runs", 0))["msg_id"]: "shell"})
    header = wire.header("execute_request")
    frames = wire.frames(header, {"code": language.increase % ("runs", "runs"), "silent": False})
    wire.send("shell", frames)
    wire.check_brackets({header["msg_id"]: "shell"})
    with WireClient(kernel.info) as thief:
        for channel in ("shell", "control", "stdin"):
            thief.send(channel, frames)
        thief.check_brackets({})
    request = wire.execute("", user_expressions={"runs": "runs"})
    reply = wire.receive_until("shell", lambda reply: reply.parent_id == request["msg_id"])[-1]
    assert reply.content["user_expressions"]["runs"]["data"]["text/plain"] == "1"


@pytest.mark.parametrize("channel", ["shell", "control"])
@pytest.mark.parametrize("missing", ["session", "username", "date", "version"])
def test_a_header_without_what_the_kernel_does_not_need_is_answered(wire, channel, missing):
    header = wire.header("kernel_info_request", **{missing: None})
    wire.send(channel, wire.frames(header))
    wire.check_brackets({header["msg_id"]: channel})


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_headers_that_are_none_harm_nothing(wire, channel):
    headers = [
        {},
        [],
        None,
        "text",
        5,
        wire.header(None),
        wire.header(5),
        wire.header(["kernel_info_request"]),
        wire.header("kernel_info_request", msg_id=None),
        wire.header("kernel_info_request", msg_id=[1]),
        wire.header("kernel_info_request", session={"a": 1}, username=5, date="never", version=[]),
        wire.header("kernel_info_request", subshell_id=5),
        b"",
        b"{",
        b"\xff\xfe\x00",
        b'{"msg_type": "kernel_info_request", "msg_id": "\xff"}',
        b'{"msg_type": 1e999, "msg_id": ' + b"9" * 1000 + b"}",
    ]
    for header in headers:
        wire.send(channel, wire.frames(header if header is not None else b"null"))
    wire.check_brackets({wire.request(channel, "kernel_info_request")["msg_id"]: channel})


@pytest.mark.parametrize("channel", ["shell", "control"])
@pytest.mark.parametrize(
    "msg_type", ["no_such_request", "execute_reply", "status", "_request", "ö_request", "x" * 10_000]
)
def test_unknown_message_types_harm_nothing(wire, channel, msg_type):
    header = wire.header(msg_type)
    wire.send(channel, wire.frames(header))
    # Only what ends in _request is a request, and has to be answered.
    wire.check_brackets({header["msg_id"]: channel} if msg_type.endswith("_request") else {})


def test_an_unknown_request_is_answered_with_an_error_reply_of_its_name(wire):
    request = wire.request("shell", "frobnicate_request")
    reply = wire.receive_until("shell", lambda reply: reply.parent_id == request["msg_id"])[-1]
    assert reply.type == "frobnicate_reply"
    assert reply.content["status"] == "error"
    assert reply.content["ename"] and reply.content["evalue"]


# For each request contents that are no good: not even an object, without what is needed, of wrong types.
BAD_CONTENTS = {
    "execute_request": [{}, {"code": 5}, {"code": None}, {"code": "x=1", "silent": "yes"},
                        {"code": "", "user_expressions": [1]}, {"code": "", "user_expressions": {"a": 1}},
                        {"code": "x=1", "store_history": {}, "allow_stdin": 7, "stop_on_error": []}],
    "complete_request": [{}, {"code": "pri"}, {"code": 1, "cursor_pos": 1}, {"code": "p", "cursor_pos": "3"},
                         {"code": "pri", "cursor_pos": -1}, {"code": "pri", "cursor_pos": 10**18},
                         {"code": "pri", "cursor_pos": 1.5}, {"code": "pri", "cursor_pos": 10**30}],
    "inspect_request": [{}, {"code": "print", "cursor_pos": -5}, {"code": "print", "cursor_pos": 99},
                        {"code": "print", "cursor_pos": 2, "detail_level": "high"},
                        {"code": "print", "cursor_pos": 2, "detail_level": 99}],
    "is_complete_request": [{}, {"code": 7}, {"code": None}],
    "history_request": [{}, {"hist_access_type": "sideways"}, {"hist_access_type": 5},
                        {"hist_access_type": "tail", "n": -1}, {"hist_access_type": "tail", "n": "many"},
                        {"hist_access_type": "range", "session": "x"},
                        {"hist_access_type": "range", "session": 10**18, "start": -9, "stop": 10**18},
                        {"hist_access_type": "search"}, {"hist_access_type": "search", "pattern": 5}],
    "kernel_info_request": [{"unexpected": True}],
    "comm_info_request": [{}, {"target_name": 5}],
}  # fmt: skip
NO_OBJECTS = [b"", b"null", b"[]", b"7", b'"text"', b"{", b'{"code": }', b"\xff\xfe", b"{}{}", b"NaN"]


@pytest.mark.parametrize("msg_type", BAD_CONTENTS)
def test_bad_content_is_answered(wire, msg_type):
    requests = {}
    for content in BAD_CONTENTS[msg_type] + NO_OBJECTS:
        header = wire.header(msg_type)
        wire.send("shell", wire.frames(header, content))
        requests[header["msg_id"]] = "shell"
    wire.check_brackets(requests)


@pytest.mark.parametrize("msg_type", ["interrupt_request", "debug_request", "create_subshell_request",
                                      "delete_subshell_request", "list_subshell_request"])  # fmt: skip
def test_bad_content_on_control_is_answered(wire, msg_type):
    requests = {}
    for content in [{}, {"subshell_id": 5}, {"seq": "x"}] + NO_OBJECTS:
        header = wire.header(msg_type)
        wire.send("control", wire.frames(header, content))
        requests[header["msg_id"]] = "control"
    wire.check_brackets(requests)


@pytest.mark.parametrize("msg_type", ["shutdown_request", "debug_request"])
def test_what_belongs_on_control_is_refused_on_shell(wire, msg_type):
    request = wire.request("shell", msg_type, {"restart": False})
    wire.check_brackets({request["msg_id"]: "shell"})


@pytest.mark.parametrize("content", [{"value": 5}, {}, {"value": None}, []])
def test_input_replies_that_nobody_asked_for_are_ignored(wire, content):
    wire.request("stdin", "input_reply", content)
    wire.request("shell", "input_reply", content)
    wire.request("control", "input_reply", content)


@pytest.mark.parametrize("msg_type", ["comm_open", "comm_msg", "comm_close"])
def test_comm_messages_about_nothing_are_ignored(wire, msg_type):
    for content in [{}, {"comm_id": 5}, {"comm_id": "none", "target_name": "none", "data": {}}] + NO_OBJECTS:
        header = wire.header(msg_type)
        wire.send("shell", wire.frames(header, content, buffers=[b"\x00" * 1000]))


def nested(opening, closing):
    return opening * DEPTH + closing * DEPTH


DEEP = {
    "arrays": nested(b"[", b"]"),
    "objects": nested(b'{"a":', b"}").replace(b":}", b":1}"),
    "unclosed": b"[" * DEPTH,
}


@pytest.mark.parametrize("deep", DEEP.values(), ids=DEEP.keys())
def test_deep_nesting_harms_nothing(wire, deep):
    requests = {}
    for msg_type in ("execute_request", "kernel_info_request", "complete_request", "comm_info_request"):
        for content in (deep, b'{"code": "x = 1", "cursor_pos": 1, "unknown": ' + deep + b"}"):
            header = wire.header(msg_type)
            wire.send("shell", wire.frames(header, content))
            requests[header["msg_id"]] = "shell"
        header = wire.header(msg_type)
        wire.send("shell", wire.frames(header, {"code": "", "cursor_pos": 0}, metadata=deep, parent=deep))
        requests[header["msg_id"]] = "shell"
    wire.check_brackets(requests)


def test_a_deeply_nested_header_harms_nothing(wire):
    header = json.dumps(wire.header("kernel_info_request"))[:-1].encode()
    for deep in (nested(b"[", b"]"), b"[" * DEPTH):
        # Whether such a message is answered is the kernel's choice.
        wire.send("shell", wire.frames(header + b', "deep": ' + deep + b"}"))
        wire.send("control", wire.frames(deep))


def test_huge_requests_are_answered(wire, language):
    # A comment, so that the size is in the message and not in what the cell does.
    huge = wire.execute(language.comment + "x" * (64 * MEBIBYTE))
    wire.check_brackets({huge["msg_id"]: "shell"})
    buffered = wire.request("shell", "comm_info_request", buffers=[bytes(64 * MEBIBYTE)])
    wire.check_brackets({buffered["msg_id"]: "shell"})


def test_huge_rubbish_harms_nothing(wire):
    block = random.Random(64).randbytes(MEBIBYTE) * 64
    for channel in ("shell", "control", "stdin"):
        wire.send(channel, [block])
        wire.send(channel, wire.frames(wire.header("kernel_info_request"), block, signature=b"0" * 64))
    wire.send("shell", wire.frames(block))
    # Signed and with a good header, so it is a request that has to be answered.
    header = wire.header("execute_request")
    wire.send("shell", wire.frames(header, block))
    wire.check_brackets({header["msg_id"]: "shell"})


def test_many_tiny_frames_harm_nothing(wire):
    wire.send("shell", [b"x"] * 100_000)
    header = wire.header("kernel_info_request")
    wire.send("shell", wire.frames(header, buffers=[b"x"] * 100_000))
    wire.check_brackets({header["msg_id"]: "shell"})


def test_clients_that_share_an_identity_take_turns(kernel, wire, language):
    for _ in range(5):
        with WireClient(kernel.info, identity=b"the same") as client:
            client.check_brackets({client.execute(language.declare % ("x", 1))["msg_id"]: "shell"})
