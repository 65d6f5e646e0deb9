"""Loading the demo estate: once, by ops, under a clock that starts sixty days ago."""

from __future__ import annotations

import os

import msgspec

from gatehouse.app import KEY_FILE, make_core, open_database, wall_clock
from gatehouse.audit.keys import SigningKey
from gatehouse.db.engine import Database
from gatehouse.db.failures import DatabaseUnusable
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

    Raises:
        StorageError: the database cannot be used, or holds the demo of a load that was broken off.
    """
    database = await open_database(settings)
    try:
        found = await read(database, _found())
        if found is None:
            await _build(settings, database, days, seed)
        elif found.name != ORG:
            return "数据库里已有单位，没有载入演示数据。"
        elif not found.whole:
            raise DatabaseUnusable(
                "The demo in this database was broken off while it was loaded. Remove the database and start again."
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
        return _Found("", whole=False) if heads else None
    closed = yield Query(
        "SELECT 1 FROM op o JOIN device d ON d.id = o.device WHERE o.kind = 'session.end' AND d.label = ?",
        (OFFICE_COMPUTER,),
    )
    return _Found(msgspec.json.decode(rows[0][0])["f"]["name"], whole=bool(closed))


async def _build(settings: Settings, database: Database, days: int, seed: int) -> None:
    now = wall_clock()()
    clock = Clock(now - days * DAY)
    core = make_core(database, SigningKey.from_file(settings.data / KEY_FILE), clock)
    mint = TokenMint(os.urandom(32))  # its tokens never leave this process
    world = World(core, Enrolment(database, core.signer, core.chains, mint, core.now, core.random), clock)
    estate = await found_estate(world)
    await Play(world, estate, Calendar(now - days * DAY, now), seed).run()
