"""The calculator of examples/calc-shell in a whole kernel, with a client that a user would have.

Each ability of a shell once, and what happens to bad input.
"""

import re
import subprocess

import jupyter_kernel_test
import pytest
from asking import (
    asked, asked_on_control, begin, comm, completed, error_of, inspected, interrupt, next_line, over_comms, remembered,
)
from example_shells import ROOT, TEST_PATIENCE
from talk import TIMEOUT, iopub_of, outcome, outcomes, run, wait_for_output

pytestmark = pytest.mark.timeout(TEST_PATIENCE)

LOOP = "sum(k, 1, inf, 1)"


@pytest.fixture(scope="session")
def library(build_folder):
    return build_folder / "examples" / "calc-shell" / "libhermit-calc.so"


@pytest.fixture
def kernel(start_kernel, library):
    return start_kernel(library)


@pytest.fixture
def client(kernel):
    return kernel.client()


def test_it_keeps_its_promises(library, keeps_its_promises):
    assert "skipped" not in keeps_its_promises(library)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("-2 ^ 2 + 2 ^ -1", "-3.5"),
        ("(1 + 2) * 3 % 5", "4"),
        ("0.1 + 0.2", "0.3"),
        ("1e400", "inf"),
        ("let x = 3 in x * x", "9"),
        ("if 1 < 2 and not 0 then 10 else 1 / 0", "10"),
        ("if 0 or 2 != 2 then 1 else 2", "2"),
        ("sum(k, 1, 100, k)", "5050"),
        ("round(100 * sin(pi / 6)) / max(2, min(5, 4))", "12.5"),
        ("x = 4; y = x / 8\ny", "0.5"),
        ("f(x, y) = x * y + 1\nf(2, f(3, 4))", "27"),
        ("fact(n) = if n < 2 then 1 else n * fact(n - 1); fact(20)", "2.43290200817664e+18"),
        ("größe = 2; größe ^ 0.5 > 1.41", "1"),
        ('"crab" + "s"', '"crabs"'),
        ('"a" == "a" and 1 != "1"', "1"),
        ("1 +\n  2 * (\n 3 )", "7"),
        ("7 # the end", "7"),
        ("x = 5", None),
        ("1; print 2", None),
        ("# nothing", None),
    ],
)
def test_a_cell_has_a_value(client, code, value):
    done = run(client, code)
    assert (done.status, done.result) == ("ok", value)


@pytest.mark.parametrize(
    ("code", "name", "value", "caret"),
    [
        ("1 + )", "SyntaxError", "line 1, column 5: unexpected ')'", 4),
        ("x = 1\ny = (2", "SyntaxError", "line 2, column 7: the code ends too early", 6),
        ('print "a', "SyntaxError", "line 1, column 7: a text has no end on its line", 6),
        ("1.2.3", "SyntaxError", "line 1, column 1: unexpected '1.2.3'", 0),
        ("pi = 3", "SyntaxError", "line 1, column 1: the language has a use of its own for 'pi'", 0),
        ("(" * 1000 + "1", "SyntaxError", "line 1, column 301: the code is nested too deeply", 300),
        ("ä + nothing", "NameError", "line 1, column 1: there is no name 'ä'", 0),
        ("nothing(1)", "NameError", "line 1, column 1: there is no function 'nothing'", 0),
        ("program(1)", "NameError", "line 1, column 1: no program embeds this shell, and has 'program'", 0),
        ("\n1 + 1 / 0", "MathError", "line 2, column 7: division by zero", 6),
        ("sqrt(-1)", "MathError", "line 1, column 1: the result is no number", 0),
        ("g(x) = 2 + 1 / x\ng(0)", "MathError", "line 1, column 14 of g(): division by zero", 13),
        ("r(n) = r(n + 1); r(0)", "DepthError", "line 1, column 10 of r(): this is nested too deeply", 9),
        ('1 + "one"', "TypeError", "line 1, column 3: no such sign for a text: '+'", 2),
        ("sqrt(1, 2)", "TypeError", "line 1, column 1: so many arguments do not fit 'sqrt(x)'", 0),
        ("sin", "TypeError", "line 1, column 1: this is a function, and has no value: 'sin'", 0),
        ("x = 1; x(2)", "TypeError", "line 1, column 8: this is no function: 'x'", 7),
        ('fail "as told"', "UserError", "line 1, column 1: as told", 0),
        ("forget nobody", "NameError", "line 1, column 1: there is no name 'nobody'", 0),
        ("plot 1 / x for x = 0 to 1", "MathError", "line 1, column 8: division by zero", 7),
        ("unwatch x", "CommError", "line 1, column 1: there is no such comm, or the host has none", 0),
    ],
)
def test_an_error_has_a_place(client, code, name, value, caret):
    reply = error_of(client, code)
    assert (reply["ename"], reply["evalue"]) == (name, value)
    head, line, pointer = reply["traceback"]
    assert head == f"{name}: {value}"
    assert pointer == "  " + " " * caret + "^" and line.strip() in code
    assert run(client, "1 + 1").result == "2"


