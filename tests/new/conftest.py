"""Fixtures of the tests of `hermit new`: an author with nothing but an installed Hermit, outside its sources."""

import pytest

from author import Author, run


@pytest.fixture(scope="session")
def prefix(build_folder, hermit, tmp_path_factory):
    """Where Hermit is installed for somebody who writes shells, moved once."""
    first = tmp_path_factory.mktemp("first") / "prefix"
    for component in ("host", "sdk"):
        run("cmake", "--install", build_folder, "--prefix", first, "--component", component)
    moved = tmp_path_factory.mktemp("a place") / "moved"
    first.rename(moved)
    return moved


@pytest.fixture
def author(prefix, tmp_path):
    return Author(prefix, tmp_path)
