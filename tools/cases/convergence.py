"""Acts of two devices from arrival to the entity that everybody ends with."""
# `pass_no` is the number of a visitor's card.
# ruff: noqa: S106

from typing import Any

from cases import by_hand
from cases.build import (
    ARRIVE,
    CLERK,
    GUARD,
    MINUTE,
    NOON,
    PHONE,
    POST,
    POST_2,
    TABLET,
    THIRD,
    Case,
    Json,
    case,
    op,
    op_id,
    visit,
)

SPEC = "10.2–10.4"
SHOWS = ("P15", "P19")


def act(  # noqa: PLR0913 - a case says only what differs from the ordinary act
    number: int, earliest: int, latest: int, at: int, /, *, who: str = GUARD, device: str = TABLET, base: int = 1,
    kind: str = "visit.amend", private: Json | None = None, **values: Any,
) -> Json:  # fmt: skip
    """Op `number` about the visit that op 1 created; instants are milliseconds after noon."""
    made = op(kind, number, values=values, private=private, actor=who, entity=op_id(1), base=op_id(base))
    return {"op": made, "device": device, "t": [NOON + earliest, NOON + latest, NOON + at, "anchored"]}


CREATED = {
    "op": op("visit.arrive", 1, values={**ARRIVE, "unit": "1"}),
    "device": TABLET,
    "t": [NOON, NOON, NOON, "live"],
}
BIRTH = {"d": "applied", "t": [NOON, NOON, NOON, "live"]}


def decided(arrival: Json, **f: tuple[str, int]) -> Json:
    met = {name: [result, op_id(number)] for name, (result, number) in f.items()}
    return {"d": "merged", "f": met, "t": arrival["t"]} if met else {"d": "applied", "t": arrival["t"]}


def notice(arrival: Json, person: str, *sides: list[Any]) -> Json:
    head = arrival["op"]["head"]
    fields = {
        "about": op_id(1),
        "d": "merged",
        "fields": list(sides),
        "kind": head["kind"],
        "op": head["id"],
        "person": person,
        "state": "open",
    }
    return {
        "at": arrival["t"][2], "by": head["actor"], "f": fields, "id": by_hand.derived("notice", head["id"], person),
        "kind": "notice", "ver": head["id"],
    }  # fmt: skip


def one(
    name: str, fault: str, arrivals: list[tuple[Json, Json]], body: Json, notices: list[Json] | None = None
) -> Case:
    """Each arrival with the decision it gets."""
    given = {"ops": [CREATED, *(arrival for arrival, _ in arrivals)]}
    return case(
        name,
        fault,
        given,
        {"decisions": [BIRTH, *(how for _, how in arrivals)], "body": body, "notices": notices or []},
    )


def cases() -> list[Case]:
    return [*fields(), *concurrent(), *three(), *leaves(), *lists()]


def fields() -> list[Case]:
    unit, card = act(2, 10, 20, 15, unit="2"), act(3, 10, 20, 15, who=CLERK, device=PHONE, pass_no="7")
    w = {"unit": [GUARD, NOON + 15, op_id(2)], "pass_no": [CLERK, NOON + 15, op_id(3)]}
    both = {"unit": "2", "pass_no": "7"}
    again = act(3, 30, 40, 35, unit="3")
    seen = act(3, 30, 40, 35, who=CLERK, device=PHONE, base=2, unit="3")
    return [
        one("two devices, two fields", "the second act replaces the whole record",
            [(unit, decided(unit)), (card, decided(card))],
            visit(f=both, ver=op_id(3), w=w)),
        one("two devices, two fields, the other way round", "the second act replaces the whole record",
            [(card, decided(card)), (unit, decided(unit))],
            visit(f=both, ver=op_id(2), w=w)),
        one("two acts of one person on one device", "one's own acts in conflict with each other",
            [(unit, decided(unit)), (again, decided(again))],
            visit(f={"unit": "3"}, ver=op_id(3), w={"unit": [GUARD, NOON + 35, op_id(3)]})),
        one("the second has seen the first", "a conflict made of an ordinary correction",
            [(unit, decided(unit)), (seen, decided(seen))],
            visit(f={"unit": "3"}, ver=op_id(3), w={"unit": [CLERK, NOON + 35, op_id(3)]})),
    ]  # fmt: skip


def concurrent() -> list[Case]:
    early, late = act(2, 10, 20, 15, unit="2"), act(3, 30, 40, 35, who=CLERK, device=PHONE, unit="3")
    body: Json = {"f": {"unit": "3"}, "w": {"unit": [CLERK, NOON + 35, op_id(3)]}}
    equal = act(3, 30, 40, 35, who=CLERK, device=PHONE, unit="2")
    vague = act(3, 0, 90, 35, who=CLERK, device=PHONE, unit="3")
    return [
        one("the later act arrives later", "a conflict not seen, or its loser not told",
            [(early, decided(early)), (late, decided(late, unit=("won", 2)))], visit(ver=op_id(3), **body),
            [notice(late, GUARD, ["unit", "2", "3", CLERK, NOON + 35, op_id(3)])]),
        one("the later act arrives first", "the last to arrive wins",
            [(late, decided(late)), (early, decided(early, unit=("lost", 3)))], visit(ver=op_id(2), **body),
            [notice(early, GUARD, ["unit", "2", "3", CLERK, NOON + 35, op_id(3)])]),
        one("nobody can say which was later", "the first to arrive stays though both may be the later",
            [(early, decided(early)), (vague, decided(vague, unit=("won", 2)))], visit(ver=op_id(3), **body),
            [notice(vague, GUARD, ["unit", "2", "3", CLERK, NOON + 35, op_id(3)])]),
        one("both wrote the same", "two people told about nothing", [(early, decided(early)), (equal, decided(equal))],
            visit(f={"unit": "2"}, ver=op_id(3), w={"unit": [CLERK, NOON + 35, op_id(3)]})),
    ]  # fmt: skip


