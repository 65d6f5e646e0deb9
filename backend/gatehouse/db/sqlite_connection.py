"""How SQLite connections are opened: what makes "recorded" durable is asserted here."""

import os
import sqlite3
from pathlib import Path
from typing import Any, Final

from gatehouse.db.copy import to_disk
from gatehouse.db.failures import DatabaseUnusable

BUSY_TIMEOUT_S: Final = 10.0
_WAL_KEPT_BYTES: Final = 64 * 1024 * 1024
_FULL: Final = 2


def create_file(path: Path) -> None:
    """Make the file, readable by its owner alone, if it is not there; SQLite gives -wal and -shm the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as failure:
        raise DatabaseUnusable(f"The database file {path} cannot be written: {failure.strerror}.") from failure


def connect_writer(path: Path) -> sqlite3.Connection:
    """Open the one connection that writes and checkpoints.

    Raises DatabaseUnusable where WAL or `synchronous=FULL` is not to be had: with NORMAL a power cut takes commits
    that devices already dropped from their outbox.
    """
    try:
        connection = _connect(path, "rw")
        # The order matters: WAL first, since SQLite may reset `synchronous` when the journal mode changes.
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        connection.execute("PRAGMA synchronous = FULL")
        # macOS answers fsync before the disk has the data unless asked for more; elsewhere this does nothing.
        connection.execute("PRAGMA fullfsync = 1")
        connection.execute("PRAGMA checkpoint_fullfsync = 1")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")
        connection.execute("PRAGMA foreign_keys = 1")
        synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
        foreign_keys = connection.execute("PRAGMA foreign_keys").fetchone()[0]
    except sqlite3.Error as failure:
        raise DatabaseUnusable(f"{path} cannot be opened as an SQLite database: {failure}.") from failure
    if (mode, synchronous, foreign_keys) != ("wal", _FULL, 1):
        connection.close()
        raise DatabaseUnusable(
            f"{path} does not offer a write-ahead log with full synchronisation "
            f"(journal {mode}, synchronous {synchronous}, foreign keys {foreign_keys}). Put it on a local disk."
        )
    try:
        # The log has just been made. SQLite also sees to its name, at the first commit, but goes on when that fails.
        to_disk(path.resolve().parent)
    except OSError as failure:
        connection.close()
        raise DatabaseUnusable(f"The disk does not confirm what is in {path.parent}: {failure.strerror}.") from failure
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot write.

    Read-only also means it never checkpoints. SQLite before 3.51.3 can corrupt a file when one connection checkpoints
    while another writes; with a single connection doing both, that cannot happen.
    """
    try:
        connection = _connect(path, "ro")
        connection.execute("PRAGMA query_only = 1")
    except sqlite3.Error as failure:
        raise DatabaseUnusable(f"{path} cannot be opened for reading: {failure}.") from failure
    return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,  # we write BEGIN and COMMIT ourselves
        detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,  # Piccolo's column types rely on it
        cached_statements=512,
    )
    connection.execute("PRAGMA trusted_schema = 0")
    return connection


def rows_as_dicts(connection: sqlite3.Connection, sql: str, args: list[Any]) -> list[dict[str, Any]]:
    """Run one statement and give every row as {column: value}, which is what Piccolo works with."""
    cursor = connection.execute(sql, args)
    if cursor.description is None:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
