"""A revoked tablet stands among its post's devices no more, until it is heard of again."""

from __future__ import annotations

from typing import Any

import pytest
from tests.backend.jobs.test_posts import punch, tablet_at
from tests.estate import DAY, HOUR, MINUTE, Estate, Phone, codes
from tests.team import Team

APPLIED = [("applied", None)]


@pytest.fixture
async def team(estate: Estate) -> Team:
    made = await Team(estate).build()
    await made.assign("B1", 3)
    return made


async def gate(team: Team, device: Phone) -> dict[str, Any]:
    """The row of a device, as the supervisor's phone has it."""
    await team.phones["S1"].pull()
    (found,) = [row["f"] for row in team.phones["S1"].rows("gate") if row["f"]["device"] == device.id]
    return dict(found)


async def revoked(team: Team, device: Phone) -> None:
    team.estate.admin.act("device.revoke", {"device": device.id})
    assert codes(await team.estate.admin.drain()) == APPLIED


async def test_a_revoked_tablet_is_retired_at_its_post(team: Team) -> None:
    tablet = await tablet_at(team, team.estate.east)
    before = await gate(team, tablet)
    assert "retired" not in before
    await revoked(team, tablet)
    assert await gate(team, tablet) == {**before, "retired": True}


async def test_what_a_retired_tablet_still_brings_leaves_it_retired(team: Team) -> None:
    tablet = await tablet_at(team, team.estate.east)
    await revoked(team, tablet)
    tablet.device.hear_anchor(team.estate.core.signer.anchor(team.estate.clock.ms))
    team.estate.clock.forward(HOUR)
    punch(tablet, team.person("B1"), team.estate.east)
    assert codes(await tablet.drain()) == [("parked", "after_revocation")]
    assert (await gate(team, tablet))["retired"] is True


async def test_an_admin_who_revokes_the_device_in_hand_retires_it(team: Team) -> None:
    own = team.estate.admin
    own.arrive()
    assert codes(await own.drain()) == APPLIED
    team.estate.clock.forward(DAY)
    await own.pull()
    team.estate.clock.forward(10 * MINUTE)
    own.device.hear_anchor(team.estate.core.signer.anchor(team.estate.clock.ms))
    await revoked(team, own)
    assert (await gate(team, own))["retired"] is True


async def test_a_device_without_a_post_leaves_no_row(team: Team) -> None:
    phone = await team.estate.phone("G1")
    await revoked(team, phone)
    await team.phones["S1"].pull()
    assert [row for row in team.phones["S1"].rows("gate") if row["f"]["device"] == phone.id] == []


async def test_what_was_revoked_in_the_same_push_becomes_no_tablet(team: Team) -> None:
    admin, phone = team.estate.admin, await team.estate.phone("G1")
    admin.act("device.revoke", {"device": phone.id})
    admin.act("device.kiosk", {"device": phone.id, "post": team.estate.east})
    assert codes(await admin.drain()) == [*APPLIED, ("refused", "unknown_reference")]
