"""What a client sees of the C++ shell beside the values of cells: completion, inspection, interrupts, display, input,
comms, threads, subshells, magics and settings.
"""

import json
import re

import pytest

from talk import TIMEOUT, iopub_of, outcome, outcomes, reply_to, run, wait_for_output


def completions(client, code, cursor=None):
    reply = reply_to(client.get_shell_msg, client.complete(code, len(code) if cursor is None else cursor))["content"]
    assert reply["status"] == "ok"
    return reply


def matches(client, code):
    return completions(client, code)["matches"]


def inspection(client, code, detail=0):
    reply = reply_to(client.get_shell_msg, client.inspect(code, len(code), detail))["content"]
    return reply["data"].get("text/plain", "")


def completeness(client, code):
    return reply_to(client.get_shell_msg, client.is_complete(code))["content"]


def interrupt(client):
    message = client.session.msg("interrupt_request", {})
    client.control_channel.send(message)
    return reply_to(client.get_control_msg, message["header"]["msg_id"])["content"]


CRAB = """
struct Crab {
  int legs;          // how many
  double weight();
  /// Makes it grow.
  void grow(int by);
};
Crab crab{10};
/// Adds two numbers.
int add(int left, int right) { return left + right; }
int add(int one, int two, int three) { return one + two + three; }
namespace reef { int depth; void dive(int metres); }
std::vector<std::string> words;
#define SHELLS 3
"""


@pytest.mark.parametrize(
    "code, expected",
    [
        ("crab.", ["grow", "weight", "legs"]),
        ("crab.we", ["weight"]),
        ("cra", ["crab"]),
        ("SHEL", ["SHELLS"]),
        ("reef::", ["depth", "dive"]),
        ("words.push", ["push_back", "push_back"]),
        ("words.begin()->siz", ["size"]),
        ("int one_local = 1; int b = one_loc", ["one_local"]),
        ("void f(int parameter) { int twice = para", ["parameter"]),
        ("for (int counted = 0; counted < 3; ++counted) { cou", ["counted"]),
        ("auto p = std::make_unique<Crab>(); p->le", ["legs"]),
        ("template <typename T> void g() { std::vector<T> v; v.emplace_b", ["emplace_back"]),
        ("#include <unordered_m", ["unordered_map>"]),
        ("%include_p", ["include_path"]),
        ("no_such_name_", []),
        ("// cra", []),
        ('"cra', []),
    ],
)
def test_completion_offers_what_fits(client, code, expected):
    run(client, CRAB)
    found = matches(client, code)
    assert [name for name in expected if name not in found] == []
    assert found if expected else not found


def test_completion_tells_kinds_and_signatures_of_overloads(client):
    run(client, CRAB)
    types = completions(client, "ad")["metadata"]["_jupyter_types_experimental"]
    (add,) = [each for each in types if each["text"] == "add"]
    assert set(add["signature"].splitlines()) == {"(int left, int right) → int", "(int one, int two, int three) → int"}
    assert add["type"] == "function"


def test_completion_offers_each_name_once(client):
    for code in ("std::string().app", "std::vector<int>().", "std::", "std::to_str"):
        found = matches(client, code)
        assert found and len(found) == len(set(found)), found
    run(client, "int with(int a, int b = 2, int c = 3) { return a + b + c; }")
    (match,) = completions(client, "wit")["metadata"]["_jupyter_types_experimental"][:1]
    assert match["signature"] == "(int a[, int b = 2[, int c = 3]]) → int"


def test_completion_replaces_the_word_at_the_cursor(client):
    run(client, CRAB)
    reply = completions(client, "int é = 1; crab.wei + 1", 19)
    assert (reply["cursor_start"], reply["cursor_end"]) == (16, 19)


def test_any_cursor_is_answered(client):
    run(client, CRAB)
    code = 'struct A { int x; } a; a.x; if (a.x) { std::cout << "é" << R"(raw)" << crab.legs; } #include <vector>'
    for cursor in range(len(code) + 1):
        completions(client, code, cursor)
    assert run(client, "crab.legs").result == "10"


def test_completion_and_inspection_answer_while_a_cell_runs(client):
    run(client, CRAB)
    busy = client.execute('std::cout << "running" << std::endl; while (true) {}')
    wait_for_output(client, busy, "running")
    assert "legs" in matches(client, "crab.")
    assert "Adds two numbers." in inspection(client, "add")
    interrupt(client)
    assert outcome(client, busy).status == "error"