def test_the_page_shows_what_works(client):
    page = (ROOT / "examples" / "calc-shell" / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL).group(1)
    for line in block.splitlines():
        msg_id = client.execute(line, allow_stdin=True)
        if "ask" in line:
            assert next_line(client)["prompt"] == "how many? "
            client.input("3")
        assert outcome(client, msg_id).status == "ok", line


def test_streams(client):
    done = run(client, 'print 1, "two", 3\nfor k = 1 to 3 do\n  print k\nend\nwarn "careful"')
    assert (done.stdout, done.stderr) == ("1 two 3\n1\n2\n3\n", "careful\n")


def test_a_value_is_shown_in_rich_form_and_replaced(client):
    done = run(client, 'show "<7>" as gauge; update gauge to 8')
    (shown,) = done.of_type("display_data")
    assert shown["data"] == {"text/plain": "<7>", "text/html": "<strong>&lt;7></strong>", "application/json": "<7>"}
    assert shown["metadata"] == {"application/json": {"expanded": True}}
    assert shown["transient"] == {"display_id": "calc-gauge"}
    (update,) = run(client, "update gauge to 1 / 3").of_type("update_display_data")
    assert update["transient"] == {"display_id": "calc-gauge"}
    assert update["data"]["application/json"] == 1 / 3


def test_a_graph_is_a_picture_with_words_beside_it(client):
    (shown,) = run(client, "plot x ^ 2 for x = -1 to 2").of_type("display_data")
    assert shown["data"]["text/plain"] == "a graph from -1 to 2, between 0 and 4"
    assert shown["data"]["image/svg+xml"].startswith("<svg ")


def test_output_is_cleared(client):
    assert run(client, "clear").of_type("clear_output") == [{"wait": True}]


def test_a_note_goes_to_the_log(kernel, client):
    assert run(client, 'note "for the one who runs this"').stdout == ""
    assert "for the one who runs this" in kernel.log()


def test_the_user_is_asked(client):
    msg_id = client.execute('n = ask "how many? "\nword = secret "which? "\nprint n + 1, word', allow_stdin=True)
    assert next_line(client) == {"prompt": "how many? ", "password": False}
    client.input("41")
    assert next_line(client) == {"prompt": "which? ", "password": True}
    client.input("twelve äpfel")
    assert outcome(client, msg_id).stdout == "42 twelve äpfel\n"
    refused = run(client, 'ask "?"', allow_stdin=False)
    assert refused.reply["ename"] == "InputError"


def test_expressions_beside_a_cell(client):
    done = run(client, "x = 6", user_expressions={"good": "x * 7", "bad": "x +", "none": "nobody"})
    values = done.reply["user_expressions"]
    assert values["good"]["data"] == {"text/plain": "42", "application/json": 42}
    assert (values["bad"]["ename"], values["none"]["ename"]) == ("SyntaxError", "NameError")


def test_completion(client):
    run(client, "square(x) = x ^ 2; squid = 10")
    matches, place = completed(client, "1 + sq")
    assert list(matches) == ["square", "squid", "sqrt"] and place == (4, 6)
    assert matches["square"]["type"] == "function" and matches["square"]["signature"] == "(x)"
    assert matches["squid"]["type"] == "variable"
    assert completed(client, 'print "sq')[0] == {}
    assert completed(client, "1 # sq")[0] == {}


def test_inspection(client):
    run(client, "square(x) = x ^ 2; squid = 10")
    assert inspected(client, "sqrt")["text/plain"] == "sqrt(x)\nThe number whose square is x."
    assert inspected(client, "square")["text/plain"] == "square, a function of yours"
    assert inspected(client, "square", detail=1)["text/plain"] == "square(x) = x ^ 2"
    assert inspected(client, "squid")["text/markdown"] == "```\nsquid = 10\n```\n"
    assert inspected(client, "nobody") is None and inspected(client, "1 + 2 ") is None


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("1 + 1", ("complete", "")),
        ("", ("complete", "")),
        ("for k = 1 to 3 do\n", ("incomplete", "  ")),
        ("let x = 1", ("incomplete", "  ")),
        ("f(x) =", ("incomplete", "  ")),
        ("max(1,", ("incomplete", "  ")),
        ("1 +", ("incomplete", "  ")),
        ("1 + )", ("invalid", "")),
        ('print "a', ("invalid", "")),
        ("end", ("invalid", "")),
    ],
)
def test_whether_code_is_whole(client, code, answer):
    reply = asked(client, "is_complete_request", {"code": code})
    assert (reply["status"], reply.get("indent", "")) == answer


