"""Proposals confirmed, dismissed, reversed; months closed, revised, opened again (I-29, I-45, I-49, I-55)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.backend.attendance.test_months import MARCH, begins, day_of_unheard, heard, punch, row, unproved
from tests.dump import ask
from tests.estate import DAY, HOUR, MINUTE, T0, Estate, codes
from tests.team import Team

from gatehouse.attendance import worker
from gatehouse.attendance.rows import month_id
from gatehouse.attendance.worker import recompute_all

APRIL = T0 + 31 * DAY


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build("bar")


async def late_day(team: Team) -> str:
    """A shift of B1 to which they come 20 minutes late: three points by the bar's regulation."""
    shift = await team.assign("B1", 3)
    await punch(team, "B1", "in", begins(3) + 20 * MINUTE, shift=shift)
    await punch(team, "B1", "out", begins(3) + 8 * HOUR, shift=shift)
    team.estate.clock.ms = begins(3) + 12 * HOUR
    await heard(team.phones["B1"])
    return shift


async def month(team: Team) -> dict[str, Any]:
    body = await row(team, "B1", whose="S1")
    assert body is not None
    fields: dict[str, Any] = body["f"]
    return fields


def named(team: Team, shift: str, **more: Any) -> dict[str, Any]:
    return {"month": MARCH, "person": team.person("B1"), "proposal": f"late:{shift}", **more}


async def test_a_proposal_is_confirmed_by_who_is_in_charge_and_by_nobody_twice(team: Team) -> None:
    shift = await late_day(team)
    fields = await month(team)
    assert [(one["id"], one["penalty"], one["clause"]) for one in fields["proposals"]] == [
        (f"late:{shift}", {"points": -3}, "R-ATT-02")
    ]
    mine, boss = team.phones["B1"], team.phones["S1"]
    mine.act("penalty.confirm", named(team, shift))
    assert codes(await mine.drain()) == [("refused", "own_matter")]
    team.phones["B2"].act("penalty.confirm", named(team, shift))
    assert codes(await team.phones["B2"].drain()) == [("refused", "not_entitled")]
    made = boss.act("penalty.confirm", named(team, shift))
    boss.act("penalty.dismiss", named(team, shift, reason="打错了"))
    boss.act("penalty.confirm", {**named(team, shift), "proposal": "late:nothing"})
    assert codes(await boss.sync()) == [("applied", None), ("refused", "wrong_state"), ("refused", "not_proposed")]
    penalty = boss.row(made)
    assert penalty is not None
    assert (penalty["f"]["state"], penalty["f"]["price"]) == ("confirmed", '{"points":-3}')
    assert (await month(team))["settled"] == [{"id": made, "proposal": f"late:{shift}", "state": "confirmed"}]
    await mine.pull()
    assert mine.row(made) is not None
    assert await unproved(team) == []


async def test_a_dismissed_proposal_is_settled_as_that(team: Team) -> None:
    """Nothing is confirmed by saying that it does not stand; it stays listed with what became of it."""
    shift = await late_day(team)
    boss = team.phones["S1"]
    made = boss.act("penalty.dismiss", named(team, shift, reason="交通管制"))
    assert codes(await boss.sync()) == [("applied", None)]
    penalty = boss.row(made)
    assert penalty is not None
    assert penalty["f"]["state"] == "dismissed"
    assert (await month(team))["settled"] == [{"id": made, "proposal": f"late:{shift}", "state": "dismissed"}]
    # Its cause gone, there is nothing to reverse: nothing was ever asked for.
    await correct(team, shift)
    assert (await month(team))["settled"] == [{"id": made, "proposal": f"late:{shift}", "state": "dismissed"}]
    assert await unproved(team) == []


async def test_late_data_never_changes_what_was_confirmed_it_asks_for_a_reversal(team: Team) -> None:
    shift = await late_day(team)
    boss = team.phones["S1"]
    made = boss.act("penalty.confirm", named(team, shift))
    assert codes(await boss.sync()) == [("applied", None)]
    lent = team.phones["B2"]
    await lent.sign_in("B1")
    # By the tablet's word of that morning: the person was there in time.
    team.estate.admin.act("outage.declare", {"post": team.estate.east, "since": T0, "until": T0 + HOUR})
    await team.estate.admin.drain()
    await correct(team, shift)
    fields = await month(team)
    assert fields["proposals"] == []
    assert fields["settled"] == [{"id": made, "proposal": f"late:{shift}", "reverse": True, "state": "confirmed"}]
    penalty = boss.row(made)
    assert penalty is not None
    assert penalty["f"]["state"] == "confirmed"
    boss.act("penalty.reverse", {"reason": "有更早的打卡"}, made)
    boss.act("penalty.reverse", {"reason": "再来一次"}, made)
    assert codes(await boss.sync()) == [("applied", None), ("refused", "wrong_state")]
    assert (await month(team))["settled"][0]["state"] == "reversed"
    assert await unproved(team) == []