@pytest.mark.parametrize(
    "code",
    ["[](int a) { return a; }", "[two = 2](int a) { return a * two; }", "[](auto a) { return a; }", "namespace reef { auto kept = [] {}; } reef::kept"],
)
def test_a_lambda_is_shown_by_its_type_and_address(client, code):
    assert re.fullmatch(r".*lambda.* @0x[0-9a-f]+", run(client, code).result)


def test_inspection_describes_names(client):
    run(client, CRAB)
    assert "Crab crab" in inspection(client, "crab") and "cell [1]:8" in inspection(client, "crab")
    shown = inspection(client, "Crab")
    assert "Size: 4 bytes" in shown and "at 0: int legs" in shown
    assert "int add(int left, int right)" in inspection(client, "add") and "Adds two numbers." in inspection(client, "add(")
    assert "Makes it grow." in inspection(client, "crab.grow")
    assert "sort" in inspection(client, "std::sort")
    assert inspection(client, "no_such_name_") == ""


@pytest.mark.parametrize(
    "code, name, shown",
    [
        ("// How deep it is,\n// in metres.\nint depth() { return 3; }", "depth", "How deep it is,\nin metres."),
        ("int wide = 5; // as it was built", "wide", "as it was built"),
        ("struct Base { virtual ~Base(); }; struct Derived : Base { int a; char b : 3, c : 2; };", "Derived", "at 12, 2 bits from bit 3: char c"),
        ("struct Base { virtual ~Base(); };", "Base", "Size: 8 bytes, alignment 8\n  at 0: pointer to the table of virtual functions"),
        ("struct Far { int a; }; struct Near : virtual Far { int b; };", "Near", "at 12: virtual base Far"),
        ("struct alignas(64) Wide { int a; };", "Wide", "Size: 64 bytes, alignment 64"),
        ("enum class Colour : unsigned char { red, green = 7 };", "Colour", "Underlying type: unsigned char\n  red = 0\n  green = 7"),
        ("enum class Colour : unsigned char { red, green = 7 };", "Colour::green", "Value: 7"),
        ("using Row = std::array<int, 7>;", "Row", "Size: 28 bytes, alignment 4"),
        ("template <typename T> struct Box { T inside; }; using Full = Box<double>;", "Full", "at 0: double inside"),
        ("union Either { int a; double b; };", "Either", "at 0: double b"),
        ("struct Later;", "Later", "struct Later\n\nDeclared"),
        ("std::string reef; std::string& other = reef;", "other", "Size: 32 bytes"),
    ],
)
def test_inspection_tells_comments_and_layouts(client, code, name, shown):
    assert run(client, code).status == "ok"
    assert shown in inspection(client, name)


def test_headers_are_named_by_their_plain_paths(client):
    place = inspection(client, "std::vector").split("Declared at ")[1]
    assert place.startswith("/usr/include/c++/") and ".." not in place
    text = "\n".join(run(client, "std::vector<int> v; v.push_back(std::string());").reply["traceback"])
    assert "/usr/include/c++/" in text and "/../" not in text


@pytest.mark.parametrize(
    "code, hint",
    [
        ("std::regex r;", "std::regex stands in <regex>: #include <regex>"),
        ("std::ranges::no_such_thing(1);", None),
        ("std::strin s;", None),
        ("#include <flat_map>", "has no <flat_map> yet"),
        ("std::flat_map<int, int> m;", "std::flat_map stands in <flat_map>, and the C++ library of this machine has no <flat_map> yet"),
        ("#include <no_such_header>", None),
        ("#include <ranges>\nstd::views::no_such_view", None),
        ("std::barrier", "std::barrier stands in <barrier>: #include <barrier>"),
    ],
)
def test_errors_hint_at_the_header_of_a_name(client, code, hint):
    failed = run(client, code)
    text = "\n".join(failed.reply["traceback"])
    assert failed.reply["ename"] == "CompileError"
    assert hint in text if hint else "hint:" not in text


def test_what_this_library_lacks_is_told_with_what_does_the_same(client):
    if run(client, "__has_include(<format>)").result == "true" or run(client, "#include <format>").status == "ok":
        pytest.skip("this machine's C++ library has <format>")
    for code in ("#include <format>", 'std::format("{}", 1)'):
        assert "%pkg fmt" in "\n".join(run(client, code).reply["traceback"])


