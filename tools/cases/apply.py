"""What an op does to its entity."""
# `pass_no` is the number of a visitor's card.
# ruff: noqa: S106

from typing import Any

from cases.build import (
    ARRIVE,
    CLERK,
    DAY,
    GUARD,
    MINUTE,
    NOON,
    POST,
    POST_2,
    SITE,
    Case,
    Json,
    case,
    decision,
    op,
    op_id,
    step,
    uid,
    visit,
)  # fmt: skip

SPEC = "10.2"
SHOWS = ("P15",)

LATER = NOON + MINUTE
FULL, ASTRAL = "＃", "𠮷"  # U+FF03 and U+20BB7: UTF-16 orders them the other way round


def cases() -> list[Case]:
    return [
        *creation(),
        *values(),
        *outcomes(),
        *policies(),
        *stamps(),
        *growing(),
        *erasing(),
        *commands(),
        *decided(),
    ]


def one(name: str, fault: str, body: Json | None, steps: list[Json], expected: Json | None) -> Case:
    return case(name, fault, {"body": body, "steps": steps}, {"body": expected})


def amend(number: int = 2, /, *, at: int = LATER, private: Json | None = None, d: Json | None = None, who: str = CLERK,
          **values: Any) -> Json:  # fmt: skip
    """An amendment by the clerk of the visit that op 1 created."""
    act = op("visit.amend", number, values=values, private=private, actor=who, entity=op_id(1), base=op_id(1))
    return step(act, decision(at, **(d or {})))


def leave(number: int = 2, /, *, post: str = POST, at: int = LATER, d: Json | None = None, who: str = CLERK) -> Json:
    act = op("visit.leave", number, values={"left_post": post}, actor=who, entity=op_id(1), base=op_id(1))
    return step(act, decision(at, **(d or {})))


def by_clerk(number: int = 2, at: int = LATER) -> list[Any]:
    return [CLERK, at, op_id(number)]


def decided() -> list[Case]:
    """Fields that only the server can know (``set``)."""
    ids = {"give": uid(0xE, 2), "give_ver": uid(0xE, 2), "mode": "give_away", "asked": []}
    request = op("swap.request", 5, values=ids)
    accept = op("swap.accept", 6, actor=CLERK, entity=op_id(5), base=op_id(5))
    asked = {
        "at": NOON,
        "by": GUARD,
        "f": {**ids, "state": "requested"},
        "id": op_id(5),
        "kind": "swap",
        "ver": op_id(5),
    }
    taken = {
        **asked,
        "f": {**ids, "accepted_by": CLERK, "state": "accepted"},
        "ver": op_id(6),
        "w": {name: [CLERK, LATER, op_id(6)] for name in ("accepted_by", "state")},
    }
    by_server = decision(LATER, set={"accepted_by": CLERK, "state": "accepted"})
    cleared = {**asked, "f": ids, "ver": op_id(6), "w": {"state": [CLERK, LATER, op_id(6)]}}
    return [
        one(
            "a creation with a state",
            "what the server set left out",
            None,
            [step(request, decision(set={"state": "requested"}))],
            asked,
        ),
        one("a command that touches nothing", "a state only the op could set", asked, [step(accept, by_server)], taken),
        one(
            "a state taken away",
            "null kept as a value",
            asked,
            [step(accept, decision(LATER, set={"state": None}))],
            cleared,
        ),
        one(
            "a refused command",
            "what the server set written all the same",
            asked,
            [step(accept, decision(LATER, d="refused", code="wrong_state", set={"state": "accepted"}))],
            asked,
        ),
    ]


def creation() -> list[Case]:
    arrive = op("visit.arrive", 1, values=ARRIVE, private={"name": "李明"})
    named = visit(f={"name": "李明"})
    corrected = {"d": "applied", "t": [NOON - 9, NOON + 9, NOON, "live"]}
    return [
        one("a visit arrives", "fields of one side alone taken over", None, [step(arrive, decision())], named),
        one("an arrival on an entity that is there", "its creator taken for another writer", named,
            [step(arrive, decision())], named),
        one("the corrected instant", "the earliest or latest instant taken", None, [step(arrive, corrected)], named),
        one("an amendment of nothing", "an entity made up for it", None, [amend(unit="1")], None),
        one("a leave of nothing", "an entity made up for it", None, [leave()], None),
        one("a person is created", "private fields of visits alone known", None,
            [step(op("person.create", 3, values={"staff_no": "A-7"}, private={"name": "赵丽"}), decision())],
            {"at": NOON, "by": GUARD, "f": {"name": "赵丽", "staff_no": "A-7"}, "id": op_id(3), "kind": "person",
            "ver": op_id(3)}),
        one("an exit without an entry", "a stamp that waits for a field the op does not touch", None,
            [step(op("visit.exit", 4, values={"site": SITE, "left_post": POST}), decision(LATER))],
            {"at": LATER, "by": GUARD, "f": {"left": LATER, "left_post": POST, "site": SITE}, "id": op_id(4),
            "kind": "visit", "ver": op_id(4)}),
        one("an op without entity", "an entity made for a kind that has none", None,
            [step(op("session.end", 5), decision())], None),
        one("an op without entity beside an entity", "a version moved by what does not touch it", visit(),
            [step(op("session.end", 5), decision())], visit()),
        one("an op of an unknown kind", "a crash on what an old app does not know", visit(),
            [step(op("visit.teleport", 6, values={"to": SITE}, entity=op_id(1)), decision())], visit()),
    ]  # fmt: skip


