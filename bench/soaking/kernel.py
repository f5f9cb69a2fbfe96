"""The kernel that is soaked: started, looked at from outside, ended."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

# In seconds. Only turns a kernel that hangs into a failure.
PATIENCE = 60

# Variables that would lead the kernel to files of whoever runs this.
PLACES = ("JUPYTER_PATH", "JUPYTER_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "HERMIT_SHELL_PATH")


class Kernel:
    """A process `hermit start` with a home of its own."""

    def __init__(self, hermit):
        self.home = tempfile.TemporaryDirectory(prefix="hermit-soak-")
        self.file = Path(self.home.name) / "kernel.json"
        self.errors = Path(self.home.name) / "stderr"
        environment = {name: value for name, value in os.environ.items() if name not in PLACES}
        environment["HOME"] = self.home.name
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [hermit, "start", "-f", self.file, "--shell_class=lua", "--log-level=error"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
            )
        deadline = time.monotonic() + PATIENCE
        while not self.file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"hermit did not start: {self.log()}")
            time.sleep(0.01)

    def log(self):
        return self.errors.read_text(errors="replace")

    def figures(self):
        """What the process holds: memory in MiB, and the numbers of descriptors and threads."""
        process = Path(f"/proc/{self.process.pid}")
        memory = {}
        for line in (process / "smaps_rollup").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in ("Rss", "Pss"):
                memory[name] = int(value.split()[0]) / 1024
        return {
            "RSS": memory["Rss"],
            "PSS": memory["Pss"],
            "fds": len(list((process / "fd").iterdir())),
            "threads": len(list((process / "task").iterdir())),
        }

    def wait(self):
        """Waits for its end; gives the exit code."""
        return self.process.wait(timeout=PATIENCE)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.home.cleanup()
