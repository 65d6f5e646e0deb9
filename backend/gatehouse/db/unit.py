"""The unit of work that features write in."""

from gatehouse.db.engine import Database, current_database
from gatehouse.db.postgres_transaction import PostgresTransaction
from gatehouse.db.sqlite_transaction import SQLiteTransaction


def unit_of_work(database: Database | None = None) -> SQLiteTransaction | PostgresTransaction:
    """Open one transaction (`async with`); all Piccolo queries of this task inside take part.

    Without an argument, on the database the tables are bound to. Leaving the block commits, an exception rolls all of
    it back. Start no task inside; nothing but database work belongs here. Units do not nest: `async with
    tx.savepoint()`. Raises Busy when the database has no room in time.
    """
    return (database or current_database()).write()
