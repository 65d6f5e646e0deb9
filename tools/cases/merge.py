"""Which of two concurrent writes of a field stays."""
# `pass_no` is the number of a visitor's card.
# ruff: noqa: S106

from typing import Any

from cases.build import CLERK, GUARD, NOON, PHONE, POST, POST_2, TABLET, THIRD, Case, Json, case, op, op_id, uid, visit

SPEC = "10.3"
SHOWS = ("P19", "T26")
HALVES = ("python",)

CREATED = {
    "op": op_id(1),
    "actor": GUARD,
    "device": TABLET,
    "earliest": NOON,
    "fields": ["category", "post", "site", "unit"],
}
GONE = {"name": "destroyed"}
"""A private part that was there once."""


def cases() -> list[Case]:
    return [*who(), *when(), *policies(), *commands()]


def wrote(number: int, earliest: int, *fields: str, who: str = CLERK, device: str = PHONE) -> Json:
    return {"op": op_id(number), "actor": who, "device": device, "earliest": NOON + earliest, "fields": sorted(fields)}


def body(unit: str | None = "2", by: int | None = 2, **f: Any) -> Json:
    """The visit as it stands; op `by` wrote the unit, or the creating one."""
    written = {} if by is None else {"w": {"unit": [CLERK, NOON, op_id(by)]}}
    fields = {**({} if unit is None else {"unit": unit}), **f}
    return visit(f=fields, ver=op_id(by or 1), **written)


def one(  # noqa: PLR0913 - a case says only what differs from the ordinary act
    name: str, fault: str, expected: Json, *, present: Json, writes: list[Json], base: int | None = 1,
    latest: int = 100,
    kind: str = "visit.amend", device: str = TABLET, who: str = THIRD, values: Json | None = None,
        private: Json | None = None,
) -> Case:  # fmt: skip
    """An act by a third person on the tablet, unless said otherwise, which sets the unit to 9."""
    gone = private == GONE
    act = op(kind, 9, values={"unit": "9"} if values is None else values, private=private, actor=who, entity=op_id(1),
             base=None if base is None else op_id(base))  # fmt: skip
    if gone:
        act["private"] = None
    given = {"body": present, "writes": [CREATED, *writes], "op": act, "device": device, "latest": NOON + latest}
    return case(name, fault, given, {"f": expected})


def who() -> list[Case]:
    won = {"unit": ["won", op_id(2)]}
    by_clerk = [wrote(2, 10, "unit")]
    return [
        one("nobody wrote since the base", "every write of the past taken for concurrent", {}, present=body(by=2),
            writes=by_clerk, base=2),
        one("another person wrote since the base", "concurrency not seen", won, present=body(), writes=by_clerk),
        one("another field was written since the base", "whole entities compared", {}, present=body(pass_no="1"),
            writes=[wrote(2, 10, "pass_no")]),
        one("the same person wrote on the same device", "one's own unconfirmed acts taken for another's", {},
            present=body(),
            writes=[wrote(2, 10, "unit", who=THIRD, device=TABLET)]),
        one("the same person wrote on another device", "people compared without their devices", won, present=body(),
            writes=[wrote(2, 10, "unit", who=THIRD, device=PHONE)]),
        one("another person wrote on the same device", "devices compared without their people", won, present=body(),
            writes=[wrote(2, 10, "unit", who=CLERK, device=TABLET)]),
        one("another person wrote between base and one's own write", "the last writer alone looked at",
            {"unit": ["won", op_id(3)]},
            present=body(by=3), writes=[*by_clerk, wrote(3, 20, "unit", who=THIRD, device=TABLET)]),
        one("a base the log does not hold", "an unknown base taken for the newest", won, present=body(),
            writes=by_clerk, base=77),
        one("a base the log does not hold, one's own write last", "the last write alone taken for concurrent",
            {"unit": ["won", op_id(3)]}, present=body(by=3),
            writes=[*by_clerk, wrote(3, 20, "unit", who=THIRD, device=TABLET)], base=77),
        one("no base", "no base taken for the newest", won, present=body(), writes=by_clerk, base=None),
        one("a base the log does not hold, and the creation alone", "the creating op never counted as a write",
            {"unit": ["won", op_id(1)]}, present=body("1", None), writes=[], base=77),
        one("one's own creation, base unknown", "one's own writes taken for another's", {}, present=body("1", None),
            writes=[], base=77,
            who=GUARD),
        one("an equal value", "the same value taken for a conflict", {}, present=body(), writes=by_clerk,
            values={"unit": "2"}),
        one("clearing what another cleared", "two clearings taken for a conflict", {}, present=body(None),
            writes=by_clerk,
            values={"unit": None}),
        one("clearing what another wrote", "clearing taken for no write", won, present=body(), writes=by_clerk,
            values={"unit": None}),
        one("setting what another cleared", "the writer of a cleared field not found", won, present=body(None),
            writes=by_clerk),
        one("the present value is the creating op's", "a writer asked for where the creating op is one",
            {"pass_no": ["won", op_id(1)]},
            present=body("1", None, pass_no="1"), writes=[wrote(2, 10, "pass_no")], values={"pass_no": "9"}),
        one("two fields, one met", "one field's conflict given to all", won, present=body(), writes=by_clerk,
            values={"unit": "9", "pass_no": "9"}),
        one("a private field", "public fields alone compared", {"name": ["won", op_id(1)]},
            present=visit(f={"name": "李明"}, ver=op_id(2)),
            writes=[wrote(2, 10, "name")], values={}, private={"name": "李敏"}),
        one("a private field whose part is gone", "a crash on the missing part", {}, present=visit(f={"name": "李明"}),
            writes=[wrote(2, 10, "name")], values={}, private=GONE),
    ]  # fmt: skip


