"""The course of a record: its acts in the order they were decided, also after a database went back (PROTOCOL 14.5).

An act given back takes the place it had, not the one in which its device happened to return; so whatever the order of
return, the record comes out as it was. Server only; pure.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gatehouse_sync import notices
from gatehouse_sync.apply import Body, also, apply, apply_also, changes_fields, makes
from gatehouse_sync.decision import Decision
from gatehouse_sync.entities import ENTITIES, KINDS
from gatehouse_sync.fields import GROWING
from gatehouse_sync.merge import writer
from gatehouse_sync.ops import Op

Place = tuple[int, str, int]
"""Where an act stands: its log position; of one given back the position at which its epoch ended, that epoch, and the
position it had there."""


def place_of(n: int, decision: Decision, ended: Mapping[str, int]) -> Place:
    """The place of the leaf at position ``n``; ``ended`` maps each epoch that ended to the position where it did."""
    if decision.was is None:
        return n, "", 0
    epoch, there, _ = decision.was
    return ended.get(epoch, 0), epoch, there


class Step(msgspec.Struct, frozen=True):
    """One effective act on a record, with the device it was made on."""

    place: Place
    op: Op
    device: str
    decision: Decision


class Course:
    """The effective acts on one entity, first to last.

    The act that made it is the first, whatever its place: its voucher may have been lost with the reply, so that it was
    judged anew behind acts that were given back.
    """

    def __init__(self, entity: str, steps: Sequence[Step] = ()) -> None:
        self.entity = entity
        self._steps = sorted(steps, key=self._order)

    def _order(self, step: Step) -> tuple[bool, Place]:
        return not self._makes(step), step.place

    def _makes(self, step: Step) -> bool:
        return step.op.head.id == self.entity or makes(self.entity, step.op, step.decision)

    def add(self, step: Step) -> None:
        """Put an act in its place."""
        insort(self._steps, step, key=self._order)

    def body(self, before: Place | None = None) -> Body | None:
        """The entity after all of its acts, or after those that stand before a place."""
        body: Body | None = None
        for step in self._steps:
            if before is not None and step.place >= before and not self._makes(step):
                break
            if step.op.head.entity == self.entity:
                body = apply(body, step.op, step.decision)
            else:
                body = apply_also(body, self.entity, step.op, step.decision)
        return body

    def after(self, place: Place) -> list[Step]:
        """The acts that stand behind a place."""
        return [step for step in self._steps if step.place > place and not self._makes(step)]

    def answering(self, op: str) -> list[Step]:
        """The acts whose decision names this one as the writer of a value they met."""
        return [step for step in self._steps if op in {other for _, other in step.decision.f.values()}]

    def told(self, op: Op, decision: Decision, place: Place) -> list[Body]:
        """The notices that follow from an act at its place. Of a value whose writer is not back nobody is told yet."""
        before = self.body(place)
        if before is None and decision.f:
            return []
        back = {
            name: result for name, result in decision.f.items() if before is None or writer(before, name) == result[1]
        }
        made = notices.notices(op, msgspec.structs.replace(decision, f=back), before)
        now = self.body()
        if now is None or not now.get("erased"):
            return made
        return [notices.blank(notice, now["kind"]) for notice in made]


def written(entity: str, op: Op, decision: Decision) -> dict[str, Any]:
    """The fields that an effective act set on an entity, and to what; lists and sets that only grow are left out."""
    head = op.head
    if head.entity != entity:
        return dict(also(entity, op, decision))
    kind = KINDS[head.kind]
    if kind.entity is None:
        return {}
    fields, given = ENTITIES[kind.entity].fields, op.fields
    lost = {name for name, result in decision.f.items() if result[0] != "won"}
    wrote: dict[str, Any] = {}
    if head.kind != "visit.erase" and changes_fields(head):
        won = [name for name in head.touched if name in fields and name not in kind.params and name not in lost]
        wrote = {name: given.get(name) for name in won if fields[name].policy not in GROWING}
        wrote |= {name: decision.t.at for name, cause in kind.stamps.items() if not cause or cause in won}
    return wrote | decision.set
