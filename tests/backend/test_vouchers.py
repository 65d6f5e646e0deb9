"""P29: vouchers and sealed parts that are spoilt, or another's: a stable code, nothing lost, never a fault."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from tests.dump import ask
from tests.estate import MINUTE, Estate, Key, Phone, codes
from tests.frames import resigned
from tests.rewind import Snapshot, come_back, rewind, sealing, snapshot

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.seal import Private, Unsealer, seal
from gatehouse.audit.signer import Signer
from gatehouse.audit.verify import verify
from gatehouse.audit.vouch import About, Voucher
from gatehouse_sync import canon
from gatehouse_sync.clock import Interval
from gatehouse_sync.decision import Decision
from gatehouse_sync.protocol import PushReply, SentOp

SALT = canon.b64(bytes(32))


async def lost_arrivals(estate: Estate) -> tuple[Phone, Snapshot]:
    """A phone whose two arrivals the server will have lost."""
    phone = sealing(await estate.phone("G1"))
    await phone.sync()
    then = await snapshot(estate)
    phone.arrive(name="张三"), phone.arrive(name="李四")
    await phone.sync()
    assert all(kept.sealed and kept.voucher and kept.private is None for kept in phone.device.outbox)
    return phone, then


def flipped(text: str) -> str:
    raw = bytearray(canon.unb64(text))
    raw[len(raw) // 2] ^= 1
    return canon.b64(bytes(raw))


Change = Callable[[Estate, SentOp, SentOp], dict[str, object]]


def sealed_elsewhere(estate: Estate, op: SentOp, _: SentOp) -> dict[str, object]:
    """Sealed to a server with another key."""
    head = canon.decode(op.head or "")
    public = Unsealer(Key(estate.dice)).public.key
    return {"sealed": seal(public, head["id"], head["com"], Private("{}", SALT))}


def sealed_wrongly(estate: Estate, op: SentOp, _: SentOp) -> dict[str, object]:
    """Sealed well, with a private part that the head does not commit to."""
    head = canon.decode(op.head or "")
    public = estate.core.signer.seal_key.key
    return {"sealed": seal(public, head["id"], head["com"], Private('{"name":"王五"}', SALT))}


SEALS: dict[str, tuple[Change, str]] = {
    "of another op": (lambda _e, _op, other: {"sealed": other.sealed}, "bad_seal"),
    "a bit flipped": (lambda _e, op, _: {"sealed": flipped(op.sealed or "")}, "bad_seal"),
    "cut": (lambda _e, op, _: {"sealed": (op.sealed or "")[:60]}, "bad_seal"),
    "empty": (lambda _e, _op, _: {"sealed": ""}, "bad_seal"),
    "no base64url": (lambda _e, _op, _: {"sealed": "=%="}, "bad_seal"),
    "no point of the curve": (lambda _e, _op, _: {"sealed": canon.b64(b"\x04" + bytes(200))}, "bad_seal"),
    "to another server": (sealed_elsewhere, "bad_seal"),
    "another private part": (sealed_wrongly, "malformed"),
    "left out": (lambda _e, _op, _: {"sealed": None}, "malformed"),
}


async def given_back(estate: Estate, phone: Phone, change: Change) -> list[tuple[str, str | None]]:
    await phone.pull()
    frame = phone.frame()
    assert frame is not None
    first, second = frame.ops
    reply = await estate.push(
        resigned(phone, frame, [msgspec.structs.replace(first, **change(estate, first, second)), second])
    )
    assert isinstance(reply, PushReply)
    return codes(reply.results)


@pytest.mark.parametrize("fault", SEALS)
@pytest.mark.path("P29")
async def test_a_sealed_part_that_is_not_this_acts_is_refused_alone(estate: Estate, fault: str) -> None:
    phone, then = await lost_arrivals(estate)
    await rewind(estate, then)
    change, code = SEALS[fault]
    assert await given_back(estate, phone, change) == [("refused", code), ("applied", None)]


def made(estate: Estate, op: SentOp, **otherwise: str) -> str:
    """A voucher by the server's own key about something else."""
    head = canon.decode(op.head or "")
    hash_ = canon.sha256((op.head or "").encode()).hex()
    device = estate.phones[-1].id
    about = msgspec.structs.replace(About(device, hash_, head["id"], estate.org), **otherwise)
    epoch = otherwise.get("epoch", "never-was")
    voucher = Voucher(1, Decision("applied", Interval(0, 0, 0, "live")), epoch, 9)
    return estate.core.signer.vouchers.make(about, voucher)


VOUCHERS: dict[str, Change] = {
    "of another op": lambda _e, _op, other: {"voucher": other.voucher},
    "a bit flipped": lambda _e, op, _: {"voucher": flipped(op.voucher or "")},
    "cut": lambda _e, op, _: {"voucher": (op.voucher or "")[:30]},
    "empty": lambda _e, _op, _: {"voucher": ""},
    "no base64url": lambda _e, _op, _: {"voucher": "=%="},
    "of another org": lambda e, op, _: {"voucher": made(e, op, org=e.id())},
    "of another device": lambda e, op, _: {"voucher": made(e, op, device=e.admin.id)},
    "of an epoch that never was": lambda e, op, _: {"voucher": made(e, op)},
    "of another head under this id": lambda e, op, _: {"voucher": made(e, op, hash="0" * 64)},
}


