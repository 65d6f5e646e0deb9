"""What lies in the database when a run is over: nothing may be missing, nothing may be there twice."""

from __future__ import annotations

import sqlite3

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import msgspec

_SQL = (
    "SELECT (SELECT count(*) FROM op WHERE kind = 'visit.arrive' AND d = 'applied'), "
    "(SELECT count(*) FROM entity WHERE kind = 'visit'), "
    "(SELECT count(*) FROM log l JOIN op o ON o.id = l.op WHERE o.kind = 'visit.arrive')"
)


class Stored(msgspec.Struct, frozen=True):
    """Arrivals that count, visits there are, and leaves of the log about them."""

    ops: int
    visits: int
    leaves: int


async def stored(url: str) -> Stored:
    """Count them."""
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return Stored(*connection.execute(_SQL).fetchone())
        finally:
            connection.close()
    postgres = await asyncpg.connect(url)
    try:
        return Stored(*await postgres.fetchrow(_SQL))
    finally:
        await postgres.close()
