"""Fixtures of the conformance tests: kernels, started the way a client starts them and by hand.

A test that asks for `language` runs with the shells of all languages, others with Lua's.
"""

import functools
import subprocess

import pytest
from jupyter_client.manager import KernelManager

from kernels import HandStartedKernel
from languages import HOMES, LANGUAGES, LUA
from talk import TIMEOUT


@functools.cache
def install_once(hermit, shell):
    """Installs the kernel of a shell, as a user does."""
    subprocess.run([hermit, "install", shell, "--user"], check=True, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="session", autouse=True)
def own_folders(jupyter_home):
    """Every test here uses the temporary folders."""


def pytest_generate_tests(metafunc):
    if "home" in metafunc.fixturenames:
        every = "language" in metafunc.fixturenames
        # The kernels that are started by hand keep to the home that is the default.
        homes = [(each, place) for each, place in HOMES if every or each is LUA]
        if metafunc.definition.get_closest_marker("isolated"):
            homes = [(each, place) for each, place in homes if place == "process"]
        if "manager" not in metafunc.fixturenames:
            homes = [(each, None) for each in LANGUAGES.values() if every or each is LUA]
        if "way" in metafunc.fixturenames:
            # Each language has its own ways to get stuck.
            cases = [(home, way) for home in homes for way in home[0].stuck]
            ids = [f"{name_of(home)}-{way}" for home, way in cases]
            metafunc.parametrize("home, way", cases, indirect=["home"], ids=ids)
        else:
            metafunc.parametrize("home", homes, indirect=True, ids=map(name_of, homes))


def name_of(home):
    language, place = home
    return language.name if place is None else f"{language.name}-{place}"


@pytest.fixture
def home(request, hermit, build_folder, own_folders):
    """The language of a shell, and where it lives. Without LLVM the C++ shell is not built, and not tested."""
    language, place = request.param
    if not (build_folder / f"lib/hermit/shells/libhermit-{language.name}.so").is_file():
        pytest.skip(f"the shell {language.name} is not built")
    if language is not LUA:
        install_once(hermit, language.name)
    return language, place


@pytest.fixture
def language(home):
    """The cells of the language that the kernel of this test speaks."""
    return home[0]


@pytest.fixture
def manager(home):
    """A running kernel under a kernel manager; shut down afterwards if it still runs."""
    language, place = home
    manager = KernelManager(kernel_name=f"hermit-{language.name}")
    manager.start_kernel(extra_arguments=[f"--isolation={place}"])
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
def kernel(start_kernel, home):
    """A kernel, started by hand."""
    return start_kernel(shell=home[0].name)
