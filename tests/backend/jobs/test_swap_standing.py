"""Swaps: who has a stake decides none, a dated role that may be over is flagged, and nobody gone is given a shift."""

from __future__ import annotations

import pytest
from tests.estate import DAY, HOUR, Estate, codes
from tests.team import Team

from gatehouse_sync.device import Clocks

APPLIED = [("applied", None)]


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


async def stand_in(team: Team) -> None:
    """S2 stands in for S1 for a day from now."""
    now = team.estate.clock.ms
    named = {"absent": team.person("S1"), "deputy": team.person("S2"), "since": now, "until": now + DAY}
    team.phones["S1"].act("deputy.name", named)
    assert codes(await team.phones["S1"].sync()) == APPLIED


async def accepted(team: Team, shift: str, staff_no: str) -> str:
    """A swap by which B3 gives a shift away, accepted."""
    swap = team.request("B3", shift, [staff_no])
    await team.phones["B3"].sync()
    await team.phones[staff_no].pull()
    team.phones[staff_no].act("swap.accept", {}, swap)
    assert codes(await team.phones[staff_no].sync()) == APPLIED
    return swap


async def moved(team: Team, staff_no: str) -> None:
    """The admin puts somebody into another team, an hour later."""
    team.estate.clock.forward(HOUR)
    admin, since = team.estate.admin, team.estate.clock.ms
    other = admin.act("team.create", {"name": "二班", "site": team.estate.site})
    admin.act("person.assign", {"team": other, "since": since}, team.person(staff_no))
    assert codes(await admin.drain()) == APPLIED * 2


async def dismissed(team: Team, staff_no: str, at: int) -> None:
    team.estate.admin.act("person.dismiss", {"dismissed": at}, team.person(staff_no))
    assert codes(await team.estate.admin.drain()) == APPLIED


async def approved(team: Team, swap: str) -> list[tuple[str, str | None]]:
    await team.phones["S1"].pull()
    team.phones["S1"].act("swap.approve", {}, swap)
    return codes(await team.phones["S1"].sync())


@pytest.mark.parametrize(("kind", "given"), [("swap.reject", {"note": "不行"}), ("swap.approve", {})])
async def test_who_accepted_a_rival_swap_decides_neither(team: Team, kind: str, given: dict[str, str]) -> None:
    shift = await team.assign("B3", 6)
    await stand_in(team)
    await accepted(team, shift, "S2")
    rival = await accepted(team, shift, "B4")
    await team.phones["S2"].pull()
    team.phones["S2"].act(kind, given, rival)
    assert codes(await team.phones["S2"].sync()) == [("refused", "own_matter")]


async def test_who_withdrew_from_a_rival_swap_decides_again(team: Team) -> None:
    """A rival that is closed is nobody's matter any more."""
    shift = await team.assign("B3", 6)
    await stand_in(team)
    first = await accepted(team, shift, "S2")
    rival = await accepted(team, shift, "B4")
    team.phones["B3"].act("swap.withdraw", {}, first)
    await team.phones["B3"].drain()
    await team.phones["S2"].pull()
    team.phones["S2"].act("swap.approve", {}, rival)
    assert codes(await team.phones["S2"].sync()) == APPLIED


@pytest.mark.parametrize("kind", ["swap.approve", "swap.reject"])
@pytest.mark.path("P11")
async def test_a_decision_that_may_lie_behind_the_deputys_time_is_flagged(team: Team, kind: str) -> None:
    shift = await team.assign("B3", 6)
    await stand_in(team)
    swap = await accepted(team, shift, "B4")
    deputy = team.phones["S2"]
    await deputy.pull()
    team.estate.clock.forward(23 * HOUR)
    deputy.act(kind, {} if kind == "swap.approve" else {"note": "不行"}, swap)
    team.estate.clock.forward(2 * DAY)
    assert codes(await deputy.sync()) == APPLIED
    await team.phones["S1"].pull()
    row = team.phones["S1"].row(swap)
    assert row is not None
    assert row["x"] == ["role_straddle"]


