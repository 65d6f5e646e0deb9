"""Swaps: who has a stake in one decides none of the same shifts."""

from __future__ import annotations

import pytest
from tests.estate import DAY, Estate, codes
from tests.team import Team

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
