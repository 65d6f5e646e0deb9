"""Push: every op once, in one transaction, whatever is repeated, cut, forked or refused (PROTOCOL §6)."""

from __future__ import annotations

import msgspec
import pytest
from tests.dump import ask, dump
from tests.estate import Estate, codes
from tests.frames import resigned

from gatehouse.db.steps import Query, Steps, write
from gatehouse.errors import Problem
from gatehouse_sync import canon, protocol
from gatehouse_sync.chain import End
from gatehouse_sync.protocol import Need, NeedCerts, PushReply, Rechain, SentOp


async def accepted(estate: Estate, raw: bytes) -> PushReply:
    reply = await estate.push(raw)
    assert isinstance(reply, PushReply), reply
    return reply


@pytest.mark.trap("T5")
@pytest.mark.path("P7")
async def test_the_same_frame_again_changes_nothing_and_answers_the_same(estate: Estate) -> None:
    """T5, I2: the reply was lost, the phone sends again; ten times."""
    phone = await estate.phone("G1")
    visit = phone.arrive(name="张三", plate="粤B12345")
    phone.amend(visit, note="高个子")
    phone.leave(visit)
    raw = phone.raw()
    first = await accepted(estate, raw)
    before = await dump(estate.database)
    for _ in range(10):
        again = await accepted(estate, raw)
        assert (again.ack, again.results, again.stamp) == (first.ack, first.results, first.stamp)
    assert await dump(estate.database) == before
    assert codes(first.results) == [("applied", None)] * 3


@pytest.mark.trap("T5")
@pytest.mark.path("P7")
async def test_repeats_keep_every_sort_of_answer(estate: Estate) -> None:
    """A refused, a held, a reused and an unreadable op answer the second time what they answered the first."""
    phone = await estate.phone("G1")
    visit = phone.arrive()
    phone.leave(estate.id())
    phone.arrive(post=estate.id())
    frame = phone.frame()
    assert frame is not None
    reused = frame.ops[0].head
    assert reused is not None
    other = canon.encode({**canon.decode(reused), "depends_on": [visit]}).decode()
    sent = [*frame.ops, SentOp(head=other), SentOp(head="{}"), SentOp(head_hash="ab" * 32)]
    raw = resigned(phone, frame, sent)
    first = await accepted(estate, raw)
    assert codes(first.results) == [
        ("applied", None),
        ("parked", "entity_unknown"),
        ("refused", "unknown_reference"),
        ("refused", "op_id_reused"),
        ("refused", "malformed"),
        ("refused", "unsendable"),
    ]
    again = await accepted(estate, raw)
    assert again.results == first.results


@pytest.mark.trap("T5")
async def test_a_frame_that_overlaps_what_is_held_adds_only_the_rest(estate: Estate) -> None:
    phone = await estate.phone("G1")
    for _ in range(3):
        phone.arrive()
    await accepted(estate, phone.raw())  # the reply is lost
    phone.arrive()
    reply = await phone.push()
    assert reply.ack == 4
    assert codes(reply.results) == [("applied", None)] * 4
    assert await ask(estate.database, "SELECT COUNT(*) FROM visit") == [(4,)]


@pytest.mark.trap("T7")
@pytest.mark.path("P7")
async def test_the_same_id_with_another_body_is_refused_and_the_first_stands(estate: Estate) -> None:
    """T7, P7, also when the id is another device's or another org's act."""
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive(unit="1-101")
    await phone.drain()
    other.arrive(unit="9-909")
    frame = other.frame()
    assert frame is not None
    assert frame.ops[0].head is not None
    head = canon.encode({**canon.decode(frame.ops[0].head), "id": visit, "entity": visit}).decode()
    reply = await accepted(estate, resigned(other, frame, [SentOp(head=head)]))
    assert reply.results == [(1, visit, "refused", "op_id_reused")]
    await phone.pull()
    row = phone.row(visit)
    assert row is not None
    assert row["f"]["unit"] == "1-101"


async def test_two_copies_of_one_act_in_one_frame_count_once(estate: Estate) -> None:
    phone = await estate.phone("G1")
    phone.arrive()
    frame = phone.frame()
    assert frame is not None
    reply = await accepted(estate, resigned(phone, frame, [frame.ops[0], frame.ops[0], frame.ops[0]]))
    assert codes(reply.results) == [("applied", None)] * 3
    assert reply.ack == 3
    assert await ask(estate.database, "SELECT COUNT(*) FROM visit") == [(1,)]


