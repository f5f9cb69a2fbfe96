"""The Debian packages: what is in them, what they ask for, and that they install, run and go in a bare root."""

import os
import shutil
import subprocess

import pytest

from command import run
from kernel import CELLS, printed, running


def contents(deb):
    """The files of a package, without folders."""
    lines = run("dpkg-deb", "--contents", deb).splitlines()
    return {line.split()[5].removeprefix(".") for line in lines if not line.startswith("d")}


def field(deb, name):
    return run("dpkg-deb", "--field", deb, name).strip()


def test_each_file_is_in_one_package(debs, has_cpp):
    assert set(debs) == {"hermit", "hermit-dev"} | ({"hermit-cpp"} if has_cpp else set())
    files = {name: contents(deb) for name, deb in debs.items()}
    assert {"/usr/bin/hermit", "/usr/lib/hermit/shells/libhermit-lua.so", "/usr/share/jupyter/kernels/hermit-lua/kernel.json",
            "/usr/share/doc/hermit/LICENSE"} <= files["hermit"]
    assert {"/usr/include/hermit/shell.h", "/usr/lib/cmake/hermit-sdk/HermitShell.cmake"} <= files["hermit-dev"]
    if has_cpp:
        assert {"/usr/lib/hermit/shells/cpp17.shell.json", "/usr/lib/hermit/shells/cpp/include/hermit.hpp",
                "/usr/share/jupyter/kernels/hermit-cpp23/kernel.json"} <= files["hermit-cpp"]
    names = sorted(files)
    for index, name in enumerate(names):
        for other in names[index + 1:]:
            assert not files[name] & files[other]
    assert not any(file.startswith(("/usr/local", "/home", "/tmp")) for all_ in files.values() for file in all_)


def test_packages_ask_for_the_libraries_that_they_load(debs, has_cpp):
    depends = field(debs["hermit"], "Depends")
    assert all(library in depends for library in ("libc6", "libzmq5", "liblua5.4-0", "libssl3", "libsqlite3-0"))
    assert "libclang" not in depends and "-dev" not in depends
    if has_cpp:
        depends = field(debs["hermit-cpp"], "Depends")
        assert all(name in depends for name in ("libclang-cpp19", "libllvm19", "libclang-common-19-dev", "hermit (= "))


def test_packages_say_what_they_are(debs):
    for name, deb in debs.items():
        assert field(deb, "Package") == name
        assert field(deb, "Description") and field(deb, "Maintainer")
        assert field(deb, "Architecture") in ("amd64", "arm64")
        owners = {line.split()[1] for line in run("dpkg-deb", "--contents", deb).splitlines()}
        assert owners == {"root/root"}


# What apt and dpkg keep for themselves, and what running anything leaves.
BOOKKEEPING = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/tmp", "/proc", "/sys", "/dev", "/root",
               "/etc/ld.so.cache", "/debs", "/run")


def files_of(root):
    found = set()
    for folder, folders, files in os.walk(root):
        place = "/" + os.path.relpath(folder, root) if folder != str(root) else ""
        folders[:] = [name for name in folders if not f"{place}/{name}".startswith(BOOKKEEPING)]
        found |= {f"{place}/{name}" for name in files if not f"{place}/{name}".startswith(BOOKKEEPING)}
    return found


@pytest.fixture
def bare_root(tmp_path):
    """A Debian with nothing but what every Debian has, from where this machine gets its own packages."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        pytest.skip("debootstrap takes root")
    uris = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Created-By: Packages").split("\n")
    mirror, codename = uris[0].split()
    root = tmp_path / "root"
    run("debootstrap", "--variant=minbase", codename, root, mirror)
    for place in ("etc/apt/sources.list", "etc/apt/sources.list.d", "etc/apt/apt.conf.d", "etc/resolv.conf"):
        source = f"/{place}"
        if os.path.isdir(source):
            shutil.copytree(source, root / place, dirs_exist_ok=True)
        elif os.path.exists(source):
            shutil.copy(source, root / place)
    # Nobody minds if this root is lost with the power.
    (root / "etc/dpkg/dpkg.cfg.d/quick").write_text("force-unsafe-io\n")
    mounts = [root / "proc", root / "dev/shm"]
    run("mount", "-t", "proc", "proc", mounts[0])
    mounts[1].mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "shm", mounts[1])
    yield root
    for mount in mounts:
        subprocess.run(["umount", "--lazy", mount], check=True)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_packages_install_run_and_go_in_a_bare_root(debs, bare_root, has_cpp):
    def inside(*command):
        return run("chroot", bare_root, "/usr/bin/env", "DEBIAN_FRONTEND=noninteractive", "HOME=/root", *command)

    shutil.copytree(next(iter(debs.values())).parent, bare_root / "debs", ignore=shutil.ignore_patterns("_CPack*"))
    inside("apt-get", "update")
    ours = ["hermit", *(["hermit-cpp"] if has_cpp else [])]
    dependencies = [word.split()[0] for name in ours for word in field(debs[name], "Depends").split(", ")]
    inside("apt-get", "install", "-y", "--no-install-recommends", *(d for d in dependencies if d != "hermit"))
    before = files_of(bare_root)
    inside("apt-get", "install", "-y", "--no-install-recommends", *(f"/debs/{debs[name].name}" for name in ours))
    assert inside("hermit", "doctor").strip() == "nothing is wrong"
    for name in ("lua", "cpp") if has_cpp else ("lua",):
        file = f"/tmp/{name}.json"
        argv = [shutil.which("chroot"), bare_root, "/usr/bin/hermit", "start", "-f", file, f"--shell_class={name}"]
        with running(argv, bare_root / file[1:], {"HOME": "/root", "PATH": "/usr/bin:/bin"}) as client:
            code, text = CELLS[name]
            assert printed(client, code) == text
    inside("apt-get", "purge", "-y", *ours)
    assert files_of(bare_root) == before
