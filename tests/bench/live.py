"""W4 and W5: two devices that changed the same visits while apart, and a thousand listeners."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from statistics import median

import msgspec
from tests.bench import machine, raw
from tests.bench.estate import Enrolled, Gate
from tests.bench.report import Figure
from tests.bench.serving import Serving
from tests.bench.wire import Wire
from websockets.asyncio.client import ClientConnection, connect

from gatehouse_sync.protocol import PullReply

VISITS, FRAME = 1_000, 500
SOCKETS, WRITES, PER_SECOND = 1_000, 100, 10
CONVERGED_S = 0.5
P99_MS, CPU_S, IDLE_KB = 50.0, 2.0, 30.0
_reply = msgspec.json.Decoder(PullReply)


def both_change(server: Serving, gate: Gate) -> list[Figure]:
    """W4: each changes another field of all visits offline; the clock runs over both pushes and both pulls."""
    east, west = Enrolled(server.port, gate, 41), Enrolled(server.port, gate, 42)
    with east.wire() as one, west.wire() as two:
        turns = [_apart(east, west, one, two, turn) for turn in range(3)]
    seconds = [took for took, _ in turns]
    bare = median(_bare_exchange(server, frames) for _, frames in turns)
    return [
        Figure("W4 1,000 visits, two fields changed apart: converged", "s", seconds, bare, CONVERGED_S, at_most=True)
    ]


def _bare_exchange(server: Serving, frames: list[bytes]) -> float:
    """The raw limit: seconds to send the same bytes to a server that answers at once, and to insert a row for each."""
    rows = raw.rows_of(frames)
    with raw.hello() as wire:
        started = time.perf_counter()
        for frame in frames:
            wire.request("/", frame)
        sent = time.perf_counter() - started
    return sent + len(rows) / raw.sqlite_insert(server.data, rows)


def _apart(east: Enrolled, west: Enrolled, one: Wire, two: Wire, turn: int) -> tuple[float, list[bytes]]:
    visits = [east.device.act(east.person, "visit.arrive", east.visit()) for _ in range(VISITS)]
    for frame in east.drain():
        one.request("/api/sync/push", frame)
    _pull(east, one)
    _pull(west, two)
    for visit in visits:
        east.device.act(east.person, "visit.amend", {"pass_no": f"E{turn}"}, visit)
        west.device.act(west.person, "visit.amend", {"unit": f"W{turn}"}, visit)
    frames = [(one, frame) for frame in east.drain()] + [(two, frame) for frame in west.drain()]
    started = time.perf_counter()
    for wire, frame in frames:
        wire.request("/api/sync/push", frame)
    _pull(east, one)
    _pull(west, two)
    wall = time.perf_counter() - started
    for device in (east, west):
        rows = device.device.people[device.person].store.rows
        kept = [rows[visit].body["f"] for visit in visits]
        if any((f["pass_no"], f["unit"]) != (f"E{turn}", f"W{turn}") for f in kept):
            raise RuntimeError("a field was lost")
    return wall, [frame for _, frame in frames]


def _pull(device: Enrolled, wire: Wire) -> None:
    person = device.device.people[device.person]
    person.at_heads = False
    while not person.at_heads:
        request = msgspec.json.encode(device.device.pull(device.person))
        device.device.pulled(device.person, _reply.decode(wire.request("/api/sync/pull", request)))


def listeners(server: Serving, gate: Gate) -> list[Figure]:
    """W5: one encode, a thousand sockets; latency from the writer's send to the message in a listener's hand."""
    here = crowd(server, Enrolled(server.port, gate, 51), Enrolled(server.port, gate, 52), SOCKETS, WRITES)
    bare = broadcast(SOCKETS, WRITES, here.frame)
    name = f"W5 {SOCKETS:,} sockets, {PER_SECOND} writes/s for {WRITES // PER_SECOND} s"
    p50, p99 = here.times
    return [
        Figure(f"{name}: p50", "ms", [p50], bare[0]),
        Figure(f"{name}: p99", "ms", [p99], bare[1], P99_MS, at_most=True),
        Figure(f"{name}: server CPU", "s", [here.cpu_s], None, CPU_S, at_most=True),
        Figure("W5 an idle socket", "KB", [here.idle_kb], None, IDLE_KB, at_most=True),
        Figure("W5 server memory with its sockets", "MB", [here.rss_mb]),
    ]


class Heard(msgspec.Struct, frozen=True):
    """What a crowd of sockets heard: p50 and p99, ms; the server's CPU, s; KiB an idle socket; MiB of the server."""

    times: tuple[float, float]
    cpu_s: float
    idle_kb: float
    rss_mb: float
    frame: str
    """The last message, as it came."""