async def test_two_unreadable_ops_with_one_text_have_a_leaf_each(estate: Estate) -> None:
    phone = await estate.phone("G1")
    phone.arrive()
    frame = phone.frame()
    assert frame is not None
    reply = await accepted(estate, resigned(phone, frame, [SentOp(head="[]"), SentOp(head="[]")]))
    assert codes(reply.results) == [("refused", "malformed")] * 2
    rows = await ask(estate.database, "SELECT n FROM op WHERE chain = ? ORDER BY cn", phone.device.chain)
    assert rows[0] != rows[1]


@pytest.mark.path("P5")
async def test_a_gap_is_named_and_nothing_behind_it_is_taken(estate: Estate) -> None:
    """Row 18."""
    phone = await estate.phone("G1")
    for _ in range(5):
        phone.arrive()
    before = await dump(estate.database)
    for missing in (2, 1):
        late = phone.device.outbox[missing:]
        reply = await estate.push(canon.encode(phone.device.frame(late, missing + 1)))
        assert reply == Need(1)
        assert await dump(estate.database) == before
    phone.device.pushed(Need(1))
    assert codes(await phone.drain()) == [("applied", None)] * 5


@pytest.mark.path("P8")
async def test_a_gap_that_cannot_be_filled_becomes_a_new_chain(estate: Estate) -> None:
    """P8: the server is older than what the phone has thrown away."""
    phone = await estate.phone("G1")
    phone.arrive()
    phone.arrive()
    kept = phone.arrive(unit="8-801")
    phone.device.acked = 2
    phone.device._acked_link = phone.device.outbox[1].link
    del phone.device.outbox[:2]
    results = await phone.drain()
    assert codes(results) == [("applied", None)]
    await phone.pull()
    row = phone.row(kept)
    assert row is not None
    assert row["f"]["unit"] == "8-801"


@pytest.mark.path("P8")
async def test_a_cloned_profile_forks_and_nobody_is_frozen_out(estate: Estate) -> None:
    """P8, row 19: the same chain grows two ends; the second one starts a chain of its own and loses nothing."""
    phone = await estate.phone("G1")
    shared = phone.arrive(unit="1-101")
    await phone.drain()
    raw = canon.encode(phone.device.frame([], 2))
    mine = phone.arrive(unit="2-202")
    clone = phone.device.outbox.pop()
    phone.device.n, phone.device.link = 1, phone.device.outbox[0].link
    theirs = phone.arrive(unit="3-303")
    assert isinstance(await estate.push(phone.raw()), PushReply)  # one of the two was first
    phone.device.outbox[-1] = clone
    phone.device.n, phone.device.link = 2, clone.link
    forked = await estate.push(phone.raw())
    assert isinstance(forked, Rechain)
    assert forked.have == 2
    phone.device.pushed(forked)
    assert codes(await phone.drain()) == [("applied", None)] * 2  # the shared one is a repeat there
    await phone.pull()
    assert {phone.row(visit)["f"]["unit"] for visit in (shared, mine, theirs)} == {"1-101", "2-202", "3-303"}  # type: ignore[index]  # a missing row fails the test
    assert isinstance(await estate.push(raw), Rechain | PushReply)
    flags = await ask(estate.database, "SELECT flags FROM device WHERE id = ?", phone.id)
    assert flags == [("rechained",)]


@pytest.mark.path("P8", "P12")
async def test_what_became_of_a_number_on_another_copy_is_not_what_became_of_an_act_here(estate: Estate) -> None:
    """P8, P12: the outcome of a stub has no id; the other copy of the profile has another act of that number."""
    phone = await estate.phone("G1")
    device = phone.device
    start = device.link
    mine = phone.arrive(unit="2-202")
    kept, device.n, device.link = device.outbox.pop(), 0, start
    phone.arrive()
    device.outbox[0].stub = True
    raw = phone.raw()
    device.outbox[:], device.n, device.link = [kept], 1, kept.link
    assert codes((await accepted(estate, raw)).results) == [("refused", "unsendable")]
    await phone.pull()
    assert phone.rows("outcome")[0]["f"]["cn"] == kept.n == 1
    assert (kept.d, kept.code) == (None, None)
    forked = await estate.push(phone.raw())
    assert isinstance(forked, Rechain)
    device.pushed(forked)
    assert codes(await phone.drain()) == [("applied", None)]
    await phone.pull()
    assert kept.d == "applied"
    assert phone.row(mine) is not None


