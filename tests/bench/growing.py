"""How cost grows with the records an org has, with its scopes, and with its devices."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from tests.bench import machine, raw
from tests.bench.estate import Enrolled, Gate, open_gate
from tests.bench.fleet import Guard, enrol, open_fleet
from tests.bench.live import broadcast, crowd
from tests.bench.push import push
from tests.bench.serving import Serving, folder
from tests.bench.wire import Wire

from gatehouse_sync.protocol import PullReply

FILL, FILL_FRAME = 10_000, 500
PUSHED, ROUNDS, BEHIND = 2_000, 200, 10
SOCKETS = 1_000
_reply = msgspec.json.Decoder(PullReply)


class Point(msgspec.Struct, frozen=True):
    """One size: µs of server CPU for an act, ms of a pull ten behind, MiB of the server, the raw limits beside."""

    size: int
    push_us: float
    push_s: float
    pull_p50: float
    pull_p99: float
    rss_mb: float
    raw_push_s: float
    raw_pull_p50: float
    bytes_each: float = 0.0
    first_ms: float = 0.0


class Crowd(msgspec.Struct, frozen=True):
    """So many sockets: ms until a write is in a listener's hand, MiB of the server with them, the raw limit beside."""

    sockets: int
    p50: float
    p99: float
    rss_mb: float
    raw_p50: float
    raw_p99: float


def by_records(sizes: list[int]) -> tuple[list[Point], Crowd]:
    """One SQLite database that grows, and at its end a thousand sockets."""
    points: list[Point] = []
    with folder() as data, raw.hello() as hello:
        file = data / "growth.db"
        url = f"sqlite:///{file}"
        gate = asyncio.run(open_gate(url, data))
        with Serving(url, data) as server:
            writer, reader = Enrolled(server.port, gate, 2), Enrolled(server.port, gate, 3)
            held, empty = 0, _bytes(file)
            for size in sizes:
                fill(Enrolled(server.port, gate, 10 + len(points)), size - held)
                held = size
                used = (_bytes(file) - empty) / held
                point = _point(server, gate, reader, hello, data, size, len(points))
                held += PUSHED
                points.append(msgspec.structs.replace(point, bytes_each=used))
            reader = Enrolled(server.port, gate, 4)
            listening = crowd(server, writer, reader, SOCKETS, 50)
            found = Crowd(SOCKETS, *listening.times, listening.rss_mb, *broadcast(SOCKETS, 50, listening.frame))
    return points, found


def by_scopes(sizes: list[int]) -> list[Point]:
    """Orgs of so many sites, with a post and a guard at each; the pull is the admin's, who holds all of them."""
    points = []
    for size in sizes:
        with folder() as data, raw.hello() as hello:
            url = f"sqlite:///{data / 'scopes.db'}"
            guards = asyncio.run(open_fleet(url, data, size, 1))
            with Serving(url, data) as server:
                gate = guards[0].gate
                admin = Enrolled(server.port, gate, 3)
                fill(Enrolled(server.port, gate, 4), 1_000)
                points.append(_point(server, gate, admin, hello, data, size, 0))
    return points


def by_devices(sizes: list[int]) -> list[Point]:
    """One org in which so many devices are enrolled, ten at a site; the pull is a guard's."""
    points = []
    for size in sizes:
        with folder() as data, raw.hello() as hello:
            url = f"sqlite:///{data / 'devices.db'}"
            guards: list[Guard] = asyncio.run(open_fleet(url, data, size))
            with Serving(url, data) as server:
                enrolled = enrol(server.port, guards)
                fill(Enrolled(server.port, guards[0].gate, 900_000), 1_000)
                points.append(_point(server, guards[0].gate, enrolled[0], hello, data, size, 0))
    return points


