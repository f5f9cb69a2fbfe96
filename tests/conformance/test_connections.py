"""The ways to a kernel besides tcp on the loopback: ipc, encryption, every digest, every interface."""

import contextlib
import hashlib
import hmac
import json
import signal
import socket
import stat
import subprocess
from pathlib import Path

import pytest
import zmq
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager
from zmq.utils.monitor import recv_monitor_message

from kernels import PORTS, make_ready
from talk import TIMEOUT, run, wait_until
from wire import WireClient


@contextlib.contextmanager
def managed(**options):
    """A kernel under a manager of jupyter_client, and a client of it."""
    manager = KernelManager(kernel_name="hermit-lua", **options)
    manager.start_kernel()
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=TIMEOUT)
        yield manager, client
    finally:
        client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def curve_keys():
    public, secret = zmq.curve_keypair()
    return {"curve_publickey": public.decode(), "curve_secretkey": secret.decode()}


def exercise(client):
    """What uses each of the channels."""
    assert run(client, "x = 20 + 1; print('out'); x").stdout == "out\n"
    client.execute("return io.read()", allow_stdin=True)
    assert client.get_stdin_msg(timeout=TIMEOUT)["msg_type"] == "input_request"
    client.input("typed")
    assert client.get_shell_msg(timeout=TIMEOUT)["content"]["status"] == "ok"
    with client.connect_hb() as heart:
        heart.linger = 0
        heart.rcvtimeo = TIMEOUT * 1000
        heart.send(b"beat")
        assert heart.recv() == b"beat"


def socket_files(folder):
    return sorted(path for path in Path(folder).rglob("*") if stat.S_ISSOCK(path.lstat().st_mode))


# --- encryption


def test_a_manager_that_requires_encryption_gets_it():
    with managed(transport_encryption="required") as (manager, client):
        info = json.loads(Path(manager.connection_file).read_text())
        assert len(info["curve_publickey"]) == len(info["curve_secretkey"]) == 40
        exercise(client)
        manager.interrupt_kernel()
        assert run(client, "1 + 1").result == "2"


def test_a_restart_keeps_the_keys():
    with managed(transport_encryption="required") as (manager, client):
        keys = manager.curve_publickey
        manager.restart_kernel()
        client.wait_for_ready(timeout=TIMEOUT)
        assert manager.curve_publickey == keys
        assert run(client, "x == nil").result == "true"


def test_encryption_where_the_kernel_offers_it_is_what_auto_means():
    with managed(transport_encryption="auto") as (manager, client):
        assert "curve_publickey" in json.loads(Path(manager.connection_file).read_text())
        assert run(client, "1 + 1").result == "2"


FAILED = (
    zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
    | zmq.EVENT_DISCONNECTED
)

STRANGERS = {
    "no keys": {},
    "another server key": {"curve_serverkey": zmq.curve_keypair()[0]},
}


