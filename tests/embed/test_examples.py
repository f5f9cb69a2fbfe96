"""The programs in examples/embed, which embed Hermit, with the clients that a user would have."""

import json
import os
import re
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import nbformat
import pytest
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.blocking import BlockingKernelClient
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "embed"
TIMEOUT = 60


@pytest.fixture(params=["built with Hermit", "built against an installed Hermit"])
def programs(request, build_folder):
    """The folder of the programs."""
    if request.param == "built with Hermit":
        return build_folder / "examples" / "embed"
    return request.getfixturevalue("built_elsewhere")


@pytest.fixture(scope="session")
def built_elsewhere(installed_library, tmp_path_factory):
    """The programs, built as their author would do it: outside of the checkout, against an installation."""
    folder = tmp_path_factory.mktemp("elsewhere")
    call = lambda *words: subprocess.run(words, check=True, stdin=subprocess.DEVNULL, timeout=600)
    sources = folder / "sources"
    sources.mkdir()
    for file in EXAMPLES.iterdir():
        (sources / file.name).write_text(file.read_text())
    call("cmake", "-S", sources, "-B", folder / "build", "-D", f"CMAKE_PREFIX_PATH={installed_library}")
    call("cmake", "--build", folder / "build")
    return folder / "build"


@pytest.fixture
def garden(programs, tmp_path, jupyter_home):
    """The connection file of a running embed-sockets."""
    file = tmp_path / "garden.json"
    program = subprocess.Popen([programs / "embed-sockets", file], stdout=subprocess.PIPE, text=True)
    assert str(file) in program.stdout.readline()
    yield file, program
    program.kill()
    program.wait()
    program.stdout.close()


@pytest.fixture
def client(garden):
    file, _ = garden
    client = BlockingKernelClient(connection_file=str(file))
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=TIMEOUT)
    yield client
    client.stop_channels()


def run(client, code):
    """What the cell has printed."""
    printed = []

    def keep(message):
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    reply = client.execute_interactive(code, output_hook=keep, timeout=TIMEOUT)
    assert reply["content"]["status"] == "ok", reply["content"]
    return "".join(printed).strip()


class AttachedNotebook(NotebookClient):
    """Runs a notebook in a kernel that is there already."""

    def __init__(self, notebook, file):
        super().__init__(notebook, timeout=TIMEOUT)
        self.file = file

    @asynccontextmanager
    async def async_setup_kernel(self, **kwargs):
        self.kc = AsyncKernelClient(connection_file=str(self.file))
        self.kc.load_connection_file()
        self.kc.start_channels()
        await self.kc.wait_for_ready(timeout=TIMEOUT)
        yield
        self.kc.stop_channels()


@pytest.mark.parametrize("name", ["sockets.cpp", "callable.cpp"])
def test_ten_lines_embed_a_kernel(name):
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    blocks = re.findall(r"// embedding begins\n(.*?)// embedding ends", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    rest = text
    for block in blocks:
        rest = rest.replace(block, "")
    assert "hermit::" not in rest and "kernel." not in rest.replace("kernel.descriptor()", ""), "unmarked lines"
    assert 0 < len(lines) <= 10


def test_a_notebook_works_in_the_running_program(client):
    assert run(client, "print(greeting)") == "from the program"
    run(client, "garden.plant('rose') garden.set_growth('rose', 2)")
    before = int(run(client, "print(garden.steps())"))
    run(client, "hermit.sleep(0.1)")
    assert int(run(client, "print(garden.steps())")) > before, "the main loop stands still"
    assert float(run(client, "print(garden.height('rose'))")) > 0


def test_nbclient_runs_a_notebook_in_the_program(garden):
    file, _ = garden
    cells = [nbformat.v4.new_code_cell(code) for code in ("print(greeting)", "garden.steps() > 0")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    AttachedNotebook(notebook, file).execute()
    printed, shown = (cell.outputs[0] for cell in cells)
    assert printed.text == "from the program\n"
    assert shown.data["text/plain"] == "true"


def test_the_programs_loop_calls_what_a_cell_has_defined(client):
    run(client, "seen = 0 function on_step(n) seen = seen + 1 end")
    run(client, "hermit.sleep(0.1)")
    assert int(run(client, "print(seen)")) > 0


def test_a_task_sleeps_while_the_loop_goes_on(client):
    printed = run(client, "-- task\nlocal a = garden.steps() hermit.sleep(0.3) print(garden.steps() - a)")
    assert int(printed) > 1


def test_shutting_down_ends_the_kernel_and_then_the_program(garden, client):
    file, program = garden
    client.shutdown()
    assert program.wait(timeout=TIMEOUT) == 0
    assert not file.exists()


def test_jupyter_console_attaches(garden):
    file, _ = garden
    console = subprocess.run(
        [sys.executable, "-m", "jupyter_console", "--existing", file, "--simple-prompt", "--no-confirm-exit"],
        input="print('steps so far:', garden.steps() > 0)\n", text=True, capture_output=True, timeout=4 * TIMEOUT,
        env={**os.environ, "TERM": "dumb"},
    )
    assert "steps so far:\ttrue" in console.stdout, console.stderr


def test_messages_go_through_calls(programs):
    program = subprocess.Popen([programs / "embed-callable"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    request = {
        "header": {"msg_id": "1", "msg_type": "execute_request", "session": "s"},
        "content": {"code": "print(greeting)"}, "channel": "shell",
    }
    program.stdin.write(json.dumps(request) + "\n")
    program.stdin.flush()
    seen = []
    for line in program.stdout:
        message = json.loads(line)
        if message["parent_header"].get("msg_id") != "1":
            continue
        seen.append(message["content"].get("execution_state", message["header"]["msg_type"]))
        if message["header"]["msg_type"] == "stream":
            assert message["content"]["text"] == "from the program\n"
        if seen[-1] == "idle":
            break
    assert seen == ["busy", "execute_input", "stream", "execute_reply", "idle"]
    program.stdin.close()
    assert program.wait(timeout=TIMEOUT) == 0
    program.stdout.close()


def test_only_the_librarys_own_symbols_come_out(build_folder):
    listed = subprocess.run(
        ["nm", "--dynamic", "--defined-only", build_folder / "lib" / "libhermit.so"], text=True, capture_output=True,
        check=True,
    ).stdout
    names = {line.split()[-1] for line in listed.splitlines()}
    header = (ROOT / "host" / "embed" / "include" / "hermit" / "embed.h").read_text(encoding="utf-8")
    assert names == set(re.findall(r"^HERMIT_EXPORT .*?(hermit_\w+)\(", header, re.MULTILINE))
    needed = subprocess.run(["ldd", build_folder / "lib" / "libhermit.so"], text=True, capture_output=True).stdout
    assert "libspdlog" not in needed and "libfmt" not in needed
