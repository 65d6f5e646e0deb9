"""A complete, checked copy of a running SQLite database."""

import contextlib
import os
import sqlite3
from pathlib import Path

from gatehouse.db.failures import StorageError


def copy_sqlite(source: sqlite3.Connection, target: Path) -> None:
    """Write what `source` sees to the new file `target`, on disk before this returns.

    Readable by its owner alone, one file without a log beside it, and checked. Raises StorageError with no file left.
    """
    unfinished = target.with_name(target.name + ".part")
    try:
        os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        with contextlib.closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise StorageError(f"The database is damaged ({verdict}); it was not copied.")
        _to_disk(unfinished)
        unfinished.replace(target)
        _to_disk(target.parent)
    except (OSError, sqlite3.Error) as failure:
        raise StorageError(f"The database could not be copied to {target}: {failure}.") from failure
    finally:
        unfinished.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open a folder, and its rename is on disk by itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
