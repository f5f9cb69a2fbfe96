"""A cell that takes all the memory there is ends with an error, and the kernel goes on."""

import resource

import pytest

from talk import run

GIBIBYTE = 1 << 30

GROWTH = {
    "tables": "while true do t[#t + 1] = {} end",
    "functions": "while true do t[#t + 1] = function() return t end end",
    "coroutines": "while true do t[#t + 1] = coroutine.wrap(print) end",
    "text": "local s = 'x' while true do s = s .. s end",
}


@pytest.fixture
def client(kernel):
    """A client of a kernel that may have a gibibyte, all its threads and libraries included."""
    client = kernel.client()
    resource.prlimit(kernel.pid, resource.RLIMIT_AS, (GIBIBYTE, GIBIBYTE))
    return client


@pytest.mark.parametrize("what", GROWTH)
def test_what_a_cell_drops_is_there_for_the_next(client, what):
    seen = run(client, "local t = {} " + GROWTH[what])
    assert (seen.reply["ename"], seen.reply["evalue"]) == ("LuaError", "not enough memory")
    assert run(client, "('x'):rep(2^20):len()").result == "1048576"


@pytest.mark.parametrize("what", GROWTH)
def test_what_a_cell_keeps_can_be_dropped_by_the_next(client, what):
    assert run(client, "t = {} " + GROWTH[what]).reply["evalue"] == "not enough memory"
    assert run(client, "1 + 1").result == "2"
    assert run(client, "t = nil collectgarbage()").status == "ok"
    assert run(client, "('x'):rep(2^20):len()").result == "1048576"
