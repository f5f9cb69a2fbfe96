"""Runs code blocks of a page as the cells of one kernel, several at once if need be."""

from jupyter_client.manager import start_new_kernel

# In seconds. Decides no test: it only turns a cell that never ends into a failure.
TIMEOUT = 60


class Cells:
    """A kernel and the cells that were given to it."""

    def __init__(self, kernel_name):
        self.kernel_name = kernel_name
        self.pending = []  # cells that nobody has waited for
        self.replies = {}
        self.printed = {}
        self.values = {}
        self.idle = set()

    def __enter__(self):
        self.manager, self.client = start_new_kernel(kernel_name=self.kernel_name)
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel()

    def begin(self, code, tags=None):
        """Sends a cell; gives what wait() wants."""
        content = {"code": code, "silent": False, "allow_stdin": False, "stop_on_error": False}
        metadata = {"tags": [tags]} if tags else {}
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(message)
        self.pending.append(message["header"]["msg_id"])
        return self.pending[-1]

    def wait(self, cell):
        """Waits for the end of a cell; gives the name of its error, or None, and what it printed with its value."""
        self.pending.remove(cell)
        while cell not in self.replies:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
            self.replies[reply["parent_header"].get("msg_id")] = reply["content"]
        while cell not in self.idle:
            self.take(self.client.get_iopub_msg(timeout=TIMEOUT))
        reply = self.replies[cell]
        text = self.printed.get(cell, "") + self.values.get(cell, "")
        return (None if reply["status"] == "ok" else reply["ename"]), text

    def take(self, message):
        """Notes what a message of iopub says of its cell."""
        cell, content = message["parent_header"].get("msg_id"), message["content"]
        if content.get("execution_state") == "idle":
            self.idle.add(cell)
        elif message["msg_type"] == "stream" and content["name"] == "stdout":
            self.printed[cell] = self.printed.get(cell, "") + content["text"]
        elif message["msg_type"] == "execute_result":
            self.values[cell] = content["data"]["text/plain"] + "\n"

    def wait_for_all(self):
        """Waits for all cells that were only begun; gives the errors there were among them."""
        errors = [self.wait(cell)[0] for cell in list(self.pending)]
        return [error for error in errors if error]
