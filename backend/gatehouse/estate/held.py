"""Held acts, for an admin who lets them go or sends them back (P17, PROTOCOL 13.3)."""

from __future__ import annotations

from typing import Any

import msgspec

from gatehouse.db.steps import Query, Row, Steps, read
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.estate.office import admin
from gatehouse.replication.core import Replication
from gatehouse_sync import ops
from gatehouse_sync.ops import Head
from gatehouse_sync.stamp import Leaf

MOST = 200
"""Acts of an answer: those that came last."""
_leaf = msgspec.json.Decoder(Leaf)
_head = msgspec.json.Decoder(Head)


class HeldAct(msgspec.Struct, frozen=True):
    """An act that waits.

    Attributes:
        at: corrected time of the act, UTC ms.
        received: when it arrived, UTC ms.
        code: why it is held (PROTOCOL 6.4).
        label: what its device is called.
    """

    op: str
    kind: str
    entity: str
    actor: str
    label: str
    at: int
    received: int
    code: str
    values: dict[str, Any]
    private: dict[str, Any]


class HeldActs(msgspec.Struct, frozen=True):
    """What is held in the org, the last to arrive first."""

    held: list[HeldAct]


async def held_acts(core: Replication, claim: DeviceClaim, session: bytes | None) -> HeldActs:
    """Every held act of the org, with what it would record.

    Raises:
        Problem: as ``admin``.
    """

    def steps() -> Steps[HeldActs]:
        asks = yield from admin(claim, session, core.now())
        rows = yield Query(
            "SELECT o.head, o.private, o.code, o.received, d.label, "
            "(SELECT leaf FROM log l WHERE l.org = o.org AND l.n = o.n) "
            "FROM hold h JOIN op o ON o.id = h.op LEFT JOIN device d ON d.id = o.device "
            "WHERE h.org = ? AND o.d = 'parked' ORDER BY o.received DESC, o.n DESC LIMIT ?",
            (asks.org, MOST),
        )
        return HeldActs([_act(row) for row in rows])

    return await read(core.database, steps())


def _act(row: Row) -> HeldAct:
    text, private, code, received, label, leaf = row
    head, decision = _head.decode(text), _leaf.decode(leaf).decision
    if decision is None:
        raise AssertionError("an op's leaf holds a decision")
    return HeldAct(
        op=head.id,
        kind=head.kind,
        entity=head.entity,
        actor=head.actor,
        label=label or "",
        at=decision.t.at,
        received=received,
        code=code or "",
        values=dict(head.values),
        private=dict(ops.parse_values(private.encode())) if private is not None else {},
    )
