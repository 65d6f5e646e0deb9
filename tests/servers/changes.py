"""What happens to servers while devices work: killed, replaced one after another, joined by one that migrates."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import msgspec
from tests.servers.cluster import Cluster, Node
from tests.servers.device import Wires
from tests.servers.traffic import Account, traffic

from gatehouse.db.migration import known

DEVICES, PER_SECOND = 12, 50.0
MIGRATION = '''"""A step of tomorrow's version."""

ID = "{id}"
_UP = """
ALTER TABLE visit ADD COLUMN servers_probe text;
ALTER TABLE op ADD COLUMN servers_probe bigint NOT NULL DEFAULT 0;
ALTER TABLE entity ADD COLUMN servers_probe bigint NOT NULL DEFAULT 0;
CREATE TABLE servers_probe (id text PRIMARY KEY, at bigint NOT NULL);
"""
UP_SQLITE = _UP
UP_POSTGRES = _UP
'''
TOMORROW = """
import sys
from gatehouse.db import migrations
migrations.__path__.append({folder!r})
from gatehouse.cli import main
sys.exit(main(["serve"]))
"""


class Changed(msgspec.Struct):
    """What a change of servers came to."""

    account: Account
    times: int
    """How often a process was killed, replaced or started."""
    longest_stop_s: float = 0.0
    longest_wait_ms: float = 0.0
    """The longest anybody waited for the lock of a table."""
    waits: int = 0


async def kills(cluster: Cluster, wires: Wires, seed: int, times: int) -> Changed:
    """A process is killed while it takes pushes, again and again, and comes back."""
    dice = random.Random(seed)
    async with traffic(cluster, wires, DEVICES, PER_SECOND, seed) as going:
        await asyncio.sleep(1.0)
        for _ in range(times):
            node = dice.choice(cluster.nodes)
            await asyncio.sleep(dice.uniform(0.05, 0.5))
            await node.kill()
            await asyncio.sleep(dice.uniform(0.0, 0.5))
            await node.start()
    return Changed(await going.account(), times)


async def rolling(cluster: Cluster, wires: Wires, seed: int, rounds: int) -> Changed:
    """Each process is ended in good order and replaced, one after another."""
    longest = 0.0
    async with traffic(cluster, wires, DEVICES, PER_SECOND, seed) as going:
        await asyncio.sleep(1.0)
        for _ in range(rounds):
            for node in cluster.nodes:
                longest = max(longest, await node.stop())
                await node.start()
                await asyncio.sleep(1.0)
    return Changed(await going.account(), rounds * len(cluster.nodes), longest)


async def migration(cluster: Cluster, wires: Wires, seed: int, folder: Path, *, reader_s: float = 3.0) -> Changed:
    """A process of tomorrow's version starts and migrates beside the others, while a long reader is at the tables."""
    last = known()[-1].id
    step = f"{int(last[:4]) + 1:04}_servers_probe"
    command = await asyncio.to_thread(_of_tomorrow, folder, step)
    tomorrow = Node(cluster.nodes[0].url, cluster.nodes[0].data, command)
    waits: list[float] = []
    async with traffic(cluster, wires, DEVICES, PER_SECOND, seed) as going:
        await asyncio.sleep(1.0)
        watching = asyncio.create_task(_watch(cluster.estate.url, waits))
        reading = asyncio.create_task(_read_long(cluster.estate.url, reader_s))
        await asyncio.sleep(0.3)
        await tomorrow.start()
        await reading
        await asyncio.sleep(2.0)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    await tomorrow.stop()
    applied = await cluster.ask("SELECT id FROM schema_migration ORDER BY id DESC LIMIT 1")
    if applied[0][0] != step:
        raise RuntimeError(f"the step was not applied: {applied[0][0]}")
    return Changed(await going.account(), 1, 0.0, max(waits, default=0.0), len(waits))


def _of_tomorrow(folder: Path, step: str) -> list[str]:
    """The command of a version that knows one step more."""
    folder.mkdir()
    (folder / f"m{step}.py").write_text(MIGRATION.format(id=step))
    return [sys.executable, "-c", TOMORROW.format(folder=str(folder))]


async def _watch(url: str, waits: list[float]) -> None:
    """How long anybody has been waiting for a table, ms, looked at all the time."""
    connection = await asyncpg.connect(url)
    try:
        while True:
            rows = await connection.fetch(
                "SELECT extract(epoch FROM clock_timestamp() - waitstart)::float * 1000 FROM pg_locks "
                "WHERE NOT granted AND locktype = 'relation' AND waitstart IS NOT NULL"
            )
            waits += [row[0] for row in rows]
            await asyncio.sleep(0.004)
    finally:
        connection.terminate()


async def _read_long(url: str, seconds: float) -> None:
    """A backup, or somebody at a prompt: a transaction that has read the tables and does not end."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            until = time.monotonic() + seconds
            await connection.fetch("SELECT COUNT(*) FROM entity, (SELECT 1 FROM visit LIMIT 1) v")
            await connection.fetch("SELECT 1 FROM op LIMIT 1")
            await asyncio.sleep(max(0.0, until - time.monotonic()))
    finally:
        await connection.close()
