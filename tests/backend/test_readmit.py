"""P29: after a restore the fleet gives back what was lost, and everything is as it was, in any order of return."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy, deepcopy
from itertools import permutations

import pytest
from tests.dump import ask
from tests.estate import MINUTE, Estate, Phone, codes, opened
from tests.rewind import come_back, differing, rewind, sealing, snapshot, state
from tests.story import Story
from tests.team import Team

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.replication import readmit
from gatehouse_sync import course
from gatehouse_sync.page import PageStore

ORDERS = list(permutations(range(3)))


async def three(estate: Estate) -> list[Phone]:
    phones = [sealing(await estate.phone(staff_no)) for staff_no in ("G1", "G2", "G3")]
    for phone in phones:
        await phone.sync()
    return phones


async def newer_acts(estate: Estate, phones: list[Phone]) -> None:
    """Arrivals, amendments that meet and are settled, a leave told twice, a refusal, an erasure."""
    one, two, three_ = phones
    visit, other = one.arrive(name="张三", unit="1-101", plate="粤B12345"), one.arrive(name="李四")
    await one.sync()
    for phone in (two, three_):
        await phone.pull()
    two.amend(visit, unit="2-202", note="二号")
    three_.amend(visit, unit="3-303", note="三号", plate="粤B54321")
    one.amend(visit, unit="4-404")
    for phone in (two, three_, one):
        estate.clock.forward(MINUTE)
        await phone.drain()
    for phone in phones:
        await phone.pull()
    told = [notice for notice in two.notices() if notice["f"]["fields"]]
    assert told, "nobody lost a value: nothing is at stake"
    two.act("notice.close", {"notice": told[0]["id"]})
    one.leave(visit)
    three_.leave(visit, estate.west)
    three_.arrive(estate.id())
    await one.drain()
    assert codes(await three_.drain())[-1] == ("refused", "unknown_reference")
    two.amend(other, host="王五")
    await two.sync()
    boss = estate.phones[-1]
    await boss.pull()
    boss.act("visit.erase", {"reason": "request"}, other)
    await boss.sync()


async def sound(estate: Estate) -> list[str]:
    stamps = [phone.device.stamp for phone in estate.phones if phone.device.stamp is not None]
    return [str(one) for one in await verify(estate.database, VerifyingKey(estate.key.public), stamps)]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.trap("T34")
@pytest.mark.path("P29")
async def test_everything_is_as_it_was_in_any_order_of_return(database_url: str, order: tuple[int, ...]) -> None:
    async with opened(database_url) as estate:
        phones = await three(estate)
        boss = sealing(await estate.phone("M1"))
        await boss.sync()
        for phone in phones:
            phone.arrive(name="早到", unit="1-1")
            await phone.sync()
        then = await snapshot(estate)
        await newer_acts(estate, phones)
        before = await state(estate)
        await rewind(estate, then)
        estate.clock.forward(30 * MINUTE)
        returning = [phones[i] for i in order]
        for phone in [*returning[:2], boss, *returning[2:]]:
            await come_back(phone)
        assert differing(before, await state(estate)) == []
        assert await sound(estate) == []
        assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]
        counted = "SELECT op, COUNT(*) FROM log WHERE type = 'op' AND op IS NOT NULL GROUP BY op HAVING COUNT(*) > 1"
        assert await ask(estate.database, counted) == []


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.trap("T34")
@pytest.mark.path("P29")
async def test_a_story_comes_out_as_it_was(sqlite_url: str, seed: int) -> None:
    """Lost replies, forks, new chains, roles that end: whatever was decided before the restore is what counts."""
    async with opened(sqlite_url, seed) as estate:
        story = Story(estate, seed)
        await story.run(20)
        for phone in estate.phones:
            sealing(phone)
        await story.heal()
        then = await snapshot(estate)
        for _ in range(40):
            await story.dice.choice([story.act, story.act, story.exchange, story.lose_reply, story.wait, story.move])()
        await story.heal()
        before = await state(estate)
        await rewind(estate, then)
        returning = list(estate.phones)
        story.dice.shuffle(returning)
        for phone in returning:
            await come_back(phone)
        assert differing(before, await state(estate)) == []
        assert await sound(estate) == []


def judge_anew(patch: pytest.MonkeyPatch) -> None:
    """Vouchers are not looked at."""
    patch.setattr(readmit, "recall", lambda *_: None)


def fold_as_they_return(patch: pytest.MonkeyPatch) -> None:
    """Whoever returns last wins."""
    patch.setattr(course.Course, "add", lambda self, step: self._steps.append(step))


def tell_at_once(patch: pytest.MonkeyPatch) -> None:
    """Whoever wrote the value that is there is told, though it is not the one that was met."""
    patch.setattr(course, "writer", lambda *_: None)


@pytest.mark.parametrize("fault", [judge_anew, fold_as_they_return, tell_at_once])
async def test_a_fault_planted_there_is_seen(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    async with opened(sqlite_url) as estate:
        phones, boss = await three(estate), sealing(await estate.phone("M1"))
        await boss.sync()
        then = await snapshot(estate)
        await newer_acts(estate, phones)
        before = await state(estate)
        await rewind(estate, then)
        fault(monkeypatch)
        for phone in [*reversed(phones), boss]:
            await come_back(phone)
        assert differing(before, await state(estate)) != []


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.path("P29")
async def test_a_swap_stands_as_it_was_whoever_returns_first(database_url: str, order: tuple[int, ...]) -> None:
    """Commands too: what was approved is approved, though the request and the shift itself come back after it."""
    async with opened(database_url) as estate:
        team = await Team(estate).build()
        for phone in team.phones.values():
            sealing(phone)
        then = await snapshot(estate)
        shift = await team.assign("B1", 3)
        swap = team.request("B1", shift, ["B2"])
        await team.phones["B1"].sync()
        for staff_no, kind in (("B2", "swap.accept"), ("S1", "swap.approve")):
            phone = team.phones[staff_no]
            await phone.pull()
            phone.act(kind, {}, swap)
            assert codes(await phone.drain()) == [("applied", None)]
        assert await team.holder(shift) == "B2"
        before = await state(estate)
        await rewind(estate, then)
        for i in order:
            await come_back(team.phones[("B1", "B2", "S1")[i]])
        assert differing(before, await state(estate)) == []
        assert await team.holder(shift) == "B2"
        assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]
        assert await sound(estate) == []


@pytest.mark.path("P29")
async def test_a_held_act_that_was_released_is_released_again(database_url: str) -> None:
    """The release comes back before the act it is about, which is held once more until then."""
    async with opened(database_url) as estate:
        phone, boss = sealing(await estate.phone("G1")), sealing(await estate.phone("M1"))
        await phone.sync()
        await boss.sync()
        estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms}, phone.person)
        await estate.admin.drain()
        then = await snapshot(estate)
        visit = phone.arrive(unit="1-101", name="张三")
        assert codes(await phone.drain()) == [("parked", "after_dismissal")]
        await boss.pull()
        boss.act("op.release", {"op": visit})
        await boss.drain()
        assert await ask(estate.database, "SELECT d FROM op WHERE id = ?", visit) == [("applied",)]
        await rewind(estate, then)
        await come_back(boss)
        assert await ask(estate.database, "SELECT waits_on FROM hold") == [(visit,)]
        phone.device.acked = 0
        await phone.drain()
        assert await ask(estate.database, "SELECT d FROM op WHERE id = ?", visit) == [("applied",)]
        assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]
        assert await sound(estate) == []


@pytest.mark.trap("T34")
@pytest.mark.path("P29")
async def test_what_was_given_back_counts_though_its_record_was_judged_anew(estate: Estate) -> None:
    """14.5: the reply about the arrival was lost, and with it its voucher; it stands behind the change, yet first."""
    one, two = sealing(await estate.phone("G1")), sealing(await estate.phone("G2"))
    then = await snapshot(estate)
    visit = one.arrive(unit="1-101")
    await estate.push(one.raw())
    await two.pull()
    two.amend(visit, unit="2-202")
    await two.sync()
    await rewind(estate, then)
    await come_back(one)
    await come_back(two)
    await come_back(one)
    assert await ask(estate.database, "SELECT d FROM op WHERE entity = ? ORDER BY n", visit) == [("applied",)] * 2
    for phone in (one, two):
        row = phone.row(visit)
        assert row is not None
        assert row["f"]["unit"] == "2-202"
    assert await sound(estate) == []


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize(("more", "unsent"), [(0, 0), (1, 0), (1, 2), (0, 2)])
@pytest.mark.trap("T34")
@pytest.mark.path("P8", "P29")
async def test_what_another_copy_took_the_place_of_after_a_restore_is_sent_again(
    estate: Estate, more: int, unsent: int, anew: bool
) -> None:
    """8.6: two devices from one profile; the other's acts stand where the server had acknowledged this one's.

    They may reach beyond that, to where this one holds acts that it has not sent yet; and whoever is signed in may have
    just done so, so that there is nothing to reset.
    """
    one = sealing(await estate.phone("G1"))
    await one.sync()
    twin = copy(one)
    twin.device = copy(one.device)
    twin.device.outbox, twin.device.people = list(one.device.outbox), deepcopy(one.device.people)
    then = await snapshot(estate)
    mine = [one.arrive(unit="1-101")]
    await one.sync()
    mine += [one.arrive(unit="1-102") for _ in range(unsent)]
    await rewind(estate, then)
    theirs = [twin.arrive(unit="2-202") for _ in range(1 + more)]
    await twin.sync()
    if anew:
        one.device.people[one.person].store = PageStore()
    await come_back(one)
    logged = await ask(estate.database, "SELECT id FROM op WHERE kind = 'visit.arrive' AND d = 'applied'")
    assert {row[0] for row in logged} == {*mine, *theirs}
    assert await sound(estate) == []


@pytest.mark.parametrize("first", ["its cause", "the act"])
@pytest.mark.path("P17", "P29")
async def test_an_act_that_was_held_is_decided_once_it_and_its_cause_are_back(estate: Estate, first: str) -> None:
    """It is decided afresh, later than it had arrived at first; given back before its cause it waits for it again."""
    one, two = sealing(await estate.phone("G1")), sealing(await estate.phone("G2"))
    then = await snapshot(estate)
    visit = one.arrive(name="张三")
    left = two.leave(visit)
    assert codes(await two.drain()) == [("parked", "entity_unknown")]
    await two.pull()
    estate.clock.forward(MINUTE)
    await rewind(estate, then)
    for phone in (one, two) if first == "its cause" else (two, one):
        await come_back(phone)
    assert await ask(estate.database, "SELECT d FROM op WHERE id = ?", left) == [("applied",)]
    assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]
    assert await sound(estate) == []
    assert await verify(estate.database, VerifyingKey(estate.key.public)) == []


async def test_an_act_decided_afresh_after_a_restore_had_arrived_when_it_first_did_after_the_next(
    estate: Estate,
) -> None:
    """Its voucher tells of its first arrival, not of its return; the interval ends there, whatever comes."""
    one, two = sealing(await estate.phone("G1")), sealing(await estate.phone("G2"))
    then = await snapshot(estate)
    visit = one.arrive(name="张三")
    left = two.leave(visit)
    assert codes(await two.drain()) == [("parked", "entity_unknown")]
    await two.pull()
    first = await ask(estate.database, "SELECT received FROM op WHERE id = ?", left)
    for _ in range(2):
        estate.clock.forward(MINUTE)
        await rewind(estate, then)
        await come_back(one)
        await come_back(two)
        assert await ask(estate.database, "SELECT received FROM op WHERE id = ?", left) == first
        assert await verify(estate.database, VerifyingKey(estate.key.public)) == []
