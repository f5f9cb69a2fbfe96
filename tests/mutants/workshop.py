"""A copy of the tree with a build of its own, in which faults can be made without harm to anybody."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from mutant_list import ROOT

# In seconds. How long a spec waits for what does not come; what comes at all comes in a fraction of that.
PATIENCE = 10
# In seconds. A spec that runs for longer hangs.
LIMIT = 180


def linker_flags():
    """Those that make linking fast, with the fastest linker that is installed."""
    for program, name in (("mold", "mold"), ("ld.lld", "lld"), ("ld.gold", "gold")):
        if shutil.which(program):
            return f"-fuse-ld={name} -Wl,--strip-debug"
    return "-Wl,--strip-debug"


def tracked_files():
    """The files of the tree as paths from its root: what git knows or would know, nothing that is built."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


class Outcome:
    """How a spec ended: `how` is "passed", "failed", "crashed" or "hung"; `place` is the line that failed."""

    def __init__(self, how, text):
        self.how = how
        self.text = text
        found = re.search(r"([\w.]+:\d+): Failure", text)
        self.place = found.group(1) if found else ""


class Workshop:
    """Used by one thread at a time."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.tree = self.folder / "tree"
        self.build_folder = self.tree / "build"
        self.temporary = self.folder / "tmp"

    def copy_tree(self):
        """Makes the copy, or brings it up to date; files that are the same keep their times."""
        names = set(tracked_files())
        for path in sorted(self.tree.rglob("*")) if self.tree.exists() else []:
            if path.is_file() and self.build_folder not in path.parents:
                if str(path.relative_to(self.tree)) not in names:
                    path.unlink()
        for name in names:
            target = self.tree / name
            if target.is_file() and target.read_bytes() == (ROOT / name).read_bytes():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)

    def configure(self):
        """True when it worked, and what cmake said."""
        return self.call(["cmake", "--preset", "release", "-DHERMIT_BENCH=OFF",
                          f"-DCMAKE_EXE_LINKER_FLAGS={linker_flags()}"])

    def build(self, jobs):
        """Builds the program, the specs and the shells that they load: true when it worked, and what was said."""
        return self.call(["cmake", "--build", "build", "--parallel", str(jobs), "--target", "spec_test"])

    def call(self, command):
        done = subprocess.run(command, cwd=self.tree, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace")
        return done.returncode == 0, done.stdout

    def replace(self, name, text):
        """Gives a file another text and returns what it was."""
        path = self.tree / name
        before = path.read_text(encoding="utf-8")
        path.write_text(text, encoding="utf-8")
        return before

    def run_specs(self, specs, stop_at_failure):
        """Runs specs, named as `Suite.Test`, over all doors that they have."""
        command = [str(self.build_folder / "bin" / "spec_test"), "--gtest_brief=1",
                   "--gtest_filter=" + ":".join(f"*{spec}/*" for spec in specs)]
        if stop_at_failure:
            command.append("--gtest_break_on_failure")
        self.temporary.mkdir(parents=True, exist_ok=True)
        environment = dict(os.environ, HERMIT_TEST_PATIENCE=str(PATIENCE), TMPDIR=str(self.temporary))
        # The kernels it starts are of the same session, and none of them outlives it.
        process = subprocess.Popen(command, cwd=self.tree, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                   start_new_session=True)
        try:
            text, _ = process.communicate(timeout=LIMIT)
            hung = False
        except subprocess.TimeoutExpired:
            hung = True
        end_session(process.pid)
        if hung:
            text, _ = process.communicate()
        shutil.rmtree(self.temporary, ignore_errors=True)
        if hung:
            return Outcome("hung", text)
        if process.returncode == 0:
            return Outcome("passed", text)
        return Outcome("failed" if ": Failure" in text else "crashed", text)


def end_session(session):
    """Kills all processes of a session that one of ours began."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The fields after the name, which stands in parentheses and may hold anything.
            fields = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session:
                os.kill(int(entry.name), signal.SIGKILL)
        except (OSError, IndexError, ValueError):
            continue  # it has ended
