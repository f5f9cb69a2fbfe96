"""Wrong input on the command line, in the connection file and in shell libraries: each is met with one
clear line on stderr and a documented exit code, and never with a kernel that nobody can reach.
"""

import json
import os
import socket
import subprocess

import pytest
import zmq

from kernels import PORTS, connection_info
from talk import TIMEOUT, run

FAILED, USAGE, CONNECTION_FILE, PORTS_TAKEN, NO_SHELL, BAD_SHELL, SHELL_START = range(1, 8)


@pytest.fixture
def refused(hermit):
    """Runs hermit with arguments that it has to refuse; gives the one line that it says."""

    def run(exit_code, *arguments, limits=()):
        done = subprocess.run(
            [*limits, hermit, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
        assert done.returncode == exit_code, done.stderr
        assert done.stdout == ""
        assert done.stderr.endswith("\n")
        line = done.stderr.rstrip("\n")
        assert line and "\n" not in line, f"more than one line: {done.stderr!r}"
        assert len(line) < 1000
        return line

    return run


@pytest.fixture
def connection_file(tmp_path):
    """Writes a connection file: good but for the changes, or the bytes given."""

    def write(content=None, **changes):
        path = tmp_path / "connection.json"
        if content is None:
            content = json.dumps(connection_info(**changes)).encode()
        path.write_bytes(content)
        return path

    return write


def start(path, shell="lua"):
    return "start", "-f", path, f"--shell_class={shell}"


# --- the command line


@pytest.mark.parametrize(
    "arguments, named",
    [
        (["--no-such-option"], "no-such-option"),
        (["no_such_verb"], "no_such_verb"),
        (["start", "--no_such_option=5"], "no_such_option"),
        (["start", "--shell_clas=lua"], "shell_class"),
        (["start", "stray"], "stray"),
        (["start", "--shell_class"], "shell_class"),
        (["start", "-f"], "connection_file"),
        (["start", "--LuaShell.no_such_setting=1", "--shell_class=lua"], "LuaShell.no_such_setting"),
        (["install"], "SHELL"),
        (["install", "lua", "--no-such-option"], "no-such-option"),
        (["install", "lua", "--user", "--prefix", "/nonexistent"], "prefix"),
        (["install", "lua", "--user", "--name", "a b/c"], "name"),
        (["uninstall"], "shell"),
        (["list", "stray"], "stray"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_argument_is_named(refused, arguments, named):
    assert named.lower() in refused(USAGE, *arguments).lower()


def test_a_setting_of_the_wrong_type_is_named_with_its_type(refused, connection_file, test_shells):
    line = refused(
        USAGE, *start(connection_file(), test_shells / "libhermit-echo.so"), "--EchoShell.number=many"
    )
    assert "EchoShell.number" in line and "many" in line and "whole number" in line


def test_a_setting_that_is_planned_but_not_built_is_refused(refused, connection_file):
    assert "--host (on the command line) is not available yet" in refused(USAGE, *start(connection_file()), "--host=qt")


def test_no_arguments_at_all_show_how_to_use_it(hermit):
    done = subprocess.run([hermit], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == USAGE
    assert "start" in done.stdout + done.stderr and "install" in done.stdout + done.stderr


# --- the connection file


def test_a_missing_connection_file_is_named(refused, tmp_path):
    path = tmp_path / "missing" / "file.json"
    assert str(path) in refused(CONNECTION_FILE, *start(path))


GARBLED = {
    "empty": b"",
    "binary": bytes(range(256)),
    "cut off": b'{"shell_port": 5000, "iopub_',
    "array": b"[]",
    "number": b"5",
    "text": b'"text"',
    "nested": b"[" * 100_000,
    "two objects": b"{}{}",
    "invalid utf-8": b'{"key": "\xff"}',
}


@pytest.mark.parametrize("content", GARBLED.values(), ids=GARBLED.keys())
def test_a_garbled_connection_file_is_named(refused, connection_file, content):
    path = connection_file(content)
    assert str(path) in refused(CONNECTION_FILE, *start(path))


def test_a_connection_file_that_is_a_folder_or_a_device_is_refused(refused, tmp_path):
    for path in (tmp_path, "/dev/null", "/dev/zero"):
        assert str(path) in refused(CONNECTION_FILE, *start(path))


def test_a_connection_file_without_end_is_refused(refused, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert str(path) in refused(CONNECTION_FILE, *start(path))


def test_an_unreadable_connection_file_is_named(refused, connection_file):
    path = connection_file()
    path.chmod(0)
    # Root may read everything; so, as root, the program runs without that right.
    limits = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.getuid() == 0 else ()
    assert str(path) in refused(CONNECTION_FILE, *start(path), limits=limits)


@pytest.mark.parametrize("missing", [*PORTS, "key"])
def test_a_missing_field_is_named(refused, connection_file, missing):
    path = connection_file(**{missing: None})
    line = refused(CONNECTION_FILE, *start(path))
    assert str(path) in line and missing in line


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize(
    "value", [65536, 70000, -1, 2**32 + 5000, 2**64, 10**30, "5000", 5000.5, [5000], True, {}], ids=str
)
def test_a_port_that_is_none_is_named(refused, connection_file, port, value):
    path = connection_file(**{port: value})
    line = refused(CONNECTION_FILE, *start(path))
    assert str(path) in line and port in line and "65535" in line


def test_a_port_that_is_null_is_named(refused, tmp_path):
    path = tmp_path / "connection.json"
    path.write_text(json.dumps({**connection_info(), "hb_port": None}))
    assert "hb_port" in refused(CONNECTION_FILE, *start(path))


def test_two_equal_ports_are_named(refused, connection_file):
    info = connection_info()
    line = refused(CONNECTION_FILE, *start(connection_file(**{**info, "control_port": info["shell_port"]})))
    assert "shell_port" in line and "control_port" in line and str(info["shell_port"]) in line


@pytest.mark.parametrize(
    "field, value",
    [
        ("signature_scheme", "hmac-nonsense"),
        ("signature_scheme", "sha256"),
        ("signature_scheme", 5),
        ("transport", "carrier-pigeon"),
        ("transport", 5),
        ("ip", 5),
        ("key", 5),
        ("key", ["secret-text"]),
        ("curve_publickey", "x" * 40),
    ],
)
def test_a_wrong_value_is_named_with_its_field(refused, connection_file, field, value):
    line = refused(CONNECTION_FILE, *start(connection_file(**{field: value})))
    assert field in line


def test_a_key_is_never_shown(refused, connection_file):
    path = connection_file(key=["the-secret"])
    assert "the-secret" not in refused(CONNECTION_FILE, *start(path))


def test_a_very_long_wrong_value_still_makes_a_short_line(refused, connection_file):
    refused(CONNECTION_FILE, *start(connection_file(hb_port="9" * 100_000)))


# --- ports


@pytest.mark.parametrize("port", PORTS)
def test_a_taken_port_is_named(refused, connection_file, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert str(number) in refused(PORTS_TAKEN, *start(connection_file(**{port: number})))


# The second is from the block that is reserved for documentation.
@pytest.mark.parametrize("ip", ["not an address", "192.0.2.1", "::1::", "127.0.0.1:80"])
def test_an_address_that_is_not_ours_is_named(refused, connection_file, ip):
    assert ip in refused(PORTS_TAKEN, *start(connection_file(ip=ip)))


def test_a_second_kernel_on_the_same_file_is_refused(refused, kernel):
    kernel.client()
    refused(PORTS_TAKEN, *start(kernel.file))
    assert kernel.is_alive()


# --- encryption

PUBLIC_KEY, SECRET_KEY = (key.decode() for key in zmq.curve_keypair())
PAIR = {"curve_publickey": PUBLIC_KEY, "curve_secretkey": SECRET_KEY}


@pytest.mark.parametrize("name", PAIR)
def test_half_a_pair_of_keys_is_refused(refused, connection_file, name):
    line = refused(CONNECTION_FILE, *start(connection_file(**{name: PAIR[name]})))
    assert all(key in line for key in PAIR) and "missing" in line


@pytest.mark.parametrize("name", PAIR)
@pytest.mark.parametrize(
    "value",
    ["", SECRET_KEY[1:], SECRET_KEY + "0", "x" * 100_000, SECRET_KEY[1:] + " ", SECRET_KEY[1:] + "\0", "ä" * 20,
     "#" * 40, 5, [SECRET_KEY], {}],
    ids=lambda value: f"{type(value).__name__}-{len(str(value))}",
)
def test_a_malformed_key_is_named_and_not_shown(refused, connection_file, name, value):
    path = connection_file(**{**PAIR, name: value})
    line = refused(CONNECTION_FILE, *start(path))
    assert str(path) in line and "curve_" in line
    assert SECRET_KEY[1:] not in line and PUBLIC_KEY not in line


def test_keys_of_two_pairs_are_refused(refused, connection_file):
    other = zmq.curve_keypair()[0].decode()
    line = refused(CONNECTION_FILE, *start(connection_file(**{**PAIR, "curve_publickey": other})))
    assert "curve_publickey" in line and other not in line


# --- ipc


def ipc(folder, **changes):
    return {"transport": "ipc", "ip": f"{folder}/k", **dict(zip(PORTS, range(1, 6))), **changes}


def test_a_path_that_no_socket_can_have_is_refused(refused, connection_file, tmp_path):
    for length in (108, 5000):
        ip = f"{tmp_path}/".ljust(length - 2, "x")
        line = refused(PORTS_TAKEN, *start(connection_file(**ipc(tmp_path, ip=ip))))
        assert str(tmp_path) in line and "107" in line and str(length) in line


def test_a_missing_folder_for_sockets_is_named(refused, connection_file, tmp_path):
    assert "nowhere/k-1" in refused(PORTS_TAKEN, *start(connection_file(**ipc(tmp_path / "nowhere"))))


def test_a_file_in_the_way_of_a_socket_is_named_and_stays(refused, connection_file, tmp_path):
    (tmp_path / "k-3").write_text("precious")
    assert f"{tmp_path}/k-3" in refused(PORTS_TAKEN, *start(connection_file(**ipc(tmp_path))))
    assert (tmp_path / "k-3").read_text() == "precious"
    assert [path.name for path in sorted(tmp_path.glob("k-*"))] == ["k-3"]


def test_the_socket_of_a_living_kernel_is_named_and_stays(refused, start_kernel, connection_file, tmp_path):
    kernel = start_kernel(**ipc(tmp_path))
    client = kernel.client()
    assert f"{tmp_path}/k-1" in refused(PORTS_TAKEN, *start(connection_file(**ipc(tmp_path))))
    assert run(client, "1 + 1").result == "2"
    assert len(list(tmp_path.glob("k-*"))) == 5


def test_a_folder_for_sockets_that_may_not_be_written_is_named(refused, connection_file, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    limits = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.getuid() == 0 else ()
    assert str(folder) in refused(PORTS_TAKEN, *start(connection_file(**ipc(folder))), limits=limits)


@pytest.mark.parametrize("ip", [None, "", "*", 5])
def test_ipc_needs_a_path(refused, connection_file, tmp_path, ip):
    assert "ip " in refused(CONNECTION_FILE, *start(connection_file(**ipc(tmp_path, ip=ip))))


# --- registration


@pytest.mark.parametrize("port", [0, -1, 65536, 2**64, 5000.5, "0", "65536", "5000 ", "many", True, [5000], {}], ids=str)
def test_a_registration_port_that_is_none_is_named(refused, connection_file, port):
    path = connection_file(registration_port=port, **dict.fromkeys(PORTS))
    line = refused(CONNECTION_FILE, *start(path))
    assert str(path) in line and "registration_port" in line and "65535" in line


@pytest.mark.parametrize("field", ["registration_ip", "kernel_id", "key", "transport"])
def test_a_field_of_a_registration_file_has_its_type(refused, connection_file, field):
    path = connection_file(**{"registration_port": 5000, **dict.fromkeys(PORTS), field: 5})
    assert field in refused(CONNECTION_FILE, *start(path))


# --- the shell


def test_an_unknown_shell_is_named_with_those_there_are(refused, connection_file):
    line = refused(NO_SHELL, *start(connection_file(), "luq"))
    assert "luq" in line and "lua" in line


@pytest.mark.parametrize("shell", ["/nonexistent/libhermit-x.so", "./x.so", "x.so", "../lua", "/", "lua/"])
def test_a_path_without_a_shell_is_named(refused, connection_file, shell):
    assert shell in refused(NO_SHELL, *start(connection_file(), shell))


def test_installing_an_unknown_shell_is_refused(refused):
    assert "no_such_shell" in refused(NO_SHELL, "install", "no_such_shell", "--user")


def test_a_file_that_is_no_library_is_refused(refused, connection_file, tmp_path):
    library = tmp_path / "libhermit-text.so"
    for content in (b"", b"just text\n", b"\x7fELF" + bytes(100), os.urandom(5000)):
        library.write_bytes(content)
        assert str(library) in refused(BAD_SHELL, *start(connection_file(), library))


def test_a_library_that_is_no_shell_is_refused(refused, connection_file):
    # Any library of the system's will do; this one is a dependency of the program.
    with open("/proc/self/maps", encoding="utf-8") as maps:
        libc = next(line.split()[-1] for line in maps if "libc.so" in line)
    line = refused(BAD_SHELL, *start(connection_file(), libc))
    assert libc in line and "hermit_shell_entry" in line


def test_a_shell_that_refuses_to_start_is_refused_with_its_reason(refused, connection_file, test_shells):
    line = refused(
        SHELL_START,
        *start(connection_file(), test_shells / "libhermit-echo.so"),
        "--EchoShell.start_error=no crab at home",
    )
    assert "no crab at home" in line
