"""Acts of the server's own device: founding an org, and what a job can redo (design §2). Numbered by the log itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatehouse.db.failures import StorageError
from gatehouse.db.steps import FAILURES, Steps
from gatehouse.replication import feed
from gatehouse.replication.batch import Arrival, Batch
from gatehouse.replication.commit import in_turn, settle
from gatehouse.replication.core import Replication, of_batch
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


class Made(msgspec.Struct, frozen=True):
    """An op of the server with its texts."""

    op: ops.Op
    head: str
    private: str | None
    salt: bytes | None
    at: int | None = None


def server_device(org: str) -> str:
    """The server's device, and its name as an actor, in an org."""
    return derived("server", org)


async def act(
    core: Replication, org: str, acts: Sequence[ServerAct], before: Callable[[], Steps[None]] | None = None
) -> list[tuple[str, Decision]]:
    """Carry the acts out in one transaction, begun by ``before``; gives each one's id and decision."""
    results: list[tuple[str, Decision]] = []

    def steps() -> Steps[tuple[Batch, Appended]]:
        results.clear()
        if before is not None:
            yield from before()
        batch, made = yield from begun(core, org, acts)
        results.extend((yield from carry_out(batch, made)))
        appended = yield from feed.append(batch, batch.facts.now)
        yield from core.open_sites(appended.opened)
        return batch, appended

    batch, appended = await settle(core.database, steps)
    core.after_commit(of_batch(batch, appended))
    return results


async def act_everywhere(core: Replication, acts: Iterable[tuple[str, ServerAct]]) -> int:
    """Carry out acts, each beside its org, in one transaction an org; gives how many there were.

    An org in which it fails holds up no other; the failure comes when all had their turn, a fault of ours before
    the database's.
    """
    failed: list[Exception] = []
    by_org: dict[str, list[ServerAct]] = {}
    for org, one in acts:
        by_org.setdefault(org, []).append(one)
    for org, found in by_org.items():
        try:
            await act(core, org, found)
        except Exception as error:  # noqa: BLE001 - raised below
            failed.append(error)
    if failed:
        raise min(failed, key=lambda error: isinstance(error, (StorageError, *FAILURES)))
    return sum(map(len, by_org.values()))


def begun(core: Replication, org: str, acts: Sequence[ServerAct]) -> Steps[tuple[Batch, list[Made]]]:
    """The acts as ops, and a batch that knows all they touch."""
    made = [_op(core, org, one) for one in acts]
    yield from in_turn(core.registry, org, [one.op for one in made])
    facts = Facts(org, core.now(), core.registry.refs)
    yield from facts.load([one.op.head for one in made], {ref for one in made for ref in core.registry.refs(one.op)})
    return Batch(core.registry, facts, server_device(org), None, revoked=None), made


def carry_out(batch: Batch, made: Sequence[Made]) -> Steps[list[tuple[str, Decision]]]:
    """Decide the ops one after another; gives each one's id and decision."""
    server, results = batch.device, []
    for one in made:
        head, at = one.op.head, batch.facts.now if one.at is None else one.at
        arrival = Arrival(
            head.id, None, None, chain.head_hash(one.head.encode()), one.op, one.head, one.private, one.salt
        )
        acted = Act(one.op, KINDS[head.kind], server, Interval(at, at, at, "live"), by_server=True)
        results.append((head.id, (yield from batch.admit(arrival, acted))))
    return results


def _op(core: Replication, org: str, one: ServerAct) -> Made:
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
    return Made(ops.Op(head, secret or None), canon.encode(head).decode(), private, salt, one.at)
