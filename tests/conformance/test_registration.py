"""The handshake of JEP 66: the kernel chooses its ports and reports them to the launcher's registration socket."""

import contextlib
import json
import signal
import stat
import time
import uuid

import pytest
import zmq
from jupyter_client.blocking import BlockingKernelClient

from kernels import PORTS, free_ports, make_ready
from talk import TIMEOUT, run, wait_until
from wire import DELIMITER, sign

FAILED = 1


class Launcher:
    """A registration socket, and what to write into the files for it."""

    def __init__(self, transport="tcp", ip="127.0.0.1", key=None):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.rcvtimeo = TIMEOUT * 1000
        if transport == "tcp":
            self.port = self.socket.bind_to_random_port(f"tcp://{ip}")
        else:
            self.port = 9
            self.socket.bind(f"{transport}://{ip}-{self.port}")
        self.info = {
            "transport": transport,
            "ip": ip,
            "key": uuid.uuid4().hex if key is None else key,
            "signature_scheme": "hmac-sha256",
            "kernel_id": uuid.uuid4().hex,
            "registration_ip": ip,
            "registration_port": self.port,
            # No connection file, then: none of its ports.
            **dict.fromkeys(PORTS),
            "kernel_name": None,
        }

    def receive(self):
        """The next report: the route back to the kernel, and its content."""
        *route, delimiter, signature, content = self.socket.recv_multipart()
        assert delimiter == DELIMITER
        assert signature == sign(self.info["key"], [content])
        return route, json.loads(content)

    def answer(self, route, content=b"ACK", signature=None):
        signature = sign(self.info["key"], [content]) if signature is None else signature
        self.socket.send_multipart([*route, DELIMITER, signature, content])

    def accept(self):
        """Takes a registration; gives what a client needs."""
        route, report = self.receive()
        self.answer(route)
        ports = {port: int(report[port]) for port in PORTS}
        common = {name: self.info[name] for name in ("transport", "ip", "key", "signature_scheme")}
        return {**common, **ports}

    def close(self):
        self.context.destroy(linger=0)


@pytest.fixture
def launch():
    """Makes launchers; closes them after the test."""
    with contextlib.ExitStack() as stack:

        def make(*arguments, **options):
            launcher = Launcher(*arguments, **options)
            stack.callback(launcher.close)
            return launcher

        yield make


@contextlib.contextmanager
def client_of(info):
    client = BlockingKernelClient()
    client.load_connection_info(info)
    try:
        make_ready(client)
        yield client
    finally:
        client.stop_channels()


def test_a_kernel_reports_its_ports_and_serves_there(launch, start_kernel):
    launcher = launch()
    kernel = start_kernel(**launcher.info)
    route, report = launcher.receive()
    assert report["kernel_id"] == launcher.info["kernel_id"]
    ports = [report[port] for port in PORTS]
    assert len(set(ports)) == 5 and all(isinstance(port, int) and 0 < port < 65536 for port in ports)
    launcher.answer(route)
    with client_of({**{port: report[port] for port in PORTS}, "ip": "127.0.0.1", "transport": "tcp",
                    "key": launcher.info["key"], "signature_scheme": "hmac-sha256"}) as client:
        assert run(client, "1 + 1").result == "2"
        client.shutdown()
        assert kernel.wait() == 0
    # It belongs to the launcher, which starts the kernel anew with it.
    assert json.loads(kernel.file.read_text()) == kernel.info


def test_a_launcher_that_writes_its_port_as_text_gets_the_kernels_as_text(launch, start_kernel):
    launcher = launch()
    start_kernel(**{**launcher.info, "registration_port": str(launcher.port)})
    route, report = launcher.receive()
    assert all(report[port].isdigit() for port in PORTS)
    launcher.answer(route)


def test_only_the_port_and_the_key_are_needed(launch, start_kernel):
    launcher = launch()
    kernel = start_kernel(**{**launcher.info, "registration_ip": None, "kernel_id": None, "ip": None,
                             "transport": None, "signature_scheme": None})
    with client_of(launcher.accept()) as client:
        assert run(client, "1 + 1").result == "2"
    assert kernel.is_alive()


def test_other_clients_find_the_kernel_by_a_file_of_its_own(launch, start_kernel, jupyter_home):
    runtime = jupyter_home / "runtime"
    before = set(runtime.iterdir())
    launcher = launch()
    kernel = start_kernel(**launcher.info)
    launcher.accept()
    (file,) = set(runtime.iterdir()) - before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with client_of(json.loads(file.read_text())) as client:
        assert run(client, "1 + 1").result == "2"
        client.shutdown()
        assert kernel.wait() == 0
    assert not file.exists()


def test_a_kernel_is_started_anew_with_the_same_file(launch, start_kernel):
    launcher = launch()
    for _ in range(2):
        kernel = start_kernel(**launcher.info)
        with client_of(launcher.accept()) as client:
            assert run(client, "x == nil").result == "true"
            run(client, "x = 1")
            client.shutdown()
            assert kernel.wait() == 0


def test_many_kernels_register_at_one_socket(launch, start_kernel):
    launcher = launch()
    names = {f"kernel {number}" for number in range(5)}
    for name in names:
        start_kernel(**{**launcher.info, "kernel_id": name})
    reports = [launcher.receive() for _ in names]
    assert {report["kernel_id"] for _, report in reports} == names
    assert len({report[port] for _, report in reports for port in PORTS}) == 25
    for route, _ in reports:
        launcher.answer(route)


def test_a_kernel_waits_for_a_launcher_that_listens_later(launch, start_kernel):
    (port,) = free_ports(1)
    launcher = launch()
    kernel = start_kernel(**{**launcher.info, "registration_port": port})
    launcher.socket.bind(f"tcp://127.0.0.1:{port}")
    with client_of(launcher.accept()) as client:
        assert run(client, "1 + 1").result == "2"
    assert kernel.is_alive()


