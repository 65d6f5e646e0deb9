"""``gatehouse doctor``: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
import stat
import time
from collections.abc import Callable

import msgspec

from gatehouse import machine
from gatehouse.app import KEY_FILE, prepare_database
from gatehouse.attendance import anew
from gatehouse.attendance.proof import at_rest
from gatehouse.audit.keys import SigningKey
from gatehouse.audit.ledger import FILE, PURPOSE, Ledger
from gatehouse.backup import names, notes
from gatehouse.db.engine import database_of
from gatehouse.db.failures import DatabaseInUse, StorageError
from gatehouse.db.migrate import pending
from gatehouse.db.sqlite import SQLiteDatabase
from gatehouse.db.steps import Steps, read, write
from gatehouse.lan import words
from gatehouse.policy.queries import faulty
from gatehouse.settings import Settings
from gatehouse.web.static import built_app

FIXED_SQLITE = (3, 51, 3)
OLD_MS = 8 * 24 * 3_600_000


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at: ``fails`` stops the doctor with 1, a warning does not."""

    level: str
    text: str
    mend: str = ""


def main(settings: Settings, *, judge: bool = False) -> int:
    """Print every finding; 1 when one fails. ``judge``: have every month judged anew at the next start."""
    if judge:
        asyncio.run(_judge_anew(settings))
    lan = [Finding(*one) for one in words.findings(settings, dt.datetime.now(dt.UTC))]
    findings = [look(settings) for look in LOOKS] + lan + asyncio.run(_database(settings))
    for finding in findings:
        print(f"{finding.level:5} {finding.text}" + (f"\n      -> {finding.mend}" if finding.mend else ""))
    return 1 if any(finding.level == "FAIL" for finding in findings) else 0


def _key(settings: Settings) -> Finding:
    path = settings.data / KEY_FILE
    if not path.exists():
        return Finding("warn", "there is no server key yet", "it is made at the first `gatehouse serve`")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding("FAIL", "others can read the server key", f"chmod 600 {path}")
    return Finding("ok", "the server key is readable by its owner only")


def _sqlite(settings: Settings) -> Finding:
    if not settings.sqlite:
        return Finding("ok", "the database is PostgreSQL")
    if sqlite3.sqlite_version_info < FIXED_SQLITE:
        return Finding(
            "ok", f"SQLite {sqlite3.sqlite_version}: its write-ahead log is only ever reset by our one writer"
        )
    return Finding("ok", f"SQLite {sqlite3.sqlite_version}")


def _web(_settings: Settings) -> Finding:
    if built_app() is None:
        return Finding("warn", "the web app is not built", "run `make build`")
    return Finding("ok", "the web app is built")


def _reach(settings: Settings) -> Finding:
    if settings.host in {"127.0.0.1", "::1", "localhost"}:
        return Finding("ok", "only this machine can reach the server")
    return Finding(
        "warn",
        "other machines can reach the server without TLS",
        "phones need HTTPS for offline use: `gatehouse serve --lan`, or a TLS proxy in front (docs/deploy.md)",
    )


def _backup(settings: Settings) -> Finding:
    folder, now = settings.data / names.FOLDER, time.time_ns() // 1_000_000
    found = names.copies(folder, now)
    failure = notes.find(folder, notes.FAILURE)
    by_hand = "run `gatehouse backup`, and look at the server's log and GATEHOUSE_BACKUP_HOURS"
    if not found:
        why = f"; {failure.text}" if failure is not None else ""
        return Finding("warn", f"there is no backup in {folder}{why}", by_hand)
    newest = found[0][0]
    text = f"the newest good backup is of {names.said(newest)}"
    if failure is not None and failure.at > newest:
        return Finding("warn", f"{text}; at {names.said(failure.at)} one failed: {failure.text}", by_hand)
    if now - newest > OLD_MS:
        return Finding("warn", f"{text}, more than 8 days ago", by_hand)
    return Finding("ok", text)


def _drill(settings: Settings) -> Finding:
    drilled = notes.find(settings.data / names.FOLDER, notes.DRILL)
    if drilled is None:
        return Finding("warn", "no backup has been put back to try it yet", "run `gatehouse drill`")
    text = f"{drilled.text} came back whole in the drill of {names.said(drilled.at)}"
    if time.time_ns() // 1_000_000 - drilled.at > OLD_MS:
        return Finding("warn", f"{text}, more than 8 days ago", "run `gatehouse drill`")
    return Finding("ok", text)


