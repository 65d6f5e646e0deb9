"""A month is judged again for whatever it depends on, and by time alone: nothing else has it judged in these tests."""

from __future__ import annotations

from typing import Any

import pytest
from tests.backend.attendance.test_months import MARCH, begins, day_of_unheard, heard, punch, row, unproved
from tests.backend.attendance.test_settling import late_day as come_late
from tests.estate import DAY, HOUR, MINUTE, T0, Estate, codes
from tests.team import Team

APRIL = "2026-04"


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


async def admin_says(team: Team, kind: str, fields: dict[str, Any], entity: str | None = None) -> str:
    made = team.estate.admin.act(kind, fields, entity)
    assert codes(await team.estate.admin.drain()) == [("applied", None)]
    return made


async def follow(team: Team, pack: str) -> None:
    await admin_says(team, "policy.choose", {"team": team.id, "pack": pack, "since": "2026-01-01"})


async def fields_of(team: Team, who: str, month: str = MARCH) -> dict[str, Any]:
    body = await row(team, who, month, whose="S1")
    return {} if body is None else body["f"]


async def say(team: Team, who: str, kind: str, swap: str) -> None:
    phone = team.phones[who]
    await phone.drain()
    phone.act(kind, {}, swap)
    assert codes(await phone.drain()) == [("applied", None)]


async def late_day(team: Team) -> str:
    """A day of B1's that nothing more is waited for: 20 minutes late."""
    shift = await come_late(team)
    found = await day_of_unheard(team, "B1", shift)
    assert (found["certainty"], found["late"]) == ("final", 20)
    return shift


async def test_a_punch_after_midnight_changes_the_month_in_which_its_shift_began(team: Team) -> None:
    """And the next one, whose first shift has the night before it for a neighbour, has nothing left over."""
    night = await team.assign("B1", 29, start=18)
    await team.assign("B1", 30, start=6)
    await punch(team, "B1", "in", T0 + 29 * DAY + 18 * HOUR)
    assert (await day_of_unheard(team, "B1", night))["status"] == "on_duty"
    await punch(team, "B1", "out", T0 + 30 * DAY + 2 * HOUR)
    found = await day_of_unheard(team, "B1", night)
    assert (found["date"], found["worked"]) == ("2026-03-31", 8 * 60)
    april = await fields_of(team, "B1", APRIL)
    assert ([day["date"] for day in april["days"]], april.get("unscheduled")) == (["2026-04-01"], None)
    assert await unproved(team) == []


async def test_a_shift_that_changes_hands_leaves_the_month_it_was_in(team: Team) -> None:
    """Of an exchange across two months: each of the four has what it has now."""
    mine, theirs = await team.assign("B1", 20), await team.assign("B2", 45)
    assert [len((await fields_of(team, *one))["days"]) for one in (("B1", MARCH), ("B2", APRIL))] == [1, 1]
    more = {"mode": "exchange", "take": theirs, "take_ver": theirs}
    swap = team.request("B1", mine, ["B2"], **more)
    assert codes(await team.phones["B1"].drain()) == [("applied", None)]
    await say(team, "B2", "swap.accept", swap)
    await say(team, "S1", "swap.approve", swap)
    held = {one: [day["shift"] for day in (await fields_of(team, *one)).get("days", ())] for one in (
        ("B1", MARCH), ("B2", MARCH), ("B1", APRIL), ("B2", APRIL),
    )}  # fmt: skip
    assert held == {("B1", MARCH): [], ("B2", MARCH): [mine], ("B1", APRIL): [theirs], ("B2", APRIL): []}
    assert await unproved(team) == []


async def test_a_swap_taken_back_gives_its_number_in_the_month_back(team: Team) -> None:
    """I-06: one of two, the cap being one, is beyond it only while the other stands."""
    await follow(team, "ecom")
    for key, value in (
        ("swap.monthly_cap", "1"), ("swap.over_cap_mode", '"allow_with_points"'), ("swap.consecutive_allowed", "true"),
    ):  # fmt: skip
        given = {"team": team.id, "key": key, "value": value, "since": "2026-01-01", "reason": "试行"}
        await admin_says(team, "override.make", given)
    shifts = [await team.assign("B1", day) for day in (10, 13)]
    first, second = [team.request("B1", shift, ["B2"]) for shift in shifts]
    await team.phones["B1"].drain()
    await say(team, "B2", "swap.accept", second)
    await say(team, "S1", "swap.approve", second)
    beyond = [one["id"] for one in (await fields_of(team, "B1"))["proposals"]]
    assert beyond == [f"over_cap:{second}"]
    await say(team, "B1", "swap.withdraw", first)
    assert (await fields_of(team, "B1"))["proposals"] == []
    assert await unproved(team) == []


