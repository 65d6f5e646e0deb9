"""A disk that is full, and one that fails: ENOSPC on a real small disk or injected, EIO injected, under a load."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from tests.crash import check
from tests.crash.clients import Client, Load, enrol, unfit
from tests.crash.server import Server, folder, sqlite_estate, strace

CLIENTS = 4
LIFE = 25
SIZE_MB = 48
NOTICED_S = 20.0
EXIT_S = 8.0
FULL, FAILED = "507 storage_full", "503 storage_failed"
WAYS = ("write finds no space", "write fails", "sync fails")


class Result(msgspec.Struct):
    """What full and failing disks showed."""

    fills: int = 0
    """A small disk filled to the last byte while devices push, and emptied again."""
    injected: Counter[str] = msgspec.field(default_factory=Counter)
    said_full: int = 0
    """Fills and lacks of space of which a device was told in so many words."""
    read_while_full: int = 0
    """Fills during which the server went on answering what it can answer without writing."""
    exits: int = 0
    """Failed syncs after which the server ended by itself."""
    others: int = 0
    """Failed syncs for which no commit waited: of the folder, or of a checkpoint."""
    stayed: list[str] = []
    """Failed syncs of a commit after which it did not."""
    answers: Counter[str] = msgspec.field(default_factory=Counter)
    unfit: list[str] = []
    verdict: check.Verdict = msgspec.field(default_factory=check.Verdict)


@contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """A disk of a few megabytes mounted at ``place``; False where that is not permitted."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "none", str(place)]
    try:
        mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)


def fill(fills: int, seed: int) -> Result | None:
    """So many fills of a real small disk; None where none can be mounted."""
    result = Result()
    for first in range(0, fills, LIFE):
        with folder() as home:
            (home / "data").mkdir()
            with small_disk(home / "data") as mounted:
                if not mounted:
                    return None
                _fills(home, min(LIFE, fills - first), seed + first, result)
    return result


def _fills(home: Path, count: int, seed: int, result: Result) -> None:
    rng = random.Random(seed)
    server, gate = sqlite_estate(home)
    ballast = server.data / "ballast"
    try:
        if not server.start():
            raise RuntimeError(server.said())
        clients = enrol(server.port, gate, CLIENTS, seed)
        for _ in range(count):
            before = _told(clients, FULL)
            with Load(clients):
                time.sleep(rng.uniform(0.02, 0.2))
                _pour(ballast)
                told = _wait(clients, before)
                result.read_while_full += server.answers()
                ballast.unlink()
                time.sleep(0.1)
            result.fills += 1
            result.said_full += told
            for client in clients:
                client.drain()
        _conclude(server, clients, result)
    finally:
        server.kill()


def _pour(ballast: Path) -> None:
    """Fill the disk to the last byte."""
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))


def _told(clients: list[Client], answer: str) -> int:
    return sum(client.answers[answer] for client in clients)


def _wait(clients: list[Client], before: int) -> bool:
    """Until a device was told that the disk is full: the log's own space is used up first."""
    until = time.monotonic() + NOTICED_S
    while _told(clients, FULL) == before:
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def _conclude(server: Server, clients: list[Client], result: Result) -> None:
    """Everything leaves, once; then the file is looked at, open and closed."""
    for client in clients:
        client.drain()
        client.close()
    result.verdict.add(check.sqlite_verdict(server.data / "gatehouse.db", server.data, clients))
    server.stop()
    result.verdict.corrupt += check.sqlite_whole(server.data / "gatehouse.db", check.public_key(server.data), clients)
    result.unfit += [f"{name} ({count} times)" for name, count in unfit(clients).items()]
    for client in clients:
        result.answers.update(client.answers)


def inject(runs: int, seed: int) -> Result:
    """So many runs of each way in which a call can fail under strace."""
    result = Result()
    for first in range(0, runs, LIFE):
        with folder() as home:
            (home / "data").mkdir()
            _injections(home, range(first, min(first + LIFE, runs)), seed + first, result)
    return result


def _injections(home: Path, numbers: range, seed: int, result: Result) -> None:
    rng = random.Random(seed)
    server, gate = sqlite_estate(home)
    try:
        if not server.start():
            raise RuntimeError(server.said())
        clients = enrol(server.port, gate, CLIENTS, seed)
        for number in numbers:
            for way in WAYS:
                if server.process is None and not server.start():
                    raise RuntimeError(server.said())
                result.injected[way] += 1
                if way == WAYS[2]:
                    _sync_fails(server, clients, 1 + number % 30, home / "trace", result)
                else:
                    error, told = ("ENOSPC", FULL) if way == WAYS[0] else ("EIO", FAILED)
                    before = _told(clients, told)
                    first = rng.randrange(1, 400)
                    server.trace(_command("pwrite64", error, f"{first}..{first + rng.randrange(20)}"))
                    with Load(clients):
                        time.sleep(0.6)
                    if way == WAYS[0]:
                        result.said_full += _told(clients, told) > before
                    server.untrace()
                    if server.ended(0):
                        server.kill()
        if server.process is None and not server.start():
            raise RuntimeError(server.said())
        _conclude(server, clients, result)
    finally:
        server.kill()


def _sync_fails(server: Server, clients: list[Client], number: int, trace: Path, result: Result) -> None:
    """One fdatasync fails: if a commit waits for it the process must end; what it acknowledged must be there."""
    server.trace(_command("fdatasync", "EIO", str(number), trace, "fdatasync,pwrite64"))
    with Load(clients):
        ended = server.ended(EXIT_S)
    result.exits += ended
    if not ended:
        calls = _before_failure(trace)
        if of_commit(calls):
            result.stayed.append(" | ".join(call[:120] for call in calls[-3:]) or "none failed")
        else:
            result.others += 1
    server.kill()


def _before_failure(trace: Path) -> list[str]:
    """The calls of the thread whose sync failed, that one the last."""
    lines = trace.read_text().splitlines()
    at = next((i for i, line in enumerate(lines) if "INJECTED" in line), None)
    if at is None:
        return []
    thread = lines[at].split(" ", 1)[0]
    return [line for line in lines[: at + 1] if line.startswith(f"{thread} ")]


def of_commit(calls: list[str]) -> bool:
    """Whether a commit waited for the sync that failed: it had written to the log since that was synced last.

    A checkpoint syncs a log that is synced already, then the database; SQLite takes it up again after the next commit.
    When a folder's sync fails it goes on; the server has synced the log's name itself, before it answered. A trace
    that shows no failure counts as a commit's: nothing is excused unseen.
    """
    if not calls:
        return True
    on_log = [call for call in calls if "-wal>" in call]
    return "-wal>" in calls[-1] and (len(on_log) == 1 or "pwrite64" in on_log[-2])


def _command(call: str, error: str, when: str, trace: Path | None = None, traced: str = "") -> list[str]:
    program = strace()
    assert program is not None
    return [
        *(program, "-f", "-q", "-y", "-o", str(trace or "/dev/null"), "-e", f"trace={traced or call}"),
        *("-e", f"inject={call}:error={error}:when={when}"),
    ]
