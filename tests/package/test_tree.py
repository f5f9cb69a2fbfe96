"""What `cmake --install` lays out: all that it takes, nothing that knows where it was, and it runs where it is moved."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from command import run
from kernel import CELLS, TIMEOUT, argv_of, printed, running

ROOT = Path(__file__).resolve().parents[2]


def test_it_has_what_it_takes(tree, has_cpp):
    wanted = [
        "bin/hermit",
        "include/hermit/shell.h",
        "lib/cmake/hermit-sdk/hermit-sdk-config.cmake",
        "lib/hermit/shells/libhermit-lua.so",
        "lib/hermit/shells/lua.shell.json",
        "share/hermit/kernelspecs/kernel.json.in",
        "share/hermit/templates/common/.github/workflows/ci.yml",
        "share/jupyter/kernels/hermit-lua/kernel.json",
        "share/jupyter/kernels/hermit-lua/logo-64x64.png",
        "share/doc/hermit/CHANGELOG.md",
    ]
    if has_cpp:
        wanted += ["lib/hermit/shells/libhermit-cpp.so", "lib/hermit/shells/cpp/include/hermit/prelude.hpp"]
    assert [file for file in wanted if not (tree / file).is_file()] == []


def test_nothing_in_it_knows_where_it_was(tree, build_folder):
    wrong = []
    for path in tree.rglob("*"):
        # An archive of objects keeps what a debugger reads: nobody strips what is still to be linked.
        if not path.is_file() or path.suffix == ".a":
            continue
        content = path.read_bytes()
        if str(build_folder).encode() in content or b"/first0/prefix" in content:
            wrong.append(str(path.relative_to(tree)))
    assert wrong == []


@pytest.mark.parametrize("shell", CELLS)
def test_its_kernelspecs_run_where_it_was_moved(tree, shell, own_home, monkeypatch, has_cpp):
    """By jupyter_client, which replaces {resource_dir}."""
    if shell == "cpp" and not has_cpp:
        pytest.skip("no C++ shell is built")
    for name in ("JUPYTER_DATA_DIR", "HERMIT_SHELL_PATH", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", own_home["HOME"])
    monkeypatch.setenv("JUPYTER_PATH", str(tree / "share/jupyter"))
    manager = KernelManager(kernel_name=f"hermit-{shell}")
    manager.start_kernel()
    assert os.readlink(f"/proc/{manager.provisioner.process.pid}/exe") == str(tree / "bin/hermit")
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        code, text = CELLS[shell]
        assert printed(client, code) == text
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
        manager.cleanup_resources()


def test_it_installs_kernels_and_finds_nothing_wrong(tree, own_home):
    """The hidden ones are its own, in a folder where Jupyter does not look."""
    run(tree / "bin/hermit", "install", "lua", "--user", env=own_home)
    run(tree / "bin/hermit", "doctor", env=own_home)
    run(tree / "bin/hermit", "uninstall", "lua", "--user", env=own_home)


def test_it_runs_through_a_symbolic_link(tree, own_home, tmp_path):
    link = tmp_path / "hermit"
    link.symlink_to(tree / "bin/hermit")
    listed = json.loads(run(link, "list", "--json", env=own_home))
    assert str(tree / "lib/hermit/shells/libhermit-lua.so") in [shell["library"] for shell in listed["shells"]]


def test_a_shell_is_built_against_it(tree, tmp_path, own_home):
    """find_package(hermit-sdk): the headers, and the manifest made by the program."""
    sources = [file.name for file in (ROOT / "tests/shells").glob("echo*.c")]
    for file in [*sources, "echo.h"]:
        shutil.copy(ROOT / "tests/shells" / file, tmp_path)
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(mine LANGUAGES C)\n"
        "find_package(hermit-sdk REQUIRED)\nfind_package(Threads REQUIRED)\n"
        f"add_library(hermit-echo MODULE {' '.join(sources)})\n"
        "target_link_libraries(hermit-echo PRIVATE hermit::hermit-sdk Threads::Threads)\n"
        "hermit_manifest(hermit-echo echo)\n"
    )
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={tree}", "-DCMAKE_C_STANDARD=11")
    run("cmake", "--build", tmp_path / "build")
    assert json.loads((tmp_path / "build/echo.shell.json").read_text())["name"] == "echo"
    run(tree / "bin/hermit", "install", tmp_path / "build/libhermit-echo.so", "--user", env=own_home)
    run(tree / "bin/hermit", "uninstall", "echo", "--user", env=own_home)


def test_the_archive_runs_where_it_is_extracted(build_folder, hermit, tmp_path):
    """From a kernelspec of its own, with an empty environment."""
    run("cpack", "--config", build_folder / "CPackConfig.cmake", "-G", "TGZ", "-B", tmp_path)
    [archive] = tmp_path.glob("*.tar.gz")
    place = tmp_path / "elsewhere"
    place.mkdir()
    run("tar", "-xf", archive, "-C", place, "--strip-components=1")
    owners = run("tar", "-tvf", archive)
    assert "bin/hermit" in owners and "libhermit-lua.so" in owners
    connection_file = tmp_path / "kernel.json"
    argv = argv_of(place / "share/jupyter/kernels/hermit-lua", connection_file)
    with running(argv, connection_file, {}) as client:
        code, text = CELLS["lua"]
        assert printed(client, code) == text


def test_the_program_needs_no_library_of_ours(tree):
    """Nothing but the system's libraries, found without a search path of its own."""
    for file in ("bin/hermit", "lib/hermit/shells/libhermit-lua.so"):
        dynamic = subprocess.run(["readelf", "-d", tree / file], capture_output=True, text=True, check=True).stdout
        assert "RPATH" not in dynamic and "RUNPATH" not in dynamic
