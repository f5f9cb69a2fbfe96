"""`hermit check` on good shells, and on flawed ones: each breaks the promise of one case, and that case finds it."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "docs"))
from pages import page_named  # noqa: E402

# Turns a test that hangs into one that fails. A case that hangs on purpose ends at its own limit.
PATIENCE = 1500
CASE_LIMIT = 60
HANGING_CASE_LIMIT = 8

# The flaws that make a case hang.
HANGS = {"refused-input-is-an-error"}

# What else is broken by a flaw, since it breaks more than one promise. All other cases pass.
SIDE_EFFECTS = {
    "completes": {"completion-ranges-are-bytes", "completes-by-size", "worker-completes", "kernel-completes"},
    "completion-ranges-are-bytes": {"completes-at-every-offset"},
    "cells-leak-nothing": {"lives-leak-nothing"},
    "describes-errors": {"errors-have-names", "errors-have-tracebacks", "worker-fails", "kernel-shows-errors"},
    "errors-have-names": {"worker-fails", "kernel-shows-errors"},
    "extensions-stay-the-same": {"extension-ids-are-lent"},
    "interrupt-ends-a-loop": {"interrupt-may-come-before", "interrupt-reaches-one-cell", "interrupt-may-come-twice",
                              "interrupt-forgets-nothing", "interrupts-subshells", "worker-is-interrupted",
                              "kernel-interrupts"},
    "interrupt-reaches-one-cell": {"interrupt-may-come-twice", "interrupt-forgets-nothing", "worker-is-interrupted",
                                   "kernel-interrupts"},
    "interrupt-returns-at-once": {"kernel-interrupts", "kernel-shuts-down-while-busy"},
    "keeps-no-sinks": {"keeps-no-questions"},
    "kernel-describes-the-language": {"manifest-file-agrees"},
    "manifest-file-agrees": {"kernel-describes-the-language"},
    "kernel-shuts-down": {"kernel-shuts-down-while-busy"},
    "pending-cells-end": {"copies-code-of-pending-cells", "runs-tasks-beside-pending-cells", "tasks-take-turns"},
    "reads-no-more-than-its-size": {"reads-code-by-its-size"},
    "remembers": {"keeps-no-code"},
}


def checked(hermit, shell, *options, exit_code):
    """The report on a shell, which has to end with this exit code."""
    done = subprocess.run([hermit, "check", shell, "--json", "-", *options], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == exit_code, done.stdout + done.stderr
    return json.loads(done.stdout)


def told(report):
    return "\n".join(f"{case['name']}: {case['outcome']}: {case['text']}" for case in report["cases"] if case["counts"])


def flaws():
    text = (ROOT / "tests/shells/flawed/flaws.def").read_text(encoding="utf-8")
    names = re.findall(r"^FLAW\((\w+)\)", text, re.MULTILINE)
    assert names[0] == "none"
    return [name.replace("_", "-") for name in names[1:]]


@pytest.fixture(scope="module")
def cases(hermit):
    done = subprocess.run([hermit, "check", "--list", "--json", "-"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@cache
def header(name):
    return (ROOT / "sdk/include" / name).read_text(encoding="utf-8")


def test_each_case_has_a_name_a_sentence_and_an_advice(cases):
    assert len(cases) >= 60
    assert len({case["name"] for case in cases}) == len(cases)
    for case in cases:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+|[a-z]+", case["name"])
        assert re.fullmatch(r"([A-Z]|[a-z_]+ ).*\.", case["promise"]), case
        assert case["advice"] and not case["advice"].endswith("."), case
        assert 1 <= case["level"] <= 10


def test_the_rule_of_each_case_stands_where_the_report_says(cases):
    for case in cases:
        rule = case["rule"]
        number = re.fullmatch(r"convention (\d+)", rule["place"])
        found = re.search(rf"^ \* +{number[1]}\. ", header(rule["header"]), re.MULTILINE) if number else rule["place"] in header(rule["header"])
        assert found, f"{case['name']}: {rule['header']} has no {rule['place']}"
        page, _, anchor = rule["page"].partition("#")
        assert anchor in page_named(page).anchors(), f"{case['name']}: there is no {rule['page']}"


def test_there_is_a_flawed_shell_for_each_case(cases):
    assert flaws() == [case["name"] for case in cases]


@pytest.mark.parametrize("shell", ["flawed_none", "echo"])
def test_a_good_shell_passes_at_full_strictness(hermit, test_shells, shell):
    report = checked(hermit, test_shells / f"libhermit-{shell}.so", "--strictness", "10", exit_code=0)
    assert report["good"] and report["counts"]["passed"] > 100


def test_nothing_is_skipped_for_the_shell_that_has_no_flaw(hermit, test_shells):
    report = checked(hermit, test_shells / "libhermit-flawed_none.so", "--strictness", "5", exit_code=0)
    assert [case["name"] for case in report["cases"] if case["outcome"] != "passed"] == []


def test_the_lua_shell_passes_at_full_strictness(hermit):
    report = checked(hermit, "lua", "--strictness", "10", exit_code=0)
    assert report["counts"]["passed"] > 100


@pytest.mark.long
def test_the_cpp_shell_passes_at_full_strictness(hermit):
    report = checked(hermit, "cpp", "--strictness", "10", "--time-limit", "300", exit_code=0)
    assert report["counts"]["passed"] > 100


@pytest.mark.parametrize("flaw", flaws())
def test_a_case_finds_the_flaw_that_it_is_for(hermit, test_shells, flaw):
    shell = test_shells / f"libhermit-flawed_{flaw.replace('-', '_')}.so"
    limit = HANGING_CASE_LIMIT if flaw in HANGS else CASE_LIMIT
    report = checked(hermit, shell, "--only", flaw, "--strictness", "10", "--time-limit", str(limit), exit_code=1)
    (case,) = report["cases"]
    assert case["counts"] and case["outcome"] in ("failed", "crashed", "warning") and case["text"], case


@pytest.mark.long
@pytest.mark.parametrize("flaw", flaws())
def test_no_other_case_fails_for_that_flaw(hermit, test_shells, flaw):
    shell = test_shells / f"libhermit-flawed_{flaw.replace('-', '_')}.so"
    limit = HANGING_CASE_LIMIT * 2 if flaw in HANGS else CASE_LIMIT
    report = checked(hermit, shell, "--strictness", "10", "--time-limit", str(limit), exit_code=1)
    counted = {case["name"] for case in report["cases"] if case["counts"]}
    assert flaw in counted and counted - {flaw} <= SIDE_EFFECTS.get(flaw, set()), told(report)


def test_a_crash_is_told_with_its_signal_and_its_backtrace(hermit, test_shells):
    report = checked(hermit, test_shells / "libhermit-flawed_keeps_no_cell.so", "--only", "keeps-no-cell", exit_code=1)
    (case,) = report["cases"]
    assert case["outcome"] == "crashed" and "SIGSEGV" in case["text"]
    assert any("libhermit-flawed_keeps_no_cell.so" in frame for frame in case["backtrace"])


def test_a_case_that_hangs_is_ended_and_says_what_it_waited_for(hermit, test_shells):
    report = checked(hermit, test_shells / "libhermit-flawed_refused_input_is_an_error.so", "--only",
                     "refused-input-is-an-error", "--time-limit", "2", exit_code=1)
    (case,) = report["cases"]
    assert case["outcome"] == "failed" and "did not end within 2 s" in case["text"] and "may not ask" in case["text"]


def test_cases_behind_a_gate_are_skipped(hermit, test_shells):
    report = checked(hermit, test_shells / "libhermit-flawed_is_created.so", exit_code=1)
    assert [case["name"] for case in report["cases"] if case["counts"]] == ["is-created"]
    assert any("is-created has to pass" in case["text"] for case in report["cases"])


def test_a_sample_that_is_missing_is_named(hermit, test_shells):
    shell = test_shells / "libhermit-slow_complete.so"  # its manifest has none
    low = checked(hermit, shell, "--only", "runs-a-cell", exit_code=0)["cases"][0]
    assert low["outcome"] == "skipped" and '"prints"' in low["text"]
    middle = checked(hermit, shell, "--only", "runs-a-cell", "--strictness", "7", exit_code=0)["cases"][0]
    assert middle["outcome"] == "warning" and not middle["counts"]
    high = checked(hermit, shell, "--only", "runs-a-cell", "--strictness", "10", exit_code=1)["cases"][0]
    assert high["outcome"] == "warning" and high["counts"]


def test_warnings_count_from_strictness_7_on(hermit, test_shells):
    shell = test_shells / "libhermit-flawed_errors_have_tracebacks.so"
    case = checked(hermit, shell, "--only", "errors-have-tracebacks", "--strictness", "6", exit_code=0)["cases"][0]
    assert case["outcome"] == "warning" and not case["counts"]
    checked(hermit, shell, "--only", "errors-have-tracebacks", "--strictness", "7", exit_code=1)


def test_strictness_decides_how_much_is_tried(hermit, test_shells, cases):
    shell = test_shells / "libhermit-flawed_none.so"
    for strictness in (1, 2):
        report = checked(hermit, shell, "--strictness", str(strictness), exit_code=0)
        assert [case["name"] for case in report["cases"]] == [c["name"] for c in cases if c["level"] <= strictness]


def run(hermit, *arguments):
    return subprocess.run([hermit, "check", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE)


def test_the_report_for_people_says_what_to_change_and_why(hermit, test_shells, tmp_path):
    shell = test_shells / "libhermit-flawed_describes_errors.so"
    file = tmp_path / "report.json"
    done = run(hermit, shell, "--only", "describes-errors", "--json", file)
    assert done.returncode == 1
    for text in ("failed   describes-errors", "never called fail", "rule:", "hermit/host.h", "docs/abi.md#", "change:",
                 "does not keep its promises"):
        assert text in done.stdout, done.stdout
    assert json.loads(file.read_text())["good"] is False


def test_the_list_has_every_case_with_its_sentence(hermit, cases):
    text = run(hermit, "--list").stdout
    for case in cases:
        assert re.search(rf"^  {case['name']} +{re.escape(case['promise'])}$", text, re.MULTILINE)


@pytest.mark.parametrize(("arguments", "exit_code", "said"), [
    ([], 2, "path or the name"),
    (["lua", "--only", "runs-a-sell"], 2, 'did you mean "runs-a-cell"'),
    (["lua", "--strictness", "11"], 2, "strictness"),
    (["no-such-shell"], 5, "no shell named"),
])
def test_what_cannot_be_checked_is_told_in_one_line(hermit, arguments, exit_code, said):
    done = run(hermit, *arguments)
    assert done.returncode == exit_code
    assert said in done.stderr and done.stderr.count("\n") == 1, done.stderr
