"""A process that no longer hears the others: what it may still send, to whom, and what it makes good afterwards.

Two processes, one of them on a way to PostgreSQL that can go silent. Somebody's role is ended, or their device revoked,
through the other one; their socket on the deaf one must get no row that was committed after that (P24, I5).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from typing import Any

import msgspec
import websockets
from tests.estate import Phone
from tests.servers.cluster import Cluster
from tests.servers.device import Live, Wires
from tests.servers.gag import Gag

REVOCATIONS = ("role", "device")
WAYS = ("the listener's line swallows", "the listener's line is cut", "the teller's line swallows")
CLOSED_S = 40.0


class Heard(msgspec.Struct):
    """What came of one revocation while a process was deaf."""

    way: str
    revoked: str
    leaked: int
    """Rows sent to the revoked socket that were committed after the revocation."""
    sent: int
    """Rows committed after it."""
    closed_s: float | None
    """Seconds until the socket was closed, None when it never was."""
    missed: int
    """Rows that an entitled listener of the deaf process lacks in the end."""
    code: int = 0


async def run(cluster: Cluster, gag: Gag, way: str, revoked: str, *, pushes: int = 10, wait: bool = True) -> Heard:
    """One revocation; the last process reaches the database through the gag.

    With ``wait`` the deaf process is waited for, else only the leak is counted.
    """
    estate = cluster.estate
    wires = Wires([cluster.nodes[0].origin, cluster.nodes[-1].origin])
    told, here = (1, 0) if way == WAYS[2] else (0, 1)
    admin, elsewhere = Live(estate.admin, wires, random.Random(1), told), await _phone(estate, wires, "M1", told)
    staff = f"R{random.randrange(10**9)}"
    await estate.hire(staff, "临时工", "guard", estate.site)
    await admin.drain()
    gone, stays = await _phone(estate, wires, staff, here), await _phone(estate, wires, "G2", here)
    writer = await _phone(estate, wires, "M1", here)
    rows: list[str] = []
    closes: list[tuple[float, int]] = []
    async with gone.socket() as (line, _), stays.socket() as (calm, _):
        reading = [asyncio.create_task(_read(line, rows, closes)), asyncio.create_task(_pull_on(calm, stays))]
        await _arrive(writer, "before")
        await asyncio.sleep(0.3)
        await _go_deaf(cluster, gag, way)
        if revoked == "role":
            estate.admin.act("role.end", {"until": estate.clock.ms}, estate.roles[staff])
        else:
            estate.admin.act("device.revoke", {"device": gone.phone.id})
        await admin.drain()
        rows.clear()
        began = time.monotonic()
        for _ in range(pushes):
            await _arrive(writer, "after")
            await asyncio.sleep(0.05)
        await _arrive(elsewhere, "after")  # through the other process: a bare poke at most
        gag.silent.clear()
        await _until(lambda: bool(closes), CLOSED_S if wait else 0.5)
        want = {row[0] for row in await cluster.ask("SELECT id FROM visit")}
        if wait:
            await _until(lambda: want <= _visits(stays.phone), CLOSED_S)
        missed = len(want - _visits(stays.phone))
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    await wires.close()
    leaked = sum("after" in row for row in rows)
    at, code = closes[0] if closes else (0.0, 0)
    return Heard(way, revoked, leaked, pushes + 1, at - began if closes else None, missed, code)


async def _arrive(live: Live, note: str) -> None:
    live.phone.arrive(note=note)
    await live.drain()


async def _until(holds: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:  # noqa: ASYNC110 - what it looks at tells nobody when it changes
        await asyncio.sleep(0.05)


async def _go_deaf(cluster: Cluster, gag: Gag, way: str) -> None:
    if way == WAYS[0]:
        gag.silent.add("listen")
    elif way == WAYS[1]:
        gag.silent.add("listen")  # so that the next one hears nothing either
        await cluster.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'gatehouse-listen'"
        )
    else:
        gag.silent.add("notify")


async def _phone(estate: Any, wires: Wires, staff_no: str, at: int) -> Live:
    live = Live(await estate.phone(staff_no), wires, random.Random(at), at)
    await live.pull()
    return live


async def _read(line: Any, rows: list[str], closes: list[tuple[float, int]]) -> None:
    """Take what comes, and pull nothing: a client that wants to keep what it has."""
    try:
        while True:
            frame = msgspec.json.decode(await line.recv())
            rows += [msgspec.json.encode(row).decode() for row in frame.get("page", {}).get("rows", [])]
    except websockets.ConnectionClosed as end:
        closes.append((time.monotonic(), end.rcvd.code if end.rcvd is not None else 0))


async def _pull_on(line: Any, live: Live) -> None:
    """Pull whenever anything is told, as apps do, and come back when shown out."""
    with contextlib.suppress(websockets.ConnectionClosed):
        while True:
            await line.recv()
            await live.pull()
    await live.listen()


def _visits(phone: Phone) -> set[str]:
    return {str(body["id"]) for body in phone.rows("visit")}
