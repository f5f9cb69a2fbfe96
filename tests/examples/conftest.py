"""Fixtures of the tests of the example shells: kernels that run them, and an installed Hermit to build them with."""

import subprocess
import sys

import pytest
from example_shells import PATIENCE, ROOT

sys.path.insert(0, str(ROOT / "tests" / "conformance"))

from kernels import HandStartedKernel  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def own_folders(jupyter_home):
    """Every test here uses the temporary folders."""


@pytest.fixture
def start_kernel(hermit, tmp_path):
    """Starts kernels with `hermit start -f FILE` and ends them after the test."""
    kernels = []

    def start(shell, *arguments):
        kernel = HandStartedKernel(hermit, tmp_path, arguments, str(shell))
        kernels.append(kernel)
        return kernel

    yield start
    for kernel in kernels:
        kernel.end()


@pytest.fixture(scope="session")
def installed(build_folder, tmp_path_factory):
    """The prefix of an installed Hermit with what an author of shells needs, moved after that."""
    folder = tmp_path_factory.mktemp("prefix")
    for component in ("host", "sdk"):
        command = ["cmake", "--install", build_folder, "--prefix", folder / "first", "--component", component]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=PATIENCE)
    (folder / "first").rename(folder / "second")
    return folder / "second"


@pytest.fixture
def keeps_its_promises(hermit):
    """Checks a shell at full strictness; gives the last lines of the report."""

    def check(library):
        command = [hermit, "check", library, "--strictness", "10", "--time-limit", "120"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stdout + done.stderr
        return "\n".join(done.stdout.splitlines()[-2:])

    return check
