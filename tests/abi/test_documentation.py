"""Holds that each public declaration of the C ABI says what there is to say of it, where it stands.

The comment on a function has five parts in a fixed order: what it does; When it may be called; Owner of what it
is given or gives, and until when; what it returns; and last the thread it is called on.
"""

import re

import pytest

from headers import HEADERS, declarations, lines_of, read, structs, without_comments

THREADS = ["main-thread", "shell-thread", "introspection-thread", "comm-thread", "control-thread", "same-thread", "any-thread"]
DRAFT_THREADS = ["debug-thread"]
TAG = re.compile(r"(?:For a subshell \[[\w-]+\], else )?\[([\w-]+)( & executing)?\]")
PARTS = ["When: ", "Owner: ", "Returns "]

GOOD = """/* Does something.
   * When: always.
   * Owner: nobody.
   * Returns HERMIT_OK.
   * [any-thread] */"""


def problem_of(comment, returns_nothing):
    """What is wrong with the comment on a function, or None."""
    lines = [line for line in lines_of(comment) if line]
    if not lines or not re.match(r"[A-Z][a-z]+s ", lines[0]):
        return "it does not begin with what the function does, such as \"Shows …\""
    tag = TAG.fullmatch(lines[-1])
    if not tag:
        return "its last line is not the thread"
    if tag.group(1) not in THREADS + DRAFT_THREADS:
        return f"there is no [{tag.group(1)}]"
    at = []
    for part in PARTS:
        found = [number for number, line in enumerate(lines) if line.startswith(part)]
        if part == "Returns " and returns_nothing:
            if found:
                return "it returns nothing"
            continue
        if len(found) != 1:
            return f"it has {len(found)} lines that begin with \"{part}\""
        at += found
    if at[0] == 0 or at != sorted(at):
        return f"its parts do not come in the order: what, {', '.join(PARTS)}thread"
    return None


@pytest.mark.parametrize("header", HEADERS)
def test_each_header_begins_with_what_it_is_for(header):
    assert re.match(r"/\*\n \* [A-Z]", read(header))


@pytest.mark.parametrize("header", HEADERS)
def test_each_declaration_has_a_comment(header):
    silent = [f"{each.owner} {each.name}" for each in declarations(header) if not re.search(r"\w", each.comment)]
    assert silent == []


@pytest.mark.parametrize("header", HEADERS)
def test_each_comment_on_a_function_has_its_parts_in_order(header):
    wrong = {}
    for each in declarations(header):
        if each.kind == "function":
            problem = problem_of(each.comment, returns_nothing=re.match(r"void\s*\(", each.text))
            if problem:
                wrong[f"{each.owner}.{each.name}"] = problem
    assert wrong == {}


@pytest.mark.parametrize("header", HEADERS)
def test_no_declaration_is_overlooked(header):
    """Counted in another way: by what has to stand in the text for each kind."""
    text = without_comments(read(header))
    found = declarations(header)

    def count(kind):
        return sum(each.kind == kind for each in found)

    assert count("function") == len(re.findall(r"\(\s*HERMIT_ABI\s*\*", text))
    assert count("struct") == len(re.findall(r"\bstruct \w+ \{", text))
    assert count("enum") == len(re.findall(r"\benum\b", text))
    assert count("constant") == sum(body.count("=") for body in re.findall(r"\benum \{(.*?)\}", text, re.DOTALL))
    bodies = [without_comments(body) for _, body in structs(read(header))]
    assert count("function") + count("field") == sum(body.count(";") for body in bodies)
    assert count("macro") == len(re.findall(r"^#define ", text, re.MULTILINE)) - 1  # the include guard
    assert not re.search(r"\b(union|static|inline)\b", text)


def test_the_tags_are_those_that_the_conventions_explain():
    explained = re.findall(r"^ \*  \[([\w-]+)\]  ", read("hermit/abi.h"), re.MULTILINE)
    assert explained == THREADS
    drafts = [header for header in HEADERS if "/draft/" in header]
    assert DRAFT_THREADS == [
        tag for header in drafts for tag in re.findall(r"^ \*  \[([\w-]+)\]  ", read(header), re.MULTILINE)
    ]
    for header in HEADERS:
        for each in declarations(header):
            if each.kind == "function" and "/draft/" not in header:
                assert not re.search("|".join(DRAFT_THREADS), each.comment), each.name


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("   * When: always.\n", ""),
        lambda text: text.replace("   * Owner: nobody.\n", ""),
        lambda text: text.replace("   * Returns HERMIT_OK.\n", ""),
        lambda text: text.replace("\n   * [any-thread]", ""),
        lambda text: text.replace("any-thread", "some-thread"),
        lambda text: text.replace("When: always", "WHEN").replace("Owner: nobody", "When: always").replace("WHEN", "Owner: nobody"),
        lambda text: text.replace("Does something.\n   * ", ""),
        lambda text: "",
    ],
)
def test_a_comment_that_lacks_a_part_is_found(spoil):
    assert problem_of(GOOD, False) is None
    assert problem_of(spoil(GOOD), False)
    assert problem_of(GOOD, True)
