"""Pokes across processes: who hears of a push that another process took, and how late."""

from __future__ import annotations

import asyncio
import random
import time

import msgspec
from tests.servers.cluster import Cluster
from tests.servers.device import Live, Wires

PING_S = 20.0


class Poked(msgspec.Struct):
    """Every push at every socket: how many heard of it, how late (sorted, seconds since it was sent)."""

    sockets: int
    pushes: int
    missed: int
    here: list[float]
    """At sockets of the process that took the push."""
    elsewhere: list[float]


async def run(cluster: Cluster, each: int, pushes: int, per_second: float = 10.0) -> Poked:
    """``each`` sockets at every process hear of ``pushes``, sent to the first, one act in each."""
    estate = cluster.estate
    wires = Wires([node.origin for node in cluster.nodes])
    writer = Live(await estate.phone("G1"), wires, random.Random(0), 0)
    scope = f"site:{estate.site}"
    heard: list[list[tuple[float, int]]] = []
    places: list[int] = []
    tasks: list[asyncio.Task[None]] = []
    try:
        for at in range(len(cluster.nodes)):
            reader = Live(await estate.phone("G2"), wires, random.Random(at), at)
            await reader.pull()
            for _ in range(each):
                heard.append([])
                places.append(at)
                ready = asyncio.Event()
                tasks.append(asyncio.create_task(_hear(reader, scope, heard[-1], ready)))
                await asyncio.wait_for(ready.wait(), 20)
        sent: dict[str, float] = {}
        began = time.monotonic()
        for number in range(pushes):
            await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
            visit = writer.phone.arrive()
            sent[visit] = time.monotonic()
            await writer.drain()
            writer.phone.device.outbox.clear()
        await asyncio.sleep(2.0)
        for task in tasks:
            if task.done():
                task.result()  # a socket that was closed
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await wires.close()
    rows = await cluster.ask(
        "SELECT f.entity, f.seq FROM feed f JOIN scope_head s ON s.id = f.scope WHERE s.scope = $1", scope
    )
    numbers = {row[0]: row[1] for row in rows}
    here: list[float] = []
    elsewhere: list[float] = []
    missed = 0
    for at, told in zip(places, heard, strict=True):
        for visit, when in sent.items():
            first = next((moment for moment, upto in told if upto >= numbers[visit]), None)
            if first is None:
                missed += 1
            else:
                (elsewhere if at else here).append(first - when)
    return Poked(len(places), pushes, missed, sorted(here), sorted(elsewhere))


async def _hear(reader: Live, scope: str, told: list[tuple[float, int]], ready: asyncio.Event) -> None:
    async with reader.socket() as (line, _):
        ready.set()
        pinged = time.monotonic()
        while True:
            frame = msgspec.json.decode(await line.recv())
            if frame == "pong":
                continue
            if time.monotonic() - pinged > PING_S:  # silence for a minute is taken for a dead line
                pinged = time.monotonic()
                await line.send('"ping"')
            page = frame.get("page", {})
            upto = page.get("upto") if page.get("scope") == scope else frame.get("poke", {}).get(scope)
            if upto is not None:
                told.append((time.monotonic(), upto))
