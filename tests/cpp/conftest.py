"""Fixtures of the C++ shell's tests: its kernels, installed as a user would do it."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "conformance"))

from kernels import HandStartedKernel  # noqa: E402


@pytest.fixture(scope="session")
def cpp_kernels(hermit, build_folder, jupyter_home):
    """The kernels hermit-cpp, hermit-cpp17 and hermit-cpp23. Without LLVM they are not built, and not tested."""
    if not (build_folder / "lib/hermit/shells/libhermit-cpp.so").is_file():
        pytest.skip("the C++ shell is not built")
    for name in ("cpp", "cpp17", "cpp23"):
        subprocess.run([hermit, "install", name, "--user"], check=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def start_cpp(hermit, cpp_kernels, tmp_path):
    """Starts kernels of the C++ shell with `hermit start -f FILE` and ends them after the test."""
    kernels = []

    def start(*arguments, shell="cpp"):
        kernels.append(HandStartedKernel(hermit, tmp_path, arguments, shell))
        return kernels[-1]

    yield start
    for kernel in kernels:
        kernel.end()


@pytest.fixture
def client(start_cpp):
    """A client of a C++ kernel, ready."""
    return start_cpp().client()
