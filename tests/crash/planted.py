"""`gatehouse serve` with a fault of durability in it: `python -m tests.crash.planted normal|early|hopeful`.

A harness must see acts lost under the fault it is there for; one that does not proves nothing about the product.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

import gatehouse.db.sqlite
from gatehouse import cli
from gatehouse.db.postgres_transaction import PostgresTransaction
from gatehouse.db.sqlite_connection import connect_writer
from gatehouse.db.sqlite_transaction import SQLiteTransaction

T = TypeVar("T")
LATE_S = 0.3


def _normal(path: Path) -> sqlite3.Connection:
    """A writer whose commits are not synced: that happens at checkpoints alone."""
    connection = connect_writer(path)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


async def _early(
    self: SQLiteTransaction, work: Callable[[sqlite3.Connection], T], *, commit: bool = False
) -> T:  # the signature of what it replaces
    """A transaction that is told to be committed a moment before it is."""
    result = await _run(self, work)
    if commit:

        def late(connection: sqlite3.Connection) -> None:
            time.sleep(LATE_S)
            connection.execute("COMMIT")

        self.database.writer.run(late)
        self._committed = True
    return result


async def _hopeful(self: PostgresTransaction) -> None:
    """A COMMIT whose reply is lost is taken for one that was carried out."""
    try:
        await _commit(self)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        self._committed = True


_commit = PostgresTransaction._commit
_run = SQLiteTransaction.run


def plant(fault: str) -> None:
    """Put the fault in place; raises KeyError for one that is not known."""
    if fault == "normal":
        gatehouse.db.sqlite.connect_writer = _normal  # type: ignore[attr-defined]  # imported there, used when opening
    elif fault == "early":
        SQLiteTransaction.run = _early  # type: ignore[method-assign]  # the fault itself
    elif fault == "hopeful":
        PostgresTransaction._commit = _hopeful  # type: ignore[method-assign]  # the fault itself
    else:
        raise KeyError(fault)


if __name__ == "__main__":
    plant(sys.argv[1])
    sys.exit(cli.main(["serve"]))
