"""Several real ``gatehouse serve`` processes on one PostgreSQL, with one data folder and an estate to serve."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
from cryptography.hazmat.primitives import serialization
from tests.bench.serving import free_port, wait_for
from tests.estate import Clock, Estate

from gatehouse.app import KEY_FILE

GRACE_S = 20.0
COMMAND = [sys.executable, "-m", "gatehouse.cli", "serve"]


class WallClock(Clock):
    """This machine's time, since the servers are processes of their own."""

    def __init__(self) -> None:
        """Nothing is kept: ``ms`` is read."""

    @property
    def ms(self) -> int:  # type: ignore[override]  # read-only here
        """UTC milliseconds."""
        return time.time_ns() // 1_000_000

    def now(self) -> int:
        return self.ms


class Node:
    """One server process on a port of its own; it can be killed, stopped and started again."""

    def __init__(self, url: str, data: Path, command: Sequence[str] = COMMAND) -> None:
        self.url, self.data, self.command = url, data, list(command)
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.log = data / f"server-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process, which has been started."""
        assert self._process is not None
        return self._process

    async def start(self) -> None:
        """Start and wait until it answers."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")},
            "GATEHOUSE_DATABASE_URL": self.url,
            "GATEHOUSE_DATA": str(self.data),
            "GATEHOUSE_PORT": str(self.port),
            "GATEHOUSE_BACKUP_HOURS": "0",
            "GATEHOUSE_TRUSTED_PROXIES": "127.0.0.1/32",
        }
        self._process = await asyncio.to_thread(self._begin, environment)
        try:
            await asyncio.to_thread(wait_for, self.port, "/api/health", self._process)
        except RuntimeError as failure:
            await self.kill()
            raise RuntimeError(f"{failure}\n{self.log.read_text()[-3000:]}") from failure

    def _begin(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(self.command, env=environment, stdout=log, stderr=log)

    async def kill(self) -> None:
        """SIGKILL: no word to anybody."""
        self.process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(self.process.wait)

    async def stop(self) -> float:
        """SIGTERM, as systemd and containers do; gives how long it took to end, in seconds."""
        if self._process is None or self._process.poll() is not None:
            return 0.0
        began = time.monotonic()
        self.process.terminate()
        try:
            await asyncio.to_thread(self.process.wait, GRACE_S)
        except subprocess.TimeoutExpired:
            await self.kill()
            raise
        return time.monotonic() - began


class Cluster:
    """The processes, the database behind them, and the estate."""

    def __init__(self, estate: Estate, nodes: list[Node], probe: Any) -> None:
        self.estate, self.nodes = estate, nodes
        self._probe = probe
        self._asking = asyncio.Lock()

    async def ask(self, sql: str, *args: object) -> list[Any]:
        """Rows from the database, on a connection of our own."""
        async with self._asking:
            return list(await self._probe.fetch(sql, *args))

    async def ask_script(self, sql: str) -> None:
        """Statements without arguments and answers."""
        async with self._asking:
            await self._probe.execute(sql)

    async def deadlocks(self) -> int:
        """How often PostgreSQL ended a transaction for a deadlock (40P01) in this database."""
        rows = await self.ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(rows[0][0])

    def faults(self) -> list[str]:
        """Lines of the processes' logs that tell of a fault of ours."""
        words = ("op_failed_alone", "server_fault", "Traceback", "push_failed_as_a_batch")
        return [
            line
            for node in self.nodes
            for line in node.log.read_text(errors="replace").splitlines()
            if any(word in line for word in words)
        ]


def _keep_key(estate: Estate, folder: Path) -> None:
    """Let the processes sign with the estate's key."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / KEY_FILE
    pem = estate.key.secret_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(pem)
    file.chmod(0o600)


@contextlib.asynccontextmanager
async def cluster(url: str, folder: Path, count: int, seed: int, *, last: str = "") -> AsyncIterator[Cluster]:
    """An estate on an empty PostgreSQL database, and ``count`` processes that serve it.

    ``last`` is another address of it, for the last process.
    """
    estate = Estate(url, seed, WallClock())
    _keep_key(estate, folder)
    await estate.start()
    nodes = [Node(last or url if number == count - 1 else url, folder) for number in range(count)]
    probe = await asyncpg.connect(url)
    try:
        await estate.build()
        await asyncio.gather(*(node.start() for node in nodes))
        yield Cluster(estate, nodes, probe)
    finally:
        await asyncio.gather(*(node.stop() for node in nodes if node._process is not None), return_exceptions=True)
        await probe.close()
        await estate.close()
