"""One text, two databases: a transaction's statements as a generator that either engine runs.

The hot paths (push, pull, the fold) are written once, as generators that yield statements and get rows back. On
SQLite a whole transaction runs on the connection's thread in one hop; on PostgreSQL each statement is awaited. See
docs/decisions/0003-transactions-as-generators.md.

SQL is written for both: ``?`` is a scalar, ``= ANY(?*)`` a list of texts. A failure of a statement is raised inside
the generator, which may undo to a savepoint and go on.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Generator, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import msgspec

from gatehouse.db.engine import Database
from gatehouse.db.finish import finish
from gatehouse.db.postgres_transaction import PostgresConnection
from gatehouse.db.rerun import rerun
from gatehouse.db.sqlite import SQLiteDatabase

T = TypeVar("T")
Row = tuple[Any, ...]


class Query(msgspec.Struct, frozen=True):
    """One statement; its rows come back as tuples. ``lock`` takes row locks where the database has them."""

    sql: str
    args: tuple[Any, ...] = ()
    lock: bool = False


class Insert(msgspec.Struct, frozen=True):
    """Rows of one table at once.

    ``columns`` are ``name type`` texts (type: text, bigint or bytea). With ``key`` a row that exists has its other
    columns replaced, or is left alone with ``keep``.
    """

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Row]
    key: tuple[str, ...] = ()
    keep: bool = False


class Many(msgspec.Struct, frozen=True):
    """One statement that gives no rows, once for each row of arguments; sent together."""

    sql: str
    rows: Sequence[Row]


class Savepoint(msgspec.Struct, frozen=True):
    """Begin, undo to, or release a named savepoint: ``SAVEPOINT``, ``ROLLBACK TO``, ``RELEASE``."""

    verb: str
    name: str = "one"


Step = Query | Insert | Many | Savepoint
MANY_ROWS = 20
"""From so many rows on, plain inserts go to PostgreSQL as a copy: half the work, for one more exchange."""
PART = 1_000
"""Rows of one insert that a transaction beside the loop sends at once."""
Steps = Generator[Step, list[Row], T]
FAILURES = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a failed statement raises inside the generator."""


async def write(database: Database, make: Callable[[], Steps[T]], *, aside: bool = False) -> T:
    """Run ``make()``'s steps in one write transaction, committed and on disk when this returns.

    The whole body is run again, from a fresh generator, when the database asks for it (serialisation, deadlock).

    Args:
        database: either.
        make: the steps, afresh for every run.
        aside: they take long between two statements, and so run beside the event loop, as on SQLite they always do.
    """
    if isinstance(database, SQLiteDatabase):

        async def body() -> T:
            async with database.write() as tx:
                return await tx.run(lambda connection: on_sqlite(connection, make()), commit=True)
    else:

        async def body() -> T:
            async with database.write() as tx:
                return await (_aside if aside else on_postgres)(tx.connection, make())

    return await rerun(body)


async def read(database: Database, steps: Steps[T], *, aside: bool = False) -> T:
    """Run the steps in one snapshot that cannot write; ``aside`` as in ``write``."""
    if isinstance(database, SQLiteDatabase):
        return await database.read(lambda connection: on_sqlite(connection, steps))
    return await database.read(lambda connection: (_aside if aside else on_postgres)(connection, steps))


def on_sqlite(connection: sqlite3.Connection, steps: Steps[T]) -> T:
    """Drive the generator on this connection's thread."""
    return _drive(steps, lambda step: _sqlite_step(connection, step))


def _drive(steps: Steps[T], ask: Callable[[Step], list[Row]]) -> T:
    """Drive the generator on this thread."""
    try:
        step = next(steps)
        while True:
            try:
                rows = ask(step)
            except FAILURES as error:
                step = steps.throw(error)
            else:
                step = steps.send(rows)
    except StopIteration as end:
        result: T = end.value
        return result


async def _aside(connection: PostgresConnection, steps: Steps[T]) -> T:
    """Drive the generator on a thread of its own; the loop has nothing but its statements to do."""
    loop = asyncio.get_running_loop()

    def ask(step: Step) -> list[Row]:
        rows: list[Row] = []
        for part in _parts(step):
            rows += asyncio.run_coroutine_threadsafe(_postgres_step(connection, part), loop).result()
        return rows

    # To its end, whatever becomes of who waits for it: the thread uses the connection until then.
    return await finish(asyncio.to_thread(_drive, steps, ask))