@pytest.mark.parametrize(
    "status, code",
    [
        ("complete", "1 + 1"),
        ("complete", ""),
        ("complete", "// comment"),
        ("complete", "int f() { return 1; }"),
        ("complete", '#define OPEN {\nint x;'),
        ("complete", 'R"(several\nlines)"'),
        ("complete", "do { } while (false)"),
        ("incomplete", "int f() {"),
        ("incomplete", "f(1,"),
        ("incomplete", "int x ="),
        ("incomplete", "/* comment"),
        ("incomplete", 'R"(raw'),
        ("incomplete", "#if 1"),
        ("incomplete", "for (int i = 0; i < 3; ++i)"),
        ("incomplete", "template <typename T>"),
        ("incomplete", "crab."),
        ("invalid", "}"),
        ("invalid", "f(1]"),
        ("invalid", '"no end'),
    ],
)
def test_is_complete(client, status, code):
    assert completeness(client, code)["status"] == status


@pytest.mark.parametrize(
    "code",
    [
        "while (true) {}",
        "for (volatile int i = 0;; i = i + 1) {}",
        "struct Loop { void run() { while (true) { std::vector<int> v(10); } } }; Loop().run();",
        "std::function<void()> again = [] { while (true) {} }; again();",
        "while (true) { try { while (true) {} } catch (const std::exception&) {} }",
        "void quiet() noexcept { while (true) {} } quiet();",
        "hermit::sleep(1000);",
        "std::this_thread::sleep_for(std::chrono::hours(1));",
        "std::mutex once; once.lock(); once.lock();",
        'hermit::input("never answered");',
    ],
)
def test_an_interrupt_ends_a_cell_and_spares_the_session(client, code):
    run(client, "int kept = 7;")
    cell = client.execute('std::cout << "begun" << std::endl;\n' + code, allow_stdin=True)
    wait_for_output(client, cell, "begun")
    assert interrupt(client)["status"] == "ok"
    ended = outcome(client, cell)
    assert ended.status == "error" and ended.reply["ename"] == "KernelInterrupt"
    assert run(client, "kept").result == "7"


def test_an_interrupt_runs_destructors(client):
    run(client, 'struct Tracer { ~Tracer() { std::cout << "destroyed" << std::endl; } };')
    cell = client.execute('{ Tracer t; std::cout << "begun" << std::endl; while (true) {} }')
    wait_for_output(client, cell, "begun")
    interrupt(client)
    assert "destroyed" in outcome(client, cell).stdout


def test_an_interrupt_ends_optimised_loops(client):
    run(client, "%opt 2")
    run(client, "long spin(long n) { long sum = 0; for (volatile long i = 0; i < n; i = i + 1) sum += i; return sum; }")
    cell = client.execute('std::cout << "begun" << std::endl; spin(1l << 60)')
    wait_for_output(client, cell, "begun")
    interrupt(client)
    assert outcome(client, cell).reply["ename"] == "KernelInterrupt"


def test_errors_show_the_lines_of_the_cell(client):
    run(client, "int first;")
    failed = run(client, "int a = 1;\nint b = a +* oops;")
    text = "\n".join(failed.reply["traceback"])
    assert failed.reply["ename"] == "CompileError" and "cell [2]:2:" in text and "int b = a +* oops;" in text
    assert "input_line" not in text and "hermit_cpp" not in text


def test_exceptions_show_where_they_were_thrown(client):
    run(client, 'int inner(int n) {\n  if (n > 2) throw std::runtime_error("too deep");\n  return n;\n}')
    run(client, "int outer(int n) {\n  return inner(n * 2);\n}")
    text = "\n".join(run(client, "int fine = 1;\nouter(5)").reply["traceback"])
    for part in ("too deep", "cell [1]", ":2", "inner(int)", "cell [2]", "outer(int)", "cell [3]"):
        assert part in text, text
    assert 'throw std::runtime_error("too deep");' in text


def test_warnings_are_shown_and_the_cell_runs(client):
    done = run(client, "int f() { int unused = 1 / 0; return 5; }\nf()")
    assert done.status == "ok" and done.result == "5" and "warning" in done.stderr


def test_values_of_user_expressions(client):
    run(client, "int x = 20;")
    reply = run(client, "x += 1", user_expressions={"twice": "x * 2", "bad": "oops", "throws": "throw 1"}).reply
    values = reply["user_expressions"]
    assert values["twice"]["data"]["text/plain"] == "42"
    assert values["bad"]["status"] == "error" and values["throws"]["status"] == "error"


def test_rich_display_and_updates(client):
    shown = run(client, 'auto bar = hermit::display(hermit::html("<b>0</b>")); bar.update(hermit::html("<b>1</b>"));')
    (first,), (second,) = shown.of_type("display_data"), shown.of_type("update_display_data")
    assert first["data"]["text/html"] == "<b>0</b>" and second["data"]["text/html"] == "<b>1</b>"
    assert first["transient"]["display_id"] == second["transient"]["display_id"]
    code = 'hermit::display(hermit::json(R"({"a": [1, 2]})")); hermit::display(hermit::png("\\x89PNG")); hermit::clear(true);'
    shown = run(client, code)
    data = [content["data"] for content in shown.of_type("display_data")]
    assert data[0]["application/json"] == {"a": [1, 2]} and data[1]["image/png"] == "iVBORw=="
    assert shown.of_type("clear_output") == [{"wait": True}]


