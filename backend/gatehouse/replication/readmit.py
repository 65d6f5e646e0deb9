"""Acts that a device gives back with what was decided about them (PROTOCOL 14.4–14.6, P29): never judged anew."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gatehouse.audit.vouch import About, Vouchers
from gatehouse.db.steps import Query, Steps
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler
from gatehouse_sync import canon, ops
from gatehouse_sync.apply import others
from gatehouse_sync.course import Course, Place, Step, place_of, written
from gatehouse_sync.decision import Decision, park
from gatehouse_sync.ops import Op
from gatehouse_sync.upcast import as_decided

_head = msgspec.json.Decoder(ops.Head)
_decision = msgspec.json.Decoder(Decision)
_json = msgspec.json.Decoder()
_LAST = canon.MAX_INT
"""Stands for the positions that the acts of this very push will have."""


def recall(vouchers: Vouchers, devices: Iterable[str], about: About, text: str, facts: Facts) -> Decision | None:
    """The decision that a voucher gives back, with the place it had; ``devices`` are those it may have been given to.

    None when this server did not make it about this act, or when its epoch has not ended: then the log holds the act,
    or never did.
    """
    opened = (vouchers.open(msgspec.structs.replace(about, device=device), text) for device in devices)
    voucher = next((one for one in opened if one is not None), None)
    if voucher is None or voucher.epoch not in facts.ended:
        return None
    said = voucher.decision
    if said.was is not None and said.was[0] in facts.ended:
        return said  # given back once before: it keeps its first place
    # A database that went back twice may not know of the first epoch; when the act first came the voucher still says.
    arrived = voucher.at if said.was is None else said.was[2]
    return msgspec.structs.replace(said, was=(voucher.epoch, voucher.n, arrived))


def as_signed(text: str, private: str | None, signed: Decision) -> Op:
    """The op as it was read when that was decided: its kind may have a newer version since (2.7)."""
    op = Op(_head.decode(text), ops.parse_values(private.encode()) if private is not None else None)
    return as_decided(op, signed.kv)


def load(act: Act, signed: Decision, facts: Facts, handler: Handler) -> Steps[None]:
    """Load what must be there before the decision can be carried out, and the courses of the records it changes."""
    if handler.held is not None:
        yield from facts.load_ops({handler.held(act.op)})
        yield from facts.load_held(handler.held(act.op))
    further = others(act.op, signed) if signed.effective else []
    yield from facts.load_entities({*further, *handler.needs(act.op)})
    yield from facts.load_holds(set(further) - signed.also.keys())
    if signed.effective and act.kind.entity is not None:
        for entity in (act.op.head.entity, *signed.also):
            yield from load_course(facts, entity)


def load_course(facts: Facts, entity: str) -> Steps[None]:
    """Load all effective acts on a record, with those of this push so far, unless this batch has them."""
    if entity in facts.courses:
        return
    beside = yield Query("SELECT op FROM op_also WHERE entity = ?", (entity,))
    rows = yield Query(
        "SELECT o.n, o.head, o.private, o.device, (SELECT leaf FROM log l WHERE l.org = o.org AND l.n = o.n) "
        "FROM op o WHERE o.org = ? AND (o.entity = ? OR o.id = ANY(?*)) AND o.d IN ('applied', 'merged')",
        (facts.org, entity, [row[0] for row in beside]),
    )
    steps = []
    for n, text, private, device, leaf in rows:
        op = Op(_head.decode(text), ops.parse_values(private.encode()) if private is not None else None)
        decision = _decision.decode(msgspec.json.encode(_json.decode(leaf)["decision"]))
        steps.append(Step(place_of(n, decision, facts.ended), as_decided(op, decision.kv), device, decision))
    mine = [Step(_here(facts, i, decision), op, device, decision) for i, op, device, decision in facts.done(entity)]
    facts.courses[entity] = Course(entity, [*steps, *mine])


def _here(facts: Facts, index: int, decision: Decision) -> Place:
    return place_of(_LAST, decision, facts.ended) if decision.was is not None else (_LAST, "", index)


def readmitted(act: Act, signed: Decision, facts: Facts, handler: Handler) -> Decision:
    """What becomes of an act given back: what was decided, unless something is not back yet, or it fits no more."""
    if not signed.effective:
        return signed
    lacking = missing(act, signed, facts, handler)
    if lacking is not None:
        return park(signed.t, "entity_unknown" if lacking == act.op.head.entity else "dependency_missing")
    return park(signed.t, "contradicted") if _contradicted(act, signed, facts, handler) else signed


def held_still(act: Act, signed: Decision, facts: Facts) -> bool:
    """Whether an act that was held when the server lost it is held again; else it is decided now."""
    head = act.op.head
    match signed.code:
        case "entity_unknown":
            return facts.body(head.entity) is None
        case "dependency_missing":
            return any(facts.body(entity) is None for entity in head.depends_on)
        case "after_revocation" | "after_dismissal" | "other_device" | "contradicted":
            return True
        case _:
            return False


def missing(act: Act, signed: Decision, facts: Facts, handler: Handler) -> str | None:
    """The first record or act that is not back yet and without which the decision cannot be carried out."""
    wanted = [*signed.also, *handler.needs(act.op)]
    if act.kind.entity is not None and not act.kind.creates:
        wanted = [act.op.head.entity, *wanted]
    lacking = next((entity for entity in wanted if facts.body(entity) is None), None)
    held = handler.held(act.op) if handler.held is not None else None
    return held if lacking is None and held is not None and held not in facts.known else lacking


def _contradicted(act: Act, signed: Decision, facts: Facts, handler: Handler) -> bool:
    """Whether somebody, since the server went back, wrote otherwise what this act wrote, not knowing of it."""
    if handler.clash is not None and handler.clash(act, facts):
        return True
    head, place = act.op.head, place_of(0, signed, facts.ended)
    touched = [head.entity, *signed.also] if act.kind.entity is not None else []
    for entity in touched:
        mine, later = written(entity, act.op, signed), facts.courses[entity].after(place)
        seen = {head.id, *(step.op.head.id for step in later if step.decision.was is not None)}
        for step in later:
            own = (step.op.head.actor, step.device) == (head.actor, act.device)
            if own or step.decision.was is not None or step.op.head.base in seen:
                continue
            theirs = written(entity, step.op, step.decision)
            if any(theirs[name] != value for name, value in mine.items() if name in theirs):
                return True
    return False
