"""Where `hermit new` puts a project, and that it leaves nothing of one that it cannot make."""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from author import Author, TIMEOUT, contents


def test_the_folder_has_the_name_of_the_shell(author):
    author.new("lang")
    assert os.listdir(author.desk) == ["lang"]


@pytest.mark.parametrize("place", ["else where", "else where/", "./else where/../other", "żółw"])
def test_dir_is_the_folder_of_the_project(place, author):
    (author.desk / "else where").mkdir()
    author.new("lang", "--dir", place)
    assert (author.desk / place / "manifest.json").is_file()


def test_an_empty_folder_is_filled(author):
    project = author.desk / "lang"
    project.mkdir()
    author.run("hermit", "new", "lang", "--dir", ".", folder=project)
    assert (project / "src" / "shell.cpp").is_file()


def test_nothing_is_put_beside_what_is_there(author):
    project = author.desk / "lang"
    project.mkdir()
    (project / "notes").write_text("mine")
    line = author.new("lang", exit_code=1)
    assert "is not empty" in line and str(project / "lang") in line
    assert contents(author.desk) == ["lang", "lang/notes"]


def test_a_project_is_not_made_twice(author):
    author.new("lang")
    before = contents(author.desk)
    author.new("lang", exit_code=1)
    assert contents(author.desk) == before


def test_a_current_folder_that_is_gone_is_no_crash(author):
    program = author.prefix / "bin/hermit"
    line = author.run("sh", "-c", f"mkdir gone && cd gone && rmdir ../gone && '{program}' new lang", exit_code=1)
    assert line.startswith("hermit: there is no current folder") and line.count("\n") == 1


@pytest.fixture
def anybody(author):
    """Runs hermit new as somebody who may not write everywhere, in a folder that they can reach."""
    with tempfile.TemporaryDirectory() as folder:
        open_place = Path(folder)
        shutil.copytree(author.prefix / "bin", open_place / "bin")
        shutil.copytree(author.prefix / "share/hermit/templates", open_place / "share/hermit/templates")
        open_place.chmod(0o755)
        identity = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}

        def run(*arguments):
            return subprocess.run([open_place / "bin/hermit", "new", "lang", *arguments], cwd=folder, capture_output=True,
                                  text=True, timeout=TIMEOUT, check=False, env={"PATH": "/usr/bin:/bin"}, **identity)

        yield open_place, run


@pytest.mark.parametrize("is_made", [True, False], ids=["an empty folder", "the folder above"])
def test_a_place_that_may_not_be_written_is_named(is_made, anybody):
    folder, new = anybody
    place = folder / "shut" / "lang"
    place.mkdir(parents=True)
    if not is_made:
        place.rmdir()
    for path in (place, place.parent):
        if path.exists():
            path.chmod(0o555)
    done = new("--dir", "shut/lang")
    for path in (place.parent, place):
        if path.exists():
            path.chmod(0o755)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert str(place) in done.stderr and "Permission denied" in done.stderr
    assert contents(folder / "shut") == (["lang"] if is_made else [])


@pytest.mark.parametrize("mask, mode", [(0o022, 0o644), (0o077, 0o600)])
def test_files_have_the_permissions_of_the_authors_own(mask, mode, author):
    author.run("sh", "-c", f"umask {mask:o}; hermit new lang")
    assert (author.desk / "lang/manifest.json").stat().st_mode & 0o777 == mode


def a_file(place):
    place.write_text("mine")


def a_link_to_nowhere(place):
    place.symlink_to("nowhere")


@pytest.mark.parametrize("make", [a_file, a_link_to_nowhere])
def test_what_is_no_folder_stays_as_it_is(make, author):
    make(author.desk / "lang")
    assert "is there, and no folder" in author.new("lang", exit_code=1)
    assert os.listdir(author.desk) == ["lang"] and not (author.desk / "nowhere").exists()


@pytest.mark.parametrize("place, reason", [
    ("missing/lang", "make it first"),
    ("/proc/lang", "cannot be made"),
    ("/dev/null/lang", "there is no such folder"),
    ("", "--dir is empty"),
])
def test_a_place_that_cannot_be_is_named_in_one_line(place, reason, author):
    done = subprocess.run([author.prefix / "bin/hermit", "new", "lang", "--dir", place], cwd=author.desk,
                          env=author.environment, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode in (1, 2) and done.stdout == ""
    assert done.stderr.startswith("hermit: ") and done.stderr.count("\n") == 1 and reason in done.stderr
    assert contents(author.desk) == []


def ended(author, before):
    """hermit new in a process of which `before` has made something else."""
    return subprocess.run([author.prefix / "bin/hermit", "new", "lang"], cwd=author.desk, env=author.environment,
                          preexec_fn=before, capture_output=True, text=True, timeout=TIMEOUT, check=False)


@pytest.mark.parametrize("has_folder", [False, True])
@pytest.mark.parametrize("bytes_left", [0, 300, 1000])
def test_nothing_is_left_when_a_file_cannot_be_written(bytes_left, has_folder, author):
    def no_more_space():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))

    if has_folder:
        (author.desk / "lang").mkdir()
    done = ended(author, no_more_space)
    assert done.returncode == 1 and "cannot be written" in done.stderr
    assert contents(author.desk) == (["lang"] if has_folder else [])


@pytest.mark.parametrize("name", ["SIGHUP", "SIGINT", "SIGTERM"])
def test_nothing_is_left_when_a_signal_comes_meanwhile(name, author):
    number = getattr(signal, name)

    def signalled():
        # It waits, also in the program that takes the place of this process.
        signal.pthread_sigmask(signal.SIG_BLOCK, [number])
        os.kill(os.getpid(), number)

    done = ended(author, signalled)
    assert done.returncode == 1 and "a signal has ended it" in done.stderr
    assert contents(author.desk) == []


def test_a_hermit_without_templates_says_where_they_come_from(author, tmp_path):
    alone = tmp_path / "alone"
    (alone / "bin").mkdir(parents=True)
    shutil.copy2(author.prefix / "bin/hermit", alone / "bin/hermit")
    line = author.run(alone / "bin/hermit", "new", "lang", exit_code=1)
    assert str(alone / "share/hermit/templates") in line and "hermit-dev" in line and line.count("\n") == 1
    assert contents(author.desk) == []


def test_the_build_tree_has_templates_too(hermit, tmp_path):
    author = Author(hermit.parent.parent, tmp_path)
    author.new("lang")
    assert (author.desk / "lang" / "CMakeLists.txt").is_file()
