"""Commitments to the private part."""

from cases import by_hand
from cases.build import Case, case

SPEC = "2.2"
SHOWS = ("P1",)


def cases() -> list[Case]:
    return [
        one("an empty private part", "nothing hashed for nothing given", bytes(32), "{}"),
        one("a name", "the salt behind the text, or the tag left out", bytes(range(32)), '{"name":"李明"}'),
        one("another salt", "the salt left out", bytes(range(1, 33)), '{"name":"李明"}'),
        one("an emoji of four bytes", "text hashed as UTF-16", bytes(range(32)), '{"name":"😀"}'),
        one("a salt with the digits - and _", "the salt read as classic base64", b"\xfb\xff\xbf" * 10 + b"\xff\xff",
            '{"plate":"粤A12345"}'),
    ]  # fmt: skip


def one(name: str, fault: str, salt: bytes, private: str) -> Case:
    given = {"salt": by_hand.b64(salt), "private": private}
    return case(name, fault, given, {"com": by_hand.commitment(salt, private)})
