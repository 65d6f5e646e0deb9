"""A device learns from its own scope which post's tablet it is, and its site sees it stand there at once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.dump import ask
from tests.estate import MINUTE, Estate, Phone, codes
from tests.team import Team

from gatehouse.errors import Problem
from gatehouse.estate.found import found
from gatehouse.replication.completeness import REFRESH_MS
from gatehouse_sync import ops
from gatehouse_sync.device import Person
from gatehouse_sync.ids import derived


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


async def made(estate: Estate, device: str, **fields: Any) -> list[tuple[str, str | None]]:
    """What becomes of the admin's act on a device."""
    estate.admin.act("device.kiosk", {"device": device, **fields})
    return codes(await estate.admin.drain())


async def signed_out(phone: Phone) -> Phone:
    """The phone with nobody signed in, up to date."""
    phone.session = None
    await phone.pull()
    return phone


async def test_a_tablet_is_told_its_post_by_its_own_scope(estate: Estate) -> None:
    spare = await signed_out(await estate.phone("M1", "平板"))
    assert spare.rows("kiosk") == []
    assert await made(estate, spare.id, post=estate.east, label="东门一号平板") == [("applied", None)]
    await spare.pull()
    (row,) = spare.rows("kiosk")
    assert (row["id"], row["by"]) == (derived("kiosk", spare.id), estate.admin_id)
    assert row["f"] == {
        "device": spare.id,
        "label": "东门一号平板",
        "name": "东门岗",
        "post": estate.east,
        "site": estate.site,
        "site_name": "翠湖花园",
        "zone": "Asia/Shanghai",
    }
    manager = await estate.phone("M1")
    await manager.pull()
    assert manager.rows("kiosk") == [], "it goes to the device alone"


async def test_a_tablet_moves_to_another_post_and_becomes_personal_again(estate: Estate) -> None:
    spare = await signed_out(await estate.phone("M1", "平板"))
    await made(estate, spare.id, post=estate.east)
    assert await made(estate, spare.id, post=estate.west) == [("applied", None)]
    reply = await spare.pull_once()
    assert reply.grants.scopes == [f"device:{spare.id}", f"post:{estate.west}"]
    assert [row["f"]["name"] for row in spare.rows("kiosk")] == ["西门岗"]
    assert await made(estate, spare.id, label="备用手机") == [("applied", None)]
    reply = await spare.pull_once()
    assert reply.grants.scopes == [f"device:{spare.id}"]
    assert [row["f"] for row in spare.rows("kiosk")] == [{"device": spare.id, "label": "备用手机"}]
    row = "SELECT kind, post, label FROM device WHERE id = ?"
    assert await ask(estate.database, row, spare.id) == [("personal", None, "备用手机")]


async def test_a_site_sees_its_new_tablet_before_the_first_act_and_its_pulls_keep_it_fresh(estate: Estate) -> None:
    spare, manager = await signed_out(await estate.phone("M1", "平板")), await estate.phone("M1")
    await made(estate, spare.id, post=estate.east, label="东门平板")
    await manager.pull()
    (gate,) = [row["f"] for row in manager.rows("gate") if row["f"]["device"] == spare.id]
    assert (gate["site"], gate["post"], gate["label"], gate["held"]) == (estate.site, estate.east, "东门平板", 0)
    estate.clock.forward(REFRESH_MS + MINUTE)
    now = estate.clock.ms
    await spare.pull()
    await spare.pull()
    await manager.pull()
    (gate,) = [row["f"] for row in manager.rows("gate") if row["f"]["device"] == spare.id]
    assert (gate["post"], gate["label"], gate["complete_to"]) == (estate.east, "东门平板", now)


async def test_a_device_that_makes_itself_a_tablet_stands_there_under_its_new_name(estate: Estate) -> None:
    """Its own push, which began at another post, ends as the tablet's."""
    own, manager = estate.admin, await estate.phone("M1")
    own.arrive(post=estate.west)
    assert codes(await own.drain()) == [("applied", None)]
    estate.clock.forward(REFRESH_MS + MINUTE)
    await own.pull()
    estate.clock.forward(REFRESH_MS + MINUTE)
    await own.pull_once()
    own.arrive(post=estate.west)
    own.act("device.kiosk", {"device": own.id, "post": estate.east, "label": "新平板"})
    assert codes(await own.drain()) == [("applied", None)] * 2
    for _ in range(2):
        await manager.pull()
        (gate,) = [row["f"] for row in manager.rows("gate") if row["f"]["device"] == own.id]
        assert (gate["post"], gate["label"], gate["held"]) == (estate.east, "新平板", 0)
        estate.clock.forward(REFRESH_MS)
        await own.pull()
        await own.pull()


