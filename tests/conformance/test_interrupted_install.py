"""`hermit install` that does not come to its end: by a signal, which it answers by putting back what there was, or
killed, which doctor sees and mends."""

import json
import os
import signal
import subprocess
import sys

import pytest

from installing import User, copy_tree
from talk import TIMEOUT

SLOW = "libhermit-slow_create.so"


@pytest.fixture
def user(hermit, tmp_path):
    """A user with an installation of their own, which has a kernelspec for Lua."""
    user = User(copy_tree(hermit.parent.parent, tmp_path / "prefix") / "bin/hermit", tmp_path)
    user("install", "lua", "--no-check")
    return user


@pytest.fixture
def begun(user, test_shells, tmp_path):
    """Begins to install a shell, and comes back when its kernel has been started from the kernelspec; the shell waits
    until the test is over."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    ends, running = [], []

    def begin():
        process = user.begin("install", test_shells / SLOW, "--name", "slow", f"--SlowCreate.gate={gate}")
        running.append(process)
        ends.append(os.open(gate, os.O_WRONLY))  # waits for the shell
        return process

    yield begin
    for end in ends:
        os.close(end)
    for process in running:
        process.kill()
        process.communicate()


def left(folder):
    return [path for path in folder.iterdir() if path.name.startswith(".hermit-")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_takes_back_what_was_installed(user, begun, number):
    before = user.files(user.home / "data")
    process = begun()
    assert (user.kernels / "slow/kernel.json").is_file() and (user.shells / SLOW).is_file()
    process.send_signal(number)
    printed, said = process.communicate(timeout=TIMEOUT)
    # As a shell or a program sees that it was this signal.
    assert (process.returncode, printed) == (-number, "")
    assert said == "hermit: interrupted; nothing is installed\n"
    assert user.files(user.home / "data") == before
    assert user.files(user.shells) == []


def test_a_signal_brings_back_what_was_there_before(user, begun, test_shells):
    user("install", test_shells / SLOW, "--name", "slow", "--display-name", "the first")
    before = user.files(user.shells)
    receipt = (user.shells / "slow_create.installed.json").read_text()
    process = begun()
    assert user.spec("slow")["display_name"] != "the first"
    process.terminate()
    process.communicate(timeout=TIMEOUT)
    assert user.spec("slow")["display_name"] == "the first"
    assert (user.shells / "slow_create.installed.json").read_text() == receipt
    assert user.files(user.shells) == before and not left(user.kernels)


def test_ignored_signals_stay_ignored(user, test_shells, tmp_path):
    """As a shell has SIGINT for what runs in the background."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    command = [user.program, "install", test_shells / SLOW, "--name", "slow", f"--SlowCreate.gate={gate}"]
    ignoring = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    process = subprocess.Popen([sys.executable, "-c", ignoring, *map(str, command)], env=user.environment)
    end = os.open(gate, os.O_WRONLY)
    process.send_signal(signal.SIGINT)
    os.close(end)
    assert process.wait(timeout=TIMEOUT) == 0
    assert (user.kernels / "slow/kernel.json").is_file()


def test_doctor_leaves_an_installation_alone_that_goes_on(user, begun):
    begun()
    assert left(user.shells) and left(user.kernels)
    assert user.problems("--no-check") == []


def test_doctor_ends_what_a_killed_installation_has_left(user, begun):
    process = begun()
    process.kill()
    process.wait(timeout=TIMEOUT)
    folders = left(user.shells) + left(user.kernels)
    assert len(folders) == 2
    problems = user.problems("--no-check")
    assert {problem["kind"] for problem in problems} == {"left-over"}
    assert all(any(str(folder) in problem["message"] for problem in problems) for folder in folders)
    assert all(problem["repairable"] for problem in problems)
    user("doctor", "--repair", "--no-check")
    assert not left(user.shells) and not left(user.kernels)
    # Both were complete.
    assert (user.shells / SLOW).is_file() and (user.kernels / "slow/kernel.json").is_file()


def half_copied(user, test_shells, before):
    """The folder of shells as a kill in the midst of copying leaves it: the library is in place, its receipt is not."""
    if before:
        user("install", test_shells / SLOW, "--no-check", "--name", "slow")
        (user.shells / "slow_create.shell.json").write_text("the first")
    else:
        user.shells.mkdir(parents=True)
    workshop = user.shells / ".hermit-abcdef"
    (workshop / "fresh").mkdir(parents=True)
    (workshop / "before").mkdir()
    files = [SLOW, "slow_create.shell.json"]
    if before:
        (user.shells / files[1]).rename(workshop / "before" / files[1])
    (user.shells / files[1]).write_text("the second")
    (workshop / "fresh" / files[0]).write_text("not placed yet")
    receipt = {"name": "slow_create", "source": "/nowhere", "files": files}
    (workshop / "fresh/slow_create.installed.json").write_text(json.dumps(receipt))


@pytest.mark.parametrize("verb", [("doctor", "--repair", "--no-check"), ("uninstall", "lua")])
@pytest.mark.parametrize("before", [True, False])
def test_half_a_copy_is_taken_back(user, test_shells, before, verb):
    half_copied(user, test_shells, before)
    user(*verb, check=False)
    assert not left(user.shells)
    if before:
        # Doctor then mends that too.
        own = user("manifest", test_shells / SLOW).stdout
        assert (user.shells / "slow_create.shell.json").read_text() in ("the first", own)
        assert (user.shells / SLOW).read_bytes() == (test_shells / SLOW).read_bytes()
    else:
        assert user.files(user.shells) == []


def test_installing_again_puts_right_what_a_killed_one_left(user, test_shells):
    half_copied(user, test_shells, before=True)
    user("install", test_shells / SLOW, "--no-check", "--name", "slow")
    assert user.files(user.shells) == [SLOW, "slow_create.installed.json", "slow_create.shell.json"]
    assert (user.shells / SLOW).read_bytes() == (test_shells / SLOW).read_bytes()
    assert user.problems("--no-check") == []


def test_a_kernelspec_that_was_moved_away_comes_back(user):
    """On a file system that cannot exchange two folders."""
    workshop = user.kernels / ".hermit-abcdef"
    workshop.mkdir()
    (user.kernels / "hermit-lua").rename(workshop / ".before")
    (workshop / "hermit-lua").mkdir()
    user("doctor", "--repair", "--no-check")
    assert user.spec()["language"] == "lua" and not left(user.kernels)
