"""Roots and links of chains."""

from typing import Any

from cases import by_hand
from cases.build import ARRIVE, CHAIN, PHONE, TABLET, Case, case, head, uid

SPEC = "3.1–3.2"
SHOWS = ("P2",)


def cases() -> list[Case]:
    first = by_hand.root(TABLET, CHAIN, None)
    heads = [by_hand.canon(head("visit.arrive", number, values={**ARRIVE, "unit": "栋😀"})) for number in (1, 2, 3)]
    old = {"chain": CHAIN, "link": first.hex(), "n": 7}
    return [
        rooted("a first chain", "follows left out when null", TABLET, CHAIN, None),
        rooted("a chain of another device", "the device left out", PHONE, CHAIN, None),
        rooted("a chain that follows another", "the end that it follows left out", TABLET, uid(6, 2), old),
        rooted(
            "a chain that follows an older end", "the number of that end left out", TABLET, uid(6, 2), {**old, "n": 6}
        ),
        linked("no op", "the start listed as a link", first, []),
        linked("one op", "the head hashed into the link without being hashed itself", first, heads[:1]),
        linked("three ops", "every link taken from the start", first, heads),
        linked("the same ops in another order", "links that do not depend on the order", first, heads[::-1]),
        linked("the same ops behind another root", "the start left out", by_hand.root(PHONE, CHAIN, None), heads),
    ]


def rooted(name: str, fault: str, device: str, chain: str, follows: dict[str, Any] | None) -> Case:
    given = {"root": {"device": device, "chain": chain, "follows": follows}}
    return case(name, fault, given, {"link": by_hand.root(device, chain, follows).hex()})


def linked(name: str, fault: str, start: bytes, heads: list[str]) -> Case:
    hashes = [by_hand.sha256(text) for text in heads]
    links = by_hand.links(start, hashes)
    expected = {"hashes": [item.hex() for item in hashes], "links": [item.hex() for item in links]}
    return case(name, fault, {"start": start.hex(), "heads": heads}, expected)
