"""Database engines, the unit of work, migrations."""

from gatehouse.db.engine import Database, current_database, open_engine
from gatehouse.db.failures import (
    Busy,
    DatabaseAway,
    DatabaseInUse,
    DatabaseUnusable,
    SchemaRefused,
    StorageBroken,
    StorageError,
    TransactionLost,
)
from gatehouse.db.postgres import PostgresDatabase
from gatehouse.db.postgres_transaction import PostgresTransaction
from gatehouse.db.rerun import rerun
from gatehouse.db.sqlite import SQLiteDatabase
from gatehouse.db.sqlite_transaction import SQLiteTransaction
from gatehouse.db.unit import unit_of_work

__all__ = [
    "Busy",
    "Database",
    "DatabaseAway",
    "DatabaseInUse",
    "DatabaseUnusable",
    "PostgresDatabase",
    "PostgresTransaction",
    "SQLiteDatabase",
    "SQLiteTransaction",
    "SchemaRefused",
    "StorageBroken",
    "StorageError",
    "TransactionLost",
    "current_database",
    "open_engine",
    "rerun",
    "unit_of_work",
]
