"""Open the database an address names and tell Piccolo's tables about it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeAlias

from piccolo.table import TABLE_REGISTRY, Table

from gatehouse.db.failures import DatabaseUnusable
from gatehouse.db.postgres import PostgresDatabase
from gatehouse.db.sqlite import SQLiteDatabase

Database: TypeAlias = SQLiteDatabase | PostgresDatabase

_SQLITE: Final = "sqlite://"
_POSTGRES: Final = ("postgresql://", "postgres://")
_current: Database | None = None


def database_of(url: str) -> Database:
    """Make the engine for `url` without opening it.

    `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://user@host/name`. Raises DatabaseUnusable for
    anything else, without repeating the address, which may hold a password.
    """
    if url.startswith(_POSTGRES):
        return PostgresDatabase(url)
    if not url.startswith(_SQLITE):
        raise DatabaseUnusable("The database address must begin with sqlite:/// or postgresql://.")
    path = url.removeprefix(_SQLITE)
    if path in {"", "/", "/:memory:", ":memory:"} or path.startswith("/file::memory:"):
        raise DatabaseUnusable("An in-memory SQLite database is not supported: name a file, sqlite:///gatehouse.db.")
    if not path.startswith("/"):
        raise DatabaseUnusable(
            "An SQLite address has three slashes before a relative path, four before an absolute one."
        )
    return SQLiteDatabase(Path(path[1:]))


async def open_engine(url: str, tables: Iterable[type[Table]] | None = None) -> Database:
    """Open the database at `url` and bind `tables` (all of ours, if None) to it; the caller closes it.

    Raises DatabaseInUse or DatabaseUnusable, leaving nothing open.
    """
    database = database_of(url)
    await database.open()
    bind(database, tables)
    return database


def bind(database: Database, tables: Iterable[type[Table]] | None = None) -> None:
    """Make Piccolo run the queries of `tables` on `database`; `unit_of_work()` uses it from now on.

    Set here and not left to Piccolo, which would import a `piccolo_conf` from the folder the program was started in.
    """
    global _current  # noqa: PLW0603 - Piccolo binds a table to one engine for the whole process, so this is no wider
    for table in ours() if tables is None else tables:
        table._meta._db = database  # noqa: SLF001 - the public setter is the same assignment; the getter searches
    _current = database


def ours() -> list[type[Table]]:
    """Every table class imported so far, without those of Piccolo itself."""
    return [table for table in TABLE_REGISTRY if not table.__module__.startswith("piccolo.")]


def current_database() -> Database:
    """The database the tables are bound to; raises DatabaseUnusable before `open_engine`."""
    if _current is None:
        raise DatabaseUnusable("No database has been opened yet.")
    return _current
