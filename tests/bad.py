"""Bad input as data: frames and op texts with what each must get, and the means to send them.

The numbers are the rows of the list of bad inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from tests.estate import Phone
from tests.served import Served

from gatehouse_sync import canon, chain, protocol
from gatehouse_sync.device import Kept
from gatehouse_sync.ops import Op

SECRET = "王小明-13900139000"


async def a_phone(server: Served) -> Phone:
    """A phone with one act to send, holding a personal value."""
    phone = await server.estate.phone("G1")
    phone.arrive(name=SECRET)
    return phone


def change(raw: bytes, **members: Any) -> bytes:
    """The frame with some members replaced by JSON texts, unsigned: what is wrong is seen before the signature."""
    given = {key: msgspec.Raw(value.encode()) for key, value in members.items()}
    return msgspec.json.encode({**msgspec.json.decode(raw, type=dict[str, msgspec.Raw]), **given})


Make = Callable[[bytes], bytes]
FRAMES: list[tuple[str, Make, int, str]] = [
    ("1 empty", lambda _: b"", 400, "empty_body"),
    ("2 not JSON", lambda _: b"hello", 400, "bad_json"),
    ("2 cut", lambda raw: raw[:-1], 400, "bad_json"),
    ("2 two values", lambda raw: raw + raw, 400, "bad_json"),
    ("2 array", lambda raw: b"[" + raw + b"]", 400, "bad_frame"),
    ("2 null", lambda _: b"null", 400, "bad_frame"),
    ("3 invalid UTF-8", lambda raw: raw.replace(b'"device"', b'"dev\xff\xfe"', 1), 400, "bad_json"),
    ("3 UTF-16", lambda raw: raw.decode().encode("utf-16"), 400, "bad_json"),
    ("4 lone surrogate", lambda raw: change(raw, sig='"\\ud800"'), 400, "bad_json"),
    ("4 NUL in an id", lambda raw: change(raw, device='"\\u0000"'), 400, "bad_frame"),
    ("5 deep", lambda _: b"[" * 50_000, 400, "too_deep"),
    ("5 deep and closed", lambda _: b"[" * 50_000 + b"]" * 50_000, 400, "too_deep"),
    ("5 deep objects", lambda _: b'{"a":' * 20_000 + b"1" + b"}" * 20_000, 400, "too_deep"),
    ("5 deep in an unknown field", lambda raw: change(raw, x="[" * 5_000 + "]" * 5_000), 400, "too_deep"),
    ("8 text for int", lambda raw: change(raw, first='"1"'), 400, "bad_frame"),
    ("8 true for int", lambda raw: change(raw, first="true"), 400, "bad_frame"),
    ("8 fraction for int", lambda raw: change(raw, first="1.5"), 400, "bad_frame"),
    ("9 2^53", lambda raw: change(raw, first=str(2**53)), 400, "bad_frame"),
    ("9 5,000 digits", lambda raw: change(raw, first="9" * 5_000), 400, "bad_frame"),
    ("9 1e999", lambda raw: change(raw, first="1e999"), 400, "bad_frame"),
    ("9 NaN", lambda raw: change(raw, first="1").replace(b'"first":1', b'"first":NaN'), 400, "bad_json"),
    ("10 unknown field", lambda raw: change(raw, approved="true"), 400, "bad_frame"),
    ("10 missing field", lambda raw: raw.replace(b'"prev"', b'"prov"', 1), 400, "bad_frame"),
    ("10 another org's name", lambda raw: change(raw, org='"x"'), 400, "bad_frame"),
    ("14 501 ops", lambda raw: change(raw, ops='[{"head":"{}"}' + ',{"head":"{}"}' * 500 + "]"), 413, "too_many_ops"),
    ("14 1.1 MB", lambda raw: change(raw, sig='"' + "x" * 1_100_000 + '"'), 413, "too_large"),
    (
        "14 101 certificates",
        lambda raw: change(raw, certs="[" + ",".join(['{"body":"","sig":""}'] * 101) + "]"),
        413,
        "too_many_ops",
    ),
    ("16 flipped signature", lambda raw: change(raw, sig='"' + "A" * 86 + '"'), 401, "bad_signature"),
    ("16 empty signature", lambda raw: change(raw, sig='""'), 401, "bad_signature"),
    ("16 signature of something else", lambda raw: change(raw, end='{"anchor":null,"n":7}'), 401, "bad_signature"),
    ("21 first 0", lambda raw: change(raw, first="0"), 400, "bad_frame"),
    ("21 first negative", lambda raw: change(raw, first="-1"), 400, "bad_frame"),
    ("21 end negative", lambda raw: change(raw, end='{"anchor":null,"n":-1}'), 400, "bad_frame"),
    (
        "an unknown device",
        lambda raw: change(raw, device='"00000000-0000-7000-8000-000000000000"'),
        401,
        "unknown_device",
    ),
    ("an op that is neither", lambda raw: change(raw, ops="[{}]"), 400, "bad_frame"),
    (
        "an op that is both",
        lambda raw: change(raw, ops='[{"head":"{}","head_hash":"' + "0" * 64 + '"}]'),
        400,
        "bad_frame",
    ),
    (
        "a stub with a private part",
        lambda raw: change(raw, ops='[{"head_hash":"' + "0" * 64 + '","private":"{}"}]'),
        400,
        "bad_frame",
    ),
    ("a hash in upper case", lambda raw: change(raw, prev='"' + "A" * 64 + '"'), 400, "bad_frame"),
    ("a hash with a new line", lambda raw: change(raw, prev='"' + "a" * 64 + '\\n"'), 400, "bad_frame"),
]


def record(phone: Phone, head: str, private: str | None = None, salt: str | None = None) -> None:
    """Put any text on the phone's chain as its next op."""
    device = phone.device
    device.n += 1
    device.link = chain.advance(device.link, chain.head_hash(head.encode()))
    op = Op(device.outbox[0].op.head, None)  # any head: the wire text is what counts
    device.outbox.append(Kept(op, head, private, salt, device.n, device.link, 0))


