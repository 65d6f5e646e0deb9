"""Held acts as an admin is told of them: what waits, why, and that it is gone once it was let go."""

from __future__ import annotations

import pytest
from tests.estate import Estate, Phone, codes

from gatehouse.errors import Problem
from gatehouse.estate.held import HeldAct, held_acts
from gatehouse.identity.sign_in import token_hash


async def told(estate: Estate, by: Phone) -> list[HeldAct]:
    return (await held_acts(estate.core, by.claim(), token_hash(by.session or ""))).held


async def test_what_is_held_is_told_until_it_is_let_go(estate: Estate) -> None:
    phone = await estate.phone("G1")
    assert await told(estate, estate.admin) == []
    estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms}, phone.person)
    await estate.admin.drain()
    estate.clock.forward(1_000)
    phone.arrive(name="林女士", unit="1-101")
    phone.arrive(unit="1-102")
    assert codes(await phone.drain()) == [("parked", "after_dismissal")] * 2
    second, first = await told(estate, estate.admin)
    assert (first.kind, first.actor, first.code, first.label) == (
        "visit.arrive",
        phone.person,
        "after_dismissal",
        "phone",
    )
    assert first.values["unit"] == "1-101"
    assert first.private["name"] == "林女士"
    assert first.at <= first.received
    estate.admin.act("op.release", {"op": first.op})
    estate.admin.act("op.return", {"op": second.op, "reason": "请重新登记"})
    assert codes(await estate.admin.drain()) == [("applied", None)] * 2
    assert await told(estate, estate.admin) == []


async def test_held_acts_are_told_to_an_admin_alone(estate: Estate) -> None:
    guard = await estate.phone("G1")
    with pytest.raises(Problem) as caught:
        await told(estate, guard)
    assert caught.value.code == "not_allowed"
    with pytest.raises(Problem) as caught:
        await held_acts(estate.core, estate.admin.claim(), None)
    assert caught.value.code == "not_signed_in"
