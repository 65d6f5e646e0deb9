"""The fold: every record computed again from the log alone (I3, P15)."""

from __future__ import annotations

import msgspec

from gatehouse_sync import ids, notices, ops
from gatehouse_sync.apply import Body, apply, apply_also, others
from gatehouse_sync.course import Course, Step, place_of
from gatehouse_sync.decision import Decision
from gatehouse_sync.entities import KINDS
from gatehouse_sync.ops import Op
from gatehouse_sync.stamp import Leaf
from gatehouse_sync.upcast import as_decided

FOLDED = frozenset({"notice", "outcome"}) | {kind.entity for kind in KINDS.values() if kind.entity is not None}
"""Entity kinds that follow from the log. A ``gate`` follows from a device's own statements; a ``badge`` and a
``roster`` repeat what shifts say, a ``kiosk`` what the row of its device says."""


class KeptOp(msgspec.Struct, frozen=True):
    """An op as the database keeps it: its id (of the stub when it has none of its own), place and text."""

    id: str
    device: str
    chain: str | None
    cn: int | None
    op: Op | None


class Fold:
    """The records of one org, leaf by leaf; ``rows`` maps an entity to its log position and body."""

    def __init__(self, org: str) -> None:
        self.org = org
        self.rows: dict[str, tuple[int, Body]] = {}
        self._about: dict[str, list[str]] = {}
        self._ended: dict[str, int] = {}
        self._steps: dict[str, list[Step]] = {}

    def end(self, leaf: Leaf) -> None:
        """Note where epochs ended."""
        for epoch in (leaf.ended or "").split(","):
            self._ended.setdefault(epoch, leaf.n)

    def take(self, leaf: Leaf, kept: KeptOp) -> None:
        """Apply one decision."""
        decision = leaf.decision
        if decision is None:
            return
        if kept.op is None:
            about: dict[str, object] = {"chain": kept.chain, "cn": kept.cn}
            self._outcome(leaf.n, kept.id, kept.device, about, decision, kept.device)
            return
        op = as_decided(kept.op, decision.kv)
        head = op.head
        before = self._body(head.entity)
        kind = ops.known(head)
        if kind is not None and kind.entity is not None and decision.effective and head.org == self.org:
            self._change(leaf.n, kept, op, decision)
        if decision.d != "applied" or leaf.type in {"release", "return"}:
            self._outcome(leaf.n, head.id, head.actor, {"op": head.id}, decision, kept.device)
        if head.org == self.org and decision.was is not None:
            self._tell_in_place(leaf.n, op, decision)
        elif head.org == self.org:
            for notice in notices.notices(op, decision, before):
                self._tell(leaf.n, notice, head.entity)
        if decision.effective:
            self._settle(leaf.n, op)

    def _change(self, n: int, kept: KeptOp, op: Op, decision: Decision) -> None:
        head = op.head
        step = Step(place_of(n, decision, self._ended), op, kept.device, decision)
        further = others(op, decision)
        for entity in (head.entity, *further):
            self._steps.setdefault(entity, []).append(step)
        again = decision.was is not None
        after = self._in_place(head.entity, head.id) if again else apply(self._body(head.entity), op, decision)
        if after is not None:
            self.rows[head.entity] = (n, after)
        for other in further:
            changed = self._in_place(other, head.id) if again else apply_also(self._body(other), other, op, decision)
            if changed is not None:
                self.rows[other] = (n, changed)

    def _in_place(self, entity: str, op: str) -> Body | None:
        """The record after an act given back took its old place (PROTOCOL 14.5)."""
        body = Course(entity, self._steps.get(entity, ())).body()
        return {**body, "ver": op} if body is not None else None

    def _tell_in_place(self, n: int, op: Op, decision: Decision) -> None:
        """Notices of an act given back, and of those that met a value of it before it was back."""
        course = Course(op.head.entity, self._steps.get(op.head.entity, ()) if decision.effective else ())
        made = course.told(op, decision, place_of(0, decision, self._ended))
        for step in course.answering(op.head.id):
            made += [notice for notice in course.told(step.op, step.decision, step.place) if notice["f"]["fields"]]
        for notice in made:
            held = self._body(notice["id"])
            if held is None or (held["f"]["state"] == "open" and held != notice):
                self._tell(n, notice, op.head.entity)

    def _tell(self, n: int, notice: Body, about: str) -> None:
        person = self._body(notice["f"]["person"])
        if person is not None and person["kind"] == "person":
            self.rows[notice["id"]] = (n, notice)
            self._about.setdefault(about, []).append(notice["id"])

    def _settle(self, n: int, op: Op) -> None:
        """What an op does to notices: closes one, or blanks those about an erased record."""
        settled = op.head.values.get("notice")
        if isinstance(settled, str):
            notice = self._body(settled)
            if notice is not None:
                self.rows[settled] = (n, notices.close(notice, op))
        if op.head.kind == "visit.erase":
            for id_ in self._about.get(op.head.entity, ()):
                self.rows[id_] = (n, notices.blank(self.rows[id_][1], "visit", op.head.id))

    def _outcome(  # the columns of an outcome
        self, n: int, name: str, by: str, about: dict[str, object], decision: Decision, device: str
    ) -> None:
        fields = {**about, "d": decision.d, "device": device}
        if decision.code is not None:
            fields["code"] = decision.code
        id_ = ids.derived("outcome", name)
        ver = ids.derived("outcome", name, decision.d, decision.code or "")
        body = {"at": decision.t.at, "by": by, "f": fields, "id": id_, "kind": "outcome", "ver": ver}
        self.rows[id_] = (n, body)

    def _body(self, entity: str) -> Body | None:
        row = self.rows.get(entity)
        return row[1] if row is not None else None