def crowd(server: Serving, writer: Enrolled, reader: Enrolled, sockets: int, writes: int) -> Heard:
    """So many sockets of one phone hear ``writes`` visits, ``PER_SECOND`` of them a second."""
    with reader.wire() as wire:
        _grants(reader, wire)
    frames = writer.frames(writes, 1)
    return asyncio.run(_listen(server, writer, reader, frames, sockets))


def _grants(reader: Enrolled, wire: Wire) -> None:
    """Learn the version of its grants; a site's history is not taken in for that."""
    request = reader.device.pull(reader.person, limit=1)
    reply = _reply.decode(wire.request("/api/sync/pull", msgspec.json.encode(request)))
    reader.device.people[reader.person].grants = reply.grants.version


async def _listen(server: Serving, writer: Enrolled, reader: Enrolled, frames: list[bytes], count: int) -> Heard:
    before = machine.rss_mb(server.pids)
    hello = msgspec.json.encode(
        {
            "device": reader.token,
            "grants": reader.device.people[reader.person].grants,
            "session": reader.signed_in.session,
        }
    ).decode()
    sockets = [await _join(server.port, hello) for _ in range(count)]
    idle = (machine.rss_mb(server.pids) - before) * 1024 / count
    cpu = server.cpu_us()
    with writer.wire() as wire:
        times, frame = await heard(sockets, frames, lambda body: wire.request("/api/sync/push", body))
    used = (server.cpu_us() - cpu) / 1e6
    memory = machine.rss_mb(server.pids)
    for socket in sockets:
        await socket.close()
    return Heard(times, used, idle, memory, frame)


def broadcast(sockets: int, writes: int, frame: str) -> tuple[float, float]:
    """The raw limit of a crowd: p50 and p99, ms, when a bare server sends the same frame to as many sockets."""
    with raw.bare_server() as port:
        return asyncio.run(_bare(port, sockets, [frame.encode()] * writes))


async def _bare(port: int, count: int, bodies: list[bytes]) -> tuple[float, float]:
    sockets = [await _connected(port) for _ in range(count)]
    with Wire(port) as wire:
        times, _ = await heard(sockets, bodies, lambda body: wire.request("/all", body))
    for socket in sockets:
        await socket.close()
    return times


async def heard(
    sockets: list[ClientConnection], bodies: list[bytes], send: Callable[[bytes], object]
) -> tuple[tuple[float, float], str]:
    """p50 and p99 of the time, ms, until what ``send`` sends is in a listener's hand, and the last message."""
    sent: list[float] = []
    took: list[float] = []
    last = [""]
    tasks = [asyncio.create_task(_hear(socket, sent, took, last, len(bodies))) for socket in sockets]
    begun = time.perf_counter()
    for number, body in enumerate(bodies):
        await asyncio.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
        sent.append(time.perf_counter())
        await asyncio.to_thread(send, body)
    async with asyncio.timeout(30):
        await asyncio.gather(*tasks)
    took.sort()
    p50, p99 = (took[int(len(took) * part)] * 1000 for part in (0.5, 0.99))
    return (p50, p99), last[0]


async def _join(port: int, hello: str) -> ClientConnection:
    socket = await _connected(port)
    await socket.send(hello)
    await socket.recv()
    return socket


async def _connected(port: int) -> ClientConnection:
    address = f"ws://127.0.0.1:{port}/api/sync/live"
    return await connect(address, origin=f"http://127.0.0.1:{port}", compression=None, ping_interval=None)  # type: ignore[arg-type]  # Origin is a NewType of str


async def _hear(socket: ClientConnection, sent: list[float], took: list[float], last: list[str], writes: int) -> None:
    """Note how long each write took to get here; a page of the site tells one write, one of the office a device."""
    number = 0
    while number < writes:
        said = str(await socket.recv())
        if '"scope":"office:' not in said[:40]:
            last[0] = said
            took.append(time.perf_counter() - sent[number])
            number += 1
