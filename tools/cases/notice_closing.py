"""Notices that were settled, and notices of an erased record."""

from typing import Any

from cases.build import CLERK, GUARD, NOON, Case, Json, case, op, op_id, uid

SPEC = "10.4, 10.6"

FIELDS = {"about": op_id(1), "d": "merged", "kind": "visit.amend", "op": op_id(9), "person": GUARD, "state": "open"}
SIDES: list[Any] = [["name", "李明", "李敏", CLERK, NOON, op_id(2)], ["unit", "1", "2", CLERK, NOON, op_id(2)]]
BLANK: list[Any] = [["name", None, None, CLERK, NOON, op_id(2)], ["unit", "1", "2", CLERK, NOON, op_id(2)]]


def notice(sides: list[Any] = SIDES, /, **more: object) -> Json:
    made: Json = {
        "at": NOON,
        "by": GUARD,
        "f": {**FIELDS, "fields": sides},
        "id": uid(8, 1),
        "kind": "notice",
        "ver": op_id(9),
    }
    return {**made, **more}


def cases() -> list[Case]:
    about: Json = {"actor": GUARD, "entity": op_id(1), "base": op_id(1)}
    resolve = op("conflict.resolve", 5, values={"notice": uid(8, 1), "choice": "theirs"}, **about)
    close = op("notice.close", 6, values={"notice": uid(8, 1)}, actor=GUARD)
    closed = {**FIELDS, "fields": SIDES, "state": "closed"}
    erased = {"erased": True, "ver": op_id(7)}
    return [
        case("settled by a choice", "the choice forgotten", {"close": notice(), "op": resolve},
             {"notice": notice(f={**closed, "choice": "theirs"}, ver=op_id(5))}),
        case("closed without a choice", "a choice made up", {"close": notice(), "op": close},
            {"notice": notice(f=closed, ver=op_id(6))}),
        case("closed twice", "a closed notice opened again", {"close": notice(f=closed, ver=op_id(6)), "op": close},
             {"notice": notice(f=closed, ver=op_id(6))}),
        case("an erased notice is closed", "the mark of erasure lost",
             {"close": notice(BLANK, **erased), "op": close},
             {"notice": notice(f={**closed, "fields": BLANK}, erased=True, ver=op_id(6))}),
        case("a record was erased", "public values dropped, or private ones kept",
            {"blank": notice(), "kind": "visit", "ver": op_id(7)},
             {"notice": notice(BLANK, **erased)}),
        case("erased without another version", "a version of null", {"blank": notice(), "kind": "visit", "ver": None},
             {"notice": notice(BLANK, erased=True)}),
        case("erased twice", "a crash on values that are gone",
            {"blank": notice(BLANK, **erased), "kind": "visit", "ver": op_id(7)},
             {"notice": notice(BLANK, **erased)}),
        case("a notice without fields", "a mark left out where nothing had to go",
            {"blank": notice([]), "kind": "visit", "ver": op_id(7)},
             {"notice": notice([], **erased)}),
        case("a name that is private of another kind", "private fields of visits alone known",
             {"blank": notice([["phone", "1", "2", CLERK, NOON, op_id(2)],
             ["staff_no", "1", "2", CLERK, NOON, op_id(2)]]),
              "kind": "person", "ver": op_id(7)},
             {"notice": notice([["phone", None, None, CLERK, NOON, op_id(2)],
             ["staff_no", "1", "2", CLERK, NOON, op_id(2)]], **erased)}),
        case("a name that is public of its kind", "names private of any kind blanked",
             {"blank": notice([["name", "1", "2", CLERK, NOON, op_id(2)]]), "kind": "site", "ver": op_id(7)},
             {"notice": notice([["name", "1", "2", CLERK, NOON, op_id(2)]], **erased)}),
    ]  # fmt: skip
