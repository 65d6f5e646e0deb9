"""``gatehouse backup``, ``restore`` and ``drill``: what a person types, and what they are told."""

from __future__ import annotations

# ruff: noqa: T201 - it talks to a person at a terminal
import argparse
import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gatehouse.backup import names, withdrawn
from gatehouse.backup.drill import drill
from gatehouse.backup.postgres import restore_postgres, take_postgres
from gatehouse.backup.prove import BackupRefused, Report, public_key
from gatehouse.backup.restore import restore
from gatehouse.backup.take import prune, take
from gatehouse.db.engine import database_of
from gatehouse.db.sqlite import SQLiteDatabase
from gatehouse.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

COMMANDS = frozenset({"backup", "restore", "drill"})
_KINDNESS = 10
WITHDRAWN = {"device.revoke": "revoked devices", "person.dismiss": "people dismissed", "visit.erase": "visits erased"}


def add(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands' own lines in ``gatehouse --help``."""
    backup = commands.add_parser("backup", help="copy the database, also while the server runs, and verify the copy")
    backup.add_argument("file", nargs="?", type=Path, help="where to; by default into the folder `backups`")
    backup.add_argument("--no-verify", action="store_true", help="check the pages only, not the log (for large ones)")
    backup.add_argument("--scheduled", action="store_true", help=argparse.SUPPRESS)
    back = commands.add_parser("restore", help="put a backup back; the present database is kept aside")
    back.add_argument("file", type=Path, help="the backup")
    back.add_argument("--replace", action="store_true", help="PostgreSQL: move the tables that are there aside")
    commands.add_parser("drill", help="put the newest backup back into a temporary folder and verify it")


def run(given: argparse.Namespace, settings: Settings, key: Path) -> int:
    """Carry out a command; ``key`` is the server's key file. Raises StorageError with a sentence for a refusal."""
    signal.signal(signal.SIGTERM, _leave)
    folder, now = settings.data / names.FOLDER, time.time_ns() // 1_000_000
    match given.command:
        case "backup":
            _backup(given, settings, key, now)
        case "restore":
            _restore(given.file, settings, key, now, replace=given.replace)
        case _:
            path, report = asyncio.run(
                drill(folder, public_key(key), now, None if settings.sqlite else settings.database_url)
            )
            print(f"{path.name} came back whole: every chain, the log and each record follow from the first leaf on.")
            print(_counts(report))
    return 0


def _leave(_signal: int, _frame: object) -> None:
    sys.exit(128 + signal.SIGTERM)


def _backup(given: argparse.Namespace, settings: Settings, key: Path, now: int) -> None:
    if given.scheduled and hasattr(os, "nice"):
        os.nice(_KINDNESS)
    folder = settings.data / names.FOLDER
    proved = not given.no_verify
    target: Path | None = given.file
    database = database_of(settings.database_url)
    if target is None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as failure:
            raise BackupRefused(f"The folder {folder} cannot be made: {failure.strerror}.") from failure
        target = folder / names.name(now, "db" if settings.sqlite else "dump", proved=proved)
    known = public_key(key) if proved else None
    if isinstance(database, SQLiteDatabase):
        taken = take(database.file, target, known)
    else:
        taken = asyncio.run(take_postgres(settings.database_url, target, known))
    ledger = key.exists() and withdrawn.kept(settings.data, key).ledger.copy(withdrawn.beside(target))
    print(f"{taken.path}  {_size(taken.size)}, {'verified' if proved else 'not verified'}")
    print(_counts(taken.report))
    if ledger:
        print(f"Beside it lies {withdrawn.beside(target).name}: what no restore may undo. Keep the two together.")
    print(f"The server's key is not in it: keep a copy of {key} somewhere else, or no backup is of any use.")
    if given.scheduled:
        prune(folder, now, target.suffix.removeprefix("."))


def _restore(file: Path, settings: Settings, key: Path, now: int, *, replace: bool) -> None:
    database = database_of(settings.database_url)
    public = public_key(key)
    own = withdrawn.kept(settings.data, key)
    if isinstance(database, SQLiteDatabase):
        if replace:
            raise BackupRefused("--replace is for PostgreSQL: with SQLite the present database is always kept aside.")
        done = asyncio.run(restore(file, database.file, public, now, own=own))
    else:
        done = asyncio.run(restore_postgres(file, settings.database_url, public, now, replace=replace, own=own))
    print(f"{file.name} is the database again.")
    print(_counts(done.report))
    print("A new epoch has begun: each device starts its rows afresh, and gives back what it still holds.")
    counts = [f"{done.replayed.get(kind, 0)} {what}" for kind, what in WITHDRAWN.items()]
    print(f"Replayed from the ledger, because the backup did not know of them: {', '.join(counts)}.")
    if own.faults:
        print("The ledger itself is not as it was written: run `gatehouse doctor`.")
    if done.aside is not None:
        print(f"What was there before is kept as {'' if settings.sqlite else 'the schema '}{done.aside}.")
    if done.unread is not None:
        print(f"It could not be read: {done.unread}")


def _counts(report: Report) -> str:
    held = f"{report.ops} acts, {report.records} records, {report.chains} chains of devices"
    logs = [f"log of {one.org} up to {one.n}, epoch {one.epoch}" for one in report.orgs]
    return "\n".join([held, *(logs or ["no organisation yet"])])


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count / 1000:.1f} kB"  # noqa: PLR2004 - a figure a person reads
