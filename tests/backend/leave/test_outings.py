"""Outings from the request to the end, on either database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.backend.leave.packs import gold, under
from tests.estate import DAY, HOUR, T0, Estate, codes
from tests.team import Team

from gatehouse.db.steps import read
from gatehouse.leave.expire import expire
from gatehouse.leave.queries import outings
from gatehouse.rules.terms import Terms

SHIFT = T0 + 3 * DAY + 8 * HOUR


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


@pytest.fixture
def golden(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with under(monkeypatch, Terms("gold", gold())):
        yield


async def out(
    team: Team, shift: str, since: int, until: int, staff_no: str = "B1"
) -> tuple[str, tuple[str, str | None]]:
    phone = team.phones[staff_no]
    given = {"shift": shift, "since": since, "until": until, "business": True, "reason": "去银行"}
    outing = phone.act("outing.request", given)
    return outing, codes(await phone.sync())[-1]


async def decided(team: Team, staff_no: str, kind: str, outing: str, **given: str) -> tuple[str, str | None]:
    phone = team.phones[staff_no]
    phone.act(kind, given, outing)
    return codes(await phone.sync())[-1]


async def states(team: Team) -> list[tuple[str, bool]]:
    estate = team.estate
    found = await read(estate.database, outings(estate.org, team.person("B1"), SHIFT, SHIFT + DAY))
    return [(one.state, one.business) for one in found]


@pytest.mark.usefixtures("golden")
async def test_the_superior_agrees_beforehand(team: Team) -> None:
    """R-ATT-14."""
    shift = await team.assign("B1", 3)
    outing, said = await out(team, shift, SHIFT + HOUR, SHIFT + 2 * HOUR)
    assert said == ("applied", None)
    assert await decided(team, "B1", "outing.approve", outing) == ("refused", "own_matter")
    assert await decided(team, "B2", "outing.approve", outing) == ("refused", "not_entitled")
    assert await decided(team, "S1", "outing.approve", outing) == ("applied", None)
    assert await decided(team, "S3", "outing.reject", outing, note="不行") == ("refused", "wrong_state")
    assert await states(team) == [("granted", True)]
    team.estate.clock.ms = SHIFT + HOUR
    assert await decided(team, "B1", "outing.withdraw", outing) == ("refused", "leave_begun")


@pytest.mark.usefixtures("golden")
async def test_undecided_when_it_should_begin_it_has_no_effect(team: Team) -> None:
    shift = await team.assign("B1", 3)
    outing, _ = await out(team, shift, SHIFT + HOUR, SHIFT + 2 * HOUR)
    team.estate.clock.ms = SHIFT + HOUR
    assert await decided(team, "S1", "outing.approve", outing) == ("refused", "leave_begun")
    assert await expire(team.estate.core) == 1
    assert await states(team) == [("refused", True)]


@pytest.mark.usefixtures("golden")
async def test_it_lies_within_a_shift_of_ones_own(team: Team) -> None:
    mine, theirs = await team.assign("B1", 3), await team.assign("B2", 3)
    assert (await out(team, theirs, SHIFT, SHIFT + HOUR))[1] == ("refused", "not_yours")
    assert (await out(team, team.id, SHIFT, SHIFT + HOUR))[1] == ("refused", "unknown_reference")
    assert (await out(team, mine, SHIFT, SHIFT + 8 * HOUR + 1))[1] == ("refused", "outing_span")
    team.estate.clock.ms = SHIFT + HOUR
    assert (await out(team, mine, SHIFT, SHIFT + 2 * HOUR))[1] == ("refused", "outing_late")


async def test_where_no_consent_is_needed_it_stands_at_once(team: Team) -> None:
    shift = await team.assign("B1", 3)
    outing, said = await out(team, shift, SHIFT + HOUR, SHIFT + 2 * HOUR)
    assert said == ("applied", None)
    assert await states(team) == [("granted", True)]
    assert await decided(team, "B1", "outing.withdraw", outing) == ("applied", None)
    assert await states(team) == [("withdrawn", True)]
