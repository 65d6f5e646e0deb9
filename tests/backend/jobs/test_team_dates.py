"""Whose supervisor sees a punch: by the shift it is for, and by the team of today, not by one still to come."""

from __future__ import annotations

import pytest
from tests.estate import DAY, HOUR, T0, Estate, codes
from tests.team import Team

from gatehouse.replication.grants import PersonFacts, next_change, scopes_for

APPLIED = [("applied", None)]


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


async def moved(team: Team, staff_no: str, since: int) -> str:
    """The admin puts somebody into another team; gives that one."""
    admin = team.estate.admin
    other = admin.act("team.create", {"name": f"新班{admin.device.end().n}", "site": team.estate.site})
    admin.act("person.assign", {"team": other, "since": since}, team.person(staff_no))
    assert codes(await admin.drain()) == APPLIED * 2
    return other


async def punched(team: Team, staff_no: str, **fields: str) -> str:
    """Somebody clocks in at the East gate on their own phone."""
    phone, estate = team.phones[staff_no], team.estate
    made = phone.act("punch.record", {"direction": "in", "site": estate.site, "post": estate.east, **fields})
    assert codes(await phone.sync()) == APPLIED
    return made


async def teams(team: Team, staff_no: str, made: str) -> str:
    """The team of a punch, as its person's phone has it."""
    row = team.phones[staff_no].row(made)
    assert row is not None
    return str(row["f"]["team"])


async def test_a_punch_for_a_shift_of_another_team_reaches_that_teams_supervisor(team: Team) -> None:
    """B2 is lent: of the second team, with a shift of the first."""
    await moved(team, "B2", T0 + HOUR)
    shift = await team.assign("B2", 3)
    team.estate.clock.forward(3 * DAY + 8 * HOUR)
    made = await punched(team, "B2", shift=shift)
    await team.phones["S1"].pull()
    assert team.phones["S1"].row(made) is not None


async def test_a_punch_that_names_someone_elses_shift_goes_to_ones_own_team(team: Team) -> None:
    shift = await team.assign("B1", 3)
    team.estate.clock.forward(HOUR)
    other = await moved(team, "B2", team.estate.clock.ms)
    made = await punched(team, "B2", shift=shift)
    assert await teams(team, "B2", made) == other
    await team.phones["S1"].pull()
    assert team.phones["S1"].row(made) is None


async def test_a_transfer_of_next_month_changes_nothing_today(team: Team) -> None:
    other = await moved(team, "B2", T0 + 20 * DAY)
    made = await punched(team, "B2")
    await team.phones["S1"].pull()
    assert team.phones["S1"].row(made) is not None
    assert f"team:{team.id}" in (await team.phones["B2"].pull_once()).grants.scopes
    team.estate.clock.forward(20 * DAY)
    await team.phones["B2"].sign_in("B2")
    scopes = (await team.phones["B2"].pull_once()).grants.scopes
    assert f"team:{other}" in scopes
    assert f"team:{team.id}" not in scopes
    assert await teams(team, "B2", await punched(team, "B2")) == other


async def test_of_two_transfers_for_one_day_the_later_act_counts(team: Team) -> None:
    for _ in range(4):
        other = await moved(team, "B2", T0)
        assert f"team:{other}" in (await team.phones["B2"].pull_once()).grants.scopes


def test_a_team_to_come_ends_a_sockets_grants_on_its_day() -> None:
    person = PersonFacts("p", "o", None, [], [(10, "a"), (50, "b")])
    assert [person.team_at(at) for at in (9, 10, 49, 50)] == [None, "a", "a", "b"]
    assert (next_change(person, 10), next_change(person, 50)) == (50, None)
    assert "team:a" in scopes_for(person, "d", None, [], 49)
    assert "team:b" in scopes_for(person, "d", None, [], 50)