def test_registration_works_over_ipc(launch, start_kernel, tmp_path):
    launcher = launch("ipc", str(tmp_path / "k"))
    kernel = start_kernel(**launcher.info)
    with client_of(launcher.accept()) as client:
        assert run(client, "1 + 1").result == "2"
        client.shutdown()
        assert kernel.wait() == 0


def test_a_registered_kernel_may_be_encrypted(launch, start_kernel):
    public, secret = zmq.curve_keypair()
    launcher = launch()
    start_kernel(**launcher.info, curve_publickey=public.decode(), curve_secretkey=secret.decode())
    info = launcher.accept()
    with client_of({**info, "curve_publickey": public.decode(), "curve_secretkey": secret.decode()}) as client:
        assert run(client, "1 + 1").result == "2"


def test_without_a_key_nothing_is_signed(launch, start_kernel):
    launcher = launch(key="")
    start_kernel(**launcher.info)
    with client_of(launcher.accept()) as client:
        assert run(client, "1 + 1").result == "2"


# --- launchers that do not do their part


def expect_refusal(kernel, said):
    """The kernel ends, with one line that says why and has the address in it."""
    assert kernel.wait() == FAILED
    (line,) = kernel.log().splitlines()
    assert said in line and f"tcp://127.0.0.1:{kernel.info['registration_port']}" in line
    assert kernel.info["key"] not in line


def test_a_launcher_that_never_answers_has_its_limit(launch, start_kernel, jupyter_home):
    before = set((jupyter_home / "runtime").iterdir())
    launcher = launch()
    kernel = start_kernel("--registration_timeout=0.5", **launcher.info)
    _, report = launcher.receive()
    expect_refusal(kernel, "0.5 seconds")
    assert set((jupyter_home / "runtime").iterdir()) == before
    with contextlib.suppress(OSError), zmq.Context() as context, context.socket(zmq.ROUTER) as socket:
        socket.bind(f"tcp://127.0.0.1:{report['shell_port']}")


def test_nobody_at_the_registration_port_has_the_same_limit(launch, start_kernel):
    (port,) = free_ports(1)
    kernel = start_kernel("--registration_timeout=0.5", **{**launch().info, "registration_port": port})
    expect_refusal(kernel, "0.5 seconds")


RUBBISH = {
    "a wrong signature": [DELIMITER, b"0" * 64, b"ACK"],
    "no signature": [DELIMITER, b"", b"ACK"],
    "nothing signed": [DELIMITER, b"ACK"],
    "no delimiter": [b"ACK"],
    "one empty frame": [b""],
    "many frames": [b"x"] * 1000,
    "bytes": [bytes(range(256))],
}


@pytest.mark.parametrize("frames", RUBBISH.values(), ids=RUBBISH)
def test_an_answer_that_is_no_acknowledgement_ends_the_kernel(launch, start_kernel, frames):
    launcher = launch()
    kernel = start_kernel(**launcher.info)
    route, _ = launcher.receive()
    launcher.socket.send_multipart([*route, *frames])
    expect_refusal(kernel, "answered with")


@pytest.mark.parametrize("content", [b"NAK", b"", b"ack", b"{}"])
def test_a_signed_answer_has_to_be_the_acknowledgement(launch, start_kernel, content):
    launcher = launch()
    kernel = start_kernel(**launcher.info)
    route, _ = launcher.receive()
    launcher.answer(route, content)
    expect_refusal(kernel, "no acknowledgement")


def test_the_acknowledgement_of_another_key_is_none(launch, start_kernel):
    launcher = launch()
    kernel = start_kernel(**launcher.info)
    route, _ = launcher.receive()
    launcher.answer(route, signature=sign("another key", [b"ACK"]))
    expect_refusal(kernel, "wrong signature")


def test_identities_before_the_acknowledgement_are_passed_over(launch, start_kernel):
    launcher = launch()
    kernel = start_kernel(**launcher.info)
    route, report = launcher.receive()
    launcher.answer([*route, b"", b"routed"])
    with client_of({**launcher.info, **{port: report[port] for port in PORTS}}) as client:
        assert run(client, "1 + 1").result == "2"
    assert kernel.is_alive()


def test_sigterm_ends_the_wait(launch, start_kernel):
    launcher = launch("tcp")
    kernel = start_kernel("--registration_timeout=100000", **launcher.info)
    launcher.receive()
    began = time.monotonic()
    kernel.process.send_signal(signal.SIGTERM)
    expect_refusal(kernel, "told to end")
    assert time.monotonic() - began < TIMEOUT


def test_an_address_that_is_none_is_named(launch, start_kernel):
    kernel = start_kernel(**{**launch().info, "registration_ip": "not an address"})
    assert kernel.wait() == FAILED
    assert "not an address" in kernel.log()


def test_ports_given_besides_are_refused(launch, start_kernel):
    kernel = start_kernel(**{**launch().info, "hb_port": 5000})
    assert kernel.wait() == 3
    assert "hb_port" in kernel.log() and "registration_port" in kernel.log()


def test_a_kernel_that_ends_while_it_waits_leaves_no_socket_files(launch, start_kernel, tmp_path):
    launcher = launch("ipc", str(tmp_path / "k"))
    kernel = start_kernel(**launcher.info)
    launcher.receive()
    files = [path for path in tmp_path.glob("k-*") if path.name != f"k-{launcher.port}"]
    assert len(files) == 5
    kernel.process.send_signal(signal.SIGTERM)
    kernel.wait()
    wait_until(lambda: not any(path.exists() for path in files), "the socket files are gone")
