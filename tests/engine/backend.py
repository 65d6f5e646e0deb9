"""The server under test: a process of its own, killed without warning and started again on the same port."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests.bench.serving import START_S, free_port
from tests.engine.server import CLOCK

ROOT = Path(__file__).resolve().parents[2]


class Backend:
    """`gatehouse serve` on ``url``, with the time of ``clock``."""

    def __init__(self, url: str, data: Path, clock: Path) -> None:
        self.url, self.data, self.clock = url, data, clock
        self.port = free_port()
        self.kills = 0
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()

    async def ensure(self) -> None:
        """Start it unless it runs."""
        async with self._starting:
            if self._process is not None and self._process.returncode is None:
                return
            environment = {
                **{name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")},
                "GATEHOUSE_DATABASE_URL": self.url,
                "GATEHOUSE_DATA": str(self.data),
                "GATEHOUSE_PORT": str(self.port),
                "GATEHOUSE_BACKUP_HOURS": "0",
            }
            with (self.data / "server.log").open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "tests.engine.server", str(self.clock), "serve"),
                    env=environment,
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                )
            await self._answering()

    async def _answering(self) -> None:
        until = asyncio.get_running_loop().time() + START_S
        while asyncio.get_running_loop().time() < until:
            if self._process is None or self._process.returncode is not None:
                break
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
        raise RuntimeError(f"the server does not answer:\n{self.said()[-3000:]}")

    def said(self) -> str:
        """Everything the server has printed."""
        return (self.data / "server.log").read_text()

    async def kill(self) -> None:
        """A power cut, not a farewell."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
            self.kills += 1

    async def stop(self) -> None:
        """A farewell."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), START_S)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()


def set_clock(file: Path, ms: int) -> None:
    """Make the file tell ``ms``."""
    file.write_bytes(CLOCK.pack(ms))


def read_clock(file: Path) -> int:
    """What the file tells, UTC ms."""
    return int(CLOCK.unpack(file.read_bytes())[0])