def texts_of(
    phone: Phone, changed: dict[str, Any] | None = None, private: dict[str, Any] | None = None
) -> tuple[str, str | None, str | None]:
    """A good visit's head, private part and salt, with changes."""
    estate = phone.estate
    secret, salt = canon.encode(private).decode() if private else None, bytes(32)
    id_ = estate.id()
    values = {"site": estate.site, "post": estate.east, "category": "courier"}
    head = {
        "actor": phone.person,
        "auth": phone.device.people[phone.person].auth,
        "base": None,
        "com": canon.commit(salt, secret.encode()) if secret is not None else None,
        "depends_on": [],
        "entity": id_,
        "id": id_,
        "kind": "visit.arrive",
        "kv": 1,
        "org": estate.org,
        "t": {"anchor": None, "mono": 0, "run": "r", "wall": estate.clock.ms},
        "touched": sorted({**values, **(private or {})}),
        "values": values,
    }
    head |= changed or {}
    return canon.encode(head).decode(), secret, canon.b64(salt) if secret is not None else None


def spoilt(**changes: Any) -> Callable[[Phone], str]:
    return lambda phone: texts_of(phone, changes)[0]


def rewritten(old: str, new: str) -> Callable[[Phone], str]:
    def make(phone: Phone) -> str:
        head = texts_of(phone)[0]
        assert old in head
        return head.replace(old, new, 1)

    return make


