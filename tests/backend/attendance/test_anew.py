"""Months changed by another hand are found; after an update that judges otherwise all are judged anew (I3)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.backend.attendance.test_months import MARCH, begins, heard, punch, unproved
from tests.backend.attendance.test_settling import APRIL, late_day, month, offline
from tests.dump import ask
from tests.estate import DAY, HOUR, MINUTE, Estate, codes
from tests.team import Team

from gatehouse.app import create_app
from gatehouse.attendance.anew import judge_anew, program
from gatehouse.attendance.marks import month_key
from gatehouse.attendance.proof import Differing, at_rest
from gatehouse.attendance.rows import month_id
from gatehouse.attendance.worker import recompute, recompute_all
from gatehouse.db.steps import Query, Steps, read, write
from gatehouse.settings import Settings
from gatehouse_sync import canon


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build("bar")


async def resting(team: Team) -> list[Differing]:
    return await read(team.estate.database, at_rest(team.estate.core.now()))


Hand = Callable[[dict[str, Any]], object]
"""What another hand does to the fields of a month's record."""


def one_minute_late(fields: dict[str, Any]) -> None:
    fields["days"][0]["late"] = 1


def no_words(fields: dict[str, Any]) -> None:
    fields["days"][0]["lines"] = []


def another_price(fields: dict[str, Any]) -> None:
    fields["proposals"][0]["penalty"] = {"points": -1}


HANDS: tuple[Hand, ...] = (
    one_minute_late,
    no_words,
    another_price,
    lambda fields: fields["days"].clear(),
    lambda fields: fields["proposals"].clear(),
    lambda fields: fields.pop("days"),
    lambda fields: fields.pop("person"),
)


async def change(team: Team, hand: Hand = one_minute_late) -> None:
    """Another hand writes B1's month, in its record alone."""
    id_ = month_id(team.person("B1"), MARCH)
    ((text,),) = await ask(team.estate.database, "SELECT body FROM entity WHERE id = ?", id_)
    body = canon.decode(text)
    hand(body["f"])
    await put(team, canon.encode(body).decode())


async def put(team: Team, text: str) -> None:
    team.estate.tampered = True

    def steps() -> Steps[None]:
        yield Query("UPDATE entity SET body = ? WHERE id = ?", (text, month_id(team.person("B1"), MARCH)))

    await write(team.estate.database, steps)


def b1(team: Team) -> list[Differing]:
    return [Differing(team.estate.org, team.person("B1"), MARCH)]


@pytest.mark.parametrize("hand", HANDS)
async def test_a_month_that_another_hand_changed_is_found(team: Team, hand: Hand) -> None:
    await late_day(team)
    await month(team)
    assert await resting(team) == []
    await change(team, hand)
    assert {one.org for one in await resting(team)} == {team.estate.org}


async def test_a_month_that_cannot_be_read_is_found_and_judged_anew(team: Team) -> None:
    await late_day(team)
    await month(team)
    await put(team, "{")
    assert Differing(team.estate.org, month_id(team.person("B1"), MARCH), "?") in await resting(team)