def by_sockets(sizes: list[int]) -> list[Crowd]:
    """Sockets on one site, each told of every write; the bare server beside sends the same bytes to as many."""
    found = []
    with folder() as data:
        url = f"sqlite:///{data / 'sockets.db'}"
        gate = asyncio.run(open_gate(url, data))
        with Serving(url, data) as server:
            for turn, size in enumerate(sizes):
                writer, reader = Enrolled(server.port, gate, 60 + turn), Enrolled(server.port, gate, 80 + turn)
                here = crowd(server, writer, reader, size, 50)
                found.append(Crowd(size, *here.times, here.rss_mb, *broadcast(size, 50, here.frame)))
    return found


def fill(device: Enrolled, count: int) -> None:
    """Push so many visits; the next frames are signed while the server works."""
    with ThreadPoolExecutor(1) as sending:
        sent = None
        for held in range(0, count, FILL):
            made = device.frames(min(FILL, count - held), min(FILL_FRAME, count - held))
            if sent is not None:
                sent.result()
            sent = sending.submit(_send, device, made)
        if sent is not None:
            sent.result()


def _send(device: Enrolled, frames: list[bytes]) -> None:
    with device.wire() as wire:  # a server closes one that was silent while the frames were signed
        for frame in frames:
            wire.request("/api/sync/push", frame)


def _point(server: Serving, gate: Gate, reader: Enrolled, hello: Wire, data: Path, size: int, turn: int) -> Point:
    """Both verbs at this size. The raw limits are taken in between, so that a busy neighbour falls on both."""
    with reader.wire() as wire:
        first, behind = _ten_behind(reader, wire)
        got = _reply.decode(wire.request("/api/sync/pull", behind))
        # A number whose record changed again since is a hole in the feed: a device's own row, at most.
        if [len(page.rows) in {BEHIND - 1, BEHIND} for page in got.pages] != [True]:
            raise RuntimeError(f"not the ten changes: {[(page.scope, len(page.rows)) for page in got.pages]}")
        pulls, bare = [], []
        for _ in range(ROUNDS):
            pulls.append(_timed(wire, "/api/sync/pull", behind))
            bare.append(_timed(hello, "/", b"{}"))
    rows = raw.rows_of(Enrolled(server.port, gate, 500 + turn).frames(PUSHED))
    limit = raw.sqlite_insert(data, rows)
    done = push(server, gate, 1, PUSHED, seed=1_000 * (turn + 1))
    pulls.sort()
    bare.sort()
    return Point(
        size,
        done.server_us,
        done.ops_s,
        pulls[ROUNDS // 2],
        pulls[ROUNDS * 99 // 100],
        machine.rss_mb(server.pids),
        limit,
        bare[ROUNDS // 2],
        first_ms=first,
    )


def _ten_behind(reader: Enrolled, wire: Wire) -> tuple[float, bytes]:
    """Milliseconds of a pull's first page, and a request of one that lacks its site's last ten changes only."""
    request = reader.device.pull(reader.person)
    started = time.perf_counter()
    answer = wire.request("/api/sync/pull", msgspec.json.encode(request))
    took = (time.perf_counter() - started) * 1e3
    _reply.decode(answer)
    # Being heard for the first time changed its own row at the office: look again.
    reply = _reply.decode(wire.request("/api/sync/pull", msgspec.json.encode(request)))
    site = f"site:{reader.gate.site}"
    cursors = {scope: (reply.epoch, head) for scope, head in reply.heads.items()}
    cursors[site] = (reply.epoch, max(0, reply.heads[site] - BEHIND))
    return took, msgspec.json.encode(msgspec.structs.replace(request, cursors=cursors))


def _timed(wire: Wire, path: str, body: bytes) -> float:
    started = time.perf_counter()
    wire.request(path, body)
    return (time.perf_counter() - started) * 1e3


def _bytes(file: Path) -> int:
    """What the database's pages take, those still in its write-ahead log included and counted once."""
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    try:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        return int(pages * connection.execute("PRAGMA page_size").fetchone()[0])
    finally:
        connection.close()