def test_a_type_has_a_look_of_its_own(client):
    run(client, "namespace art { struct Dot { int r; }; }\nart::Dot{1}")
    run(client, "namespace art { hermit::bundle mime_bundle_repr(const Dot& d) { "
        'return hermit::svg("<svg>" + std::to_string(d.r) + "</svg>"); } }')
    data = run(client, "art::Dot{5}").of_type("execute_result")[0]["data"]
    assert data["image/svg+xml"] == "<svg>5</svg>" and "text/plain" in data


def test_input_and_password(client):
    for call, password in (("input", False), ("password", True)):
        cell = client.execute(f'std::string {call}_line = hermit::{call}("say: "); {call}_line', allow_stdin=True)
        request = client.get_stdin_msg(timeout=TIMEOUT)["content"]
        assert request == {"prompt": "say: ", "password": password}
        client.input("héllo")
        assert outcome(client, cell).result == '"héllo"'
    assert run(client, "hermit::input()", allow_stdin=False).reply["ename"] == "std::runtime_error"


def test_comms_both_ways(client):
    run(client, 'hermit::on_comm("echo", [](const hermit::comm_event& event) { '
        'if (event.kind == hermit::comm_event::received) event.comm.send(event.data); });')
    opened = client.session.msg("comm_open", {"comm_id": "one", "target_name": "echo", "data": {}})
    client.shell_channel.send(opened)
    iopub_of(client, opened["header"]["msg_id"])
    sent = client.session.msg("comm_msg", {"comm_id": "one", "data": {"n": 5}})
    client.shell_channel.send(sent)
    answers = [m["content"] for m in iopub_of(client, sent["header"]["msg_id"]) if m["msg_type"] == "comm_msg"]
    assert [answer["data"] for answer in answers] == [{"n": 5}]
    made = run(client, 'hermit::comm mine("target", R"({"x": 1})"); mine.send("[1]"); mine.close()')
    assert [m["msg_type"] for m in made.messages if m["msg_type"].startswith("comm")] == ["comm_open", "comm_msg", "comm_close"]


def test_output_of_threads_and_child_processes_is_the_cells(client):
    done = run(client, 'std::thread([] { std::cout << "thread\\n"; }).join(); system("echo child"); fprintf(stderr, "error\\n");')
    assert done.stdout == "thread\nchild\n" and done.stderr == "error\n"


def test_cells_that_run_together_print_to_themselves(client):
    run(client, "std::ios::sync_with_stdio(false);")  # it puts other buffers behind the streams
    cells = {}
    for letter in "abcd":
        lines = f'for (int i = 0; i < 500; ++i) {{ std::cout << "{letter}" << i << "\\n"; if (i % 50 == 0) std::cerr << "{letter}" << std::endl; }}'
        cells[client.execute("// thread\n" + lines)] = letter
    for done, letter in zip(outcomes(client, *cells), cells.values()):
        assert done.stdout.split() == [f"{letter}{i}" for i in range(500)]
        assert done.stderr.split() == [letter] * 10


def test_a_cell_on_a_thread_runs_beside_a_busy_one(client):
    run(client, "std::atomic<bool> go = false;")
    waiting = client.execute('// thread\nstd::cout << "waits" << std::endl; while (!go) {}\nint found = 5;')
    wait_for_output(client, waiting, "waits")
    freed, freeing = outcomes(client, waiting, client.execute("// thread\ngo = true; 1 + 1"))
    assert freeing.result == "2"
    assert freed.status == "ok"
    assert run(client, "found").result == "5"


def test_subshells_share_the_session_and_run_beside_a_busy_cell(client):
    run(client, "std::atomic<int> shared = 1;")
    request = client.session.msg("create_subshell_request", {})
    client.control_channel.send(request)
    subshell = reply_to(client.get_control_msg, request["header"]["msg_id"])["content"]["subshell_id"]
    busy = client.execute('std::cout << "busy" << std::endl; while (shared == 1) {}')
    wait_for_output(client, busy, "busy")
    message = client.session.msg("execute_request", {"code": "shared = 2; shared + 40", "silent": False, "store_history": True,
                                                     "user_expressions": {}, "allow_stdin": False, "stop_on_error": True})
    message["header"]["subshell_id"] = subshell
    client.shell_channel.send(message)
    freeing, freed = outcomes(client, message["header"]["msg_id"], busy)
    assert freeing.result == "42"
    assert freed.status == "ok"


