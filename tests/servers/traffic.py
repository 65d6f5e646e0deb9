"""Devices that work all the while: they record, push, pull and hold sockets, whatever happens to the servers."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator

import msgspec
from tests.estate import codes
from tests.servers.cluster import Cluster
from tests.servers.device import Live, Wires

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify

STAFF = ("G1", "G2", "G3", "M1")


class Account(msgspec.Struct):
    """What became of what the devices recorded."""

    recorded: int
    lost: int
    """Acts not in the log, although every device has been told that nothing waits."""
    doubled: int
    differing: int
    """Devices whose visits are not the database's, or whose sums the server did not accept."""
    unsound: list[str]
    """What the verification from the log upwards found."""
    strange: int
    """Acts decided other than applied."""
    statuses: dict[str, int]
    faults: int
    """Answers of 5xx that a server gave itself."""
    closes: dict[int, int]
    reconnects: list[float]
    pushes: list[float]


class Traffic:
    """The devices, and what they have done."""

    def __init__(self, cluster: Cluster, wires: Wires, lives: list[Live], per_second: float) -> None:
        self.cluster, self.wires, self.lives, self.per_second = cluster, wires, lives, per_second
        self.recorded: list[str] = []
        self.strange = 0
        self._stopping = False

    async def work(self, live: Live) -> None:
        """Record and push at this device's share of the rate, until it is over."""
        pause = len(self.lives) / self.per_second
        visits: list[str] = []
        while not self._stopping:
            began = time.monotonic()
            if visits and live.dice.random() < 0.4:
                visit = visits.pop()
                self.recorded.append(live.phone.leave(visit))
            else:
                visits.append(live.phone.arrive(unit=f"{live.dice.randrange(20)}-101"))
                self.recorded.append(visits[-1])
            results = await live.drain()
            self.strange += sum(d != "applied" for d, _ in codes(results))
            live.phone.device.outbox.clear()
            await asyncio.sleep(max(0.0, pause * live.dice.uniform(0.5, 1.5) - (time.monotonic() - began)))

    def stop(self) -> None:
        """Nobody records any more; what waits is still sent."""
        self._stopping = True

    async def account(self, *, whole: bool = True) -> Account:
        """Once all is sent: what the database has of it, and what the devices hold; ``whole`` verifies all of it."""
        for live in self.lives:
            await live.drain()
            await live.pull()
        rows = await self.cluster.ask("SELECT op, COUNT(*) FROM log WHERE type = 'op' GROUP BY op")
        logged: dict[str, int] = {row[0]: row[1] for row in rows}
        visits = {row[0] for row in await self.cluster.ask("SELECT id FROM visit")}
        differing = 0
        for live in self.lives:
            held = {str(body["id"]) for body in live.phone.rows("visit")}
            differing += held != visits or await live.pull(digests=True) != []
        estate, unsound = self.cluster.estate, list[str]()
        if whole:
            stamps = [live.phone.device.stamp for live in self.lives if live.phone.device.stamp is not None]
            unsound = [str(one) for one in await verify(estate.database, VerifyingKey(estate.key.public), stamps)]
        return Account(
            len(self.recorded),
            sum(op not in logged for op in self.recorded),
            sum(logged.get(op, 0) > 1 for op in self.recorded),
            differing,
            unsound,
            self.strange,
            dict(self.wires.statuses),
            self.wires.faults,
            dict(sum((live.closes for live in self.lives), Counter())),
            sorted(one for live in self.lives for one in live.reconnects),
            sorted(one for live in self.lives for one in live.pushes),
        )


@contextlib.asynccontextmanager
async def traffic(cluster: Cluster, wires: Wires, devices: int, per_second: float, seed: int) -> AsyncIterator[Traffic]:
    """Devices at work; when the block ends they stop recording, and what waits is sent."""
    lives = []
    for number in range(devices):
        phone = await cluster.estate.phone(STAFF[number % len(STAFF)])
        lives.append(Live(phone, wires, random.Random(seed * 1000 + number)))
    going = Traffic(cluster, wires, lives, per_second)
    listening = [asyncio.create_task(live.listen()) for live in lives]
    working = [asyncio.create_task(going.work(live)) for live in lives]
    try:
        yield going
        going.stop()
        await asyncio.gather(*working)
        await asyncio.sleep(1.0)  # sockets that were lost come back
        for task in listening:
            if task.done():
                task.result()
    finally:
        for task in (*listening, *working):
            task.cancel()
        await asyncio.gather(*listening, *working, return_exceptions=True)


def part(values: list[float], share: float) -> float:
    """A quantile of sorted values; 0 of none."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0