async def correct(team: Team, shift: str) -> None:
    """An earlier punch of B1's arrives, made in time on a phone that had no network."""
    await offline(team, shift, "in", begins(3) - 5 * MINUTE)


async def offline(team: Team, shift: str, direction: str, at: int, lent: str = "B3") -> None:
    """A punch of B1's made on another's phone, which had no network, arrives now."""
    estate, phone = team.estate, team.phones[lent]
    await phone.sign_in("B1")
    now, estate.clock.ms = estate.clock.ms, at
    phone.act("punch.record", {"direction": direction, "site": estate.site, "post": estate.east, "shift": shift})
    estate.clock.ms = now
    assert codes(await phone.drain()) == [("applied", None)]


async def test_a_closed_month_stays_and_later_data_makes_a_numbered_revision(team: Team) -> None:
    shift = await late_day(team)
    await month(team)
    estate, boss = team.estate, team.phones["S1"]
    boss.act("period.close", {"team": team.id, "month": MARCH})
    assert codes(await boss.sync()) == [("refused", "period_running")]
    estate.clock.ms = APRIL + DAY
    period = boss.act("period.close", {"team": team.id, "month": MARCH})
    boss.act("period.close", {"team": team.id, "month": MARCH})
    boss.act("penalty.confirm", named(team, shift))
    assert codes(await boss.sync()) == [("applied", None), ("refused", "period_closed"), ("refused", "period_closed")]
    before = await month(team)
    assert before["closed"][team.id]["id"] == period
    await correct(team, shift)
    after = await month(team)
    assert (after["days"], after["proposals"]) == (before["days"], before["proposals"])
    (revision,) = after["revisions"]
    assert (revision["n"], revision["changes"][0]["was"]["late"]) == (1, [20, None])
    assert await unproved(team) == []
    await recompute_all(estate.core)
    assert (await month(team))["revisions"] == after["revisions"], "no revision of nothing"


async def test_revisions_of_a_closed_month_are_numbered_and_its_prices_stand_once(team: Team) -> None:
    """Each says what changed since the one before it; the price that was shown stays, and stays one."""
    shift = await late_day(team)
    await month(team)
    estate, boss = team.estate, team.phones["S1"]
    estate.clock.ms = APRIL + DAY
    boss.act("period.close", {"team": team.id, "month": MARCH})
    assert codes(await boss.sync()) == [("applied", None)]
    await month(team)
    for lent, minutes in (("B3", 8 * 60 + 10), ("B4", 8 * 60 + 30)):
        await offline(team, shift, "out", begins(3) + minutes * MINUTE, lent)
        fields = await month(team)
        assert [one["id"] for one in fields["proposals"]] == [f"late:{shift}"]
    (first, second) = (await month(team))["revisions"]
    assert [(one["n"], one["changes"][0]["was"]["overrun"]) for one in (first, second)] == [
        (1, [None, 10]),
        (2, [10, 30]),
    ]
    assert await unproved(team) == []


async def test_the_roster_of_a_closed_month_is_not_edited(team: Team) -> None:
    estate, boss = team.estate, team.phones["S1"]
    template = estate.admin.act("template.create", {"name": "早", "label": "早", "segments": "08:00-16:00", "order": 1})
    await estate.admin.drain()
    estate.clock.ms = APRIL + DAY
    period = boss.act("period.close", {"team": team.id, "month": MARCH})
    shift = {"person": team.person("B1"), "post": estate.east, "team": team.id, "label": "早"}
    march = {**shift, "date": "2026-03-09", "start": begins(7), "end": begins(7) + HOUR}
    boss.act("shift.assign", march)
    boss.act("shift.assign", {**shift, "date": "2026-04-09", "start": begins(38), "end": begins(38) + HOUR})
    rows = f"{team.person('B1')} 0" + "." * 30
    sheet = {"legend": "aa", "month": MARCH, "posts": [estate.east], "rows": rows, "team": team.id}
    boss.act("roster.publish", {**sheet, "seen": 1, "templates": [template]})
    closed = ("refused", "period_closed")
    assert codes(await boss.sync()) == [("applied", None), closed, ("applied", None), closed]
    manager = await estate.phone("M1")
    manager.act("period.reopen", {"reason": "漏排"}, period)
    assert codes(await manager.drain()) == [("applied", None)]
    boss.act("shift.assign", march)
    assert codes(await boss.sync()) == [("applied", None)]


