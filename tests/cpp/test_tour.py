"""The notebook examples/tour-cpp.ipynb, executed as a whole."""

from pathlib import Path

import nbclient
import nbformat

from talk import TIMEOUT

ROOT = Path(__file__).resolve().parents[2]


def test_the_tour_runs(cpp_kernels):
    notebook = nbformat.read(ROOT / "examples" / "tour-cpp.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=TIMEOUT, kernel_name="hermit-cpp").execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    shown = {mime for output in outputs for mime in output.get("data", {})}
    assert {"text/plain", "text/html", "image/svg+xml", "image/png"} <= shown
    errors = [output["ename"] for output in outputs if output.output_type == "error"]
    assert errors == ["CompileError", "std::invalid_argument"]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in cells)
