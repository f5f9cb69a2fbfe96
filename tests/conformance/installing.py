"""A user with nothing but an installation of Hermit: folders of their own, and a copy of the program that can be
moved and broken. For the tests of install, uninstall, list and doctor."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

from talk import TIMEOUT

PLACES = ("JUPYTER_PATH", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "HERMIT_SHELL_PATH", "VIRTUAL_ENV", "CONDA_PREFIX")


def heed_signals():
    """Undoes what the tests were started with: a job in the background ignores SIGINT, one under nohup SIGHUP."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def copy_tree(build, prefix, shells=("lua",)):
    """An installation with few shells in it: enough to start kernels, and quick to look through."""
    (prefix / "bin").mkdir(parents=True)
    (prefix / "lib/hermit/shells").mkdir(parents=True)
    shutil.copy2(build / "bin/hermit", prefix / "bin/hermit")
    shutil.copytree(build / "share/hermit/kernelspecs", prefix / "share/hermit/kernelspecs")
    for shell in shells:
        for file in (f"libhermit-{shell}.so", f"{shell}.shell.json"):
            shutil.copy2(build / "lib/hermit/shells" / file, prefix / "lib/hermit/shells" / file)
    return prefix


class User:
    """Runs `hermit` and other commands as somebody whose folders all lie in `home`."""

    def __init__(self, program, home):
        self.program = Path(program)
        self.home = home
        self.data = home / "data"
        self.kernels = self.data / "kernels"
        self.shells = home / ".local/share/hermit/shells"
        self.runtime = home / "runtime"
        self.tools = home / "tools"
        self.runtime.mkdir(mode=0o700)
        self.tools.mkdir()
        self.environment = {name: value for name, value in os.environ.items() if name not in PLACES}
        self.environment.update(
            HOME=str(home), JUPYTER_DATA_DIR=str(self.data), JUPYTER_RUNTIME_DIR=str(self.runtime),
            PATH=f"{self.tools}:/usr/bin:/bin",
        )
        # The tests are root already, or a user of their own without sudo.
        self.tool("sudo", 'exec "$@"')

    def tool(self, name, script):
        """Puts a program on this user's PATH."""
        file = self.tools / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def run(self, *command, **more):
        return subprocess.run(
            list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=TIMEOUT, env={**self.environment, **more},
        )

    def begin(self, *arguments, **more):
        """Starts hermit as a terminal does, which ignores no signal, and does not wait for its end."""
        return subprocess.Popen(
            [self.program, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={**self.environment, **more}, preexec_fn=heed_signals,
        )

    def __call__(self, *arguments, check=True, **more):
        done = self.run(self.program, *arguments, **more)
        if check:
            assert done.returncode == 0, done.stderr + done.stdout
        return done

    def refused(self, *arguments, code=1, **more):
        """The one line in which hermit says why it does not do it."""
        done = self(*arguments, check=False, **more)
        assert (done.returncode, done.stdout) == (code, ""), done.stdout + done.stderr
        assert done.stderr.startswith("hermit: ") and done.stderr.count("\n") == 1, done.stderr
        return done.stderr

    def spec(self, name="hermit-lua"):
        return json.loads((self.kernels / name / "kernel.json").read_text())

    def problems(self, *arguments, **more):
        """What doctor finds."""
        done = self("doctor", "--json", *arguments, check=False, **more)
        found = json.loads(done.stdout)
        assert done.returncode == (0 if found["healthy"] else 1), done.stderr
        return found["problems"]

    def files(self, folder):
        """All files below a folder."""
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) if folder.exists() else []
