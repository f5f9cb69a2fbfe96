"""The Markdown pages of the project, read: their fenced blocks, links, headings and tables.

It knows as much of Markdown as the pages use. What the blocks mean is told in test_snippets.py.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Fence:
    """A fenced block: "c file=minimal.c" has the kind "c", the words ["file=minimal.c"]."""

    line: int
    kind: str
    words: list
    text: str

    def value(self, name):
        """What stands behind `name=` in the first line of the block, or None."""
        for word in self.words:
            if word.startswith(f"{name}="):
                return word.partition("=")[2]
        return None


@dataclass
class Page:
    path: Path
    text: str
    fences: list = field(default_factory=list)
    prose: str = ""  # the text without fenced blocks, line numbers kept

    @property
    def name(self):
        return self.path.relative_to(ROOT).as_posix()

    def headings(self):
        return re.findall(r"^#+ +(.*?) *$", self.prose, flags=re.MULTILINE)

    def anchors(self):
        """The names under which GitHub makes the headings reachable."""
        anchors = []
        for heading in self.headings():
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
            anchors.append(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
        return anchors

    def links(self):
        """The targets of all links and pictures."""
        text = re.sub(r"`[^`\n]*`", "", self.prose)
        return re.findall(r"\]\(([^)\s]+)\)", text)

    def code_words(self):
        """What stands between single backticks."""
        return re.findall(r"`([^`\n]+)`", self.prose)

    def section(self, heading):
        """The prose from a heading to the next of any level."""
        found = re.search(rf"^#+ +{re.escape(heading)} *$(.*?)(?=^#+ |\Z)", self.prose, re.MULTILINE | re.DOTALL)
        assert found, f"{self.name} has no section \"{heading}\""
        return found.group(1)


def rows(text):
    """The rows of the tables in a text, each a list of cells, without head and rule."""
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not line.startswith("|") or re.fullmatch(r"[|\s:-]+", line):
            continue
        is_head = number + 1 < len(lines) and re.fullmatch(r"[|\s:-]+", lines[number + 1])
        if not is_head:
            found.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return found


def read_page(path):
    page = Page(path, path.read_text(encoding="utf-8"))
    prose, open_fence = [], None
    for number, line in enumerate(page.text.splitlines(), start=1):
        if open_fence is None and line.startswith("```"):
            words = line[3:].split()
            open_fence = Fence(number, words[0] if words else "", words[1:], "")
        elif open_fence is not None and line.startswith("```"):
            page.fences.append(open_fence)
            open_fence = None
        elif open_fence is not None:
            open_fence.text += line + "\n"
            prose.append("")
            continue
        else:
            prose.append(line)
            continue
        prose.append("")
    assert open_fence is None, f"{page.name}:{open_fence.line}: this block has no end"
    page.prose = "\n".join(prose) + "\n"
    return page


def all_pages():
    """README and its neighbours, everything in docs/, and the pages of shells and examples."""
    paths = sorted(ROOT.glob("*.md"))
    for folder in ("docs", "plugins", "examples"):
        paths += sorted((ROOT / folder).rglob("*.md"))
    return [read_page(path) for path in paths]


PAGES = all_pages()


def page_named(name):
    return next(page for page in PAGES if page.name == name)
