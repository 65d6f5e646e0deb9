"""Notices: what a person must hear about an op, as rows of their own scope (PROTOCOL 10.4, I10). Pure."""

from __future__ import annotations

from typing import Any

from gatehouse_sync.apply import Body
from gatehouse_sync.decision import Decision
from gatehouse_sync.entities import ENTITIES
from gatehouse_sync.ids import derived
from gatehouse_sync.ops import Op

Side = list[Any]
"""``[field, yours, theirs, their actor, their instant, their op]``."""


def notices(op: Op, decision: Decision, before: Body | None) -> list[Body]:
    """The notices that follow from a decision; ``before`` is the entity as the op found it."""
    head = op.head
    if decision.d in {"refused", "returned"}:
        return [_notice(op, decision, head.actor, [])]
    if not decision.f or before is None:
        return []
    sides: dict[str, list[Side]] = {}
    for name, (result, other) in sorted(decision.f.items()):
        actor, at = _written(before, name)
        if actor == head.actor:
            continue
        present, given = before["f"].get(name), op.fields.get(name)
        if result == "won":
            sides.setdefault(actor, []).append([name, present, given, head.actor, decision.t.at, head.id])
        else:
            sides.setdefault(head.actor, []).append([name, given, present, actor, at, other])
    private = _private(before["kind"])
    made = [_notice(op, decision, person, fields) for person, fields in sorted(sides.items())]
    if before.get("erased") or (
        op.private is None and any(side[0] in private for told in sides.values() for side in told)
    ):
        return [blank(notice, before["kind"]) for notice in made]
    return made


def _written(body: Body, name: str) -> tuple[str, int]:
    entry = body.get("w", {}).get(name)
    return (entry[0], entry[1]) if entry else (body["by"], body["at"])


def _notice(op: Op, decision: Decision, person: str, sides: list[Side]) -> Body:
    head = op.head
    fields: dict[str, Any] = {
        "about": head.entity,
        "d": decision.d,
        "fields": sides,
        "kind": head.kind,
        "op": head.id,
        "person": person,
        "state": "open",
    }
    if decision.code is not None:
        fields["code"] = decision.code
    if decision.why is not None:
        fields["why"] = decision.why
    if decision.because is not None:
        fields["because"] = list(decision.because)
    if decision.clause is not None:
        fields["clause"] = decision.clause
    if decision.told:
        fields["told"] = dict(decision.told)
    return {
        "at": decision.t.at,
        "by": head.actor,
        "f": fields,
        "id": derived("notice", head.id, person),
        "kind": "notice",
        "ver": head.id,
    }


def close(notice: Body, op: Op) -> Body:
    """The notice after its person settled it with ``conflict.resolve`` or ``notice.close``."""
    fields = {**notice["f"], "state": "closed"}
    choice = op.head.values.get("choice")
    if choice is not None:
        fields["choice"] = choice
    return {**notice, "f": fields, "ver": op.head.id}


def blank(notice: Body, kind: str, ver: str | None = None) -> Body:
    """The notice without personal values, after its record (of ``kind``) was erased by the op ``ver``."""
    private = _private(kind)
    sides = [[side[0], None, None, *side[3:]] if side[0] in private else side for side in notice["f"]["fields"]]
    return {**notice, "f": {**notice["f"], "fields": sides}, "erased": True, "ver": ver or notice["ver"]}


def _private(kind: str) -> set[str]:
    return {name for name, field in ENTITIES[kind].fields.items() if field.private}
