"""Acts given back in another order than they were decided in, and the record and notices that come of it."""

from typing import Any

from cases import by_hand
from cases.build import CLERK, GUARD, MINUTE, NOON, PHONE, POST, POST_2, TABLET, Case, Json, case, op, op_id, visit

SPEC = "14.5"
SHOWS = ("P29",)
HALVES = ("python",)

ENDED = {"e1": 10, "a9": 20}
ARRIVED = {"site": visit()["f"]["site"], "post": POST, "category": "courier"}


def was(epoch: str, n: int) -> list[Any]:
    return [epoch, n, NOON]


def leaf(n: int, act: Json, device: str, minute: int, **more: Any) -> Json:
    at = NOON + minute * MINUTE
    return {"n": n, "op": act, "device": device, "decision": {"d": "applied", "t": [at, at, at, "live"], **more}}


def amend(number: int, who: str, **values: Any) -> Json:
    return op("visit.amend", number, values=values, actor=who, entity=op_id(1), base=op_id(1))


def born(**more: Any) -> Json:
    return leaf(1, op("visit.arrive", 1, values=ARRIVED), TABLET, 0, **more)


def wrote(number: int, who: str, minute: int, *names: str) -> Json:
    return {name: [who, NOON + minute * MINUTE, op_id(number)] for name in names}


def cases() -> list[Case]:
    guards, clerks = amend(2, GUARD, unit="2"), amend(3, CLERK, unit="3")
    first = leaf(30, guards, TABLET, 2, was=was("e1", 12))
    met = {"d": "merged", "f": {"unit": ["won", op_id(2)]}}
    second = leaf(31, clerks, PHONE, 3, was=was("e1", 13), **met)
    after = wrote(3, CLERK, 3, "unit")
    east, west = (
        op("visit.leave", number, values={"left_post": post}, actor=who, entity=op_id(1), base=op_id(1))
        for number, post, who in ((4, POST, GUARD), (5, POST_2, CLERK))
    )
    left = {"left": NOON + 4 * MINUTE, "left_post": POST}
    loser = leaf(32, west, PHONE, 5, was=was("e1", 15), d="merged", f={"left_post": ["lost", op_id(4)]})
    return [
        one("given back in the old order", "places turned round", [born(), first, second],
            visit(f={"unit": "3"}, w=after, ver=op_id(3)), [won()], told_of=3),
        one("given back in the other order", "the last to return wins",
            [born(), {**second, "n": 30}, {**first, "n": 31}],
            visit(f={"unit": "3"}, w=after, ver=op_id(3)), [won()], told_of=3),
        one("one that is not back", "the writer before told of a value that was not theirs", [born(), second],
            visit(f={"unit": "3"}, w=after, ver=op_id(3)), [], told_of=3),
        one("a new act behind all that is given back", "numbers compared across epochs",
            [born(), leaf(11, amend(6, CLERK, unit="6"), PHONE, 9), {**first, "n": 12}],
            visit(f={"unit": "6"}, w=wrote(6, CLERK, 9, "unit"), ver=op_id(6)), [], told_of=6),
        one("acts of two epochs", "epochs by their names, not by their ends",
            [born(), leaf(30, guards, TABLET, 2, was=was("a9", 5)), leaf(31, clerks, PHONE, 3, was=was("e1", 9))],
            visit(f={"unit": "2"}, w=wrote(2, GUARD, 2, "unit"), ver=op_id(2)), [], told_of=2),
        one("the leave that came second is back first", "a leave that lost takes the field",
            [born(), loser, leaf(33, east, TABLET, 4, was=was("e1", 14))],
            visit(f=left, w=wrote(4, GUARD, 4, "left", "left_post"), ver=op_id(5)), [lost_to()], told_of=5),
        one("an act given back before its record", "a record made by an amendment", [first], None, [], told_of=2),
    ]  # fmt: skip


def won() -> Json:
    """The guard hears that the clerk's value stays."""
    return notice(3, CLERK, 3, GUARD, "visit.amend", ["unit", "2", "3", CLERK, NOON + 3 * MINUTE, op_id(3)])


def lost_to() -> Json:
    """The clerk hears that the guard's leave stays."""
    side = ["left_post", POST_2, POST, GUARD, NOON + 4 * MINUTE, op_id(4)]
    return notice(5, CLERK, 5, CLERK, "visit.leave", side)


def notice(number: int, by: str, minute: int, person: str, kind: str, side: list[Any]) -> Json:
    fields = {
        "about": op_id(1), "d": "merged", "fields": [side], "kind": kind, "op": op_id(number), "person": person,
        "state": "open",
    }  # fmt: skip
    id_ = by_hand.derived("notice", op_id(number), person)
    return {"at": NOON + minute * MINUTE, "by": by, "f": fields, "id": id_, "kind": "notice", "ver": op_id(number)}


def one(name: str, fault: str, leaves: list[Json], body: Json | None, notices: list[Json], *, told_of: int) -> Case:
    given = {"entity": op_id(1), "ended": ENDED, "leaves": leaves, "told_of": op_id(told_of)}
    return case(name, fault, given, {"body": body, "notices": notices})
