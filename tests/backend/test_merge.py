"""Merging through the server: which write stays, who hears of it, what a choice or an erasure leaves (PROTOCOL §10)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.dump import ask
from tests.estate import DAY, HOUR, MINUTE, Estate, Phone, codes

from gatehouse_sync.apply import Body
from gatehouse_sync.chain import End


async def two_gates(estate: Estate, **fields: Any) -> tuple[Phone, Phone, str]:
    """Two phones that both hold a visit of the first, confirmed."""
    one, two = await estate.phone("G1"), await estate.phone("G2")
    visit = one.arrive(**fields)
    await one.sync()
    await two.pull()
    return one, two, visit


async def both_see(one: Phone, two: Phone, visit: str) -> Body:
    await one.sync()
    await two.sync()
    await one.pull()
    row = one.row(visit)
    assert row is not None
    assert row == two.row(visit)
    assert row == one.view(visit)
    return row


@pytest.mark.trap("T17")
async def test_edits_of_different_fields_both_stand(estate: Estate) -> None:
    """T17: no merge, no notice."""
    one, two, visit = await two_gates(estate, name="张三", unit="1-101")
    one.amend(visit, plate="粤B12345")
    two.amend(visit, host="业主王女士", unit="1-102")
    row = await both_see(one, two, visit)
    assert (row["f"]["plate"], row["f"]["host"], row["f"]["unit"]) == ("粤B12345", "业主王女士", "1-102")
    assert row["f"]["name"] == "张三"
    assert one.notices() == two.notices() == []


@pytest.mark.trap("T17")
@pytest.mark.path("P19")
async def test_the_later_arrival_wins_and_the_other_person_is_told_both_values(estate: Estate) -> None:
    """T17, 10.3, 10.4."""
    one, two, visit = await two_gates(estate, unit="1-101")
    mine = one.amend(visit, unit="2-201")
    theirs = two.amend(visit, unit="3-301")
    assert codes(await one.drain()) == [("applied", None)]
    assert codes(await two.drain()) == [("merged", None)]
    row = await both_see(one, two, visit)
    assert row["f"]["unit"] == "3-301"
    (notice,) = one.notices()
    assert two.notices() == []
    field, yours, other, actor, _at, by = notice["f"]["fields"][0]
    assert (field, yours, other, actor, by) == ("unit", "2-201", "3-301", two.person, theirs)
    assert notice["f"]["op"] == theirs
    assert mine != theirs


@pytest.mark.trap("T25")
@pytest.mark.path("P19")
async def test_a_write_that_is_provably_earlier_loses_whatever_the_wall_clocks_say(estate: Estate) -> None:
    """P19, T25, T26: one phone's clock is 3 days slow, the other's 5 years fast; neither wins by it."""
    one, two, visit = await two_gates(estate, unit="1-101")
    one.skew, two.skew = -3 * DAY, 5 * 365 * DAY
    two.amend(visit, unit="2-201")  # at the old anchor, sent much later
    held = two.raw()
    estate.clock.forward(2 * HOUR)
    one.device.hear_anchor(estate.core.signer.anchor(estate.clock.ms))
    one.amend(visit, unit="3-301")
    assert codes(await one.drain()) == [("applied", None)]
    await estate.push(held)
    row = await both_see(one, two, visit)
    # Arrival decides, not a wall clock: the interval of the late write reaches to its arrival, so it is not provably
    # earlier, and it wins as the later arrival.
    assert row["f"]["unit"] == "2-201"
    assert [notice["f"]["fields"][0][:3] for notice in one.notices()] == [["unit", "3-301", "2-201"]]


@pytest.mark.path("P19")
async def test_a_held_write_that_is_provably_earlier_loses(estate: Estate) -> None:
    """P19: it arrived before the other was made, was held, and comes free afterwards."""
    one, two, visit = await two_gates(estate, unit="1-101")
    third = await estate.phone("G3")
    awaited = third.arrive()
    late = two.act("visit.amend", {"unit": "2-201"}, visit, depends_on=(awaited,))
    assert codes(await two.drain()) == [("parked", "dependency_missing")]
    estate.clock.forward(10 * MINUTE)
    one.device.hear_anchor(estate.core.signer.anchor(estate.clock.ms))
    one.amend(visit, unit="3-301")
    await one.drain()
    await third.drain()
    assert await ask(estate.database, "SELECT d FROM op WHERE id = ?", late) == [("merged",)]
    assert (await both_see(one, two, visit))["f"]["unit"] == "3-301"
    assert [notice["f"]["fields"][0][:3] for notice in two.notices()] == [["unit", "2-201", "3-301"]]


@pytest.mark.parametrize("skew", [0, -3 * DAY, 5 * 365 * DAY, -56 * 365 * DAY])
@pytest.mark.trap("T25")
async def test_no_clock_blocks_an_act(estate: Estate, skew: int) -> None:
    """I8, T25, row 22: 1970, 3 days slow, 5 years fast; stored, inside its interval, flagged when it contradicts."""
    phone = await estate.phone("G1", skew=skew)
    estate.clock.forward(HOUR)
    visit = phone.arrive()
    estate.clock.forward(HOUR)
    phone.skew += 17 * MINUTE  # the clock is set while the phone is offline
    phone.leave(visit)
    assert codes(await phone.drain()) == [("applied", None)] * 2
    await phone.pull()
    row = phone.row(visit)
    assert row is not None
    start = estate.clock.ms - 2 * HOUR
    assert start <= row["f"]["arrived"] <= row["f"]["left"] <= estate.clock.ms


@pytest.mark.trap("T18")
@pytest.mark.path("P19")
async def test_a_chain_of_offline_edits_is_judged_from_what_its_author_saw(estate: Estate) -> None:
    """T18: e1 was clean, e2 meets the other's write although it stands on e1; one's own e1 is no conflict for e2."""
    one, two, visit = await two_gates(estate, unit="1-101")
    one.amend(visit, unit="2-201")
    one.amend(visit, host="业主李先生")
    two.amend(visit, host="业主王女士")
    await two.sync()
    assert codes(await one.drain()) == [("applied", None), ("merged", None)]
    await two.pull()
    assert [notice["f"]["fields"][0][0] for notice in two.notices()] == ["host"]
    one.amend(visit, unit="2-202")
    one.amend(visit, unit="2-203")
    assert codes(await one.drain()) == [("applied", None)] * 2


@pytest.mark.path("P19")
async def test_ones_own_writes_from_an_older_chain_are_no_conflict(estate: Estate) -> None:
    one, two, visit = await two_gates(estate, unit="1-101")
    one.amend(visit, unit="2-201")
    await estate.push(one.raw())
    await one.rechain(End(one.device.chain, "00" * 32, 1))
    one.amend(visit, unit="2-202")
    assert set(codes(await one.drain())) == {("applied", None)}
    assert (await both_see(one, two, visit))["f"]["unit"] == "2-202"


@pytest.mark.path("P19")
async def test_a_base_the_log_does_not_hold_is_concurrent_with_everything(estate: Estate) -> None:
    one, two, visit = await two_gates(estate, unit="1-101")
    one.amend(visit, unit="2-201")
    await one.sync()
    two.device.people[two.person].store.rows[visit].body["ver"] = estate.id()
    two.amend(visit, unit="3-301")
    assert codes(await two.drain()) == [("merged", None)]


@pytest.mark.path("P19")
async def test_first_stays_first_and_its_time_with_it(estate: Estate) -> None:
    """``first``: whoever arrives first; the second leave is told, and does not move the time. Row 41: exit twice."""
    one, two, visit = await two_gates(estate)
    one.leave(visit, estate.east)
    await one.sync()
    estate.clock.forward(MINUTE)
    two.leave(visit, estate.west)
    assert codes(await two.drain()) == [("merged", None)]
    row = await both_see(one, two, visit)
    assert (row["f"]["left_post"], row["f"]["left"]) == (estate.east, estate.clock.ms - MINUTE)
    assert [notice["f"]["fields"][0][:3] for notice in two.notices()] == [["left_post", estate.west, estate.east]]
    two.leave(visit, estate.east)
    assert codes(await two.drain()) == [("applied", None)]


async def test_notes_and_items_of_both_stand(estate: Estate) -> None:
    """``append`` and ``union`` never conflict; a note is there once, however often its act comes."""
    one, two, visit = await two_gates(estate)
    one.amend(visit, note="一号门", items=["工具箱", "梯子"])
    two.amend(visit, note="二号门", items=["梯子", "油漆"])
    raw = one.raw()
    await estate.push(raw)
    assert codes(await two.drain()) == [("applied", None)]
    await estate.push(raw)
    row = await both_see(one, two, visit)
    assert sorted(entry[3] for entry in row["f"]["note"]) == ["一号门", "二号门"]
    assert row["f"]["items"] == sorted(["工具箱", "梯子", "油漆"])
    assert one.notices() == two.notices() == []


async def asked(estate: Estate) -> tuple[Phone, Phone, str, Body]:
    """A field that a person must choose for."""
    one, two, visit = await two_gates(estate, id_kind="none", unit="1-101")
    one.amend(visit, id_kind="passport")
    two.amend(visit, id_kind="id_card")
    await one.sync()
    assert codes(await two.drain()) == [("merged", None)]
    row = await both_see(one, two, visit)
    assert row["f"]["id_kind"] == "passport"
    (notice,) = two.notices()
    assert notice["f"]["fields"][0][:3] == ["id_kind", "id_card", "passport"]
    return one, two, visit, notice


@pytest.mark.parametrize(("choice", "ends"), [("mine", "id_card"), ("theirs", "passport")])
async def test_the_person_chooses(estate: Estate, choice: str, ends: str) -> None:
    one, two, visit, notice = await asked(estate)
    given = {"notice": notice["id"], "choice": choice, "id_kind": "id_card"}
    two.act("conflict.resolve", given, visit)
    two.act("conflict.resolve", given, visit)
    shown = two.view(visit)
    assert shown is not None
    assert shown["f"]["id_kind"] == ends
    assert codes(await two.drain()) == [("applied", None), ("refused", "already_resolved")]
    assert (await both_see(one, two, visit))["f"]["id_kind"] == ends
    closed = [body for body in two.rows("notice") if body["f"]["state"] == "closed"]
    assert [body["f"]["choice"] for body in closed] == [choice]


async def test_a_choice_is_its_persons_and_about_its_fields(estate: Estate) -> None:
    one, two, visit, notice = await asked(estate)
    given = {"notice": notice["id"], "choice": "mine", "id_kind": "permit"}
    one.act("conflict.resolve", given, visit)
    assert codes(await one.drain()) == [("refused", "not_yours")]
    two.act("conflict.resolve", {**given, "unit": "9-901"}, visit)
    elsewhere = two.arrive()
    two.act("conflict.resolve", given, elsewhere)
    two.act("conflict.resolve", {**given, "notice": estate.id()}, visit)
    assert [code for _, code in codes(await two.drain())] == ["unknown_reference", None, *["unknown_reference"] * 2]


async def test_taking_note_closes_a_notice_once(estate: Estate) -> None:
    one, two, visit = await two_gates(estate, unit="1-101")
    one.amend(visit, unit="2-201")
    two.amend(visit, unit="3-301")
    await both_see(one, two, visit)
    (notice,) = one.notices()
    two.act("notice.close", {"notice": notice["id"]})
    assert codes(await two.drain()) == [("refused", "not_yours")]
    one.act("notice.close", {"notice": notice["id"]})
    one.act("notice.close", {"notice": notice["id"]})
    assert codes(await one.sync()) == [("applied", None), ("refused", "already_resolved")]
    assert [body["f"].get("code") for body in one.notices()] == ["already_resolved"]


async def test_an_exit_without_an_entry_is_kept_and_joined_to_it_later(estate: Estate) -> None:
    """Row 41: nothing is refused; a person joins the two, once, and never to itself or across sites."""
    one, two, visit = await two_gates(estate, plate="粤B12345")
    exit_ = two.act("visit.exit", {"site": estate.site, "left_post": estate.west, "plate": "粤B12345"})
    assert codes(await two.sync()) == [("applied", None)]
    two.act("visit.join", {"joined": exit_}, visit)
    two.act("visit.join", {"joined": visit}, exit_)
    two.act("visit.join", {"joined": visit}, visit)
    two.act("visit.join", {"joined": estate.east}, visit)
    assert codes(await two.drain()) == [
        ("applied", None),
        ("refused", "already_done"),
        ("refused", "unknown_reference"),
        ("refused", "unknown_reference"),
    ]
    row = await both_see(one, two, visit)
    assert row["f"]["joined"] == exit_


@pytest.mark.trap("T24")
async def test_an_exit_that_arrives_before_its_entry_waits_for_it(estate: Estate) -> None:
    one, two = await estate.phone("G1"), await estate.phone("G2")
    visit = one.arrive()
    two.leave(visit, estate.west)
    assert codes(await two.drain()) == [("parked", "entity_unknown")]
    row = await both_see(one, two, visit)
    assert row["f"]["left_post"] == estate.west


PRIVATE = {"name": "张三丰", "phone": "13800138000", "plate": "粤B12345", "note": "右手有疤"}


async def personal_data_left(estate: Estate) -> list[str]:
    """Tables that still hold a private value of the visits in these tests."""
    left = []
    for table, column in (("op", "private"), ("op", "head"), ("entity", "body"), ("log", "leaf")):
        for (text,) in await ask(estate.database, f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"):
            left += [f"{table}.{column}" for value in PRIVATE.values() if value in text]
    return sorted(set(left))


@pytest.mark.trap("T19")
@pytest.mark.path("P30")
async def test_erasure_leaves_the_proofs_and_no_personal_value(estate: Estate) -> None:
    """P30: ops, row, notices, feeds; and what comes later from an offline phone brings nothing back."""
    one, two, visit = await two_gates(estate, unit="1-101", **PRIVATE)
    one.amend(visit, name="张三丰", plate="粤B54321")
    two.amend(visit, plate="粤B12345", phone="13800138000")
    await both_see(one, two, visit)
    two.amend(visit, note="右手有疤")  # offline
    two.leave(visit)  # offline, with no personal value
    manager = await estate.phone("M1")
    await manager.pull()
    manager.act("visit.erase", {"reason": "request"}, visit)
    assert codes(await manager.drain()) == [("applied", None)]
    assert await personal_data_left(estate) == []
    assert codes(await two.drain()) == [("refused", "erased"), ("applied", None)]
    assert await personal_data_left(estate) == []
    row = await both_see(one, two, visit)
    assert row["erased"] is True
    assert row["f"].keys() == {"site", "post", "category", "unit", "arrived", "left", "left_post"}
    assert all(notice["erased"] for notice in one.rows("notice") if notice["f"]["about"] == visit)
    assert not any(value in str(one.rows("notice")) for value in PRIVATE.values())


@pytest.mark.trap("T19")
@pytest.mark.path("P30")
async def test_erasure_in_the_frame_that_brings_the_record(estate: Estate) -> None:
    """P30: what is erased never reaches the disk as an op's private part."""
    manager = await estate.phone("M1")
    visit = manager.arrive(**PRIVATE)
    manager.amend(visit, name="张三丰")
    manager.act("visit.erase", {"reason": "request"}, visit)
    assert codes(await manager.sync()) == [("applied", None)] * 3
    assert await personal_data_left(estate) == []


