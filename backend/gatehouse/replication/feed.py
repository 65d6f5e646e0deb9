"""The feed: per-scope numbers handed out in the transaction that writes the rows, and pages read from one snapshot."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gatehouse.db.steps import MANY_ROWS, Insert, Many, Query, Row, Steps
from gatehouse.replication import batch_rows
from gatehouse.replication.batch import Batch
from gatehouse.replication.commit import recheck
from gatehouse.replication.facts import Stored
from gatehouse_sync import digest, shade, stamp
from gatehouse_sync.apply import Body
from gatehouse_sync.canon import encode
from gatehouse_sync.decision import Decision
from gatehouse_sync.fields import DAY
from gatehouse_sync.protocol import Page

_LOG = ("org text", "n bigint", "type text", "op text", "at bigint", "leaf text", "hash bytea")
_ENTITY = (
    "id text",
    "org text",
    "kind text",
    "n bigint",
    "ver text",
    "day bigint",
    "full_until bigint",
    "about text",
    "body text",
)
_FEED = ("scope bigint", "seq bigint", "entity text", "until bigint", "gone bigint")
_json = msgspec.json.Decoder()
Touched = dict[str, list[tuple[str, int]]]
"""Scope: entities in the order of their new numbers, each with 1 when it leaves the scope."""
Entities = dict[str, tuple[Stored, Stored | None, str]]
"""Entity: its new state, its old one, its text."""


class Moved(msgspec.Struct):
    """What one transaction added to a scope: numbers ``after + 1`` to ``upto``."""

    scope: str
    after: int
    upto: int
    rows: list[tuple[int, str]]
    gone: list[str]
    plain: bool
    """Whether every row may go out as it is: nothing in it is due to be shaded."""
    org: str
    granted: int
    """The org's count of changes of grants when it was committed: whom the rows may go to is known as of then."""


class LogHead(msgspec.Struct, frozen=True):
    """The end of an org's log; ``granted`` counts the transactions that changed what somebody may hold."""

    org: str
    epoch: str
    n: int
    hash: bytes
    granted: int


class Regrant(msgspec.Struct, frozen=True, array_like=True):
    """A change of what people or devices of an org may hold: its count ``before`` and ``after``."""

    org: str
    before: int
    after: int


def regrants(head: LogHead, count: int) -> list[Regrant]:
    """What ``count`` changes in one transaction, which ended at ``head``, tell sockets; nothing without any."""
    return [Regrant(head.org, head.granted - count, head.granted)] if count else []


class Appended(msgspec.Struct):
    """What a transaction left behind."""

    head: LogHead
    moved: list[Moved]
    opened: list[str]
    """Sites created, which need a key."""
    positions: dict[int, int] = {}
    """Log position of each of the batch's entries."""


def append(batch: Batch, received: int) -> Steps[Appended]:
    """Write a batch: lock scope heads in order, then the org's log head, then everything at once (design §8)."""
    org, facts = batch.facts.org, batch.facts
    touched: Touched = {}
    for id_, before in batch.changed.items():
        new = batch.scopes(facts.bodies[id_])
        old = batch.scopes(before.body) if before is not None else frozenset()
        for scope in new:
            touched.setdefault(scope, []).append((id_, 0))
        for scope in old - new:
            touched.setdefault(scope, []).append((id_, 1))
    heads = yield from lock_scopes(sorted(touched))
    head = yield from lock_log(org)
    yield from recheck(batch)
    positions, head = yield from _append_log(batch, head, received)
    yield from batch_rows.write_ops(batch, positions, received)
    yield from batch_rows.write_also(batch)
    yield from batch_rows.write_redecided(batch, positions)
    entities = {
        id_: (after, before, text) for id_, after, before, text in batch_rows.entity_rows(batch, positions, head.n)
    }
    rows: list[Row] = [
        (
            id_,
            org,
            after.body["kind"],
            after.n,
            after.ver,
            after.day,
            shade.full_until(after.body),
            batch.about.get(id_),
            text,
        )
        for id_, (after, _before, text) in entities.items()
    ]
    yield from _put(Insert("entity", _ENTITY, rows, key=("id",)), batch)
    moved = yield from _number(touched, heads, entities, batch, head, received)
    yield from _sum_days(touched, heads, batch, entities)
    yield from _project(batch)
    yield from _spoil(batch, head.n)
    yield from _hold(batch)
    opened = [i for i, (after, before, _) in entities.items() if after.body["kind"] == "site" and before is None]
    yield Insert(
        "withdrawn",
        ("kind text", "subject text", "org text", "at bigint", "made bigint"),
        # Withdrawn twice in one push counts once, as the last says: PostgreSQL replaces no row twice in one statement.
        list(
            {
                (one.kind, one.subject): (one.kind, one.subject, one.org, one.at, one.made) for one in batch.withdrawn
            }.values()
        ),
        key=("org", "kind", "subject"),
    )
    return Appended(head, moved, opened, positions)


