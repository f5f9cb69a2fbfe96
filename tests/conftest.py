"""What all Python tests share: the program under test, and a place of their own for Jupyter's files.

Nothing here touches the folders of whoever runs the tests: HOME and all of Jupyter's folders lie in a
temporary folder while a test session lasts.
"""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def build_folder():
    """The build to test: build/, or what the environment variable HERMIT_BUILD says."""
    return Path(os.environ.get("HERMIT_BUILD", ROOT / "build")).resolve()


@pytest.fixture(scope="session")
def hermit(build_folder):
    """The path of the program."""
    program = build_folder / "bin" / "hermit"
    assert program.is_file(), f"there is no {program}; scripts/test builds it"
    return program


@pytest.fixture(scope="session")
def test_shells(build_folder):
    """The folder of the echo shell and of those that are bad on purpose."""
    return build_folder / "tests" / "shells"


@pytest.fixture(scope="session")
def installed_library(build_folder, tmp_path_factory):
    """The prefix that the library for embedding is installed in, moved after that."""
    folder = tmp_path_factory.mktemp("prefix")
    command = ["cmake", "--install", build_folder, "--prefix", folder / "first", "--component", "embed"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    (folder / "first").rename(folder / "second")
    return folder / "second"


@pytest.fixture(scope="session")
def jupyter_home(hermit, tmp_path_factory):
    """Jupyter's folders for this session, with the kernel hermit-lua installed as a user would do it."""
    home = tmp_path_factory.mktemp("home")
    # A short path: that of a socket in the runtime folder is limited to about 100 bytes.
    places = {
        "HOME": home,
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, folder in places.items():
            folder.mkdir(exist_ok=True)
            patch.setenv(name, str(folder))
        for name in ("JUPYTER_PATH", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "HERMIT_SHELL_PATH"):
            patch.delenv(name, raising=False)
        subprocess.run([hermit, "install", "lua", "--user"], check=True, stdin=subprocess.DEVNULL)
        yield home
