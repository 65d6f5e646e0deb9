"""Which concurrent write of a field stays (PROTOCOL 10.3, P19). Server only; pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gatehouse_sync.apply import Body
from gatehouse_sync.decision import Result
from gatehouse_sync.entities import ENTITIES, KINDS
from gatehouse_sync.fields import GROWING
from gatehouse_sync.ops import Op


class Write(msgspec.Struct, frozen=True):
    """One effective op on an entity, as the log holds it: who wrote which fields, and how early it can have been."""

    op: str
    actor: str
    device: str
    earliest: int
    fields: frozenset[str]


def conflicts(body: Body, writes: Sequence[Write], op: Op, device: str, latest: int) -> dict[str, tuple[Result, str]]:
    """Every touched field that met another write, how it ends, and the op that wrote the present value.

    Args:
        body: the entity as it stands.
        writes: all effective ops on it, in log order.
        op: the arriving op.
        device: the device that recorded it.
        latest: the end of its interval, UTC ms.
    """
    head = op.head
    kind = KINDS[head.kind]
    fields = ENTITIES[body["kind"]].fields
    base = next((i for i, write in enumerate(writes) if write.op == head.base), -1)
    foreign = [write for write in writes[base + 1 :] if (write.actor, write.device) != (head.actor, device)]
    given = op.fields
    found: dict[str, tuple[Result, str]] = {}
    for name in head.touched:
        if name in kind.params or name not in fields or name not in given:
            continue
        field, present = fields[name], body["f"].get(name)
        if field.policy in GROWING or present == given[name]:
            continue
        if field.policy == "first":
            if present is not None:
                found[name] = ("lost", writer(body, name))
        elif any(name in write.fields for write in foreign):
            found[name] = (_result(field.policy, writes, name, latest), writer(body, name))
    return found


def _result(policy: str, writes: Sequence[Write], name: str, latest: int) -> Result:
    if policy == "ask":
        return "ask"
    greatest = max(write.earliest for write in writes if name in write.fields)
    return "lost" if latest < greatest else "won"


def writer(body: Body, name: str) -> str:
    """The op that wrote the field's present value."""
    entry = body.get("w", {}).get(name)
    return str(entry[2]) if entry else str(body["id"])
