"""W1: new visits pushed in batches of 100, by one device and by eight at once."""

from __future__ import annotations

import threading
import time

import msgspec
from tests.bench import machine
from tests.bench.estate import BATCH, Enrolled, Gate
from tests.bench.serving import Serving

from gatehouse_sync.protocol import PushReply


class Pushed(msgspec.Struct, frozen=True):
    """One run of W1; times in µs per op, ``sent`` in bytes per op on the wire."""

    clients: int
    ops: int
    ops_s: float
    server_us: float
    database_us: float
    sent: float


def push(
    server: Serving,
    gate: Gate,
    clients: int,
    total: int,
    *,
    seed: int,
    postmaster: int | None = None,
    size: int = BATCH,
) -> Pushed:
    """Push ``total`` visits over ``clients`` devices; the clock stops at the last acknowledgement."""
    devices = [Enrolled(server.port, gate, seed + number) for number in range(clients)]
    prepared = [device.frames(total // clients, size) for device in devices]
    gates = threading.Barrier(clients + 1)
    failures: list[BaseException] = []

    def run(device: Enrolled, frames: list[bytes]) -> None:
        try:
            with device.wire() as wire:
                gates.wait()
                for frame in frames:
                    _acknowledged(wire.request("/api/sync/push", frame))
        except BaseException as failure:  # noqa: BLE001 - raised again by the thread that measures
            failures.append(failure)
            gates.abort()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(devices, prepared, strict=True)]
    for thread in threads:
        thread.start()
    gates.wait()
    cpu, cpu_database, started = server.cpu_us(), _database_us(postmaster), time.perf_counter()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - started
    used, used_database = server.cpu_us() - cpu, _database_us(postmaster) - cpu_database
    if failures:
        raise failures[0]
    sent = sum(len(frame) for frames in prepared for frame in frames) / total
    return Pushed(clients, total, total / wall, used / total, used_database / total, sent)


def _database_us(postmaster: int | None) -> float:
    """What PostgreSQL has used; its backends come and go, so the tree is read anew."""
    return machine.cpu_us(machine.tree(postmaster)) if postmaster is not None else 0.0


def _acknowledged(answer: bytes) -> None:
    """Every op of the frame was applied: anything else would be another workload."""
    reply = _reply.decode(answer)
    refused = [result for result in reply.results if result[2] != "applied"]
    if refused or not reply.results:
        raise RuntimeError(f"not applied: {refused[:1]}")


_reply = msgspec.json.Decoder(PushReply)
