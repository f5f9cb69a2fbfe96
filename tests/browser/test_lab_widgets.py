"""Plots, displays and widgets of the Lua shell in JupyterLab, in a real browser: the examples, used as a reader
would use them.

With HERMIT_SCREENSHOTS set to a folder, pictures of what was seen are written there.
"""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from test_lab import EXAMPLES, OpenNotebook


@pytest.fixture
def open_example(page, lab, request):
    """Opens a copy of an example and runs all of it. Each test has a copy, and so a kernel, of its own."""

    def open_one(name):
        path = lab[1] / f"{name}.ipynb"
        if path.exists():
            path = lab[1] / f"{request.node.name}.ipynb"
        shutil.copy(EXAMPLES / f"{name}.ipynb", path)
        notebook = OpenNotebook(page, lab, path)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        last = notebook.panel.locator(".jp-CodeCell").count() - 1
        notebook.expect_count(last, last + 1)
        return notebook

    return open_one


def take_picture(notebook, name, around, block="center"):
    folder = os.environ.get("HERMIT_SCREENSHOTS")
    if folder:
        around.evaluate(f"element => element.scrollIntoView({{block: '{block}'}})")
        Path(folder).mkdir(parents=True, exist_ok=True)
        notebook.page.screenshot(path=Path(folder) / f"{name}.png")


def drawings(notebook, number):
    """What Vega has drawn below a cell."""
    return notebook.cell(number).locator(".vega-embed canvas, .vega-embed svg.marks")


def test_plots_are_drawn_and_displays_updated(open_example):
    notebook = open_example("plots-and-displays-lua")
    for number in range(4):
        cell = notebook.cell(number)
        cell.scroll_into_view_if_needed()
        expect(drawings(notebook, number).first).to_be_visible()
        take_picture(notebook, f"plot-{number}", drawings(notebook, number).first)
    notebook.page.keyboard.press("Escape")
    notebook.page.keyboard.press("Control+b")  # hides the file browser: this is the picture of docs/output.md
    take_picture(notebook, "plots", drawings(notebook, 1).first, "start")
    notebook.page.keyboard.press("Control+b")
    expect(notebook.cell(4).locator("strong")).to_have_text("all done")
    notebook.expect_output(7, "starting in 1")


def test_the_slider_moves_and_lua_answers(open_example):
    notebook = open_example("widgets-and-comms-lua")
    # The notebook has set the slider to 4 in a later cell.
    notebook.cell(0).scroll_into_view_if_needed()
    label = notebook.cell(0).locator(".widget-label", has_text="legs")
    expect(label).to_have_text("4 crabs have 40 legs")
    handle = notebook.cell(0).locator(".noUi-handle")
    handle.click()
    handle.press("ArrowRight")
    expect(label).to_have_text("5 crabs have 50 legs")
    expect(notebook.cell(0).locator(".widget-readout")).to_have_text("5")
    take_picture(notebook, "slider", label)
    page = notebook.page
    page.get_by_role("menuitem", name="View", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Log Console").click()
    expect(page.locator(".jp-LogConsole, .jp-LogConsolePanel").get_by_text("the slider stands at 5").first).to_be_visible()


def test_the_button_calls_back(open_example):
    notebook = open_example("widgets-and-comms-lua")
    button = notebook.cell(1).get_by_role("button", name="Press")
    for count in (1, 2):
        button.click()
        expect(notebook.cell(1).locator("strong")).to_have_text(str(count))
    take_picture(notebook, "button", button)


def test_widgets_are_there_again_after_the_page_was_reloaded(open_example):
    notebook = open_example("widgets-and-comms-lua")
    page = notebook.page
    label = notebook.cell(0).locator(".widget-label", has_text="legs")
    expect(label).to_have_text("4 crabs have 40 legs")
    page.keyboard.press("Control+s")  # outputs that were not saved are gone with the page, in any language
    notebook.wait_until_saved()
    page.reload()
    notebook.wait_for_kernel("Idle")
    notebook.cell(0).scroll_into_view_if_needed()
    expect(label).to_have_text("4 crabs have 40 legs")
    handle = notebook.cell(0).locator(".noUi-handle")
    handle.click()
    handle.press("ArrowRight")
    expect(label).to_have_text("5 crabs have 50 legs")
    take_picture(notebook, "reloaded", label)
