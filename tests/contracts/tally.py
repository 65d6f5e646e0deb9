"""A table to fight over and the moves of the engines' contract, the same on both databases."""

import asyncio
import contextvars
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
from piccolo.columns import BigInt, Text
from piccolo.table import Table

from gatehouse.db import Database, PostgresDatabase, SQLiteDatabase

CONNECTIONS = 4


class Tally(Table, tablename="tally"):
    """A row to fight over."""

    id = Text(primary_key=True)
    n = BigInt()


class Strict(Table, tablename="strict_child"):
    """A row whose foreign key is checked at COMMIT."""

    id = Text(primary_key=True)
    parent = Text(null=True, default=None)


DDL = (
    "CREATE TABLE tally (id TEXT PRIMARY KEY, n BIGINT NOT NULL)",
    "CREATE TABLE strict_child (id TEXT PRIMARY KEY, parent TEXT REFERENCES tally(id) DEFERRABLE INITIALLY DEFERRED)",
)


async def count(engine: Database) -> int:
    return int(await Tally.count())


async def value() -> int:
    row = await Tally.select(Tally.n).where(Tally.id == "a").first()
    assert row is not None
    return int(row["n"])


async def assert_free(engine: Database) -> None:
    """The next write gets through at once and no connection is missing."""
    async with asyncio.timeout(2):
        async with engine.write():
            await Tally.update({Tally.n: Tally.n + 1}).where(Tally.id == "a")
    if isinstance(engine, PostgresDatabase):
        assert engine.pool is not None
        assert engine.pool.get_size() == engine.pool.get_idle_size()
        assert engine.pool.get_size() <= CONNECTIONS


async def orphan(name: str) -> None:
    await Strict.insert(Strict(id=name, parent="nobody"))


def empty_context() -> contextvars.Context:
    return contextvars.Context()


async def later(body: Callable[[], Awaitable[int]]) -> int:
    await asyncio.sleep(0.02)
    return await body()


async def enter(engine: Database) -> None:
    async with engine.write():
        pass


async def raw(engine: Database, tx: Any, sql: str) -> int:
    """Run `sql` through the driver inside `tx` and give the single value it answers."""
    if isinstance(engine, SQLiteDatabase):
        return int(await tx.run(lambda connection: connection.execute(sql).fetchall()[0][0]))
    return int(await tx.connection.fetchval(sql))


async def one_read(engine: Database) -> int:
    if isinstance(engine, SQLiteDatabase):
        return int(await engine.read(lambda connection: connection.execute("SELECT n FROM tally").fetchone()[0]))
    return int(await engine.read(lambda connection: connection.fetchval("SELECT n FROM tally")))


async def two_reads(engine: Database, between: Callable[[], Awaitable[object]]) -> tuple[int, int]:
    """Read the value twice in one snapshot and await `between` in the middle."""
    if isinstance(engine, SQLiteDatabase):
        loop, halfway, go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

        def work(connection: sqlite3.Connection) -> tuple[int, int]:
            first = connection.execute("SELECT n FROM tally").fetchone()[0]
            loop.call_soon_threadsafe(halfway.set)
            assert go_on.wait(10)
            return first, connection.execute("SELECT n FROM tally").fetchone()[0]

        reading = asyncio.create_task(engine.read(work))
        await halfway.wait()
        await between()
        go_on.set()
        return await reading

    async def fetch(connection: Any) -> tuple[int, int]:
        first = await connection.fetchval("SELECT n FROM tally")
        await asyncio.create_task(_awaited(between))
        return first, await connection.fetchval("SELECT n FROM tally")

    return await engine.read(fetch)


async def _awaited(between: Callable[[], Awaitable[object]]) -> None:
    await between()


async def backends(url: str) -> int:
    """How many other connections the server counts on this database, after a moment to say goodbye."""
    connection = await asyncpg.connect(url)
    try:
        left = 0
        for _ in range(50):
            left = await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if left == 0:
                break
            await asyncio.sleep(0.02)
        return int(left)
    finally:
        await connection.close()
