"""Who could take a shift, asked among two hundred people of a team under a regulation: in process, on SQLite."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

from tests.bench.report import Figure
from tests.bench.serving import folder

from gatehouse.app import KEY_FILE, make_core, open_database
from gatehouse.audit.keys import SigningKey
from gatehouse.db.engine import Database
from gatehouse.db.steps import read
from gatehouse.estate.found import found
from gatehouse.identity import passwords
from gatehouse.replication.core import Replication
from gatehouse.replication.grants import load_people
from gatehouse.replication.server_acts import ServerAct, act
from gatehouse.settings import Settings
from gatehouse.swaps.partners import PartnersRequest, answer
from gatehouse_sync.ids import uuid7

PEOPLE, DAYS, AT_MOST_MS = 200, 14, 50
HOUR, DAY = 3_600_000, 86_400_000


def _id() -> str:
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


async def _team(core: Replication, now: int) -> tuple[str, str, str]:
    """Two hundred people with a shift a day; gives the org, a person and their shift of the day after tomorrow."""
    org = (await found(core, "Bench", "Bench", "bench", passwords.hashed_demo("bench bench bench"))).org
    site, post, team = _id(), _id(), _id()
    people = [_id() for _ in range(PEOPLE)]
    acts: list[ServerAct] = [
        ServerAct("site.create", {"name": "Bench", "zone": "Asia/Shanghai"}, id=site),
        ServerAct("post.create", {"site": site, "name": "A", "order": 1}, id=post),
        ServerAct("team.create", {"name": "B", "site": site}, id=team),
        ServerAct("policy.choose", {"team": team, "pack": "gold", "since": "2026-01-01"}),
    ]
    for i, person in enumerate(people):
        fields: dict[str, Any] = {"name": f"张{i}", "staff_no": f"{i:05}", "grade": "中级", "team": team, "since": now}
        acts.append(ServerAct("person.create", fields, id=person))
    await act(core, org, acts)
    mine = ""
    for i, person in enumerate(people):
        shifts = []
        for day in range(1, DAYS):
            start = now + day * DAY + (i % 3) * 8 * HOUR
            date = time.strftime("%Y-%m-%d", time.gmtime(start / 1000 + 28_800))
            given = {"person": person, "post": post, "team": team, "date": date, "label": "早"}
            shifts.append(ServerAct("shift.assign", {**given, "start": start, "end": start + 8 * HOUR}, id=_id()))
        await act(core, org, shifts)
        mine = mine or str(shifts[1].id)
    return org, people[0], mine


async def _measure(data: Path, database: Database, rounds: int) -> list[float]:
    core = make_core(database, SigningKey.from_file(data / KEY_FILE))
    now = core.now()
    org, person, shift = await _team(core, now)
    known = (await read(database, load_people([person])))[person]
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        said = await read(database, answer(now + 1, known, PartnersRequest(shift)))
        taken.append((time.perf_counter() - begun) * 1_000)
        if len(said.partners) != PEOPLE - 1 or known.org != org:
            raise RuntimeError("not everybody was looked at")
    return taken


def figures(rounds: int = 20) -> list[Figure]:
    """Milliseconds of one answer."""

    async def run(data: Path) -> list[float]:
        database = await open_database(Settings(database_url=f"sqlite:///{data / 'partners.db'}", data=data))
        try:
            return await _measure(data, database, rounds)
        finally:
            await database.close()

    with folder() as data:
        taken = asyncio.run(run(data))
    return [Figure("Partners for a shift among 200 people", "ms", taken, None, AT_MOST_MS, at_most=True)]
