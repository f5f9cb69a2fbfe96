"""The kernel under jupyter_client: starting, restarting and ending it, several clients, and the channels
that answer while a cell spins. Interrupts and input have files of their own.
"""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zmq
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import AsyncKernelManager

from kernels import group_members, has_ended
from talk import (
    TIMEOUT, iopub_of, nothing_more, outcome, reply_to, run, run_after_signals, wait_for_output, wait_until,
)
from wire import WireClient


def spin(language):
    """A cell that prints "spinning" and goes on for ever."""
    return language.print % "spinning" + " " + language.forever


def test_a_cell_runs_and_its_value_comes_back(client, language):
    first = run(client, language.declare % ("x", 20) + "\nx + 1")
    assert (first.status, first.result, first.reply["execution_count"]) == ("ok", "21", 1)
    second = run(client, "x * 2")
    assert (second.result, second.reply["execution_count"]) == ("40", 2)


def test_the_messages_of_a_cell_come_in_the_order_of_the_protocol(client, language):
    messages = run(client, language.print % "text" + "\n1 + 1").messages
    seen = [message["content"].get("execution_state", message["msg_type"]) for message in messages]
    assert seen == ["busy", "execute_input", "stream", "execute_result", "idle"]


def test_an_error_is_the_same_on_iopub_and_in_the_reply(client, language):
    failed = run(client, language.undeclared)
    assert failed.status == "error"
    (shown,) = failed.of_type("error")
    for field in ("ename", "evalue", "traceback"):
        assert shown[field] == failed.reply[field]
    assert "no_such_name" in failed.reply["evalue"]


def test_an_error_does_not_end_what_was_there_before(client, language):
    run(client, language.declare % ("kept", 7))
    for code in (language.fail, language.undeclared):
        assert run(client, code).status == "error"
    assert run(client, "kept").result == "7"


def test_user_expressions_are_answered_each_on_its_own(client, language):
    expressions = {"good": "x + 1", "bad": language.undeclared}
    reply = run(client, language.declare % ("x", 3), user_expressions=expressions).reply
    assert reply["status"] == "ok"
    assert reply["user_expressions"]["good"]["data"]["text/plain"] == "4"
    assert reply["user_expressions"]["bad"]["status"] == "error"


def test_completion_knows_the_values_that_are_there(client):
    run(client, "creature = {claws = 2, clams = 7}")
    code = "print(creature.cla"
    reply = reply_to(client.get_shell_msg, client.complete(code))["content"]
    start, end = reply["cursor_start"], reply["cursor_end"]
    completed = {code[:start] + match + code[end:] for match in reply["matches"]}
    assert completed == {"print(creature.claws", "print(creature.clams"}


def test_completion_counts_the_cursor_in_code_points(client):
    run(client, "creature = {claws = 2}")
    code = "s = '\U0001f980\U0001f41a' print(creature.cla"
    reply = reply_to(client.get_shell_msg, client.complete(code))["content"]
    assert code[: reply["cursor_start"]] + reply["matches"][0] == code + "ws"
    assert reply["cursor_end"] == len(code)


def test_inspection_finds_what_the_user_defined(client):
    run(client, "-- Weighs a crab.\nfunction weigh(crab, scale) return 1 end")
    content = reply_to(client.get_shell_msg, client.inspect("weigh"))["content"]
    assert content["found"]
    assert "crab, scale" in content["data"]["text/plain"]
    assert "Weighs a crab" in content["data"]["text/plain"]
    assert not reply_to(client.get_shell_msg, client.inspect("nothing_of_that_name"))["content"]["found"]


def test_the_asynchronous_client_works_too(home, language):
    async def talk():
        manager = AsyncKernelManager(kernel_name=f"hermit-{language.name}")
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=TIMEOUT)
            reply = await client.execute_interactive(language.declare % ("y", 4), timeout=TIMEOUT)
            assert reply["content"]["status"] == "ok"
            answer = await client.execute_interactive("", user_expressions={"y": "y"}, timeout=TIMEOUT)
            assert answer["content"]["user_expressions"]["y"]["data"]["text/plain"] == "4"
        finally:
            client.stop_channels()
            await manager.shutdown_kernel()
        assert not await manager.is_alive()

    # In a thread of its own: a browser of the same test run leaves an event loop running in the main one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, talk()).result()


def test_a_restart_begins_anew(manager, client, language):
    run(client, language.declare % ("x", 1))
    before = manager.provisioner.pid
    manager.restart_kernel()
    client.wait_for_ready(timeout=TIMEOUT)
    again = run(client, language.text_value % "anew")
    assert (again.result, again.reply["execution_count"]) == (language.quoted % "anew", 1)
    assert run(client, "x").result is None
    assert manager.provisioner.pid != before
    assert has_ended(before)


