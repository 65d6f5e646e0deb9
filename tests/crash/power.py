"""Power cuts of SQLite: disk images rebuilt from a recording of a real server under a load of real pushes.

An image holds every write that was synced before the cut, and a random part of those that were not; one in five tears
them at 512-byte sectors. It is opened with the server's own code, and must hold every act that had been acknowledged.
The shared-memory file is no part of it: SQLite makes it anew.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
from tests.crash import check, recording
from tests.crash.clients import Client, Load, enrol
from tests.crash.recording import Call
from tests.crash.server import folder, sqlite_estate, strace

from gatehouse.audit.keys import VerifyingKey
from gatehouse.db.sqlite_connection import connect_writer

DB, WAL = "gatehouse.db", "gatehouse.db-wal"
SECTOR = 512
TORN = 0.2
CLIENTS = 4
LOAD_S = 2.0
EACH = 2_500
"""Images of one recording."""
WHOLE_EVERY = 50
"""One image in so many is verified from its log upwards; each has its pages, indexes and chains checked."""


class Recording(msgspec.Struct, frozen=True):
    """A load of pushes as the disk and the devices saw it."""

    before: dict[str, bytes]
    """The files when the server started; all of that was synced."""
    calls: list[Call]
    promises: dict[str, list[tuple[float, int]]]
    """For each chain, in order of time: when the answer had arrived, and up to which number it acknowledged."""
    key: VerifyingKey


class Result(msgspec.Struct):
    """What the images showed."""

    images: int = 0
    torn: int = 0
    with_unsynced: int = 0
    """Images that some unsynced write was left out of."""
    in_checkpoint: int = 0
    """Images cut while the database file itself was written."""
    syncs: int = 0
    checkpoints: int = 0
    promises: int = 0
    """Acknowledged acts that were looked for, over all images."""
    losing: int = 0
    """Images that lack an acknowledged act."""
    lost: int = 0
    corrupt: list[str] = []
    verified: int = 0


def record(seed: int, planted: str | None = None, load_s: float = LOAD_S) -> Recording:
    """Run a server under strace while devices push."""
    program = strace()
    assert program is not None
    with folder() as home:
        server, gate = sqlite_estate(home)
        try:
            if not server.start():
                raise RuntimeError(server.said())
            clients = enrol(server.port, gate, CLIENTS, seed)
            server.stop()
            before = {name: (server.data / name).read_bytes() for name in (DB,)}
            if (server.data / WAL).exists():
                raise RuntimeError("the server left its log behind")
            server.planted, prefix = planted, home / "trace"
            if not server.start([program, *recording.OPTIONS, "-o", str(prefix)]):
                raise RuntimeError(server.said())
            with Load(clients):
                time.sleep(load_s)
            server.kill()
            calls = recording.read(prefix, {DB, WAL})
            return Recording(before, calls, _promises(clients), check.public_key(server.data))
        finally:
            server.kill()


def _promises(clients: Sequence[Client]) -> dict[str, list[tuple[float, int]]]:
    found = {}
    for client in clients:
        made = sorted((promise.at, promise.n) for promise in client.promised.values())
        found[client.device.chain] = made
    return found


class Disk:
    """The files as they are for certain, and the writes that a power cut may take or leave."""

    def __init__(self, before: dict[str, bytes]) -> None:
        self.durable = {name: bytearray(content) for name, content in before.items()}
        self.pending: dict[str, list[Call]] = {DB: [], WAL: []}
        self.durable.setdefault(WAL, bytearray())

    def take(self, call: Call) -> None:
        """A call that has returned."""
        if call.kind == "sync":
            for one in self.pending[call.file]:
                _apply(self.durable[call.file], one)
            self.pending[call.file].clear()
        elif call.kind == "gone":
            raise ValueError(f"{call.file} was removed under load")
        else:
            self.pending[call.file].append(call)

    def image(self, rng: random.Random, flying: Call | None, *, torn: bool) -> tuple[dict[str, bytes], int]:
        """The files after a cut, with a random part of what was not synced; and how many writes were left out."""
        share = rng.choice((0.0, 0.25, 0.5, 0.75, 1.0))
        files, left_out = {}, 0
        for name, durable in self.durable.items():
            waiting = list(self.pending[name])
            if flying is not None and flying.file == name and flying.kind != "sync":
                waiting.append(flying)
            content = bytearray(durable)
            for call in waiting:
                if torn and call.kind == "write":
                    left_out += _tear(content, call, rng, share)
                elif rng.random() < share:
                    _apply(content, call)
                else:
                    left_out += 1
            files[name] = bytes(content)
        return files, left_out


def _apply(content: bytearray, call: Call) -> None:
    end = call.offset + len(call.data)
    if call.kind == "size":
        del content[call.offset :]
        end = call.offset
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if call.kind == "write":
        content[call.offset : end] = call.data


def _tear(content: bytearray, call: Call, rng: random.Random, share: float) -> int:
    """Some sectors of a write, and how many are missing. Sectors lie at multiples of 512 of the file."""
    missing = 0
    start = call.offset
    while start < call.offset + len(call.data):
        end = min((start // SECTOR + 1) * SECTOR, call.offset + len(call.data))
        if rng.random() < share:
            _apply(content, Call(0, 0, "write", "", start, call.data[start - call.offset : end - call.offset]))
        else:
            missing += 1
        start = end
    return missing


def _moments(calls: Sequence[Call], first: float, count: int, rng: random.Random) -> list[float]:
    """When to cut: after a call chosen at random and before the next has ended, so that busy moments are cut often."""
    begin = next((i for i, call in enumerate(calls) if call.ended >= first), 0)
    found = []
    for _ in range(count):
        i = rng.randrange(begin, len(calls) - 1)
        found.append(rng.uniform(calls[i].began, calls[i + 1].ended))
    return sorted(found)


def cut(made: Recording, count: int, seed: int, result: Result) -> None:
    """Rebuild and look at so many images of a recording."""
    rng = random.Random(seed)
    first = min(times[0][0] for times in made.promises.values() if times)
    disk = Disk(made.before)
    calls = iter(made.calls)
    upcoming = next(calls, None)
    result.syncs += sum(call.kind == "sync" for call in made.calls)
    result.checkpoints += sum(call.kind == "sync" and call.file == DB for call in made.calls)
    with folder(_memory()) as place:
        for moment in _moments(made.calls, first, count, rng):
            while upcoming is not None and upcoming.ended <= moment:
                disk.take(upcoming)
                upcoming = next(calls, None)
            flying = upcoming if upcoming is not None and upcoming.began <= moment else None
            torn = rng.random() < TORN
            files, left_out = disk.image(rng, flying, torn=torn)
            result.images += 1
            result.torn += torn
            result.with_unsynced += left_out > 0
            result.in_checkpoint += bool(disk.pending[DB]) or (flying is not None and flying.file == DB)
            _look(place, files, made, moment, result)


def _memory() -> str | None:
    """Images are small and gone at once: they need no disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _look(place: Path, files: dict[str, bytes], made: Recording, moment: float, result: Result) -> None:
    for name, content in files.items():
        (place / name).write_bytes(content)
    (place / f"{DB}-shm").unlink(missing_ok=True)
    try:
        with closing(connect_writer(place / DB)) as connection:
            wrong = connection.execute("PRAGMA integrity_check").fetchall()
            chains = dict(connection.execute("SELECT id, n FROM chain").fetchall())
            held = {row[0]: row[1:] for row in connection.execute(_HELD).fetchall()}
    except Exception as failure:  # noqa: BLE001 - whatever the server's opening raises is a database lost
        result.corrupt.append(f"{type(failure).__name__}: {failure}")
        return
    if wrong != [("ok",)]:
        result.corrupt.append(str(wrong[0][0]))
    lost = 0
    for chain, times in made.promises.items():
        i = bisect_right(times, (moment, 1 << 60))
        promised = times[i - 1][1] if i else 0
        result.promises += promised
        end = chains.get(chain, 0)
        # As many ops as the chain counts, each with its leaf, numbered without a gap: no push is there by halves.
        if held.get(chain, (0, 0, 0)) != (end, end, end):
            result.corrupt.append(f"chain {chain} ends at {end} and holds {held.get(chain)}")
        lost += max(0, promised - end)
    result.lost += lost
    result.losing += lost > 0
    if result.images % WHOLE_EVERY == 0:
        result.verified += 1
        try:
            result.corrupt += check.sqlite_whole(place / DB, made.key)
        except sqlite3.Error as failure:
            result.corrupt.append(str(failure))


_HELD = (
    "SELECT o.chain, COUNT(*), MAX(o.cn), COUNT(l.op) FROM op o LEFT JOIN log l ON l.op = o.id AND l.type = 'op' "
    "WHERE o.chain IS NOT NULL GROUP BY o.chain"
)


def run(images: int, seed: int, planted: str | None = None, load_s: float = LOAD_S) -> Result:
    """So many images, of as many recordings as that takes, each of a load of ``load_s`` seconds."""
    result = Result()
    for part, count in enumerate(_parts(images)):
        cut(record(seed + part, planted, load_s), count, seed + part, result)
    return result


def _parts(images: int) -> Iterator[int]:
    while images > 0:
        yield min(EACH, images)
        images -= EACH
