"""Two people of one name can be told apart on a tablet."""

from __future__ import annotations

import pytest
from tests.backend.jobs.test_posts import tablet_at
from tests.estate import T0, Estate
from tests.team import Team


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


async def test_a_badge_carries_the_end_of_the_staff_number(team: Team) -> None:
    admin, estate = team.estate.admin, team.estate
    for staff_no in ("YG2031", "YG2047", "7"):
        person = admin.act("person.create", {"name": "王伟", "staff_no": staff_no})
        admin.act("person.assign", {"team": team.id, "since": T0}, person)
        estate.people[staff_no] = person
    await admin.drain()
    for staff_no in ("YG2031", "YG2047", "7"):
        await team.assign(staff_no, 3)
    tablet = await tablet_at(team, estate.east)
    shown = {row["f"]["person"]: (row["f"]["name"], row["f"]["tail"]) for row in tablet.rows("badge")}
    assert shown == {
        estate.people["YG2031"]: ("王伟", "031"),
        estate.people["YG2047"]: ("王伟", "047"),
        estate.people["7"]: ("王伟", "7"),
    }


async def test_a_badge_that_a_swap_makes_has_it_too(team: Team) -> None:
    give = await team.assign("B3", 6)
    swap = team.request("B3", give, ["B4"])
    await team.phones["B3"].sync()
    await team.phones["B4"].pull()
    team.phones["B4"].act("swap.accept", {}, swap)
    await team.phones["B4"].sync()
    await team.phones["S1"].pull()
    team.phones["S1"].act("swap.approve", {}, swap)
    await team.phones["S1"].sync()
    tablet = await tablet_at(team, team.estate.east)
    assert {row["f"]["tail"] for row in tablet.rows("badge")} == {"B3", "B4"}
