"""Held acts: what waits for a record, for a person, or falls with what it stood on (PROTOCOL 6.4, P17)."""

from __future__ import annotations

import pytest
from tests.dump import ask
from tests.estate import HOUR, Estate, Phone, codes

from gatehouse_sync import chain


@pytest.mark.trap("T24")
@pytest.mark.path("P16", "P17")
async def test_what_waits_for_a_record_comes_free_with_it(estate: Estate) -> None:
    """P17: an unknown entity holds the act, and what this device does next on it; the record frees all in order."""
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive(unit="1-101")
    other.device.people[other.person].store = phone.device.people[phone.person].store
    other.amend(visit, unit="2-202")
    other.amend(visit, note="迟到的记录")
    other.leave(visit, estate.west)
    assert codes(await other.drain()) == [
        ("parked", "entity_unknown"),
        ("parked", "behind_parked"),
        ("parked", "behind_parked"),
    ]
    await phone.sync()
    await other.pull()
    row = other.row(visit)
    assert row is not None
    assert (row["f"]["unit"], row["f"]["left_post"], len(row["f"]["note"])) == ("2-202", estate.west, 1)
    outcomes = {body["f"]["op"]: body["f"]["d"] for body in other.rows("outcome")}
    assert set(outcomes.values()) == {"applied"}
    assert len(outcomes) == 3
    types = await ask(
        estate.database, "SELECT type FROM log WHERE op = ? ORDER BY n", other.device.outbox[2].op.head.id
    )
    assert types == [("op",), ("release",)]


@pytest.mark.trap("T24")
@pytest.mark.path("P17")
async def test_an_act_that_depends_on_two_records_waits_for_both(estate: Estate) -> None:
    """T24: the first to come does not free it, the second does, also when both come in one push."""
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    mine = other.arrive()
    await other.drain()
    first, second = phone.arrive(), phone.arrive()
    third = phone.arrive()
    other.act("visit.amend", {"unit": "1-101"}, mine, depends_on=(first, second))
    other.act("visit.amend", {"unit": "1-102"}, mine, depends_on=(third,))
    assert codes(await other.drain()) == [("parked", "dependency_missing"), ("parked", "behind_parked")]
    await phone.sync()
    await other.pull()
    row = other.row(mine)
    assert row is not None
    assert row["f"]["unit"] == "1-102"


@pytest.mark.path("P17")
async def test_a_device_learns_what_became_of_its_held_act(estate: Estate) -> None:
    """10.7: released and refused, it is no longer shown as if it had happened; the device heard of it by pull alone."""
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    gone = phone.arrive(post=estate.id())
    phone.arrive()
    held = phone.amend(phone.arrive(), unit="1-101")
    await phone.sync()
    (notice,) = phone.notices()
    assert notice["f"]["op"] == gone
    late = other.arrive()
    first = phone.act("notice.close", {"notice": notice["id"]}, depends_on=(late,))
    assert codes(await phone.drain()) == [("parked", "dependency_missing")]
    settled = phone.act("notice.close", {"notice": notice["id"]})
    await phone.sync()
    await other.sync()
    await phone.pull()
    by_id = {kept.op.head.id: (kept.d, kept.code) for kept in phone.device.outbox}
    assert by_id[held] == ("applied", None)
    assert by_id[first] == ("refused", "already_resolved")
    shown = phone.view(notice["id"])
    assert shown is not None
    assert (shown["f"]["state"], shown["ver"]) == ("closed", settled)


async def test_an_act_about_what_is_no_record_waits_and_blocks_nobody(estate: Estate) -> None:
    """I11: the id of an act that created nothing, as a record and as a dependency; of one that was refused, too."""
    phone = await estate.phone("G1")
    visit = phone.arrive()
    amended, refused = phone.amend(visit, unit="1-101"), phone.arrive(post=estate.id())
    await phone.drain()
    phone.leave(amended)
    for other in (amended, refused, estate.org, estate.people["G1"]):
        phone.act("visit.amend", {"unit": "1-102"}, visit, depends_on=(other,))
    phone.arrive()
    results = codes(await phone.drain())
    assert results[0] == ("parked", "entity_unknown")
    assert results[1] == ("parked", "dependency_missing")
    assert results[-1] == ("applied", None)


async def test_an_act_that_waits_in_the_same_frame_comes_free_in_it(estate: Estate) -> None:
    """A chain repaired by hand may put the amendment before the record."""
    phone = await estate.phone("G1")
    visit = phone.arrive(unit="1-101")
    phone.amend(visit, unit="1-102")
    first, second = phone.device.outbox
    phone.device.outbox = []
    phone.device.n, phone.device.link = 0, chain.root(phone.id, phone.device.chain, None)
    for kept in (second, first):
        phone.device._record(kept.op, kept.head, kept.private, None)
    reply = await phone.push()
    assert [result[2] for result in reply.results] == ["parked", "applied"]
    await phone.pull()
    row = phone.row(visit)
    assert row is not None
    assert row["f"]["unit"] == "1-102"
    assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]


