"""W4 and W5: two devices that changed the same visits while apart, and a thousand listeners."""

from __future__ import annotations

import asyncio
import time

import msgspec
from tests.bench import machine
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
        seconds = [_apart(east, west, one, two, turn) for turn in range(3)]
    return [
        Figure("W4 1,000 visits, two fields changed apart: converged", "s", seconds, None, CONVERGED_S, at_most=True)
    ]


def _apart(east: Enrolled, west: Enrolled, one: Wire, two: Wire, turn: int) -> float:
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
    return wall


def _pull(device: Enrolled, wire: Wire) -> None:
    person = device.device.people[device.person]
    person.at_heads = False
    while not person.at_heads:
        request = msgspec.json.encode(device.device.pull(device.person))
        device.device.pulled(device.person, _reply.decode(wire.request("/api/sync/pull", request)))


def listeners(server: Serving, gate: Gate) -> list[Figure]:
    """W5: one encode, a thousand sockets; latency from the writer's send to the message in a listener's hand."""
    writer, reader = Enrolled(server.port, gate, 51), Enrolled(server.port, gate, 52)
    with reader.wire() as wire:
        _pull(reader, wire)
    frames = writer.frames(WRITES, 1)
    return asyncio.run(_listen(server, writer, reader, frames))


async def _listen(server: Serving, writer: Enrolled, reader: Enrolled, frames: list[bytes]) -> list[Figure]:
    before = machine.rss_mb(server.pids)
    hello = msgspec.json.encode(
        {
            "device": reader.token,
            "grants": reader.device.people[reader.person].grants,
            "session": reader.signed_in.session,
        }
    ).decode()
    sockets = [await _join(server.port, hello) for _ in range(SOCKETS)]
    idle = (machine.rss_mb(server.pids) - before) * 1024 / SOCKETS
    sent: list[float] = []
    heard: list[float] = []
    tasks = [asyncio.create_task(_hear(socket, sent, heard)) for socket in sockets]
    cpu = server.cpu_us()
    with writer.wire() as wire:
        begun = time.perf_counter()
        for number, frame in enumerate(frames):
            await asyncio.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
            sent.append(time.perf_counter())
            await asyncio.to_thread(wire.request, "/api/sync/push", frame)
    async with asyncio.timeout(30):
        await asyncio.gather(*tasks)
    used = (server.cpu_us() - cpu) / 1e6
    memory = machine.rss_mb(server.pids)
    for socket in sockets:
        await socket.close()
    heard.sort()
    name = f"W5 {SOCKETS:,} sockets, {PER_SECOND} writes/s for {WRITES // PER_SECOND} s"
    p50, p99 = (heard[int(len(heard) * part)] * 1000 for part in (0.5, 0.99))
    return [
        Figure(f"{name}: p50", "ms", [p50]),
        Figure(f"{name}: p99", "ms", [p99], None, P99_MS, at_most=True),
        Figure(f"{name}: server CPU", "s", [used], None, CPU_S, at_most=True),
        Figure("W5 an idle socket", "KB", [idle], None, IDLE_KB, at_most=True),
        Figure("W5 server memory with its sockets", "MB", [memory]),
    ]


async def _join(port: int, hello: str) -> ClientConnection:
    address = f"ws://127.0.0.1:{port}/api/sync/live"
    socket = await connect(address, origin=f"http://127.0.0.1:{port}", compression=None, ping_interval=None)  # type: ignore[arg-type]  # Origin is a NewType of str
    await socket.send(hello)
    await socket.recv()
    return socket


async def _hear(socket: ClientConnection, sent: list[float], heard: list[float]) -> None:
    """Note how long each write took to get here; a page tells one write."""
    for number in range(WRITES):
        await socket.recv()
        heard.append(time.perf_counter() - sent[number])