def _parts(step: Step) -> list[Step]:
    """An insert of very many rows in parts, each of which the driver packs in a few milliseconds."""
    if not isinstance(step, Insert) or len(step.rows) <= PART:
        return [step]
    return [
        msgspec.structs.replace(step, rows=step.rows[start : start + PART]) for start in range(0, len(step.rows), PART)
    ]


def _sqlite_step(connection: sqlite3.Connection, step: Step) -> list[Row]:
    if isinstance(step, Query):
        args = [_list(arg) if isinstance(arg, (list, set, frozenset)) else arg for arg in step.args]
        cursor = connection.execute(_sqlite_sql(step.sql), args)
        return cursor.fetchall()
    if isinstance(step, Insert):
        if step.rows:
            connection.executemany(_sqlite_insert(step.table, step.columns, step.key, step.keep), step.rows)
        return []
    if isinstance(step, Many):
        connection.executemany(step.sql, step.rows)
        return []
    connection.execute(f"{step.verb} {step.name}")
    return []


def _list(texts: Iterable[str]) -> str:
    """Texts as ``json_each`` takes them."""
    return msgspec.json.encode(list(texts)).decode()


async def on_postgres(connection: PostgresConnection, steps: Steps[T]) -> T:
    """Drive the generator with awaited statements inside the open transaction."""
    try:
        step = next(steps)
        while True:
            try:
                rows = await _postgres_step(connection, step)
            except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                step = steps.throw(error)
            else:
                step = steps.send(rows)
    except StopIteration as end:
        result: T = end.value
        return result


async def _postgres_step(connection: PostgresConnection, step: Step) -> list[Row]:
    if isinstance(step, Query):
        sql = _postgres_sql(step.sql, step.lock)
        args = [list(arg) if isinstance(arg, (set, frozenset)) else arg for arg in step.args]
        return [tuple(row) for row in await connection.fetch(sql, *args)]
    if isinstance(step, Insert):
        if len(step.rows) >= MANY_ROWS and not step.key:
            names = [column.split()[0] for column in step.columns]
            await connection.copy_records_to_table(step.table, records=step.rows, columns=names)
        elif step.rows:
            columns = [list(column) for column in zip(*step.rows, strict=True)]
            await connection.execute(_postgres_insert(step.table, step.columns, step.key, step.keep), *columns)
        return []
    if isinstance(step, Many):
        await connection.executemany(_postgres_sql(step.sql, lock=False), step.rows)
        return []
    await connection.execute(f"{step.verb} {step.name}")
    return []


@lru_cache(maxsize=512)
def _sqlite_sql(sql: str) -> str:
    return sql.replace("= ANY(?*)", "IN (SELECT value FROM json_each(?))")


@lru_cache(maxsize=512)
def _postgres_sql(sql: str, lock: bool) -> str:  # noqa: FBT001  # part of a cache key
    count = 0

    def number(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"${count}::text[]" if match.group() == "?*" else f"${count}"

    return re.sub(r"\?\*?", number, sql) + (" FOR UPDATE" if lock else "")


@lru_cache(maxsize=128)
def _sqlite_insert(table: str, columns: tuple[str, ...], key: tuple[str, ...], keep: bool) -> str:  # noqa: FBT001  # part of a cache key
    names = [column.split()[0] for column in columns]
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}){_conflict(names, key, keep)}"  # noqa: S608  # names are ours


@lru_cache(maxsize=128)
def _postgres_insert(table: str, columns: tuple[str, ...], key: tuple[str, ...], keep: bool) -> str:  # noqa: FBT001  # part of a cache key
    names = [column.split()[0] for column in columns]
    arrays = ", ".join(f"${i}::{column.split()[1]}[]" for i, column in enumerate(columns, 1))
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT * FROM unnest({arrays}){_conflict(names, key, keep)}"  # noqa: S608  # names are ours


def _conflict(names: list[str], key: tuple[str, ...], keep: bool) -> str:  # noqa: FBT001  # as above
    if not key:
        return ""
    rest = [] if keep else [name for name in names if name not in key]
    if not rest:
        return f" ON CONFLICT ({', '.join(key)}) DO NOTHING"
    return f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET " + ", ".join(f"{n} = excluded.{n}" for n in rest)
