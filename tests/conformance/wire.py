"""A client that speaks the wire protocol by hand, so that it can also speak it wrongly.

It shares no code with jupyter_client: signatures, frames and sockets are its own.
"""

import hmac
import json
import uuid

import zmq

from talk import TIMEOUT

DELIMITER = b"<IDS|MSG>"


class Received:
    """A message as it came."""

    def __init__(self, frames, key, digest="sha256"):
        at = frames.index(DELIMITER)
        signature, *parts = frames[at + 1 : at + 6]
        assert signature == sign(key, parts, digest), "the kernel signed a message wrongly"
        self.idents = frames[:at]
        self.header, self.parent, self.metadata, self.content = (json.loads(part) for part in parts)
        self.parent_text = parts[1]
        self.buffers = frames[at + 6 :]
        self.type = self.header["msg_type"]
        # Of the request it belongs to; "" when that had none, or one that is no text.
        msg_id = self.parent.get("msg_id")
        self.parent_id = msg_id if isinstance(msg_id, str) else ""


def sign(key, parts, digest="sha256"):
    """The signature of the parts; `digest` is a name of hashlib's."""
    if not key:
        return b""
    return hmac.new(key.encode(), b"".join(parts), digest).hexdigest().encode()


def to_bytes(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


class WireClient:
    """Sockets for all channels of a kernel, and messages for them."""

    def __init__(self, info, identity=None, late=()):
        """Channels in `late` are left for the test to connect, with connect_late()."""
        self.info = info
        self.key = info["key"]
        self.digest = info.get("signature_scheme", "hmac-sha256").removeprefix("hmac-")
        self.session = uuid.uuid4().hex
        self.context = zmq.Context()
        self.sockets = {}
        # One identity for all: the kernel asks on stdin whoever it knows from shell.
        self.identity = identity = identity or uuid.uuid4().bytes
        try:
            for channel in ("shell", "control", "stdin"):
                if channel not in late:
                    self.sockets[channel] = self.connect(zmq.DEALER, channel, identity)
            self.sockets["iopub"] = self.connect(zmq.SUB, "iopub", subscribe=True)
        except BaseException:
            self.close()  # or the sockets of a failed test would keep the whole run from ending
            raise

    def connect_late(self, channel):
        self.sockets[channel] = self.connect(zmq.DEALER, channel, self.identity)

    def connect(self, kind, channel, identity=None, subscribe=False, **options):
        """A socket that belongs to this client. Waits, for iopub, until the kernel knows it."""
        socket = self.context.socket(kind)
        socket.linger = 0
        socket.rcvhwm = socket.sndhwm = 0
        socket.rcvtimeo = socket.sndtimeo = TIMEOUT * 1000
        for name, value in options.items():
            setattr(socket, name, value)
        if identity:
            socket.identity = identity
        if subscribe:
            socket.subscribe(b"")
        socket.connect(f"tcp://{self.info['ip']}:{self.info[channel + '_port']}")
        if subscribe:
            # What the kernel publishes between the subscription and its welcome comes first.
            while self.received(socket.recv_multipart()).type != "iopub_welcome":
                pass
        return socket

    def close(self):
        for socket in self.sockets.values():
            socket.close()
        self.context.destroy(linger=0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def header(self, msg_type, **changes):
        """A header. A change to None leaves the field out."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": msg_type,
            "session": self.session,
            "username": "wire",
            "date": "2024-02-29T12:00:00.000000Z",
            "version": "5.3",
            **changes,
        }
        return {name: value for name, value in header.items() if value is not None}

    def frames(self, header, content=None, parent=None, metadata=None, buffers=(), signature=None):
        """The frames of a message. Every part is a JSON value, or bytes to be sent as they are."""
        parts = [to_bytes({} if part is None else part) for part in (header, parent, metadata, content)]
        return [DELIMITER, sign(self.key, parts, self.digest) if signature is None else signature, *parts, *buffers]

    def send(self, channel, frames):
        self.sockets[channel].send_multipart(frames)

    def request(self, channel, msg_type, content=None, **more):
        """Sends a good request; gives its header."""
        header = self.header(msg_type)
        self.send(channel, self.frames(header, content, **more))
        return header

    def execute(self, code, channel="shell", **content):
        return self.request(channel, "execute_request", {"code": code, "silent": False, **content})

    def received(self, frames):
        at = frames.index(DELIMITER)
        assert len(frames) >= at + 6
        return Received(frames, self.key, self.digest)

    def receive(self, channel):
        return self.received(self.sockets[channel].recv_multipart())

    def receive_until(self, channel, last):
        """All messages of a channel up to and with the first for which last(message) holds."""
        messages = []
        while not messages or not last(messages[-1]):
            messages.append(self.receive(channel))
        return messages

    def heartbeat_answers(self):
        """Whether the heartbeat sends back what it gets."""
        with self.context.socket(zmq.REQ) as socket:
            socket.linger = 0
            socket.rcvtimeo = TIMEOUT * 1000
            socket.connect(f"tcp://{self.info['ip']}:{self.info['hb_port']}")
            ping = uuid.uuid4().bytes
            socket.send(ping)
            return socket.recv() == ping

    def check_brackets(self, requests):
        """Holds K2 for requests already sent on shell and control: for each exactly one reply on its
        channel, and on iopub exactly one busy and one idle. `requests` maps msg_id to channel.

        A request sent afterwards on each channel marks the end: whatever belongs to the others has
        come when its answer has."""
        ends = {channel: self.request(channel, "kernel_info_request") for channel in ("shell", "control")}
        # The end of all execution, since kernel_info does not wait for cells.
        ends["last"] = self.execute("")
        replies = []
        for channel in ("shell", "control"):
            wanted = {ends[channel]["msg_id"], *(ends["last"]["msg_id"],) * (channel == "shell")}
            wanted |= {msg_id for msg_id, sent_on in requests.items() if sent_on == channel}
            while wanted:
                reply = self.receive(channel)
                wanted.discard(reply.parent_id)
                replies.append((channel, reply.parent_id, reply.type))
        statuses = self.statuses(set(requests) | {end["msg_id"] for end in ends.values()})
        for msg_id, channel in requests.items():
            own = [reply for reply in replies if reply[1] == msg_id]
            assert len(own) == 1 and own[0][0] == channel, f"{msg_id} on {channel} got {own}"
            assert statuses[msg_id] == ["busy", "idle"]
        for channel in ("shell", "control"):
            assert self.sockets[channel].poll(0) == 0, f"more replies than requests on {channel}"

    def statuses(self, msg_ids):
        """What status each request reported on iopub, in order, up to the idle of each."""
        statuses = {msg_id: [] for msg_id in msg_ids}
        open_requests = set(msg_ids)
        while open_requests:
            message = self.receive("iopub")
            msg_id = message.parent_id
            if message.type == "status" and msg_id in statuses:
                statuses[msg_id].append(message.content["execution_state"])
                if statuses[msg_id][-1] == "idle":
                    open_requests.discard(msg_id)
        return statuses
