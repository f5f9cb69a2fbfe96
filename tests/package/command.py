"""Commands that have to succeed."""

import subprocess


def run(*command, **more):
    """Runs a command and returns what it printed."""
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    assert done.returncode == 0, done.stdout
    return done.stdout