def _ledger(settings: Settings) -> Finding:
    """Whether what no restore may undo is kept as it was written (TH27)."""
    key = settings.data / KEY_FILE
    if not key.exists():
        return Finding("ok", "there is no ledger yet: nothing was revoked or erased")
    path = settings.data / FILE
    try:
        held = Ledger(path, SigningKey.from_file(key).secret(PURPOSE)).read()
    except OSError as failure:
        return Finding("FAIL", f"the ledger cannot be read: {failure.strerror}", f"look at {path}")
    bad = [one for one in held.faults if one.what != "torn"]
    if bad:
        named = ", ".join(f"line {one.line} ({one.what})" for one in bad[:5])
        mend = "put back its newest copy (*.ledger beside the backups); the server adds what it knows at its next start"
        return Finding("FAIL", f"the ledger of revocations and erasures is not as it was written: {named}", mend)
    if held.faults:
        return Finding("warn", "the ledger's last line is unfinished", "start the server: it writes that line again")
    return Finding("ok", f"the ledger of revocations and erasures is whole: {held.lines} lines")


def _disk(settings: Settings) -> Finding:
    kind = machine.file_system(settings.data)
    if settings.sqlite and kind in machine.OVER_A_NETWORK:
        text = f"the database lies on a network file system ({kind}), where SQLite loses what it acknowledged"
        return Finding("FAIL", text, "set GATEHOUSE_DATA to a folder on a disk of this machine, or use PostgreSQL")
    return Finding("ok", f"the data folder is on {kind}" if kind else "the data folder is there")


def _others(settings: Settings) -> Finding:
    database = database_of(settings.database_url)
    found = machine.other_writers(database.file) if isinstance(database, SQLiteDatabase) else []
    if not found:
        return Finding("ok", "nothing but the server writes the database")
    who = ", ".join(f"{name} (process {process})" for process, name in found)
    text = f"something else holds the database open for writing: {who}"
    return Finding("FAIL", text, "stop it: a second writer, or one that checkpoints, can damage the write-ahead log")


def _clock(_settings: Settings) -> Finding:
    if machine.clock_is_kept() is False:
        # No failure: the clock of a guest that its host keeps right looks like this too.
        text = "the kernel does not say that this machine's clock is synchronised; every punch is timed by it"
        return Finding("warn", text, "switch time synchronisation on: `timedatectl set-ntp true`, or chrony")
    return Finding("ok", "the machine's clock is synchronised")


def _versions(_settings: Settings) -> Finding:
    found = machine.too_old()
    if found:
        return Finding(
            "FAIL", f"too old to be safe: {', '.join(found)}", "install Gatehouse again with its own versions"
        )
    return Finding("ok", "the libraries are of versions it was made for")


LOOKS: tuple[Callable[[Settings], Finding], ...] = (
    _key,
    _sqlite,
    _disk,
    _others,
    _clock,
    _versions,
    _web,
    _reach,
    _backup,
    _drill,
    _ledger,
)


async def _database(settings: Settings) -> list[Finding]:
    """Opening checks durability settings: WAL and FULL on SQLite, fsync and synchronous_commit on PostgreSQL."""
    database = prepare_database(settings)
    try:
        await database.open()
    except DatabaseInUse:
        said = "the server is running, so its database was not looked into"
        return [Finding("warn", said, "stop it and ask again")]
    except StorageError as error:
        return [Finding("FAIL", str(error), "correct GATEHOUSE_DATABASE_URL, or what the sentence names")]
    try:
        waiting = await pending(database)
        if waiting:
            return [Finding("warn", f"migrations wait: {', '.join(waiting)}", "run `gatehouse migrate`")]
        found = Finding("ok", "the database opens with its guarantees and has this version's schema")
        return [found, *await read(database, _choices()), await read(database, _months())]
    except StorageError as error:
        return [Finding("FAIL", str(error), "install the version that wrote this database, or a newer one")]
    finally:
        await database.close()


def _choices() -> Steps[list[Finding]]:
    passed_over = yield from faulty()
    if not passed_over:
        return []
    text = f"what was chosen of regulations is passed over: {'; '.join(passed_over[:5])}"
    return [Finding("warn", text, "choose again in the office, under Regulations")]


def _months() -> Steps[Finding]:
    """Whether every month is what its punches give (I3)."""
    if not (yield from anew.known(anew.program())):
        return Finding("ok", "months are judged anew at the next start: another program judged them")
    found = yield from at_rest(time.time_ns() // 1_000_000)
    if not found:
        return Finding("ok", "every month is what its punches, rosters and requests give")
    named = ", ".join(f"{one.month} of {one.person}" for one in found[:5])
    return Finding(
        "FAIL",
        f"months that are not what their punches, rosters and requests give: {len(found)} ({named})",
        "somebody wrote them by hand, or the disk did. Put a backup back, or open those that are closed again, stop "
        "the server, run `gatehouse doctor --judge` and start it: it judges every month anew",
    )


async def _judge_anew(settings: Settings) -> None:
    def steps() -> Steps[None]:
        yield anew.forget()

    database = prepare_database(settings)
    await database.open()
    try:
        await write(database, steps)
    finally:
        await database.close()
