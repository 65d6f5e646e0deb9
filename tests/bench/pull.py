"""W2 and W3: what a fresh device pulls, and what one that is ten changes behind does."""

from __future__ import annotations

import time

import msgspec
from tests.bench.estate import Enrolled
from tests.bench.serving import Serving
from tests.bench.wire import Wire

from gatehouse_sync.page import PageStore
from gatehouse_sync.protocol import PullReply

BEHIND = 10
_reply = msgspec.json.Decoder(PullReply)


class FirstPull(msgspec.Struct, frozen=True):
    """One run of W2: ``wire`` is bytes of an answer per record, ``server_us`` µs per record."""

    records: int
    records_s: float
    wire: float
    server_us: float
    pages: int


class Delta(msgspec.Struct, frozen=True):
    """One run of W3: milliseconds of a pull."""

    history: int
    p50: float
    p99: float
    server_ms: float


def first_pull(server: Serving, device: Enrolled) -> FirstPull:
    """Fetch everything, decode it and take it into an empty store; the clock stops when the heads are reached."""
    person = device.device.people[device.person]
    person.store = PageStore()
    person.at_heads = False
    with device.wire() as wire:
        cpu, started, size, pages = server.cpu_us(), time.perf_counter(), 0, 0
        while not person.at_heads:
            device.device.pulled(device.person, _asked(wire, device))
            size, pages = size + wire.received, pages + 1
        wall, used = time.perf_counter() - started, server.cpu_us() - cpu
    records = sum(row.body["kind"] == "visit" for row in person.store.rows.values())
    return FirstPull(records, records / wall, size / records, used / records, pages)


def delta(server: Serving, device: Enrolled, history: int, rounds: int) -> Delta:
    """Pull the last ten changes again and again on one connection; the answer is unpacked and decoded."""
    first_pull(server, device)
    site = f"site:{device.gate.site}"
    request = device.device.pull(device.person)
    epoch, head = request.cursors[site]
    raw = msgspec.json.encode(
        msgspec.structs.replace(request, cursors={**request.cursors, site: (epoch, head - BEHIND)})
    )
    times = []
    with device.wire() as wire:
        for _ in range(20):
            wire.request("/api/sync/pull", raw)
        cpu = server.cpu_us()
        for _ in range(rounds):
            started = time.perf_counter()
            reply = _reply.decode(wire.request("/api/sync/pull", raw))
            times.append((time.perf_counter() - started) * 1e3)
            if [len(page.rows) for page in reply.pages] != [BEHIND]:
                raise RuntimeError("not the ten changes")
        used = server.cpu_us() - cpu
    times.sort()
    return Delta(history, times[rounds // 2], times[rounds * 99 // 100], used / rounds / 1e3)


def _asked(wire: Wire, device: Enrolled) -> PullReply:
    body = msgspec.json.encode(device.device.pull(device.person))
    return _reply.decode(wire.request("/api/sync/pull", body))