def test_magics(client, tmp_path):
    (tmp_path / "mine.hpp").write_text("inline int mine() { return 33; }\n")
    assert run(client, f"%include_path {tmp_path}\n#include <mine.hpp>\nmine()").result == "33"
    assert run(client, "!echo from a command").stdout == "from a command\n"
    assert "ran for" in run(client, "%%time\n1 + 1").stdout
    timed = run(client, "%time 2 + 3")
    assert timed.result == "5" and "compiled for" in timed.stdout
    # The dots are one column, though three bytes.
    lines = run(client, "%help").stdout.splitlines()
    assert {line[:24].rstrip() for line in lines} >= {"%include_path FOLDER …", "%pkg NAME …", "!COMMAND"}
    assert "mine: int ()" not in run(client, "int own = 1;\n%who").stdout
    assert "own: int" in run(client, "%who").stdout
    run(client, "struct Crab { int legs; }; enum class Colour { red }; template <typename T> struct Box {};")
    assert run(client, "%who").stdout == "Box: class template\nColour: enum\nCrab: struct\nown: int\n"
    assert run(client, "%std").stdout == "This session speaks c++20.\n"
    assert "did you mean c++23" in run(client, "%std c+23").reply["evalue"]
    assert run(client, "%opt 2\n%opt").stdout == "Cells are compiled with -O2.\n"
    assert "did you mean %help" in run(client, "%hepl").reply["evalue"]
    assert run(client, "%reset").status == "ok"
    assert run(client, "own").status == "error"
    assert run(client, "int own = 2; own").result == "2"
    assert "forgotten" in run(client, "%std c++23").stdout
    assert run(client, "__cplusplus > 202002 && sizeof(std::string) > 0").result == "true"
    assert run(client, "own").status == "error"
    assert run(client, "%std c++23").stdout == "This session speaks c++23 already.\n"


def test_a_library_through_pkg_config(client):
    code = "%pkg sqlite3\n#include <sqlite3.h>\nsqlite3_libversion_number() > 3000000"
    assert run(client, code).result == "true"
    assert "no_such_package" in run(client, "%pkg no_such_package").reply["evalue"]


@pytest.mark.parametrize("shell, expected", [("cpp17", "201703"), ("cpp", "202002"), ("cpp23", "202302")])
def test_each_kernel_speaks_its_standard(start_cpp, shell, expected):
    client = start_cpp(shell=shell).client()
    assert run(client, "__cplusplus").result == expected
    assert run(client, "std::vector<int>{1, 2}").result == "{1, 2}"


def test_settings(start_cpp, tmp_path):
    (tmp_path / "there.hpp").write_text("#define THERE 8\n")
    kernel = start_cpp("--ClingShell.std=gnu++17", f"--ClingShell.include_path={tmp_path}", "--ClingShell.flags=-DGIVEN=4",
                       "--ClingShell.opt=1", "--ClingShell.pch=false")
    client = kernel.client()
    assert run(client, "#include <there.hpp>\nTHERE * 10 + GIVEN").result == "84"
    assert run(client, "%std").stdout == "This session speaks gnu++17.\n"
    assert run(client, "%opt").stdout == "Cells are compiled with -O1.\n"


@pytest.mark.parametrize(
    "argument, said",
    [
        ("--ClingShell.opt=9", "a whole number from 0 to 3"),
        ("--ClingShell.opt=x", "a whole number from 0 to 3"),
        ("--ClingShell.pch=perhaps", "true or false"),
        ("--ClingShell.no_such=1", "unknown argument"),
    ],
)
def test_a_wrong_setting_is_named(start_cpp, argument, said):
    kernel = start_cpp(argument)
    assert kernel.wait() == 2
    assert argument.split("=")[0] in kernel.log() and said in kernel.log()


def test_a_flag_that_is_none_is_told(start_cpp):
    kernel = start_cpp("--isolation=none", "--ClingShell.std=c++nonsense")
    assert kernel.wait() != 0
    assert "c++nonsense" in kernel.log()


def test_history_and_shutdown(client):
    run(client, "1 + 2")
    history = reply_to(client.get_shell_msg, client.history(hist_access_type="tail", n=1))["content"]["history"]
    assert json.dumps(history).find("1 + 2") > 0
    message = client.session.msg("shutdown_request", {"restart": False})
    client.control_channel.send(message)
    assert reply_to(client.get_control_msg, message["header"]["msg_id"])["content"]["status"] == "ok"
