"""examples/turtle-shell, which began with `hermit new`: built with an installed Hermit, checked, and run in Jupyter."""

import shutil
import xml.etree.ElementTree
from pathlib import Path

import pytest

from author import TEST_TIMEOUT, TIMEOUT, Author, told

pytestmark = pytest.mark.timeout(TEST_TIMEOUT)

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "turtle-shell"


@pytest.fixture(scope="module")
def built(prefix, tmp_path_factory):
    """Its author, and the project, built."""
    author = Author(prefix, tmp_path_factory.mktemp("turtle"))
    project = author.desk / "turtle"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("build*"))
    assert "warning" not in author.build(project)
    return author, project


def test_it_keeps_its_promises(built):
    author, project = built
    assert "100% tests passed" in author.check(project)


def test_it_draws_prints_and_explains_in_a_notebook(built, monkeypatch):
    author, project = built
    author.run("hermit", "install", project / "build/libhermit-turtle.so", "--logo", project / "logo.svg")
    with author.kernel("hermit-turtle", monkeypatch) as client:
        assert told(client, "to side :size\n  forward :size right 90\nend") == ""
        assert told(client, "repeat 4 [ side 50 print repcount ]") == "1\n2\n3\n4\na drawing of 4 lines"
        assert told(client, "penup side 50 ; draws nothing") == ""
        assert told(client, "print \"a\"\n\nfly 10") == "a\nUnknownWord"
        assert told(client, "to on on end on") == "TooDeep"
        assert told(client, "forward ") == "SyntaxError"
        client.is_complete("to side")
        assert client.get_shell_msg(timeout=TIMEOUT)["content"]["status"] == "incomplete"
        assert client.complete("repeat 4 [si", reply=True, timeout=TIMEOUT)["content"]["matches"] == ["side"]
        about = client.inspect("side", reply=True, timeout=TIMEOUT)["content"]["data"]["text/plain"]
        assert about == "to side :size forward :size right 90 end"


def test_a_drawing_is_a_picture(built, monkeypatch):
    author, project = built
    author.run("hermit", "install", project / "build/libhermit-turtle.so")
    pictures = []

    def hook(message):
        if message["msg_type"] in ("execute_result", "display_data"):
            pictures.append(message["content"]["data"]["image/svg+xml"])

    with author.kernel("hermit-turtle", monkeypatch) as client:
        client.execute_interactive("forward 30 show right 90 forward 40", timeout=TIMEOUT, output_hook=hook)
    shown, value = [xml.etree.ElementTree.fromstring(picture) for picture in pictures]
    assert (len(shown), len(value)) == (1, 2)
    assert value.get("viewBox") == "-5 -35 50 40"
