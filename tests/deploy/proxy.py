"""Debian's Caddy in front of a server, with the Caddyfile that is handed out."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import uvicorn

CADDY = shutil.which("caddy")
CADDYFILE = Path(__file__).resolve().parents[2] / "deploy" / "Caddyfile"
READY_S = 60
SEVERAL = """
		lb_policy least_conn
		lb_try_duration 10s
		lb_try_interval 100ms
		fail_duration 2s
"""
"""What docs/deploy.md says to add to `reverse_proxy` before several servers."""


class Fronted:
    """What stands at the public address."""

    def __init__(self, tls: int, plain: int, authority: Path) -> None:
        self.origin, self.plain = f"https://localhost:{tls}", f"http://localhost:{plain}"
        self.port = tls
        self.trust = ssl.create_default_context(cafile=str(authority))

    def client(self, address: str | None = None) -> httpx.AsyncClient:
        """A client of the public address, from an address of its own when one is given."""
        transport = httpx.AsyncHTTPTransport(verify=self.trust, local_address=address)
        return httpx.AsyncClient(base_url=self.origin, transport=transport, timeout=20)


@contextlib.asynccontextmanager
async def caddy(upstream: int | Sequence[int], folder: Path) -> AsyncIterator[Fronted]:
    """Caddy before 127.0.0.1:``upstream``; only names and ports differ from the file as it is.

    Before several servers it has the lines that docs/deploy.md adds for them.
    """
    assert CADDY is not None
    upstreams = [upstream] if isinstance(upstream, int) else list(upstream)
    several = SEVERAL if len(upstreams) > 1 else ""
    tls, plain = free_port(), free_port()
    text = CADDYFILE.read_text()
    for as_it_is, here in (
        ("gate.example.com {", "localhost {"),
        ("127.0.0.1:8000 {", " ".join(f"127.0.0.1:{port}" for port in upstreams) + " {" + several),
        (
            "{\n\tservers {",
            f"{{\n\tadmin off\n\tskip_install_trust\n\thttp_port {plain}\n\thttps_port {tls}\n\tservers {{",
        ),
    ):
        assert text.count(as_it_is) == 1, f"the Caddyfile has changed: {as_it_is!r}"
        text = text.replace(as_it_is, here)
    (folder / "Caddyfile").write_text(text)
    home = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "caddy.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *[CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"],
            env=home,
            stdout=log,
            stderr=log,
        )
    authority = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    try:
        until = time.monotonic() + READY_S
        while not (authority.exists() and await asyncio.to_thread(answers, tls, authority)):
            said = (folder / "caddy.log").read_text()
            assert process.returncode is None, said
            assert time.monotonic() < until, said
            await asyncio.sleep(0.05)
        yield Fronted(tls, plain, authority)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def upstream(app: Any, **options: Any) -> AsyncIterator[int]:  # the port
    """An ASGI application behind uvicorn."""
    server = uvicorn.Server(uvicorn.Config(app, **{"log_level": "critical", "access_log": False, **options, "port": 0}))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
        assert not running.done(), running
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, authority: Path) -> bool:
    """Whether the certificate is there; the port is open a moment before."""
    trust = ssl.create_default_context(cafile=str(authority))
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
            trust.wrap_socket(raw, server_hostname="localhost").close()
    except OSError:
        return False
    return True
