"""`hermit doctor`: each problem is made, seen, and mended by the line that doctor prints."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from installing import User, copy_tree

ECHO = "libhermit-echo.so"


@pytest.fixture
def user(hermit, tmp_path):
    """A user with an installation of their own and the kernel hermit-lua."""
    prefix = copy_tree(hermit.parent.parent, tmp_path / "prefix")
    user = User(prefix / "bin/hermit", tmp_path)
    user.prefix = prefix
    user("install", "lua", "--no-check")
    return user


def seen(user, kind, *arguments, **more):
    """The one problem that there is."""
    [problem] = user.problems(*arguments, **more)
    assert problem["kind"] == kind, problem
    assert problem["message"] and problem["command"]
    return problem


def mended(user, problem, *arguments, **more):
    """Types what doctor says, and asks doctor again, in one terminal."""
    words = " ".join([f"'{user.program}'", "doctor", *arguments])
    done = user.run("bash", "-ec", f"{problem['command']}\n{words}", **more)
    assert done.returncode == 0 and "nothing is wrong" in done.stdout, done.stdout + done.stderr


def test_a_healthy_installation_has_no_problem(user):
    done = user("doctor")
    assert (done.returncode, done.stdout) == (0, "nothing is wrong\n")
    assert json.loads(user("doctor", "--json").stdout) == {"healthy": True, "problems": [], "repaired": []}


def test_people_see_what_is_wrong_and_what_to_type(user):
    shutil.rmtree(user.kernels)
    done = user("doctor", check=False)
    assert done.returncode == 1
    message, command = done.stdout.splitlines()
    assert str(user.kernels) in message and command == f"    {user.program} install lua --user"


def test_no_kernelspec(user):
    shutil.rmtree(user.kernels)
    mended(user, seen(user, "not-looked-at"))


def test_a_kernelspec_that_points_nowhere_after_the_tree_was_moved(user):
    moved = user.home / "moved"
    user.prefix.rename(moved)
    user.program = moved / "bin/hermit"
    problem = seen(user, "program-missing")
    assert str(user.prefix) in problem["message"]
    mended(user, problem)
    assert user.spec()["argv"][0] == str(user.program)


def test_repair_mends_all_that_is_safe(user):
    moved = user.home / "moved"
    user.prefix.rename(moved)
    user.program = moved / "bin/hermit"
    user.runtime.chmod(0o755)
    shown = json.loads(user("doctor", "--repair", "--json").stdout)
    assert shown["healthy"] and len(shown["repaired"]) == 2
    assert user.problems() == []


def test_a_program_that_may_not_be_executed(user):
    other = user.prefix / "bin/other-hermit"
    shutil.copy(user.program, other)
    other.chmod(0o644)
    file = user.kernels / "hermit-lua/kernel.json"
    file.write_text(file.read_text().replace(str(user.program), str(other)))
    problem = seen(user, "permissions", "--no-check")
    assert str(other) in problem["message"]
    mended(user, problem, "--no-check")


def test_a_library_that_is_missing(user, test_shells):
    user("install", test_shells / ECHO, "--no-check")
    (user.shells / ECHO).unlink()
    problem = seen(user, "shell-missing")
    assert ECHO in problem["message"]
    mended(user, problem)


def test_an_installation_without_shells(user):
    shells = user.prefix / "lib/hermit/shells"
    away = user.home / "away"
    shells.rename(away)
    kinds = [problem["kind"] for problem in user.problems()]
    assert kinds == ["shell-missing", "shell-missing"], "the kernelspec's, and all"
    command = user.problems()[1]["command"]
    assert command == f"cmake --install build --prefix {user.prefix}"
    # Stands for the build folder that this user has not.
    user.tool("cmake", f"mv {away} {shells}")
    mended(user, {"command": command})


def test_a_linked_library_of_a_tree_that_was_moved(user):
    library = user.prefix / "lib/hermit/shells/libhermit-lua.so"
    user("install", library, "--link", "--no-check")
    assert f"--shell_class={library}" in user.spec()["argv"]
    moved = user.home / "moved"
    user.prefix.rename(moved)
    user.program = moved / "bin/hermit"
    mended(user, seen(user, "program-missing"))
    assert "--shell_class=lua" in user.spec()["argv"]


def test_a_kernel_that_does_not_start(user):
    file = user.kernels / "hermit-lua/kernel.json"
    spec = json.loads(file.read_text())
    spec["argv"].append("--nosuchsetting")
    file.write_text(json.dumps(spec))
    assert user.problems("--no-check") == []
    problem = seen(user, "does-not-start")
    assert "nosuchsetting" in problem["message"]
    mended(user, problem)


@pytest.mark.parametrize("content, said", [("no json", "is no JSON"), ("[]", "is no JSON object"), ("", "is empty"),
                                           (" \n", "is empty"), ("{}", "has no \"argv\""),
                                           ('{"argv": []}', "has no \"argv\"")])
def test_a_kernelspec_that_starts_nothing(user, content, said):
    (user.kernels / "hermit-lua/kernel.json").write_text(content)
    user("install", "lua", "--name", "other", "--no-check")
    problem = seen(user, "kernelspec-unreadable")
    assert f"kernel.json: {said}, so that it starts no kernel" in problem["message"]
    mended(user, problem)


@pytest.mark.parametrize("content, said", [
    ('{"log_levle": "info"}', "/log_levle: there is no such setting; did you mean log_level?"),
    ('{"Shell": {"timeout": "soon"}}', "/Shell/timeout has to be a number"),
    ('{"LuaShell": {"table_depht": 3}}', "did you mean LuaShell.table_depth?"),
    ('{"LuaShell": {"table_depth": "deep"}}', "/LuaShell/table_depth has to be a whole number"),
    ('{"config": "x"}', "cannot be set in a configuration file"),
    ('{"timeout": 1,}', "is not JSON at line 1"),
    ("", "is not JSON"),
    ('{"timeout": 1, "timeout": 2}', "has the key /timeout twice"),
])
def test_a_configuration_file_that_no_kernel_takes(user, content, said):
    file = user.home / ".config/hermit/config.json"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    problem = seen(user, "config-file", "--no-check", XDG_CONFIG_HOME="")
    assert str(file) in problem["message"] and said in problem["message"]
    editor = user.tools / "edit"
    user.tool("edit", 'echo "{}" > "$1"')
    mended(user, problem, "--no-check", XDG_CONFIG_HOME="", EDITOR=str(editor))


def test_the_configuration_file_that_the_environment_names(user, test_shells):
    file = user.home / "my settings.json"
    file.write_text('{"LuaShell": {"table_depth": 3}, "timeout": 5, "help_links": []}')
    assert user.problems("--no-check", HERMIT_CONFIG=str(file)) == []
    file.write_text("no json")
    seen(user, "config-file", "--no-check", HERMIT_CONFIG=str(file))
    seen(user, "config-file", "--no-check", HERMIT_CONFIG=str(user.home / "nowhere.json"))
    assert user.problems("--no-check", HERMIT_CONFIG="none") == []


def test_broken_symbolic_links(user):
    (user.kernels / "hermit-gone").symlink_to(user.home / "nowhere")
    mended(user, seen(user, "kernelspec-unreadable"))
    folder = user.kernels / "hermit-half"
    folder.mkdir()
    (folder / "kernel.json").symlink_to(user.home / "nowhere")
    mended(user, seen(user, "kernelspec-unreadable"))


def test_jupyter_does_not_look_there(user):
    shutil.rmtree(user.kernels)
    other = user.home / "an other prefix"
    user("install", "lua", "--prefix", other, "--no-check")
    problem = seen(user, "not-looked-at", "--prefix", str(other))
    assert str(other) in problem["message"]
    mended(user, problem, "--prefix", f"'{other}'")
    assert user.problems("--prefix", str(other), JUPYTER_PATH=str(other / "share/jupyter")) == []


def test_jupyter_itself_is_asked_where_it_looks(user):
    elsewhere = user.home / "elsewhere"
    user.tool("jupyter", f"""[ "$*" = "--paths --json" ] && echo '{{"data": ["{elsewhere}"]}}'""")
    problem = seen(user, "not-looked-at")
    assert str(elsewhere) in problem["message"]
    user.tool("jupyter", f"""echo '{{"data": ["{user.data}"]}}'""")
    assert user.problems() == []
    user.tool("jupyter", "exit 1")
    assert user.problems() == []


def test_the_real_jupyter_is_understood(user):
    path = f"{Path(sys.executable).parent}{os.pathsep}{user.environment['PATH']}"
    assert user.problems(PATH=path) == []
    problem = seen(user, "not-looked-at", PATH=path, JUPYTER_DATA_DIR=str(user.home / "elsewhere"))
    assert str(user.home / "elsewhere") in problem["message"]


@pytest.mark.parametrize("is_hermits", [True, False])
def test_two_kernelspecs_of_one_name(user, is_hermits):
    first = user.home / "first"
    if is_hermits:
        user("install", "lua", "--no-check", JUPYTER_DATA_DIR=str(first))
    else:
        folder = first / "kernels/Hermit-Lua"
        folder.mkdir(parents=True)
        (folder / "kernel.json").write_text(json.dumps({"argv": ["true"], "display_name": "x", "language": "x"}))
    problem = seen(user, "kernelspec-hidden", JUPYTER_PATH=str(first))
    assert str(first) in problem["message"] and str(user.kernels) in problem["message"]
    done = user.run("bash", "-ec", problem["command"])
    assert done.returncode == 0, done.stderr
    assert not (user.kernels / "hermit-lua").exists()
    assert [p["kind"] for p in user.problems(JUPYTER_PATH=str(first))] == ([] if is_hermits else ["not-looked-at"])


def test_a_kernelspec_in_a_folder_that_only_jupyter_path_names(user):
    first = user.home / "first"
    user("install", "lua", "--no-check", JUPYTER_DATA_DIR=str(first))
    shutil.move(user.kernels / "hermit-lua", user.home / "away")
    (first / "kernels/hermit-lua/kernel.json").write_text("no json")
    user("install", "lua", "--name", "other", "--no-check")
    mended(user, seen(user, "kernelspec-unreadable", JUPYTER_PATH=str(first)), JUPYTER_PATH=str(first))


def test_two_shells_of_one_name(user, test_shells, tmp_path):
    other = tmp_path / "libhermit-lua.so"
    shutil.copy(user.prefix / "lib/hermit/shells/libhermit-lua.so", other)
    user("install", other, "--name", "second", "--no-check")
    problem = seen(user, "shell-hidden")
    assert str(user.shells) in problem["message"]
    mended(user, problem)
    assert (user.kernels / "hermit-lua").exists(), "it has the other library"
    user.shells.mkdir(exist_ok=True)
    shutil.copy(other, user.shells)
    mended(user, seen(user, "shell-hidden"))


@pytest.mark.parametrize("shell", ["wrong_major", "wrong_minor", "no_entry"])
def test_a_library_of_another_abi_or_none(user, test_shells, shell):
    user("install", test_shells / ECHO, "--no-check")
    shutil.copy(test_shells / f"libhermit-{shell}.so", user.shells / ECHO)
    problem = [p for p in user.problems("--no-check") if p["kind"] == "library"][0]
    assert ECHO in problem["message"]
    if shell.startswith("wrong"):
        assert "ABI" in problem["message"]
    mended(user, problem)
    assert (user.shells / ECHO).read_bytes() == (test_shells / ECHO).read_bytes()


def test_a_library_of_another_abi_that_cannot_be_had_again(user, test_shells):
    source = user.home / ECHO
    shutil.copy(test_shells / ECHO, source)
    user("install", source, "--no-check")
    source.unlink()
    shutil.copy(test_shells / "libhermit-wrong_major.so", user.shells / ECHO)
    problem = [p for p in user.problems("--no-check") if p["kind"] == "library"][0]
    mended(user, problem)
    assert user.files(user.shells) == []


@pytest.mark.parametrize("content", ['{"name": "another"}', "no json", ""])
def test_a_manifest_that_differs_from_its_library(user, content):
    file = user.prefix / "lib/hermit/shells/lua.shell.json"
    before = json.loads(file.read_text())
    file.write_text(content)
    problem = [p for p in user.problems("--no-check") if p["kind"] == "manifest"][0]
    assert str(file) in problem["message"] and problem["repairable"]
    mended(user, problem)
    assert json.loads(file.read_text()) == before


def test_the_runtime_folder_is_nobody_elses(user):
    user.runtime.chmod(0o755)
    problem = seen(user, "runtime-folder")
    assert str(user.runtime) in problem["message"]
    mended(user, problem)
    user.runtime.rmdir()
    user.runtime.write_text("")
    mended(user, seen(user, "runtime-folder", "--no-check"))


def test_shells_that_everybody_may_change(user):
    folder = user.prefix / "lib/hermit/shells"
    folder.chmod(0o777)
    mended(user, seen(user, "permissions"))
    (folder / "libhermit-lua.so").chmod(0o666)
    mended(user, seen(user, "permissions"))


def cpp_user(hermit, tmp_path):
    build = hermit.parent.parent
    if not (build / "lib/hermit/shells/libhermit-cpp.so").is_file():
        pytest.skip("no C++ shell is built")
    prefix = copy_tree(build, tmp_path / "prefix", ("cpp",))
    shutil.copytree(build / "lib/hermit/shells/cpp", prefix / "lib/hermit/shells/cpp")
    user = User(prefix / "bin/hermit", tmp_path)
    user.prefix = prefix
    user("install", "cpp", "--no-check")
    return user


def test_headers_of_a_copied_cpp_shell_are_missing(hermit, tmp_path):
    user = cpp_user(hermit, tmp_path)
    other = copy_tree(hermit.parent.parent, tmp_path / "other", ("cpp17",))
    shutil.copytree(user.prefix / "lib/hermit/shells/cpp", other / "lib/hermit/shells/cpp")
    user("install", other / "lib/hermit/shells/libhermit-cpp17.so", "--no-check")
    shutil.rmtree(user.shells / "cpp")
    problem = seen(user, "files-missing", "--no-check")
    assert str(user.shells / "cpp") in problem["message"]
    mended(user, {"command": problem["command"] + " --no-check"}, "--no-check")


@pytest.mark.skipif(os.geteuid() != 0, reason="hides a folder of the system from one process, as root")
def test_headers_of_the_system_are_missing(hermit, tmp_path):
    user = cpp_user(hermit, tmp_path)
    hidden = ("unshare", "--mount", "bash", "-c", 'mount -t tmpfs none /usr/include/c++ && exec "$@"', "bash")
    if user.run(*hidden, "true").returncode != 0:
        pytest.skip("this machine does not let root mount")
    done = user.run(*hidden, user.program, "doctor", "--json", "--no-check")
    [problem] = json.loads(done.stdout)["problems"]
    assert problem["kind"] == "system-files" and "/usr/include/c++" in problem["message"]
    assert problem["command"].startswith("sudo apt-get install ")
    # Bringing the package brings the file: it is the package's.
    package = problem["command"].split()[-1]
    assert "/usr/include/c++" in user.run("dpkg", "-L", package).stdout
    assert user.problems("--no-check") == []


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user, as root")
def test_files_that_may_not_be_read(user):
    """What root may do says nothing of what others may."""
    as_nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    for folder in (user.home, *user.home.parents):
        if not os.stat(folder).st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    user.runtime.rmdir()
    for file in (user.kernels / "hermit-lua/kernel.json", user.kernels / "hermit-lua",
                 user.prefix / "lib/hermit/shells/libhermit-lua.so"):
        before = file.stat().st_mode
        file.chmod(0)
        found = json.loads(user.run(*as_nobody, user.program, "doctor", "--json", "--no-check").stdout)["problems"]
        problems = [p for p in found if p["message"].startswith(str(file))]
        assert [p["kind"] for p in problems] == ["permissions"], found
        assert user.run("bash", "-ec", problems[0]["command"]).returncode == 0
        again = json.loads(user.run(*as_nobody, user.program, "doctor", "--json", "--no-check").stdout)["problems"]
        assert not [p for p in again if p["message"].startswith(str(file))], again
        file.chmod(before)
    # This user's folder of kernelspecs belongs to somebody else.
    assert [p["message"] for p in again if "may not be written" in p["message"]]
