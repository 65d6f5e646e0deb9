"""A process that no longer hears the others: what it may still send, to whom, and what it makes good afterwards.

Two processes, one of them on a way to PostgreSQL that can go silent. Somebody's role is ended, or their device revoked,
through the other one; their socket on the deaf one must get no row that was committed after that (P24, I5).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import websockets
from tests.estate import Phone
from tests.servers.cluster import Cluster, Node
from tests.servers.device import Live, Wires
from tests.servers.gag import Gag, gagged

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


async def run(cluster: Cluster, folder: Path, way: str, revoked: str, *, pushes: int = 10, wait: bool = True) -> Heard:
    """One revocation. With ``wait`` the deaf process is waited for, else only the leak is counted."""
    estate, (hearing, other) = cluster.estate, cluster.nodes[:2]
    async with _deaf(other, folder) as (node, gag):
        wires = Wires([hearing.origin, node.origin])
        told, here = (1, 0) if way == WAYS[2] else (0, 1)
        admin = Live(estate.admin, wires, random.Random(1), told)
        staff = f"R{random.randrange(10**9)}"
        await estate.hire(staff, "临时工", "guard", estate.site)
        await admin.drain()
        lives = [await _phone(estate, wires, staff, here), await _phone(estate, wires, "G2", here)]
        writer = await _phone(estate, wires, "M1", here)
        gone, stays = lives
        async with gone.socket() as (line, _), stays.socket() as (calm, _):
            rows: list[str] = []
            closes: list[tuple[float, int]] = []
            reading = [asyncio.create_task(_read(line, rows, closes)), asyncio.create_task(_pull_on(calm, stays))]
            writer.phone.arrive(note="before")
            await writer.drain()
            await asyncio.sleep(0.3)
            await _go_deaf(cluster, gag, way)
            act = {"role": ("role.end", {"until": estate.clock.ms}, estate.roles[staff]), "device": None}[revoked]
            if act is not None:
                estate.admin.act(*act)
            else:
                estate.admin.act("device.revoke", {"device": gone.phone.id})
            await admin.drain()
            rows.clear()
            began = time.monotonic()
            for _ in range(pushes):
                writer.phone.arrive(note="after")
                await writer.drain()
                await asyncio.sleep(0.05)
            elsewhere = Live(writer.phone, wires, random.Random(2), told)
            elsewhere.phone.arrive(note="after")  # through the other process: a bare poke at most
            await elsewhere.drain()
            gag.silent.clear()
            until = time.monotonic() + (CLOSED_S if wait else 0.5)
            while not closes and time.monotonic() < until:
                await asyncio.sleep(0.05)
            missed = 0
            if wait:
                want = {row[0] for row in await cluster.ask("SELECT id FROM visit")}
                until = time.monotonic() + CLOSED_S
                while (missed := len(want - _visits(stays.phone))) and time.monotonic() < until:
                    await asyncio.sleep(0.1)
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)
        await wires.close()
    leaked = sum("after" in row for row in rows)
    return Heard(
        way,
        revoked,
        leaked,
        pushes + 1,
        closes[0][0] - began if closes else None,
        missed,
        closes[0][1] if closes else 0,
    )


@contextlib.asynccontextmanager
async def _deaf(node: Node, folder: Path) -> AsyncIterator[tuple[Node, Gag]]:
    """The node again, on a way to the database that can go silent."""
    await node.stop()
    direct = node.url
    async with gagged(direct, folder) as (url, gag):
        node.url = url
        await node.start()
        try:
            yield node, gag
        finally:
            gag.silent.clear()
            await node.stop()
    node.url = direct
    await node.start()


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
