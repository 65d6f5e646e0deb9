"""What a push must know before it can decide: loaded once for the batch, then kept true in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from gatehouse.db.steps import Query, Row, Steps
from gatehouse.replication.device_posts import Placed, load_posts
from gatehouse.replication.device_rows import DeviceRow, load_devices
from gatehouse.replication.grants import PersonFacts, load_people
from gatehouse_sync import canon, ids, ops
from gatehouse_sync.apply import Body, changes_fields, makes
from gatehouse_sync.clock import Interval
from gatehouse_sync.course import Course
from gatehouse_sync.decision import Decision
from gatehouse_sync.entities import KINDS
from gatehouse_sync.merge import Write
from gatehouse_sync.ops import Op
from gatehouse_sync.upcast import as_decided, newest, understood

_decision = msgspec.json.Decoder(Decision)
_head = msgspec.json.Decoder(ops.Head)
_json = msgspec.json.Decoder()


class Known(msgspec.Struct):
    """An op the log holds: its hash, its current decision, and what may still need it."""

    id: str
    hash: bytes
    d: str
    code: str | None
    device: str
    entity: str | None
    kind: str | None
    n: int


class Stored(msgspec.Struct):
    """An entity row as loaded: its body, log position, expiry day and the version feeds know."""

    body: Body
    n: int
    day: int
    ver: str


class Held(msgspec.Struct):
    """A parked op, ready to be decided afresh."""

    op: Op
    device: str
    cn: int
    t: Interval
    waits_on: str
    malformed: bool = False
    """Its kind, not known when it came, is known now, and it breaks the rules of that kind."""
    signed: Decision | None = None
    """What was decided about it before the database went back: it counts once what it waits for is there."""


UNKNOWN_KIND = "unknown_kind:"
"""How what waits for a newer server begins; kind and version follow, ``noun.verb.7``."""
_ENTITIES = "SELECT id, body, n, day, ver FROM entity WHERE org = ? AND id = ANY(?*) ORDER BY id"


class Facts:
    """The state a batch is decided on.

    ``refs`` names what the rule of an op looks at besides its own entities.
    """

    def __init__(
        self,
        org: str,
        now: int,
        refs: Callable[[Op], Iterable[str]] = lambda _op: (),
    ) -> None:
        self.org = org
        self.now = now
        self.forebear: str | None = None
        """The device whose chain this one's follows: its user enrolled anew when the old key was lost."""
        self._refs = refs
        self.steady: set[str] = set()
        """Entities that this batch's rules look at and that no act of it can change."""
        self.stored: dict[str, Stored] = {}
        self.bodies: dict[str, Body] = {}
        self.known: dict[str, Known] = {}
        self.by_entity: dict[str, list[Known]] = {}
        self.writes: dict[str, list[Write]] = {}
        self.people: dict[str, PersonFacts] = {}
        self.devices: dict[str, DeviceRow] = {}
        self.posts: dict[str, list[Placed]] = {}
        """Where devices stood, oldest first; only of those whose acts ask."""
        self.sign_ins: dict[str, tuple[str, str]] = {}
        self.noted: dict[tuple[str, str], Any] = {}
        """What a feature's ``prepare`` found out for its own rules, by what and where."""
        self.holds: dict[str, list[Held]] = {}
        self.held: dict[str, Held] = {}
        self.ended: dict[str, int] = {}
        """Epochs that have ended, with the log position at which they did; loaded when an act is given back."""
        self.courses: dict[str, Course] = {}
        self._done: list[tuple[Op, str, Decision]] = []
        self._asked: set[str] = set()
        self._asked_holds: set[str] = set()

    def body(self, entity: str) -> Body | None:
        """The entity as it stands now, or None."""
        return self.bodies.get(entity)

    def of_kind(self, entity: object, kind: str) -> Body | None:
        """The entity when it exists and is of that kind."""
        body = self.bodies.get(entity) if isinstance(entity, str) else None
        return body if body is not None and body["kind"] == kind else None

    def do(self, op: Op, device: str, decision: Decision) -> None:
        """Remember an effective act of this batch."""
        self._done.append((op, device, decision))

    def done(self, entity: str) -> list[tuple[int, Op, str, Decision]]:
        """The effective acts of this batch on a record, numbered."""
        about = [
            entity == op.head.entity or entity in decision.also or makes(entity, op, decision)
            for op, _, decision in self._done
        ]
        return [(i, *self._done[i]) for i, is_about in enumerate(about) if is_about]

    def load_ended(self) -> Steps[None]:
        """Load which epochs of the org have ended, unless this batch has them."""
        if not self.ended:
            self.ended = dict((yield Query("SELECT epoch, n FROM ended_epoch WHERE org = ?", (self.org,))))

    def load(self, heads: list[ops.Head], refs: Iterable[str]) -> Steps[None]:
        """Load what these ops touch: entities, their ops, actors, certificates, and what waits for them."""
        entities = {head.entity for head in heads} | set(refs)
        for head in heads:
            entities.update(head.depends_on)
        yield from self.load_ops({head.id for head in heads})
        yield from self.load_entities(entities - self.steady)
        yield from self._read_steady(entities & self.steady)
        yield from self.load_actors({head.actor for head in heads}, {head.auth for head in heads})
        yield from self.load_holds(entities | {head.id for head in heads})

    def load_actors(self, actors: set[str], auths: set[str]) -> Steps[None]:
        """Load people with their dated roles, and the sign-ins the ops claim."""
        missing = actors - self.people.keys()
        if missing:
            self.people.update((yield from load_people(missing)))
        unknown = auths - self.sign_ins.keys() - {ops.NO_AUTH}
        if unknown:
            rows = yield Query(
                "SELECT id, device, person FROM certificate WHERE type = 'sign_in' AND id = ANY(?*)", (unknown,)
            )
            self.sign_ins.update({row[0]: (row[1], row[2]) for row in rows})

    def load_device(self, device: str, *, lock: bool = False) -> Steps[None]:
        """Load one device of this org, unless this batch has it; ``lock`` by who will write it."""
        if device not in self.devices:
            found = yield from load_devices([device], lock=lock)
            self.devices.update({id_: row for id_, row in found.items() if row.org == self.org})

    def load_posts(self, device: str) -> Steps[None]:
        """Load where a device stood, unless this batch has it."""
        if device not in self.posts:
            self.posts[device] = yield from load_posts(device)

    def load_entities(self, wanted: set[str]) -> Steps[None]:
        """Load entities that exist, locked in order of id, and every op on them."""
        missing = wanted - self._asked
        if not missing:
            return
        self._asked |= missing
        rows = yield Query(_ENTITIES, (self.org, missing), lock=True)
        self._keep(rows)
        yield from self._load_history({row[0] for row in rows} | missing)

    def _read_steady(self, wanted: set[str]) -> Steps[None]:
        """Load, unlocked, what pushes only look at: else all that name one post would wait for each other."""
        missing = wanted - self._asked
        if missing:
            self._keep((yield Query(_ENTITIES, (self.org, missing))))

    def _keep(self, rows: list[Row]) -> None:
        for id_, body, n, day, ver in rows:
            decoded = _json.decode(body)
            self.stored[id_] = Stored(decoded, n, day, ver)
            self.bodies[id_] = decoded

    def _load_history(self, entities: set[str]) -> Steps[None]:
        # The leaf is looked up row by row: joined, a log that was never analysed is read whole.
        rows = yield Query(
            "SELECT o.id, o.hash, o.d, o.code, o.device, o.entity, o.kind, o.n, o.head, o.actor, "
            "(SELECT leaf FROM log l WHERE l.org = o.org AND l.n = o.n) "
            "FROM op o WHERE o.org = ? AND o.entity = ANY(?*) ORDER BY o.n",
            (self.org, entities),
        )
        for row in rows:
            known = Known(*row[:8])
            self.note(known)
            if known.d in {"applied", "merged"} and known.entity is not None:
                self._note_write(row, known.entity)
        for entity in {row[5] for row in rows}:
            self.by_entity[entity].sort(key=lambda known: known.n)

    def _note_write(self, row: Row, entity: str) -> None:
        op = Op(_head.decode(row[8]), None)
        decision = _decision.decode(msgspec.json.encode(_json.decode(row[10])["decision"]))
        self.writes.setdefault(entity, []).append(write_of(as_decided(op, decision.kv).head, row[4], decision))

    def load_ops(self, wanted: set[str]) -> Steps[None]:
        """Load which of these op ids the log holds, of whatever org (P7)."""
        if not wanted:
            return
        rows = yield Query("SELECT id, hash, d, code, device, entity, kind, n FROM op WHERE id = ANY(?*)", (wanted,))
        for row in rows:
            self.note(Known(*row))

    def load_holds(self, causes: set[str]) -> Steps[None]:
        """Load parked ops that wait for these, and in turn what waits for those."""
        while causes := causes - self._asked_holds:
            self._asked_holds |= causes
            rows = yield Query(
                "SELECT h.waits_on, h.signed, o.head, o.private, o.device, o.cn, "
                "(SELECT leaf FROM log l WHERE l.org = o.org AND l.n = o.n) "
                "FROM hold h JOIN op o ON o.id = h.op "
                "WHERE h.org = ? AND h.waits_on = ANY(?*) ORDER BY o.chain, o.cn",
                (self.org, causes),
            )
            held = [_held(row) for row in rows]
            for one in held:
                self.wait(one)
            if any(one.signed is not None for one in held):
                yield from self.load_ended()
            heads = [one.op.head for one in held]
            if heads:
                outcomes = {ids.derived("outcome", head.id) for head in heads}
                touched = {head.entity for head in heads} | {i for head in heads for i in head.depends_on}
                looked_at = {ref for one in held for ref in self._refs(one.op)}
                yield from self.load_entities(touched | outcomes | looked_at)
                yield from self.load_actors({head.actor for head in heads}, {head.auth for head in heads})
            causes = {head.id for head in heads} | {head.entity for head in heads}

    def load_held(self, op: str) -> Steps[None]:
        """Load one parked op of this org into ``held``, with all it touches."""
        rows = yield Query(
            "SELECT h.waits_on, h.signed, o.head, o.private, o.device, o.cn, "
            "(SELECT leaf FROM log l WHERE l.org = o.org AND l.n = o.n) "
            "FROM hold h JOIN op o ON o.id = h.op WHERE h.org = ? AND h.op = ?",
            (self.org, op),
        )
        for row in rows:
            self.held[op] = _held(row)
            if self.held[op].signed is not None:
                yield from self.load_ended()
            refs = {*self._refs(self.held[op].op), ids.derived("outcome", op)}
            yield from self.load([self.held[op].op.head], refs)

    def wait(self, held: Held) -> None:
        """Remember a parked op under what it waits for."""
        self.holds.setdefault(held.waits_on, []).append(held)

    def note(self, known: Known) -> None:
        """Remember an op and its current decision."""
        before = self.known.get(known.id)
        self.known[known.id] = known
        if known.entity is not None:
            row = self.by_entity.setdefault(known.entity, [])
            if before in row:
                row[row.index(before)] = known
            else:
                row.append(known)


