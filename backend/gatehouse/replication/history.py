"""History: all that was ever done to one record, as the log has it (PROTOCOL §12). Knows no feature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gatehouse.db.steps import Query, Row, Steps, read
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.replication.core import Replication
from gatehouse.replication.device_rows import device_row
from gatehouse.replication.pull import granted, signed_in
from gatehouse_sync import ops
from gatehouse_sync.apply import Body, also
from gatehouse_sync.decision import Decision
from gatehouse_sync.ids import is_uuid
from gatehouse_sync.ops import Head, Op, Value
from gatehouse_sync.scopes import scopes_of
from gatehouse_sync.stamp import Leaf, LeafType
from gatehouse_sync.upcast import as_decided

MOST = 200
"""Entries of an answer: the newest."""
UNPROVEN = ("sign_in_needed", "wrong_org")
"""Refusals of acts that nobody can be said to have made."""
_leaf = msgspec.json.Decoder(Leaf)
_head = msgspec.json.Decoder(Head)
_json = msgspec.json.Decoder()


class Later(msgspec.Struct, frozen=True, omit_defaults=True):
    """A later decision about an act that was held; ``actor`` is who let it go, when a person did."""

    type: LeafType
    at: int
    d: str
    actor: str | None = None


class HistoryEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One act.

    Attributes:
        at: corrected time, UTC ms.
        received: when it arrived, UTC ms.
        d: the present decision, with its ``code`` and what else it says.
        touched: the fields it set on this record.
        values: public values and parameters; absent where the reader may not see them.
        private: private values, while devices may hold the record full.
        lost: ``(field, value that did not stay, whose did, since when)``.
        later: decisions that followed the first.
    """

    op: str
    kind: str
    actor: str
    device: str
    label: str
    at: int
    received: int
    d: str
    touched: list[str]
    lost: list[tuple[str, Any, str, int]]
    later: list[Later]
    code: str | None = None
    because: tuple[str, str, int, str] | None = None
    clause: str | None = None
    told: dict[str, str | int] = {}
    why: str | None = None
    values: dict[str, Any] | None = None
    private: dict[str, Any] | None = None


class History(msgspec.Struct, frozen=True):
    """The acts on a record, oldest first, and the names of the people in them."""

    entries: list[HistoryEntry]
    names: dict[str, str]


class _Known(msgspec.Struct, frozen=True):
    """An op of the log with its present decision."""

    op: Op
    device: str
    label: str
    received: int
    decision: Decision


class _Reader(msgspec.Struct, frozen=True):
    """Who asks about which record, and whether its private values may be shown."""

    person: str
    entity: str
    full: bool


async def history(core: Replication, entity: str, claim: DeviceClaim, session: bytes | None) -> History:
    """Everything done to a record that the person signed in on the device may hold now.

    Args:
        entity: the record's id, as the client sent it.
        claim: the device the token proves.
        session: hash of the session token, or None.

    Raises:
        Problem: ``not_signed_in``, ``session_ended``, ``device_revoked``, ``unknown_device``; ``not_found`` when there
            is no such record, and just so when the person may not hold it.
    """
    if session is None:
        raise Problem("not_signed_in")
    if not is_uuid(entity):
        raise Problem("not_found")
    return await read(core.database, _history(entity, claim, session, core.now()))


def _history(entity: str, claim: DeviceClaim, session: bytes, now: int) -> Steps[History]:
    device = yield from device_row(claim.device)
    if device.revoked is not None:
        raise Problem("device_revoked")
    person = yield from signed_in(session, device.id)
    if person is None:
        raise Problem("not_signed_in")
    rows = yield Query("SELECT body, full_until FROM entity WHERE id = ? AND org = ?", (entity, device.org))
    body: Body | None = _json.decode(rows[0][0]) if rows else None
    scopes = yield from granted(person, device, now)
    if body is None or not scopes_of(body, device.org) & set(scopes):
        raise Problem("not_found")
    reader = _Reader(person.id, entity, not body.get("erased") and not 0 < rows[0][1] <= now)
    found = yield from _ops(device.org, (yield from _ids(device.org, reader)))
    met = {other for one in found.values() for _, other in one.decision.f.values()} - found.keys()
    others = {**found, **(yield from _ops(device.org, met))}
    later = yield from _later(device.org, found)
    entries = [_entry(one, reader, others, later.get(id_, [])) for id_, one in found.items()]
    return History(entries, (yield from _names(device.org, entries)))


def _ids(org: str, reader: _Reader) -> Steps[list[str]]:
    """The newest acts on the record, by log position. Nobody is named for an act that may not be theirs."""
    beside = yield Query("SELECT op FROM op_also WHERE entity = ?", (reader.entity,))
    rows = yield Query(
        "SELECT id FROM op WHERE org = ? AND kind IS NOT NULL AND (entity = ? OR id = ANY(?*)) "
        "AND (actor = ? OR code IS NULL OR NOT code = ANY(?*)) ORDER BY n DESC LIMIT ?",
        (org, reader.entity, [row[0] for row in beside], reader.person, list(UNPROVEN), MOST),
    )
    return [row[0] for row in rows]