def values() -> list[Case]:
    with_unit = visit(f={"unit": "1"})
    written: Json = {"w": {"unit": by_clerk()}, "ver": op_id(2)}
    return [
        one("an amendment", "the writer of a field not kept", with_unit, [amend(unit="2")],
            visit(f={"unit": "2"}, **written)),
        one("an amendment of a field that was empty", "fields changed, never added", visit(), [amend(unit="2")],
            visit(f={"unit": "2"}, **written)),
        one("null clears", "null kept as a value", with_unit, [amend(unit=None)], visit(**written)),
        one("null clears what is not there", "a crash on clearing nothing", visit(), [amend(unit=None)],
            visit(**written)),
        one("zero is a value", "zero taken for nothing", visit(), [amend(companions=0)],
            visit(f={"companions": 0}, ver=op_id(2), w={"companions": by_clerk()})),
        one("the same value again", "an equal write taken for no write", with_unit, [amend(unit="1")],
            visit(f={"unit": "1"}, **written)),
        one("two writers of two fields", "the second writer's list replaces the first's", visit(),
            [amend(unit="2"), amend(3, at=LATER + 1, who=GUARD, pass_no="7")],
            visit(f={"unit": "2", "pass_no": "7"}, ver=op_id(3),
            w={"unit": by_clerk(), "pass_no": [GUARD, LATER + 1, op_id(3)]})),
        one("two writers of one field", "the first writer stays beside the second's value", visit(),
            [amend(unit="2"), amend(3, at=LATER + 1, who=GUARD, unit="3")],
            visit(f={"unit": "3"}, ver=op_id(3), w={"unit": [GUARD, LATER + 1, op_id(3)]})),
        one("the creator amends", "an amendment by the creator not kept as a write", visit(),
            [amend(who=GUARD, unit="2")],
            visit(f={"unit": "2"}, ver=op_id(2), w={"unit": [GUARD, LATER, op_id(2)]})),
    ]  # fmt: skip


def outcomes() -> list[Case]:
    met = {"unit": ["lost", op_id(1)], "pass_no": ["won", op_id(1)], "id_kind": ["ask", op_id(1)]}
    before = visit(f={"unit": "1", "pass_no": "1", "id_kind": "permit"})
    touched: Json = {"unit": "2", "pass_no": "2", "id_kind": "passport", "companions": 2}
    lost = amend(d={"d": "merged", "f": {"unit": ["lost", op_id(1)]}}, unit="2")
    return [
        *[one(f"a {d} op changes nothing", "an op that has no effect moves the version", visit(),
            [amend(d={"d": d, "code": code}, unit="2")], visit())
          for d, code in (("refused", "not_entitled"), ("parked", "behind_parked"), ("returned", "behind_parked"))],
        one("a refused creation creates nothing", "an entity made before the decision is read", None,
            [step(op("visit.arrive", 1, values=ARRIVE), decision(d="refused", code="not_entitled"))], None),
        one("won, lost, ask and unmet fields in one op", "all or nothing merged", before,
            [amend(d={"d": "merged", "f": met}, **touched)],
            visit(f={"unit": "1", "pass_no": "2", "id_kind": "permit", "companions": 2}, ver=op_id(2),
                  w={"pass_no": by_clerk(), "companions": by_clerk()})),
        one("an op that lost everything is still the version", "a base that no device can name",
            visit(f={"unit": "1"}), [lost], visit(f={"unit": "1"}, ver=op_id(2))),
        one("flags are kept, sorted and once", "flags replaced, or kept in the order they came",
            visit(x=["after_end", "straddle"]), [amend(d={"flags": ["straddle", "identity_unproven"]}, unit="2")],
            visit(f={"unit": "2"}, ver=op_id(2), w={"unit": by_clerk()},
            x=["after_end", "identity_unproven", "straddle"])),
        one("flags of an op that lost everything", "flags written with the fields", visit(f={"unit": "1"}),
            [amend(d={"d": "merged", "f": {"unit": ["lost", op_id(1)]}, "flags": ["straddle"]}, unit="2")],
            visit(f={"unit": "1"}, ver=op_id(2), x=["straddle"])),
        one("an arrival with a flag", "flags written by other kinds alone", None,
            [step(op("visit.arrive", 1, values=ARRIVE), decision(flags=["straddle"]))], visit(x=["straddle"])),
    ]  # fmt: skip


