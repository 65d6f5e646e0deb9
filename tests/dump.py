"""Everything a database holds, in a form that two databases can be compared in."""

from __future__ import annotations

import asyncio
import re

from gatehouse.db.engine import Database
from gatehouse.db.migration import known
from gatehouse.db.steps import Query, Row, Steps, read

TABLES = tuple(re.findall(r"CREATE TABLE (\w+)", "".join(step.sqlite for step in known())))


async def dump(database: Database, tables: tuple[str, ...] = TABLES) -> dict[str, list[Row]]:
    """Every row of every table, sorted. Scopes go by name: their numbers are the database's own affair."""
    return await read(database, _dump(tables))


async def dump_in_peace(database: Database, tables: tuple[str, ...] = TABLES) -> dict[str, list[Row]]:
    """The same of a database that a server serves, once its worker has judged every month that changed before."""
    while await ask(database, "SELECT 1 FROM dirty"):  # noqa: ASYNC110 - no event tells it: the database is asked
        await asyncio.sleep(0.05)
    return await dump(database, tables)


def _dump(tables: tuple[str, ...]) -> Steps[dict[str, list[Row]]]:
    found: dict[str, list[Row]] = {}
    for table in tables:
        sql = f"SELECT * FROM {table}"
        if table == "scope_head":
            sql = "SELECT scope, seq, floor FROM scope_head"
        elif table in {"feed", "scope_day"}:
            rest = "t.seq, t.entity, t.until, t.gone" if table == "feed" else "t.day, t.count, t.sum"
            sql = f"SELECT s.scope, {rest} FROM {table} t JOIN scope_head s ON s.id = t.scope"
        rows = yield Query(sql)
        found[table] = sorted((tuple(_plain(value) for value in row) for row in rows), key=repr)
    return found


def _plain(value: object) -> object:
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else value


async def ask(database: Database, sql: str, *args: object) -> list[Row]:
    """The rows of one question."""

    def steps() -> Steps[list[Row]]:
        return (yield Query(sql, args))

    return await read(database, steps())
