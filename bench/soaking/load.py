"""What keeps the kernel busy: workers, each with a client of its own, on a thread of its own."""

import json
import random
import threading
import time
import uuid

import zmq
from jupyter_client.session import Session

from client import Client, NoAnswer
from kernel import PATIENCE


class Worker:
    """Does one thing after another until it is told to pause."""

    def __init__(self, kernel, client, seed):
        self.kernel = kernel
        self.client = client
        self.random = random.Random(seed)
        self.steps = 0

    def run(self, deadline):
        while time.monotonic() < deadline:
            self.step()
            self.steps += 1


class Notebook(Worker):
    """Cells of all kinds, and what a notebook asks besides."""

    CELLS = (
        "1 + 1",
        "x = (x or 0) + 1; return x",
        "t = {}; for i = 1, 1000 do t[i] = {i, tostring(i)} end; return #t",
        "print('a line')",
        "for i = 1, 200 do print(i) end",
        "io.stderr:write('to stderr')",
        "io.write(('x'):rep(100000))",
        "return ('y'):rep(50000)",
        "hermit.display(hermit.html('<b>shown</b>'))",
        "return {1, 2, {3, name = 'value'}}",
        "return io.read()",
        "error('an error')",
        "no_such_function()",
        "this is no Lua",
        "local c = coroutine.wrap(function() for i = 1, 50 do coroutine.yield(i) end end); return c() + c()",
        "-- task\nhermit.sleep(0.002)",
        "-- thread\nlocal n = 0; for i = 1, 20000 do n = n + i end; return n",
    )
    BIG = "io.write(('x'):rep(2000000))"

    def step(self):
        kind = self.random.randrange(20)
        if kind < 11:
            self.cell()
        elif kind < 13:
            self.client.ask("shell", "complete_request", {"code": "string.re", "cursor_pos": 9})
        elif kind < 14:
            self.client.ask("shell", "inspect_request", {"code": "print", "cursor_pos": 3, "detail_level": 1})
        elif kind < 15:
            self.client.ask("shell", "is_complete_request", {"code": "for i = 1, 3 do"})
        elif kind < 16:
            self.client.ask("shell", "history_request", {"hist_access_type": "tail", "n": 20, "output": True})
        elif kind < 17:
            self.client.ask("shell", "comm_info_request")
        elif kind < 19:
            self.comm()
        else:
            self.many_at_once()

    def cell(self):
        code = self.BIG if self.random.randrange(100) == 0 else self.random.choice(self.CELLS)
        options = {}
        if self.random.randrange(5) == 0:
            options["user_expressions"] = {"good": "x", "bad": "+"}
        if self.random.randrange(4) == 0:
            options["store_history"] = False
        self.client.execute(code, **options)

    def comm(self):
        # No target is known, so each is closed at once.
        comm = uuid.uuid4().hex
        self.client.ask("shell", "comm_open", {"comm_id": comm, "target_name": "nobody", "data": {}})
        self.client.ask("shell", "comm_msg", {"comm_id": comm, "data": {"n": 1}})

    def many_at_once(self):
        """Run All, with a cell among them that fails, so that the others are aborted."""
        codes = ["1 + 1", "print('before')", "error('stop')", "print('after')", "2 + 2"]
        contents = [{"code": code, "stop_on_error": True} for code in codes]
        self.client.hear_all([self.client.send("shell", "execute_request", content) for content in contents])


class Console(Worker):
    """Subshells, made, used and deleted."""

    def step(self):
        made = self.client.ask("control", "create_subshell_request")
        subshell = made["subshell_id"]
        for code in ("1 + 1", "print('from a subshell')", "error('an error')"):
            self.client.execute(code, subshell)
        self.client.ask("shell", "complete_request", {"code": "str", "cursor_pos": 3}, subshell)
        if self.random.randrange(3) == 0:  # deleted while it is busy
            busy = self.client.send("shell", "execute_request", {"code": "while true do end"}, subshell)
            self.client.wait_until_begun(busy)
            self.client.ask("control", "delete_subshell_request", {"subshell_id": subshell})
        else:
            self.client.ask("control", "delete_subshell_request", {"subshell_id": subshell})


class Interrupter(Worker):
    """Cells that would never end, among others."""

    def step(self):
        for _ in range(20):
            self.client.execute("2 + 2")
        code = self.random.choice(("while true do end", "while true do pcall(error) end", "hermit.sleep(3600)"))
        spinning = self.client.send("shell", "execute_request", {"code": code})
        # Somebody else's interrupt or error may have taken it before it began.
        self.client.interrupt(spinning)


class Visitor(Worker):
    """Clients that come, ask something, and go, some without waiting, most of them raw."""

    def step(self):
        if self.random.randrange(10) == 0:
            client = Client(self.kernel)
            client.execute("return io.read()")
            client.close()
        else:
            self.visit(json.loads(self.kernel.file.read_text()))

    def visit(self, info):
        session = Session(key=info["key"].encode(), signature_scheme=info["signature_scheme"])
        context = zmq.Context.instance()
        with context.socket(zmq.DEALER) as shell, context.socket(zmq.SUB) as iopub:
            shell.linger = iopub.linger = 0
            shell.connect(f"tcp://{info['ip']}:{info['shell_port']}")
            iopub.connect(f"tcp://{info['ip']}:{info['iopub_port']}")
            iopub.subscribe(b"status")
            session.send(shell, "kernel_info_request")
            self.receive(shell)
            shell.send_multipart([b"no", b"message"])
            session.send(shell, "execute_request", {"code": "3 + 3", "silent": True})
            if self.random.randrange(2) == 0:
                self.receive(shell)

    def receive(self, socket):
        if not socket.poll(PATIENCE * 1000):
            raise NoAnswer("a visitor got no answer")
        socket.recv_multipart()


def make_workers(kernel):
    kinds = (Notebook, Notebook, Console, Interrupter, Visitor)
    return [kind(kernel, None if kind is Visitor else Client(kernel), seed) for seed, kind in enumerate(kinds)]


def work(workers, seconds):
    """Lets all work for so long; raises what went wrong in one of them."""
    deadline = time.monotonic() + seconds
    errors = []

    def run(worker):
        try:
            worker.run(deadline)
        except Exception as error:  # noqa: BLE001 - told by whoever waits for the threads
            errors.append(error)

    threads = [threading.Thread(target=run, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    for worker in workers:
        if worker.client:
            worker.client.catch_up()