def _ops(org: str, wanted: Iterable[str]) -> Steps[dict[str, _Known]]:
    """Ops by id, in the order of their present decisions."""
    rows = yield Query(
        "SELECT o.id, o.head, o.private, o.device, d.label, o.received, "
        "(SELECT leaf FROM log l WHERE l.org = o.org AND l.n = o.n) "
        "FROM op o LEFT JOIN device d ON d.id = o.device WHERE o.org = ? AND o.id = ANY(?*) ORDER BY o.n",
        (org, list(wanted)),
    )
    return {row[0]: _known(row) for row in rows}


def _known(row: Row) -> _Known:
    _, text, private, device, label, received, leaf = row
    decision = _leaf.decode(leaf).decision
    if decision is None:
        raise AssertionError("an op's leaf holds a decision")
    op = Op(_head.decode(text), ops.parse_values(private.encode()) if private is not None else None)
    return _Known(as_decided(op, decision.kv), device, label or "", received, decision)


def _entry(one: _Known, reader: _Reader, others: Mapping[str, _Known], later: list[Later]) -> HistoryEntry:
    """One act as the reader may see it: what was not accepted is for its author, but that it was tried is said."""
    head, decision = one.op.head, one.decision
    mine = head.actor == reader.person
    touched, values, private = list(head.touched), dict(head.values), one.op.private if reader.full else None
    if head.entity != reader.entity:  # it changed this record beside its own, which may be none of the reader's
        values, private = dict(also(reader.entity, one.op, decision)), None
        touched = sorted(values)
    shown = decision.effective or mine
    return HistoryEntry(
        op=head.id,
        kind=head.kind,
        actor=head.actor,
        device=one.device,
        label=one.label,
        at=decision.t.at,
        received=one.received,
        d=decision.d,
        touched=touched,
        lost=_lost(one, others, full=reader.full),
        later=later,
        code=decision.code,
        because=decision.because,
        clause=decision.clause,
        told=decision.told,
        why=decision.why if shown else None,
        values=values if shown else None,
        private=dict(private) if shown and private is not None else None,
    )


def _lost(one: _Known, others: Mapping[str, _Known], *, full: bool) -> list[tuple[str, Any, str, int]]:
    """Of each field that met a concurrent write: the value that did not stay, null when it may not be shown."""
    lost = []
    for field, (result, id_) in sorted(one.decision.f.items()):
        other = others.get(id_)
        if other is None:
            continue
        loser, stays = (other, one) if result == "won" else (one, other)
        lost.append((field, _value(loser.op, field, full=full), stays.op.head.actor, stays.decision.t.at))
    return lost


def _value(op: Op, field: str, *, full: bool) -> Value:
    if field in op.head.values:
        return op.head.values[field]
    return op.private.get(field) if full and op.private is not None else None


def _later(org: str, found: Mapping[str, _Known]) -> Steps[dict[str, list[Later]]]:
    """Releases and returns of held acts, with the person whose act did it."""
    rows = yield Query(
        "SELECT op, n, leaf FROM log WHERE op = ANY(?*) AND type IN ('release', 'return') ORDER BY n",
        (list(found),),
    )
    later: dict[str, list[Later]] = {}
    for id_, n, text in rows:
        leaf = _leaf.decode(text)
        # The leaf of the act that let it go stands before its own, in one transaction.
        causes = yield Query(
            "SELECT o.actor, o.head FROM op o WHERE o.id = "
            "(SELECT op FROM log WHERE org = ? AND n < ? AND type = 'op' ORDER BY n DESC LIMIT 1)",
            (org, n),
        )
        named = _head.decode(causes[0][1]).values.get("op") if causes and causes[0][0] is not None else None
        actor = causes[0][0] if named == id_ else None
        d = leaf.decision.d if leaf.decision is not None else ""
        later.setdefault(id_, []).append(Later(leaf.type, leaf.at, d, actor))
    return later


def _names(org: str, entries: list[HistoryEntry]) -> Steps[dict[str, str]]:
    """Names of the people an answer speaks of."""
    ids: set[str] = set()
    for one in entries:
        ids |= {one.actor, *(stays for _, _, stays, _ in one.lost)}
        ids |= {step.actor for step in one.later if step.actor is not None}
        ids |= {one.because[1]} if one.because is not None else set()
        ids |= _named(one)
    rows = yield Query("SELECT id, name FROM person WHERE org = ? AND id = ANY(?*)", (org, sorted(ids)))
    return {id_: name for id_, name in rows if name}


def _named(entry: HistoryEntry) -> set[str]:
    """Ids among the values shown: some are people's."""
    values = (entry.values or {}).values()
    texts = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return {one for one in texts if is_uuid(one)}
