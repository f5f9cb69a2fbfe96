"""An interrupt ends the cell, whatever it is doing, and the kernel goes on (K8, N2)."""

import os
import signal

import pytest

from talk import TIMEOUT, iopub_of, outcome, run, wait_for_output

# Each prints `ready` when it has come to the place where it would stay for ever.
STUCK = {
    "loop": "print('ready') while true do end",
    "for loop": "print('ready') for i = 1, math.huge do local x = i * 2 end",
    "function calls": "local function f() return 1 end print('ready') while true do f() end",
    "recursion": "local function f() return f() end print('ready') f()",
    "coroutine": "local c = coroutine.wrap(function() print('ready') while true do end end) c()",
    "nested coroutines": """
        local function deep(n)
          if n == 0 then print('ready') while true do end end
          return coroutine.wrap(function() return deep(n - 1) end)()
        end
        deep(20)""",
    "many coroutines": """
        print('ready')
        while true do
          local c = coroutine.create(function() coroutine.yield(1) end)
          while coroutine.resume(c) do end
        end""",
    "pcall loop": "print('ready') while true do pcall(function() while true do end end) end",
    "pcall of errors": "print('ready') while true do pcall(error, 'again') end",
    "xpcall loop": """
        print('ready')
        while true do xpcall(function() while true do end end, function(e) return e end) end""",
    "coroutine that catches": """
        print('ready')
        while true do
          local c = coroutine.create(function() while true do pcall(function() while true do end end) end end)
          coroutine.resume(c)
        end""",
    "metamethod": """
        local t = setmetatable({}, {__index = function() print('ready') while true do end end})
        return t.field""",
    "gsub callback": "print('ready') string.gsub('a', 'a', function() while true do end end)",
    "sort callback": "print('ready') table.sort({3, 2, 1}, function() while true do end end)",
    "printing": "print('ready') while true do print('more') end",
    "sleep": "print('ready') hermit.sleep(1e6)",
    "input": "print('ready') io.read()",
    "close": """
        local x <close> = setmetatable({}, {__close = function() print('ready') while true do end end})""",
}  # fmt: skip


def by_message(manager):
    # The kernelspec says interrupt_mode message, so this sends interrupt_request on control.
    manager.interrupt_kernel()


def by_signal(manager):
    os.kill(manager.provisioner.pid, signal.SIGINT)


@pytest.mark.parametrize("code", STUCK.values(), ids=STUCK.keys())
@pytest.mark.parametrize("interrupt", [by_message, by_signal])
def test_an_interrupt_ends_the_cell_and_the_kernel_goes_on(manager, client, code, interrupt):
    stuck = client.execute(code, allow_stdin=True)
    wait_for_output(client, stuck, "ready")
    interrupt(manager)
    ended = outcome(client, stuck)
    assert ended.status == "error"
    assert ended.reply["ename"] == "KernelInterrupt"
    assert len(ended.of_type("error")) == 1
    assert run(client, "'goes on'").status == "ok"
    assert manager.is_alive()


def test_an_interrupt_is_answered(manager, client):
    stuck = client.execute(STUCK["loop"])
    wait_for_output(client, stuck, "ready")
    msg_id = client.session.msg("interrupt_request", {})
    client.control_channel.send(msg_id)
    reply = client.get_control_msg(timeout=TIMEOUT)
    assert reply["msg_type"] == "interrupt_reply"
    assert reply["content"]["status"] == "ok"
    assert outcome(client, stuck).status == "error"


def test_interrupts_while_idle_and_twice_in_a_row_harm_nothing(manager, client):
    for _ in range(3):
        manager.interrupt_kernel()
        by_signal(manager)
    # A request on control marks that the interrupts sent there before have been taken in.
    client.control_channel.send(client.session.msg("kernel_info_request", {}))
    while client.get_control_msg(timeout=TIMEOUT)["msg_type"] != "kernel_info_reply":
        pass
    assert run(client, "1 + 1").result == "2"


def test_an_interrupt_ends_only_cells_that_run(manager, client):
    stuck = client.execute(STUCK["loop"], stop_on_error=False)
    queued = client.execute("ran = true", stop_on_error=False)
    wait_for_output(client, stuck, "ready")
    manager.interrupt_kernel()
    assert client.get_shell_msg(timeout=TIMEOUT)["parent_header"]["msg_id"] == stuck
    reply = client.get_shell_msg(timeout=TIMEOUT)
    assert (reply["parent_header"]["msg_id"], reply["content"]["status"]) == (queued, "ok")
    assert iopub_of(client, queued)


def test_the_traceback_of_an_interrupted_cell_names_its_line(manager, client):
    stuck = client.execute("print('ready')\nlocal x = 0\nwhile true do\n  x = x + 1\nend")
    wait_for_output(client, stuck, "ready")
    manager.interrupt_kernel()
    traceback = "\n".join(outcome(client, stuck).reply["traceback"])
    assert "3" in traceback or "4" in traceback


def test_fifty_interrupts_in_a_row_all_work(manager, client):
    for number in range(50):
        stuck = client.execute(f"print('ready {number}') while true do end")
        wait_for_output(client, stuck, f"ready {number}")
        manager.interrupt_kernel()
        assert outcome(client, stuck).reply["ename"] == "KernelInterrupt"
