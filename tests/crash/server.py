"""The real `gatehouse serve` in a process that may be killed, wrapped in strace, or planted with a fault."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bench import machine
from tests.bench.estate import Gate, open_gate
from tests.bench.serving import COMMAND, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
NO_STRACE = "This part needs strace: apt-get install strace"
END_S = 20.0
JOIN_S = 60.0


def strace() -> str | None:
    """Where strace is, if it is."""
    return shutil.which("strace")


class Server:
    """A server on one port and one data folder, started and killed as often as one likes."""

    def __init__(self, url: str, data: Path) -> None:
        self.url, self.data = url, data
        self.planted: str | None = None
        """A fault of `tests.crash.planted`, from the next start on."""
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._tracer: subprocess.Popen[bytes] | None = None

    def start(self, prefix: Sequence[str] = ()) -> bool:
        """Start under ``prefix`` (strace and its options); whether it came to answer before it ended."""
        self._join_tracer()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")},
            "GATEHOUSE_DATABASE_URL": self.url,
            "GATEHOUSE_DATA": str(self.data),
            "GATEHOUSE_PORT": str(self.port),
            "GATEHOUSE_BACKUP_HOURS": "0",
        }
        command = COMMAND if self.planted is None else [sys.executable, "-m", "tests.crash.planted", self.planted]
        with (self.data.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*prefix, *command], env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        try:
            wait_for(self.port, "/api/health", self.process)
        except RuntimeError:
            if self.process.poll() is None:
                raise
            return False
        return True

    def trace(self, command: Sequence[str]) -> None:
        """Let strace join the running server; returns once it watches every thread, or the server has ended."""
        assert self.process is not None
        pid = machine.tree(self.process.pid)[-1]
        self._tracer = subprocess.Popen(
            [*command, "-p", str(pid)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + JOIN_S
        while not _all_traced(pid):
            if self.process.poll() is not None:
                return  # it has met what was to be injected, and ended of it
            if self._tracer.poll() is not None:
                raise RuntimeError(f"strace could not join the server: it ended with {self._tracer.returncode}")
            if time.monotonic() > until:
                raise RuntimeError(f"strace did not come to watch every thread of the server in {JOIN_S:.0f} s")
            time.sleep(0.01)

    def untrace(self) -> None:
        """Let strace go; the server stays."""
        self._join_tracer()

    def _join_tracer(self) -> None:
        if self._tracer is not None:
            if self._tracer.poll() is None:
                self._tracer.terminate()  # it lets the server go on, if there is still one
            self._tracer.wait(END_S)
        self._tracer = None

    def said(self) -> str:
        """The end of what it printed."""
        return (self.data.parent / "server.log").read_text()[-2000:]

    def answers(self) -> bool:
        """Whether it answers now."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=2):
                return True
        except OSError:
            return False

    def ended(self, within_s: float) -> bool:
        """Wait for it to end by itself; whether it did."""
        if self.process is None:
            return True
        try:
            self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """SIGKILL to everything of it, strace included, at once."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None
        self._join_tracer()

    def stop(self) -> None:
        """A farewell: the database is closed."""
        if self.process is not None and self.process.poll() is None:
            for pid in machine.tree(self.process.pid)[-1:]:  # under strace the server is the child
                os.kill(pid, signal.SIGTERM)
            if not self.ended(END_S):
                self.kill()
        self.process = None
        self._join_tracer()


def _all_traced(pid: int) -> bool:
    """Whether every thread of the process has a tracer; one that ends meanwhile needs none."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            if "TracerPid:\t0\n" in task.joinpath("status").read_text():
                return False
    return True


@contextmanager
def folder(where: str | None = None) -> Iterator[Path]:
    """A folder of this run's own, gone afterwards. Reachable by others: PostgreSQL runs as a user of its own."""
    path = Path(tempfile.mkdtemp(prefix="gatehouse-crash-", dir=where))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def sqlite_estate(home: Path) -> tuple[Server, Gate]:
    """An SQLite database with a gate in ``home``/data, and a server for it that does not run yet."""
    data = home / "data"
    data.mkdir(exist_ok=True)
    url = f"sqlite:///{data / 'gatehouse.db'}"
    # On a thread of its own: a browser's driver may have a loop on this one.
    with ThreadPoolExecutor(1) as aside:
        gate = aside.submit(lambda: asyncio.run(open_gate(url, data))).result()
    return Server(url, data), gate
