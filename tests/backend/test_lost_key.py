"""A phone that lost its key enrols again: what it had not sent is held for someone in charge, not refused (P8)."""

from __future__ import annotations

import msgspec
import pytest
from tests.estate import PASSWORD, Estate, Key, Phone, codes

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse_sync import protocol
from gatehouse_sync.chain import End


async def enrolled_again(estate: Estate, old: Phone, staff_no: str) -> Phone:
    """The same phone with a new key and the old outbox."""
    key, chain = Key(estate.dice), estate.id()
    follows = End(old.device.chain, old.device.link.hex(), old.device.n)
    frame = protocol.EnrolRequest(staff_no, PASSWORD, key.public, chain, "phone", follows)
    new = Phone(estate, key, chain, await estate.enrolment.enrol(frame, "test"), 0)
    new.device.follows = follows
    new.device.rechain(chain, key.sign, follows)
    unsent = [kept for kept in old.device.outbox if kept.n > old.device.acked]
    for kept in unsent:
        new.device._record(kept.op, kept.head, kept.private, None)
        new.device.outbox[-1] = msgspec.structs.replace(new.device.outbox[-1], salt=kept.salt)
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
