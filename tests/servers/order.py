"""Rows committed late, by several processes (T1), and writers that meet on the same records in opposite order.

Every push is held for up to 50 ms at its commit, by a trigger of ours in the database. The control is in the same
transactions: a number of a sequence, taken as serial cursors are, which a poller that trusts it must lose rows by.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter

import msgspec
from tests.estate import HASH, Phone, codes
from tests.servers.cluster import Cluster
from tests.servers.device import Live, Wires

from gatehouse.estate.found import found

WRITERS, EACH = 8, 10
_HOLD = """
CREATE TABLE serial_feed (seq bigserial PRIMARY KEY, chain text, n bigint);
CREATE FUNCTION take_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO serial_feed (chain, n) VALUES (NEW.chain, NEW.n); RETURN NULL; END $$;
CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(random() * 0.05); RETURN NULL; END $$;
CREATE TRIGGER take_number AFTER INSERT ON push_proof FOR EACH ROW EXECUTE FUNCTION take_number();
CREATE CONSTRAINT TRIGGER hold_commit AFTER INSERT ON push_proof
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_commit();
"""
_FREE = (
    "DROP TRIGGER hold_commit ON push_proof; DROP TRIGGER take_number ON push_proof; "
    "DROP FUNCTION hold_commit; DROP FUNCTION take_number; DROP TABLE serial_feed"
)


class Polled(msgspec.Struct):
    """What pollers held in the end of what was written."""

    rows: int
    missed: int
    """Rows of the table that the poller of pages lacks, or holds beyond it."""
    pulls: int
    serial: int
    serial_missed: int
    """Rows that the poller of serial numbers skipped: it must skip some."""
    faults: int


async def poll(cluster: Cluster, rows: int = 2_000, others: int = 3) -> Polled:
    """8 writers of one org push ``rows`` visits over all processes, other orgs push beside them, one device polls."""
    estate = cluster.estate
    wires = Wires([node.origin for node in cluster.nodes])
    writers = [
        Live(await estate.phone(("G1", "G2", "G3", "M1")[i % 4]), wires, random.Random(i)) for i in range(WRITERS)
    ]
    reader = Live(await estate.phone("G1"), wires, random.Random(99))
    beside = [Live(await _other_org(cluster, wires, i), wires, random.Random(50 + i)) for i in range(others)]
    already = {row[0] for row in await cluster.ask("SELECT id FROM entity WHERE kind = 'visit'")}
    await reader.pull()
    await cluster.ask_script(_HOLD)
    finished = asyncio.Event()
    pulls, serial_seen = 0, set[int]()

    async def write(live: Live) -> None:
        for _ in range(rows // WRITERS // EACH):
            for _ in range(EACH):
                live.phone.arrive()
            results = await live.drain()
            assert codes(results) == [("applied", None)] * EACH
            live.phone.device.outbox.clear()

    async def write_beside(live: Live) -> None:
        site = live.phone.act("site.create", {"name": "别处", "zone": "Asia/Shanghai"})
        post = live.phone.act("post.create", {"site": site, "name": "门", "order": 1})
        while not finished.is_set():
            live.phone.act("visit.arrive", {"site": site, "post": post, "category": "courier"})
            await live.drain()
            live.phone.device.outbox.clear()

    async def pull_on() -> None:
        nonlocal pulls
        while not finished.is_set():
            await reader.pull()
            pulls += 1

    async def poll_serial() -> None:
        cursor = 0
        while not finished.is_set():
            found_rows = await cluster.ask("SELECT seq FROM serial_feed WHERE seq > $1", cursor)
            serial_seen.update(row[0] for row in found_rows)
            cursor = max([cursor, *(row[0] for row in found_rows)])
            await asyncio.sleep(0.002)

    try:
        background = [asyncio.create_task(one) for one in (pull_on(), poll_serial(), *map(write_beside, beside))]
        await asyncio.gather(*map(write, writers))
        finished.set()
        await asyncio.gather(*background)
        await reader.pull()
        stored = {row[0] for row in await cluster.ask("SELECT seq FROM serial_feed")}
        cursor = max(serial_seen, default=0)
        skipped = {seq for seq in stored if seq < cursor} - serial_seen
    finally:
        await cluster.ask_script(_FREE)
    table = {
        row[0] for row in await cluster.ask("SELECT id FROM entity WHERE kind = 'visit' AND org = $1", estate.org)
    } - already
    held = {str(body["id"]) for body in reader.phone.rows("visit")} - already
    await wires.close()
    return Polled(len(table), len(table ^ held), pulls, len(stored), len(skipped), wires.faults)


async def _other_org(cluster: Cluster, wires: Wires, number: int) -> Phone:
    estate = cluster.estate
    login = f"Z{number}{random.randrange(10**9)}"
    await found(estate.core, f"别家物业{number}", "别家管理员", login, HASH)
    return await estate.phone(login)


class Crossed(msgspec.Struct):
    """Writers on the same records in opposite orders."""

    pushes: int
    ops: int
    decided: dict[str, int]
    deadlocks: int
    busy: int
    """Pushes answered "busy, try again": none was refused for it."""
    slowest_s: float
    unfinished: int


async def opposite(cluster: Cluster, seed: int, rounds: int, devices: int = 8, records: int = 24) -> Crossed:
    """Devices amend the same visits in opposite orders, in the same moments, over all processes."""
    estate = cluster.estate
    wires = Wires([node.origin for node in cluster.nodes])
    dice = random.Random(seed)
    author = Live(await estate.phone("G1"), wires, dice)
    visits = [author.phone.arrive() for _ in range(records)]
    await author.drain()
    lives = [
        Live(await estate.phone(("G1", "G2", "G3", "M1")[i % 4]), wires, random.Random(i), i % len(cluster.nodes))
        for i in range(devices)
    ]
    for live in lives:
        await live.pull()
    before = await cluster.deadlocks()
    decided: Counter[str] = Counter()
    slowest = 0.0
    for number in range(rounds):
        for i, live in enumerate(lives):
            some = dice.sample(visits, records // 2)
            for visit in sorted(some, reverse=bool(i % 2)):
                live.phone.amend(visit, pass_no=f"{number}-{i}")
        began = time.monotonic()
        for results in await asyncio.gather(*(live.drain() for live in lives)):
            decided.update(" ".join(filter(None, one)) for one in codes(results))
        slowest = max(slowest, time.monotonic() - began)
    await asyncio.sleep(1.1)  # statistics are told a second late at most
    unfinished = sum(live.phone.frame() is not None for live in lives)
    pushes = sum(len(live.pushes) for live in lives)
    await wires.close()
    busy = wires.statuses["503 busy"]
    total = rounds * devices * (records // 2)
    return Crossed(pushes, total, dict(decided), await cluster.deadlocks() - before, busy, slowest, unfinished)
