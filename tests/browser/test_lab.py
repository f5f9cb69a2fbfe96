"""hermit-lua in JupyterLab, in a real browser: cells run and show their outputs, and the buttons that
interrupt and restart the kernel work.

With HERMIT_SCREENSHOT set to a file's name, the picture for the README is written there.
"""

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
KERNEL = "Lua 5.4 (Hermit)"  # as `hermit install lua` names it
KERNELSPEC = {"kernelspec": {"name": "hermit-lua", "display_name": KERNEL, "language": "lua"}}


class OpenNotebook:
    """A notebook in JupyterLab, as its user sees it."""

    def __init__(self, page, lab, path, kernel=KERNEL):
        address, _ = lab
        self.page = page
        self.kernel = kernel
        base, token = address.split("/lab?")
        # A workspace that remembers nothing of other tests.
        page.goto(f"{base}/lab/workspaces/{path.stem}/tree/{path.name}?{token}&reset")
        self.panel = page.locator(".jp-NotebookPanel:visible")
        self.wait_for_kernel("Idle")

    def wait_for_kernel(self, status):
        """Waits until the status bar says so: it names the kernel only once there is one."""
        self.page.get_by_role("button", name=f"{self.kernel} | {status}").wait_for()

    def wait_until_saved(self):
        """Waits until the tab no longer shows that there are changes."""
        expect(self.page.locator(".lm-DockPanel-tabBar .jp-mod-current.jp-mod-dirty")).to_have_count(0)

    def cell(self, number):
        return self.panel.locator(".jp-CodeCell").nth(number)

    def run(self, number):
        """Runs one cell as a user does: a click into it, then Shift+Enter."""
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")

    def press(self, name):
        """Presses a button of the notebook's tool bar."""
        self.panel.get_by_role("button", name=name, exact=True).click()

    def expect_output(self, number, text):
        expect(self.cell(number).locator(".jp-OutputArea-output").filter(has_text=text).first).to_be_visible()

    def expect_count(self, number, count):
        expect(self.cell(number).locator(".jp-InputPrompt")).to_have_text(f"[{count}]:")


@pytest.fixture
def open_notebook(page, lab):
    def open_cells(name, *codes):
        notebook = new_notebook(cells=[new_code_cell(code) for code in codes], metadata=KERNELSPEC)
        path = lab[1] / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return OpenNotebook(page, lab, path)

    return open_cells


def test_cells_show_a_line_a_result_html_and_an_error(open_notebook):
    notebook = open_notebook(
        "outputs",
        "print('a printed line')",
        "{answer = 6 * 7}",
        "hermit.html('<b id=\"bold\">some html</b>')",
        "error('as told')",
    )
    for number in range(4):
        notebook.run(number)
    notebook.expect_output(0, "a printed line")
    notebook.expect_output(1, "answer = 42")
    expect(notebook.cell(2).locator("b#bold")).to_have_text("some html")
    notebook.expect_output(3, "as told")
    for number in range(4):
        notebook.expect_count(number, number + 1)


def test_the_interrupt_button_ends_a_cell(open_notebook):
    notebook = open_notebook("interrupt", "print('spinning') while true do end", "'goes on'")
    notebook.run(0)
    notebook.expect_output(0, "spinning")
    notebook.wait_for_kernel("Busy")
    notebook.press("Interrupt the kernel")
    notebook.expect_output(0, "KernelInterrupt")
    notebook.run(1)
    notebook.expect_output(1, "goes on")


def test_the_restart_button_gives_a_new_kernel(open_notebook):
    notebook = open_notebook("restart", "x = 'remembered'\nprint(x)", "print(x or 'forgotten')")
    notebook.run(0)
    notebook.expect_output(0, "remembered")
    notebook.press("Restart the kernel")
    notebook.page.locator(".jp-Dialog button.jp-mod-accept").click()
    # The new kernel counts from one again.
    notebook.wait_for_kernel("Idle")
    notebook.run(1)
    notebook.expect_output(1, "forgotten")
    notebook.expect_count(1, 1)


def test_a_cell_that_asks_gets_what_is_typed(open_notebook):
    notebook = open_notebook("input", "print('Hello ' .. hermit.input('Name: '))")
    notebook.run(0)
    field = notebook.panel.locator(".jp-Stdin-input")
    field.fill("Pagurus")
    field.press("Enter")
    notebook.expect_output(0, "Hello Pagurus")


def test_tab_completes_from_live_values(open_notebook):
    notebook = open_notebook("complete", "creature = {claws = 2, clams = 7}", "creature.cla")
    notebook.run(0)
    notebook.expect_count(0, 1)
    notebook.cell(1).locator(".cm-content").click()
    notebook.page.keyboard.press("End")
    notebook.page.keyboard.press("Tab")
    expect(notebook.page.locator(".jp-Completer-item").filter(has_text="claws")).to_be_visible()


def test_the_tour_runs_from_top_to_bottom(page, lab):
    path = lab[1] / "tour-lua.ipynb"
    shutil.copy(EXAMPLES / path.name, path)
    notebook = OpenNotebook(page, lab, path)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = notebook.panel.locator(".jp-CodeCell").count() - 1
    notebook.expect_count(last, last + 1)
    expect(notebook.panel.locator(".jp-RenderedSVG img")).to_be_visible()
    take_picture(notebook)


def take_picture(notebook):
    """Shows the rich part of the tour and takes a picture of it, if one is wanted."""
    wanted = os.environ.get("HERMIT_SCREENSHOT")
    if not wanted:
        return
    notebook.page.keyboard.press("Control+B")  # hides the file browser
    picture = notebook.panel.locator(".jp-RenderedSVG img")
    picture.evaluate("element => element.scrollIntoView({block: 'center'})")
    Path(wanted).parent.mkdir(parents=True, exist_ok=True)
    notebook.page.screenshot(path=wanted)
