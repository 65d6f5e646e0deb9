"""Pull follows grants: roles with dates, sessions, devices, other orgs, people who leave (PROTOCOL 8.2, I5)."""

from __future__ import annotations

import msgspec
import pytest
from tests.busy import busy, fresh, other_org, second_site
from tests.dump import ask
from tests.estate import DAY, HOUR, MINUTE, T0, Estate, Phone, codes

from gatehouse.errors import Problem
from gatehouse.replication.pull import pull


@pytest.mark.trap("T20")
async def test_a_lost_role_takes_every_row_of_the_site(estate: Estate) -> None:
    """T20, I5."""
    phone = await busy(estate)
    scope = f"site:{estate.site}"
    assert phone.rows("visit")
    estate.admin.act("role.end", {"until": estate.clock.ms}, estate.roles["G1"])
    await estate.admin.drain()
    reply = await phone.pull_once()
    assert reply.drop == [scope]
    assert scope not in reply.keys | reply.heads
    assert phone.rows("visit") == phone.rows("post") == phone.rows("gate") == []
    phone.arrive()
    assert codes(await phone.drain()) == [("refused", "not_entitled")]


@pytest.mark.path("P11")
async def test_a_role_with_dates_begins_and_ends_by_itself(estate: Estate) -> None:
    """P11, I5: the grants follow the clock of the server."""
    site, _post = await second_site(estate)
    await estate.hire("D1", "周代班", "guard", site, since=estate.clock.ms + HOUR, until=estate.clock.ms + 2 * HOUR)
    await estate.admin.drain()
    phone = await fresh(estate, "D1")
    held = []
    for _ in range(3):
        await phone.pull()
        held.append(bool(phone.rows("site")))
        estate.clock.forward(HOUR)
    assert held == [False, True, False]


@pytest.mark.trap("T21")
async def test_a_new_role_brings_what_is_old(estate: Estate) -> None:
    """T21: rows older than any cursor of the phone arrive, for the cursor is per scope."""
    site, post = await second_site(estate)
    estate.admin.act("visit.arrive", {"site": site, "post": post, "category": "courier"})
    await estate.admin.sync()
    phone = await busy(estate)
    assert {body["f"]["site"] for body in phone.rows("visit")} == {estate.site}
    estate.clock.forward(2 * 365 * DAY)
    estate.admin.act("role.grant", {"person": phone.person, "role": "guard", "site": site, "since": T0})
    await estate.admin.drain()
    await phone.pull()
    assert {body["f"]["site"] for body in phone.rows("visit")} == {estate.site, site}


@pytest.mark.path("P12")
async def test_with_nobody_signed_in_a_phone_gets_its_own_outcomes_only(estate: Estate) -> None:
    """P12: codes, no values and no reasons."""
    phone = await busy(estate)
    phone.arrive(post=estate.id(), name="张三")
    await phone.drain()
    phone.session = None
    reply = await phone.pull_once()
    assert reply.grants.scopes == [f"device:{phone.id}"]
    assert reply.keys == {}
    assert set(reply.heads) == {f"device:{phone.id}"}
    (outcome,) = [held.body for held in phone.device.people[phone.person].store.rows.values()]
    assert outcome["f"]["code"] == "unknown_reference"
    assert set(outcome["f"]) == {"op", "d", "code", "device"}


async def refused(phone: Phone) -> str:
    with pytest.raises(Problem) as problem:
        await phone.pull_once()
    return problem.value.code


@pytest.mark.path("P12")
async def test_a_session_counts_on_its_own_device_only(estate: Estate) -> None:
    """4.5, TH15."""
    one, two = await fresh(estate, "G1"), await fresh(estate, "G2")
    one.session = two.session
    assert await refused(one) == "session_ended"
    one.session = "nonsense"
    assert await refused(one) == "session_ended"


async def test_a_token_speaks_for_its_own_device_and_chain(estate: Estate) -> None:
    one, two = await fresh(estate, "G1"), await fresh(estate, "G2")
    frame = one.device.pull(one.person)
    with pytest.raises(Problem) as problem:
        await pull(estate.core, frame, two.claim(), None)
    assert problem.value.code == "device_mismatch"


async def test_signing_out_ends_the_session(estate: Estate) -> None:
    """4.6: an act like any other, also offline; the next person's session on the same device goes on."""
    phone = await fresh(estate, "G1")
    phone.act("session.end", {})
    old = phone.session
    estate.clock.forward(MINUTE)
    await phone.sign_in("G2")
    await phone.drain()
    await phone.pull()
    phone.session = old
    assert await refused(phone) == "session_ended"