async def test_a_punch_behind_the_act_that_made_the_tablet_counts_as_made_on_it(team: Team) -> None:
    await team.assign("B1", 3)
    own, person = team.estate.admin, team.person("B1")
    own.act("device.kiosk", {"device": own.id, "post": team.estate.east})
    own.device.people[person] = Person(person, ops.NO_AUTH, None)
    own.device.act(person, "punch.record", {"direction": "in", "site": team.estate.site, "post": team.estate.east})
    assert codes(await own.drain()) == [("applied", None)] * 2


async def open_sessions(estate: Estate, device: str) -> set[str]:
    rows = await ask(estate.database, "SELECT person FROM session WHERE device = ? AND ended IS NULL", device)
    return {row[0] for row in rows}


async def test_who_is_signed_in_on_a_device_that_becomes_a_tablet_is_so_no_more(estate: Estate) -> None:
    """Pulls of theirs are refused; what they recorded there still arrives, under their sign-ins."""
    phone, elsewhere = await estate.phone("G1"), await estate.phone("G1")
    mine, session = phone.arrive(), phone.session
    await phone.sign_in("G2")
    theirs = phone.arrive()
    assert len(await open_sessions(estate, phone.id)) == 2
    assert await made(estate, phone.id, post=estate.east) == [("applied", None)]
    assert await open_sessions(estate, phone.id) == set()
    for token in (session, phone.session):
        phone.session = token
        with pytest.raises(Problem, match="session_ended"):
            await phone.pull_once()
    assert codes(await phone.drain()) == [("applied", None)] * 2
    await elsewhere.pull()
    rows = [elsewhere.row(one) for one in (mine, theirs)]
    assert [row["by"] for row in rows if row is not None] == [estate.people["G1"], estate.people["G2"]]
    await phone.sign_in("G1")
    assert await made(estate, phone.id) == [("applied", None)]
    assert await open_sessions(estate, phone.id) == set(), "nor when it is one person's again"


async def test_an_admins_own_device_signs_out_by_itself(estate: Estate) -> None:
    own = estate.admin
    assert await made(estate, own.id, post=estate.east) == [("applied", None)]
    await own.pull()
    own.act("session.end", {})
    assert codes(await own.drain()) == [("applied", None)]
    assert await open_sessions(estate, own.id) == set()


async def test_a_new_name_signs_nobody_out(estate: Estate) -> None:
    phone = await estate.phone("G1")
    assert await made(estate, phone.id, label="东门手机") == [("applied", None)]
    assert await open_sessions(estate, phone.id) == {phone.person}


async def test_what_is_no_device_of_ours_is_refused(estate: Estate) -> None:
    elsewhere = await found(estate.core, "别家物业", "别家管理员", "Z001", "x")
    rows_before = [row["f"] for row in estate.admin.rows("gate")]
    spare, gone = await estate.phone("M1"), await estate.phone("M1")
    estate.admin.act("device.revoke", {"device": gone.id})
    assert codes(await estate.admin.drain()) == [("applied", None)]
    refused = [("refused", "unknown_reference")]
    for device in (estate.id(), derived("server", estate.org), derived("server", elsewhere.org), gone.id):
        assert await made(estate, device, post=estate.east) == refused, device
    assert await made(estate, spare.id, post=estate.site) == refused
    await estate.admin.pull()
    assert [row["f"] for row in estate.admin.rows("gate")] == rows_before


async def test_a_device_of_another_org_stays_as_it_is(estate: Estate) -> None:
    """An admin of another org names our device: refused, and nothing about it changes."""
    spare = await signed_out(await estate.phone("M1", "平板"))
    await estate.database.run_ddl(f"UPDATE device SET org = '{estate.id()}' WHERE id = '{spare.id}'")
    assert await made(estate, spare.id, post=estate.east) == [("refused", "unknown_reference")]
    await estate.database.run_ddl(f"UPDATE device SET org = '{estate.org}' WHERE id = '{spare.id}'")
    await spare.pull()
    assert spare.rows("kiosk") == []


async def test_only_an_admin_makes_tablets(estate: Estate) -> None:
    guard = await estate.phone("G1")
    guard.act("device.kiosk", {"device": guard.id, "post": estate.east})
    assert codes(await guard.drain()) == [("refused", "not_entitled")]


@pytest.mark.parametrize("label", ["", "x" * 41, "a\nb"])
async def test_a_label_has_its_limits(estate: Estate, label: str) -> None:
    with pytest.raises(ops.MalformedError):
        estate.admin.act("device.kiosk", {"device": estate.admin.id, "label": label})
