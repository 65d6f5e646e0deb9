"""``apply``: what an op does to its entity (PROTOCOL 10.1, 10.2). Pure, idempotent, twin of ``browser/apply.ts``.

Rows on the server, the optimistic view of a device and the fold that proves them equal all come from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatehouse_sync import rota
from gatehouse_sync.decision import Decision
from gatehouse_sync.entities import ENTITIES, KINDS
from gatehouse_sync.fields import GROWING, Field, Kind
from gatehouse_sync.ops import Head, Op, Value

Body = dict[str, Any]


def apply(body: Body | None, op: Op, decision: Decision) -> Body | None:
    """The entity after ``op``; ``body`` itself is never changed.

    A refused, parked or returned op, and one whose entity is missing, changes nothing.
    """
    head = op.head
    kind = KINDS.get(head.kind)
    if kind is None or kind.entity is None or not decision.effective:
        return body
    if body is None:
        if not kind.creates:
            return None
        body = {"at": decision.t.at, "by": head.actor, "f": {}, "id": head.entity, "kind": kind.entity, "ver": head.id}
    after = {**body, "f": dict(body["f"]), "ver": head.id}
    if decision.flags:
        after["x"] = sorted({*after.get("x", ()), *decision.flags})
    if head.kind == "visit.erase":
        return erase(after)
    if changes_fields(head):
        _write(after, op, decision, kind)
    if decision.set:
        put(after, decision.set, head, decision.t.at)
    return after


def put(body: Body, values: Mapping[str, Any], head: Head, at: int) -> None:
    """Write fields the server decided; null clears."""
    for name, value in values.items():
        if value is None:
            body["f"].pop(name, None)
        else:
            body["f"][name] = value
    if head.id != body["id"]:
        body["w"] = {**body.get("w", {}), **{name: [head.actor, at, head.id] for name in values}}


def others(op: Op, decision: Decision) -> list[str]:
    """Further entities that the op changes, or makes, with its own."""
    made = rota.sheet(op, decision).made if rota.publishes(op, decision) else ()
    return [*decision.also, *made]


def makes(entity: str, op: Op, decision: Decision) -> bool:
    """Whether the op makes this entity beside its own: a publication makes shifts (10.10)."""
    return rota.publishes(op, decision) and entity in rota.sheet(op, decision).made


def also(entity: str, op: Op, decision: Decision) -> dict[str, Any]:
    """What the op writes into a further entity."""
    if not rota.publishes(op, decision):
        return decision.also.get(entity, {})
    sheet = rota.sheet(op, decision)
    return sheet.changed.get(entity) or sheet.made.get(entity, {})


def apply_also(body: Body | None, entity: str, op: Op, decision: Decision) -> Body | None:
    """A further entity after the op: a swap changes whose the two shifts are, a publication also makes some."""
    head, values = op.head, also(entity, op, decision)
    if makes(entity, op, decision):
        return {"at": decision.t.at, "by": head.actor, "f": dict(values), "id": entity, "kind": "shift", "ver": head.id}
    if body is None:
        return None
    after = {**body, "f": dict(body["f"]), "ver": head.id}
    put(after, values, head, decision.t.at)
    return after


def changes_fields(head: Head) -> bool:
    """Whether an effective op writes what it touches: settling a conflict for "theirs" leaves every field as it is."""
    return head.kind != "conflict.resolve" or head.values.get("choice") == "mine"


def _write(after: Body, op: Op, decision: Decision, kind: Kind) -> None:
    head, at = op.head, decision.t.at
    fields, values, given = ENTITIES[after["kind"]].fields, after["f"], op.fields
    hidden = op.private is None or after.get("erased")
    won = []
    for name in head.touched:
        field = fields.get(name)
        if field is None or name in kind.params or (decision.f and not _won(decision, name)):
            continue
        # A value that is there stays, also an equal one, so that a second leave does not move the first's time.
        if field.policy == "first" and name in values:
            continue
        won.append(name)
        if field.private and hidden:
            after["erased"] = True
        elif given[name] is None or field.policy in GROWING:
            set_value(values, name, field, given[name], head, at)
        else:
            values[name] = given[name]
    stamped = [name for name, cause in kind.stamps.items() if not cause or cause in won]
    values.update(dict.fromkeys(stamped, at))
    written = [*won, *stamped]
    if head.id != after["id"] and written:
        after["w"] = {**after.get("w", {}), **{name: [head.actor, at, head.id] for name in written}}


def _won(decision: Decision, name: str) -> bool:
    result = decision.f.get(name)
    return result is None or result[0] == "won"


def set_value(fields: dict[str, Any], name: str, field: Field, value: Value, head: Head, at: int) -> None:
    """Write one value by its policy: add to a list or set, else replace; null clears."""
    if value is None:
        fields.pop(name, None)
    elif field.policy == "append":
        entry = [head.id, head.actor, at, value]
        kept = [item for item in fields.get(name, []) if item[0] != head.id]
        fields[name] = sorted([*kept, entry], key=lambda item: (item[2], item[0]))
    elif field.policy == "union" and isinstance(value, list):
        fields[name] = sorted({*fields.get(name, []), *value})
    else:
        fields[name] = value


def erase(body: Body) -> Body:
    """The entity without its private values, saying so (10.6)."""
    private = {name for name, field in ENTITIES[body["kind"]].fields.items() if field.private}
    kept = {name: value for name, value in body["f"].items() if name not in private}
    return {**body, "f": kept, "erased": True}
