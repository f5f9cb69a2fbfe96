"""A kernel that is started by hand in an environment of the test's choosing, and what a real client gets of it."""

import contextlib
import subprocess

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import KernelSpec

# In seconds; only turns a hang into a failure. The first start of a C++ shell compiles its headers.
TIMEOUT = 240


def argv_of(folder, connection_file):
    """The command of a kernelspec, as jupyter_client starts it."""
    spec = KernelSpec.from_resource_dir(str(folder))
    names = {"{connection_file}": str(connection_file), "{resource_dir}": str(folder)}
    argv = []
    for word in spec.argv:
        for name, value in names.items():
            word = word.replace(name, value)
        argv.append(word)
    return argv


@contextlib.contextmanager
def running(argv, connection_file, env):
    """A client of the kernel that `argv` starts with that connection file, which is written here as Jupyter does."""
    write_connection_file(str(connection_file))
    process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    client = BlockingKernelClient(connection_file=str(connection_file))
    try:
        client.load_connection_file()
        client.start_channels()
        client.wait_for_ready(timeout=TIMEOUT)
        yield client
        client.shutdown()
        assert process.wait(TIMEOUT) == 0
    finally:
        client.stop_channels()
        process.kill()
        process.wait()


def printed(client, code):
    """What a cell prints to stdout."""
    text = []

    def hook(message):
        if message["msg_type"] == "stream":
            text.append(message["content"]["text"])

    reply = client.execute_interactive(code, timeout=TIMEOUT, output_hook=hook)
    assert reply["content"]["status"] == "ok", reply["content"]
    return "".join(text)


CELLS = {
    "lua": ("print(6 * 7)", "42\n"),
    "cpp": ("#include <iostream>\nstd::cout << 6 * 7 << std::endl;", "42\n"),
}
