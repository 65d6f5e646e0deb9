"""Leaves of an org's log and their running hash."""

from typing import Any

from cases import by_hand
from cases.build import NOON, ORG, Case, Json, case, op_id, uid

SPEC = "9.2"
SHOWS = ("P16",)
HALVES = ("python",)

HEAD = by_hand.sha256("head").hex()


def leaf(**changes: Any) -> Json:
    how = {"d": "applied", "t": [NOON - 1, NOON + 1, NOON, "live"]}
    return {
        "at": NOON + 1,
        "decision": how,
        "ended": None,
        "head_hash": HEAD,
        "n": 1,
        "op": op_id(1),
        "type": "op",
        **changes,
    }


def cases() -> list[Case]:
    root = by_hand.sha256("gh-log-1", ORG)
    text = by_hand.canon(leaf())
    second = by_hand.canon(leaf(n=2))
    once = by_hand.sha256("gh-log-1", root, text)
    merged = {
        "d": "merged", "f": {"unit": ["lost", op_id(2)], "pass_no": ["won", op_id(3)]}, "flags": ["straddle"],
        "t": [NOON, NOON, NOON, "anchored"],
    }  # fmt: skip
    returned = {"code": "not_held", "d": "returned", "t": [0, NOON, NOON, "unanchored"], "why": "请重录"}
    return [
        case("the root of an org", "the org's id as bytes instead of text", {"org": ORG}, {"hash": root.hex()}),
        case("the root of another org", "one root for all", {"org": uid(1, 2)},
            {"hash": by_hand.sha256("gh-log-1", uid(1, 2)).hex()}),
        written("an applied op", "what is not there written as null inside the decision", leaf()),
        written("a merged op with flags", "fields of a decision unsorted", leaf(decision=merged)),
        written("a returned op and why", "the reason left out of the log", leaf(decision=returned, type="return")),
        written("the end of an epoch", "keys left out where null", leaf(
            decision=None, ended="e1", head_hash=None, op=None, type="epoch")),
        case("the first leaf", "the tag left out", {"previous": root.hex(), "text": text}, {"hash": once.hex()}),
        case("the second leaf", "every hash taken from the root", {"previous": once.hex(), "text": second},
             {"hash": by_hand.sha256("gh-log-1", once, second).hex()}),
        case("a leaf with Chinese", "text hashed as UTF-16", {"previous": root.hex(),
            "text": by_hand.canon(leaf(decision=returned))},
             {"hash": by_hand.sha256("gh-log-1", root, by_hand.canon(leaf(decision=returned))).hex()}),
    ]  # fmt: skip


def written(name: str, fault: str, given: Json) -> Case:
    return case(name, fault, {"leaf": given}, {"text": by_hand.canon(given)})
