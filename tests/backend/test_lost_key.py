"""A phone that lost its key enrols again: what it had not sent is held for someone in charge, not refused (P8)."""

from __future__ import annotations

import msgspec
import pytest
from tests.estate import PASSWORD, Estate, Key, Phone, codes
from tests.rewind import rewind, sealing, snapshot

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.db.steps import Query, Steps, write
from gatehouse_sync import protocol
from gatehouse_sync.chain import End


async def enrolled_again(estate: Estate, old: Phone, staff_no: str) -> Phone:
    """The same phone with a new key and the old outbox."""
    key, chain = Key(estate.dice), estate.id()
    follows = End(old.device.chain, old.device.link.hex(), old.device.n)
    frame = protocol.EnrolRequest(staff_no, PASSWORD, key.public, chain, "phone", follows)
    new = Phone(estate, key, chain, await estate.enrolment.enrol(frame, "test"), 0)
    new.device.follows = follows
    new.device.outbox = [msgspec.structs.replace(kept) for kept in old.device.outbox]
    new.device.rechain(chain, key.sign, follows)
    estate.phones.append(new)
    return new


@pytest.mark.path("P8")
async def test_acts_of_before_are_held_and_a_manager_releases_them(estate: Estate) -> None:
    old = await estate.phone("G1")
    visit = old.arrive(name="张三")
    new = await enrolled_again(estate, old, "G1")
    assert codes(await new.drain()) == [("parked", "other_device")]
    manager = await estate.phone("M1")
    manager.act("op.release", {"op": visit})
    assert codes(await manager.sync()) == [("applied", None)]
    row = manager.row(visit)
    assert row is not None
    assert (row["by"], row["f"]["name"]) == (old.person, "张三")


async def test_acts_that_had_arrived_under_the_lost_key_come_again_and_verify(estate: Estate) -> None:
    """Their reply was lost; the new device's links cover acts that are on record as the old one's."""
    old = await estate.phone("G1")
    old.arrive(name="张三")
    await estate.push(old.raw())
    lost_again = await enrolled_again(estate, await enrolled_again(estate, old, "G1"), "G1")
    assert codes(await lost_again.drain()) == [("applied", None)]
    assert await verify(estate.database, VerifyingKey(estate.key.public)) == []


async def test_acts_that_the_new_device_brought_first_verify_when_a_copy_of_the_old_one_brings_them_too(
    estate: Estate,
) -> None:
    old = await estate.phone("G1")
    old.arrive(name="张三")
    new = await enrolled_again(estate, old, "G1")
    assert codes(await new.drain()) == [("parked", "other_device")]
    assert codes(await old.drain()) == [("parked", "other_device")]
    assert await verify(estate.database, VerifyingKey(estate.key.public)) == []


@pytest.mark.trap("T34")
async def test_what_had_arrived_under_the_lost_key_is_given_back_to_a_restored_server(estate: Estate) -> None:
    """As it was decided, not as something for somebody in charge."""
    old = sealing(await estate.phone("G1"))
    await old.sync()
    then = await snapshot(estate)
    visit = old.arrive(name="张三")
    assert codes(await old.sync()) == [("applied", None)]
    await rewind(estate, then)
    new = await enrolled_again(estate, old, "G1")
    assert codes(await new.drain()) == [("applied", None)]
    await new.pull()
    row = new.row(visit)
    assert row is not None
    assert (row["by"], row["f"]["name"]) == (old.person, "张三")
    assert await verify(estate.database, VerifyingKey(estate.key.public)) == []


async def test_acts_of_a_device_that_the_database_has_lost_verify_in_the_chain_of_the_next(estate: Estate) -> None:
    """Two keys are lost, one on either side of a restore: what came in the first chain comes again in the third."""
    old = sealing(await estate.phone("G1"))
    old.arrive(name="张三")
    assert codes(await old.sync()) == [("applied", None)]
    then = await snapshot(estate)
    second = await enrolled_again(estate, old, "G1")
    await second.drain()
    await rewind(estate, then)
    estate.phones.remove(second)
    third = await enrolled_again(estate, second, "G1")
    assert codes(await third.drain()) == [("applied", None)]
    assert await verify(estate.database, VerifyingKey(estate.key.public)) == []


async def test_repeats_of_before_which_act_they_are_was_noted_verify(estate: Estate) -> None:
    """Databases of older versions name none; somebody who names another act is found."""
    old = await estate.phone("G1")
    old.arrive(name="张三")
    other = old.arrive(name="李四")
    await estate.push(old.raw())
    new = await enrolled_again(estate, old, "G1")
    await new.drain()
    for named, found in (("NULL", 0), (f"'{other}'", 1), ("'nothing'", 2)):
        await by_hand(estate, f"UPDATE repeat SET op = {named}")
        links = await verify(estate.database, VerifyingKey(estate.key.public))
        assert len([one for one in links if one.check == "link"]) == found


async def by_hand(estate: Estate, statement: str) -> None:
    def steps() -> Steps[None]:
        yield Query(statement)

    estate.tampered = True
    await write(estate.database, steps)


async def test_an_act_whose_sign_in_nobody_can_prove_holds_up_nothing(estate: Estate) -> None:
    """It goes as its stub and stays on its device as needing somebody (6.2)."""
    phone = await estate.phone("G1")
    auth, phone.device.people[phone.person].auth = phone.device.people[phone.person].auth, estate.id()
    phone.arrive(name="张三")
    phone.device.people[phone.person].auth = auth
    behind = phone.arrive(name="李四")
    assert codes(await phone.drain()) == [("refused", "unsendable"), ("applied", None)]
    await phone.pull()
    assert phone.row(behind) is not None


@pytest.mark.path("P8")
async def test_another_persons_sign_in_of_before_stays_theirs(estate: Estate) -> None:
    """Who enrolled the new key is not who acted: the act is held under its own actor."""
    old = await estate.phone("G1")
    old.arrive()
    new = await enrolled_again(estate, old, "G2")
    assert codes(await new.drain()) == [("parked", "other_device")]


async def test_a_stranger_cannot_claim_anothers_sign_in(estate: Estate) -> None:
    victim, thief = await estate.phone("G1"), await estate.phone("G2")
    thief.device.people[victim.person] = victim.device.people[victim.person]
    thief.person = victim.person
    thief.arrive()
    assert codes(await thief.drain()) == [("refused", "sign_in_needed")]