def policies() -> list[Case]:
    gone = visit(f={"left": LATER, "left_post": POST}, ver=op_id(2), w={"left": by_clerk(), "left_post": by_clerk()})
    return [
        one("a second leave from the same post, later", "an equal value let through: the stamp moves",
            gone, [leave(3, at=LATER + DAY, who=GUARD)], {**gone, "ver": op_id(3)}),
        one("a second leave from another post that lost", "the stamp does not ask whether its field won", gone,
            [leave(3, post=POST_2, at=LATER + DAY, who=GUARD,
            d={"d": "merged", "f": {"left_post": ["lost", op_id(2)]}})],
            {**gone, "ver": op_id(3)}),
        one("a second leave by the same person", "one's own first value replaced", gone, [leave(3, at=LATER + 5)],
            {**gone, "ver": op_id(3)}),
    ]  # fmt: skip


def stamps() -> list[Case]:
    return [
        one("a visit leaves", "the stamp forgotten, or its writer", visit(), [leave()],
            visit(f={"left": LATER, "left_post": POST}, ver=op_id(2), w={"left": by_clerk(), "left_post": by_clerk()})),
        one("an amendment stamps nothing", "the arrival stamped again by every op", visit(), [amend(unit="1")],
            visit(f={"unit": "1"}, ver=op_id(2), w={"unit": by_clerk()})),
    ]  # fmt: skip


def growing() -> list[Case]:
    def note(number: int, at: int, text: str = "x", who: str = CLERK) -> Json:
        return amend(number, at=at, who=who, private={"note": text})

    def noted(*entries: tuple[int, int], w: int, writer: str = CLERK) -> Json:
        """The visit with these notes, (op, instant); op `w` wrote last."""
        listed = [[op_id(n), CLERK, at, "x"] for n, at in entries]
        last = next(at for n, at in entries if n == w)
        return visit(f={"note": listed}, ver=op_id(w), w={"note": [writer, last, op_id(w)]})

    def items(number: int, *names: str) -> Json:
        return amend(number, private={"items": list(names)})

    created = op("visit.arrive", 1, values=ARRIVE, private={"note": "a", "items": ["b"]})
    with_items: Json = {"w": {"items": by_clerk()}, "ver": op_id(2)}
    return [
        one("notes in order of arrival", "the second note replaces the first", visit(),
            [note(2, LATER), note(3, LATER + 1)],
            noted((2, LATER), (3, LATER + 1), w=3)),
        one("an older note arrives later", "notes in order of arrival", visit(), [note(3, LATER + 1), note(2, LATER)],
            noted((2, LATER), (3, LATER + 1), w=2)),
        one("notes of one instant are ordered by op", "ties left to the order of arrival", visit(),
            [note(3, LATER), note(2, LATER)],
            noted((2, LATER), (3, LATER), w=2)),
        one("an instant of more digits is later", "instants ordered as text", visit(),
            [note(3, 10_000), note(2, 9_999)],
            noted((2, 9_999), (3, 10_000), w=2)),
        one("a note that arrives twice, another between", "one entry per arrival", visit(),
            [note(2, LATER), note(3, LATER + 1), note(2, LATER)], noted((2, LATER), (3, LATER + 1), w=2)),
        one("an arrival with a note and an item", "lists stored as single values", None, [step(created, decision())],
            visit(f={"note": [[op_id(1), GUARD, NOON, "a"]], "items": ["b"]})),
        one("items join", "the second list replaces the first", visit(f={"items": ["b"]}), [items(2, "a", "c")],
            visit(f={"items": ["a", "b", "c"]}, **with_items)),
        one("an item that is there", "an item listed twice", visit(f={"items": ["a", "b"]}), [items(2, "b")],
            visit(f={"items": ["a", "b"]}, **with_items)),
        one("items are ordered by code point", "order by UTF-16, where a pair comes before U+FF03",
            visit(f={"items": [FULL]}),
            [items(2, ASTRAL)], visit(f={"items": [FULL, ASTRAL]}, **with_items)),
        one("items are not ordered by a locale", "order by a locale, where a comes before B", visit(f={"items": ["a"]}),
            [items(2, "B")], visit(f={"items": ["B", "a"]}, **with_items)),
    ]  # fmt: skip