async def test_a_decision_of_a_run_without_an_anchor_has_no_flag_as_elsewhere(team: Team) -> None:
    shift = await team.assign("B3", 6)
    await stand_in(team)
    swap = await accepted(team, shift, "B4")
    deputy = team.phones["S2"]
    await deputy.pull()
    team.estate.clock.forward(2 * DAY)
    deputy.skew = -40 * HOUR
    deputy.device.clocks = Clocks(deputy.wall, lambda: 0, "run-2")
    deputy.act("swap.approve", {}, swap)
    assert codes(await deputy.drain()) == APPLIED
    await team.phones["S1"].pull()
    row = team.phones["S1"].row(swap)
    assert row is not None
    assert row.get("x") is None


async def test_a_decision_within_the_deputys_time_has_no_flag(team: Team) -> None:
    shift = await team.assign("B3", 6)
    await stand_in(team)
    swap = await accepted(team, shift, "B4")
    await team.phones["S2"].pull()
    team.phones["S2"].act("swap.approve", {}, swap)
    assert codes(await team.phones["S2"].sync()) == APPLIED
    await team.phones["S1"].pull()
    row = team.phones["S1"].row(swap)
    assert row is not None
    assert row.get("x") is None


async def test_nobody_dismissed_is_given_a_shift(team: Team) -> None:
    shift = await team.assign("B3", 6)
    swap = await accepted(team, shift, "B4")
    await dismissed(team, "B4", team.estate.clock.ms)
    team.estate.clock.forward(HOUR)
    assert await approved(team, swap) == [("refused", "not_available")]
    assert await team.holder(shift) == "B3"


@pytest.mark.parametrize(("day", "expected"), [(5, [("refused", "not_available")]), (20, APPLIED)])
async def test_who_leaves_before_the_shift_is_not_given_it(
    team: Team, day: int, expected: list[tuple[str, str | None]]
) -> None:
    shift = await team.assign("B3", 6)
    swap = await accepted(team, shift, "B4")
    await dismissed(team, "B4", team.estate.clock.ms + day * DAY)
    assert await approved(team, swap) == expected


async def test_nobody_who_moved_to_another_team_is_given_a_shift(team: Team) -> None:
    shift = await team.assign("B3", 6)
    swap = await accepted(team, shift, "B4")
    await moved(team, "B4")
    assert await approved(team, swap) == [("refused", "not_available")]
    assert await team.holder(shift) == "B3"


async def test_who_moved_to_another_team_cannot_accept_what_they_were_asked_before(team: Team) -> None:
    shift = await team.assign("B3", 6)
    swap = team.request("B3", shift, ["B4"])
    await team.phones["B3"].sync()
    await team.phones["B4"].pull()
    await moved(team, "B4")
    team.phones["B4"].act("swap.accept", {}, swap)
    assert codes(await team.phones["B4"].sync()) == [("refused", "not_available")]


async def test_a_requester_who_moved_gets_nothing_in_exchange(team: Team) -> None:
    give, take = await team.assign("B3", 6), await team.assign("B4", 8)
    swap = team.request("B3", give, ["B4"], mode="exchange", take=take, take_ver=take)
    await team.phones["B3"].sync()
    await team.phones["B4"].pull()
    team.phones["B4"].act("swap.accept", {}, swap)
    await team.phones["B4"].sync()
    await moved(team, "B3")
    assert await approved(team, swap) == [("refused", "not_available")]


async def test_a_move_in_the_very_push_that_approves_counts(team: Team) -> None:
    shift = await team.assign("B3", 6)
    swap = await accepted(team, shift, "B4")
    team.estate.clock.forward(HOUR)
    admin = team.estate.admin
    other = admin.act("team.create", {"name": "二班", "site": team.estate.site})
    admin.act("person.assign", {"team": other, "since": team.estate.clock.ms}, team.person("B4"))
    admin.act("swap.approve", {}, swap)
    assert codes(await admin.drain()) == [*APPLIED * 2, ("refused", "not_available")]
