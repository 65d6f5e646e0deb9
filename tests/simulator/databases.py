"""Databases for simulated histories: the product's engines on storage that is quick to put back to a template.

Nothing here is durable, on purpose: durability is proved by the crash and power-cut harness, on real files. SQLite runs
in memory on one connection and on the caller's thread; PostgreSQL is a real server, for many histories with fsync off.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
from tests.dump import TABLES

from gatehouse.db.engine import Database
from gatehouse.db.lane import Lane
from gatehouse.db.migrate import migrate
from gatehouse.db.postgres import PostgresDatabase
from gatehouse.db.sqlite import SQLiteDatabase

T = TypeVar("T")
_TEMPLATE = "template_of"
PATIENCE_S = 24 * 60 * 60.0


class Backing(Protocol):
    """A database that can be put back to how it was when ``freeze`` was called."""

    @property
    def database(self) -> Database:
        """The engine."""

    async def open(self) -> None:
        """Open it, migrated and empty."""

    async def freeze(self) -> None:
        """Remember every table as the template."""

    async def thaw(self) -> None:
        """Put every table back to the template."""

    async def close(self) -> None:
        """Let it go."""


class _Here(Lane):
    """A lane without threads: work runs at once, on the thread that hands it in."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__("here", lambda: connection)
        self.connection = connection

    async def open(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        """Nothing to stop."""

    def run(self, work: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Do it, and give a future that is done."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        try:
            future.set_result(work(self.connection))
        except BaseException as failure:  # noqa: BLE001 - handed to whoever waits, as the real lane does
            future.set_exception(failure)
        return future


class MemorySQLite(SQLiteDatabase):
    """The SQLite engine over one connection in memory."""

    def __init__(self) -> None:
        super().__init__(Path("memory.db"))
        self.connection = sqlite3.connect(
            ":memory:",
            isolation_level=None,
            detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
            cached_statements=512,
            check_same_thread=False,
        )
        self.connection.execute("PRAGMA foreign_keys = 1")
        self.writer = _Here(self.connection)
        self._readers = _Here(self.connection)

    async def open(self) -> None:
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        self._turn = None


class InMemory:
    """SQLite."""

    def __init__(self) -> None:
        self.database = MemorySQLite()
        self._template = sqlite3.connect(":memory:", check_same_thread=False)

    async def open(self) -> None:
        await self.database.open()
        await migrate(self.database)

    async def freeze(self) -> None:
        self.database.connection.backup(self._template)

    async def thaw(self) -> None:
        self._template.backup(self.database.connection)

    async def close(self) -> None:
        await self.database.close()
        self.database.connection.close()


class _Quick(PostgresDatabase):
    """The PostgreSQL engine on a server that need not be durable."""

    async def _check_server(self) -> None:
        """Nothing: that fsync is on is asserted wherever something is to last."""


class OnServer:
    """PostgreSQL: one database, its tables emptied and filled from copies of them."""

    def __init__(self, url: str) -> None:
        # A machine that is busy, or stood still for a while, must not change what happens.
        waits = dict.fromkeys(("acquire_wait", "command_wait", "lock_wait", "idle_wait"), PATIENCE_S)
        self.database = _Quick(url, connections=2, **waits)

    async def open(self) -> None:
        await self.database.open()
        await migrate(self.database)

    async def freeze(self) -> None:
        for table in TABLES:
            await self._run(f"CREATE UNLOGGED TABLE {_TEMPLATE}_{table} AS TABLE {table}")

    async def thaw(self) -> None:
        fill = "; ".join(f"INSERT INTO {table} SELECT * FROM {_TEMPLATE}_{table}" for table in TABLES)
        number = "SELECT setval(pg_get_serial_sequence('scope_head', 'id'), (SELECT MAX(id) FROM scope_head))"
        await self._run(f"BEGIN; TRUNCATE {', '.join(TABLES)}; {fill}; {number}; COMMIT")

    async def close(self) -> None:
        await self.database.close()

    async def _run(self, text: str) -> None:
        assert self.database.pool is not None
        connection: Any = await self.database.pool.acquire()
        try:
            await connection.execute(text)
        finally:
            await self.database.pool.release(connection)


def backing(url: str) -> Backing:
    """SQLite in memory for ``sqlite``, else the PostgreSQL database at this address."""
    return InMemory() if url == "sqlite" else OnServer(url)


async def fresh(dsn: str, name: str, *, quick: bool = False) -> str:
    """A new database on a server; gives its address. ``quick``: all of it stops waiting for its disk, for ever."""
    unsafe = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off") if quick else ()
    connection = await asyncpg.connect(dsn)
    try:
        for setting in unsafe:
            await connection.execute(f"ALTER SYSTEM SET {setting}")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    finally:
        await connection.close()
    parts = urlsplit(dsn)
    return urlunsplit(parts._replace(path=f"/{name}"))
