"""Fixtures of the tests of what `cmake --install` and `cpack` make."""

import pytest

from command import run


@pytest.fixture(scope="session")
def own_home(tmp_path_factory):
    """An environment with nothing in it but a home."""
    home = tmp_path_factory.mktemp("home")
    return {"HOME": str(home), "PATH": "/usr/bin:/bin"}


@pytest.fixture(scope="session")
def has_cpp(build_folder):
    return (build_folder / "lib/hermit/shells/libhermit-cpp.so").is_file()


def components(build_folder):
    """Those that the build has: a part that was not built cannot be installed."""
    text = (build_folder / "CPackConfig.cmake").read_text()
    [line] = [line for line in text.splitlines() if line.startswith("set(CPACK_COMPONENTS_ALL ")]
    return line.split('"')[1].split(";")


@pytest.fixture(scope="session")
def tree(build_folder, tmp_path_factory):
    """What `cmake --install` makes, moved once."""
    first = tmp_path_factory.mktemp("first") / "prefix"
    for component in components(build_folder):
        run("cmake", "--install", build_folder, "--prefix", first, "--strip", "--component", component)
    moved = tmp_path_factory.mktemp("a place") / "moved"
    first.rename(moved)
    return moved


@pytest.fixture(scope="session")
def debs(build_folder, hermit, tmp_path_factory):
    """The Debian packages, by name."""
    folder = tmp_path_factory.mktemp("debs")
    run("cpack", "--config", build_folder / "CPackConfig.cmake", "-G", "DEB", "-B", folder)
    return {file.name.split("_")[0]: file for file in folder.glob("*.deb")}