async def test_a_month_that_waits_is_not_asked(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that fails by a fault of ours stays marked: it is no other hand's work."""
    await late_day(team)

    def judging(*_: object) -> Steps[Any]:
        raise KeyError

    monkeypatch.setattr("gatehouse.attendance.proof.judged", judging)
    assert await resting(team) == []


async def closed(team: Team) -> str:
    shift = await late_day(team)
    await month(team)
    team.estate.clock.ms = APRIL + DAY
    team.phones["S1"].act("period.close", {"team": team.id, "month": MARCH})
    assert codes(await team.phones["S1"].sync()) == [("applied", None)]
    assert (await month(team))["days"][0]["late"] == 20
    return shift


async def come_earlier(team: Team, shift: str, lent: str = "B3") -> None:
    """A punch of B1's, made ten minutes before the one that counted, arrives from a colleague's phone."""
    estate, phone, now = team.estate, team.phones[lent], team.estate.clock.ms
    await phone.sign_in("B1")
    estate.clock.ms = begins(3) + 10 * MINUTE
    phone.act("punch.record", {"direction": "in", "site": estate.site, "post": estate.east, "shift": shift})
    estate.clock.ms = now
    assert codes(await phone.drain()) == [("applied", None)]


@pytest.mark.parametrize("revised", [False, True])
@pytest.mark.parametrize("hand", HANDS)
async def test_a_closed_month_that_another_hand_changed_is_found(team: Team, hand: Hand, revised: bool) -> None:
    """What it shows stays whatever comes in: it is held against what it showed, and against what came in."""
    shift = await closed(team)
    if revised:
        await come_earlier(team, shift)
        assert len((await month(team))["revisions"]) == 1
    assert await resting(team) == []
    await change(team, hand)
    assert await resting(team) != []


async def test_what_a_closed_month_costs_stays_also_of_no_day_in_particular(team: Team) -> None:
    """A bonus that was lost: punches of that day come to light after the closing."""
    estate, boss = team.estate, team.phones["S1"]
    estate.admin.act("policy.choose", {"team": team.id, "pack": "ecom", "since": "2026-01-01"})
    assert codes(await estate.admin.drain()) == [("applied", None)]
    shift = await team.assign("B1", 3)
    estate.clock.ms = begins(3) + DAY
    await heard(team.phones["B1"])
    estate.clock.ms = APRIL + DAY
    boss.act("period.close", {"team": team.id, "month": MARCH})
    assert codes(await boss.sync()) == [("applied", None)]
    costs = (await month(team))["proposals"]
    assert [one["cause"] for one in costs] == ["absence", "bonus_lost"]
    assert await unproved(team) == []
    await offline(team, shift, "in", begins(3) - 5 * MINUTE)
    await offline(team, shift, "out", begins(3) + 8 * HOUR, "B4")
    fields = await month(team)
    assert fields["revisions"][-1]["changes"][0]["was"]["worked"][1] == 480
    assert fields["proposals"] == costs
    assert await unproved(team) == []
    await change(team, lambda fields: fields["proposals"].pop())
    assert await resting(team) == b1(team)


async def test_a_month_of_two_teams_is_closed_and_opened_piece_by_piece(team: Team) -> None:
    """What of no day in particular a whole month costs is frozen only while all of it is closed."""
    estate, boss, manager = team.estate, team.phones["S1"], await team.estate.phone("M1")
    estate.admin.act("policy.choose", {"team": team.id, "pack": "ecom", "since": "2026-01-01"})
    other = estate.admin.act("team.create", {"name": "机动", "site": estate.site})
    assert codes(await estate.admin.drain()) == [("applied", None)] * 2
    await team.assign("B1", 3)
    given = {"person": team.person("B1"), "post": estate.east, "team": other, "label": "早", "date": "2026-03-12"}
    estate.admin.act("shift.assign", {**given, "start": begins(10), "end": begins(10) + HOUR})
    assert codes(await estate.admin.drain()) == [("applied", None)]
    estate.clock.ms = APRIL + DAY
    await heard(team.phones["B1"])
    await recompute_all(estate.core)
    periods: dict[str, str] = {}
    for closing in (team.id, other, team.id):
        if closing in periods:
            await manager.sync()
            manager.act("period.reopen", {"reason": "补卡"}, periods[closing])
            assert codes(await manager.drain()) == [("applied", None)]
            await recompute_all(estate.core)
            assert await unproved(team) == []
        phone = boss if closing == team.id else estate.admin
        await phone.sync()
        periods[closing] = phone.act("period.close", {"team": closing, "month": MARCH})
        assert codes(await phone.drain()) == [("applied", None)]
        await recompute_all(estate.core)
        assert await unproved(team) == []
    await change(team, lambda fields: fields["proposals"].clear())
    assert await resting(team) == b1(team)


async def test_a_revision_that_another_hand_changed_is_found(team: Team) -> None:
    await come_earlier(team, await closed(team))
    await month(team)

    def other(fields: dict[str, Any]) -> None:
        fields["revisions"][0]["changes"][0]["was"]["late"] = [20, 5]

    await change(team, other)
    assert await resting(team) == b1(team)


async def test_a_month_opened_and_closed_again_with_no_network_is_as_it_should_be(team: Team) -> None:
    """Its second closing was made before the revision of the first that the server knew by then."""
    shift = await closed(team)
    estate, manager = team.estate, await team.estate.phone("M1")
    await manager.sync()
    (period,) = [one for (one,) in await ask(estate.database, "SELECT id FROM period")]
    manager.act("period.reopen", {"reason": "补卡"}, period)
    manager.act("period.close", {"team": team.id, "month": MARCH})
    estate.clock.forward(HOUR)
    await come_earlier(team, shift)
    assert len((await month(team))["revisions"]) == 1
    assert codes(await manager.drain()) == [("applied", None), ("applied", None)]
    assert (await month(team))["days"][0]["late"] == 10
    assert await resting(team) == []
    await change(team)
    assert await resting(team) == b1(team)


async def test_a_clock_a_little_behind_the_one_that_judged_finds_nothing(team: Team) -> None:
    shift = await late_day(team)
    await month(team)
    assert await read(team.estate.database, at_rest(team.estate.core.now() - MINUTE)) == []
    team.estate.clock.ms = begins(3) + 8 * HOUR + 180 * MINUTE + 1
    await recompute_all(team.estate.core)
    assert shift
    assert await read(team.estate.database, at_rest(team.estate.core.now() - MINUTE)) == []


async def test_a_month_of_somebody_without_shifts_is_judged_anew_too(team: Team) -> None:
    """A record that another hand put there, for whom nothing else speaks."""
    await late_day(team)
    await month(team)
    id_ = month_id(team.person("B1"), MARCH)

    def steps() -> Steps[None]:
        yield Query("DELETE FROM month_state")
        yield Query("DELETE FROM shift")
        yield Query("DELETE FROM job WHERE id = 'months'")

    team.estate.tampered = True
    await write(team.estate.database, steps)
    assert await resting(team) == b1(team)
    assert await write(team.estate.database, lambda: judge_anew(program())) == 1
    await recompute_all(team.estate.core)
    assert await resting(team) == []
    ((text,),) = await ask(team.estate.database, "SELECT body FROM entity WHERE id = ?", id_)
    assert canon.decode(text)["f"]["days"] == []


async def test_what_time_alone_changes_is_no_finding(team: Team) -> None:
    """A server was down over the end of a window: nobody has judged the day since."""
    shift = await team.assign("B1", 3)
    await punch(team, "B1", "in", team.estate.clock.ms, shift=shift)
    await recompute_all(team.estate.core)
    team.estate.clock.forward(40 * DAY + HOUR)
    assert await unproved(team) != []
    assert await resting(team) == []


async def test_a_program_that_judges_otherwise_judges_every_month_anew(team: Team) -> None:
    await late_day(team)
    await month(team)
    core = team.estate.core
    before = await ask(core.database, "SELECT scope, seq FROM scope_head ORDER BY scope")
    assert await write(core.database, lambda: judge_anew("an older one")) == 1
    assert await recompute_all(core) == 1
    assert await ask(core.database, "SELECT scope, seq FROM scope_head ORDER BY scope") == before, "it says the same"
    await change(team)
    assert await write(core.database, lambda: judge_anew("an older one")) == 0
    assert await recompute_all(core) == 0
    assert await write(core.database, lambda: judge_anew(program())) == 1
    assert await resting(team) == [], "it waits for the worker"
    assert await recompute_all(core) == 1
    assert await unproved(team) == []
    assert await write(core.database, lambda: judge_anew(program())) == 0


async def test_what_an_update_has_judged_anew_comes_after_what_facts_have_spoilt(team: Team) -> None:
    for who in ("B1", "B2", "B3"):
        await team.assign(who, 3)
    core = team.estate.core
    await recompute_all(core)
    assert await write(core.database, lambda: judge_anew(program())) == 3
    await punch(team, "B3", "in", begins(3))
    while await ask(core.database, "SELECT 1 FROM dirty WHERE n > 0"):
        assert await recompute(core, most=1) == 1
    left = await ask(core.database, "SELECT key, n FROM dirty ORDER BY key")
    assert sorted(left) == sorted((month_key(team.person(who), MARCH), 0) for who in ("B1", "B2"))


async def test_a_server_that_starts_judges_by_its_own_rules(on_sqlite: Estate, tmp_path: Path) -> None:
    team = await Team(on_sqlite).build()
    await late_day(team)
    await month(team)
    await change(team)
    await on_sqlite.database.close()
    app = create_app(Settings(database_url=on_sqlite.url, data=tmp_path), on_sqlite.database, on_sqlite.core)
    async with app.lifespan(), asyncio.timeout(20):
        assert await ask(on_sqlite.database, "SELECT 1 FROM job WHERE id = 'months'")
        while await resting(team) or await ask(on_sqlite.database, "SELECT 1 FROM dirty"):  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.02)
    await on_sqlite.restart()
    assert await unproved(team) == []
