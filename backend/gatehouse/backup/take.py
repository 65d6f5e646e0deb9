"""A copy of the SQLite database, also while the server writes it.

The copy is read by a connection of our own, which can neither write nor checkpoint, so the server stays the only one
that does (docs/decisions/0006). It holds one snapshot from its first page to its last: without that, SQLite begins
again after every push, and under load a copy never ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from gatehouse.audit.keys import VerifyingKey
from gatehouse.backup import names
from gatehouse.backup.prove import BackupRefused, Report, prove
from gatehouse.backup.withdrawn import beside
from gatehouse.db.copy import finish_copy, unfinished, write_copy
from gatehouse.db.failures import SchemaRefused, StorageError
from gatehouse.db.sqlite_connection import connect_reader

STEP_PAGES: Final = 256
PAUSE_S: Final = 0.004
STEPS_TO_DISK: Final = 8
_STALE_S: Final = 86_400.0


class Taken(msgspec.Struct, frozen=True):
    """A finished copy: where, how large, what it holds."""

    path: Path
    size: int
    report: Report


def take(database: Path, target: Path, key: VerifyingKey | None) -> Taken:
    """Copy ``database`` to the new file ``target`` (mode 600), on disk and proved before it gets its name.

    With ``key`` None only the pages are checked, not the log. Blocks, and runs a loop of its own.

    Raises:
        StorageError: the copy cannot be made, or does not verify; nothing is left of it.
    """
    if not database.is_file():
        raise BackupRefused(f"There is no database at {database}, so there is nothing to copy.")
    free(target)
    with unfinished(target) as draft:
        with contextlib.closing(connect_reader(database)) as source:
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM sqlite_master").fetchall()
            with _calmly(draft) as between:
                write_copy(source, draft, STEP_PAGES, between)
        try:
            report = asyncio.run(prove(draft, key))
        except SchemaRefused:
            raise
        except StorageError as failure:
            raise BackupRefused(
                f"The copy was not kept. {failure} If the server's own database is meant, `gatehouse backup "
                "--no-verify` copies it as it is, and the last good backup is what to go back to."
            ) from failure
        finish_copy(draft, target)
    return taken(target, report)


def taken(target: Path, report: Report) -> Taken:
    """What was made."""
    return Taken(target, target.stat().st_size, report)


@contextlib.contextmanager
def _calmly(draft: Path) -> Iterator[Callable[[], None]]:
    """A pause after each step, and the copy put on disk bit by bit: in one go it would hold up the server's commits."""
    handle = os.open(draft, os.O_RDWR)
    steps = itertools.count(1)

    def between() -> None:
        if next(steps) % STEPS_TO_DISK == 0:
            os.fsync(handle)
        time.sleep(PAUSE_S)

    try:
        yield between
    finally:
        os.close(handle)


def free(target: Path) -> None:
    """Raise BackupRefused unless a new file can be made at ``target``."""
    if target.is_dir():
        raise BackupRefused(f"{target} is a folder: name a file in it.")
    if os.path.lexists(target):
        raise BackupRefused(f"{target} exists already: name a new file; a backup never replaces one.")
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}.")


def prune(folder: Path, now: int, ending: str = "db") -> list[Path]:
    """Delete spare copies with this ending, and what copies broken off a day ago left; gives the copies that went."""
    found = {at: path for at, path in names.copies(folder, now) if path.suffix == f".{ending}"}
    gone = [found[at] for at in sorted(names.spare(found, now))]
    stale = [part for part in folder.glob("*.part") if time.time() - part.stat().st_mtime > _STALE_S]
    for path in (*gone, *(beside(path) for path in gone), *stale):
        path.unlink(missing_ok=True)
    return gone
