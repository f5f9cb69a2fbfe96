"""`hermit install`, `uninstall` and `list`: kernelspecs in the places where Jupyter looks."""

import json
import os
import struct
import subprocess

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from talk import TIMEOUT, run

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def call(hermit, tmp_path):
    """Runs a verb of hermit in a Jupyter of its own."""
    data = tmp_path / "data"

    def run_hermit(*arguments, check=True):
        done = subprocess.run(
            [hermit, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            env={**os.environ, "JUPYTER_DATA_DIR": str(data), "HOME": str(tmp_path)},
        )
        if check:
            assert done.returncode == 0, done.stderr
        return done

    run_hermit.kernels = data / "kernels"
    return run_hermit


def png_size(path):
    content = path.read_bytes()
    assert content.startswith(PNG)
    return struct.unpack(">II", content[16:24])


def test_the_kernelspec_says_how_to_start_the_kernel(call, hermit):
    call("install", "lua", "--user")
    spec = json.loads((call.kernels / "hermit-lua" / "kernel.json").read_text())
    assert spec["argv"][0] == str(hermit)
    assert spec["argv"][1] == "start"
    assert "{connection_file}" in " ".join(spec["argv"])
    assert "--shell_class=lua" in spec["argv"]
    assert spec["language"] == "lua"
    assert spec["interrupt_mode"] == "message"
    assert "Lua" in spec["display_name"]
    # From 5.6 on launchers take it for one that can be given a registration file.
    assert spec["kernel_protocol_version"] == "5.6"
    assert spec["metadata"]["supported_encryption"] == ["curve"]


def test_logos_lie_beside_it(call):
    call("install", "lua", "--user")
    folder = call.kernels / "hermit-lua"
    assert png_size(folder / "logo-64x64.png") == (64, 64)
    assert png_size(folder / "logo-32x32.png") == (32, 32)
    assert "<svg" in (folder / "logo-svg.svg").read_text()
    assert sorted(file.name for file in folder.iterdir()) == [
        "kernel.json",
        "logo-32x32.png",
        "logo-64x64.png",
        "logo-svg.svg",
    ]


def test_jupyter_finds_the_kernel_and_it_runs(call, monkeypatch):
    call("install", "lua", "--user", "--name", "my-lua", "--display-name", "My Lua")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(call.kernels.parent))
    spec = KernelSpecManager().get_kernel_spec("my-lua")
    assert spec.display_name == "My Lua"
    manager = KernelManager(kernel_name="my-lua")
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        assert run(client, "1 + 1").result == "2"
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def test_a_shell_is_installed_by_its_path_too(call, test_shells):
    call("install", test_shells / "libhermit-echo.so", "--user")
    spec = json.loads((call.kernels / "hermit-echo" / "kernel.json").read_text())
    assert spec["language"] == "echo"


def test_a_prefix_gets_it_into_its_share_folder(call, tmp_path):
    prefix = tmp_path / "a prefix"
    call("install", "lua", "--prefix", prefix)
    assert (prefix / "share" / "jupyter" / "kernels" / "hermit-lua" / "kernel.json").is_file()
    assert not call.kernels.exists()
    call("uninstall", "lua", "--prefix", prefix)
    assert not (prefix / "share" / "jupyter" / "kernels" / "hermit-lua").exists()


def test_two_places_at_once_are_refused(call, tmp_path):
    done = call("install", "lua", "--user", "--prefix", tmp_path / "prefix", check=False)
    assert (done.returncode, done.stderr) == (2, "hermit: --user, --sys-prefix and --prefix exclude each other\n")
    assert not call.kernels.exists()


def test_the_help_of_install_says_where_kernelspecs_go(call):
    text = call("install", "--help").stdout
    assert "Where Jupyter's kernelspecs are, one of:" in text
    assert "Option Group" not in text


def test_a_second_install_replaces_the_first_as_a_whole(call):
    call("install", "lua", "--user", "--display-name", "First")
    stray = call.kernels / "hermit-lua" / "stray.txt"
    stray.write_text("left over")
    call("install", "lua", "--user", "--display-name", "Second")
    spec = json.loads((call.kernels / "hermit-lua" / "kernel.json").read_text())
    assert spec["display_name"] == "Second"
    assert not stray.exists()
    # Nothing half-made is left beside it.
    assert [folder.name for folder in call.kernels.iterdir()] == ["hermit-lua"]


def test_uninstalling_removes_what_was_installed(call):
    call("install", "lua", "--user")
    call("uninstall", "lua", "--user")
    assert not (call.kernels / "hermit-lua").exists()


def test_uninstalling_by_another_name_removes_only_that(call):
    call("install", "lua", "--user")
    call("install", "lua", "--user", "--name", "other")
    call("uninstall", "lua", "--user", "--name", "other")
    assert [folder.name for folder in call.kernels.iterdir()] == ["hermit-lua"]


def test_uninstalling_what_is_not_there_says_so(call):
    done = call("uninstall", "lua", "--user", check=False)
    assert done.returncode != 0
    assert "hermit-lua" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "content", [{"argv": ["python3", "-m", "other"], "display_name": "Other", "language": "x"}, None]
)
def test_a_kernel_that_is_not_hermits_is_neither_removed_nor_replaced(call, content):
    folder = call.kernels / "hermit-lua"
    folder.mkdir(parents=True)
    text = json.dumps(content) if content else "no json"
    (folder / "kernel.json").write_text(text)
    for verb in ("uninstall", "install"):
        done = call(verb, "lua", "--user", check=False)
        assert done.returncode != 0
        assert str(folder) in done.stderr and done.stderr.count("\n") == 1
        assert (folder / "kernel.json").read_text() == text


def test_the_list_names_shells_and_kernelspecs(call):
    before = call("list").stdout
    assert "lua" in before
    call("install", "lua", "--user", "--name", "a-name-of-its-own")
    after = call("list").stdout
    assert "a-name-of-its-own" in after and "a-name-of-its-own" not in before


def test_an_unwritable_place_is_named(call, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder has to be")
    done = call("install", "lua", "--prefix", blocked, check=False)
    assert done.returncode == 1
    assert str(blocked) in done.stderr and done.stderr.count("\n") == 1


def test_the_version_is_printed(call):
    done = call("--version")
    assert "0.1" in done.stdout and done.stdout.count("\n") == 1
