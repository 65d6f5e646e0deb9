"""Clocking in: a fact on one's own phone or a post's tablet, flagged where something is odd, never refused for it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.estate import DAY, HOUR, Estate, Phone, codes
from tests.team import Team

from gatehouse_sync import ops
from gatehouse_sync.apply import Body
from gatehouse_sync.device import Clocks, Person


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


async def tablet(team: Team, post: str | None = None) -> Phone:
    """The office's spare device, turned into the tablet of a post by the admin."""
    estate = team.estate
    made = await estate.phone("M1", "东门平板")
    estate.admin.act("device.kiosk", {"device": made.id, "post": post or estate.east})
    assert codes(await estate.admin.drain()) == [("applied", None)]
    made.session = None
    return made


def punch(phone: Phone, person: str, **fields: object) -> str:
    """A punch on a tablet by someone who is not signed in there."""
    phone.device.people.setdefault(person, Person(person, ops.NO_AUTH, None))
    estate = phone.estate
    given = {"direction": "in", "site": estate.site, "post": estate.east, **fields}
    return phone.device.act(person, "punch.record", given)


async def test_a_punch_on_ones_own_phone_reaches_ones_supervisor_and_no_colleague(team: Team) -> None:
    shift = await team.assign("B1", 3)
    phone = team.phones["B1"]
    given = {"direction": "in", "site": team.estate.site, "post": team.estate.east, "shift": shift}
    made = phone.act("punch.record", given)
    assert codes(await phone.sync()) == [("applied", None)]
    row = phone.row(made)
    assert row is not None
    assert (row["f"]["team"], row["f"]["punched"], row.get("x")) == (team.id, team.estate.clock.ms, None)
    now = team.estate.clock.ms
    assert (row["f"]["sure"], row["f"]["earliest"], row["f"]["latest"]) == ("live", now, now)
    await team.phones["S1"].pull()
    await team.phones["B2"].pull()
    assert [one["id"] for one in team.phones["S1"].rows("punch")] == [made]
    assert team.phones["B2"].rows("punch") == []


async def test_odd_punches_are_kept_and_flagged(team: Team) -> None:
    theirs = await team.assign("B2", 3)
    phone, estate = team.phones["B1"], team.estate
    given = {"direction": "in", "site": estate.site, "post": estate.east}
    made = [
        phone.act("punch.record", given),
        phone.act("punch.record", {**given, "shift": theirs, "again": True}),
        phone.act("punch.record", {**given, "post": team.id, "direction": "out"}),
    ]
    assert codes(await phone.sync()) == [("applied", None)] * 3
    flags = [row.get("x") for one in made if (row := phone.row(one)) is not None]
    assert flags == [["no_shift"], ["not_own_shift"], ["no_shift", "post_unknown"]]


@pytest.mark.path("P10")
async def test_a_tablet_takes_punches_of_its_posts_people_without_a_sign_in(team: Team) -> None:
    await team.assign("B1", 3)
    made = await tablet(team)
    first = punch(made, team.person("B1"))
    assert codes(await made.drain()) == [("applied", None)]
    await team.phones["S1"].pull()
    (row,) = team.phones["S1"].rows("punch")
    assert (row["id"], row["by"]) == (first, team.person("B1"))
    assert row["x"] == ["identity_unproven", "no_shift"]


@pytest.mark.path("P10")
async def test_a_tablet_takes_no_strangers_no_other_post_and_no_other_act(team: Team) -> None:
    await team.assign("B1", 3)
    await team.assign("B2", 3, post=team.estate.west)
    made, estate = await tablet(team), team.estate
    punch(made, team.person("B2"))
    punch(made, team.person("B1"), post=estate.west)
    made.device.act(
        team.person("B1"), "visit.arrive", {"site": estate.site, "post": estate.east, "category": "courier"}
    )
    assert codes(await made.drain()) == [("refused", "sign_in_needed")] * 3


async def test_a_punch_held_with_its_revoked_tablet_counts_once_released(team: Team) -> None:
    """Whoever lets it go, it was made on a tablet of its post."""
    await team.assign("B1", 3)
    made = await tablet(team)
    held = punch(made, team.person("B1"))
    team.estate.admin.act("device.revoke", {"device": made.id})
    assert codes(await team.estate.admin.drain()) == [("applied", None)]
    assert codes(await made.drain()) == [("parked", "after_revocation")]
    boss = team.phones["S1"]
    boss.act("op.release", {"op": held})
    assert codes(await boss.sync()) == [("applied", None)]
    (row,) = boss.rows("punch")
    assert (row["id"], row["x"]) == (held, ["identity_unproven", "no_shift"])


