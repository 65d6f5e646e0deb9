"""Bad input over HTTP: a frame fault gets its code and leaves no trace, an op fault is that op's decision.

The numbers are the rows of the list of bad inputs; never a 5xx, no echo of what was sent.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from tests.bad import FRAMES, HEADS, SECRET, Make, a_phone, decided, texts_are_kept, texts_of
from tests.dump import ask, dump, dump_in_peace
from tests.served import Served

from gatehouse.errors import Problem
from gatehouse.replication import routes
from gatehouse.replication.frame import parse_push
from gatehouse_sync import canon, chain, protocol

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def refused(server: Served, raw: bytes, status: int, code: str, **headers: str) -> None:
    before = await dump_in_peace(server.estate.database)
    answer = await server.post("/api/sync/push", raw, **headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert answer.json()["code"] == code
    assert answer.json()["request_id"]
    assert SECRET not in answer.text
    assert await dump(server.estate.database) == before


@pytest.mark.parametrize(("make", "status", "code"), [pytest.param(*case[1:], id=case[0]) for case in FRAMES])
@pytest.mark.path("P4", "P5")
async def test_a_bad_frame_gets_its_code_and_leaves_no_trace(
    server: Served, make: Make, status: int, code: str
) -> None:
    phone = await a_phone(server)
    await refused(server, make(phone.raw()), status, code)


@pytest.mark.path("P5")
async def test_a_frame_cut_at_every_byte(server: Served) -> None:
    """Row 2, F9: each prefix is a frame fault; none is half understood."""
    phone = await a_phone(server)
    phone.amend(phone.device.outbox[0].op.head.id, note="备注")
    phone.leave(phone.device.outbox[0].op.head.id)
    raw = phone.raw()
    for cut in range(len(raw)):
        with pytest.raises(Problem) as problem:
            parse_push(raw[:cut], lambda *_: None)
        assert problem.value.code == ("bad_json" if cut else "empty_body")
    for cut in range(1, len(raw), len(raw) // 30):
        await refused(server, raw[:cut], 400, "bad_json")


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "text/plain"},
        {"content_type": ""},
        {"content_type": "application/json; charset=gbk"},
        {"content_type": "application/jsonp"},
        {"content_type": "multipart/form-data; boundary=x"},
        {"content_encoding": "gzip"},
        {"content_encoding": "br"},
    ],
    ids=str,
)
async def test_other_media_are_not_taken(server: Served, headers: dict[str, str]) -> None:
    """Rows 11, 12: also when the body would be right; a bomb is never opened."""
    raw = (await a_phone(server)).raw()
    body = gzip.compress(raw) if headers.get("content_encoding") == "gzip" else raw
    await refused(server, body, 415, "wrong_media_type", **headers)


async def test_bodies_too_large_or_too_slow(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 13: declared, in chunks, one byte at a time."""

    async def undeclared() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    async def slow() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" "
            await asyncio.sleep(0.05)

    headers = {"content-type": "application/json"}
    answer = await server.http.post("/api/sync/push", content=b" " * 11_000_000, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    answer = await server.http.post("/api/sync/push", content=undeclared(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    monkeypatch.setattr(routes, "BODY_S", 0.3)
    answer = await server.http.post("/api/sync/push", content=slow(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (408, "too_slow")


@pytest.mark.path("P4")
async def test_signatures_of_another_shape(server: Served) -> None:
    """Row 16: another device's key, r or s = 0, DER, s doubled by the order's wrap, padding."""
    phone, stranger = await a_phone(server), await server.estate.phone("G2")
    frame = phone.frame()
    assert frame is not None
    message = protocol.push_message(frame, phone.device.link.hex())
    raw = canon.unb64(phone.key.sign(message))
    r, s = raw[:32], raw[32:]
    for sig in (
        stranger.key.sign(message),
        canon.b64(bytes(32) + s),
        canon.b64(r + bytes(32)),
        canon.b64(b"\xff" * 64),
        canon.b64(encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))),
        canon.b64(raw) + "==",
        "é" * 86,
    ):
        await refused(server, canon.encode(msgspec.structs.replace(frame, sig=sig)), 401, "bad_signature")


@pytest.mark.trap("T39")
@pytest.mark.path("P1", "P6")
async def test_a_bad_op_is_refused_and_its_neighbours_stand(server: Served) -> None:
    """Rows 2, 4 to 10 inside an op: malformed, logged, its number used; all in one frame."""
    phone = await server.estate.phone("G1")
    found = await decided(server, phone, *((make(phone), None, None) for _, make in HEADS))
    wrong = [name for (name, _), result in zip(HEADS, found[1:-1], strict=True) if result != ("refused", "malformed")]
    assert wrong == []
    assert found[0] == found[-1] == ("applied", None)


async def test_texts_are_kept_as_typed_or_refused_whole(server: Served) -> None:
    """Rows 28 to 32: nothing is escaped, cut or folded on the way in; control characters and NFD are malformed."""
    await texts_are_kept(server)


@pytest.mark.path("P1", "P6")
async def test_private_parts_that_do_not_match(server: Served) -> None:
    phone = await server.estate.phone("G1")
    head, private, salt = texts_of(phone, None, {"name": "张三"})
    assert private is not None
    cases = [
        (head, private, None),
        (head, None, salt),
        (head, private.replace("三", "四"), salt),
        (head, private, canon.b64(b"\1" * 32)),
        (head, private, "not base64!"),
        (head, private + " ", salt),
        (texts_of(phone)[0], private, salt),
    ]
    cases = [(text.replace(canon.decode(text)["id"], phone.estate.id()), p, s) for text, p, s in cases]
    assert (await decided(server, phone, *cases))[1:-1] == [("refused", "malformed")] * len(cases)


@pytest.mark.parametrize("wall", [0, -1, 253_402_300_799_000, 2**53 - 1, -(2**53) + 1])
@pytest.mark.trap("T25")
async def test_impossible_clocks_are_stored_and_flagged(server: Served, wall: int) -> None:
    """Row 22, I8: 1970, 9999, the ends of the range."""
    phone = await server.estate.phone("G1")
    head = texts_of(phone, {"t": {"anchor": None, "mono": 0, "run": "r", "wall": wall}})
    assert (await decided(server, phone, head))[1] == ("applied", None)
    ((body,),) = await ask(server.estate.database, "SELECT body FROM entity WHERE id = ?", canon.decode(head[0])["id"])
    row = canon.decode(body)
    assert 0 <= row["at"] <= server.estate.clock.ms
    assert row.get("x", []) == (["clock_contradictory"] if wall > 0 else row.get("x", []))


async def test_valid_bytes_ten_times(server: Served) -> None:
    """Row 17."""
    phone = await a_phone(server)
    raw = phone.raw()
    answers = [(await server.post("/api/sync/push", raw)).json() for _ in range(10)]
    assert {str((answer["ack"], answer["results"])) for answer in answers} == {str((1, answers[0]["results"]))}


@pytest.mark.path("P5")
async def test_gap_fork_and_break_are_answers(server: Served) -> None:
    """Rows 18 to 20: 200 with what to do, nothing stored."""
    phone = await a_phone(server)
    await server.post("/api/sync/push", phone.raw())
    phone.arrive()
    before = await dump_in_peace(server.estate.database)
    gap = phone.device.frame(phone.device.outbox[1:], 2)
    forward = msgspec.structs.replace(gap, first=9)
    signed = msgspec.structs.replace(
        forward, sig=phone.key.sign(protocol.push_message(forward, phone.device.link.hex()))
    )
    assert (await server.post("/api/sync/push", canon.encode(signed))).json() == {"need": 2}
    broken = msgspec.structs.replace(gap, prev="00" * 32)
    last = chain.links(bytes(32), [chain.head_hash((gap.ops[0].head or "").encode())])[0].hex()
    signed = msgspec.structs.replace(broken, sig=phone.key.sign(protocol.push_message(broken, last)))
    answer = (await server.post("/api/sync/push", canon.encode(signed))).json()
    assert answer == {"rechain": True, "have": 1, "link": phone.device.outbox[0].link.hex()}
    assert await dump(server.estate.database) == before
