"""Executes a notebook with nbclient and shows its cells and their outputs on the terminal as they come.

scripts/run is the way to call it. Nothing is written to the notebook's file.
"""

import argparse
import json
import os
import re
import sys
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

DEFAULT_KERNEL = "hermit-lua"
BOLD, DIM, RED, GREEN, BLUE = "1", "2", "31", "32", "34"
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Screen:
    """Writes to the terminal; colours only where somebody looks at them."""

    def __init__(self, stream):
        self.stream = stream
        self.colours = stream.isatty() and not os.environ.get("NO_COLOR")
        self.at_line_start = True

    def write(self, text):
        if text:
            self.stream.write(text)
            self.stream.flush()
            self.at_line_start = text.endswith("\n")

    def line(self, text="", style=""):
        """One line of its own, whatever stood there before."""
        self.fresh_line()
        self.write(self.styled(text, style) + "\n")

    def traceback(self, text):
        """Text of an error: in its own colours, in red when it brings none, in none when nobody looks."""
        if not self.colours:
            self.line(ANSI_COLOUR.sub("", text))
        else:
            self.line(text, "" if ANSI_COLOUR.search(text) else RED)

    def fresh_line(self):
        if not self.at_line_start:
            self.write("\n")

    def styled(self, text, style):
        return f"\x1b[{style}m{text}\x1b[0m" if style and self.colours else text


def data_size(data):
    """The number of bytes of one entry of a mime bundle: text, or a JSON value."""
    return len((data if isinstance(data, str) else json.dumps(data)).encode())


class ShownNotebook(NotebookClient):
    """A client that shows what it does while it does it."""

    def __init__(self, notebook, screen, **settings):
        super().__init__(notebook, on_cell_start=self.show_cell, **settings)
        self.screen = screen

    def show_cell(self, cell, cell_index):
        source = "".join(cell.source)
        if not source.strip():
            return
        self.screen.line()
        for line in source.splitlines():
            if cell.cell_type == "code":
                self.screen.line(f"  │ {line}", BLUE)
            else:
                self.screen.line(line, BOLD if line.startswith("#") else DIM)

    def output(self, outs, msg, display_id, cell_index):
        self.show_output(msg["header"]["msg_type"], msg["content"])
        return super().output(outs, msg, display_id, cell_index)

    def clear_output(self, outs, msg, cell_index):
        self.screen.line("[output cleared]", DIM)
        return super().clear_output(outs, msg, cell_index)

    def show_output(self, kind, content):
        if kind == "stream":
            style = RED if content["name"] == "stderr" else ""
            self.screen.write(self.screen.styled(content["text"], style))
        elif kind == "error":
            lines = content["traceback"] or [f"{content['ename']}: {content['evalue']}"]
            for line in lines:
                self.screen.traceback(line)
        elif kind == "execute_result":
            self.show_bundle(content["data"], f"[{content['execution_count']}]: ")
        elif kind in ("display_data", "update_display_data"):
            self.show_bundle(content["data"], "")

    def show_bundle(self, data, label):
        """The plain text as it is, every richer form by its name and size."""
        self.screen.fresh_line()
        self.screen.write(self.screen.styled(label, GREEN))
        rich = {mime: form for mime, form in data.items() if mime != "text/plain"}
        # A plain text such as <text/html> only stands in for the rich form, which is named below.
        if data.get("text/plain") not in [None, *(f"<{mime}>" for mime in rich)]:
            self.screen.write(data["text/plain"] + "\n")
        if rich:
            named = [f"[{mime} {data_size(form)} bytes]" for mime, form in rich.items()]
            self.screen.write(" ".join(named) + "\n")


def kernel_name(notebook, asked):
    """The kernel asked for, or the notebook's own if that is one of Hermit's."""
    own = notebook.metadata.get("kernelspec", {}).get("name", "")
    return asked or (own if own.startswith("hermit-") else DEFAULT_KERNEL)


def parse_arguments():
    parser = argparse.ArgumentParser(description="Executes a notebook and shows it on the terminal.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--kernel", help="the kernel to run it on; else the notebook's own, or hermit-lua")
    parser.add_argument("--timeout", type=int, default=600, help="seconds that one cell may take")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    try:
        notebook = nbformat.read(arguments.notebook, as_version=4)
    except (OSError, nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError) as error:
        sys.exit(f"{arguments.notebook} is no notebook that can be read: {error}")
    screen = Screen(sys.stdout)
    kernel = kernel_name(notebook, arguments.kernel)
    client = ShownNotebook(
        notebook,
        screen,
        kernel_name=kernel,
        timeout=arguments.timeout,
        resources={"metadata": {"path": str(arguments.notebook.resolve().parent)}},
    )
    try:
        client.execute()
    except KeyboardInterrupt:
        sys.exit(130)
    except CellExecutionError:
        # The cell and its error stand above; nbclient's own message would repeat them.
        screen.line()
        screen.line(f"{arguments.notebook.name}: a cell failed, the cells after it did not run", RED)
        sys.exit(1)
    except NoSuchKernel:
        sys.exit(f"the kernel {kernel} is not installed; `hermit install lua --user` installs hermit-lua")
    except (DeadKernelError, TimeoutError, RuntimeError) as error:
        sys.exit(f"{arguments.notebook.name}: the kernel was lost: {error}")
    screen.line()
    count = sum(cell.cell_type == "code" for cell in notebook.cells)
    screen.line(f"{arguments.notebook.name}: all {count} code cells ran on {kernel}", GREEN)


if __name__ == "__main__":
    main()
