"""Somebody who writes a shell: an installed Hermit, folders of their own, and the commands that a project's README has."""

import contextlib
import os
import subprocess

from jupyter_client.manager import KernelManager

# In seconds, of a command and of a test; they only turn a hang into a failure.
TIMEOUT = 600
TEST_TIMEOUT = 1800

PLACES = ("CC", "CXX", "DESTDIR", "HERMIT_SHELL_PATH", "JUPYTER_PATH", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
          "VIRTUAL_ENV", "CONDA_PREFIX", "CMAKE_PREFIX_PATH")


def run(*command, exit_code=0, **more):
    """Runs a command, which has to end with that code, and returns what it printed."""
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, text=True, check=False, timeout=TIMEOUT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    assert done.returncode == exit_code, done.stdout
    return done.stdout


class Author:
    def __init__(self, prefix, folder):
        self.prefix = prefix
        self.home = folder / "home"
        self.desk = folder / "desk"
        for place in (self.home, self.desk):
            place.mkdir()
        self.environment = {name: value for name, value in os.environ.items() if name not in PLACES}
        self.environment.update(
            HOME=str(self.home), JUPYTER_DATA_DIR=str(self.home / "data"), JUPYTER_CONFIG_DIR=str(self.home / "config"),
            JUPYTER_RUNTIME_DIR=str(self.home / "runtime"), IPYTHONDIR=str(self.home / "ipython"),
            PATH=os.pathsep.join([str(prefix / "bin"), os.environ["PATH"]]))

    def run(self, *command, folder=None, exit_code=0, **more):
        return run(*command, exit_code=exit_code, cwd=folder or self.desk, env={**self.environment, **more})

    def new(self, *arguments, exit_code=0):
        return self.run("hermit", "new", *arguments, exit_code=exit_code)

    def build(self, project, *options, **environment):
        """Configures and builds a project, warnings being errors."""
        self.run("cmake", "-S", project, "-B", project / "build", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON", *options,
                 **environment)
        return self.run("cmake", "--build", project / "build")

    def check(self, project):
        return self.run("ctest", "--test-dir", project / "build", "--output-on-failure", "--no-tests=error")

    @contextlib.contextmanager
    def kernel(self, name, monkeypatch, **environment):
        """A client of the kernel of that kernelspec, as Jupyter starts it."""
        for place in PLACES:
            monkeypatch.delenv(place, raising=False)
        for variable, value in {**self.environment, **environment}.items():
            monkeypatch.setenv(variable, str(value))
        manager = KernelManager(kernel_name=name)
        manager.start_kernel()
        client = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=TIMEOUT)
            yield client
        finally:
            client.stop_channels()
            manager.shutdown_kernel()
            manager.cleanup_resources()


def told(client, code):
    """What a cell prints, and its value or the name of its error."""
    texts = []

    def hook(message):
        content = message["content"]
        if message["msg_type"] == "stream":
            texts.append(content["text"])
        elif message["msg_type"] == "execute_result":
            texts.append(content["data"]["text/plain"])
        elif message["msg_type"] == "error":
            texts.append(content["ename"])

    client.execute_interactive(code, timeout=TIMEOUT, output_hook=hook)
    return "".join(texts)


def contents(folder):
    """All that lies in a folder, hidden files too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
