"""Whether a copy is whole: its pages, its schema, and the log from its first leaf upwards."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections import Counter
from pathlib import Path

import msgspec
import structlog

from gatehouse.audit.keys import SigningKey, VerifyingKey
from gatehouse.audit.verify import Finding, checks
from gatehouse.db.copy import to_disk
from gatehouse.db.failures import StorageError
from gatehouse.db.migrate import applied_sqlite, migrate, missing, schema_made, schema_of
from gatehouse.db.migration import known
from gatehouse.db.sqlite import SQLiteDatabase
from gatehouse.db.steps import FAILURES, Query, Steps, on_sqlite, read
from gatehouse.kinds import registry
from gatehouse.logs import where
from gatehouse.replication.projected import differing

_log = structlog.get_logger()
_MAGIC = b"SQLite format 3\x00"
_DUMP = b"PGDMP"


class BackupRefused(StorageError):
    """A copy that cannot be taken, believed or put back; the message is a sentence for the operator."""


class Org(msgspec.Struct, frozen=True):
    """The end of one org's log."""

    org: str
    epoch: str
    n: int


class Report(msgspec.Struct, frozen=True):
    """What a copy holds."""

    orgs: list[Org]
    ops: int
    chains: int
    records: int
    proved: bool


def public_key(path: Path) -> VerifyingKey:
    """The public half of the server's key in ``path``.

    Raises:
        BackupRefused: there is none: a new one would prove nothing, so none is made.
    """
    if not path.exists():
        raise BackupRefused(
            f"There is no server key at {path}. It lies in no backup: put the file that belongs to this database there."
        )
    try:
        return VerifyingKey(SigningKey.from_file(path).public)
    except (OSError, ValueError, TypeError) as failure:
        raise BackupRefused(f"The server key at {path} cannot be used: {failure}.") from failure


def look(key: VerifyingKey | None) -> Steps[Report]:
    """Counts and heads of an open database; with a key, its whole log verified first.

    Raises:
        BackupRefused: something does not follow from the log.
    """
    if key is not None:
        refuse((yield from _findings(key)))
    heads = yield Query("SELECT org, epoch, n FROM org_head ORDER BY org")
    counted = yield Query(
        "SELECT (SELECT COUNT(*) FROM op), (SELECT COUNT(*) FROM chain), (SELECT COUNT(*) FROM entity)"
    )
    ops, chains, records = counted[0]
    return Report([Org(*row) for row in heads], ops, chains, records, key is not None)


def _findings(key: VerifyingKey) -> Steps[list[Finding]]:
    try:
        return [*(yield from checks(key, ())), *(yield from differing(registry()))]
    except (StorageError, *FAILURES):
        raise
    except Exception as failure:
        # A text that is no JSON, or says something else than it must: where exactly is the log's affair.
        _log.error("copy_unreadable", error=type(failure).__name__, trace=where(failure))
        raise BackupRefused(
            "It does not verify: something that is stored cannot be read. It was damaged or changed by another hand."
        ) from failure


def refuse(findings: list[Finding]) -> None:
    """Raise BackupRefused, naming what was found, unless nothing was."""
    if not findings:
        return
    kinds = Counter(one.check for one in findings)
    if set(kinds) == {"certificate"}:
        raise BackupRefused("It was signed with another server key: put the key file that belongs to it in place.")
    named = ", ".join(f"{check} ({count})" for check, count in sorted(kinds.items()))
    first = findings[0]
    raise BackupRefused(
        f"It does not verify: {named}; the first is {first.check} at {first.where} of {first.whose}. "
        "It was damaged or changed by another hand."
    )


def prove_sqlite(file: Path, key: VerifyingKey | None) -> Report:
    """Read a finished copy where it lies, changing nothing; one of an older schema is migrated in a folder aside.

    Raises:
        BackupRefused: it is damaged, or does not verify.
        SchemaRefused: it was written by a newer version.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?immutable=1", uri=True)) as connection:
            _sound(connection)
            if not missing(known(), applied_sqlite(connection)):
                _as_made(connection)
                return on_sqlite(connection, look(key))
    except sqlite3.Error as failure:
        raise BackupRefused(f"It is damaged: {failure}.") from failure
    raise OlderSchema


def _sound(connection: sqlite3.Connection) -> None:
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise BackupRefused(f"It is damaged: {verdict}.")
    if not applied_sqlite(connection):
        raise BackupRefused("It is an SQLite file, but no database of Gatehouse.")


def _as_made(connection: sqlite3.Connection) -> None:
    """Each table and index is as the migrations make it; SQLite does not look at the texts it was made by.

    Raises:
        BackupRefused: one is missing or another.
    """
    held = schema_of(connection)
    wrong = sorted(name for name, text in schema_made().items() if held.get(name) != text)
    if wrong:
        raise BackupRefused(f"It is damaged: its {', '.join(wrong)} is not as this version makes it.")


class OlderSchema(Exception):
    """The copy must be migrated before it can be verified."""


async def prove(file: Path, key: VerifyingKey | None) -> Report:
    """As ``prove_sqlite``, for a copy of any schema this version knows."""
    try:
        return prove_sqlite(file, key)
    except OlderSchema:
        with tempfile.TemporaryDirectory(prefix=".look-", dir=file.parent) as aside:
            database, report = await rehearse(file, Path(aside) / "copy.db", key)
            await database.close()
            return report


async def rehearse(file: Path, place: Path, key: VerifyingKey | None) -> tuple[SQLiteDatabase, Report]:
    """Put a copy of ``file`` at ``place``, migrate and verify it there; it is open, and the caller closes it.

    Raises:
        BackupRefused: it is no copy of this program's, is damaged or does not verify.
        SchemaRefused: it was written by a newer version.
    """
    fetch(file, place)
    database = SQLiteDatabase(place)
    try:
        await database.open()
        try:
            await database.read(_sound)
            await migrate(database)
            await database.read(_as_made)
            return database, await read(database, look(key))
        except BaseException:
            await database.close()
            raise
    except sqlite3.Error as failure:
        raise BackupRefused(f"It is damaged: {failure}.") from failure


def fetch(file: Path, place: Path) -> None:
    """Copy a database file, with the write-ahead log beside it if it has one, readable by its owner alone."""
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_MAGIC))
        if begins.startswith(_DUMP):
            raise BackupRefused(f"{file.name} is a dump of PostgreSQL; this installation is set to SQLite.")
        if begins != _MAGIC:
            raise BackupRefused(f"{file.name} is no SQLite database.")
        for side in ("", "-wal"):
            source, target = file.with_name(file.name + side), place.with_name(place.name + side)
            if side == "" or source.exists():
                target.touch(mode=0o600)
                shutil.copyfile(source, target)
                to_disk(target)
    except OSError as failure:
        raise BackupRefused(f"{file} cannot be read: {failure.strerror}.") from failure
