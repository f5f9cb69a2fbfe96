"""Rules of the house that a machine can see: how files begin, how long they are, what they leave alone."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = {".c", ".h", ".cpp", ".hpp"}
FOLDERS = ("host", "sdk", "plugins", "examples", "tests", "bench")

# One idea a file. Longer ones are split by idea, not by line count, hence a limit above what is aimed at.
LONGEST_FILE = 450


def code(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in CODE)


def all_texts():
    """The text files that are kept in the repository, without what is built or installed."""
    skipped = {".git", ".venv", "node_modules", "__pycache__"}
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if not path.is_file() or skipped & set(parts) or parts[0].startswith("build"):
            continue
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def without_comments(text):
    """C or C++ without comments and without the text of string literals; lines keep their numbers."""
    pattern = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', re.DOTALL)

    def blank(match):
        found = match.group()
        return '""' if found[0] in "\"'" else "\n" * found.count("\n")

    return pattern.sub(blank, text)


def findings(paths, pattern):
    """Lines of code in which the pattern is found."""
    found = []
    for path in paths:
        for number, line in enumerate(without_comments(path.read_text(encoding="utf-8")).splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    return "\n".join(found)


def test_headers_and_tests_begin_with_what_they_are_for():
    wrong = []
    for path in code(*FOLDERS):
        starts = path.read_text(encoding="utf-8").startswith(("//", "/*"))
        header_of_its_own = {".cpp": ".hpp", ".c": ".h"}.get(path.suffix)
        header_of_its_own = header_of_its_own and path.with_suffix(header_of_its_own).is_file()
        if not starts and not header_of_its_own:
            wrong.append(str(path.relative_to(ROOT)))
    assert not wrong, "files without a comment at their top:\n" + "\n".join(wrong)


def test_python_and_shell_files_say_what_they_are_for():
    wrong = []
    for path, text in all_texts():
        if path.suffix == ".py" and text.strip() and not text.lstrip().startswith(('"""', "#")):
            wrong.append(str(path.relative_to(ROOT)))
        if text.startswith("#!") and not text.split("\n", 2)[1].startswith(("#", '"""')):
            wrong.append(str(path.relative_to(ROOT)))
    assert not wrong, "\n".join(wrong)


def test_files_are_not_too_long():
    lengths = {path.relative_to(ROOT): path.read_text(encoding="utf-8").count("\n") for path in code(*FOLDERS)}
    too_long = {path: length for path, length in lengths.items() if length > LONGEST_FILE}
    assert not too_long, too_long


def test_headers_are_included_once():
    wrong = []
    for path in code(*FOLDERS):
        text = path.read_text(encoding="utf-8")
        guarded = "#pragma once" in text or re.search(r"#ifndef (\w+)\n#define \1", text)
        if path.suffix in {".h", ".hpp"} and not guarded:
            wrong.append(str(path.relative_to(ROOT)))
    assert not wrong, "\n".join(wrong)


def test_libraries_log_and_never_print():
    paths = [path for path in code("host", "plugins", "sdk") if "cli" not in path.relative_to(ROOT).parts]
    assert not findings(paths, r"\bstd::(cerr|cout|clog)\b|(?<![\w.>])(printf|puts|perror|putchar)\s*\(|\bfprintf\s*\(\s*std")


def test_nothing_sleeps():
    assert not findings(code("host", "plugins", "tests"), r"\b(sleep_for|sleep_until|usleep|nanosleep)\b")


def test_nothing_is_left_for_later():
    words = "TO" + "DO|FIX" + "ME|XX" + "X"
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path, text in all_texts()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(rf"\b({words})\b", line)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("place", ["/" + "work/", "/" + "root/", "/" + "tmp/w/"])
def test_no_path_of_a_machine_is_in_a_file(place):
    wrong = [str(path.relative_to(ROOT)) for path, text in all_texts() if place in text]
    assert not wrong, "\n".join(wrong)


def test_lines_end_as_they_should():
    wrong = []
    for path in code(*FOLDERS):
        text = path.read_text(encoding="utf-8")
        if "\r" in text or "\t" in text or not text.endswith("\n") or re.search(r"[ ]$", text, re.MULTILINE):
            wrong.append(str(path.relative_to(ROOT)))
    assert not wrong, "carriage returns, tabs, blanks at ends of lines, or no newline at the end:\n" + "\n".join(wrong)


def test_each_test_file_holds_tests():
    """tests/CMakeLists.txt runs the suites that it finds in a file by its TEST lines."""
    wrong = []
    for path in code("tests"):
        if path.name.endswith(("_spec.cpp", "_test.cpp")) and path.parent.name != "support":
            if not re.search(r"^TEST(_[FP])?\(\w+, \w+\) \{", path.read_text(encoding="utf-8"), re.MULTILINE):
                wrong.append(str(path.relative_to(ROOT)))
    assert not wrong, "\n".join(wrong)
