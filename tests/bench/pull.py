"""W2 and W3: what a fresh device pulls, and what one that is ten changes behind does."""

from __future__ import annotations

import gc
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


class Behind:
    """A device ten changes behind, with its request ready and its connection open."""

    def __init__(self, server: Serving, device: Enrolled, history: int) -> None:
        first_pull(server, device)
        with device.wire() as wire:  # the first pull itself is news about the device, to the office
            device.device.pulled(device.person, _asked(wire, device))
        site = f"site:{device.gate.site}"
        request = device.device.pull(device.person)
        epoch, head = request.cursors[site]
        cursors = {**request.cursors, site: (epoch, head - BEHIND)}
        self.server, self.history = server, history
        self._raw = msgspec.json.encode(msgspec.structs.replace(request, cursors=cursors))
        self._wire = device.wire()
        # The client's own heap of rows must not be looked through while the server is timed.
        device.device.people[device.person].store = PageStore()

    def pull(self) -> float:
        """Milliseconds of one pull, unpacked and decoded."""
        started = time.perf_counter()
        reply = _reply.decode(self._wire.request("/api/sync/pull", self._raw))
        took = (time.perf_counter() - started) * 1e3
        if [len(page.rows) for page in reply.pages] != [BEHIND]:
            raise RuntimeError("not the ten changes")
        return took

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()


def deltas(all_behind: list[Behind], hello: Wire, rounds: int) -> tuple[list[Delta], tuple[float, float]]:
    """W3 at every size in turn, request by request, and p50 and p99 of the bare answer between them.

    In turn, so that whatever else the machine does in these seconds falls on all of them alike.
    """
    times: list[list[float]] = [[] for _ in all_behind]
    bare: list[float] = []
    for behind in all_behind:
        behind.pull()
    gc.collect()
    gc.disable()
    try:
        before = [behind.server.cpu_us() for behind in all_behind]
        for _ in range(rounds):
            for behind, found in zip(all_behind, times, strict=True):
                found.append(behind.pull())
            started = time.perf_counter()
            hello.request("/", b"{}")
            bare.append((time.perf_counter() - started) * 1e3)
        used = [behind.server.cpu_us() - was for behind, was in zip(all_behind, before, strict=True)]
    finally:
        gc.enable()
    result = [
        Delta(behind.history, *_percentiles(one), cpu / rounds / 1e3)
        for behind, one, cpu in zip(all_behind, times, used, strict=True)
    ]
    return result, _percentiles(bare)


def _percentiles(times: list[float]) -> tuple[float, float]:
    times.sort()
    return times[len(times) // 2], times[len(times) * 99 // 100]


def _asked(wire: Wire, device: Enrolled) -> PullReply:
    body = msgspec.json.encode(device.device.pull(device.person))
    return _reply.decode(wire.request("/api/sync/pull", body))
