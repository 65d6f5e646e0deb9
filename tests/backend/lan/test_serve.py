"""``gatehouse serve --lan`` as a process: three listeners over one database, taken and given back together."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
import websockets.sync.client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from gatehouse.web.static import built_page

READY_S = 60
PORTS = "GATEHOUSE_PORT", "GATEHOUSE_LAN_PORT", "GATEHOUSE_INSTALL_PORT"
pytestmark = pytest.mark.skipif(built_page() is None, reason="the install page is not built: make build")
# The machine may have a proxy set for the internet; these requests stay on it.
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_ports(number: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Lan:
    """The command in a folder of its own, given the address 127.0.0.1 so that no network is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plain, self.tls, self.install = ports = free_ports(3)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
        own = {"GATEHOUSE_DATA": str(folder / "data"), "GATEHOUSE_LAN_ADDRESS": "127.0.0.1"}
        self.environment = clean | own | dict(zip(PORTS, map(str, ports), strict=True))

    def start(self, **changes: str) -> subprocess.Popen[str]:
        command = [str(Path(sys.executable).with_name("gatehouse")), "serve", "--lan"]
        return subprocess.Popen(
            command, env=self.environment | changes, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def get(self, address: str, trust: ssl.SSLContext | None = None) -> bytes:
        opener = direct if trust is None else urllib.request.build_opener(urllib.request.HTTPSHandler(context=trust))
        with opener.open(address, timeout=10) as answer:
            return bytes(answer.read())

    def await_ready(self, process: subprocess.Popen[str]) -> None:
        until = time.monotonic() + READY_S
        while True:
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < until, "the server does not answer"
            try:
                self.get(f"http://127.0.0.1:{self.plain}/api/health")
            except URLError:
                time.sleep(0.05)
            else:
                return


@pytest.fixture
def lan(tmp_path: Path) -> Lan:
    return Lan(tmp_path)


@pytest.fixture
def running(lan: Lan) -> Iterator[subprocess.Popen[str]]:
    process = lan.start()
    try:
        lan.await_ready(process)
        yield process
    finally:
        process.kill()
        process.communicate()


def trust_of(lan: Lan) -> ssl.SSLContext:
    """As a phone that went through the install page."""
    return ssl.create_default_context(cadata=lan.get(f"http://127.0.0.1:{lan.install}/gatehouse-ca.crt"))


def test_one_database_behind_three_listeners(lan: Lan, running: subprocess.Popen[str]) -> None:
    trust = trust_of(lan)
    facts = json.loads(lan.get(f"http://127.0.0.1:{lan.install}/api/install"))
    assert facts["app"] == f"https://127.0.0.1:{lan.tls}"
    for origin in (f"http://127.0.0.1:{lan.plain}", facts["app"]):
        here = None if origin.startswith("http:") else trust
        assert json.loads(lan.get(f"{origin}/api/health", here)) == {"ok": True}
        assert json.loads(lan.get(f"{origin}/api/install", here)) == facts
        assert b'<div id="app">' in lan.get(f"{origin}/", here)
    with pytest.raises(URLError, match="404"):
        lan.get(f"http://127.0.0.1:{lan.install}/api/health")
    # Whoever did not go through the page is shown a certificate it refuses.
    with pytest.raises(URLError, match="CERTIFICATE_VERIFY_FAILED"):
        lan.get(facts["app"], ssl.create_default_context())


def test_the_socket_goes_by_the_origin_of_the_network(lan: Lan, running: subprocess.Popen[str]) -> None:
    def closed_with(origin: str) -> Any:
        address = f"wss://127.0.0.1:{lan.tls}/api/sync/live"
        with websockets.sync.client.connect(address, ssl=trust_of(lan), origin=Origin(origin), proxy=None) as live:
            live.send("{}")
            with pytest.raises(ConnectionClosed) as closed:
                live.recv(timeout=10)
        return closed.value.rcvd

    # Let in, and then told that this is no greeting.
    assert closed_with(f"https://127.0.0.1:{lan.tls}").code == 1007
    with pytest.raises(InvalidStatus, match="403"):
        closed_with("https://evil.example")
    with pytest.raises(InvalidStatus, match="403"):
        closed_with(f"https://127.0.0.1:{lan.plain}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_three_and_the_next_start_takes_them_again(
    lan: Lan, running: subprocess.Popen[str], number: signal.Signals
) -> None:
    origin = f"https://127.0.0.1:{lan.tls}"
    address = f"wss://127.0.0.1:{lan.tls}/api/sync/live"
    with websockets.sync.client.connect(address, ssl=trust_of(lan), origin=Origin(origin), proxy=None) as live:
        running.send_signal(number)
        with pytest.raises(ConnectionClosed) as closed:
            live.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    said, _ = running.communicate(timeout=20)
    assert "Traceback" not in said
    before = fingerprint(said)
    again = lan.start()
    try:
        lan.await_ready(again)
        assert hashlib.sha256(lan.get(f"http://127.0.0.1:{lan.install}/gatehouse-ca.crt")).hexdigest() == before
    finally:
        again.send_signal(number)
        assert fingerprint(again.communicate(timeout=20)[0]) == before


def fingerprint(said: str) -> str:
    """The one printed at the start, as plain hexadecimal."""
    return "".join(re.findall(r"^  ((?:[0-9A-F]{2}:){7}[0-9A-F]{2})$", said, re.MULTILINE)).replace(":", "").lower()


@pytest.mark.parametrize("setting", PORTS)
def test_a_port_that_is_taken_stops_the_start_before_the_database_is_touched(lan: Lan, setting: str) -> None:
    with socket.create_server(("0.0.0.0", int(lan.environment[setting]))):
        process = lan.start()
        said, _ = process.communicate(timeout=READY_S)
    assert process.returncode == 1
    assert f"or set {setting}." in said
    assert "Traceback" not in said
    assert not (lan.folder / "data").exists()


def test_a_damaged_authority_stops_the_start_with_a_sentence(lan: Lan) -> None:
    (lan.folder / "data" / "lan").mkdir(parents=True)
    (lan.folder / "data" / "lan" / "authority.pem").write_text("")
    process = lan.start()
    said, _ = process.communicate(timeout=READY_S)
    assert process.returncode == 1
    assert "cannot be read as a certificate" in said
    assert "Traceback" not in said


def test_several_processes_cannot_renew_one_certificate(lan: Lan) -> None:
    process = lan.start(GATEHOUSE_WORKERS="2", GATEHOUSE_DATABASE_URL="postgresql://nobody@localhost/none")
    said, _ = process.communicate(timeout=READY_S)
    assert process.returncode == 2
    assert said.strip() == "GATEHOUSE_WORKERS must be 1 with --lan: the certificate is renewed in one process."
