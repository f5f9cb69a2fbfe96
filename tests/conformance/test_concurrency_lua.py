"""Cells of the Lua shell that run at the same time: tasks, threads and subshells (K3, K4, K8, K14)."""

import pytest

from talk import TIMEOUT, outcome, outcomes, reply_to, run, wait_for_output

SPIN = "print('spinning') while true do end"


def start(client, code, subshell=None):
    """Sends a cell, to a subshell if one is named; gives the id of the request."""
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }
    message = client.session.msg("execute_request", content)
    if subshell is not None:
        message["header"]["subshell_id"] = subshell
    client.shell_channel.send(message)
    return message["header"]["msg_id"]


def ask_control(client, msg_type, **content):
    """Sends a request on control and gives the content of its reply."""
    message = client.session.msg(msg_type, content)
    client.control_channel.send(message)
    return reply_to(client.get_control_msg, message["header"]["msg_id"])["content"]


@pytest.fixture
def subshell(client):
    """The id of a new subshell."""
    reply = ask_control(client, "create_subshell_request")
    assert reply["status"] == "ok"
    return reply["subshell_id"]


def test_tasks_take_turns_where_they_sleep(client):
    run(client, "order, begun = {}, 0")
    work = """-- task
        begun = begun + 1
        while begun < 3 do hermit.yield() end
        for i = 1, 3 do order[#order + 1] = '{0}' .. i hermit.yield() end
        print '{0} ends'"""
    ended = outcomes(client, *(start(client, work.format(name)) for name in "abc"))
    assert [each.stdout for each in ended] == ["a ends\n", "b ends\n", "c ends\n"]
    order = run(client, "table.concat(order, ' ')").result
    names = [step[0] for step in order.strip('"').split()]
    assert names != sorted(names)
    assert sorted(names) == list("aaabbbccc")


def test_a_task_runs_while_a_queued_cell_sleeps(client):
    queued = start(client, "while not told do hermit.sleep(0.001) end return told")
    behind = start(client, "'behind'")
    task = start(client, "-- task\ntold = 'by a task'")
    ended = outcomes(client, queued, behind, task)
    assert [each.result for each in ended] == ['"by a task"', '"behind"', None]
    assert [each.status for each in ended] == ["ok"] * 3


def test_a_thousand_tasks_sleep_at_once(client):
    run(client, "count = 0")
    code = "-- task\nhermit.sleep(0.5) count = count + 1"
    ended = outcomes(client, *(start(client, code) for _ in range(1000)))
    assert all(each.status == "ok" for each in ended)
    assert run(client, "count").result == "1000"


def test_a_task_that_fails_after_a_sleep_shows_where(client):
    failed = run(client, "-- task\nhermit.sleep(0.001)\nerror('late')")
    assert failed.reply["evalue"] == "cell [1]:3: late"
    assert "error('late')" in "\n".join(failed.reply["traceback"])


def test_a_thread_prints_while_a_queued_cell_spins(client):
    spin = start(client, "print('spinning') while not stop do end")
    wait_for_output(client, spin, "spinning")
    thread = start(client, "-- thread\nfor i = 1, 100 do print(i) end stop = true")
    thread, spin = outcomes(client, thread, spin)
    assert thread.stdout == "".join(f"{number}\n" for number in range(1, 101))
    assert spin.status == "ok"


def test_a_queued_cell_runs_while_threads_spin(client):
    threads = [start(client, "-- thread\nready = (ready or 0) + 1 while not stop do end") for _ in range(3)]
    queued = start(client, "while ready ~= 3 do end stop = true return 'told them'")
    ended = outcomes(client, *threads, queued)
    assert [each.status for each in ended] == ["ok"] * 4
    assert ended[-1].result == '"told them"'


def test_a_subshell_runs_while_the_main_shell_spins_and_shares_its_names(client, subshell):
    run(client, "answer = 42")
    spin = start(client, "print('spinning') while not told do end return told")
    wait_for_output(client, spin, "spinning")
    teller = start(client, "told = 'by a subshell' return answer", subshell)
    teller, spin = outcomes(client, teller, spin)
    assert teller.result == "42"
    assert teller.reply["execution_count"] == 1
    assert spin.result == '"by a subshell"'


def test_completion_in_a_subshell_sees_the_names_while_both_shells_spin(client, manager, subshell):
    run(client, "creature = {claws = 2}")
    cells = []
    for where in (None, subshell):
        cells.append(start(client, SPIN, where))
        wait_for_output(client, cells[-1], "spinning")
    request = client.session.msg("complete_request", {"code": "creature.cla", "cursor_pos": 12})
    request["header"]["subshell_id"] = subshell
    client.shell_channel.send(request)
    reply = reply_to(client.get_shell_msg, request["header"]["msg_id"])
    assert len(reply["content"]["matches"]) == 1
    manager.interrupt_kernel()
    assert [each.reply["ename"] for each in outcomes(client, *cells)] == ["KernelInterrupt"] * 2


