"""The shell of examples/rust-shell, built with cargo, in a whole kernel. Without cargo it is neither built nor tested."""

import json
import os
import re
import shutil
import subprocess

import pytest
from asking import asked, completed, error_of, inspected, interrupt, next_line
from example_shells import PATIENCE, ROOT, TEST_PATIENCE
from talk import outcome, run, wait_for_output

SHELL = ROOT / "examples" / "rust-shell"

# Taken before the tests have a home of their own: cargo may have its compiler in that of the user.
ENVIRONMENT = dict(os.environ)


def cargo(*words, **options):
    return subprocess.run(["cargo", *words], env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE, **options)


def has_cargo():
    return shutil.which("cargo") is not None and cargo("--version").returncode == 0


pytestmark = [
    pytest.mark.skipif(not has_cargo(), reason="there is no cargo here: the Rust shell is not built, and not tested"),
    pytest.mark.timeout(TEST_PATIENCE),
]


@pytest.fixture(scope="module")
def crate(tmp_path_factory):
    """A copy of the sources, so that nothing is written beside them."""
    folder = tmp_path_factory.mktemp("rust") / "rust-shell"
    shutil.copytree(SHELL, folder, ignore=shutil.ignore_patterns("target", "Cargo.lock"))
    return folder


@pytest.fixture(scope="module")
def library(crate, hermit):
    """The library under the name by which Hermit finds it, with its manifest beside it."""
    done = cargo("build", "--release", "--offline", cwd=crate)
    assert done.returncode == 0, done.stderr
    made = shutil.copy(crate / "target" / "release" / "libhermit_rpn.so", crate / "libhermit-rpn.so")
    subprocess.run([hermit, "manifest", made, "--output", crate / "rpn.shell.json"], check=True, stdin=subprocess.DEVNULL)
    return made


@pytest.fixture
def client(start_kernel, library):
    return start_kernel(library).client()


def test_it_needs_no_crate(crate):
    done = cargo("metadata", "--offline", "--no-deps", "--format-version", "1", cwd=crate)
    assert done.returncode == 0, done.stderr
    assert [package["dependencies"] for package in json.loads(done.stdout)["packages"]] == [[]]


def test_its_structs_are_those_of_the_headers(crate, tmp_path):
    done = cargo("test", "--offline", "--quiet", "--", "--nocapture", cwd=crate)
    assert done.returncode == 0, done.stdout + done.stderr
    program = re.search(r"^#include.*?^}$", done.stdout, re.MULTILINE | re.DOTALL).group()
    assert program.count("_Static_assert(offsetof") > 50
    (tmp_path / "layout.c").write_text("#include <stddef.h>\n" + program, encoding="utf-8")
    build = ["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/sdk/include", tmp_path / "layout.c", "-o", tmp_path / "layout"]
    compiled = subprocess.run(build, capture_output=True, text=True, timeout=PATIENCE)
    assert compiled.returncode == 0, compiled.stderr
    assert subprocess.run([tmp_path / "layout"], timeout=PATIENCE).returncode == 0
    for true, false in (("offsetof(hermit_cell, flags) == 40", "offsetof(hermit_cell, flags) == 44"),):
        assert true in program
        (tmp_path / "layout.c").write_text("#include <stddef.h>\n" + program.replace(true, false), encoding="utf-8")
        assert subprocess.run(build, capture_output=True, timeout=PATIENCE).returncode != 0


def test_it_keeps_its_promises(library, keeps_its_promises):
    keeps_its_promises(library)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("6 7 *", "42"),
        ("1 3 / 3 *", "1"),
        (": square dup * ;\n3 square -> nine\nnine 10 < if \"small\" else \"large\" then", '"small"'),
        ("0 10 times 1 + end", "10"),
        ('"größe" " 2" + 1 over drop drop', '"größe 2"'),
        ("1 2 swap -", "1"),
        ("1 1 = # one", "1"),
        ("5 -> x", None),
        ("# nothing", None),
    ],
)
def test_a_cell_has_a_value(client, code, value):
    done = run(client, code)
    assert (done.status, done.result) == ("ok", value)


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [
        ("1\n0 /", "MathError", "line 2: division by zero"),
        ("1 +", "StackError", "line 1: the stack is empty"),
        ('"a" 1 -', "TypeError", 'line 1: "a" is no number'),
        ("nobody", "NameError", "line 1: there is no word nobody"),
        ("1\n\nthen", "SyntaxError", "line 3: then stands alone"),
        (": dup ;", "SyntaxError", "line 1: dup cannot be a name"),
        ('"a', "SyntaxError", "line 1: a text has no end on its line"),
        ("1 if " * 300, "SyntaxError", "line 1: the code is nested too deeply"),
        (": r r ; r", "DepthError", "line 1: words call each other too deeply"),
        ('"as told" fail', "UserError", "line 1: as told"),
    ],
)
def test_an_error_has_a_line(client, code, name, value):
    reply = error_of(client, code)
    assert (reply["ename"], reply["evalue"], reply["traceback"]) == (name, value, [f"{name}: {value}"])
    assert run(client, "1 1 +").result == "2"


def test_output_and_input(client):
    done = run(client, '1 . "two" . "careful" warn "<b>" show')
    assert (done.stdout, done.stderr) == ("1\ntwo\n", "careful\n")
    assert done.of_type("display_data")[0]["data"]["text/html"] == "<strong>&lt;b></strong>"
    msg_id = client.execute('"name: " ask .', allow_stdin=True)
    assert next_line(client) == {"prompt": "name: ", "password": False}
    client.input("Pagurus \U0001f980")
    assert outcome(client, msg_id).stdout == "Pagurus \U0001f980\n"
    assert run(client, '"?" ask', allow_stdin=False).reply["ename"] == "InputError"


def test_what_it_knows_of_code(client):
    run(client, ": square dup * ; 21 -> half")
    matches, place = completed(client, "1 s")
    assert {"square", "swap", "show", "sleep"} == set(matches) and place == (2, 3)
    assert inspected(client, "1 dup")["text/plain"] == "dup ( a -- a a )\nDoubles what is on top."
    assert inspected(client, "square", detail=1)["text/plain"] == ": square dup * ;"
    assert inspected(client, "nobody") is None
    for code, status in (("1 2", "complete"), (": a 1", "incomplete"), ("1 if 2", "incomplete"), ("end", "invalid")):
        assert asked(client, "is_complete_request", {"code": code})["status"] == status
    done = run(client, "1 drop", user_expressions={"good": "half 2 *", "bad": "1 0 /", "none": ""})
    values = done.reply["user_expressions"]
    assert values["good"]["data"] == {"text/plain": "42"}
    assert (values["bad"]["ename"], values["none"]["ename"]) == ("MathError", "StackError")


@pytest.mark.parametrize("cell", ["begin again", "3600 sleep", "1e300 times end"])
def test_an_interrupt_ends_a_cell(client, cell):
    stuck = client.execute(f'"ready" . {cell}')
    wait_for_output(client, stuck, "ready")
    interrupt(client)
    assert outcome(client, stuck).reply["ename"] == "KernelInterrupt"
    assert run(client, "1 1 +").result == "2"