HEADS: list[tuple[str, Callable[[Phone], str]]] = [
    ("2 not JSON", lambda _: "hello"),
    ("2 empty", lambda _: ""),
    ("4 NUL", lambda phone: texts_of(phone)[0] + "\0"),
    ("4 escaped surrogate", rewritten('"courier"', '"\\ud800"')),
    ("5 deep", lambda _: "[" * 8_000),
    ("5 deep objects", lambda _: '{"a":' * 3_000),
    ("6 duplicate key", rewritten('"kv":1', '"kv":1,"kv":1')),
    ("7 spaces", rewritten('"kv":1', '"kv": 1')),
    (
        "7 unsorted",
        lambda phone: msgspec.json.encode(dict(reversed(canon.decode(texts_of(phone)[0]).items()))).decode(),
    ),
    ("7 1.0", rewritten('"kv":1', '"kv":1.0')),
    ("7 1e0", rewritten('"kv":1', '"kv":1e0')),
    ("7 -0", rewritten('"mono":0', '"mono":-0')),
    ("8 text for int", spoilt(kv="1")),
    ("8 true for int", spoilt(kv=True)),
    ("9 2^53", rewritten('"mono":0', f'"mono":{2**53}')),
    ("9 5,000 digits", rewritten('"mono":0', '"mono":' + "9" * 5_000)),
    ("9 1e999", rewritten('"mono":0', '"mono":1e999')),
    ("9 NaN", rewritten('"mono":0', '"mono":NaN')),
    ("10 unknown field", spoilt(approved=True)),
    (
        "10 a field of the server",
        lambda phone: texts_of(
            phone, {"values": {**_values(phone), "arrived": 1}, "touched": ["arrived", "category", "post", "site"]}
        )[0],
    ),
    ("10 __proto__", rewritten('"category":"courier"', '"__proto__":"x","category":"courier"')),
    (
        "10 a private field in public",
        lambda phone: texts_of(
            phone, {"values": {**_values(phone), "name": "x"}, "touched": ["category", "name", "post", "site"]}
        )[0],
    ),
    ("touched does not tell", spoilt(touched=["category"])),
    (
        "a required field is missing",
        lambda phone: texts_of(phone, {"values": {"site": phone.estate.site}, "touched": ["site"]})[0],
    ),
    ("entity of another", spoilt(entity="00000000-0000-7000-8000-000000000000")),
    ("upper-case id", lambda phone: texts_of(phone, {"org": phone.estate.org.upper()})[0]),
    ("a choice that is none", lambda phone: texts_of(phone, {"values": {**_values(phone), "category": "robot"}})[0]),
    ("commitment without private part", spoilt(com="0" * 64)),
    ("17 KiB", lambda phone: texts_of(phone, {"t": {"anchor": None, "mono": 0, "run": "r" * 17_000, "wall": 0}})[0]),
]


def _values(phone: Phone) -> dict[str, str]:
    return {"site": phone.estate.site, "post": phone.estate.east, "category": "courier"}


async def pushed(server: Served, phone: Phone) -> list[tuple[str, str | None]]:
    answer = await server.post("/api/sync/push", phone.raw())
    assert answer.status_code == 200, answer.text
    reply = msgspec.json.decode(answer.content, type=protocol.PushReply)
    phone.device.pushed(reply)
    return [(d, code) for _n, _id, d, code in reply.results]


async def decided(server: Served, phone: Phone, *texts: tuple[str, str | None, str | None]) -> list[Any]:
    phone.arrive()
    for head, private, salt in texts:
        record(phone, head, private, salt)
    phone.arrive()
    return await pushed(server, phone)


STORED = [
    '=HYPERLINK("http://x")',
    "+1",
    "@SUM(A1)",
    "＝1+1",
    '","admin":true',
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "张\u200b三",
    "'); DROP TABLE visit;--",
    "%_%",
    "李",
    "👨‍👩‍👧‍👦",
    "é",
    "𠮷野家",
]
NOT_STORED = ["a\r\nb", "\x1b[31mred", "=\tx", "x" * 81, "e\u0301", "", "x" * 10_000, "a\x00b", "\u0085"]


async def texts_are_kept(server: Served) -> None:
    phone = await server.estate.phone("G1")
    await server.pull(phone)
    texts = [texts_of(phone, None, {"name": name}) for name in [*STORED, *NOT_STORED]]
    found = await decided(server, phone, *texts)
    assert found[1:-1] == [("applied", None)] * len(STORED) + [("refused", "malformed")] * len(NOT_STORED)
    await server.pull(phone)
    names = [phone.row(canon.decode(head)["id"])["f"]["name"] for head, _, _ in texts[: len(STORED)]]  # type: ignore[index]  # a missing row fails the test
    assert names == STORED