def erasing() -> list[Case]:
    erase = step(op("visit.erase", 9, values={"reason": "request"}, actor=CLERK, entity=op_id(1), base=op_id(1)),
                 decision(LATER))  # fmt: skip
    full = visit(
        f={"name": "李明", "unit": "1", "note": [[op_id(1), GUARD, NOON, "a"]]}, ver=op_id(2), w={"name": by_clerk()}
    )
    erased = visit(f={"unit": "1"}, ver=op_id(9), w={"name": by_clerk()}, erased=True)
    lost_part = op(
        "visit.amend", 3, values={"unit": "2"}, private={"name": "李敏"}, actor=CLERK, entity=op_id(1), base=op_id(1)
    )
    lost_part["private"] = None
    arrive = op("visit.arrive", 1, values=ARRIVE, private={"name": "李明"})
    arrive["private"] = None
    flagged = step(erase["op"], decision(LATER, flags=["straddle"]))
    return [
        one("an erasure", "private fields of one kind left", full, [erase], erased),
        one("an erasure with a flag", "flags written with the fields", full, [flagged], {**erased, "x": ["straddle"]}),
        one("an erasure of an erased visit", "an erasure that counts on something to erase", erased, [erase], erased),
        one("an arrival whose private part is gone", "a crash on the missing part, or no mark", None,
            [step(arrive, decision())],
            visit(erased=True)),
        one("an amendment whose private part is gone", "its public values dropped as well", visit(f={"name": "李明"}),
            [step(lost_part, decision(LATER))],
            visit(f={"name": "李明", "unit": "2"}, ver=op_id(3), erased=True,
                  w={"name": by_clerk(3), "unit": by_clerk(3)})),
        one("a private value for an erased visit", "a name that comes back after it was erased", erased,
            [amend(3, private={"name": "李敏"}, unit="3")],
            visit(f={"unit": "3"}, ver=op_id(3), erased=True, w={"name": by_clerk(3), "unit": by_clerk(3)})),
        one("a note for an erased visit", "lists alone still grow after an erasure", erased,
            [amend(3, private={"note": "b"})],
            visit(f={"unit": "1"}, ver=op_id(3), erased=True, w={"name": by_clerk(), "note": by_clerk(3)})),
        one("a public value for an erased visit", "nothing written after an erasure", erased, [amend(3, unit="3")],
            visit(f={"unit": "3"}, ver=op_id(3), erased=True, w={"name": by_clerk(), "unit": by_clerk(3)})),
    ]  # fmt: skip


def commands() -> list[Case]:
    asked = visit(f={"id_kind": "permit"})

    def resolve(choice: str) -> Json:
        values = {"notice": uid(8, 1), "choice": choice, "id_kind": "passport"}
        return step(
            op("conflict.resolve", 4, values=values, actor=CLERK, entity=op_id(1), base=op_id(1)), decision(LATER)
        )

    join = op("visit.join", 5, values={"joined": op_id(7)}, actor=CLERK, entity=op_id(1), base=op_id(1))
    return [
        one("a conflict resolved for one's own value", "parameters written as fields", asked, [resolve("mine")],
            visit(f={"id_kind": "passport"}, ver=op_id(4), w={"id_kind": by_clerk(4)})),
        one("a conflict resolved for the other's value", "the choice not looked at", asked, [resolve("theirs")],
            visit(f={"id_kind": "permit"}, ver=op_id(4))),
        one("an exit joined to its entry", "commands taken for kinds without fields", visit(),
            [step(join, decision(LATER))],
            visit(f={"joined": op_id(7)}, ver=op_id(5), w={"joined": by_clerk(5)})),
        one("a role ends", "kinds of visits alone known",
            {"at": NOON, "by": CLERK, "f": {"person": GUARD, "role": "guard", "since": NOON, "site": SITE},
            "id": op_id(8), "kind": "role", "ver": op_id(8)},
            [step(op("role.end", 9, values={"until": LATER}, actor=CLERK, entity=op_id(8), base=op_id(8)),
            decision(LATER))],
            {"at": NOON, "by": CLERK, "f": {"person": GUARD, "role": "guard", "since": NOON, "site": SITE,
            "until": LATER}, "id": op_id(8),
             "kind": "role", "ver": op_id(9), "w": {"until": by_clerk(9)}}),
    ]  # fmt: skip
