"""hermit-cpp in JupyterLab, in a real browser: the tour from top to bottom, values, an error, a picture, and what
Tab and Shift+Tab show.

With HERMIT_SCREENSHOT_CPP set to a file's name, the picture for the README is written there.
"""

import os
import re
import shutil
import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

from test_lab import EXAMPLES, OpenNotebook

KERNEL = "C++20 (Hermit)"  # as `hermit install cpp` names it
KERNELSPEC = {"kernelspec": {"name": "hermit-cpp", "display_name": KERNEL, "language": "c++"}}

# What the picture shows: a value, an error and its mending, and an image.
PICTURE = (
    """\
#include <ranges>
struct Shell { std::string kind; double size; };
std::vector<Shell> beach{{"whelk", 4.5}, {"periwinkle", 1.5}, {"moon snail", 3.0}};
auto roomy = beach | std::views::filter([](const Shell& s) { return s.size > 2; });
roomy | std::views::transform(&Shell::kind)""",
    """\
double total = 0;
for (const auto& shell : beach) total += shell.weight;
total""",
    """\
double total = 0;
for (const auto& shell : beach) total += shell.size;
std::cout << beach.size() << " shells on the beach\\n";
std::map<std::string, double>{{"total", total}, {"mean", total / beach.size()}}""",
    """\
// A shell grows by the same factor with each turn: a logarithmic spiral.
std::ostringstream points;
for (double angle = 0; angle < 26; angle += 0.13) {
  const double radius = 2 * std::exp(0.145 * angle);
  points << 110 + radius * std::cos(angle) << ',' << 75 + radius * std::sin(angle) << ' ';
}
hermit::svg("<svg xmlns='http://www.w3.org/2000/svg' width='240' height='165'><polyline points='" +
            points.str() + "' fill='none' stroke='#2f7f86' stroke-width='4'/></svg>")""",
)


@pytest.fixture(scope="module", autouse=True)
def installed(hermit, build_folder, jupyter_home):
    """Without LLVM the C++ shell is not built, and not tested."""
    if not (build_folder / "lib/hermit/shells/libhermit-cpp.so").is_file():
        pytest.skip("the C++ shell is not built")
    subprocess.run([hermit, "install", "cpp", "--user"], check=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def open_notebook(page, lab):
    def open_cells(name, *codes):
        path = lab[1] / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(code) for code in codes], metadata=KERNELSPEC), path)
        return OpenNotebook(page, lab, path, KERNEL)

    return open_cells


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


def test_cells_show_values_a_caret_and_an_image(open_notebook):
    notebook = open_notebook("beach-cpp", *PICTURE)
    for number in range(len(PICTURE)):
        notebook.run(number)
        notebook.expect_count(number, number + 1)
    notebook.expect_output(0, '{"whelk", "moon snail"}')
    notebook.expect_output(1, "cell [2]:2:48: error: no member named 'weight' in 'Shell'")
    notebook.expect_output(1, re.compile(r"total \+= shell\.weight;\n *\| +~+ \^"))
    notebook.expect_output(2, "3 shells on the beach")
    notebook.expect_output(2, '{"mean": 3.0, "total": 9.0}')
    expect(notebook.cell(3).locator(".jp-RenderedSVG img")).to_be_visible()
    take_picture(notebook)


def test_the_interrupt_button_ends_a_loop_and_the_session_stays(open_notebook):
    notebook = open_notebook(
        "interrupt-cpp", 'int kept = 7;\nstd::cout << "spinning\\n";\nfor (volatile int i = 0;; ++i) {}', "kept"
    )
    notebook.run(0)
    notebook.expect_output(0, "spinning")
    notebook.press("Interrupt the kernel")
    notebook.expect_output(0, "KernelInterrupt")
    notebook.run(1)
    notebook.expect_output(1, "7")


def test_a_cell_that_asks_gets_what_is_typed(open_notebook):
    notebook = open_notebook("input-cpp", '"Hello " + hermit::input("Name: ")')
    notebook.run(0)
    field = notebook.panel.locator(".jp-Stdin-input")
    field.fill("Pagurus")
    field.press("Enter")
    notebook.expect_output(0, '"Hello Pagurus"')


def test_tab_completes_members(open_notebook):
    notebook = open_notebook("complete-cpp", "struct Crab { int claws, clams; } crab{2, 7};", "crab.cla")
    press_at_the_end(notebook, "Tab")
    expect(notebook.page.locator(".jp-Completer-item").filter(has_text="claws")).to_be_visible()


def test_shift_tab_shows_the_layout_of_a_class(open_notebook):
    notebook = open_notebook("inspect-cpp", "struct Crab { int claws; double weight; };", "Crab")
    press_at_the_end(notebook, "Shift+Tab")
    expect(notebook.page.locator(".jp-Tooltip")).to_contain_text("at 8: double weight")


def press_at_the_end(notebook, keys):
    """Runs the first of two cells, then presses keys at the end of the other one."""
    notebook.run(0)
    notebook.expect_count(0, 1)
    notebook.cell(1).locator(".cm-content").click()
    notebook.page.keyboard.press("End")
    notebook.page.keyboard.press(keys)


def take_picture(notebook):
    """Takes a picture of the notebook from its first cell on, if one is wanted."""
    wanted = os.environ.get("HERMIT_SCREENSHOT_CPP")
    if not wanted:
        return
    notebook.page.keyboard.press("Escape")
    notebook.page.keyboard.press("Control+B")  # hides the file browser
    notebook.cell(0).evaluate("element => element.scrollIntoView({block: 'start'})")
    notebook.page.screenshot(path=wanted)
