"""A client of the kernel: jupyter_client's, and what it takes to hear a request to its end."""

import time

import zmq
from jupyter_client.blocking import BlockingKernelClient

from kernel import PATIENCE


class NoAnswer(Exception):
    """The kernel owes an answer."""


class Client:
    """jupyter_client's blocking client. Questions for input are answered as they come."""

    def __init__(self, kernel):
        self.client = BlockingKernelClient()
        self.client.load_connection_file(str(kernel.file))
        self.client.allow_stdin = True
        self.client.start_channels()
        self.channels = {
            name: getattr(self.client, f"{name}_channel") for name in ("shell", "control", "stdin", "iopub")
        }
        self.poller = zmq.Poller()
        for channel in self.channels.values():
            self.poller.register(channel.socket, zmq.POLLIN)
        # Whatever comes on iopub tells that the subscription holds. wait_for_ready() would wait until nothing
        # comes there, which never happens while others work.
        if not self.channels["iopub"].socket.poll(PATIENCE * 1000):
            raise NoAnswer("a client was not welcomed")
        self.ask("shell", "kernel_info_request")

    def close(self):
        self.client.stop_channels()

    def send(self, channel, msg_type, content=None, subshell=None):
        """Sends a request; gives its id."""
        message = self.client.session.msg(msg_type, content or {})
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        self.channels[channel].send(message)
        return message["header"]["msg_id"]

    def ask(self, channel, msg_type, content=None, subshell=None):
        """Sends a request and waits for its end; gives the content of the reply, {} where there is none."""
        return self.hear(self.send(channel, msg_type, content, subshell), msg_type.endswith("_request"))

    def execute(self, code, subshell=None, **options):
        return self.ask("shell", "execute_request", cell(code, **options), subshell)

    def hear(self, msg_id, replies=True):
        """Receives until the request's reply, if it has one, and idle have come; gives the reply's content."""
        return self.hear_all([msg_id], replies)[0]

    def hear_all(self, msg_ids, replies=True):
        """The same for several requests that are under way together."""
        idle, contents = set(), {}
        while len(idle) < len(msg_ids) or (replies and len(contents) < len(msg_ids)):
            for name, message in self.receive(msg_ids):
                parent = message["parent_header"].get("msg_id")
                if parent not in msg_ids:
                    continue
                if name in ("shell", "control"):
                    contents[parent] = message["content"]
                elif message["content"].get("execution_state") == "idle":
                    idle.add(parent)
        return [contents.get(msg_id, {}) for msg_id in msg_ids]

    def wait_until_begun(self, msg_id):
        """Receives until a cell has begun, or was answered without."""
        while True:
            for name, message in self.receive(msg_id):
                if message["parent_header"].get("msg_id") != msg_id:
                    continue
                if name == "shell" or message["msg_type"] == "execute_input":
                    return

    def receive(self, waited_for):
        """What has come on any channel, at least one message."""
        ready = dict(self.poller.poll(PATIENCE * 1000))
        if not ready:
            raise NoAnswer(f"nothing comes any more for the request {waited_for}")
        messages = []
        for name, channel in self.channels.items():
            if channel.socket not in ready:
                continue
            message = channel.get_msg(timeout=PATIENCE)
            if message["msg_type"] == "input_request":
                self.client.input("a line")
            messages.append((name, message))
        return messages

    def interrupt(self, msg_id):
        """Ends a cell that runs. An interrupt may come before the cell has begun; then another follows."""
        deadline = time.monotonic() + PATIENCE
        reply = idle = None
        interrupt = self.send("control", "interrupt_request")
        while not (reply and idle):
            if time.monotonic() > deadline:
                raise NoAnswer(f"interrupts do not end the cell {msg_id}")
            for name, message in self.receive(msg_id):
                parent = message["parent_header"].get("msg_id")
                if parent == msg_id and name == "shell":
                    reply = message["content"]
                elif parent == msg_id and message["content"].get("execution_state") == "idle":
                    idle = True
                elif parent == interrupt and name == "control" and not reply:
                    interrupt = self.send("control", "interrupt_request")
        return reply

    def catch_up(self):
        """Takes whatever the other clients' cells have left here."""
        self.ask("shell", "kernel_info_request")


def cell(code, **options):
    """The content of an execute_request."""
    return {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": True,
        "stop_on_error": False,
        **options,
    }
