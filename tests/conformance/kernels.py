"""Kernels that a test starts by hand, with a connection file that it wrote itself."""

import json
import os
import signal
import socket
import subprocess
import uuid
from pathlib import Path

from jupyter_client.blocking import BlockingKernelClient

from talk import TIMEOUT

PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


def free_ports(count):
    """Ports that nobody uses now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def connection_info(**changes):
    """The contents of a good connection file. A change to None leaves the field out."""
    info = {
        **dict(zip(PORTS, free_ports(len(PORTS)))),
        "transport": "tcp",
        "ip": "127.0.0.1",
        "key": uuid.uuid4().hex,
        "signature_scheme": "hmac-sha256",
        "kernel_name": "",
        **changes,
    }
    return {name: value for name, value in info.items() if value is not None}


def make_ready(client):
    """Connects a client that was given a connection and not a manager, and waits for the kernel."""
    # Otherwise it takes a kernel for dead whose heartbeat takes a second, on a machine that has much else to do.
    client.hb_channel.time_to_dead = TIMEOUT
    client.start_channels()
    client.wait_for_ready(timeout=TIMEOUT)


class HandStartedKernel:
    """A process `hermit start -f FILE`, and what it takes to reach it."""

    def __init__(self, hermit, folder, arguments=(), shell="lua", connection=None):
        self.info = connection_info(**(connection or {}))
        self.file = Path(folder) / f"connection-{uuid.uuid4().hex}.json"
        self.file.write_text(json.dumps(self.info))
        self.errors = self.file.with_suffix(".stderr")
        self.clients = []
        with self.errors.open("wb") as errors:
            # A session of its own, so that what it leaves behind can be found by its process group.
            self.process = subprocess.Popen(
                [hermit, "start", "-f", self.file, f"--shell_class={shell}", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,
            )

    @property
    def pid(self):
        return self.process.pid

    def client(self):
        """A blocking client, ready."""
        client = BlockingKernelClient()
        client.load_connection_file(str(self.file))
        self.clients.append(client)
        make_ready(client)
        return client

    def is_alive(self):
        return self.process.poll() is None

    def wait(self):
        """Waits for its end; gives the exit code."""
        return self.process.wait(timeout=TIMEOUT)

    def log(self):
        return self.errors.read_text(errors="replace")

    def end(self):
        for client in self.clients:
            client.stop_channels()
        if self.is_alive():
            self.process.kill()
        self.process.wait()
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def group_members(group):
    """The processes of a process group that have not ended."""
    members = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, process_group = fields[0], int(fields[2])
        if process_group == group and state not in "ZX":
            members.append(int(folder.name))
    return members


def has_ended(pid):
    """Whether a process that is not our child has ended; one that nobody has reaped has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True
