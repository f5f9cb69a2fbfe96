"""Builds and runs what the pages tell a reader to build and run.

The first line of a fenced block says what is to be done with it:

    c file=NAME, cpp file=NAME    is written to NAME in the page's own folder
    cpp into=NAME before=WORD     is put into that file before the first line that begins with the word; or `after=` it, or
                      in the place of it (`replace=`)
    json into=NAME    each line takes the place of the one in that file with the same key
    sh test           is run there by bash, with `hermit` and `jupyter` on the PATH and HERMIT set to the
                      checkout, HERMIT_PREFIX to where the library for embedding is installed and HERMIT_LUA to a
                      shell's library; it has to succeed, or to end with the code in `exit=N`
    lua test          is run as a cell of hermit-lua, all of a page in one kernel; `error=NAME` is the error that it
                      has to end with, `tags=TAG` a tag of the cell
    cpp test          the same with hermit-cpp, where it is built
    lua test begin    is only begun, and has to have ended well when the page has
    text output       is what the block before it prints: a command to both streams, a cell to stdout and then its
                      value; "…" stands for anything
    sh shown          is not run, because it takes the whole machine or is for another shell's start-up file;
                      scripts and presets that it names have to exist
    text, include-table    pictures and tables; nothing to be run

The blocks of one page are run from top to bottom, like a reader does it.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cells import Cells
from pages import PAGES, ROOT


# In seconds, of a block, and of a page, which may build something at each step; they only turn a hang into a failure.
TIMEOUT = 900
PAGE_TIMEOUT = 3600

# Whose blocks are cells: the word for it, which is the name of the shell too.
LANGUAGES = ("lua", "cpp")


def pages_with(kind):
    return [page for page in PAGES if any(fence.kind == kind and "test" in fence.words for fence in page.fences)]


def steps(page):
    """What is to be done with a page: its blocks of code, each with the text that it is to print, or None."""
    done = []
    for fence in page.fences:
        if fence.kind == "text" and "output" in fence.words:
            assert done and done[-1][1] is None, f"{page.name}:{fence.line}: nothing stands before this output"
            done[-1] = (done[-1][0], fence.text)
        elif fence.value("file") or fence.value("into") or "test" in fence.words:
            done.append((fence, None))
    return done


def place_of(lines, beginning, place):
    """The number of the first line that begins with a word, whatever it is indented by."""
    found = [number for number, line in enumerate(lines) if line.lstrip().startswith(beginning)]
    assert found, f"{place}: no line begins with {beginning}"
    return found[0]


def put_into(file, fence, place):
    """Changes a file as a reader does who is told where a block belongs."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    block = fence.text.splitlines(keepends=True)
    for word, before, after in (("before", 0, 0), ("after", 1, 1), ("replace", 0, 1)):
        if fence.value(word):
            number = place_of(lines, fence.value(word), place)
            lines[number + before:number + after] = block
            break
    else:
        for line in block:
            lines[place_of(lines, line.split(":")[0].lstrip() + ":", place)] = line
    file.write_text("".join(lines), encoding="utf-8")


@pytest.fixture
def reader(hermit, tmp_path):
    """The folder and the environment of somebody who follows a page."""
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    environment = {
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "HERMIT": str(ROOT),
        "PATH": os.pathsep.join([str(hermit.parent), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "LANG": "C.UTF-8",
    }
    return work, environment


def matches(expected, actual):
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("…"))
    return re.fullmatch(pattern, actual.strip()) is not None


def run(fence, folder, environment):
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", fence.text], cwd=folder, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT,
    )


@pytest.mark.timeout(PAGE_TIMEOUT)
@pytest.mark.parametrize("page", pages_with("sh"), ids=lambda page: page.name)
def test_what_a_page_tells_its_reader_to_do_works(page, reader, build_folder, request):
    folder, environment = reader
    if "HERMIT_PREFIX" in page.text:
        environment["HERMIT_PREFIX"] = str(request.getfixturevalue("installed_library"))
        environment["HERMIT_LUA"] = str(build_folder / "lib" / "hermit" / "shells" / "libhermit-lua.so")
    for fence, printed in steps(page):
        place = f"{page.name}:{fence.line}"
        if fence.value("file"):
            (folder / fence.value("file")).write_text(fence.text, encoding="utf-8")
        elif fence.value("into"):
            put_into(folder / fence.value("into"), fence, place)
        elif fence.kind == "sh":
            done = run(fence, folder, environment)
            assert done.returncode == int(fence.value("exit") or 0), f"{place}:\n{done.stdout}"
            assert printed is None or matches(printed, done.stdout), f"{place}: it printed\n{done.stdout}"
            # A case of hermit check that is not tried has proved nothing.
            assert not re.search(r"^skipped ", done.stdout, re.MULTILINE), f"{place}:\n{done.stdout}"


@pytest.mark.parametrize(
    "kind, page",
    [(kind, page) for kind in LANGUAGES for page in pages_with(kind)],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_the_cells_of_a_page_run(kind, page, hermit, build_folder, jupyter_home):
    if not (build_folder / f"lib/hermit/shells/libhermit-{kind}.so").is_file():
        pytest.skip(f"the shell {kind} is not built")
    subprocess.run([hermit, "install", kind, "--user"], check=True, stdin=subprocess.DEVNULL)
    with Cells(f"hermit-{kind}") as cells:
        for fence, printed in steps(page):
            if fence.kind != kind:
                continue
            place = f"{page.name}:{fence.line}"
            cell = cells.begin(fence.text, tags=fence.value("tags"))
            if "begin" in fence.words:
                continue
            error, text = cells.wait(cell)
            assert error == fence.value("error"), f"{place}: it ended with the error {error}\n{text}"
            assert printed is None or matches(printed, text), f"{place}: it printed\n{text}"
        assert cells.wait_for_all() == [], f"{page.name}: cells that were begun have failed"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_block_says_what_is_to_be_done_with_it(page):
    for fence in page.fences:
        runs = fence.kind in ("sh", *LANGUAGES) and ("test" in fence.words) != ("shown" in fence.words)
        written = fence.value("file") is not None or fence.value("into") is not None
        still = fence.kind in ("text", "include-table")
        assert runs or written or still, f"{page.name}:{fence.line}: nobody builds or runs this block"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_scripts_and_presets_in_commands_exist(page):
    presets = re.findall(r'"name": "([^"]+)"', (ROOT / "CMakePresets.json").read_text(encoding="utf-8"))
    for fence in page.fences:
        if fence.kind != "sh":
            continue
        place = f"{page.name}:{fence.line}"
        for script in re.findall(r"(?<![\w/.])(?:\./)?((?:scripts|bench)/\w+)", fence.text):
            assert os.access(ROOT / script, os.X_OK), f"{place}: {script} cannot be run"
        for preset in re.findall(r"--preset[ =](\S+)", fence.text):
            assert preset in presets, f"{place}: there is no preset {preset}"


def test_the_readme_gives_the_two_commands():
    commands = "".join(fence.text for page in PAGES if page.name == "README.md" for fence in page.fences)
    assert "./scripts/run" in commands and "./scripts/test" in commands
