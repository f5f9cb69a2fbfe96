"""`hermit install` and `uninstall` where nothing can be written, on full disks, and over what is somebody else's."""

import json
import os
import subprocess

import pytest

from installing import User, copy_tree

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts file systems and becomes other users, as root")


@pytest.fixture
def user(hermit, tmp_path):
    return User(hermit, tmp_path)


@pytest.fixture
def echo(test_shells):
    return test_shells / "libhermit-echo.so"


@pytest.fixture
def mounted():
    """Mounts small file systems in memory, and takes them away after the test."""
    folders = []

    def mount(folder, options):
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True, check=False)
        if done.returncode != 0:
            pytest.skip("this machine does not let root mount")
        folders.append(folder)

    yield mount
    for folder in reversed(folders):
        subprocess.run(["umount", "--lazy", folder], check=True)


def snapshot(folder):
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


@needs_root
def test_a_read_only_disk(user, mounted):
    user("install", "lua", "--no-check")
    mounted(user.home / "disk", "size=1m")
    kept = user.home / "disk/data"
    (user.data).rename(user.home / "before")
    subprocess.run(["cp", "-r", user.home / "before", kept], check=True)
    user.environment["JUPYTER_DATA_DIR"] = str(kept)
    before = snapshot(kept)
    subprocess.run(["mount", "-o", "remount,ro", user.home / "disk"], check=True)
    for arguments in (["install", "lua"], ["install", "lua", "--name", "other"], ["uninstall", "lua"]):
        said = user.refused(*arguments)
        assert str(kept) in said and "Read-only" in said
    assert snapshot(kept) == before


@needs_root
@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_a_full_disk_under_jupyters_data(user, mounted, blocks):
    """The logos alone take more than that."""
    mounted(user.kernels, "size=256k")
    user("install", "lua", "--display-name", "Before", "--no-check")
    before = snapshot(user.kernels)
    fill(user.kernels / "filler", blocks)
    for name in ("hermit-lua", "other"):
        said = user.refused("install", "lua", "--name", name, "--no-check")
        assert str(user.kernels) in said and "No space left" in said
    (user.kernels / "filler").unlink()
    assert snapshot(user.kernels) == before


@needs_root
def test_a_full_disk_under_the_users_shells(user, mounted, echo):
    mounted(user.shells, "size=256k")
    fill(user.shells / "filler", 2)
    said = user.refused("install", echo, "--no-check")
    assert str(user.shells) in said and "No space left" in said
    assert user.files(user.shells) == ["filler"] and user.files(user.kernels) == []


