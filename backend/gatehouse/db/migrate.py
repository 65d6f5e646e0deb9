"""Bring a database up to this version's schema, all or nothing, one process at a time."""

import contextlib
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from gatehouse.db.copy import copy_sqlite
from gatehouse.db.engine import Database
from gatehouse.db.failures import SchemaRefused
from gatehouse.db.migration import Migration, in_order, known, statements
from gatehouse.db.postgres import PostgresDatabase
from gatehouse.db.postgres_transaction import PostgresConnection
from gatehouse.db.rerun import rerun, worth_another_run
from gatehouse.db.sqlite import SQLiteDatabase

_LEDGER: Final = (
    "CREATE TABLE IF NOT EXISTS schema_migration"
    " (id text PRIMARY KEY, applied_ms bigint NOT NULL, app_version text NOT NULL)"
)
_APPLIED: Final = "SELECT id FROM schema_migration ORDER BY id"
# Any number will do, if it is always the same one: ours alone in this database.
MIGRATING: Final = 0x67617465
_POSTGRES_PATIENCE_S: Final = 3600.0
_TABLE_WAIT_MS: Final = 50.0
LONGEST_TABLE_WAIT_MS: Final = 2_000.0
_MORE: Final = 1.1
_POSTGRES_RUNS: Final = 1_000
"""With pauses of half a second at most: some ten minutes or more, in which somebody's long transaction may end."""
_FIRST_LOCKED: Final = "chain"


def wall_ms() -> int:
    """Now, in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def installed_version() -> str:
    """The version of the program as installed."""
    try:
        return version("gatehouse")
    except PackageNotFoundError:
        return "unknown"


async def migrate(
    database: Database,
    steps: Sequence[Migration] | None = None,
    *,
    clock: Callable[[], int] = wall_ms,
    app_version: str | None = None,
) -> tuple[str, ...]:
    """Apply what is missing in one transaction and give the ids applied; nothing missing, nothing done.

    On SQLite a copy of a file that holds tables is taken first (`<file>.before-<id>-<ms>`). Processes that start
    together on PostgreSQL wait for the first. Raises SchemaRefused, with the database unchanged, if it was written by
    a newer version, if its history is not ours, or if a step fails.
    """
    ordered = known() if steps is None else in_order(steps)
    stamp = (clock(), app_version or installed_version())
    if isinstance(database, SQLiteDatabase):
        return await _migrate_sqlite(database, ordered, stamp)
    wait_ms = _TABLE_WAIT_MS / _MORE

    def once() -> Awaitable[tuple[str, ...]]:
        nonlocal wait_ms
        wait_ms = min(wait_ms * _MORE, LONGEST_TABLE_WAIT_MS)
        return _migrate_postgres(database, ordered, stamp, wait_ms)

    return await rerun(once, runs=_POSTGRES_RUNS)


async def pending(database: Database, steps: Sequence[Migration] | None = None) -> tuple[str, ...]:
    """Ids that `migrate` would apply; raises SchemaRefused where it would."""
    ordered = known() if steps is None else in_order(steps)
    if isinstance(database, SQLiteDatabase):
        applied = await database.read(applied_sqlite)
    else:
        applied = await database.read(_applied_postgres)
    return tuple(step.id for step in missing(ordered, applied))


def missing(ordered: Sequence[Migration], applied: Sequence[str]) -> Sequence[Migration]:
    """The steps that come after `applied`; raises SchemaRefused unless `applied` is how the list begins."""
    ours = [step.id for step in ordered]
    if list(applied) == ours[: len(applied)]:
        return ordered[len(applied) :]
    strange = [name for name in applied if name not in ours]
    if strange:
        raise SchemaRefused(
            f"The database was written by another version of Gatehouse: it has the schema step {strange[-1]}, which "
            "this one does not know. Install that version or a later one, or restore the copy taken before the update."
        )
    raise SchemaRefused(f"The database lacks an earlier schema step than {applied[-1]}; restore it from a backup.")


def schema_of(connection: sqlite3.Connection) -> dict[str, str]:
    """The text each table and index of an SQLite database was made by, by its name, without spaces and quotes."""
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return {name: "".join(text.replace('"', "").split()) for name, text in rows}


@cache
def schema_made() -> dict[str, str]:
    """The same of a database that all migrations of this version have just made."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(_LEDGER)
        for step in known():
            for statement in statements(step.sqlite):
                connection.execute(statement)
        return schema_of(connection)


