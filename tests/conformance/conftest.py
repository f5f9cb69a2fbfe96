"""Fixtures of the conformance tests: kernels, started the way a client starts them and by hand."""

import pytest
from jupyter_client.manager import KernelManager

from kernels import HandStartedKernel
from talk import TIMEOUT


@pytest.fixture(scope="session", autouse=True)
def own_folders(jupyter_home):
    """Every test here uses the temporary folders."""


@pytest.fixture(params=["none", "process"])
def manager(request):
    """A running hermit-lua under a kernel manager, in the kernel's process and in one of its own; shut down
    afterwards if it still runs."""
    manager = KernelManager(kernel_name="hermit-lua")
    manager.start_kernel(extra_arguments=[f"--isolation={request.param}"])
    yield manager
    if manager.has_kernel:
        manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


@pytest.fixture
def client(manager):
    """A blocking client of that kernel, ready."""
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=TIMEOUT)
    yield client
    client.stop_channels()


@pytest.fixture
def start_kernel(hermit, tmp_path):
    """Starts kernels with `hermit start -f FILE` and ends them after the test."""
    kernels = []

    def start(*arguments, shell="lua", **connection):
        kernel = HandStartedKernel(hermit, tmp_path, arguments, shell, connection)
        kernels.append(kernel)
        return kernel

    yield start
    for kernel in kernels:
        kernel.end()


@pytest.fixture
def kernel(start_kernel):
    """A kernel with the Lua shell, started by hand."""
    return start_kernel()
