"""Settings from all their places (I2 to I4), as users give them: kernels that Jupyter starts, and the program itself."""

import json
import os
import re
import shutil
import subprocess

import pytest
from jupyter_client.manager import KernelManager

from talk import TIMEOUT

USAGE, BAD_SHELL = 2, 6

LINKS = [{"text": "The crab's own page", "url": "https://example.org/crab"}]

# What each kind of value is not, as text and as JSON, by the words that --help-all has for it.
WRONG_TEXTS = {
    "true or false": ["maybe", "2", "[]"],
    "a whole number": ["many", "1.5", "0x10", "99999999999999999999", "true"],
    "a number": ["many", "nan", "inf", "1e999", "true"],
    "a list": ["many", "5", "{}", "[5", '[{"text": 5}]'],
}
WRONG_JSON = [None, True, 7, 0.5, "wrong", ["wrong", 5], {"wrong": {"deep": 5}}]


@pytest.fixture
def hermit_says(hermit, tmp_path):
    """Runs `hermit start` with arguments, and what else is given in the environment; gives what it did."""

    def run(*arguments, **variables):
        environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), **variables}
        return subprocess.run(
            [hermit, "start", *map(str, arguments)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT, env=environment,
        )

    return run


@pytest.fixture
def refused(hermit_says):
    """The same for what has to be refused; gives the one line that it says."""

    def run(*arguments, exit_code=USAGE, **variables):
        done = hermit_says(*arguments, **variables)
        assert (done.returncode, done.stdout) == (exit_code, ""), done.stderr
        assert done.stderr.count("\n") == 1 and len(done.stderr) < 1000, done.stderr
        return done.stderr.rstrip("\n")

    return run


@pytest.fixture
def config(tmp_path):
    """Writes a configuration file; gives its path."""

    def write(content, name="settings.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


@pytest.fixture
def shown(hermit_says):
    """What --show-config-json says."""

    def run(*arguments, **variables):
        done = hermit_says("--show-config-json", *arguments, **variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def lua_kernel(jupyter_home):
    """Starts hermit-lua as Jupyter does; gives a client and the content of kernel_info_reply."""
    started = []

    def start(extra_arguments=(), env=None):
        manager = KernelManager(kernel_name="hermit-lua")
        manager.start_kernel(extra_arguments=list(extra_arguments), env={**os.environ, **(env or {})})
        client = manager.blocking_client()
        started.append((manager, client))
        client.start_channels()
        client.wait_for_ready(timeout=TIMEOUT)
        return client, client.kernel_info(reply=True, timeout=TIMEOUT)["content"]

    yield start
    for manager, client in started:
        client.stop_channels()
        manager.shutdown_kernel()


def value_of(client, expression):
    """The value that a cell shows."""
    shown = []
    client.execute_interactive(
        expression, timeout=TIMEOUT, allow_stdin=False,
        output_hook=lambda message: shown.append(message["content"].get("data", {}).get("text/plain")),
    )
    return [text for text in shown if text][-1]


# --- layers


DEEP = "{a={b={c={d=1}}}}"


def test_a_kernel_of_jupyters_has_its_settings_from_everywhere(lua_kernel, config):
    path = config({"LuaShell": {"table_depth": 1, "table_items": 2}, "help_links": LINKS})
    client, info = lua_kernel([f"--config={path}", "--supported_features=[\"molting\"]"],
                              {"HERMIT_LUASHELL_TABLE_ITEMS": "3"})
    assert info["help_links"] == LINKS
    assert "molting" in info["supported_features"] and "kernel subshells" in info["supported_features"]
    assert "…" in value_of(client, DEEP) or "..." in value_of(client, DEEP)
    items = value_of(client, "{1, 2, 3, 4, 5}")
    assert "3" in items and "4" not in items


def test_without_settings_the_shell_says_what_the_help_menu_has(lua_kernel):
    _, info = lua_kernel()
    assert [link["text"] for link in info["help_links"]][0].startswith("Lua")
    assert info["supported_features"] == ["kernel subshells"]


def test_the_later_place_counts(shown, config):
    path = config({"timeout": 1, "Interface": {"name": "file"}, "LuaShell.path": "file"})
    settings = shown(f"--config={path}", "--timeout=3", HERMIT_TIMEOUT="2", HERMIT_INTERFACE_NAME="environment")
    assert settings["Shell.timeout"] == {"value": 3, "source": "command line", "place": "--timeout"}
    assert settings["Interface.name"] == {
        "value": "environment", "source": "environment", "place": "HERMIT_INTERFACE_NAME"}
    assert settings["LuaShell.path"] == {"value": "file", "source": "config file", "place": f"{path}: /LuaShell.path"}
    assert settings["LuaShell.cpath"] == {"value": "", "source": "default"}


def test_show_config_tells_the_same_to_people(hermit_says, shown):
    lines = hermit_says("--show-config", "--timeout=3").stdout.splitlines()
    assert "Shell.timeout = 3.0  (command line, --timeout)" in lines
    assert 'Interface.log_level = "warning"  (default)' in lines
    assert {line.split(" = ")[0] for line in lines} == set(shown())


def test_the_users_own_file_is_read(shown, config):
    path = config({"timeout": 7}, name="hermit/config.json")
    assert shown()["Shell.timeout"]["place"] == f"{path}: /timeout"
    assert shown("--config=none")["Shell.timeout"]["source"] == "default"
    other = config({"name": "other"})
    assert shown(HERMIT_CONFIG=str(other))["Shell.timeout"]["source"] == "default"


def test_the_shell_may_be_named_anywhere(shown, config, test_shells):
    echo = str(test_shells / "libhermit-echo.so")
    assert "EchoShell.number" not in shown()
    path = config({"shell_class": echo, "EchoShell": {"number": 5}})
    for settings in (shown(f"--config={path}"), shown(HERMIT_SHELL_CLASS=echo, HERMIT_ECHOSHELL_NUMBER="5")):
        assert settings["EchoShell.number"]["value"] == 5


def test_settings_of_other_shells_are_no_error(shown, config, test_shells):
    echo = test_shells / "libhermit-echo.so"
    path = config({"LuaShell": {"table_depth": 1}})
    assert "LuaShell.table_depth" not in shown(f"--config={path}", f"--shell_class={echo}", HERMIT_LUASHELL_PATH="x")


def test_a_flag_of_a_shell_is_turned_off(shown, test_shells):
    echo = f"--shell_class={test_shells / 'libhermit-echo.so'}"
    assert shown(echo, "--EchoShell.loud")["EchoShell.loud"]["value"] is True
    assert shown(echo, "--EchoShell.loud", "--no-EchoShell.loud")["EchoShell.loud"]["value"] is False


# --- looking


def test_help_is_short_and_help_all_is_not(hermit_says):
    short, long = hermit_says("--help").stdout, hermit_says("--help-all").stdout
    assert "--log_level" in short and "LuaShell" not in short
    assert "--LuaShell.table_depth" in long
    assert "Value: a whole number from 0 to 65535. Default: 0. Environment: HERMIT_HB" in long
    assert "Value: debug or info or warning or error or off." in long


def test_the_version_is_that_of_the_program(hermit_says, hermit):
    program = subprocess.run([hermit, "--version"], capture_output=True, text=True, timeout=TIMEOUT).stdout
    assert hermit_says("--version").stdout == program


def test_every_setting_has_names_and_a_variable_of_its_own(hermit_says):
    lists = re.findall(r"^  (-.*)$", hermit_says("--help-all").stdout, flags=re.MULTILINE)
    names = [name.lstrip("-") for line in lists for name in line.split(", ")]
    assert len(names) == len(set(names))
    variables = [name.upper().replace(".", "_") for name in names]
    assert len(variables) == len(set(variables)) and "SHELL_PATH" not in variables


def test_every_default_is_a_value_of_its_setting(shown, config):
    defaults = {name: entry["value"] for name, entry in shown().items() if name != "Interface.config"}
    settings = shown(f"--config={config(defaults)}")
    assert {name: settings[name]["value"] for name in defaults} == defaults
    assert {settings[name]["source"] for name in defaults} == {"config file"}


# --- wrong values, for every setting that there is


def settings_with_kinds(help_all):
    """The long names of all settings, each with what it has to be."""
    found = re.findall(r"^  (-.*?)\n.*?\n      Value: (.*?)\. Default", help_all, flags=re.MULTILINE)
    return {names.split(", ")[-1].lstrip("-"): kind for names, kind in found}


def wrong_texts(kind):
    for beginning, texts in WRONG_TEXTS.items():
        if kind.startswith(beginning):
            return texts
    return [] if kind == "text" else ["wrong"]  # any text will do, or one of a few


def fits(kind, value):
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind.startswith("a whole number"):
        return number and isinstance(value, int) and (kind == "a whole number" or "from 0" in kind or "least 0" in kind)
    if kind.startswith("a number"):
        return number
    return (kind == "true or false" and isinstance(value, bool)) or (kind == "text" and isinstance(value, str))


def test_every_setting_refuses_every_wrong_text_wherever_it_stands(hermit_says, refused):
    settings = settings_with_kinds(hermit_says("--help-all").stdout)
    assert len(settings) > 30
    for name, kind in settings.items():
        variable = "HERMIT_" + name.upper().replace(".", "_")
        for wrong in wrong_texts(kind):
            line = refused(f"--{name}={wrong}")
            assert "(on the command line) has to be " + kind in line, line
            line = refused(**{variable: wrong})
            assert line.startswith(f"hermit: {variable} (in the environment) has to be {kind}"), line


def test_every_setting_refuses_every_wrong_type_in_a_file(hermit_says, refused, config):
    settings = settings_with_kinds(hermit_says("--help-all").stdout)
    for name, kind in settings.items():
        if name == "Interface.config":
            continue
        section, _, last = name.partition(".")
        for wrong in WRONG_JSON:
            if fits(kind, wrong):
                continue
            path = config({section: {last: wrong}})
            line = refused(f"--config={path}")
            assert line.startswith(f"hermit: {path}: /{section}/{last} has to be {kind}, "), line
            assert re.search(", (not .|and entry [0-9]+ is .)", line), line


def test_what_is_not_available_is_refused_everywhere(refused, config):
    assert refused("--host=qt").endswith("--host (on the command line) is not available yet")
    assert "HERMIT_HOST (in the environment) is not available yet" in refused(HERMIT_HOST="qt")
    assert "/backend is not available yet" in refused(f"--config={config({'backend': 'x'})}")


def test_a_class_that_is_not_offered_is_named_with_those_that_are(refused):
    assert "has to be zmq or callable, not" in refused("--interface_class=carrier-pigeon")
    assert "has to be default, not" in refused("--kernel_class=carrier-pigeon")
    assert "callable is for programs that embed Hermit" in refused("--interface_class=callable")


# --- wrong names


def test_an_unknown_name_is_named_with_the_nearest(refused, config):
    assert "did you mean --LuaShell.table_depth?" in refused("--LuaShell.tabel_depth=5")
    assert "did you mean --show_config?" in refused("--show-confg")
    assert "did you mean HERMIT_LUASHELL_TABLE_DEPTH?" in refused(HERMIT_LUASHELL_TABEL_DEPTH="5")
    path = config({"LuaShell": {"tabel_depth": 5}})
    assert refused(f"--config={path}").endswith(
        f"{path}: /LuaShell/tabel_depth: there is no such setting; did you mean LuaShell.table_depth?")
    assert "/nonsense" in refused(f"--config={config({'nonsense': 5})}")


@pytest.mark.parametrize(
    "slip, meant",
    [
        (lambda manifest: manifest.update(abilites={}), "abilities"),
        (lambda manifest: manifest["abilities"].update(subshels=True), "subshells"),
        (lambda manifest: manifest["settings"][0].update(choises=["a"]), "choices"),
    ],
    ids=["key", "ability", "setting"],
)
def test_a_slip_in_a_manifest_is_named_with_what_was_meant(refused, hermit, test_shells, tmp_path, slip, meant):
    library = shutil.copy(test_shells / "libhermit-echo.so", tmp_path)
    text = subprocess.run([hermit, "manifest", library], capture_output=True, check=True, timeout=TIMEOUT).stdout
    manifest = json.loads(text)
    slip(manifest)
    (tmp_path / "echo.shell.json").write_text(json.dumps(manifest))
    line = refused(f"--shell_class={library}", exit_code=BAD_SHELL)
    assert library in line and line.endswith(f'did you mean "{meant}"?')


# --- files that are none


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"", "is not JSON at line 1, column 1"),
        (b"timeout = 5", "is not JSON at line 1"),
        (b'{\n  "timeout": 5,\n}', "is not JSON at line 3, column 1"),
        (b"[]", "is no JSON object"),
        (b'"text"', "is no JSON object"),
        (b'{"name": "\xff"}', "is not UTF-8"),
        (bytes(range(256)), "is not UTF-8"),
        (b'{"timeout": 5, "timeout": 6}', "has the key /timeout twice"),
        (b'{"Shell": {"timeout": 5, "timeout": 6}}', "has the key /Shell/timeout twice"),
        (b'{"Shell": {"timeout": 5}, "timeout": 6}', "/timeout sets what /Shell/timeout has set"),
        (b'{"config": "other.json"}', "/config cannot be set in a configuration file"),
        (b"[" * 1_000_000, "is nested deeper than 32 levels"),
        (b'{"name": "' + b"x" * 2_000_000 + b'"}', "is larger than 1048576 bytes"),
        (b'{"timeout": 1e999}', "has a number that is too large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_configuration_is_named_with_what_is_wrong(refused, config, content, problem):
    path = config(content)
    assert f"{path}: {problem}" in refused(f"--config={path}")
    assert f"{path}: {problem}" in refused(HERMIT_CONFIG=str(path))
    own = config(content, name="hermit/config.json")
    assert f"{own}: {problem}" in refused()


def test_a_file_that_is_not_there_or_no_file_is_named(refused, tmp_path):
    assert "missing.json: cannot be read: No such file" in refused(f"--config={tmp_path / 'missing.json'}")
    for path in (tmp_path, "/dev/zero"):
        assert f"{path}: is not a regular file" in refused(f"--config={path}")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "pipe: is not a regular file" in refused(f"--config={pipe}")


def test_an_unreadable_file_is_named(hermit, config):
    path = config({})
    path.chmod(0)
    # Root may read everything; so, as root, the program runs without that right.
    limits = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.getuid() == 0 else ()
    done = subprocess.run([*limits, hermit, "start", f"--config={path}"], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=TIMEOUT)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert f"{path}: cannot be read: Permission denied" in done.stderr
