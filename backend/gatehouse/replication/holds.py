"""Held acts that only a person can let go: ``op.release`` and ``op.return`` (P17)."""

from __future__ import annotations

from gatehouse.db.steps import Steps
from gatehouse.replication.batch import Batch
from gatehouse.replication.facts import Facts, Held
from gatehouse.replication.grants import entitled
from gatehouse.replication.registry import Act, Handler, Registry, value
from gatehouse_sync import ops
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op

IN_CHARGE = frozenset({"supervisor", "manager", "admin"})


def register(registry: Registry) -> None:
    """Register the two kinds every feature's ops may need."""
    registry.handle("op.release", Handler(rule=_held, effect=_release, held=_op))
    registry.handle("op.return", Handler(rule=_held, effect=_return, held=_op))


def _op(op: Op) -> str:
    return str(value(op, "op"))


def _site(held: Held, facts: Facts) -> str | None:
    """The site the held act is about: of its record, or as it names it; None when no site can be told."""
    body = facts.body(held.op.head.entity)
    named = value(held.op, "site")
    return body["f"].get("site") if body is not None else named if isinstance(named, str) else None


def _held(act: Act, facts: Facts) -> str | None:
    held = facts.held.get(str(value(act.op, "op")))
    if held is None or facts.known[held.op.head.id].d != "parked" or ops.known(held.op.head) is None:
        return "not_held"
    # Asked here and not by ``roles``, so that who comes second hears that it is settled.
    if not entitled(facts.people[act.op.head.actor], IN_CHARGE, _site(held, facts), act.t)[0]:
        return "not_entitled"
    return "not_yours" if held.op.head.actor == act.op.head.actor else None


def _release(act: Act, _decision: Decision, batch: Batch) -> Steps[None]:
    held = _still_held(act, batch)
    if held is not None:
        yield from batch.redecide(held, "release", by_person=True)


def _return(act: Act, _decision: Decision, batch: Batch) -> Steps[None]:
    held = _still_held(act, batch)
    if held is not None:
        returned = Decision("returned", held.t, why=str(value(act.op, "reason")))
        yield from batch.redecide(held, "return", final=returned)


def _still_held(act: Act, batch: Batch) -> Held | None:
    """The act to let go; one that was given back without being held again needs nobody any more (14.5)."""
    op = str(value(act.op, "op"))
    known = batch.facts.known.get(op)
    return batch.facts.held.get(op) if known is not None and known.d == "parked" else None