@pytest.mark.path("P7", "P8")
async def test_acts_already_taken_may_come_again_in_the_new_chain(estate: Estate) -> None:
    """P7, P8: heads are unchanged, so they are repeats there; later frames of that chain and their repeats work."""
    phone = await estate.phone("G1")
    visit = phone.arrive(unit="1-101")
    phone.amend(visit, unit="1-102")
    await accepted(estate, phone.raw())  # the reply is lost, and with it the chain
    await phone.rechain(End(phone.device.chain, "00" * 32, 0))
    phone.leave(visit)
    raw = phone.raw()
    first = await accepted(estate, raw)
    assert codes(first.results) == [("applied", None)] * 3
    assert (await accepted(estate, raw)).results == first.results
    assert await ask(estate.database, "SELECT COUNT(*) FROM op WHERE entity = ?", visit) == [(3,)]
    assert await ask(estate.database, "SELECT COUNT(*) FROM repeat") == [(2,)]


async def test_a_chain_continues_from_a_repeat(estate: Estate) -> None:
    """The link held at the number of a repeat is compared like any other."""
    phone = await estate.phone("G1")
    phone.arrive()
    phone.arrive()
    await accepted(estate, phone.raw())
    await phone.rechain(End(phone.device.chain, "00" * 32, 0))
    await accepted(estate, phone.raw())
    short = canon.encode(phone.device.frame(phone.device.outbox[:1], 1))
    reply = await accepted(estate, short)
    assert reply.ack == 2
    phone.arrive()
    assert codes(await phone.drain()) == [("applied", None)] * 3


@pytest.mark.parametrize("again", ["same chain", "new chain"])
@pytest.mark.path("P5")
async def test_an_act_taken_in_full_may_come_again_as_its_stub(estate: Estate, again: str) -> None:
    """P5: the reply to the whole was lost and a proxy then refused the size; its decision stands."""
    phone = await estate.phone("G1")
    phone.arrive()
    await accepted(estate, phone.raw())
    if again == "new chain":
        await phone.rechain(End(phone.device.chain, "00" * 32, 0))
        await accepted(estate, phone.raw())
    phone.device.outbox[0].stub = True
    reply = await accepted(estate, phone.raw())
    assert codes(reply.results) == [("applied", None)]
    assert await ask(estate.database, "SELECT COUNT(*) FROM visit") == [(1,)]


@pytest.mark.path("P5")
async def test_a_stub_uses_its_number_and_the_chain_goes_on(estate: Estate) -> None:
    phone = await estate.phone("G1")
    phone.arrive()
    lost = phone.device.outbox[0]
    lost.stub = True
    visit = phone.arrive()
    reply = await phone.push()
    assert reply.results == [(1, None, "refused", "unsendable"), (2, visit, "applied", None)]
    await phone.pull()
    assert {"d": "refused", "code": "unsendable"}.items() <= phone.rows("outcome")[0]["f"].items()
    # The whole act comes after all: its number is used, so that answer stays.
    lost.stub = False
    phone.device.acked = 0
    assert (await phone.push()).results[0] == (1, lost.op.head.id, "refused", "unsendable")


@pytest.mark.path("P5")
async def test_halves_of_a_batch_are_frames_like_any_other(estate: Estate) -> None:
    """P5: a phone whose batch is too much sends smaller ones."""
    phone = await estate.phone("G1")
    for _ in range(8):
        phone.arrive()
    for size in (4, 2, 1, 1):
        phone.device.batch = size
        assert len((await phone.push()).results) == size
    assert phone.frame() is None


@pytest.mark.trap("T8")
@pytest.mark.path("P6")
async def test_one_bad_act_among_a_hundred(estate: Estate) -> None:
    """Row 15, I11: 99 stored, the bad one logged, its number used."""
    phone = await estate.phone("G1")
    for _ in range(100):
        phone.arrive()
    frame = phone.frame()
    assert frame is not None
    sent = list(frame.ops)
    sent[57] = SentOp(head='{"approved":true}')
    reply = await accepted(estate, resigned(phone, frame, sent))
    wrong = [result for result in reply.results if result[2] != "applied"]
    assert wrong == [(58, None, "refused", "malformed")]
    assert reply.ack == 100
    assert await ask(estate.database, "SELECT COUNT(*) FROM visit") == [(99,)]


