"""Rows from before the office had a stream of its own are given to it once, at start."""

from __future__ import annotations

import asyncio

from tests.estate import HOUR, Estate
from tests.team import Team

from gatehouse.db.steps import Query, Steps, write
from gatehouse.replication.rescope import rescope


async def forget_the_office(estate: Estate) -> None:
    """The database as a version without that stream left it."""

    def steps() -> Steps[None]:
        rows = yield Query("SELECT id FROM scope_head WHERE scope = ?", (f"office:{estate.org}",))
        for (scope,) in rows:
            for table, column in (("feed", "scope"), ("scope_day", "scope"), ("scope_head", "id")):
                yield Query(f"DELETE FROM {table} WHERE {column} = ?", (scope,))
        yield Query("DELETE FROM entity WHERE kind = 'device'", ())  # came with that stream

    await write(estate.database, steps)


async def test_the_office_gets_what_was_there_before_it(estate: Estate) -> None:
    """All of it, once, however many processes start at the same time; the digest agrees (P26)."""
    team = await Team(estate).build()
    boss, now = team.phones["S1"], estate.clock.ms
    boss.act("deputy.name", {"absent": boss.person, "deputy": team.person("S2"), "since": now, "until": now + 9 * HOUR})
    await boss.sync()
    admin = estate.admin
    await admin.pull()
    wanted = {body["id"] for kind in ("role", "deputy") for body in admin.rows(kind)}
    assert len(wanted) == 13
    await forget_the_office(estate)
    added = await asyncio.gather(*(rescope(estate.core) for _ in range(3)))
    assert sum(added) == 13
    assert await rescope(estate.core) == 0
    fresh = await estate.phone("A001")
    await fresh.pull()
    assert {body["id"] for kind in ("role", "deputy") for body in fresh.rows(kind)} == wanted
    assert (await fresh.pull_once(digests=True)).reset == []
    await estate.hire("G7", "钱七", "guard", estate.site)
    await admin.drain()
    await fresh.pull()
    assert len(fresh.rows("role")) == 13, "twelve roles were there"
    assert (await fresh.pull_once(digests=True)).reset == []