async def test_another_regulation_changes_what_is_proposed(team: Team) -> None:
    """From the date for which it is chosen, also when that lies behind."""
    shift = await late_day(team)
    assert (await fields_of(team, "B1"))["proposals"] == []
    await follow(team, "bar")
    assert [one["id"] for one in (await fields_of(team, "B1"))["proposals"]] == [f"late:{shift}"]
    assert await unproved(team) == []


async def test_a_parameter_set_for_the_team_changes_what_its_days_say(team: Team) -> None:
    shift = await late_day(team)
    given = {"team": team.id, "key": "late.grace_min", "value": "20", "since": "2026-03-05", "reason": "试行"}
    override = await admin_says(team, "override.make", given)
    assert (await day_of_unheard(team, "B1", shift)).get("late", 0) == 0
    await admin_says(team, "override.end", {"until": "2026-03-05"}, override)
    assert (await day_of_unheard(team, "B1", shift)).get("late", 0) == 20
    assert await unproved(team) == []


async def test_a_device_that_stays_silent_is_given_up_after_its_hours(team: Team) -> None:
    """H-10: 48 hours after the window, by time alone."""
    shift = await team.assign("B1", 3)
    await heard(team.phones["B1"])
    until = begins(3) + 8 * HOUR + 180 * MINUTE
    for at, certainty in (
        (until + 1, "waiting"),
        (until + 48 * HOUR - 1, "waiting"),
        (until + 48 * HOUR, "final_silent"),
    ):
        team.estate.clock.ms = at
        assert (await day_of_unheard(team, "B1", shift))["certainty"] == certainty
    assert await unproved(team) == []


async def test_a_missing_punch_has_its_price_when_the_time_to_apply_is_over(team: Team) -> None:
    """R-COR-03: two days after the shift, by time alone."""
    await follow(team, "ecom")
    shift = await team.assign("B1", 3)
    await punch(team, "B1", "out", begins(3) + 8 * HOUR, shift=shift)
    team.estate.clock.ms = begins(3) + 12 * HOUR
    await heard(team.phones["B1"])
    assert (await fields_of(team, "B1"))["proposals"] == []
    # The shift begins on the 5th at 16:00 in Shanghai; the 7th is the last day, and ends there at 16:00 UTC.
    over = T0 + 5 * DAY + 16 * HOUR
    for at, priced in ((over - 1, []), (over, [f"missed_punch:{shift}"])):
        team.estate.clock.ms = at
        assert [
            one["id"] for one in (await fields_of(team, "B1"))["proposals"] if one["cause"] != "bonus_lost"
        ] == priced
    assert await unproved(team) == []


async def test_a_tablet_that_was_moved_and_has_not_spoken_since_is_waited_for_where_it_was(team: Team) -> None:
    """It may still hold punches of the post that it stood at; once it has heard that it moved, it holds none."""
    estate, phone = team.estate, team.phones["B1"]
    tablet = await estate.phone("M1", "东门平板")
    await admin_says(team, "device.kiosk", {"device": tablet.id, "post": estate.east})
    shift = await team.assign("B1", 3)
    estate.clock.ms = begins(3)
    await admin_says(team, "device.kiosk", {"device": tablet.id, "post": estate.west})
    estate.clock.ms = begins(3) + 12 * HOUR
    await heard(phone)
    assert (await day_of_unheard(team, "B1", shift))["certainty"] == "waiting"
    tablet.session = None  # moving it has ended whoever was signed in there
    await heard(tablet)
    assert (await day_of_unheard(team, "B1", shift))["certainty"] == "final"
    assert await unproved(team) == []


async def test_a_tablet_that_stood_somewhere_between_two_acts_of_one_push_is_waited_for_there(team: Team) -> None:
    """With no network it was given a place, and taken away again: punches may have been made there meanwhile."""
    estate = team.estate
    tablet = await estate.phone("M1", "备用平板")
    shift = await team.assign("B1", 3)
    estate.clock.ms = begins(3) + 12 * HOUR
    await heard(team.phones["B1"])
    assert (await day_of_unheard(team, "B1", shift))["certainty"] == "final"
    for post in ({"post": estate.east}, {}):
        estate.admin.act("device.kiosk", {"device": tablet.id, **post})
    assert codes(await estate.admin.drain()) == [("applied", None)] * 2
    assert (await day_of_unheard(team, "B1", shift))["certainty"] == "waiting"
    assert await unproved(team) == []
