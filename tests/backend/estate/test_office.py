"""What an admin asks the server: residents of a unit, and what a change would do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.estate import Estate, Phone, codes
from tests.served import Served, served
from tests.team import Team

from gatehouse.errors import Problem
from gatehouse.estate.office import Effects, Planned, effects
from gatehouse.identity.sign_in import token_hash
from gatehouse.replication.completeness import REFRESH_MS


@pytest.fixture
async def server(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(sqlite_url, tmp_path) as running:
        yield running


async def foreseen(estate: Estate, planned: Planned, by: Phone | None = None) -> Effects:
    asks = by or estate.admin
    return await effects(estate.core, planned, asks.claim(), token_hash(asks.session or ""))


async def test_a_transfer_says_what_each_device_will_delete(estate: Estate) -> None:
    """The number foreseen is the number that goes."""
    team = await Team(estate).build()
    await team.assign("B1", 1)
    await team.assign("B2", 2)
    other = estate.admin.act("team.create", {"name": "二班"})
    await estate.admin.drain()
    phone = team.phones["B1"]
    await phone.pull()
    held = set(phone.device.people[phone.person].store.rows)
    before = await foreseen(estate, Planned(person=phone.person, team=other))
    assert [(one.id, one.waiting) for one in before.devices] == [(phone.id, 0)]
    assert before.shifts == 1
    moved = {"team": other, "since": estate.clock.ms}
    estate.admin.act("person.assign", moved, phone.person)
    await estate.admin.drain()
    await phone.pull()
    rows = phone.device.people[phone.person].store.rows
    gone = [one for one in held if one not in rows]
    assert before.devices[0].rows == len(gone) > 0


async def test_a_revocation_and_a_dismissal_tell_what_waits(estate: Estate) -> None:
    phone = await estate.phone("G1")
    phone.arrive()
    await phone.sync()
    phone.arrive()
    phone.arrive()
    await phone.pull_once()
    estate.clock.forward(REFRESH_MS)
    await phone.pull_once()
    held = len(phone.device.people[phone.person].store.rows)
    for planned in (Planned(device=phone.id), Planned(person=phone.person, leaves=True)):
        (said,) = (await foreseen(estate, planned)).devices
        assert (said.id, said.waiting) == (phone.id, 2)
        assert said.rows >= held - 1, "all but what its own stream tells of the device"


async def test_residents_of_a_unit_are_told_to_an_admin_alone(server: Served) -> None:
    estate = server.estate
    admin, guard = estate.admin, await estate.phone("G1")
    block = admin.act("building.create", {"site": estate.site, "name": "1栋", "order": 1})
    unit = admin.act("unit.create", {"building": block, "name": "101"})
    admin.act("resident.create", {"unit": unit, "name": "住户甲", "phone": "13900001111", "relation": "owner"})
    assert codes(await admin.drain()) == [("applied", None)] * 3
    path = f"/api/units/{unit}/residents"

    async def asked(path: str, phone: Phone | None) -> tuple[int, Any]:
        headers = (
            {"x-gatehouse-device": phone.token(), "authorization": f"Bearer {phone.session}"}
            if phone is not None
            else {}
        )
        answer = await server.http.get(path, headers=headers)
        return answer.status_code, answer.json()

    status, said = await asked(path, admin)
    assert status == 200
    assert [row["f"]["name"] for row in said["residents"]] == ["住户甲"]
    for other in (estate.id(), "x", "%00", "a" * 3_000):
        assert await asked(f"/api/units/{other}/residents", admin) == (200, {"residents": []}), other
    assert (await asked(path, guard))[0] == 403
    assert (await asked(path, None))[0] == 401


async def test_bad_questions_about_effects(server: Served) -> None:
    estate = server.estate
    guard = await estate.phone("G1")
    for planned in (Planned(), Planned(person="x"), Planned(device=estate.site), Planned(person=estate.site)):
        with pytest.raises(Problem) as caught:
            await foreseen(estate, planned)
        assert caught.value.code == "not_found"
    with pytest.raises(Problem) as caught:
        await foreseen(estate, Planned(person=guard.person), guard)
    assert caught.value.code == "not_allowed"
    everywhere = {"person": guard.person, "role": "manager", "since": estate.clock.ms}
    estate.admin.act("role.grant", everywhere)
    await estate.admin.drain()
    with pytest.raises(Problem) as caught:
        await foreseen(estate, Planned(person=guard.person), guard)
    assert caught.value.code == "not_allowed", "a manager of the whole org is no admin"
    headers = {"x-gatehouse-device": estate.admin.token(), "authorization": f"Bearer {estate.admin.session}"}
    for body in (b"{}x", b"[]", b'{"person":1}', b'{"everything":true}', b""):
        answer = await server.http.post(
            "/api/estate/effects", content=body, headers={**headers, "content-type": "application/json"}
        )
        assert answer.status_code == 400, body