@pytest.mark.trap("T22")
@pytest.mark.path("P11")
async def test_a_revoked_phone_reads_nothing_and_its_acts_are_held(estate: Estate) -> None:
    """Row 26, 8.9, TH14: 403 on pull; the push is taken, logged and held for a person; a release counts."""
    phone = await busy(estate)
    recorded = phone.arrive(unit="7-701")
    estate.clock.forward(MINUTE)
    estate.admin.act("device.revoke", {"device": phone.id})
    await estate.admin.drain()
    assert await refused(phone) == "device_revoked"
    with pytest.raises(Problem) as problem:
        await phone.sign_in("G2")
    assert problem.value.code == "device_revoked"
    assert codes(await phone.drain()) == [("parked", "after_revocation")]
    estate.admin.act("op.release", {"op": recorded})
    assert codes(await estate.admin.sync()) == [("applied", None)]
    assert estate.admin.row(recorded)["f"]["unit"] == "7-701"  # type: ignore[index]  # a missing row fails the test


@pytest.mark.path("P11")
async def test_what_a_phone_does_behind_its_own_revocation_is_held(estate: Estate) -> None:
    """P11: in one push or in two."""
    estate.admin.act("device.revoke", {"device": estate.admin.id})
    estate.admin.arrive()
    assert codes(await estate.admin.drain()) == [("applied", None), ("parked", "after_revocation")]


async def test_a_device_of_another_org_cannot_be_revoked(estate: Estate) -> None:
    """TH9: the org is taken from the act's device, never from the body."""
    elsewhere = await other_org(estate)
    elsewhere.act("device.revoke", {"device": estate.admin.id})
    await elsewhere.drain()
    assert await ask(estate.database, "SELECT revoked FROM device WHERE id = ?", estate.admin.id) == [(None,)]
    await estate.admin.pull()


@pytest.mark.trap("T39")
async def test_another_orgs_ids_open_nothing(estate: Estate) -> None:
    """Row 25, TH9, TH10: its records answer as if they did not exist, and nothing of ours reaches its people."""
    phone = await busy(estate)
    visit = phone.rows("visit")[0]["id"]
    stranger = await other_org(estate)
    stranger.act("visit.amend", {"unit": "9-901"}, visit)
    stranger.act("visit.erase", {"reason": "request"}, visit)
    stranger.act("visit.arrive", {"site": estate.site, "post": estate.east, "category": "courier"})
    stranger.act("person.dismiss", {"dismissed": T0}, phone.person)
    assert codes(await stranger.sync()) == [
        ("parked", "entity_unknown"),
        ("parked", "behind_parked"),
        ("refused", "unknown_reference"),
        ("parked", "entity_unknown"),
    ]
    request = stranger.device.pull(stranger.person)
    wide = msgspec.structs.replace(
        request, cursors={f"site:{estate.site}": ("x", 0), f"person:{phone.person}": ("x", 0)}
    )
    reply = await pull(estate.core, wide, stranger.claim(), None)
    assert reply.drop == sorted(wide.cursors)
    assert {page.scope for page in reply.pages} <= {f"device:{stranger.id}"}
    await phone.pull()
    assert phone.row(visit) is not None


async def test_an_act_in_the_name_of_another_orgs_person_reaches_nobody(estate: Estate) -> None:
    """TH9: the notice of a refusal goes to people of the device's own org only."""
    phone = await busy(estate)
    before = len(phone.rows("notice"))
    stranger = await other_org(estate)
    stranger.device.people[phone.person] = msgspec.structs.replace(stranger.device.people[stranger.person])
    stranger.device.act(phone.person, "visit.arrive", {"site": estate.site, "post": estate.east, "category": "courier"})
    assert codes(await stranger.drain()) == [("refused", "sign_in_needed")]
    await phone.pull()
    assert len(phone.rows("notice")) == before


@pytest.mark.path("P13")
async def test_a_dismissed_person_leaves_every_device(estate: Estate) -> None:
    """8.7, P13: the databases to delete, the session, the grants."""
    phone = await busy(estate)
    await phone.sign_in("G2")
    await phone.pull()
    estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms}, estate.people["G1"])
    await estate.admin.drain()
    reply = await phone.pull_once()
    assert reply.delete == [estate.people["G1"]]
    assert estate.people["G1"] not in phone.device.people
    with pytest.raises(Problem) as problem:
        await estate.phone("G1")
    assert problem.value.code == "sign_in_wrong"


async def test_a_dismissal_in_the_future_is_not_yet_one(estate: Estate) -> None:
    phone = await busy(estate)
    estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms + DAY}, phone.person)
    await estate.admin.drain()
    await phone.pull()
    assert phone.rows("visit")
    phone.arrive()
    assert codes(await phone.drain()) == [("applied", None)]
    estate.clock.forward(DAY)
    reply = await phone.pull_once()
    assert reply.grants.scopes == [f"device:{phone.id}"]
    assert reply.delete == [estate.people["G1"]]
