"""hermit-cpp in JupyterLab, in a real browser: the tour from top to bottom, and a member that is completed.

With HERMIT_SCREENSHOT_CPP set to a file's name, the picture for docs/cpp.md is written there.
"""

import os
import shutil
import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

from test_lab import EXAMPLES, OpenNotebook

KERNEL = "C++20 (Hermit)"  # as `hermit install cpp` names it


@pytest.fixture(scope="module", autouse=True)
def installed(hermit, build_folder, jupyter_home):
    """Without LLVM the C++ shell is not built, and not tested."""
    if not (build_folder / "lib/hermit/shells/libhermit-cpp.so").is_file():
        pytest.skip("the C++ shell is not built")
    subprocess.run([hermit, "install", "cpp", "--user"], check=True, stdin=subprocess.DEVNULL)


def test_the_tour_runs_from_top_to_bottom(page, lab):
    path = lab[1] / "tour-cpp.ipynb"
    shutil.copy(EXAMPLES / path.name, path)
    notebook = OpenNotebook(page, lab, path, KERNEL)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = notebook.panel.locator(".jp-CodeCell").count() - 1
    notebook.expect_count(last, last + 1)
    notebook.expect_output(0, '{"hermit", "fiddler", "ghost"}')
    expect(notebook.panel.locator(".jp-RenderedSVG img")).to_be_visible()
    expect(notebook.panel.locator(".jp-RenderedImage img")).to_be_visible()
    expect(notebook.panel.locator(".jp-OutputArea-output").filter(has_text="std::invalid_argument").first).to_be_visible()
    take_picture(notebook)


def test_tab_completes_members(page, lab):
    path = lab[1] / "complete-cpp.ipynb"
    spec = {"kernelspec": {"name": "hermit-cpp", "display_name": KERNEL, "language": "c++"}}
    cells = [new_code_cell(code) for code in ("struct Crab { int claws, clams; } crab{2, 7};", "crab.cla")]
    nbformat.write(new_notebook(cells=cells, metadata=spec), path)
    notebook = OpenNotebook(page, lab, path, KERNEL)
    notebook.run(0)
    notebook.expect_count(0, 1)
    notebook.cell(1).locator(".cm-content").click()
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer-item").filter(has_text="claws")).to_be_visible()


def take_picture(notebook):
    """Shows the pictures of the tour and takes one of them, if it is wanted."""
    wanted = os.environ.get("HERMIT_SCREENSHOT_CPP")
    if not wanted:
        return
    notebook.page.keyboard.press("Control+B")  # hides the file browser
    picture = notebook.panel.locator(".jp-RenderedSVG img")
    picture.evaluate("element => element.scrollIntoView({block: 'center'})")
    notebook.page.screenshot(path=wanted)
