"""Notebooks under nbclient: the tour with the outputs of its cells, and what a failing cell leads to."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat.v4 import new_code_cell, new_notebook

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def execute(notebook, kernel="hermit-lua", **settings):
    NotebookClient(notebook, kernel_name=kernel, timeout=120, **settings).execute()
    return notebook


@pytest.fixture
def kernel_name(home, language):
    """The kernel of a language, for notebooks that have the cells of that language."""
    return f"hermit-{language.name}"


def notebook_of(*codes):
    return new_notebook(cells=[new_code_cell(code) for code in codes])


@pytest.fixture(scope="module")
def tour():
    """The outputs of the executed tour, by the id of the cell."""
    notebook = execute(nbformat.read(EXAMPLES / "tour-lua.ipynb", as_version=4))
    nbformat.validate(notebook)
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def text_of(outputs):
    """Everything that a terminal would show of a cell, but for errors."""
    shown = ""
    for output in outputs:
        if output.output_type == "stream":
            shown += output.text
        elif output.output_type != "error":
            shown += output.data.get("text/plain", "") + "\n"
    return shown


def kinds(outputs):
    return [output.output_type for output in outputs]


def test_the_tour_is_stored_without_outputs():
    notebook = nbformat.read(EXAMPLES / "tour-lua.ipynb", as_version=4)
    assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code")


def test_every_code_cell_of_the_tour_shows_something(tour):
    assert [id for id, outputs in tour.items() if not outputs] == []


SHOWN = {
    "first-value": ["42"],
    "several-values": ["9223372036854775807", "3", "3.5", "true"],
    "table": ["Pagurus", "periwinkle", "moon snail", "12.5", "tide", "low"],
    "cycle": ["depth", "owner"],
    "closure": ["tens:\t30\tones:\t2\n"],
    "metatable": ["sum:\t(3, 4)\tlength:\t5.0\n"],
    "pattern": ["08:15  low   **************\n", "19:05", "38"],
    "coroutine": ["2 3 5 7 11 13", "59 "],
    "progress": ["step 1 of 5 ■□□□□\n", "step 5 of 5 ■■■■■\n"],
    "after-error": ["Pagurus\t0.5\n"],
    "own-mime": ["palette: #182272"],
}


@pytest.mark.parametrize("cell", SHOWN)
def test_a_cell_of_the_tour_shows_what_it_says(tour, cell):
    shown = text_of(tour[cell])
    for text in SHOWN[cell]:
        assert text in shown


@pytest.mark.parametrize(
    "cell, mime, begins", [("html", "text/html", "<table>"), ("svg", "image/svg+xml", "<svg")]
)
def test_a_value_of_the_tour_is_shown_as_more_than_text(tour, cell, mime, begins):
    (output,) = tour[cell]
    assert output.output_type == "execute_result"
    assert output.data[mime].strip().startswith(begins)


def test_displays_of_the_tour_keep_their_order(tour):
    outputs = tour["display"]
    assert kinds(outputs) == ["display_data", "display_data", "stream", "display_data"]
    assert outputs[0].data["text/markdown"].startswith("**38** crabs")
    assert outputs[1].data["text/latex"].startswith("$r = 2")
    assert "crabs = 38" in outputs[3].data["text/plain"]


def test_a_value_of_the_tour_shows_itself_in_its_own_way(tour):
    (output,) = tour["own-mime"]
    assert output.output_type == "execute_result"
    assert "background:#2433a8" in output.data["text/html"]


def test_the_error_of_the_tour_tells_the_cell_its_lines_and_functions(tour):
    (error,) = tour["error"]
    assert error.output_type == "error"
    assert "weight" in error.evalue
    traceback = "\n".join(error.traceback)
    for text in ("weigh", "report", "return animal.weight * 2"):
        assert text in traceback
    assert kinds(tour["after-error"]) == ["stream"]


def test_a_failing_cell_ends_the_notebook():
    notebook = notebook_of("print('before')", "local t\nt.field = 1", "print('after')")
    with pytest.raises(CellExecutionError) as caught:
        execute(notebook)
    assert "attempt to index a nil value (local 't')" in str(caught.value)
    before, failing, after = (cell.outputs for cell in notebook.cells)
    assert text_of(before) == "before\n"
    (error,) = failing
    assert "attempt to index a nil value" in error.evalue
    assert "t.field = 1" in "\n".join(error.traceback)
    assert after == []


def test_errors_may_be_allowed(kernel_name, language):
    notebook = execute(notebook_of(language.fail, language.print % "after"), kernel_name, allow_errors=True)
    assert kinds(notebook.cells[0].outputs) == ["error"]
    assert text_of(notebook.cells[1].outputs) == "after\n"


def test_a_syntax_error_names_its_line():
    with pytest.raises(CellExecutionError) as caught:
        execute(notebook_of("x = 1\ny = = 2"))
    assert "2" in caught.value.traceback and "=" in caught.value.evalue


def test_a_cell_that_takes_too_long_is_interrupted(kernel_name, language):
    notebook = notebook_of(language.forever)
    client = NotebookClient(notebook, kernel_name=kernel_name, timeout=2, interrupt_on_timeout=True)
    # nbclient interrupts the cell and goes on, or gives up with an error of its own.
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError):
        pass
    errors = [output.ename for output in notebook.cells[0].outputs if output.output_type == "error"]
    assert errors == ["KernelInterrupt"]


def test_execution_counts_and_results_are_stored(kernel_name, language):
    notebook = execute(notebook_of("1 + 1", language.declare % ("x", 5), "x"), kernel_name)
    assert [cell.execution_count for cell in notebook.cells] == [1, 2, 3]
    assert [len(cell.outputs) for cell in notebook.cells] == [1, 0, 1]
    assert notebook.cells[2].outputs[0].data["text/plain"] == "5"


def test_a_hundred_cells_run(kernel_name, language):
    cells = [language.declare % ("total", 0), *[language.increase % ("total", "total")] * 100, "total"]
    notebook = execute(notebook_of(*cells), kernel_name)
    assert text_of(notebook.cells[-1].outputs) == "100\n"
