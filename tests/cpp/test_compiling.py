"""Compilations that run away: an interrupt ends them and spares the session, and nothing else waits for them."""

import os
import time

import pytest

from talk import iopub_of, outcome, reply_to, run, wait_for_output

# `Wide<40, 0>` has as many instances as nobody can wait for, `Wide<3, 0>` has but a few.
LIBRARY = """
template <int Depth, long Place> struct Wide {
  static constexpr long value = Wide<Depth - 1, 2 * Place>::value + Wide<Depth - 1, 2 * Place + 1>::value;
};
template <long Place> struct Wide<0, Place> { static constexpr long value = 1; };
template <int Depth, long Place> long wide() {
  if constexpr (Depth == 0) return 1;
  else return wide<Depth - 1, 2 * Place>() + wide<Depth - 1, 2 * Place + 1>();
}
template <int Step> struct Deep { static constexpr int value = Deep<Step + 1>::value; };
int kept = 7;
"""

MACROS = "#define M0(x) x, x, x, x\n" + "".join(f"#define M{n}(x) M{n - 1}(x), M{n - 1}(x), M{n - 1}(x), M{n - 1}(x)\n" for n in range(1, 20))

RUNAWAYS = {
    "many classes": "Wide<40, 0>::value",
    "many functions": "std::map<int, std::string> names{{1, \"one\"}}; wide<40, 0>()",
    "deep classes": "Deep<0>::value",
    "macros": f"{MACROS}int numbers[] = {{M19(1)}};",
    "macros as arguments": f"{MACROS}#define FIRST(x, ...) x\nint first = FIRST(M19(1));",
}


def begin_to_compile(client, code):
    """Sends a cell whose magic prints something, which is done before the cell is compiled."""
    cell = client.execute("!echo begun\n" + code)
    wait_for_output(client, cell, "begun")
    return cell


def interrupt(client):
    message = client.session.msg("interrupt_request", {})
    client.control_channel.send(message)
    reply_to(client.get_control_msg, message["header"]["msg_id"])


def interrupted(client, code):
    cell = begin_to_compile(client, code)
    interrupt(client)
    return outcome(client, cell).reply


@pytest.fixture
def client(start_cpp):
    """A client of a kernel whose limits are no help, and which never ends the shell's process."""
    client = start_cpp("--ClingShell.flags=-ftemplate-depth=100000000", "--interrupt_timeout=0").client()
    assert run(client, LIBRARY).status == "ok"
    return client


@pytest.mark.parametrize("code", RUNAWAYS.values(), ids=RUNAWAYS.keys())
def test_an_interrupt_ends_a_compilation_and_spares_the_session(client, code):
    for _ in range(2):
        assert interrupted(client, code)["ename"] == "KernelInterrupt"
    assert run(client, "kept").result == "7"
    assert run(client, "Wide<3, 0>::value").result == "8"
    assert run(client, "wide<3, 0>()").result == "8"
    assert run(client, 'std::map<int, std::string> names{{1, "one"}}; names').result == '{1: "one"}'


@pytest.mark.parametrize("code", RUNAWAYS.values(), ids=RUNAWAYS.keys())
def test_an_interrupt_at_any_moment_spares_the_session(client, code):
    for tenths in (0, 1, 2, 4, 7):
        cell = begin_to_compile(client, code)
        time.sleep(tenths / 10)  # decides nothing: wherever Clang is by then, all that follows has to hold
        interrupt(client)
        assert outcome(client, cell).status == "error"
        assert run(client, "kept").result == "7"
        assert run(client, "Wide<3, 0>::value").result == "8"
        assert run(client, "wide<3, 0>()").result == "8"


def test_headers_that_include_each_other_for_ever(client, tmp_path):
    (tmp_path / "again.hpp").write_text('#include "again.hpp"\n' * 2)
    for level in range(60):
        (tmp_path / f"level{level}.hpp").write_text(f"#include <level{level + 1}.hpp>\n" * 2)
    (tmp_path / "level60.hpp").write_text("")
    run(client, f"%include_path {tmp_path}")
    assert "nested too deeply" in run(client, "#include <again.hpp>").reply["evalue"]
    assert interrupted(client, "#include <level0.hpp>")["ename"] == "KernelInterrupt"
    assert run(client, "#include <deque>\nstd::deque<int>{kept}").result == "{7}"


def test_an_optimisation_ends_with_an_interrupt(client):
    run(client, "%opt 3")
    lines = "\n".join(f"  for (int i = 0; i < n; ++i) a[i % {k + 2}] += a[(i * {k}) % 97] * b[i % 13] + {k};" for k in range(3000))
    code = f"long slow(long* a, long* b, int n) {{\n{lines}\n  return a[0];\n}}"
    assert interrupted(client, code)["ename"] == "KernelInterrupt"
    assert run(client, "kept").result == "7"


@pytest.mark.parametrize("code", ["constexpr int spin(int n) { int sum = 0; for (int i = 0; i < n; ++i) sum ^= i; return sum; }\nstatic_assert(spin(1 << 30) > 0);"])
def test_a_constant_expression_without_end_is_an_error(client, code):
    failed = run(client, code)
    assert failed.reply["ename"] == "CompileError"
    assert run(client, "kept").result == "7"


def test_devices_and_pipes_are_no_headers(client, tmp_path):
    os.mkfifo(tmp_path / "pipe.hpp")
    for path in ("/dev/zero", "/dev/tty", tmp_path / "pipe.hpp"):
        failed = run(client, f'#include "{path}"')
        assert failed.reply["ename"] == "CompileError" and "supported" in failed.reply["evalue"]
    assert run(client, "kept").result == "7"


def test_completion_inspection_and_is_complete_do_not_wait_for_a_compilation(client):
    cell = begin_to_compile(client, RUNAWAYS["many classes"])
    assert reply_to(client.get_shell_msg, client.is_complete("int f() {"))["content"]["status"] == "incomplete"
    assert reply_to(client.get_shell_msg, client.complete("kep", 3))["content"]["status"] == "ok"
    assert reply_to(client.get_shell_msg, client.inspect("kept", 4))["content"]["status"] == "ok"
    interrupt(client)
    assert outcome(client, cell).reply["ename"] == "KernelInterrupt"
    assert "kept" in reply_to(client.get_shell_msg, client.complete("kep", 3))["content"]["matches"]


def test_completion_of_code_that_runs_away_ends(client):
    code = "Wide<40, 0>::value; kep"
    assert reply_to(client.get_shell_msg, client.complete(code, len(code)))["content"]["status"] == "ok"
    assert run(client, "kept").result == "7"


def test_a_cell_that_waits_for_its_turn_can_be_interrupted(client):
    running = begin_to_compile(client, "// thread\n" + RUNAWAYS["many classes"])
    waiting = client.execute("// thread\nkept")
    interrupt(client)
    assert reply_to(client.get_shell_msg, running)["content"]["ename"] == "KernelInterrupt"
    assert iopub_of(client, waiting)
    assert run(client, "kept").result == "7"


def test_what_takes_no_notice_is_ended_with_the_process(start_cpp):
    client = start_cpp("--ClingShell.flags=-fconstexpr-steps=4294967295", "--interrupt_timeout=2").client()
    code = "constexpr int spin(int n) { int sum = 0; for (int i = 0; i < n; ++i) sum ^= i; return sum; }\nstatic_assert(spin(2147483647) > 0);"
    failed = interrupted(client, code)
    assert failed["ename"] == "KernelInterrupt" and "process" in failed["evalue"]
    assert run(client, "1 + 1").result == "2"
