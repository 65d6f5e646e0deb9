"""What a frame is to a server that holds part of its chain, or of another history."""

from typing import Any

from cases import by_hand
from cases.build import CHAIN, TABLET, Case, case

SPEC = "6.2"
SHOWS = ("P5", "P8")
HALVES = ("python",)

ROOT = by_hand.root(TABLET, CHAIN, None)


def hashes(letters: str) -> list[bytes]:
    """One op per letter; the same letter is the same op."""
    return [by_hand.sha256(letter) for letter in letters]


def cases() -> list[Case]:
    return [
        one("the first frame of a chain", "the root not taken for link 0", "", 1, "", "ab", {"continue": 0}),
        one("the next frame", "the first op counted as a repeat", "ab", 3, "ab", "cd", {"continue": 0}),
        one("an empty frame at the end", "a frame without ops refused", "ab", 3, "ab", "", {"continue": 0}),
        one("an empty frame from the start", "prev of the root not compared", "ab", 1, "", "", {"continue": 0}),
        one("an empty frame with a wrong link", "prev not looked at when there is no op", "ab", 3, "ax", "",
            rechain("ab")),
        one("the whole frame again", "a repeat taken for a fork", "abcd", 3, "ab", "cd", {"continue": 2}),
        one("an old frame again", "only the newest frame recognised", "abcd", 1, "", "ab", {"continue": 2}),
        one("half of it again", "all or nothing skipped", "abc", 3, "ab", "cd", {"continue": 1}),
        one("a repeat of everything, then more", "skip counted from the frame's number instead of its place", "abc", 1,
            "", "abcd", {"continue": 3}),
        one("one op missing", "a gap of one filled in", "ab", 4, "abc", "d", {"need": 3}),
        one("all before it missing", "need counted from 0", "", 3, "ab", "c", {"need": 1}),
        one("a gap and a wrong link", "a fork seen before what is missing has been asked for", "ab", 4, "abx", "d",
            {"need": 3}),
        one("another last op", "prev not compared", "ab", 3, "ax", "c", rechain("ab")),
        one("another op among the repeats", "repeats skipped unread", "abc", 2, "a", "xcd", rechain("abc")),
        one("another op as the last repeat", "one repeat too few compared", "abc", 1, "", "abx", rechain("abc")),
        one("the same ops behind another past", "ops compared, their past not", "abc", 2, "x", "bcd", rechain("abc")),
        one("a server with nothing, another root", "a new chain believed whatever its root", "", 1, "x", "a",
            rechain("")),
        one("an older past that is all repeats", "the answer names the compared op instead of the last one held",
            "abcd", 1, "", "ax", rechain("abcd")),
    ]  # fmt: skip


def chain_of(letters: str) -> list[str]:
    return [link.hex() for link in [ROOT, *by_hand.links(ROOT, hashes(letters))]]


def rechain(held: str) -> dict[str, Any]:
    return {"rechain": {"have": len(held), "link": chain_of(held)[-1]}}


def one(name: str, fault: str, held: str, first: int, before: str, sent: str, expected: dict[str, Any]) -> Case:
    """`before` are the ops that the device has before the frame, `sent` those in it."""
    given = {
        "held": chain_of(held),
        "first": first,
        "prev": chain_of(before)[-1],
        "hashes": [item.hex() for item in hashes(sent)],
    }
    return case(name, fault, given, expected)