def when() -> list[Case]:
    def at(latest: int) -> Json:
        return {"present": body(), "writes": [wrote(2, 50, "unit")], "latest": latest}

    lost, won = {"unit": ["lost", op_id(2)]}, {"unit": ["won", op_id(2)]}
    several = [wrote(2, 90, "unit"), wrote(3, 20, "unit")]
    return [
        one("surely earlier", "the last to arrive always wins", lost, **at(49)),
        one("perhaps at the same time", "a limit one too high", won, **at(50)),
        one("surely later", "the first to arrive always wins", won, **at(51)),
        one("surely earlier than a write that is not the present one",
            "neighbours compared: the result depends on the order of arrival",
            {"unit": ["lost", op_id(3)]}, present=body(by=3), writes=several, latest=60),
        one("surely earlier than a write before the base", "writes since the base alone compared",
            {"unit": ["lost", op_id(3)]},
            present=body(by=3), writes=several, base=2, latest=60),
        one("surely earlier than a write of another field", "the entity's times taken for the field's", won,
            present=body(), writes=[wrote(2, 10, "unit"), wrote(3, 90, "pass_no")], latest=60),
    ]  # fmt: skip


def policies() -> list[Case]:
    gone = visit(f={"left": NOON, "left_post": POST}, w={"left_post": [CLERK, NOON, op_id(2)]}, ver=op_id(2))
    left = [wrote(2, 50, "left_post")]
    permit = visit(f={"id_kind": "permit"}, w={"id_kind": [CLERK, NOON, op_id(2)]}, ver=op_id(2))
    listed = visit(f={"note": [[op_id(2), CLERK, NOON, "a"]], "items": ["a"]}, ver=op_id(2))
    first = {"left_post": ["lost", op_id(2)]}
    leave: Json = {"kind": "visit.leave", "values": {"left_post": POST_2}}
    return [
        one("first: surely later", "lww for every field", first, present=gone, writes=left, latest=100, **leave),
        one("first: surely earlier", "the earliest instead of the first to arrive", first, present=gone, writes=left,
            latest=1, **leave),
        one("first: a base that has seen it", "a value replaced by whoever has seen it", first, present=gone,
            writes=left, base=2, **leave),
        one("first: by the same person on the same device", "one's own first value replaced", first, present=gone,
            writes=left,
            who=CLERK, device=PHONE, **leave),
        one("first: nothing is there", "the first value refused", {}, present=visit(), writes=[wrote(2, 10, "unit")],
            **leave),
        one("first: an equal value", "the same value taken for a conflict", {}, present=gone, writes=left,
            kind="visit.leave",
            values={"left_post": POST}),
        one("ask: surely later", "lww for every field", {"id_kind": ["ask", op_id(2)]}, present=permit,
            writes=[wrote(2, 10, "id_kind")],
            values={"id_kind": "passport"}),
        one("ask: a base that has seen it", "asked although the author had seen it", {}, present=permit,
            writes=[wrote(2, 10, "id_kind")],
            base=2, values={"id_kind": "passport"}),
        one("ask: an equal value", "asked about nothing", {}, present=permit, writes=[wrote(2, 10, "id_kind")],
            values={"id_kind": "permit"}),
        one("lists and sets never meet", "growing fields compared", {}, present=listed,
            writes=[wrote(2, 99, "note", "items")],
            values={}, private={"note": "b", "items": ["b"]}, latest=1),
    ]  # fmt: skip


def commands() -> list[Case]:
    resolve = {"notice": uid(8, 1), "choice": "mine", "unit": "9"}
    return [
        one("parameters never meet", "parameters looked up as fields", {}, present=body(),
            writes=[wrote(2, 10, "unit")], base=2,
            kind="conflict.resolve", values=resolve),
    ]  # fmt: skip