@pytest.mark.parametrize("restart", [False, True])
def test_a_shutdown_is_answered_before_the_kernel_ends(kernel, language, restart):
    client = kernel.client()
    msg_id = client.shutdown(restart=restart)
    reply = reply_to(client.get_control_msg, msg_id)
    assert reply["msg_type"] == "shutdown_reply"
    assert reply["content"] == {"status": "ok", "restart": restart}
    assert iopub_of(client, msg_id)
    assert kernel.wait() == 0
    assert group_members(kernel.pid) == []


def test_a_shutdown_ends_a_kernel_that_spins(kernel, language):
    client = kernel.client()
    wait_for_output(client, client.execute(spin(language)), "spinning")
    reply_to(client.get_control_msg, client.shutdown())
    assert kernel.wait() == 0


@pytest.mark.parametrize("occupation", [None, "forever", "length", "sleep"])
def test_sigterm_ends_the_kernel(kernel, language, occupation):
    client = kernel.client()
    if occupation:
        code = language.print % "busy" + " " + getattr(language, occupation)
        wait_for_output(client, client.execute(code, allow_stdin=True), "busy")
    kernel.process.terminate()
    assert kernel.wait() == 0
    assert group_members(kernel.pid) == []


def test_heartbeat_and_control_answer_while_a_cell_spins(kernel, language):
    with WireClient(kernel.info) as wire:
        spinning = wire.execute(spin(language))
        wire.receive_until("iopub", lambda message: message.type == "stream")
        for _ in range(20):
            assert wire.heartbeat_answers()
            request = wire.request("control", "kernel_info_request")
            assert wire.receive("control").parent_id == request["msg_id"]
        # The I/O thread answers kernel_info on shell too.
        request = wire.request("shell", "kernel_info_request")
        assert wire.receive("shell").parent_id == request["msg_id"]
        wire.request("control", "interrupt_request")
        assert wire.receive("shell").parent_id == spinning["msg_id"]


def test_completion_answers_while_a_cell_spins(manager, client, language):
    run(client, language.declare % ("creature", 2))
    spinning = client.execute(spin(language))
    wait_for_output(client, spinning, "spinning")
    reply = reply_to(client.get_shell_msg, client.complete("creatu"))
    assert reply["content"]["matches"] == ["creature"]
    manager.interrupt_kernel()
    assert outcome(client, spinning).status == "error"


def test_the_heartbeat_echoes_whatever_it_gets(kernel):
    with WireClient(kernel.info) as wire:
        assert wire.heartbeat_answers()
        dealer = wire.connect(zmq.DEALER, "hb")
        for ping in ([b""], [b"", b"ping"], [b"a", b"b", b"c"], [bytes(100_000)]):
            dealer.send_multipart(ping)
            assert dealer.recv_multipart() == ping
        dealer.close()


def test_two_clients_each_get_their_own_replies_and_see_all_output(manager, client, language):
    other = manager.blocking_client()
    other.start_channels()
    other.wait_for_ready(timeout=TIMEOUT)
    try:
        mine = [client.execute(language.print % f"mine {number}") for number in range(10)]
        theirs = [other.execute(language.print % f"theirs {number}") for number in range(10)]
        for requests, own in ((mine, client), (theirs, other)):
            replies = [own.get_shell_msg(timeout=TIMEOUT)["parent_header"]["msg_id"] for _ in requests]
            assert replies == requests
            assert nothing_more(own.get_shell_msg)
        for observer in (client, other):
            idle, printed = 0, ""
            while idle < 20:
                message = observer.get_iopub_msg(timeout=TIMEOUT)
                if message["parent_header"].get("msg_id") in mine + theirs:
                    idle += message["content"].get("execution_state") == "idle"
                    printed += message["content"].get("text", "") if message["msg_type"] == "stream" else ""
            expected = [f"{who} {number}" for who in ("mine", "theirs") for number in range(10)]
            assert sorted(printed.splitlines()) == sorted(expected)
    finally:
        other.stop_channels()


def test_a_later_client_is_welcomed_too(kernel):
    with WireClient(kernel.info) as first, WireClient(kernel.info) as second:
        for wire in (first, second):
            wire.check_brackets({wire.execute("x = 1")["msg_id"]: "shell"})


def test_the_parent_header_is_the_request_header_verbatim(kernel):
    with WireClient(kernel.info) as wire:
        header = b'{ "msg_type":"kernel_info_request","msg_id":"a-1","date":"now",  "more": [1.50, "\\u00fc"]}'
        wire.send("shell", wire.frames(header))
        assert wire.receive("shell").parent_text == header


def test_cells_queued_behind_an_error_are_all_answered(client, language):
    requests = [
        client.execute(language.fail, stop_on_error=True),
        *(client.execute(language.declare % ("x", 1)) for _ in range(3)),
    ]
    replies = [reply_to(client.get_shell_msg, msg_id)["content"]["status"] for msg_id in requests]
    assert replies[0] == "error" and set(replies[1:]) <= {"ok", "aborted"}
    for msg_id in requests:
        assert iopub_of(client, msg_id)
    assert run(client, language.declare % ("x", 1)).status == "ok"


