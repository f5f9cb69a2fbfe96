"""`hermit install`, `uninstall` and `list`: kernelspecs in the places where Jupyter looks."""

import json
import shutil
import struct

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from installing import User, copy_tree
from talk import TIMEOUT, run

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def call(hermit, tmp_path):
    """Runs a verb of hermit in a Jupyter of its own."""
    return User(hermit, tmp_path)


@pytest.fixture
def echo(test_shells):
    """A shell that is none of the installation's."""
    return test_shells / "libhermit-echo.so"


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


def test_a_shell_is_copied_with_its_manifest_and_a_receipt(call, echo):
    call("install", echo)
    assert call.spec("hermit-echo")["language"] == "echo"
    library = call.shells / "libhermit-echo.so"
    assert f"--shell_class={library}" in call.spec("hermit-echo")["argv"]
    assert library.read_bytes() == echo.read_bytes()
    assert json.loads((call.shells / "echo.shell.json").read_text())["name"] == "echo"
    assert call.files(call.shells) == ["echo.installed.json", "echo.shell.json", "libhermit-echo.so"]


def test_what_lies_beside_a_shell_and_is_named_by_its_manifest_is_copied_too(call, tmp_path, hermit):
    build = hermit.parent.parent
    if not (build / "lib/hermit/shells/libhermit-cpp.so").is_file():
        pytest.skip("no C++ shell is built")
    other = copy_tree(build, tmp_path / "other", ("cpp", "cpp17"))
    shutil.copytree(build / "lib/hermit/shells/cpp", other / "lib/hermit/shells/cpp")
    for name in ("cpp", "cpp17"):
        call("install", other / f"lib/hermit/shells/libhermit-{name}.so", "--no-check")
    shutil.rmtree(other)
    assert (call.shells / "cpp/include/hermit.hpp").is_file()
    call("uninstall", "cpp17")
    assert (call.shells / "cpp/include/hermit.hpp").is_file(), "the other shell needs it"
    call("uninstall", "cpp")
    assert call.files(call.shells) == []


@pytest.fixture
def with_files(test_shells, tmp_path):
    """A shell whose manifest names the folder "data" beside it; returns its library and that folder."""
    folder = tmp_path / "built"
    (folder / "data/tools").mkdir(parents=True)
    library = shutil.copy2(test_shells / "libhermit-with_files.so", folder)
    return library, folder / "data"


def test_copied_files_stay_executable_if_they_are(call, with_files):
    library, data = with_files
    for name, mode in (("tools/run", 0o755), ("tools/own", 0o700), ("notes.txt", 0o640)):
        (data / name).write_text(name)
        (data / name).chmod(mode)
    (data / "link").symlink_to("tools/run")
    (data / "others").symlink_to("tools")
    call("install", library)
    copied = call.shells / "data"
    modes = {path.name: path.stat().st_mode & 0o777 for path in copied.rglob("*") if path.is_file()}
    assert modes == {"run": 0o755, "own": 0o744, "notes.txt": 0o644, "link": 0o755}
    assert (copied / "link").read_text() == (copied / "others/run").read_text() == "tools/run"


@pytest.mark.parametrize("target, said", [("..", "which it lies in"), (".", "which it lies in"),
                                          ("loop", "symbolic links"), ("nowhere", "No such file")])
def test_links_that_lead_back_or_nowhere_are_refused(call, with_files, target, said):
    library, data = with_files
    (data / "tools/loop").symlink_to(target)
    why = call.refused("install", library, "--no-check")
    assert str(data / "tools/loop") in why and said in why
    assert call.files(call.shells) == []


def test_a_folder_is_not_copied_into_itself(call, with_files):
    library, data = with_files
    target = data / "share"
    why = call.refused("install", library, "--no-check", XDG_DATA_HOME=str(target))
    assert str(data) in why and "into itself" in why
    assert call.files(target / "hermit/shells") == []


def test_a_linked_shell_stays_where_it_is(call, echo):
    call("install", echo, "--link")
    assert f"--shell_class={echo}" in call.spec("hermit-echo")["argv"]
    assert not call.shells.exists()
    call("uninstall", "echo")
    assert echo.is_file()


def test_a_shell_of_the_installation_is_not_copied(call, hermit):
    call("install", hermit.parent.parent / "lib/hermit/shells/libhermit-lua.so", "--no-check")
    assert not call.shells.exists()


def test_environment_logos_and_settings_are_written(call, tmp_path, echo):
    logo = tmp_path / "mine.svg"
    logo.write_text("<svg/>")
    call("install", "lua", "--env", "LUA_PATH=/a/?.lua;;", "--env", "B=1=2", "--logo", logo, "--timeout=7",
         "--", "--LuaShell.table_depth=3")
    spec = call.spec()
    assert spec["env"] == {"LUA_PATH": "/a/?.lua;;", "B": "1=2"}
    assert spec["argv"][-2:] == ["--timeout=7", "--LuaShell.table_depth=3"]
    assert (call.kernels / "hermit-lua/logo-svg.svg").read_text() == "<svg/>"


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--timeuot=3"], "timeuot"),
        (["--", "--timeout=soon"], "soon"),
        (["--", "--shell_class=echo"], "shell_class"),
        (["--", "-f", "file"], "connection_file"),
        (["another"], "another"),
        (["--env", "1A=3"], "1A=3"),
        (["--env", "A"], '"A"'),
        (["--name", "two words"], "two words"),
        (["--name", "../lua"], "../lua"),
        (["--name", ".hidden"], ".hidden"),
        (["--name", ""], "--name"),
        (["--name", "grün"], "grün"),
    ],
)
def test_what_the_kernel_or_jupyter_would_not_take_is_refused(call, arguments, said):
    assert said in call.refused("install", "lua", "--user", *arguments, code=2)
    assert call.files(call.data) == []


