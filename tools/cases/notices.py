"""Who hears about a decision, and what."""
# `pass_no` is the number of a visitor's card.
# ruff: noqa: S106

from typing import Any

from cases import by_hand
from cases.build import CLERK, GUARD, MINUTE, NOON, THIRD, Case, Json, case, decision, op, op_id, visit

SPEC = "10.4"
HALVES = ("python",)

LATER = NOON + MINUTE


def amend(private: Json | None = None, /, who: str = GUARD, **values: Any) -> Json:
    return op("visit.amend", 9, values=values, private=private, actor=who, entity=op_id(1), base=op_id(1))


def notice(person: str, fields: list[Any], d: str = "merged", /, *, who: str = GUARD, **more: Any) -> Json:
    """The notice about op 9 for one person."""
    inner = {
        "about": op_id(1),
        "d": d,
        "fields": fields,
        "kind": "visit.amend",
        "op": op_id(9),
        "person": person,
        "state": "open",
    }
    extra = {"erased": True} if more.pop("erased", False) else {}
    return {
        "at": LATER, "by": who, "f": {**inner, **more}, "id": by_hand.derived("notice", op_id(9), person),
        "kind": "notice", "ver": op_id(9), **extra,
    }  # fmt: skip


def cases() -> list[Case]:
    before = visit(
        f={"unit": "1", "name": "李明", "pass_no": "7"},
        w={"unit": [CLERK, NOON + 5, op_id(2)], "name": [THIRD, NOON + 6, op_id(3)]},
    )
    won, lost, ask = ["won", op_id(2)], ["lost", op_id(2)], ["ask", op_id(2)]
    mine = ["unit", "9", "1", CLERK, NOON + 5, op_id(2)]
    theirs = ["unit", "1", "9", GUARD, LATER, op_id(9)]
    named = amend({"name": "李敏"}, unit="9")
    bare = {**named, "private": None}
    both = {"unit": won, "name": ["won", op_id(3)]}
    kept = visit(f={"unit": "1", "id_kind": "permit"}, w={"id_kind": [CLERK, NOON + 5, op_id(2)]})

    def one(name: str, fault: str, act: Json, how: Json, expected: list[Json], found: Json | None = before) -> Case:
        return case(name, fault, {"op": act, "decision": how, "before": found}, {"notices": expected})

    def merged(f: Json) -> Json:
        return decision(LATER, "merged", f=f)

    return [
        one("applied and met nobody", "a notice for every op", amend(unit="9"), decision(LATER), []),
        one("parked", "a notice before anything is decided", amend(unit="9"),
            decision(LATER, "parked", code="behind_parked"), []),
        one("refused", "the author not told", amend(unit="9"), decision(LATER, "refused", code="not_entitled"),
            [notice(GUARD, [], "refused", code="not_entitled")]),
        one("refused before there was an entity", "an entity asked for", amend(unit="9"),
            decision(LATER, "refused", code="behind_refused"), [notice(GUARD, [], "refused", code="behind_refused")],
                None),
        one("refused by a clause", "the clause or its facts dropped", amend(unit="9"),
            decision(LATER, "refused", code="over_cap", clause="R-SWP-06", told={"cap": 3, "used": 3}),
            [notice(GUARD, [], "refused", code="over_cap", clause="R-SWP-06", told={"cap": 3, "used": 3})]),
        one("returned, and why", "the reason dropped", amend(unit="9"),
            decision(LATER, "returned", code="not_held", why="请重录"),
            [notice(GUARD, [], "returned", code="not_held", why="请重录")]),
        one("lost", "the winner told instead of the loser, or the sides swapped", amend(unit="9"),
            merged({"unit": lost}), [notice(GUARD, [mine])]),
        one("won", "the loser not told", amend(unit="9"), merged({"unit": won}), [notice(CLERK, [theirs])]),
        one("to be chosen", "both values dropped until a person chooses", amend(id_kind="passport"),
            merged({"id_kind": ask}),
            [notice(GUARD, [["id_kind", "passport", "permit", CLERK, NOON + 5, op_id(2)]])], kept),
        one("won over two people", "one notice for all: values shown to the wrong person", named, merged(both),
            [notice(CLERK, [theirs]), notice(THIRD, [["name", "李明", "李敏", GUARD, LATER, op_id(9)]])]),
        one("lost one field, won another", "one side for both", amend(unit="9", pass_no="8"),
            merged({"unit": lost, "pass_no": ["won", op_id(1)]}), [notice(GUARD, [mine])]),
        one("won over the creator's value", "the creator, whom no list of writers names, not told",
            amend(pass_no="8", who=CLERK),
            merged({"pass_no": ["won", op_id(1)]}),
            [notice(GUARD, [["pass_no", "7", "8", CLERK, LATER, op_id(9)]], who=CLERK)]),
        one("won over one's own value from another device", "a person told about themselves",
            amend(unit="9", who=CLERK), merged({"unit": won}), []),
        one("lost to one's own value from another device", "a person told about themselves",
            amend(unit="9", who=CLERK), merged({"unit": lost}), []),
        one("lost against a cleared field", "null taken for no conflict", amend(unit="9"), merged({"unit": lost}),
            [notice(GUARD, [["unit", "9", None, CLERK, NOON + 5, op_id(2)]])],
            visit(w={"unit": [CLERK, NOON + 5, op_id(2)]})),
        one("clearing won", "a cleared value left out", amend(unit=None), merged({"unit": won}),
            [notice(CLERK, [["unit", "1", None, GUARD, LATER, op_id(9)]])]),
        one("two fields in one notice, sorted", "a notice per field, or fields in the order of the decision",
            amend(unit="9", companions=1), merged({"unit": lost, "companions": lost}),
            [notice(GUARD, [["companions", 1, 2, CLERK, NOON + 4, op_id(2)], mine])],
            visit(f={"unit": "1", "companions": 2}, w={"unit": [CLERK, NOON + 5, op_id(2)],
            "companions": [CLERK, NOON + 4, op_id(2)]})),
        one("the private part is gone", "a private value in a notice after it was destroyed", bare, merged(both),
            [notice(CLERK, [["unit", "1", "9", GUARD, LATER, op_id(9)]], erased=True),
             notice(THIRD, [["name", None, None, GUARD, LATER, op_id(9)]], erased=True)]),
        one("the record was erased", "a private value in a notice after the record was erased", named, merged(both),
            [notice(CLERK, [theirs], erased=True), notice(THIRD, [["name", None, None, GUARD, LATER, op_id(9)]],
            erased=True)],
            {**before, "erased": True}),
    ]  # fmt: skip
