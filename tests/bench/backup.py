"""W6: pushes of one visit while `gatehouse backup` copies and verifies the database beside the running server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from tests.bench.estate import Enrolled
from tests.bench.report import Figure
from tests.bench.serving import Serving

from gatehouse_sync.protocol import PushReply

QUIET_S = 30.0
EVERY_S = 0.02
"""A push begins so often, unless the one before takes longer."""
STALL = 3.0
_reply = msgspec.json.Decoder(PushReply)


def while_copied(server: Serving, device: Enrolled, data: Path, history: int) -> list[Figure]:
    """p50 and p99 of a push with nothing else going on, and from the start of a backup to its end."""
    began = time.monotonic()
    quiet = _pushes(device, lambda: time.monotonic() - began < QUIET_S)
    command = [sys.executable, "-m", "gatehouse.cli", "backup", "--scheduled"]
    environment = {**os.environ, "GATEHOUSE_DATABASE_URL": server.url, "GATEHOUSE_DATA": str(data)}
    started = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as copying:
        busy = _pushes(device, lambda: copying.poll() is None)
        if copying.returncode:
            raise RuntimeError(f"the backup failed with {copying.returncode}")
    took = time.monotonic() - started
    name = f"W6 a push, {history:,} visits"
    limit = STALL * _at(quiet, 0.99)
    return [
        Figure(f"{name}: quiet p50", "ms", [_at(quiet, 0.5)]),
        Figure(f"{name}: quiet p99", "ms", [_at(quiet, 0.99)]),
        Figure(f"{name}: while copied p50", "ms", [_at(busy, 0.5)]),
        Figure(f"{name}: while copied p99", "ms", [_at(busy, 0.99)], None, limit, at_most=True),
        Figure(f"{name}: slowest while copied", "ms", [busy[-1]]),
        Figure(f"{name}: the backup, verified", "s", [took]),
    ]


def _pushes(device: Enrolled, going_on: Callable[[], bool]) -> list[float]:
    """How long each push took, ms, sorted; signed before its clock starts."""
    took = []
    with device.wire() as wire:
        while going_on():
            (frame,) = device.frames(1, 1)
            begun = time.perf_counter()
            reply = _reply.decode(wire.request("/api/sync/push", frame))
            seconds = time.perf_counter() - begun
            if [result[2] for result in reply.results] != ["applied"]:
                raise RuntimeError(f"not applied: {reply.results}")
            took.append(seconds * 1e3)
            time.sleep(max(0.0, EVERY_S - seconds))
    return sorted(took)


def _at(took: list[float], share: float) -> float:
    return took[min(len(took) - 1, int(len(took) * share))]