@pytest.mark.parametrize("options", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("channel, kind", [("shell", zmq.DEALER), ("iopub", zmq.SUB), ("hb", zmq.REQ)])
def test_whoever_lacks_the_kernels_public_key_gets_nothing(start_kernel, channel, kind, options):
    kernel = start_kernel(**curve_keys())
    client = kernel.client()
    with zmq.Context() as context, context.socket(kind) as stranger:
        stranger.linger = 0
        if options:
            stranger.curve_publickey, stranger.curve_secretkey = zmq.curve_keypair()
            stranger.curve_serverkey = options["curve_serverkey"]
        if kind == zmq.SUB:
            stranger.subscribe(b"")
        monitor = stranger.get_monitor_socket(FAILED | zmq.EVENT_HANDSHAKE_SUCCEEDED)
        monitor.rcvtimeo = TIMEOUT * 1000
        stranger.connect(f"tcp://127.0.0.1:{kernel.info[channel + '_port']}")
        if kind != zmq.SUB:
            stranger.send(b"anybody there?", zmq.DONTWAIT)
        assert recv_monitor_message(monitor)["event"] & FAILED
        assert run(client, "print('secret')").stdout == "secret\n"
        assert stranger.poll(0) == 0
        stranger.disable_monitor()
    assert kernel.is_alive()


def test_with_the_public_key_alone_messages_still_have_to_be_signed(start_kernel):
    kernel = start_kernel(**curve_keys())
    client = kernel.client()
    with zmq.Context() as context, context.socket(zmq.DEALER) as thief:
        thief.linger = 0
        thief.curve_publickey, thief.curve_secretkey = zmq.curve_keypair()
        thief.curve_serverkey = kernel.info["curve_publickey"].encode()
        thief.connect(f"tcp://127.0.0.1:{kernel.info['shell_port']}")
        wire = {"msg_id": "1", "msg_type": "execute_request", "session": "s"}
        parts = [json.dumps(part).encode() for part in (wire, {}, {}, {"code": "stolen = 1"})]
        thief.send_multipart([b"<IDS|MSG>", b"0" * 64, *parts])
        wait_until(lambda: "dropped" in kernel.log(), "the kernel refuses the message")
        assert run(client, "stolen == nil").result == "true"


def test_what_is_sent_cannot_be_read_on_the_way(start_kernel):
    """A relay between client and kernel sees the bytes."""
    for keys, readable in (({}, True), (curve_keys(), False)):
        kernel = start_kernel(**keys)
        kernel.client()
        seen = bytearray()
        with socket.create_server(("127.0.0.1", 0)) as relay, zmq.Context() as context:
            dealer = context.socket(zmq.DEALER)
            dealer.linger = 0
            if keys:
                dealer.curve_publickey, dealer.curve_secretkey = zmq.curve_keypair()
                dealer.curve_serverkey = keys["curve_publickey"].encode()
            dealer.connect(f"tcp://127.0.0.1:{relay.getsockname()[1]}")
            dealer.send(b"the very secret text of a cell")
            inside, _ = relay.accept()
            outside = socket.create_connection(("127.0.0.1", kernel.info["shell_port"]))
            for end in (inside, outside):
                end.setblocking(False)
            poller = zmq.Poller()
            poller.register(inside.fileno(), zmq.POLLIN)
            poller.register(outside.fileno(), zmq.POLLIN)
            # Until the kernel has got the message, and says so in its log.
            while "dropped" not in kernel.log():
                for fd, _ in poller.poll(1000):
                    source, target = (inside, outside) if fd == inside.fileno() else (outside, inside)
                    data = source.recv(1 << 16)
                    assert data, "the connection has ended"
                    seen += data
                    target.setblocking(True)
                    target.sendall(data)
                    target.setblocking(False)
            inside.close()
            outside.close()
            dealer.close()
        assert (b"very secret" in seen) == readable


def test_the_keys_are_in_no_command_line_environment_or_log(start_kernel):
    kernel = start_kernel("--log-level=debug", **curve_keys())
    client = kernel.client()
    run(client, "error('no')")
    process = Path(f"/proc/{kernel.pid}")
    said = (process / "cmdline").read_text() + (process / "environ").read_text() + kernel.log()
    for name in ("key", "curve_publickey", "curve_secretkey"):
        assert kernel.info[name] not in said


# --- ipc


@pytest.mark.parametrize("encryption", ["disabled", "required"])
def test_a_manager_with_ipc_gets_it(tmp_path, encryption):
    place = tmp_path / "kernel-ipc"
    with managed(transport="ipc", ip=str(place), transport_encryption=encryption) as (manager, client):
        assert len(socket_files(tmp_path)) == 5
        exercise(client)
        manager.restart_kernel()
        client.wait_for_ready(timeout=TIMEOUT)
        assert run(client, "1 + 1").result == "2"
        manager.shutdown_kernel()
        assert socket_files(tmp_path) == []


@pytest.fixture
def written(hermit, tmp_path):
    """Starts kernels that write their connection file themselves; gives the process and the file."""
    processes = []

    def start(*arguments, name="kernel.json"):
        file = tmp_path / name
        process = subprocess.Popen(
            [hermit, "start", "-f", file, "--shell_class=lua", *arguments],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        wait_until(lambda: file.exists() or process.poll() is not None, "a connection file appears")
        assert process.poll() is None, process.stderr.read()
        return process, file

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stderr.close()


@contextlib.contextmanager
def client_of(file):
    client = BlockingKernelClient()
    client.load_connection_file(str(file))
    try:
        make_ready(client)
        yield client
    finally:
        client.stop_channels()


@pytest.mark.parametrize("arguments", [["--transport=ipc"], ["--curve"], ["--transport=ipc", "--curve"]], ids=str)
def test_a_file_that_hermit_writes_is_all_that_a_client_needs(written, arguments):
    process, file = written(*arguments)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with client_of(file) as client:
        exercise(client)
        client.shutdown()
        assert process.wait(timeout=TIMEOUT) == 0
    assert list(file.parent.iterdir()) == []


def test_socket_files_are_their_owners_alone(written):
    _, file = written("--transport=ipc")
    files = socket_files(file.parent)
    assert [path.name for path in files] == [f"kernel-ipc-{number}" for number in range(1, 6)]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_socket_files_are_gone_after_sigterm(written):
    process, file = written("--transport=ipc")
    with client_of(file) as client:
        run(client, "os.execute('cd /')")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=TIMEOUT) == 0
    assert list(file.parent.iterdir()) == []


def test_socket_files_of_a_kernel_that_was_killed_are_taken_over(written):
    process, file = written("--transport=ipc")
    process.kill()
    process.wait()
    assert len(socket_files(file.parent)) == 5
    file.unlink()
    _, file = written("--transport=ipc")
    assert len(socket_files(file.parent)) == 5
    with client_of(file) as client:
        assert run(client, "1 + 1").result == "2"


def test_a_second_kernel_leaves_the_files_of_the_first_alone(written, tmp_path):
    files = [written("--transport=ipc", f"--ip={tmp_path}/shared", name=name)[1] for name in ("1.json", "2.json")]
    infos = [json.loads(file.read_text()) for file in files]
    assert len({info[port] for info in infos for port in PORTS}) == 2 * len(PORTS)
    with client_of(files[0]) as first, client_of(files[1]) as second:
        assert run(first, "x = 1").status == run(second, "x = 2").status == "ok"
        assert run(first, "x").result == "1"


def test_of_two_kernels_that_start_at_once_on_left_files_one_serves(start_kernel, tmp_path):
    ipc = {"transport": "ipc", "ip": f"{tmp_path}/k", **dict(zip(PORTS, range(1, 6)))}
    killed = start_kernel(**ipc)
    killed.client()
    killed.process.kill()
    killed.wait()
    assert len(socket_files(tmp_path)) == 5
    kernels = [start_kernel(**ipc) for _ in range(2)]
    wait_until(lambda: not all(kernel.is_alive() for kernel in kernels), "one gives way")
    (winner,) = [kernel for kernel in kernels if kernel.is_alive()]
    (loser,) = [kernel for kernel in kernels if kernel is not winner]
    assert loser.wait() == 4 and "k-" in loser.log()
    assert run(winner.client(), "1 + 1").result == "2"
    assert len(socket_files(tmp_path)) == 5


def test_an_abstract_name_needs_no_file(start_kernel, tmp_path):
    name = f"@{tmp_path}"
    kernel = start_kernel(transport="ipc", ip=name, **dict(zip(PORTS, range(1, 6))))
    assert run(kernel.client(), "1 + 1").result == "2"
    assert socket_files(tmp_path) == []


# --- digests


def digests():
    """What Python's hashlib can make an HMAC of."""
    for name in sorted(hashlib.algorithms_available):
        with contextlib.suppress(ValueError, TypeError):
            hmac.new(b"key", b"text", name)
            yield name


@pytest.mark.parametrize("digest", list(digests()))
def test_every_digest_that_python_knows_too_will_do(start_kernel, digest):
    kernel = start_kernel(signature_scheme=f"hmac-{digest}")
    with WireClient(kernel.info) as client:
        client.request("shell", "kernel_info_request")
        # Signed with the same digest, or it would not be taken for a message.
        assert client.receive("shell").content["status"] == "ok"


# --- addresses


def reachable(ip, info):
    """Whether a heartbeat comes back from there."""
    with zmq.Context() as context, context.socket(zmq.REQ) as heart:
        heart.linger = 0
        heart.rcvtimeo = TIMEOUT * 1000
        heart.ipv6 = ":" in ip
        heart.connect(f"tcp://{ip}:{info['hb_port']}")
        heart.send(b"beat")
        return heart.recv() == b"beat"


@pytest.mark.parametrize("ip", ["*", "0.0.0.0"])
def test_on_every_interface_the_file_names_one_that_clients_can_connect_to(written, ip):
    _, file = written(f"--ip={ip}")
    info = json.loads(file.read_text())
    assert info["ip"] == "127.0.0.1"
    assert reachable("127.0.0.2", info)
    with client_of(file) as client:
        assert run(client, "1 + 1").result == "2"


def has_ipv6():
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_every_address_of_ipv6_means_those_of_ipv4_too(written):
    _, file = written("--ip=::")
    info = json.loads(file.read_text())
    assert info["ip"] == "127.0.0.1"
    assert reachable("[::1]", info) and reachable("127.0.0.1", info)
    with client_of(file) as client:
        assert run(client, "1 + 1").result == "2"


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_an_address_of_ipv6_is_written_as_zeromq_wants_it(written):
    _, file = written("--ip=::1")
    info = json.loads(file.read_text())
    assert info["ip"] == "[::1]"
    assert reachable(info["ip"], info)


def test_the_name_of_a_host_is_looked_up(written, start_kernel):
    _, file = written("--ip=localhost")
    assert json.loads(file.read_text())["ip"] == "127.0.0.1"
    with client_of(file) as client:
        assert run(client, "1 + 1").result == "2"
    # And in a connection file, where jupyter_client may have written it.
    with client_of(start_kernel(ip="localhost").file) as client:
        assert run(client, "1 + 1").result == "2"


def test_a_name_that_nobody_knows_says_what_would_be_right(hermit, tmp_path):
    done = subprocess.run(
        [hermit, "start", "--ip=no-such-host.invalid", "-f", tmp_path / "kernel.json"], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=TIMEOUT,
    )
    assert done.returncode == 4
    assert "no-such-host.invalid" in done.stderr and "no address or interface of this machine, and no host" in done.stderr


def test_the_name_of_an_interface_becomes_its_address(written):
    _, file = written("--ip=lo")
    assert json.loads(file.read_text())["ip"] == "127.0.0.1"
    with client_of(file) as client:
        assert run(client, "1 + 1").result == "2"
