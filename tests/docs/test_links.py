"""Nothing that the pages point to is missing: pages, headings, files, functions."""

import re
from functools import cache

import pytest

from pages import PAGES, ROOT, read_page

SOURCES = ("host", "sdk", "plugins", "examples", "tests", "bench", "scripts", "cmake")


@cache
def source_text():
    """All code in one text, to look names up in."""
    files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*")
             if path.suffix in (".h", ".hpp", ".c", ".cpp", ".py", ".cmake")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in page.links():
        if re.match(r"[a-z]+:", link):
            continue  # other people's pages are not ours to test
        target, _, anchor = link.partition("#")
        path = (page.path.parent / target) if target else page.path
        assert path.exists(), f"{page.name}: there is no {link}"
        if anchor:
            assert anchor in read_page(path).anchors(), f"{page.name}: {link} has no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_named_in_the_text_exist(page):
    # A path begins with a folder of the checkout; a file of a room may be named without "host/".
    for word in page.code_words():
        if not re.fullmatch(r"[\w.-]+(/[\w.-]+)+/?", word):
            continue
        top = word.split("/")[0]
        if (ROOT / top).is_dir() and not top.startswith("build") and top != ".venv":
            assert (ROOT / word).exists(), f"{page.name}: there is no {word}"
        elif (ROOT / "host" / top).is_dir():
            found = (ROOT / "host" / word).exists() or list((ROOT / "host").glob(word + ".*"))
            assert found, f"{page.name}: there is no host/{word}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_functions_named_in_the_text_exist(page):
    for word in page.code_words():
        found = re.fullmatch(r"(?:(\w+)(?:::|\.|->))?(~?\w+)\(\)", word)
        if not found or page.name == "CHANGELOG.md":
            continue
        owner, name = found.groups()
        assert re.search(rf"\b{name}\b", source_text()), f"{page.name}: there is no function {word}"
        if owner and owner[0].isupper():
            assert re.search(rf"\b(class|struct) (\S+ )?{owner}\b", source_text()), (
                f"{page.name}: there is no type {owner}")


def test_every_page_can_be_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        page = read_page(path)
        for link in page.links():
            target = (path.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists() and ROOT in target.parents:
                waiting.append(target)
    assert [page.name for page in PAGES if page.path not in reached] == []