@pytest.mark.trap("T8")
@pytest.mark.path("P17")
async def test_a_refused_creation_takes_its_amendments_with_it_and_nothing_else(estate: Estate) -> None:
    """T8: [ok, invalid, ok, behind the invalid]; pull goes on throughout."""
    phone = await estate.phone("G1")
    good = phone.arrive()
    bad = phone.arrive(post=estate.id())
    phone.amend(bad, unit="1-101")
    phone.amend(good, unit="1-102")
    assert codes(await phone.drain()) == [
        ("applied", None),
        ("refused", "unknown_reference"),
        ("refused", "behind_refused"),
        ("applied", None),
    ]
    await phone.pull()
    assert phone.row(good)["f"]["unit"] == "1-102"  # type: ignore[index]  # a missing row fails the test
    assert {notice["f"]["code"] for notice in phone.notices()} == {"unknown_reference", "behind_refused"}
    # A refused change does not hold the next one (6.4).
    phone.leave(good, estate.id())
    phone.leave(good)
    assert codes(await phone.drain()) == [("refused", "unknown_reference"), ("applied", None)]


async def dismissed_with_held_acts(estate: Estate) -> tuple[Phone, Phone, str]:
    """A guard recorded a visit offline and was dismissed before it arrived."""
    phone, manager = await estate.phone("G1"), await estate.phone("M1")
    visit = phone.arrive(post=estate.west, unit="1-101", name="张三")
    phone.leave(visit, estate.east)
    estate.clock.forward(HOUR)
    estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms - 1}, estate.people["G1"])
    assert codes(await estate.admin.drain()) == [("applied", None)]
    assert codes(await phone.drain()) == [("parked", "after_dismissal")] * 2
    return phone, manager, visit


@pytest.mark.trap("T22")
@pytest.mark.path("P17")
async def test_a_manager_lets_a_held_act_go(estate: Estate) -> None:
    """P17: decided afresh with everything its rule looks at, its followers in order; a second time there is nothing."""
    phone, manager, visit = await dismissed_with_held_acts(estate)
    manager.act("op.release", {"op": visit})
    manager.act("op.release", {"op": phone.device.outbox[1].op.head.id})
    manager.act("op.release", {"op": visit})
    assert codes(await manager.drain()) == [("applied", None), ("applied", None), ("refused", "not_held")]
    await manager.pull()
    row = manager.row(visit)
    assert row is not None
    assert (row["f"]["unit"], row["f"]["name"], row["f"]["left_post"]) == ("1-101", "张三", estate.east)
    assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]


@pytest.mark.path("P17")
async def test_a_manager_sends_a_held_act_back(estate: Estate) -> None:
    """Its author learns why; what stood on the creation falls with it."""
    phone, manager, visit = await dismissed_with_held_acts(estate)
    manager.act("op.return", {"op": visit, "reason": "不是当班时间"})
    assert codes(await manager.drain()) == [("applied", None)]
    rows = await ask(estate.database, "SELECT d, code FROM op WHERE id = ?", visit)
    assert rows == [("returned", None)]
    notice = await ask(estate.database, "SELECT body FROM entity WHERE kind = 'notice' AND about = ?", visit)
    assert "不是当班时间" in notice[0][0]
    # Nobody but the org's admin reaches an act whose record is nowhere.
    estate.admin.act("op.release", {"op": phone.device.outbox[1].op.head.id})
    assert codes(await estate.admin.drain()) == [("applied", None)]
    rows = await ask(estate.database, "SELECT d, code FROM op WHERE id = ?", phone.device.outbox[1].op.head.id)
    assert rows == [("refused", "behind_refused")]


async def test_who_may_not_let_go(estate: Estate) -> None:
    """A guard is not in charge; nobody releases their own act; another org's or no op is not held."""
    _, _, visit = await dismissed_with_held_acts(estate)
    guard = await estate.phone("G2")
    guard.act("op.release", {"op": visit})
    guard.act("op.release", {"op": estate.id()})
    assert codes(await guard.drain()) == [("refused", "not_entitled"), ("refused", "not_held")]


async def test_a_release_says_nothing_about_where_the_manager_stands(estate: Estate) -> None:
    """The gate row of the manager's phone names the post of the manager's own acts only."""
    phone, manager, visit = await dismissed_with_held_acts(estate)
    del phone
    manager.act("op.release", {"op": visit})
    await manager.drain()
    assert await ask(estate.database, "SELECT last_post FROM device WHERE id = ?", manager.id) == [(None,)]