@pytest.mark.path("P6")
async def test_a_newer_kind_is_kept_raw_and_holds_what_follows_it(estate: Estate) -> None:
    """P6, row 23: unknown kind or version; the op's text is kept for the server that will know it."""
    phone = await estate.phone("G1")
    visit = phone.arrive()
    phone.amend(visit, unit="1-101")
    phone.amend(visit, unit="1-102")
    free = phone.arrive()
    frame = phone.frame()
    assert frame is not None
    sent = list(frame.ops)
    newer = canon.encode({**canon.decode(sent[1].head or ""), "kv": 2}).decode()
    strange = canon.encode({**canon.decode(sent[3].head or ""), "kind": "drone.launch"}).decode()
    reply = await accepted(estate, resigned(phone, frame, [sent[0], SentOp(head=newer), sent[2], SentOp(head=strange)]))
    assert codes(reply.results) == [
        ("applied", None),
        ("parked", "unknown_kind"),
        ("parked", "behind_parked"),
        ("parked", "unknown_kind"),
    ]
    held = await ask(estate.database, "SELECT head FROM op WHERE id = ?", free)
    assert held == [(strange,)]
    await phone.pull()
    assert [body["f"]["code"] for body in phone.rows("outcome")].count("unknown_kind") == 2
    # Nobody can let go what the server does not understand.
    manager = await estate.phone("M1")
    manager.act("op.release", {"op": reply.results[1][1]})
    manager.act("op.release", {"op": free})
    assert codes(await manager.drain()) == [("refused", "not_held")] * 2


@pytest.mark.path("P9")
async def test_certificates_heal_a_database_that_forgot_the_device(estate: Estate) -> None:
    """P9: enrolled and signed in after the backup; the server believes its own signature."""
    phone = await estate.phone("G1")
    await phone.sign_in("G2")
    visit = phone.arrive()

    await write(estate.database, lambda: _forget(phone.id, phone.device.chain))
    estate.boot()
    with pytest.raises(Problem) as unknown:
        await estate.push(phone.raw())
    assert unknown.value.code == "unknown_device"
    phone.device.present = True
    enrol, first, second = phone.device.certificates
    phone.device.certificates = [enrol, first]
    assert await estate.push(phone.raw()) == NeedCerts([phone.device.people[phone.person].auth])
    phone.device.certificates = [enrol, first, second]
    assert codes((await phone.push()).results) == [("applied", None)]
    assert await ask(estate.database, "SELECT COUNT(*) FROM visit WHERE id = ?", visit) == [(1,)]


def _forget(device: str, chain_id: str) -> Steps[None]:
    yield Query("DELETE FROM certificate WHERE device = ?", (device,))
    yield Query("DELETE FROM chain WHERE id = ?", (chain_id,))
    yield Query("DELETE FROM device WHERE id = ?", (device,))


@pytest.mark.path("P9")
async def test_a_forged_certificate_proves_nothing_and_stores_nothing(estate: Estate) -> None:
    phone, stranger = await estate.phone("G1"), await estate.phone("G2")
    phone.arrive()
    frame = phone.frame()
    assert frame is not None
    body = canon.decode(phone.device.certificates[0].body)
    forged = protocol.Certificate(
        canon.encode({**body, "chain": estate.id()}).decode(), phone.device.certificates[0].sig
    )
    before = await dump(estate.database)
    moved = msgspec.structs.replace(
        frame, chain=protocol.ChainRef(canon.decode(forged.body)["chain"], None), certs=[forged]
    )
    with pytest.raises(Problem) as refused:
        await estate.push(canon.encode(moved))
    assert refused.value.code == "unknown_device"
    # A true certificate under a frame that its key did not sign stores nothing either.
    await write(estate.database, lambda: _forget(phone.id, phone.device.chain))
    estate.boot()
    before = await dump(estate.database)
    unsigned = msgspec.structs.replace(frame, certs=phone.device.certificates, sig=stranger.key.sign(b"other"))
    with pytest.raises(Problem) as refused:
        await estate.push(canon.encode(unsigned))
    assert refused.value.code == "bad_signature"
    assert await dump(estate.database) == before


@pytest.mark.path("P9")
async def test_an_act_under_anothers_sign_in_on_the_same_device_is_refused(estate: Estate) -> None:
    """TH9: a certificate speaks for its own person; who works on a device after somebody cannot act as them."""
    phone = await estate.phone("G1")
    first = phone.device.people[phone.person]
    await phone.sign_in("G2")
    phone.device.people[phone.person].auth = first.auth
    phone.arrive()
    assert codes(await phone.drain()) == [("refused", "sign_in_needed")]