def badge_id(post: str, person: str) -> str:
    """The entity that lets a person be picked on a post's tablet."""
    return ids.derived("badge", post, person)


def write_of(head: ops.Head, device: str, decision: Decision) -> Write:
    """The fields an effective op wrote."""
    fields = frozenset(head.touched).union(KINDS[head.kind].stamps) if changes_fields(head) else frozenset()
    if decision.f:
        fields -= {name for name, result in decision.f.items() if result[0] != "won"}
    return Write(head.id, head.actor, device, decision.t.earliest, fields)


def _held(row: Row) -> Held:
    waits_on, signed, text, private, device, cn, leaf = row
    head = _head.decode(text)
    op = Op(head, ops.parse_values(private.encode()) if private is not None else None)
    decision = _decision.decode(msgspec.json.encode(_json.decode(leaf)["decision"]))
    if signed is not None:
        kept = _decision.decode(signed)
        return Held(as_decided(op, kept.kv), device, cn or 0, decision.t, waits_on, signed=kept)
    # What an erasure has taken cannot be checked any more.
    unchecked = waits_on.startswith(UNKNOWN_KIND) and (head.com is None or private is not None)
    try:
        read = understood(op) if unchecked else newest(op)
    except ops.MalformedError:
        return Held(op, device, cn or 0, decision.t, waits_on, malformed=True)
    return Held(read or op, device, cn or 0, decision.t, waits_on)


def encode_body(body: Body) -> str:
    """An entity as it is stored and sent."""
    return canon.encode(body).decode()