@pytest.mark.path("P10")
async def test_a_phone_that_is_no_tablet_needs_a_sign_in(team: Team) -> None:
    await team.assign("B1", 3)
    phone = team.phones["B2"]
    punch(phone, team.person("B1"))
    assert codes(await phone.drain()) == [("refused", "sign_in_needed")]


@pytest.mark.path("P12")
async def test_a_tablet_pulls_names_and_shifts_of_its_post_and_nothing_else(team: Team) -> None:
    await team.assign("B1", 3)
    await team.assign("B2", 3, post=team.estate.west)
    made, estate = await tablet(team), team.estate
    reply = await made.pull_once()
    assert reply.grants.scopes == [f"device:{made.id}", f"post:{estate.east}"]
    assert {row["kind"] for row in made.rows("badge") + made.rows("shift")} == {"badge", "shift"}
    assert [row["f"]["name"] for row in made.rows("badge")] == ["客服B1"]
    assert [row["f"]["person"] for row in made.rows("shift")] == [team.person("B1")]
    assert made.rows("person") == made.rows("visit") == made.rows("punch") == []


@pytest.mark.trap("T5")
async def test_thirty_punches_sent_twice_are_thirty(team: Team) -> None:
    await team.assign("B1", 3)
    made = await tablet(team)
    for _ in range(30):
        team.estate.clock.forward(1_000)
        punch(made, team.person("B1"), again=True)
    raw = made.raw()
    first, second = await team.estate.push(raw), await team.estate.push(raw)
    assert first.results == second.results  # type: ignore[union-attr] # both are accepted frames
    await team.phones["S1"].pull()
    assert len(team.phones["S1"].rows("punch")) == 30


@pytest.mark.trap("T25")
async def test_a_punch_with_a_clock_years_off_is_kept_with_its_corrected_time(team: Team) -> None:
    await team.assign("B1", 3)
    phone = await team.estate.phone("B1", skew=5 * 365 * DAY)
    given = {"direction": "in", "site": team.estate.site, "post": team.estate.east}
    made = phone.act("punch.record", given)
    at = team.estate.clock.ms
    team.estate.clock.forward(3 * HOUR)
    assert codes(await phone.sync()) == [("applied", None)]
    row = phone.row(made)
    assert row is not None
    assert row["f"]["punched"] == at


async def arrived_late(team: Team, *, skew: int = 0, restarted: bool = False, heard: bool = True) -> tuple[int, Body]:
    """A punch made an hour after the last word from the server and sent three hours later: when, and its row."""
    phone = await team.estate.phone("B1", skew=skew)
    if not heard:
        phone.device.anchor = None
    team.estate.clock.forward(HOUR)
    if restarted:
        phone.device.clocks = Clocks(phone.wall, lambda: 0, "run-2")
    given = {"direction": "in", "site": team.estate.site, "post": team.estate.east}
    made, at = phone.act("punch.record", given), team.estate.clock.ms
    team.estate.clock.forward(3 * HOUR)
    assert codes(await phone.sync()) == [("applied", None)]
    row = phone.row(made)
    assert row is not None
    return at, row


@pytest.mark.parametrize(
    ("how", "sure", "before"),
    [
        ({}, "anchored", 0),
        ({"restarted": True}, "unanchored", HOUR),
        ({"heard": False, "skew": 5 * DAY}, "contradictory", None),
    ],
)
async def test_a_punch_says_how_sure_its_time_is(
    team: Team, how: dict[str, Any], sure: str, before: int | None
) -> None:
    """Between the last word from the server (and the run's own clock) and its arrival."""
    await team.assign("B1", 3)
    at, row = await arrived_late(team, **how)
    fields = row["f"]
    assert fields["sure"] == sure
    assert fields["latest"] == at + 3 * HOUR
    assert fields["earliest"] == (0 if before is None else at - before)
    assert fields["earliest"] <= fields["punched"] <= fields["latest"]
    assert ("clock_contradictory" in row["x"]) is (sure == "contradictory")
