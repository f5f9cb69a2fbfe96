"""The public headers in C, read: their declarations, each with its comment and its place.

This is no parser of C. It reads the one form in which Hermit's headers are written, which the tests in tests/abi hold. The
reference in docs/ is made with it (sdk/abi/reference), and the tests look at the headers through it.
"""

import re
from collections import namedtuple
from pathlib import Path

INCLUDE = Path(__file__).resolve().parents[1] / "include"
HEADERS = sorted(path.relative_to(INCLUDE).as_posix() for path in (INCLUDE / "hermit").rglob("*.h"))
RELEASED = [header for header in HEADERS if "/draft/" not in header]

# What is declared: `kind` is macro, type, struct, enum, constant, field or function; `owner` the struct or enum it
# stands in, or ""; `text` the declaration itself; `comment` what is said of it, "" for nothing; `at` the offset in the
# header of what is declared or, for a member, of its owner.
Declaration = namedtuple("Declaration", "kind owner name text comment at")


def read(header):
    return (INCLUDE / header).read_text(encoding="utf-8")


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def lines_of(comment):
    """The lines of a comment, without its stars."""
    return [re.sub(r"^\s*\*? ?", "", line).strip() for line in comment.removeprefix("/*").removesuffix("*/").splitlines()]


def comment_above(text, at):
    """The comment that ends on the line above `at`; lines without a blank one between count as one group."""
    lines = text[:at].splitlines()
    while lines and lines[-1].strip() and not lines[-1].rstrip().endswith("*/"):
        lines.pop()
    if not lines or not lines[-1].strip():
        return ""
    above = "\n".join(lines)
    return above[above.rindex("/*") :]


def members(body, separator):
    """Yields each declaration of a struct or enum with its comment: that above it, or that behind it."""
    pending, last = "", None  # a comment that waits for its declaration; a declaration that waits for one
    for token in re.finditer(rf"/\*.*?\*/|(?:[^{separator}/]|/(?!\*))+{separator}?", body, flags=re.DOTALL):
        word, place = token.group().strip(), token.start()
        if word.startswith("/*"):
            if last is not None and "\n" not in body[last[1] : place]:
                yield last[0], word
                last = None
            else:
                pending = word
        elif word:
            if last is not None:
                yield last[0], ""
            last = None if pending else (word, place + len(token.group().rstrip()))
            if pending:
                yield word, pending
            pending = ""
    if last is not None:
        yield last[0], ""


def structs(text):
    """Yields the name and the body of each struct that is defined in a header."""
    definition = re.compile(r"^(?:typedef )?struct (\w+) \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
    for found in definition.finditer(text):
        yield found.group(1), found.group(2)


def declarations(header):
    """All that a header declares, in no order; the members of one owner in theirs."""
    text = read(header)
    found = []
    for match in re.finditer(r"^#define (\w+)(.*)$", text, re.MULTILINE):
        if not (match.group(1).endswith("_H") and not match.group(2).strip()):  # the include guard
            found.append(Declaration("macro", "", match.group(1), match.group(), comment_above(text, match.start()), match.start()))
    for match in re.finditer(r"^(?:typedef (?!struct \w+ \{)[^;{]*?(\w+);|(?:typedef )?struct (\w+) \{)", text, re.MULTILINE):
        kind = "struct" if match.group(2) else "type"
        name = match.group(2) or match.group(1)
        found.append(Declaration(kind, "", name, match.group(), comment_above(text, match.start()), match.start()))
    for struct, body in structs(text):
        at = text.index(f"struct {struct} {{")
        for word, comment in members(body, ";"):
            function = re.search(r"\(\s*HERMIT_ABI\s*\*\s*(\w+)\s*\)", word)
            name = function.group(1) if function else re.search(r"(\w+);$", word).group(1)
            found.append(Declaration("function" if function else "field", struct, name, word, comment, at))
    for match in re.finditer(r"^enum \{(.*?)\};", text, re.DOTALL | re.MULTILINE):
        found.append(Declaration("enum", "", "enum", match.group(), comment_above(text, match.start()), match.start()))
        for word, comment in members(match.group(1), ","):
            found.append(Declaration("constant", "enum", word.split()[0], word, comment, match.start()))
    return found


def ids(text):
    return re.findall(r'^#define (HERMIT_EXT_\w+) "([^"]*)"$', text, flags=re.MULTILINE)


def of_kind(kind, headers=RELEASED):
    return [each for header in headers for each in declarations(header) if each.kind == kind]