@pytest.mark.path("P30")
async def test_erasure_reaches_the_notices_of_its_own_frame(estate: Estate) -> None:
    """P30: a manager's phone brings a conflict and the erasure together; neither value stays in an inbox."""
    one, _two, visit = await two_gates(estate, name="张三")
    manager = await estate.phone("M1")
    await manager.pull()
    one.amend(visit, name="张三丰", plate="粤B12345")
    await one.drain()
    manager.amend(visit, name="李四", plate="粤B12345")
    manager.act("visit.erase", {"reason": "request"}, visit)
    assert [d for d, _ in codes(await manager.drain())] == ["merged", "applied"]
    assert await personal_data_left(estate) == []
    await one.pull()
    assert [notice["f"]["fields"][0][:3] for notice in one.notices()] == [["name", None, None]]


async def test_an_unreadable_act_keeps_no_personal_value(estate: Estate) -> None:
    """Nobody could ever erase it: it belongs to no record."""
    phone = await estate.phone("G1")
    phone.arrive(**PRIVATE)
    phone.device.outbox[0].salt = "AA"
    assert codes(await phone.drain()) == [("refused", "malformed")]
    assert await personal_data_left(estate) == []


async def test_only_a_manager_erases(estate: Estate) -> None:
    one, _two, visit = await two_gates(estate)
    one.act("visit.erase", {"reason": "request"}, visit)
    assert codes(await one.drain()) == [("refused", "not_entitled")]


