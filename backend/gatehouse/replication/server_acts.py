"""Acts of the server's own device: founding an org, and what a job can redo (design §2). Numbered by the log itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from gatehouse.db.steps import Steps
from gatehouse.replication import feed
from gatehouse.replication.batch import Arrival, Batch
from gatehouse.replication.commit import settle
from gatehouse.replication.core import Committed, Replication
from gatehouse.replication.facts import Facts
from gatehouse.replication.feed import Appended
from gatehouse.replication.registry import Act
from gatehouse_sync import canon, chain, ops
from gatehouse_sync.clock import Evidence, Interval
from gatehouse_sync.decision import Decision
from gatehouse_sync.entities import ENTITIES, KINDS
from gatehouse_sync.ids import derived, uuid7


class ServerAct(msgspec.Struct, frozen=True):
    """One act of the server: a kind, its fields, the entity unless it creates one; ``at`` (UTC ms) when not now."""

    kind: str
    fields: Mapping[str, Any]
    entity: str | None = None
    id: str | None = None
    at: int | None = None


def server_device(org: str) -> str:
    """The server's device, and its name as an actor, in an org."""
    return derived("server", org)


async def act(
    core: Replication, org: str, acts: Sequence[ServerAct], before: Callable[[], Steps[None]] | None = None
) -> list[tuple[str, Decision]]:
    """Carry the acts out in one transaction, begun by ``before``; gives each one's id and decision."""
    made = [_op(core, org, one) for one in acts]
    results: list[tuple[str, Decision]] = []

    def steps() -> Steps[tuple[Batch, Appended]]:
        results.clear()
        if before is not None:
            yield from before()
        now = core.now()
        facts = Facts(org, now, core.registry.refs)
        yield from facts.load([op.head for op, *_ in made], {ref for op, *_ in made for ref in core.registry.refs(op)})
        batch = Batch(core.registry, facts, server_device(org), None, revoked=None)
        for (op, head, private, salt), one in zip(made, acts, strict=True):
            at = now if one.at is None else one.at
            t = Interval(at, at, at, "live")
            arrival = Arrival(op.head.id, None, None, chain.head_hash(head.encode()), op, head, private, salt)
            acted = Act(op, KINDS[op.head.kind], server_device(org), t, by_server=True)
            results.append((op.head.id, (yield from batch.admit(arrival, acted))))
        appended = yield from feed.append(batch, now)
        yield from core.open_sites(appended.opened)
        return batch, appended

    batch, appended = await settle(core.database, steps)
    core.after_commit(Committed(appended.moved, appended.head.epoch, batch.regranted, batch.revoked_devices))
    return results


def _op(core: Replication, org: str, one: ServerAct) -> tuple[ops.Op, str, str | None, bytes | None]:
    kind = KINDS[one.kind]
    now = core.now()
    id_ = one.id or uuid7(now, core.random(10))
    fields = ENTITIES[kind.entity].fields if kind.entity is not None else {}
    secret = {name: given for name, given in one.fields.items() if name in fields and fields[name].private}
    public = {name: given for name, given in one.fields.items() if name not in secret}
    salt = core.random(32) if secret else None
    private = canon.encode(secret).decode() if secret else None
    com = canon.commit(salt, private.encode()) if salt is not None and private is not None else None
    head = ops.Head(
        actor=server_device(org),
        auth=ops.NO_AUTH,
        base=None,
        com=com,
        depends_on=[],
        entity=one.entity or id_,
        id=id_,
        kind=one.kind,
        kv=kind.version,
        org=org,
        t=Evidence(None, 0, "server", now),
        touched=sorted(one.fields),
        values=public,
    )
    ops.check(head, secret or None, kind)
    return ops.Op(head, secret or None), canon.encode(head).decode(), private, salt
