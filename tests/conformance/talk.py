"""Talking to a kernel through jupyter_client, and looking at what comes back."""

import time
from queue import Empty

# In seconds. Decides no test: it only turns a kernel that does not answer into a failure.
TIMEOUT = 180


class Outcome:
    """All that one request led to: its reply, and what stood on iopub between busy and idle."""

    def __init__(self, reply, messages):
        self.reply = reply["content"]
        self.metadata = reply["metadata"]
        self.messages = messages

    @property
    def status(self):
        return self.reply["status"]

    def of_type(self, msg_type):
        return [message["content"] for message in self.messages if message["msg_type"] == msg_type]

    def stream(self, name):
        return "".join(content["text"] for content in self.of_type("stream") if content["name"] == name)

    @property
    def stdout(self):
        return self.stream("stdout")

    @property
    def stderr(self):
        return self.stream("stderr")

    @property
    def result(self):
        """The plain text of the cell's value; None when it has none."""
        results = self.of_type("execute_result")
        assert len(results) <= 1
        return results[0]["data"]["text/plain"] if results else None


def run(client, code, **options):
    """Executes a cell and waits for its end."""
    return outcome(client, client.execute(code, **options))


def run_after_signals(client, code):
    """Executes a cell after signals to the kernel that nobody has acknowledged: such a one may still meet it."""
    while (seen := run(client, code)).reply.get("ename") == "KernelInterrupt":
        pass
    return seen


def outcome(client, msg_id):
    """Waits for the end of a request that was sent on shell."""
    return Outcome(reply_to(client.get_shell_msg, msg_id), iopub_of(client, msg_id))


def outcomes(client, *msg_ids):
    """Waits for the ends of requests that were sent on shell and run side by side: they come in any order."""
    replies, messages, idle = {}, {msg_id: [] for msg_id in msg_ids}, set()
    while len(replies) < len(msg_ids):
        reply = client.get_shell_msg(timeout=TIMEOUT)
        if reply["parent_header"].get("msg_id") in messages:
            replies[reply["parent_header"]["msg_id"]] = reply
    while len(idle) < len(msg_ids):
        message = client.get_iopub_msg(timeout=TIMEOUT)
        msg_id = message["parent_header"].get("msg_id")
        if msg_id not in messages:
            continue
        messages[msg_id].append(message)
        if message["content"].get("execution_state") == "idle":
            idle.add(msg_id)
    return [Outcome(replies[msg_id], messages[msg_id]) for msg_id in msg_ids]


def reply_to(receive, msg_id):
    """The reply to a request; those to others are passed over."""
    while True:
        message = receive(timeout=TIMEOUT)
        if message["parent_header"].get("msg_id") == msg_id:
            return message


def iopub_of(client, msg_id, until="idle"):
    """The messages of a request up to its idle, or up to and with the first one of the type `until`."""
    messages = []
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT)
        if message["parent_header"].get("msg_id") != msg_id:
            continue
        messages.append(message)
        if until in (message["msg_type"], message["content"].get("execution_state")):
            return messages


def wait_for_output(client, msg_id, text):
    """Waits until a running cell has printed the text, so that it is known to run."""
    printed = ""
    while text not in printed:
        printed += iopub_of(client, msg_id, until="stream")[-1]["content"]["text"]


def nothing_more(receive):
    """Whether a channel is empty. To be asked when all that could come has come."""
    try:
        receive(timeout=0)
    except Empty:
        return True
    return False


def wait_until(condition, what):
    """Waits for something that sends no message, such as the end of a process of somebody else's."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, f"still waiting: {what}"
        time.sleep(0.01)
