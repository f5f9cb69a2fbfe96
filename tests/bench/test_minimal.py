"""The kernels whose lines bench/lines counts do what they are counted for, and the page has its figures."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parents[2]
MINIMAL = ROOT / "bench" / "minimal"
sys.path.insert(0, str(ROOT / "tests" / "conformance"))

from kernels import HandStartedKernel  # noqa: E402
from talk import TIMEOUT, run  # noqa: E402

# In seconds; only turns what hangs into a failure.
pytestmark = pytest.mark.timeout(1800)

FLAGS = "-Wall -Wextra -pedantic -Werror"


def outcomes(client):
    """What a cell with code comes to, and one without."""
    good, bad = run(client, "hello, crab"), run(client, "")
    return good.result, bad.reply.get("ename"), [each["ename"] for each in bad.of_type("error")]


@pytest.mark.parametrize("name", ["hermit-c", "hermit-cpp"])
def test_the_smallest_shell_runs(name, hermit, build_folder, jupyter_home, tmp_path):
    flags = ["-D", f"CMAKE_C_FLAGS={FLAGS}", "-D", f"CMAKE_CXX_FLAGS={FLAGS}", "-D", f"CMAKE_PREFIX_PATH={build_folder}"]
    for command in (["cmake", "-S", MINIMAL / name, "-B", tmp_path, *flags], ["cmake", "--build", tmp_path]):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1200)
        assert done.returncode == 0, done.stdout + done.stderr
    library = tmp_path / "libhermit-capitals.so"
    kernel = HandStartedKernel(hermit, tmp_path, shell=str(library))
    try:
        assert outcomes(kernel.client()) == ("HELLO, CRAB", "EmptyCell", ["EmptyCell"])
    finally:
        kernel.end()


def test_the_smallest_wrapper_kernel_runs(jupyter_home, tmp_path, monkeypatch):
    pytest.importorskip("ipykernel")
    spec = json.loads((MINIMAL / "ipykernel" / "kernel.json").read_text(encoding="utf-8"))
    folder = jupyter_home / "data" / "kernels" / "capitals"
    folder.mkdir(parents=True)
    spec["argv"][0] = sys.executable
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(MINIMAL / "ipykernel"))
    manager = KernelManager(kernel_name="capitals")
    manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=TIMEOUT)
        assert run(client, "hello, crab").result == "HELLO, CRAB"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def test_the_page_has_the_figures_of_the_count():
    done = subprocess.run([ROOT / "bench" / "lines"], capture_output=True, text=True, check=True)
    assert done.stdout in (ROOT / "bench" / "README.md").read_text(encoding="utf-8"), "write what bench/lines prints there"


def test_the_cost_of_a_call_is_measured(build_folder):
    program = build_folder / "bin" / "hermit-abi-cost"
    done = subprocess.run([ROOT / "bench" / "abi", "--quick", "--program", program], capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr
    calls = subprocess.run([program, "list"], capture_output=True, text=True, check=True).stdout.splitlines()
    rows = re.findall(r"^\| (?!call|---)(.*?) \|", done.stdout, re.MULTILINE)
    assert rows == calls and len(calls) >= 6
    for words in (["nothing", "direct", "1"], ["execute", "sideways", "1"], ["execute", "direct", "0"], []):
        assert subprocess.run([program, *words], capture_output=True).returncode == 2


def test_without_the_program_it_says_what_to_build(tmp_path):
    done = subprocess.run([ROOT / "bench" / "abi", "--program", tmp_path / "none"], capture_output=True, text=True)
    assert done.returncode == 1 and "build the target hermit-abi-cost" in done.stderr