def test_a_logo_has_to_be_one_that_jupyter_shows(call, tmp_path):
    for name, content in {"a.png": b"no picture", "b.svg": b"no picture either", "c.png": PNG + b"0" * 30}.items():
        (tmp_path / name).write_bytes(content)
        assert name in call.refused("install", "lua", "--logo", tmp_path / name, code=2)
    assert "cannot be read" in call.refused("install", "lua", "--logo", tmp_path / "none.png", code=2)
    assert call.files(call.kernels) == []


def test_names_are_small_as_jupyter_has_them(call):
    call("install", "lua", "--name", "My-Lua", "--no-check")
    assert [folder.name for folder in call.kernels.iterdir()] == ["my-lua"]


def test_a_kernel_that_does_not_start_is_not_installed(call, test_shells):
    said = call.refused("install", test_shells / "libhermit-refuses.so")
    assert "does not start" in said
    assert call.files(call.data / "kernels") == [] and call.files(call.shells) == []
    call("install", test_shells / "libhermit-refuses.so", "--no-check")
    assert (call.kernels / "hermit-refuses/kernel.json").is_file()


def test_a_kernel_that_does_not_start_leaves_the_one_before_it(call, echo, test_shells, tmp_path):
    call("install", echo, "--display-name", "Before")
    before = {path: path.read_bytes() for folder in (call.kernels, call.shells)
              for path in folder.rglob("*") if path.is_file()}
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(test_shells / "libhermit-refuses.so", other / "libhermit-echo.so")
    call.refused("install", other / "libhermit-echo.so", "--name", "hermit-echo")
    assert before == {path: path.read_bytes() for folder in (call.kernels, call.shells)
                      for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("shell, code", [("wrong_major", 6), ("no_entry", 6), ("bad_manifest", 6), ("nothing", 5)])
def test_what_is_no_shell_is_not_installed(call, test_shells, shell, code):
    assert shell in call.refused("install", test_shells / f"libhermit-{shell}.so", code=code)
    assert call.files(call.data) == [] and call.files(call.shells) == []


def test_a_prefix_gets_it_into_its_share_folder(call, tmp_path):
    prefix = tmp_path / "a prefix"
    call("install", "lua", "--prefix", prefix)
    assert (prefix / "share" / "jupyter" / "kernels" / "hermit-lua" / "kernel.json").is_file()
    assert not call.kernels.exists()
    call("uninstall", "lua", "--prefix", prefix)
    assert not (prefix / "share" / "jupyter" / "kernels" / "hermit-lua").exists()


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_the_active_python_environment_gets_it(call, tmp_path, variable):
    active = {variable: str(tmp_path / "env")}
    done = call("install", "lua", "--sys-prefix", **active)
    assert (tmp_path / "env/share/jupyter/kernels/hermit-lua/kernel.json").is_file()
    assert "JUPYTER_PATH" not in done.stdout, "Jupyter looks there while the environment is active"
    call("uninstall", "lua", "--sys-prefix", **active)
    assert "VIRTUAL_ENV" in call.refused("install", "lua", "--sys-prefix", code=2)


def test_a_place_where_jupyter_does_not_look_is_mentioned(call, tmp_path):
    assert "JUPYTER_PATH" in call("install", "lua", "--prefix", tmp_path / "prefix", "--no-check").stdout


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


def test_uninstalling_removes_the_copied_library(call, echo):
    call("install", echo)
    call("install", echo, "--name", "other", "--no-check")
    said = call("uninstall", "echo").stdout
    assert "stays" in said and (call.shells / "libhermit-echo.so").is_file(), "the other kernelspec uses it"
    call("uninstall", "--name", "other")
    assert call.files(call.shells) == [] and call.files(call.kernels) == []


def test_a_library_whose_kernelspec_is_gone_is_removed(call, echo):
    call("install", echo, "--no-check")
    shutil.rmtree(call.kernels / "hermit-echo")
    call("uninstall", "echo")
    assert call.files(call.shells) == []


def test_a_library_that_the_user_put_there_stays(call, echo):
    call.shells.mkdir(parents=True)
    mine = call.shells / "libhermit-echo.so"
    shutil.copy(echo, mine)
    call("install", "echo", "--no-check")
    call("uninstall", "echo")
    assert mine.is_file()
    other = call.home / "libhermit-echo.so"
    shutil.copy(echo, other)
    assert str(mine) in call.refused("install", other)
    assert call.files(call.shells) == ["libhermit-echo.so"]


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


def test_the_list_is_for_programs_too(call, echo):
    call("install", echo, "--no-check")
    (call.shells / "libhermit-echo.so").unlink()
    shown = json.loads(call("list", "--json").stdout)
    assert "lua" in [shell["name"] for shell in shown["shells"]]
    [spec] = [spec for spec in shown["kernelspecs"] if spec["name"] == "hermit-echo"]
    assert spec["folder"] == str(call.kernels / "hermit-echo") and "libhermit-echo.so" in spec["problem"]
    assert "broken: " in call("list").stdout


def test_an_unwritable_place_is_named(call, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder has to be")
    done = call("install", "lua", "--prefix", blocked, check=False)
    assert done.returncode == 1
    assert str(blocked) in done.stderr and done.stderr.count("\n") == 1


def test_the_version_is_printed(call):
    done = call("--version")
    assert "0.1" in done.stdout and done.stdout.count("\n") == 1
