"""Kinds of op that settle notices: choosing between two values, or taking note."""

from __future__ import annotations

from collections.abc import Iterable

from gatehouse.db.steps import Steps
from gatehouse.replication.batch import Batch
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Registry, value
from gatehouse_sync import notices
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds."""
    registry.handle("conflict.resolve", Handler(refs=_notice, rule=_open_for_me, effect=_close, needs=_notice))
    registry.handle("notice.close", Handler(refs=_notice, rule=_open_for_me, effect=_close, needs=_notice))


def _notice(op: Op) -> Iterable[str]:
    return [str(value(op, "notice"))]


def _open_for_me(act: Act, facts: Facts) -> str | None:
    """The notice is the actor's, about this record, still open, and the choice names its fields only."""
    head = act.op.head
    notice = facts.of_kind(value(act.op, "notice"), "notice")
    if notice is None:
        return "unknown_reference"
    fields = notice["f"]
    if fields["person"] != head.actor:
        return "not_yours"
    if fields["state"] != "open":
        return "already_resolved"
    if head.kind == "conflict.resolve":
        chosen = set(head.touched) - act.kind.params.keys()
        if fields["about"] != head.entity or not chosen <= {side[0] for side in fields["fields"]}:
            return "unknown_reference"
    return None


def _close(act: Act, _decision: Decision, batch: Batch) -> Steps[None]:
    notice = batch.facts.bodies[str(value(act.op, "notice"))]
    batch.about[notice["id"]] = notice["f"]["about"]
    batch.change(notices.close(notice, act.op))
    yield from ()