def lock_scopes(names: list[str]) -> Steps[dict[str, tuple[int, int]]]:
    """``{scope: (id, seq)}``, made where missing, locked in order of name."""
    if not names:
        return {}
    query = Query("SELECT scope, id, seq FROM scope_head WHERE scope = ANY(?*) ORDER BY scope", (names,), lock=True)
    rows = yield query
    if len(rows) < len(names):
        found = {row[0] for row in rows}
        missing = [(name, 0, 0) for name in names if name not in found]
        yield Insert("scope_head", ("scope text", "seq bigint", "floor bigint"), missing, key=("scope",), keep=True)
        rows = yield query
    return {scope: (id_, seq) for scope, id_, seq in rows}


def lock_log(org: str) -> Steps[LogHead]:
    """The end of the org's log, locked: commits of one org are serial here."""
    rows = yield Query("SELECT epoch, n, hash, granted FROM org_head WHERE org = ?", (org,), lock=True)
    epoch, n, hash_, granted = rows[0]
    return LogHead(org, epoch, n, bytes(hash_), granted)


def _append_log(batch: Batch, head: LogHead, at: int) -> Steps[tuple[dict[int, int], LogHead]]:
    positions: dict[int, int] = {}
    rows: list[Row] = []
    n, hash_ = head.n, head.hash
    for index, entry in enumerate(batch.entries):
        n += 1
        leaf = stamp.leaf_text(
            stamp.Leaf(at, entry.decision, entry.head_hash.hex() if entry.head_hash else None, n, entry.op, entry.type)
        )
        hash_ = stamp.log_hash(hash_, leaf)
        positions[index] = n
        rows.append((head.org, n, entry.type, entry.op, at, leaf.decode(), hash_))
    yield Insert("log", _LOG, rows)
    granted = head.granted + batch.regrants
    yield Query("UPDATE org_head SET n = ?, hash = ?, granted = ? WHERE org = ?", (n, hash_, granted, head.org))
    return positions, LogHead(head.org, head.epoch, n, hash_, granted)


def _number(
    touched: Touched,
    heads: dict[str, tuple[int, int]],
    entities: Entities,
    batch: Batch,
    log: LogHead,
    now: int,
) -> Steps[list[Moved]]:
    rows: list[Row] = []
    ends: list[Row] = []
    moved = []
    for scope, changes in touched.items():
        id_, seq = heads[scope]
        upto = seq + len(changes)
        kept = [entity for entity, gone in changes if not gone]
        moved.append(
            Moved(
                scope,
                seq,
                upto,
                [(entities[e][0].n, entities[e][2]) for e in kept],
                [entity for entity, gone in changes if gone],
                all(not _due(entities[e][0], now) for e in kept),
                log.org,
                log.granted,
            )
        )
        rows.extend((id_, seq + i, entity, upto, now if gone else 0) for i, (entity, gone) in enumerate(changes, 1))
        ends.append((upto, id_))
    yield Many("UPDATE scope_head SET seq = ? WHERE id = ?", ends)
    yield from _put(Insert("feed", _FEED, rows, key=("scope", "entity")), batch, 2)
    return moved


def _put(insert: Insert, batch: Batch, entity: int = 0) -> Steps[None]:
    """Rows of a table that has one for each entity, or for each in a scope; ``entity`` is the column that names it.

    Of entities that are new there can be none (``recheck``): where these are many, they go in plainly.
    """
    made = [row for row in insert.rows if batch.changed[row[entity]] is None]
    if len(made) < MANY_ROWS:
        yield insert
        return
    yield msgspec.structs.replace(insert, rows=made, key=())
    if len(made) < len(insert.rows):
        rest = [row for row in insert.rows if batch.changed[row[entity]] is not None]
        yield msgspec.structs.replace(insert, rows=rest)


def _due(stored: Stored, now: int) -> bool:
    return 0 < shade.full_until(stored.body) <= now