@pytest.mark.trap("T25", "T26")
async def test_a_clock_years_ahead_holds_down_nobody_who_writes_later(estate: Estate) -> None:
    """Its write arrives first; a sane phone that never heard of it writes the same field after, and stays."""
    ahead, sane, visit = await two_gates(estate, unit="1-101")
    ahead.skew = 5 * 365 * DAY
    far = ahead.amend(visit, unit="2-201")
    assert ahead.device.outbox[-1].op.head.t.wall > estate.clock.ms + 4 * 365 * DAY
    assert codes(await ahead.drain()) == [("applied", None)]
    estate.clock.forward(MINUTE)
    sane.amend(visit, unit="3-301")
    assert codes(await sane.drain()) == [("merged", None)]
    row = await both_see(ahead, sane, visit)
    assert row["f"]["unit"] == "3-301"
    assert [notice["f"]["fields"][0][:3] for notice in ahead.notices()] == [["unit", "2-201", "3-301"]]
    # What the far one wrote stands at the server's time, and moved no clock but its own.
    ((leaf,),) = await ask(estate.database, "SELECT leaf FROM log WHERE op = ?", far)
    assert msgspec.json.decode(leaf)["decision"]["t"][1] <= estate.clock.ms
    assert abs(sane.device.now() - estate.clock.ms) <= MINUTE