def fill(file, blocks):
    """Leaves a few free blocks on a disk."""
    with open(file, "wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"\0" * 4096)
        except OSError:
            pass
        stream.truncate(max(0, stream.tell() - 4096 * blocks))


@needs_root
def test_folders_that_may_not_be_written(hermit, tmp_path, echo):
    """Root may write everywhere, so this is somebody else."""
    prefix = copy_tree(hermit.parent.parent, tmp_path / "prefix")
    user = User(prefix / "bin/hermit", tmp_path)
    copied = tmp_path / "libhermit-echo.so"
    copied.write_bytes(echo.read_bytes())
    for folder in (tmp_path, *tmp_path.parents):
        if not os.stat(folder).st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    user("install", "lua", "--no-check")
    user.shells.mkdir(parents=True)
    as_nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", prefix / "bin/hermit")
    before = snapshot(user.data)
    for arguments, place in (
        (["install", "lua", "--no-check"], user.kernels),
        (["install", "lua", "--name", "other", "--no-check"], user.kernels),
        (["install", copied, "--no-check"], user.shells),
        (["uninstall", "lua"], user.kernels),
    ):
        done = user.run(*as_nobody, *arguments)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert str(place) in done.stderr and "Permission denied" in done.stderr
    assert snapshot(user.data) == before and user.files(user.shells) == []


def test_a_runtime_folder_that_cannot_be_used_is_named(user):
    user.runtime.rmdir()
    user.runtime.write_text("")
    for folder in (user.runtime, user.runtime / "deeper"):
        said = user.refused("start", code=3, JUPYTER_RUNTIME_DIR=str(folder))
        assert "Jupyter's runtime folder cannot be used: " in said and str(folder) in said
        assert "JUPYTER_RUNTIME_DIR names another" in said


def test_a_file_where_a_folder_has_to_be(user, echo):
    user.data.mkdir()
    user.kernels.write_text("")
    assert str(user.kernels) in user.refused("install", "lua", "--no-check")
    user.shells.parent.mkdir(parents=True)
    user.shells.write_text("")
    assert str(user.shells) in user.refused("install", echo, "--no-check")


FOREIGN = json.dumps({"argv": ["python3"], "display_name": "Other", "language": "x"})


@pytest.mark.parametrize("content", [FOREIGN, "no json", "[]", '{"metadata": []}', '{"metadata": {"hermit": 3}}', None])
def test_what_is_not_hermits_stays(user, content):
    folder = user.kernels / "hermit-lua"
    folder.mkdir(parents=True)
    if content is None:
        (folder / "notes.txt").write_text("mine")
    else:
        (folder / "kernel.json").write_text(content)
    before = snapshot(user.data)
    for verb in (["install", "lua", "--no-check"], ["uninstall", "lua"]):
        assert str(folder) in user.refused(*verb)
    assert snapshot(user.data) == before


def test_a_kernelspec_that_is_a_file_stays(user):
    user.kernels.mkdir(parents=True)
    (user.kernels / "hermit-lua").write_text("mine")
    for verb in (["install", "lua", "--no-check"], ["uninstall", "lua"]):
        assert "hermit-lua" in user.refused(*verb)
    assert (user.kernels / "hermit-lua").read_text() == "mine"


@pytest.mark.parametrize("is_broken", [True, False])
def test_symbolic_links_are_not_followed(user, is_broken):
    target = user.home / "target"
    if not is_broken:
        user("install", "lua", "--no-check")
        (user.kernels / "hermit-lua").rename(target)
    user.kernels.mkdir(parents=True, exist_ok=True)
    link = user.kernels / "hermit-lua"
    link.symlink_to(target)
    for verb in (["install", "lua", "--no-check"], ["uninstall", "lua"]):
        assert str(link) in user.refused(*verb)
    assert link.is_symlink() and target.exists() != is_broken


def test_an_empty_folder_is_nobodys(user):
    (user.kernels / "hermit-lua").mkdir(parents=True)
    user("install", "lua", "--no-check")
    assert user.spec()["language"] == "lua"


def test_names_that_lead_elsewhere_remove_nothing(user):
    user("install", "lua", "--no-check")
    before = snapshot(user.data)
    for name in ("../kernels/hermit-lua", ".", "..", "/", "hermit-lua/"):
        user.refused("uninstall", "--name", name, code=5)
    assert snapshot(user.data) == before


def test_a_receipt_cannot_make_uninstall_remove_other_files(user, echo):
    user("install", echo, "--no-check")
    receipt = user.shells / "echo.installed.json"
    said = json.loads(receipt.read_text())
    mine = user.home / "mine.txt"
    mine.write_text("mine")
    said["files"] += ["../../../../mine.txt", str(mine), "..", ".", "", 3]
    receipt.write_text(json.dumps(said))
    user("uninstall", "echo")
    assert mine.read_text() == "mine"
    assert user.files(user.shells) == []


def test_a_broken_link_to_a_shell_is_named(user):
    user.shells.mkdir(parents=True)
    link = user.shells / "libhermit-mine.so"
    link.symlink_to(user.home / "nowhere")
    assert "mine" in user.refused("install", "mine", code=5)
    assert str(link) in user.refused("install", link, code=5)