def _sum_days(
    touched: Touched,
    heads: dict[str, tuple[int, int]],
    batch: Batch,
    entities: Entities,
) -> Steps[None]:
    oldest = batch.facts.now // DAY - 1  # what is older is pruned, soon or already, and no device is asked for it
    rows: list[Row] = []
    unpruned: list[Row] = []
    for scope, changes in touched.items():
        days: dict[int, list[int]] = {}
        for entity, gone in changes:
            after, before, _ = entities[entity]
            if before is not None and scope in batch.scopes(before.body):
                total = days.setdefault(before.day, [0, 0])
                total[0] -= 1
                total[1] -= digest.weight(entity, before.ver)
            if not gone:
                total = days.setdefault(after.day, [0, 0])
                total[0] += 1
                total[1] += digest.weight(entity, after.ver)
        for day, (count, total_sum) in days.items():
            if 0 < day < oldest:
                unpruned.append((count, total_sum % digest.MODULUS, digest.MODULUS, heads[scope][0], day))
            else:
                rows.append((heads[scope][0], day, count, total_sum % digest.MODULUS, digest.MODULUS))
    yield Many(
        "INSERT INTO scope_day (scope, day, count, sum) VALUES (?, ?, ?, ?) ON CONFLICT (scope, day) "
        "DO UPDATE SET count = scope_day.count + excluded.count, sum = (scope_day.sum + excluded.sum) % ?",
        rows,
    )
    yield Many(
        "UPDATE scope_day SET count = count + ?, sum = (sum + ?) % ? WHERE scope = ? AND day = ?", sorted(unpruned)
    )


def _project(batch: Batch) -> Steps[None]:
    tables: dict[str, list[Row]] = {}
    for id_ in batch.changed:
        body = batch.facts.bodies[id_]
        projection = batch.registry.projections.get(body["kind"])
        if projection is not None:
            tables.setdefault(body["kind"], []).append(projection.row(body, batch.facts.org))
    for kind, rows in tables.items():
        projection = batch.registry.projections[kind]
        key = (projection.columns[0].split()[0],)
        yield from _put(Insert(projection.table, projection.columns, rows, key=key), batch)


def _spoil(batch: Batch, n: int) -> Steps[None]:
    """Note which derived rows no longer follow from what is stored now; ``n`` tells this time from the next."""
    keys: set[str] = set()
    for id_, before in batch.changed.items():
        after = batch.facts.bodies[id_]
        names = batch.registry.spoils.get(after["kind"])
        if names is not None:
            keys.update(names(before.body if before is not None else None, after))
    for kind, body in batch.passing:
        if kind in batch.registry.spoils:
            keys.update(batch.registry.spoils[kind](None, body))
    rows = [(batch.facts.org, key, n) for key in sorted(keys)]
    yield Insert("dirty", ("org text", "key text", "n bigint"), rows, key=("org", "key"))


def _hold(batch: Batch) -> Steps[None]:
    if batch.freed:
        yield Query("DELETE FROM hold WHERE op = ANY(?*)", (batch.freed,))
    yield Insert(
        "hold",
        ("op text", "org text", "waits_on text", "signed text"),
        [(op, batch.facts.org, waits, _signed(batch.signed.get(op))) for op, waits in batch.held.items()],
        key=("op",),
    )


def _signed(decision: Decision | None) -> str | None:
    return None if decision is None else encode(decision).decode()


class Stretch(msgspec.Struct, frozen=True):
    """What a pull still lacks of a scope: numbers behind ``after`` up to ``head``, at most ``limit`` rows at once."""

    scope: str
    id: int
    epoch: str
    after: int
    head: int
    limit: int


def read_page(stretch: Stretch, now: int, keep: Callable[[Body], Body]) -> Steps[Page]:
    """The next page of a stretch: about ``limit`` rows, ending where a transaction ends.

    ``keep`` shades a body that is due at ``now``; what is past keeping is gone for whoever has begun with the scope.
    """
    sql = (
        "SELECT f.seq, f.entity, f.until, f.gone, e.n, e.day, e.full_until, e.body "
        "FROM feed f JOIN entity e ON e.id = f.entity WHERE f.scope = ? AND f.seq > ? {} ORDER BY f.seq"
    )
    rows = yield Query(sql.format("") + " LIMIT ?", (stretch.id, stretch.after, stretch.limit))
    whole = len(rows) < stretch.limit
    if not whole and rows[-1][2] > rows[-1][0]:
        rows += yield Query(sql.format("AND f.seq <= ?"), (stretch.id, rows[-1][0], rows[-1][2]))
    sent: list[tuple[int, msgspec.Raw]] = []
    gone: list[str] = []
    for _seq, entity, _until, left, n, day, full_until, body in rows:
        if left:
            gone.append(entity)
        elif not 0 < full_until <= now:
            sent.append((n, msgspec.Raw(body.encode())))
        elif now < day * DAY:
            sent.append((n, msgspec.Raw(encode(keep(_json.decode(body))))))
        elif stretch.after:  # an older version of it, not yet closed, may be there
            gone.append(entity)
    upto = stretch.head if whole else rows[-1][2]
    return Page(stretch.scope, stretch.epoch, stretch.after, upto, sent, gone)