def test_the_shell_keeps_its_own_history(start_kernel, library):
    client = start_kernel(library, "--CalcShell.history_size=3").client()
    for code in ("x = 1", "x + 1", "1 / 0", "x + 1"):
        run(client, code)
    run(client, "not kept", store_history=False)
    assert remembered(client, hist_access_type="tail", n=2) == [[1, 3, "1 / 0"], [1, 4, "x + 1"]]
    assert remembered(client, hist_access_type="range", session=0, start=2, stop=4, output=True) == [
        [1, 2, ["x + 1", "2"]], [1, 3, ["1 / 0", None]],
    ]
    assert remembered(client, hist_access_type="range", session=-1, start=0, stop=None) == []
    assert remembered(client, hist_access_type="search", pattern="x*", n=9, unique=True) == [[1, 4, "x + 1"]]
    assert [cell[1] for cell in remembered(client, hist_access_type="tail", n=9)] == [2, 3, 4]


def test_a_client_watches_and_sets_a_name(client):
    run(client, "share; x = 1")
    opened = comm(client, "comm_open", comm_id="slider", target_name="calc.watch", data={"name": "x"})
    ((_, first),) = opened
    assert first["comm_id"] == "slider" and (first["data"]["name"], first["data"]["value"]) == ("x", 1)
    ((_, second),) = over_comms(run(client, 'x = "two \\"'[:-2] + '"'))
    assert second["data"]["value"] == "two " and second["data"]["version"] > first["data"]["version"]
    ((_, third),) = comm(client, "comm_msg", comm_id="slider", data={"value": 2.5})
    assert third["data"]["value"] == 2.5 and run(client, "x * 2").result == "5"
    ((_, again),) = comm(client, "comm_msg", comm_id="slider", data={}, buffers=[b"\x00"])
    assert again["data"] == third["data"]
    ((_, gone),) = over_comms(run(client, "forget x"))
    assert gone["data"]["value"] is None
    assert comm(client, "comm_close", comm_id="slider", data={}) == []
    assert over_comms(run(client, "x = 3")) == []


@pytest.mark.parametrize("data", [{"value": [1]}, {"value": None}, [], "text", {"name": "pi", "value": 1}])
def test_what_is_no_value_is_answered_with_an_error(client, data):
    run(client, "share")
    assert comm(client, "comm_open", comm_id="all", target_name="calc.watch", data={}) == []
    assert len(over_comms(run(client, "y = 1"))) == 1
    if isinstance(data, dict):
        data = {"name": "y", **data}
    ((_, answer),) = comm(client, "comm_msg", comm_id="all", data=data)
    assert "error" in answer["data"]
    assert run(client, "y").result == "1"


def test_a_cell_opens_and_closes_comms_and_ends_sharing(client):
    ((kind, opened),) = over_comms(run(client, "z = 1; watch z"))
    assert (kind, opened["target_name"], opened["data"]["value"]) == ("comm_open", "calc.watch", 1)
    ((kind, told),) = over_comms(run(client, "z = 2"))
    assert (kind, told["comm_id"], told["data"]["value"]) == ("comm_msg", opened["comm_id"], 2)
    ((kind, closed),) = over_comms(run(client, "unwatch z"))
    assert (kind, closed["comm_id"]) == ("comm_close", opened["comm_id"])
    run(client, "share; unshare")
    ((kind, _),) = comm(client, "comm_open", comm_id="late", target_name="calc.watch", data={})
    assert kind == "comm_close"


def test_tasks_take_turns(client):
    sleeper = begin(client, '# task\nprint "ready"; wait 3600')
    wait_for_output(client, sleeper, "ready")
    beside = begin(client, "# task\nfor k = 1 to 3 do\n  wait 0.001; print k\nend")
    assert outcome(client, beside).stdout == "1\n2\n3\n"
    interrupt(client)
    assert outcome(client, sleeper).reply["ename"] == "KernelInterrupt"
    assert run(client, "wait 0.01; 5").result == "5"


