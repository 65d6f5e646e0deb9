"""Putting a copy back: everything that can fail happens aside, then two renames; always under a new epoch (P28).

Without the new epoch a device whose newest stamp is older than the copy, but whose rows are newer (they came by the
live socket), would go on from numbers that the database hands out a second time, until a digest tells.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.ledger import Entry
from gatehouse.backup import names, withdrawn
from gatehouse.backup.prove import BackupRefused, Report, look, rehearse
from gatehouse.db.copy import to_disk
from gatehouse.db.failures import DatabaseInUse, StorageError
from gatehouse.db.process_lock import ProcessLock
from gatehouse.db.sqlite_connection import connect_writer
from gatehouse.db.steps import Query, Steps, read, write
from gatehouse.replication.echo import mint, new_epoch
from gatehouse.replication.feed import lock_log

Epochs = dict[str, set[str]]
"""Org: the epochs a database has known."""


class Restored(msgspec.Struct, frozen=True):
    """What was put back, where the database of before is kept, and why that could not be read, if so.

    ``replayed`` says how many revocations, dismissals and erasures the copy did not know of (14.7), by kind.
    """

    report: Report
    aside: Path | None
    unread: str | None
    replayed: dict[str, int] = {}


async def restore(  # what a restore is made of
    file: Path,
    database: Path,
    key: VerifyingKey,
    now: int,
    random: Callable[[int], bytes] = os.urandom,
    own: withdrawn.Kept | None = None,
) -> Restored:
    """Put ``file`` in the place of ``database``; ``now`` is UTC milliseconds. ``own`` is what no restore may undo.

    Raises:
        StorageError: the server runs, or the copy is none, damaged, changed, or of a newer schema; nothing has changed.
    """
    try:
        database = _admit(file, database)
        with _held(database), tempfile.TemporaryDirectory(prefix=".restore-", dir=database.parent) as folder:
            draft = Path(folder) / database.name
            copy, _ = await rehearse(file, draft, key)
            try:
                lost, gone, unread = _settle(database)
                await write(copy, lambda: begin_anew(lost, now, random))
                replayed: dict[str, int] = {}
                if own is not None:
                    withdrawn.take_in(own, file, gone)
                    replayed = await withdrawn.replay(copy, own, now)
                report = await read(copy, look(None))
            finally:
                await copy.close()
            return Restored(report, _exchange(draft, database, now), unread, replayed)
    except OSError as failure:
        raise BackupRefused(f"{file} could not be put back: {failure}.") from failure


def _admit(file: Path, database: Path) -> Path:
    """The database's own place, with a folder to be in; two names of one file must meet there."""
    if not file.is_file():
        raise BackupRefused(f"There is no file {file}.")
    if database.exists() and file.samefile(database):
        raise BackupRefused(f"{file} is the database itself: name a backup.")
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(os.path.realpath(database))


@contextlib.contextmanager
def _held(database: Path) -> Iterator[None]:
    lock = ProcessLock(database)
    try:
        lock.acquire()
    except DatabaseInUse as refusal:
        raise BackupRefused(f"The server runs on this database: stop it first. ({refusal})") from refusal
    try:
        yield
    finally:
        lock.release()


def begin_anew(lost: Epochs, now: int, random: Callable[[int], bytes]) -> Steps[None]:
    """Mint an epoch for every org; ``lost`` are epochs that another database of these orgs has known."""
    for (org,) in (yield Query("SELECT org FROM org_head ORDER BY org")):
        head = yield from lock_log(org)
        ended = {row[0] for row in (yield Query("SELECT epoch FROM ended_epoch WHERE org = ?", (org,)))}
        yield from mint(head, lost.get(org, set()) - ended, new_epoch(random), now)


def _settle(database: Path) -> tuple[Epochs, list[Entry], str | None]:
    """Empty the log of the database that goes, so that it is one file.

    Gives its epochs and what was withdrawn there, or why it cannot be read.
    """
    if not database.exists():
        return {}, [], None
    epochs: Epochs = {}
    gone: list[Entry] = []
    try:
        with contextlib.closing(connect_writer(database)) as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'org_head'").fetchone():
                sql = "SELECT org, epoch FROM org_head UNION SELECT org, epoch FROM ended_epoch"
                for org, epoch in connection.execute(sql):
                    epochs.setdefault(org, set()).add(epoch)
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'withdrawn'").fetchone():
                gone = [Entry(*row) for row in connection.execute(withdrawn.TABLE)]
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except (sqlite3.Error, StorageError) as failure:
        return {}, [], str(failure)
    return epochs, gone, None


def _exchange(draft: Path, database: Path, now: int) -> Path | None:
    """The database's name goes over to the draft in one step; at no moment is there no database."""
    aside = _unused(database, now)
    kept = None
    # A log left beside would be read into the new file, so it goes first, under the name that keeps it with its own.
    for side in ("-wal", "-shm"):
        beside = database.with_name(database.name + side)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + side))
    if database.exists():
        kept = aside
        try:
            os.link(database, aside)
        except OSError:  # a disk without hard links
            database.rename(aside)
    to_disk(draft)
    draft.replace(database)
    to_disk(database.parent)
    return kept


def _unused(database: Path, now: int) -> Path:
    base = database.with_name(f"{database.name}.replaced-{names.stamp(now)}")
    path, number = base, 1
    while os.path.lexists(path):
        number += 1
        path = base.with_name(f"{base.name}-{number}")
    return path