@pytest.mark.parametrize("fault", VOUCHERS)
@pytest.mark.path("P29")
async def test_a_voucher_that_is_not_about_this_act_holds_it_for_a_person(estate: Estate, fault: str) -> None:
    """Nothing is lost, nobody else waits, and a supervisor can let it go: then it is decided by today's rules."""
    phone, then = await lost_arrivals(estate)
    await rewind(estate, then)
    results = await given_back(estate, phone, VOUCHERS[fault])
    assert results == [("parked", "voucher_unproven"), ("applied", None)]
    op = phone.device.outbox[0].op.head.id
    boss = await estate.phone("M1")
    await boss.pull()
    boss.act("op.release", {"op": op})
    assert codes(await boss.drain()) == [("applied", None)]
    assert await ask(estate.database, "SELECT d FROM op WHERE id = ?", op) == [("applied",)]
    await phone.pull()
    assert [body["f"]["d"] for body in phone.rows("outcome") if body["f"].get("op") == op] == ["applied"]


async def test_a_voucher_of_the_epoch_that_goes_on_proves_nothing_about_an_act_it_does_not_hold(
    estate: Estate,
) -> None:
    phone, then = await lost_arrivals(estate)
    await rewind(estate, then)
    (epoch,) = (await ask(estate.database, "SELECT epoch FROM org_head"))[0]

    def now(e: Estate, op: SentOp, _: SentOp) -> dict[str, object]:
        head = canon.decode(op.head or "")
        about = About(phone.id, canon.sha256((op.head or "").encode()).hex(), head["id"], e.org)
        return {"voucher": e.core.signer.vouchers.make(about, Voucher(1, DECIDED, epoch, 1))}

    assert (await given_back(estate, phone, now))[0] == ("parked", "voucher_unproven")


DECIDED = Decision("applied", Interval(0, 0, 0, "live"))


@pytest.mark.path("P29")
async def test_what_was_done_since_holds_an_act_that_says_otherwise(estate: Estate) -> None:
    """Another op won meanwhile: the act waits for a person, its device hears of it, and a release judges it now."""
    one, two = sealing(await estate.phone("G1")), sealing(await estate.phone("G2"))
    visit = one.arrive(unit="1-101")
    await one.sync()
    await two.sync()
    then = await snapshot(estate)
    amended = one.amend(visit, unit="2-202")
    noted = one.amend(visit, note="不冲突")
    await one.sync()
    await rewind(estate, then)
    await two.pull()
    two.amend(visit, unit="3-303")
    await two.drain()
    estate.clock.forward(MINUTE)
    await come_back(one)
    assert await ask(estate.database, "SELECT d, code FROM op WHERE id = ?", amended) == [("parked", "contradicted")]
    assert await ask(estate.database, "SELECT d FROM op WHERE id = ?", noted) == [("applied",)]
    assert (one.row(visit) or {})["f"]["unit"] == "3-303"
    outcome = [body for body in one.rows("outcome") if body["f"].get("op") == amended]
    assert [(body["f"]["d"], body["f"]["code"]) for body in outcome] == [("parked", "contradicted")]
    boss = await estate.phone("M1")
    await boss.pull()
    boss.act("op.release", {"op": amended})
    await boss.drain()
    assert (await ask(estate.database, "SELECT d FROM op WHERE id = ?", amended))[0][0] == "merged"


async def test_an_earlier_key_opens_what_devices_keep_from_its_time(estate: Estate) -> None:
    phone, then = await lost_arrivals(estate)
    await rewind(estate, then)
    new = Key(estate.dice)
    estate.core.signer.vouchers = Signer(new, estate.dice.randbytes, [estate.key]).vouchers
    estate.core.signer._unsealers = Signer(new, estate.dice.randbytes, [estate.key])._unsealers
    await come_back(phone)
    rows = await ask(estate.database, "SELECT d, private IS NULL FROM op WHERE kind = 'visit.arrive'")
    assert [(d, bool(gone)) for d, gone in rows] == [("applied", False), ("applied", False)]
    leaves = await ask(estate.database, "SELECT leaf FROM log WHERE leaf LIKE '%\"was\"%'")
    assert len(leaves) == 2, "the decisions were not the ones given back"


async def test_an_act_given_back_keeps_the_time_of_its_first_arrival(estate: Estate) -> None:
    phone, then = await lost_arrivals(estate)
    first = await ask(estate.database, "SELECT id, received FROM op WHERE kind = 'visit.arrive' ORDER BY id")
    estate.clock.forward(60 * MINUTE)
    await rewind(estate, then)
    await come_back(phone)
    again = await ask(estate.database, "SELECT id, received FROM op WHERE kind = 'visit.arrive' ORDER BY id")
    assert again == first


async def test_it_keeps_that_time_where_the_first_epoch_is_not_known_to_have_been(estate: Estate) -> None:
    """Three restores of one copy; the last finds no database to ask, and nobody echoes an epoch that ended long ago."""
    phone = sealing(await estate.phone("G1"))
    await phone.sync()
    then = await snapshot(estate)
    await rewind(estate, then)
    await come_back(phone)
    phone.arrive(name="张三")
    await phone.sync()
    first = await ask(estate.database, "SELECT received FROM op WHERE kind = 'visit.arrive'")
    for known in (True, False):
        estate.clock.forward(MINUTE)
        await rewind(estate, then, known=known)
        await come_back(phone)
        assert await ask(estate.database, "SELECT received FROM op WHERE kind = 'visit.arrive'") == first
    assert await verify(estate.database, VerifyingKey(estate.key.public)) == []