def test_history_remembers_what_ran(client, language):
    cells = [language.declare % (name, 1) for name in "abc"]
    for code in cells:
        run(client, code)
    run(client, language.declare % ("hidden", 1), store_history=False)
    reply = reply_to(
        client.get_shell_msg, client.history(hist_access_type="tail", n=2, raw=True, output=False)
    )
    assert [entry[2] for entry in reply["content"]["history"]] == cells[1:]


PARENT = """
import sys
from jupyter_client.manager import KernelManager
manager = KernelManager(kernel_name=sys.argv[2])
manager.start_kernel()
client = manager.blocking_client()
client.start_channels()
client.wait_for_ready(timeout=60)
if sys.argv[1]:
    client.execute(sys.argv[1])
    while "spinning" not in client.get_iopub_msg(timeout=60)["content"].get("text", ""):
        pass
print(manager.provisioner.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "spinning"])
def test_the_kernel_ends_when_the_process_that_started_it_dies(home, language, busy):
    arguments = [spin(language) if busy else "", f"hermit-{language.name}"]
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        kernel = int(parent.stdout.readline())
        assert not has_ended(kernel)
        parent.kill()
    wait_until(lambda: has_ended(kernel), "the kernel ends after its parent")


@pytest.mark.parametrize(
    "changes",
    [
        {"ip": "*"},
        {"key": ""},
        {"signature_scheme": "hmac-sha512"},
        {"signature_scheme": None},
        {"kernel_name": "hermit-lua", "unknown_field": {"a": [1]}},
        {"transport": None, "ip": None},
    ],
    ids=str,
)
def test_every_form_of_the_connection_file_works(start_kernel, changes):
    kernel = start_kernel(**changes)
    if changes.get("ip") == "*":
        # The client needs an address that it can connect to.
        kernel.file.write_text(json.dumps({**kernel.info, "ip": "127.0.0.1"}))
    assert run(kernel.client(), "x = 1").status == "ok"


def test_without_a_connection_file_the_kernel_writes_one_and_removes_it(hermit, jupyter_home):
    runtime = jupyter_home / "runtime"
    before = set(runtime.iterdir())
    process = subprocess.Popen([hermit, "start", "--shell_class=lua"], stdin=subprocess.DEVNULL)
    try:
        wait_until(
            lambda: set(runtime.iterdir()) - before or process.poll() is not None, "a connection file appears"
        )
        (file,) = set(runtime.iterdir()) - before
        assert file.name.startswith("kernel-") and file.suffix == ".json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        client = BlockingKernelClient()
        # Written in one step and after binding: it is whole, and somebody answers.
        client.load_connection_file(str(file))
        client.start_channels()
        client.wait_for_ready(timeout=TIMEOUT)
        client.shutdown()
        assert process.wait(timeout=TIMEOUT) == 0
        client.stop_channels()
        assert not file.exists()
    finally:
        process.kill()
        process.wait()


def test_a_kernel_leaves_the_clients_connection_file_alone(kernel):
    client = kernel.client()
    before = kernel.file.read_bytes()
    client.shutdown()
    assert kernel.wait() == 0
    assert kernel.file.read_bytes() == before


def test_nothing_is_printed_on_the_kernels_own_stdout_and_stderr(kernel, language):
    client = kernel.client()
    run(client, language.print % "for the notebook" + " " + language.print_error % "this too")
    client.shutdown()
    kernel.wait()
    assert "for the notebook" not in kernel.log() and "this too" not in kernel.log()


def test_kernel_info_says_who_it_is(client, language):
    content = reply_to(client.get_shell_msg, client.kernel_info())["content"]
    assert content["status"] == "ok"
    assert content["language_info"]["name"] == language.reported
    assert content["language_info"]["version"].startswith({"lua": "5.4", "c++": "20"}[language.reported])
    assert content["protocol_version"].startswith("5.")
    assert content["implementation"] and content["banner"]


@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
def test_kernel_info_is_answered_on_every_channel(kernel, channel):
    with WireClient(kernel.info) as wire:
        request = wire.request(channel, "kernel_info_request")
        reply = wire.receive(channel)
        assert reply.type == "kernel_info_reply"
        assert reply.parent_id == request["msg_id"]


def test_the_key_is_in_no_command_line_environment_or_log(kernel):
    client = kernel.client()
    run(client, "error('no')")
    process = Path(f"/proc/{kernel.pid}")
    key = kernel.info["key"]
    assert key not in (process / "cmdline").read_text() + (process / "environ").read_text() + kernel.log()


def test_sigint_to_an_idle_kernel_harms_nothing(kernel, language):
    client = kernel.client()
    for _ in range(3):
        os.kill(kernel.pid, signal.SIGINT)
    assert run_after_signals(client, "1 + 1").result == "2"
