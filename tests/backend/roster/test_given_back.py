"""P29: a publication that a restore lost comes back as it was decided, with all that was done to its shifts."""

from __future__ import annotations

from itertools import permutations

import pytest
from tests.backend.roster.test_publish import APPLIED, Plan, sound
from tests.dump import ask
from tests.estate import DAY, MINUTE, codes, opened
from tests.rewind import come_back, differing, rewind, sealing, snapshot, state
from tests.rosters import templates, values
from tests.team import Team

from gatehouse_sync import rota


@pytest.mark.parametrize("order", list(permutations(("S1", "B1", "B2"))))
@pytest.mark.trap("T34")
@pytest.mark.path("P29")
async def test_everything_is_as_it_was_in_any_order_of_return(database_url: str, order: tuple[str, ...]) -> None:
    async with opened(database_url) as estate:
        team = await Team(estate).build()
        plan = Plan(team, await templates(team))
        for phone in team.phones.values():
            sealing(phone)
            await phone.sync()
        assert plan.say({"B1": "早 早 早 早", "B2": "中 休 中 夜"}, month="2026-04")
        assert await plan.settle() == APPLIED
        then = await snapshot(estate)
        await changed_since(plan)
        before = await state(estate)
        await rewind(estate, then)
        estate.clock.forward(30 * MINUTE)
        for who in order:
            await come_back(team.phones[who])
        for phone in team.phones.values():
            await phone.pull()
        assert differing(before, await state(estate)) == []
        assert await sound(estate) == []
        assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]


async def changed_since(plan: Plan) -> None:
    """Another version; a swap of a shift that it made, and one of a shift it changed; a receipt; a version on top."""
    team, boss = plan.team, plan.boss
    plan.say({"B1": "中 休 保 保 夜 夜", "B2": "保 客 休"}, seen=1, month="2026-04")
    assert await plan.settle() == APPLIED
    one, two = team.phones["B1"], team.phones["B2"]
    for phone in (one, two):
        await phone.pull()
    mine = {row["f"]["date"][-2:]: row for row in boss.rows("shift") if row["f"]["person"] == team.person("B1")}
    swaps = [team.request("B1", mine[day]["id"], ["B2"], give_ver=mine[day]["ver"]) for day in ("05", "03")]
    one.act("roster.receive", {"team": team.id, "version": 2})
    await one.drain()
    for swap in swaps:
        two.act("swap.accept", {}, swap)
    await two.drain()
    for swap in swaps:
        boss.act("swap.approve", {}, swap)
    assert await plan.settle() == APPLIED * 2
    plan.team.estate.clock.forward(DAY)
    plan.say({"B2": "保 保 保 保 休"}, seen=4, month="2026-04")
    assert await plan.settle() == APPLIED


async def test_work_that_was_taken_off_before_it_is_known_to_be_off_keeps_nothing_out(plan_url: str) -> None:
    """Three planned one cell after another; the second, who made it a rest day, comes back last."""
    async with opened(plan_url) as estate:
        team = await Team(estate).build()
        plan = Plan(team, await templates(team))
        manager = await estate.phone("M1")
        planners = [sealing(phone) for phone in (team.phones["S1"], team.phones["S3"], manager)]
        for phone in planners:
            await phone.sync()
        then = await snapshot(estate)
        for phone, cell, seen in ((planners[0], "早", 0), (manager, "休", 1), (planners[1], "早", 2)):
            rows = {team.person("B1"): cell}
            phone.act("roster.publish", values(team.id, plan.by_label, [estate.east], rows, seen))
            assert codes(await phone.drain()) == APPLIED
        before = await state(estate)
        await rewind(estate, then)
        for phone in planners:
            await come_back(phone)
        assert differing(before, await state(estate)) == []
        assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]
        assert await sound(estate) == []


async def test_work_given_to_somebody_meanwhile_keeps_a_lost_publication_out(plan_url: str) -> None:
    async with opened(plan_url) as estate:
        team = await Team(estate).build()
        plan = Plan(team, await templates(team))
        sealing(plan.boss)
        await plan.boss.sync()
        then = await snapshot(estate)
        plan.say({"B1": "早"})
        assert await plan.settle() == APPLIED
        await rewind(estate, then)
        other = team.phones["S3"]
        other.act(
            "shift.assign",
            {
                "person": team.person("B1"),
                "post": estate.east,
                "team": team.id,
                "date": "2026-03-01",
                "start": rota.instant("2026-03-01", 420, "480"),
                "end": rota.instant("2026-03-01", 500, "480"),
                "label": "急",
            },
        )
        await come_back(other)
        await come_back(plan.boss)
        held = await ask(estate.database, "SELECT waits_on FROM hold")
        assert len(held) == 1
        assert [row["f"]["label"] for row in other.rows("shift") if "cancelled" not in row["f"]] == ["急"]


@pytest.fixture
def plan_url(database_url: str) -> str:
    """A database for a plan of its own."""
    return database_url
