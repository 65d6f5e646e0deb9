"""A complete, checked copy of a running SQLite database."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gatehouse.db.failures import StorageError


def copy_sqlite(source: sqlite3.Connection, target: Path) -> None:
    """Write what `source` sees to the new file `target`, on disk before this returns.

    Readable by its owner alone, one file without a log beside it, and checked. Raises StorageError with no file left.
    """
    with unfinished(target) as draft:
        write_copy(source, draft)
        finish_copy(draft, target)


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """A name beside `target` to write to, made empty with mode 600; what is there in the end goes.

    Raises StorageError for what the disk or SQLite refuses inside.
    """
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        yield draft
    except (OSError, sqlite3.Error) as failure:
        raise StorageError(f"The database could not be copied to {target}: {failure}.") from failure
    finally:
        draft.unlink(missing_ok=True)


def write_copy(
    source: sqlite3.Connection, draft: Path, pages: int = -1, between: Callable[[], None] = lambda: None
) -> None:
    """Copy `pages` at a time (all at once, if -1), calling `between` after each step, and check the structure.

    A source in a read transaction stays at its snapshot; any other begins again whenever somebody else writes.
    """
    with contextlib.closing(sqlite3.connect(draft)) as copy:
        source.backup(copy, pages=pages, progress=lambda _status, _left, _all: between())
        copy.execute("PRAGMA journal_mode = DELETE")
        verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise StorageError(f"The database is damaged ({verdict}); it was not copied.")


def finish_copy(draft: Path, target: Path) -> None:
    """Put the draft on disk and give it its name; raises OSError."""
    to_disk(draft)
    draft.replace(target)
    to_disk(target.parent)


def to_disk(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on disk; raises OSError."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open a folder, and its rename is on disk by itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
