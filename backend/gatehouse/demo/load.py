"""Loading the demo estate: once, by ops, under a clock that starts sixty days ago."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from gatehouse.app import KEY_FILE, make_core, open_database, wall_clock
from gatehouse.audit.keys import SigningKey
from gatehouse.db.engine import Database
from gatehouse.db.failures import DatabaseUnusable
from gatehouse.db.sqlite import SQLiteDatabase
from gatehouse.db.steps import Query, Steps, read
from gatehouse.demo.estate import OFFICE_COMPUTER, found_estate
from gatehouse.demo.people import ORG
from gatehouse.demo.play import Play
from gatehouse.demo.sign_ins import sign_ins
from gatehouse.demo.steps import DAY, Calendar
from gatehouse.demo.tablets import Clock, World
from gatehouse.devices.enrol import Enrolment
from gatehouse.devices.tokens import TokenMint
from gatehouse.settings import Settings

DAYS = 60
SEED = 20_260_501


async def load_demo(settings: Settings, *, days: int = DAYS, seed: int = SEED) -> str:
    """Build the demo estate in an empty database; gives the sign-ins to print, and only that when it is there already.

    A load that is broken off leaves an SQLite database as empty as it was.

    Raises:
        ValueError: ``days`` is less than 1.
        StorageError: the database cannot be used, or a load into PostgreSQL was broken off.
    """
    if days < 1:
        raise ValueError("The demo needs one day at least: its visits lie between its first day and now.")
    database = await open_database(settings)
    try:
        found = await read(database, _found())
        if found is None and isinstance(database, SQLiteDatabase):
            await _build_aside(settings, database, days, seed)
        elif found is None:
            await _build(settings, database, days, seed)
        elif found.name != ORG:
            return "数据库里已有单位，没有载入演示数据。"
        elif not found.whole:
            raise DatabaseUnusable(
                "A demo was broken off while it was loaded into this database. Empty the database and start again."
            )
    finally:
        await database.close()
    return sign_ins()


class _Found(msgspec.Struct, frozen=True):
    name: str
    whole: bool


def _found() -> Steps[_Found | None]:
    """The org that exists, and whether the demo's last act is in its log."""
    rows = yield Query("SELECT body FROM entity WHERE kind = 'org'")
    if not rows:
        heads = yield Query("SELECT org FROM org_head")
        return _Found(ORG, whole=False) if heads else None
    closed = yield Query(
        "SELECT 1 FROM op o JOIN device d ON d.id = o.device WHERE o.kind = 'session.end' AND d.label = ?",
        (OFFICE_COMPUTER,),
    )
    return _Found(msgspec.json.decode(rows[0][0])["f"]["name"], whole=bool(closed))


async def _build_aside(settings: Settings, database: SQLiteDatabase, days: int, seed: int) -> None:
    """Build in a file beside the database, and take it over in one transaction when it is whole."""
    draft = database.file.with_name(f"{database.file.name}.demo")
    _remove(draft)
    try:
        aside = await open_database(msgspec.structs.replace(settings, database_url=f"sqlite:///{draft}"))
        try:
            await _build(settings, aside, days, seed)
        finally:
            await aside.close()
        await database.writer.run(lambda connection: _take_over(connection, draft))
    finally:
        _remove(draft)


def _take_over(connection: sqlite3.Connection, draft: Path) -> None:
    with closing(sqlite3.connect(draft)) as source:
        source.backup(connection)


def _remove(draft: Path) -> None:
    for suffix in ("", "-wal", "-shm", ".lock"):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)


async def _build(settings: Settings, database: Database, days: int, seed: int) -> None:
    now = wall_clock()()
    clock = Clock(now - days * DAY)
    core = make_core(database, SigningKey.from_file(settings.data / KEY_FILE), clock)
    mint = TokenMint(os.urandom(32))  # no token of the demo's devices is ever shown or checked
    world = World(core, Enrolment(database, core.signer, core.chains, mint, core.now, core.random), clock)
    estate = await found_estate(world)
    await Play(world, estate, Calendar(now - days * DAY, now), seed).run()
