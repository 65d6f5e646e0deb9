"""A record's history: every act on it, for who may hold the record now and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.dump import ask
from tests.estate import HOUR, Estate, Phone, codes
from tests.schema import step_back
from tests.team import Team

from gatehouse.db.migrate import migrate
from gatehouse.errors import Problem
from gatehouse.identity.sign_in import token_hash
from gatehouse.replication import history as asked
from gatehouse.replication.history import History, HistoryEntry
from gatehouse_sync import ops
from gatehouse_sync.device import Person


async def history(phone: Phone, entity: str) -> History:
    session = token_hash(phone.session) if phone.session is not None else None
    return await asked.history(phone.estate.core, entity, phone.claim(), session)


async def entries(phone: Phone, entity: str) -> list[HistoryEntry]:
    return (await history(phone, entity)).entries


def told(entry: HistoryEntry) -> tuple[str, str, Any, Any]:
    return entry.kind, entry.d, entry.values, entry.private


async def test_every_act_on_a_visit_with_who_when_and_what_lost(estate: Estate) -> None:
    phone, other = await estate.phone("G1", "东门手机"), await estate.phone("G2", "西门手机")
    at = estate.clock.ms
    visit = phone.arrive(unit="1-101", name="温以宁", id_kind="none")
    await phone.sync()
    await other.pull()
    estate.clock.forward(HOUR)
    other.amend(visit, unit="2-202", phone="14212345678")
    amended = estate.clock.ms
    estate.clock.forward(HOUR)
    phone.amend(visit, unit="3-303", id_kind="permit")
    later = estate.clock.ms
    await other.sync()
    assert codes(await phone.sync()) == [("merged", None)]
    found = await history(phone, visit)
    made, theirs, mine = found.entries
    assert (made.op, made.actor, made.label, made.at, made.received) == (visit, phone.person, "东门手机", at, at)
    values = {"site": estate.site, "post": estate.east, "category": "courier", "unit": "1-101", "id_kind": "none"}
    assert told(made) == ("visit.arrive", "applied", values, {"name": "温以宁"})
    assert told(theirs) == ("visit.amend", "applied", {"unit": "2-202"}, {"phone": "14212345678"})
    assert (theirs.device, theirs.at, theirs.received, theirs.touched) == (other.id, amended, later, ["phone", "unit"])
    assert mine.lost == [("unit", "2-202", phone.person, later)]
    assert found.names == {phone.person: "李卫国", other.person: "王建军"}


async def test_a_value_that_must_wait_for_a_choice_is_said_with_the_one_that_stands(estate: Estate) -> None:
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive(id_kind="none")
    await phone.sync()
    await other.pull()
    other.amend(visit, id_kind="id_card")
    phone.amend(visit, id_kind="permit")
    await other.sync()
    await phone.sync()
    assert (await entries(phone, visit))[-1].lost == [("id_kind", "permit", other.person, estate.clock.ms)]


async def test_private_values_are_shown_as_long_as_devices_may_hold_the_record_full(estate: Estate) -> None:
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive(name="温以宁", unit="1-101")
    await phone.sync()
    await other.pull()
    other.amend(visit, name="温宁")
    phone.amend(visit, name="文以宁")
    await other.sync()
    phone.leave(visit)
    await phone.sync()
    estate.clock.forward(12 * HOUR - 1)
    made, _, mine, _ = await entries(phone, visit)
    assert (made.private, mine.lost[0][1]) == ({"name": "温以宁"}, "温宁")
    estate.clock.forward(1)
    shaded = await entries(phone, visit)
    assert [one.private for one in shaded] == [None] * 4
    assert (shaded[0].values or {})["unit"] == "1-101"
    assert shaded[2].lost[0][:2] == ("name", None)


async def test_an_erased_record_keeps_its_acts_and_no_private_value(estate: Estate) -> None:
    phone, manager = await estate.phone("G1"), await estate.phone("M1")
    visit = phone.arrive(name="温以宁")
    phone.amend(visit, phone="14212345678")
    await phone.sync()
    await manager.pull()
    manager.act("visit.erase", {"reason": "request"}, visit)
    await manager.sync()
    found = await entries(phone, visit)
    assert [(one.kind, one.private) for one in found] == [
        ("visit.arrive", None),
        ("visit.amend", None),
        ("visit.erase", None),
    ]


async def test_what_was_refused_is_shown_whole_to_its_author_and_bare_to_others(estate: Estate) -> None:
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive()
    await phone.sync()
    await other.pull()
    other.act("visit.leave", {"left_post": estate.site}, visit)
    assert codes(await other.sync()) == [("refused", "unknown_reference")]
    own, theirs = (await entries(other, visit))[-1], (await entries(phone, visit))[-1]
    assert (own.d, own.code, own.values) == ("refused", "unknown_reference", {"left_post": estate.site})
    assert (theirs.d, theirs.code, theirs.values, theirs.private) == ("refused", "unknown_reference", None, None)
    assert (theirs.actor, theirs.touched) == (other.person, ["left_post"])


async def test_nobody_is_named_for_an_act_that_may_not_be_theirs(estate: Estate) -> None:
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive()
    await phone.sync()
    await other.pull()
    person = estate.people["G3"]
    other.device.people[person] = Person(person, ops.NO_AUTH, None)
    other.device.people[person].store = other.device.people[other.person].store
    other.device.act(person, "visit.amend", {"unit": "9-909"}, visit)
    assert codes(await other.drain()) == [("refused", "sign_in_needed")]
    assert [one.kind for one in await entries(phone, visit)] == ["visit.arrive"]


async def test_an_act_that_was_held_says_who_let_it_go(estate: Estate) -> None:
    phone, manager = await estate.phone("G1"), await estate.phone("M1")
    visit = phone.arrive()
    await phone.sync()
    phone.amend(visit, unit="1-101")
    phone.amend(visit, unit="2-202")
    estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms}, phone.person)
    await estate.admin.drain()
    estate.clock.forward(HOUR)
    assert codes(await phone.drain()) == [("parked", "after_dismissal")] * 2
    first, second = (kept.op.head.id for kept in phone.device.outbox[-2:])
    await manager.pull()
    held = (await entries(manager, visit))[1]
    assert (held.op, held.d, held.code, held.values, held.later) == (first, "parked", "after_dismissal", None, [])
    manager.act("op.release", {"op": first})
    await manager.sync()
    found = {one.op: one for one in await entries(manager, visit)}
    step = found[first].later[0]
    assert (step.type, step.d, step.actor, step.at) == ("release", "applied", manager.person, estate.clock.ms)
    assert (found[first].d, found[first].values) == ("applied", {"unit": "1-101"})
    assert (found[second].d, found[second].later) == ("parked", [])


async def test_an_act_that_came_free_by_itself_names_nobody(estate: Estate) -> None:
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive()
    other.device.people[other.person].store = phone.device.people[phone.person].store
    other.amend(visit, unit="2-202")
    assert codes(await other.drain()) == [("parked", "entity_unknown")]
    await phone.sync()
    found = (await entries(phone, visit))[1]
    assert [(one.type, one.d, one.actor) for one in found.later] == [("release", "applied", None)]


async def test_an_approval_stands_in_the_history_of_the_shift_and_of_a_rival(estate: Estate) -> None:
    team = await Team(estate).build()
    give = await team.assign("B1", 3)
    first, second = team.request("B1", give, ["B2"]), team.request("B1", give, ["B3"])
    await team.phones["B1"].sync()
    team.phones["B2"].act("swap.accept", {}, first)
    await team.phones["B2"].drain()
    team.phones["S1"].act("swap.approve", {"note": "同意，下不为例"}, first)
    await team.phones["S1"].drain()
    boss = team.person("S1")
    shift = await history(team.phones["B4"], give)
    assert [one.kind for one in shift.entries] == ["shift.assign", "swap.approve"]
    moved = shift.entries[1]
    assert (moved.actor, moved.touched) == (boss, ["person", "roster", "swap"])
    assert moved.values == {"person": team.person("B2"), "roster": 2, "swap": first}
    assert moved.private is None, "the note is the swap's, which is none of a colleague's"
    assert {team.person("B1"), team.person("B2"), boss} <= shift.names.keys()
    rival = await entries(team.phones["B3"], second)
    assert [(one.kind, one.actor) for one in rival] == [("swap.request", team.person("B1")), ("swap.approve", boss)]
    assert (rival[1].values or {})["state"] == "declined"
    assert [told(one)[3] for one in await entries(team.phones["B1"], first)][-1] == {"note": "同意，下不为例"}


async def test_a_loser_learns_from_the_history_what_the_command_met(estate: Estate) -> None:
    team = await Team(estate).build()
    give = await team.assign("B1", 3)
    swap = team.request("B1", give, ["B2", "B3"])
    await team.phones["B1"].sync()
    for staff_no in ("B2", "B3"):
        await team.phones[staff_no].pull()
        team.phones[staff_no].act("swap.accept", {}, swap)
        await team.phones[staff_no].sync()
    last = (await entries(team.phones["B1"], swap))[-1]
    assert (last.code, last.actor) == ("wrong_state", team.person("B3"))
    assert last.because is not None
    assert last.because[:2] == ("accepted", team.person("B2"))


async def test_who_may_not_hold_the_record_learns_nothing(estate: Estate) -> None:
    phone, manager = await estate.phone("G1"), await estate.phone("M1")
    visit = phone.arrive()
    await phone.sync()
    elsewhere = estate.admin.act("site.create", {"name": "云杉写字楼", "zone": "Asia/Shanghai"})
    await estate.admin.drain()
    await estate.hire("G9", "外来人", "guard", elsewhere)
    await estate.admin.drain()
    stranger = await estate.phone("G9")
    for entity in (visit, estate.id(), estate.roles["G1"], "", "x", visit.upper(), f"{visit}\n", "\x00", "' OR 1=1 --"):
        with pytest.raises(Problem, match="not_found"):
            await history(stranger, entity)
    assert len(await entries(manager, visit)) == 1
    estate.admin.act("role.end", {"until": estate.clock.ms}, estate.roles["M1"])
    await estate.admin.drain()
    with pytest.raises(Problem, match="not_found"):
        await history(manager, visit)


async def test_a_record_of_another_org_is_not_there(estate: Estate) -> None:
    phone = await estate.phone("G1")
    visit = phone.arrive()
    await phone.sync()
    await estate.database.run_ddl(f"UPDATE entity SET org = '{estate.id()}' WHERE id = '{visit}'")
    with pytest.raises(Problem, match="not_found"):
        await history(phone, visit)
    await estate.database.run_ddl(f"UPDATE entity SET org = '{estate.org}' WHERE id = '{visit}'")


async def test_the_newest_two_hundred_acts_are_answered(on_sqlite: Estate) -> None:
    phone = await on_sqlite.phone("G1")
    visit = phone.arrive()
    made = [phone.amend(visit, companions=i % 90) for i in range(201)]
    await phone.sync()
    found = await entries(phone, visit)
    assert [one.op for one in found] == made[1:]


async def test_an_older_database_learns_which_acts_changed_further_records(estate: Estate) -> None:
    team = await Team(estate).build()
    give = await team.assign("B1", 3)
    swap = team.request("B1", give, ["B2"])
    await team.phones["B1"].sync()
    team.phones["B2"].act("swap.accept", {}, swap)
    await team.phones["B2"].drain()
    team.phones["S1"].act("swap.approve", {}, swap)
    await team.phones["S1"].drain()
    rows = "SELECT entity, op FROM op_also ORDER BY entity"
    before = await ask(estate.database, rows)
    assert [row[0] for row in before] == [give]
    undone = await step_back(estate.database, "0003")
    assert undone[0] == "0003_history"
    assert list(await migrate(estate.database)) == undone
    assert await ask(estate.database, rows) == before
