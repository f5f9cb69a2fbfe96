"""Fixtures of the browser tests: a JupyterLab of their own, and Debian's Chromium with a fresh profile."""

import json
import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
# No sandbox, since tests run as root too, and nothing on the network but JupyterLab.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# In milliseconds; JupyterLab takes its time on a busy machine. Decides no test.
PATIENCE = 60_000


@pytest.fixture(scope="session")
def lab(jupyter_home, tmp_path_factory):
    """A running JupyterLab: gives its address, with the token, and the folder whose notebooks it shows."""
    notebooks = tmp_path_factory.mktemp("notebooks")
    settings = jupyter_home / "settings"
    keep_to_itself(settings)
    log = jupyter_home / "lab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
                "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={notebooks}",
            ],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=notebooks,
            env={**os.environ, "JUPYTERLAB_SETTINGS_DIR": str(settings),
                 "JUPYTERLAB_WORKSPACES_DIR": str(jupyter_home / "workspaces")},
        )  # fmt: skip
    try:
        yield wait_for_address(process, log), notebooks
    finally:
        process.terminate()
        process.wait(timeout=60)


def keep_to_itself(settings):
    """Settings of a JupyterLab that asks nobody for news or updates."""
    file = settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))


def wait_for_address(process, log):
    """The address that the server prints once it listens."""
    with log.open() as lines:
        while process.poll() is None:
            found = re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", lines.readline())
            if found:
                return found.group()
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page in a profile of its own."""
    context = browser.new_context(viewport={"width": 1000, "height": 860})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    yield page
    context.close()