def three() -> list[Case]:
    """The result of acts with disjoint intervals does not depend on the order of arrival."""
    a = act(2, 10, 20, 15, unit="2")
    b = act(3, 30, 40, 35, who=CLERK, device=PHONE, unit="3")
    c = act(4, 50, 60, 55, who=THIRD, device=PHONE, unit="4")
    body: Json = {"f": {"unit": "4"}, "w": {"unit": [THIRD, NOON + 55, op_id(4)]}}
    side = {2: ("2", GUARD, 15), 3: ("3", CLERK, 35), 4: ("4", THIRD, 55)}

    def told(by: Json, person: str, mine: int, theirs: int) -> Json:
        value, who, at = side[theirs]
        return notice(by, person, ["unit", side[mine][0], value, who, NOON + at, op_id(theirs)])

    won, lost = decided, "lost"
    return [
        one("three writes in order", "a loser told twice or never",
            [(a, decided(a)), (b, won(b, unit=("won", 2))), (c, won(c, unit=("won", 3)))],
            visit(ver=op_id(4), **body), [told(b, GUARD, 2, 3), told(c, CLERK, 3, 4)]),
        one("three writes, the last one first", "a write compared with its neighbour alone",
            [(c, decided(c)), (a, decided(a, unit=(lost, 4))), (b, decided(b, unit=(lost, 4)))],
            visit(ver=op_id(3), **body), [told(a, GUARD, 2, 4), told(b, CLERK, 3, 4)]),
        one("three writes, the first one between", "a write compared with the last to arrive, which lost",
            [(b, decided(b)), (c, won(c, unit=("won", 3))), (a, decided(a, unit=(lost, 4)))],
            visit(ver=op_id(2), **body), [told(c, CLERK, 3, 4), told(a, GUARD, 2, 4)]),
    ]  # fmt: skip


def leaves() -> list[Case]:
    here = act(2, 10, 20, 15, kind="visit.leave", left_post=POST)
    there = act(3, 5, 8, 6, kind="visit.leave", who=CLERK, device=PHONE, left_post=POST_2)
    same = act(3, 30, 40, 35, kind="visit.leave", who=CLERK, device=PHONE, left_post=POST)
    f: Json = {"unit": "1", "left": NOON + 15, "left_post": POST}
    w = {"left": [GUARD, NOON + 15, op_id(2)], "left_post": [GUARD, NOON + 15, op_id(2)]}
    return [
        one("two leaves from two posts", "the earlier wins instead of the first to arrive",
            [(here, decided(here)), (there, decided(there, left_post=("lost", 2)))],
            visit(f=f, w=w, ver=op_id(3)),
            [notice(there, CLERK, ["left_post", POST_2, POST, GUARD, NOON + 15, op_id(2)])]),
        one("two leaves from one post", "the second leave moves the time of the first",
            [(here, decided(here)), (same, decided(same))],
            visit(f=f, w=w, ver=op_id(3))),
    ]  # fmt: skip


def lists() -> list[Case]:
    first = act(2, 10, 20, 15, private={"note": "a", "items": ["纸箱"]})
    second = act(3, 5, 8, 6, who=CLERK, device=PHONE, private={"note": "b", "items": ["梯子"]})
    f = {
        "unit": "1",
        "note": [[op_id(3), CLERK, NOON + 6, "b"], [op_id(2), GUARD, NOON + 15, "a"]],
        "items": ["梯子", "纸箱"],
    }
    mine, theirs = [GUARD, NOON + 15, op_id(2)], [CLERK, NOON + 6, op_id(3)]
    return [
        one("notes and items of two people", "one person's list replaces the other's",
            [(first, decided(first)), (second, decided(second))],
            visit(f=f, ver=op_id(3), w={"note": theirs, "items": theirs})),
        one("notes and items of two people, the other way round", "lists in the order of arrival",
            [(second, decided(second)), (first, decided(first))],
            visit(f=f, ver=op_id(2), w={"note": mine, "items": mine})),
        one("a minute later", "lists in the order of arrival, however late",
            [(late := act(4, MINUTE, MINUTE, MINUTE, private={"note": "c"}), decided(late)), (second, decided(second))],
            visit(f={"unit": "1", "note": [[op_id(3), CLERK, NOON + 6, "b"], [op_id(4), GUARD, NOON + MINUTE, "c"]],
            "items": ["梯子"]},
                  ver=op_id(3), w={"note": theirs, "items": theirs})),
    ]  # fmt: skip