async def test_who_runs_the_site_opens_a_month_again_and_then_it_follows_the_facts(team: Team) -> None:
    shift = await late_day(team)
    estate, boss = team.estate, team.phones["S1"]
    estate.clock.ms = APRIL + DAY
    period = boss.act("period.close", {"team": team.id, "month": MARCH})
    assert codes(await boss.sync()) == [("applied", None)]
    await month(team)
    await correct(team, shift)
    assert (await month(team))["days"][0]["late"] == 20
    boss.act("period.reopen", {"reason": "漏了"}, period)
    assert codes(await boss.sync()) == [("refused", "not_entitled")]
    manager = await estate.phone("M1")
    manager.act("period.reopen", {"reason": "补卡"}, period)
    assert codes(await manager.sync()) == [("applied", None)]
    fields = await month(team)
    assert (fields["days"][0].get("late"), "closed" in fields, len(fields["revisions"])) == (None, False, 1)
    boss.act("period.close", {"team": team.id, "month": MARCH})
    assert codes(await boss.sync()) == [("applied", None)]
    assert len((await month(team))["revisions"]) == 1
    assert await unproved(team) == []


async def test_two_workers_at_once_do_no_harm(team: Team) -> None:
    shifts = [await team.assign(who, 3) for who in ("B1", "B2", "B3")]
    await asyncio.gather(*(recompute_all(team.estate.core) for _ in range(4)))
    for who, shift in zip(("B1", "B2", "B3"), shifts, strict=True):
        await punch(team, who, "in", begins(3), shift=shift)
    await asyncio.gather(*(recompute_all(team.estate.core) for _ in range(4)))
    assert await ask(team.estate.database, "SELECT key FROM dirty") == []
    months = await ask(team.estate.database, "SELECT id FROM entity WHERE kind = 'month'")
    assert sorted(row[0] for row in months) == sorted(month_id(team.person(who), MARCH) for who in ("B1", "B2", "B3"))
    assert (await day_of_unheard(team, "B1", shifts[0]))["status"] == "on_duty"
    assert await unproved(team) == []


async def test_a_mark_that_is_set_again_while_its_month_is_judged_stays(team: Team) -> None:
    shift = await team.assign("B1", 3)
    core, database = team.estate.core, team.estate.database
    await heard(team.phones["B1"])
    await recompute_all(core)
    await punch(team, "B1", "in", begins(3), shift=shift)
    ((org, key, n),) = await ask(database, "SELECT org, key, n FROM dirty")
    await punch(team, "B1", "out", begins(3) + HOUR, shift=shift)
    await worker._one(core, worker.Mark(org, key, n))
    assert len(await ask(database, "SELECT key FROM dirty")) == 1
    await recompute_all(core)
    assert await ask(database, "SELECT key FROM dirty") == []


async def test_what_an_incremental_worker_left_is_what_a_whole_recompute_gives(team: Team) -> None:
    """I3: after swaps of fortune in any order, each worked off or left to gather."""
    for day in (1, 2, 3, 4):
        for who in ("B1", "B2"):
            await team.assign(who, day)
    for number, (day, who) in enumerate([(1, "B1"), (1, "B2"), (2, "B2"), (3, "B1"), (3, "B2")]):
        await punch(team, who, "in", begins(day) + number * 7 * MINUTE)
        if number % 2:
            await recompute_all(team.estate.core)
    team.estate.clock.ms = begins(9)
    for who in ("B1", "B2"):
        await heard(team.phones[who])
    await recompute_all(team.estate.core)
    assert await unproved(team) == []


async def test_a_change_that_was_not_received_is_no_reason_for_a_price(team: Team) -> None:
    """I-58, with the roster's own record of who received which version."""
    estate, boss, phone = team.estate, team.phones["S1"], team.phones["B1"]
    template = {"name": "早", "label": "早", "segments": "16:00-24:00", "order": 1}
    early = estate.admin.act("template.create", template)
    late = estate.admin.act("template.create", {**template, "name": "中", "label": "中", "segments": "12:00-20:00"})
    await estate.admin.drain()
    rows = f"{team.person('B1')} " + "." * 4 + "0" + "." * 26
    sheet = {"legend": "aa", "month": MARCH, "posts": [estate.east], "rows": rows, "team": team.id}
    boss.act("roster.publish", {**sheet, "seen": 0, "templates": [early]})
    assert codes(await boss.sync()) == [("applied", None)]
    shift = (await month(team))["days"][0]["shift"]
    phone.act("roster.receive", {"team": team.id, "version": 1})
    assert codes(await phone.sync()) == [("applied", None)]
    boss.act("roster.publish", {**sheet, "seen": 1, "templates": [late]})
    assert codes(await boss.sync()) == [("applied", None)]
    # 16:00 in Shanghai is 8:00 UTC: by the sheet that they know, in time.
    await punch(team, "B1", "in", begins(3), shift=shift)
    await punch(team, "B1", "out", begins(3) + 4 * HOUR, shift=shift)
    estate.clock.ms = begins(4)
    await heard(phone)
    fields = await month(team)
    assert (fields["days"][0]["late"], fields["proposals"]) == (240, [])
    assert {"changed_unseen", "only_by_change"} <= {line[0] for line in fields["days"][0]["lines"]}
    phone.act("roster.receive", {"team": team.id, "version": 2})
    assert codes(await phone.sync()) == [("applied", None)]
    assert [one["cause"] for one in (await month(team))["proposals"]] == ["late"]
    assert await unproved(team) == []