def test_the_rest_of_a_cell_runs_in_the_background(client):
    busy = begin(client, f'print "here"\nbackground\nprint "there"\n{LOOP}')
    wait_for_output(client, busy, "there")
    assert outcome(client, begin(client, "# task\n6 * 7")).result == "42"
    interrupt(client)
    assert outcome(client, busy).reply["ename"] == "KernelInterrupt"
    assert run(client, "background; background; 1 + 1").result == "2"
    assert error_of(client, "background\n\n1 / 0")["evalue"] == "line 3, column 3: division by zero"


def test_what_is_late_belongs_to_its_cell(client):
    late = client.execute('later 0.2 do\n  print "late"\n  1 / 0\nend')
    done = outcome(client, late)
    assert done.status == "ok"
    printed = done.stdout + done.stderr  # on a busy machine the cell may end late too
    while "MathError" not in printed:
        printed += iopub_of(client, late, until="stream")[-1]["content"]["text"]
    assert printed == "late\nMathError: line 3, column 5: division by zero\n"


def test_cells_with_threads_of_their_own(client):
    busy = begin(client, f'# thread\nprint "ready"\n{LOOP}')
    wait_for_output(client, busy, "ready")
    pair = [begin(client, f"# thread\nfor k = 1 to 100 do print {n} * k end") for n in (1, 2)]
    for n, done in zip((1, 2), outcomes(client, *pair)):
        assert done.stdout == "".join(f"{n * k}\n" for k in range(1, 101))
    interrupt(client)
    assert outcome(client, busy).status == "error"


def test_subshells_share_the_names_while_the_main_shell_computes(client):
    run(client, "x = 20")
    busy = begin(client, f'print "ready"\n{LOOP}')
    wait_for_output(client, busy, "ready")
    subshell = asked_on_control(client, "create_subshell_request")["subshell_id"]
    assert outcome(client, begin(client, "x = x + 1; x * 2", subshell)).result == "42"
    assert "x" in completed(client, "x")[0]
    interrupt(client)
    assert outcome(client, busy).reply["ename"] == "KernelInterrupt"
    assert run(client, "x").result == "21"
    waiting = begin(client, 'print "ready"; wait 3600', subshell)
    wait_for_output(client, waiting, "ready")
    assert asked_on_control(client, "delete_subshell_request", {"subshell_id": subshell})["status"] == "ok"
    assert outcome(client, waiting).status == "error"


@pytest.mark.parametrize("cell", [LOOP, "wait 3600", "for k = 1 to inf do end", "plot " + LOOP + " for x = 0 to 1"])
def test_an_interrupt_ends_what_would_never_end(client, cell):
    stuck = client.execute(f'print "ready"\n{cell}')
    wait_for_output(client, stuck, "ready")
    interrupt(client)
    assert outcome(client, stuck).reply["ename"] == "KernelInterrupt"
    assert run(client, "1 + 1").result == "2"


def test_its_settings(start_kernel, library):
    assert run(start_kernel(library, "--CalcShell.digits=3").client(), "1 / 3").result == "0.333"
    refused = start_kernel(library, "--CalcShell.digits=18")
    assert refused.wait() == 2 and "CalcShell.digits" in refused.log()


def test_in_a_process_of_its_own(start_kernel, library):
    client = start_kernel(library, "--isolation=process").client()
    run(client, "x = 6")
    assert run(client, "wait 0.01; x * 7").result == "42"
    stuck = begin(client, 'print "ready"; wait 3600')
    wait_for_output(client, stuck, "ready")
    interrupt(client)
    assert outcome(client, stuck).reply["ename"] == "KernelInterrupt"
    assert run(client, "x").result == "6"


class TestWithJupyterKernelTest(jupyter_kernel_test.KernelTests):
    kernel_name = "hermit-calc"
    language_name = "calc"
    file_extension = ".calc"
    code_hello_world = 'print "hello, world"'
    code_stderr = 'warn "oops"'
    code_generate_error = "1 / 0"
    code_execute_result = [{"code": "6 * 7", "result": "42"}, {"code": "x = 5\nx * 2", "result": "10"}]
    code_display_data = [{"code": "show 5", "mime": "text/html"}, {"code": "plot x for x = 0 to 1", "mime": "image/svg+xml"}]
    code_inspect_sample = "sqrt"
    code_clear_output = "clear"
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    completion_samples = [{"text": "1 + sq", "matches": ["sqrt"]}, {"text": "nobody_", "matches": []}]
    complete_code_samples = ["1 + 1", "# a comment", ""]
    incomplete_code_samples = ["for k = 1 to 3 do", "let x = 1", "(1"]
    invalid_code_samples = ["end", "1 + )"]
    support_iopub_welcome = True


@pytest.fixture(scope="module", autouse=True)
def kernelspec(hermit, own_folders, library):
    subprocess.run([hermit, "install", library, "--user"], check=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT)