def test_errors_name_the_cell_of_the_right_shell(client, subshell):
    run(client, "function of_main() error('here') end")
    outcomes(client, start(client, "function of_sub() error('there') end", subshell))
    assert run(client, "of_sub()").reply["evalue"] == "cell [sub1:1]:1: there"
    failed = outcomes(client, start(client, "of_main()", subshell))[0]
    assert failed.reply["evalue"] == "cell [1]:1: here"
    assert "function of_main()" in "\n".join(failed.reply["traceback"])


@pytest.mark.parametrize("code", [SPIN, "print('spinning') hermit.sleep(1e6)"], ids=["spinning", "sleeping"])
def test_a_busy_subshell_can_be_deleted(client, subshell, code):
    busy = start(client, code, subshell)
    wait_for_output(client, busy, "spinning")
    assert ask_control(client, "delete_subshell_request", subshell_id=subshell)["status"] == "ok"
    # A cell that sleeps may not be resumed any more; then the host words its end.
    assert outcome(client, busy).reply["ename"] in ("KernelInterrupt", "KernelShutdown")
    assert ask_control(client, "list_subshell_request")["subshell_id"] == []
    assert run(client, "'goes on'").status == "ok"


def test_an_interrupt_ends_cells_of_every_kind(client, manager, subshell):
    cells = []
    for code, where in [
        ("-- task\nprint('spinning') hermit.sleep(1e6)", None),
        ("-- task\nprint('spinning') coroutine.wrap(function() pcall(hermit.sleep, 1e6) end)()", None),
        ("-- thread\nprint('spinning') hermit.sleep(1e6)", None),
        ("-- thread\n" + SPIN, None),
        (SPIN, subshell),
        (SPIN, None),
    ]:
        cells.append(start(client, code, where))
        wait_for_output(client, cells[-1], "spinning")
    manager.interrupt_kernel()
    ended = outcomes(client, *cells)
    assert [each.reply.get("ename") for each in ended] == ["KernelInterrupt"] * len(cells)
    assert all(len(each.of_type("error")) == 1 for each in ended)
    assert run(client, "'goes on'").status == "ok"


def test_subshells_come_and_go_while_the_main_shell_spins(client, manager):
    spin = start(client, SPIN)
    wait_for_output(client, spin, "spinning")
    for _ in range(100):
        subshell = ask_control(client, "create_subshell_request")["subshell_id"]
        assert outcomes(client, start(client, "count = (count or 0) + 1", subshell))[0].status == "ok"
        assert ask_control(client, "delete_subshell_request", subshell_id=subshell)["status"] == "ok"
    manager.interrupt_kernel()
    assert reply_to(client.get_shell_msg, spin)["content"]["ename"] == "KernelInterrupt"
    assert run(client, "count").result == "100"


def test_a_timeout_ends_a_task_that_sleeps(client):
    request = client.session.msg(
        "execute_request",
        {"code": "-- task\nhermit.sleep(1e6)", "silent": False, "store_history": True, "user_expressions": {},
         "allow_stdin": False, "stop_on_error": False},
        metadata={"timeout": 0.05},
    )  # fmt: skip
    client.shell_channel.send(request)
    assert outcome(client, request["header"]["msg_id"]).reply["ename"] == "TimeoutError"


def test_a_mode_line_that_is_no_lua_is_seen_by_the_host_only(client):
    seen = run(client, "##thread\nlocal x <const> = 20\nx + 22")
    assert (seen.result, seen.metadata["run_mode"]) == ("42", "thread")
    failed = run(client, "## task\nerror('here')")
    assert failed.reply["evalue"].endswith("]:2: here")
    assert run(client, "## no mode\nx").reply["status"] == "error"

    request = client.is_complete("##task\nfor i = 1, 2 do")
    assert reply_to(client.get_shell_msg, request)["content"]["status"] == "incomplete"
    request = client.complete("##task\nstring.form")
    assert reply_to(client.get_shell_msg, request)["content"]["matches"] == ["format"]


def test_a_timeout_ends_the_programs_that_the_cell_has_started(client):
    cell = client.session.msg("execute_request", {"code": "os.execute('sleep 1000')"}, metadata={"timeout": 0.2})
    client.shell_channel.send(cell)
    ended = outcome(client, cell["header"]["msg_id"])
    assert ended.reply["ename"] == "TimeoutError"
    assert run(client, "'goes on'").status == "ok"