async def _migrate_sqlite(
    database: SQLiteDatabase, ordered: Sequence[Migration], stamp: tuple[int, str]
) -> tuple[str, ...]:
    todo = missing(ordered, await database.read(applied_sqlite))
    if not todo:
        return ()
    if await database.read(_holds_tables):
        # No other process can write in between: this one holds the lock on the file.
        target = Path(f"{database.file}.before-{todo[0].id}-{stamp[0]}")
        await database.read(lambda connection: copy_sqlite(connection, target))

    def apply(connection: sqlite3.Connection) -> None:
        connection.execute(_LEDGER)
        for step in todo:
            try:
                for statement in statements(step.sqlite):
                    connection.execute(statement)
                broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            except (sqlite3.Error, ValueError) as failure:
                raise SchemaRefused(f"The schema step {step.id} failed: {failure}.") from failure
            if broken:
                raise SchemaRefused(f"The schema step {step.id} leaves rows of {broken[0][0]} without their parent.")
            connection.execute("INSERT INTO schema_migration VALUES (?, ?, ?)", (step.id, *stamp))

    async with database.write() as tx:
        await tx.run(apply, commit=True)
    return tuple(step.id for step in todo)


def applied_sqlite(connection: sqlite3.Connection) -> list[str]:
    """Ids of the steps applied to a file, in order; none for a file without our schema."""
    exists = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_migration'").fetchone()
    return [row[0] for row in connection.execute(_APPLIED)] if exists else []


def _holds_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None


async def _migrate_postgres(
    database: PostgresDatabase, ordered: Sequence[Migration], stamp: tuple[int, str], wait_ms: float
) -> tuple[str, ...]:
    async with database.write() as tx:
        connection = tx.connection
        # Waiting for another process's migration may take long; waiting for a table must not, because every query
        # on it would queue up behind us. So the table's lock is tried for a moment and all of this run again, each
        # time a little more patiently: on a busy machine the pushes under way take longer to end.
        await connection.execute("SET LOCAL lock_timeout = 0")
        await connection.execute(f"SELECT pg_advisory_xact_lock({MIGRATING})", timeout=_POSTGRES_PATIENCE_S)
        await connection.execute(f"SET LOCAL lock_timeout = '{round(wait_ms)}ms'")
        todo = missing(ordered, await _applied_postgres(connection))
        if todo:
            if await connection.fetchval(f"SELECT to_regclass('{_FIRST_LOCKED}')") is not None:
                # Pushes begin with a row of this table: those under way end, others wait here and hold nothing yet
                # that a step needs. Reading goes on.
                await connection.execute(f"LOCK TABLE {_FIRST_LOCKED} IN EXCLUSIVE MODE")
            await connection.execute(_LEDGER)
        for step in todo:
            try:
                await connection.execute(step.postgres, timeout=_POSTGRES_PATIENCE_S)
            except asyncpg.PostgresError as failure:
                if worth_another_run(failure):
                    raise
                raise SchemaRefused(f"The schema step {step.id} failed: {failure}.") from failure
            await connection.execute("INSERT INTO schema_migration VALUES ($1, $2, $3)", step.id, *stamp)
    return tuple(step.id for step in todo)


async def _applied_postgres(connection: PostgresConnection) -> list[str]:
    if await connection.fetchval("SELECT to_regclass('schema_migration')") is None:
        return []
    return [row["id"] for row in await connection.fetch(_APPLIED)]
