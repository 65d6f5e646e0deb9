"""A batch: ops are decided in memory one after another; then all of it is written at once (P14, P15)."""

from __future__ import annotations

from typing import Any

import msgspec

from gatehouse.db.steps import Insert, Query, Row, Steps
from gatehouse.replication.decide import decide, waits_on
from gatehouse.replication.facts import Facts, Held, Known, Stored, encode_body, write_of
from gatehouse.replication.registry import Act, Registry
from gatehouse_sync import digest, ids, notices, scopes, shade
from gatehouse_sync.apply import Body, apply, apply_also
from gatehouse_sync.decision import Decision, park, refuse
from gatehouse_sync.entities import KINDS
from gatehouse_sync.ops import NO_AUTH, Op
from gatehouse_sync.stamp import LeafType


class Entry(msgspec.Struct, frozen=True):
    """A decision on its way into the log: the op it is about (None: a stub or an epoch) and its entity, if changed."""

    type: LeafType
    op: str | None
    head_hash: bytes | None
    decision: Decision
    entity: str | None = None
    changed: bool = False


class Arrival(msgspec.Struct, frozen=True):
    """An op as it came over the wire, to be kept."""

    id: str
    cn: int | None
    link: bytes | None
    hash: bytes
    op: Op | None
    head: str | None
    private: str | None
    salt: bytes | None
    claimed: str | None = None
    """The id a malformed op names: what its device does next on that record falls with it (P17)."""


class Batch:
    """What one transaction decides and will write."""

    def __init__(
        self,
        registry: Registry,
        facts: Facts,
        device: str,
        chain: str | None,
        *,
        revoked: int | None,
        shy: bool = False,
    ) -> None:
        """``shy``: what comes free here is not decided but held for a person, for deciding it failed."""
        self.registry = registry
        self.facts = facts
        self.device = device
        self.chain = chain
        self.revoked = revoked
        self.shy = shy
        self.entries: list[Entry] = []
        self.arrivals: list[tuple[Arrival, Decision, int]] = []
        self.redecided: list[tuple[str, Decision]] = []
        self.changed: dict[str, Stored | None] = {}
        self.about: dict[str, str] = {}
        self.held: dict[str, str] = {}
        self.freed: set[str] = set()
        self.regranted: list[str] = []
        self.revoked_devices: list[str] = []
        self.place: tuple[str, str] | None = None
        self.texts: dict[str, str] = {}
        """Texts of changed entities, where they were made before anything was locked."""
        self._positions: dict[str, int] = {}

    # Deciding.

    def admit(self, arrival: Arrival, act: Act) -> Steps[Decision]:
        """Decide one op of a known kind and note all that follows."""
        yield from self._prepare(act.op)
        decision = decide(act, self.facts, self.registry.handlers[act.op.head.kind], self.revoked)
        self.keep(arrival, decision)
        yield from self._carry_out(act, decision, "op", arrival.hash)
        return decision

    def _prepare(self, op: Op) -> Steps[None]:
        prepare = self.registry.handlers[op.head.kind].prepare
        if prepare is not None:
            yield from prepare(op, self.facts)

    def keep(self, arrival: Arrival, decision: Decision) -> None:
        """Note an op and its first decision, whatever it is; the entry that follows is its leaf."""
        self.arrivals.append((arrival, decision, len(self.entries)))
        head = arrival.op.head if arrival.op is not None else None
        self.facts.note(
            Known(
                arrival.id,
                arrival.hash,
                decision.d,
                decision.code,
                self.device,
                head.entity if head else arrival.claimed,
                head.kind if head else None,
                0,
            )
        )

    def log_only(self, arrival: Arrival, decision: Decision, waits: str | None = None) -> None:
        """Log an op that cannot be judged further: malformed, unknown kind, stub."""
        self.keep(arrival, decision)
        op_id = arrival.id if arrival.op is not None else None
        self.entries.append(Entry("op", op_id, arrival.hash, decision))
        if waits is not None:
            self.held[arrival.id] = waits
        if arrival.op is not None:
            self._tell(arrival.op, decision, self.device, None)
        else:
            about = {"chain": self.chain, "cn": arrival.cn}
            self._outcome(arrival.id, self.device, about, decision, self.device)

    def _carry_out(self, act: Act, decision: Decision, type_: LeafType, hash_: bytes) -> Steps[None]:
        head = act.op.head
        before = self.facts.body(head.entity)
        after = apply(before, act.op, decision)
        changed = decision.effective and act.kind.entity is not None and after is not None
        self.entries.append(Entry(type_, head.id, hash_, decision, head.entity if changed else None, changed))
        if changed and after is not None:
            self.change(after)
            self.facts.writes.setdefault(head.entity, []).append(write_of(head, act.device, decision))
        for other in decision.also:
            self.change(apply_also(self.facts.bodies[other], act.op, decision))
        if decision.d == "parked":
            self._hold(act, decision)
        self._tell(act.op, decision, act.device, before)
        # A command names posts from afar.
        if decision.effective and act.device == self.device and act.kind.family != "command":
            self._place(act.op, after)
        effect = self.registry.handlers[head.kind].effect
        if decision.effective and effect is not None:
            yield from effect(act, decision, self)
        if decision.d != "parked":
            yield from self._release(head.id)
            if changed and act.kind.creates:
                yield from self._release(head.entity)

    def _hold(self, act: Act, decision: Decision) -> None:
        """Keep a parked op under what it waits for, which may come later in this very batch."""
        waits = self.held[act.op.head.id] = waits_on(act, decision, self.facts)
        self.facts.wait(Held(act.op, act.device, act.cn, act.t, waits))

    def _release(self, cause: str) -> Steps[None]:
        """Decide afresh what waited for this, in chain order (P17)."""
        for held in self.facts.holds.pop(cause, []):
            if self.facts.known[held.op.head.id].d == "parked":
                final = park(held.t, "server_fault") if self.shy else None
                yield from self.redecide(held, "release", final)

    def redecide(
        self,
        held: Held,
        type_: LeafType,
        final: Decision | None = None,
        *,
        by_person: bool = False,
        revoked: int | None = None,
    ) -> Steps[Decision]:
        """Give a parked op a new decision: afresh, or ``final`` (a return).

        ``by_person``: someone in charge answers for it, so that it is not held for the person's dismissal again.
        ``revoked``: when its device was, if nobody has answered for that yet.
        """
        head = held.op.head
        kind = KINDS[head.kind]
        act = Act(held.op, kind, held.device, held.t, by_server=False, cn=held.cn)
        if head.auth == NO_AUTH:
            yield from self.facts.load_posts(held.device)
        if not held.malformed:
            yield from self._prepare(held.op)
        if held.malformed:
            final = final or refuse(held.t, "malformed")
        decision = final or decide(act, self.facts, self.registry.handlers[head.kind], revoked, vouched=by_person)
        known = self.facts.known[head.id]
        self.held.pop(head.id, None)
        if decision.d == "parked" and decision.code == known.code:
            self._hold(act, decision)
            return decision
        self.facts.note(msgspec.structs.replace(known, d=decision.d, code=decision.code))
        self.redecided.append((head.id, decision))
        self.freed.add(head.id)
        yield from self._carry_out(act, decision, type_, known.hash)
        return decision

    # What follows from a decision.

    def change(self, body: Body) -> None:
        """Note the new state of an entity."""
        id_ = body["id"]
        if id_ not in self.changed:
            self.changed[id_] = self.facts.stored.get(id_)
        self.facts.bodies[id_] = body
        self._positions[id_] = len(self.entries) - 1  # -1: beside any op, and so at the log's head

    def _tell(self, op: Op | None, decision: Decision, device: str, before: Body | None) -> None:
        """Outcome rows for the device (codes only), notices for the people (P12, I10)."""
        if op is None:
            return
        head = op.head
        if decision.d != "applied" or head.id in self.freed:
            self._outcome(head.id, head.actor, {"op": head.id}, decision, device)
        if head.org != self.facts.org:
            return
        for notice in notices.notices(op, decision, before):
            person = self.facts.people.get(notice["f"]["person"])
            if person is None and notice["f"]["person"] == head.actor:
                continue  # the server's device has no inbox
            if person is not None and person.org != self.facts.org:
                continue  # a claimed actor may be another org's: nothing of ours goes there (TH9)
            self.about[notice["id"]] = head.entity
            self.change(notice)

    def _outcome(self, name: str, by: str, about: dict[str, Any], decision: Decision, device: str) -> None:
        fields = {**about, "d": decision.d, "device": device}
        if decision.code is not None:
            fields["code"] = decision.code
        self.change(
            {
                "at": decision.t.at,
                "by": by,
                "f": fields,
                "id": ids.derived("outcome", name),
                "kind": "outcome",
                "ver": ids.derived("outcome", name, decision.d, decision.code or ""),
            }
        )

    def _place(self, op: Op, after: Body | None) -> None:
        """Where the device stands: the post its last act named."""
        post = op.head.values.get("left_post") or op.head.values.get("post")
        if isinstance(post, str) and after is not None and "site" in after["f"]:
            self.place = (after["f"]["site"], post)

    # Writing.

    def write_ops(self, positions: dict[int, int], received: int) -> Steps[None]:
        """The op rows; ``positions`` maps an entry's index to its log number.

        What is about an erased record goes in without its private part, whatever was decided about it (P30).
        """
        rows: list[Row] = []
        for arrival, decision, entry in self.arrivals:
            head = arrival.op.head if arrival.op is not None else None
            erased = head is not None and (self.facts.body(head.entity) or {}).get("erased")
            rows.append(
                (
                    arrival.id,
                    self.facts.org,
                    self.device,
                    self.chain,
                    arrival.cn,
                    arrival.link,
                    arrival.hash,
                    head.kind if head else None,
                    head.entity if head else arrival.claimed,
                    head.actor if head else None,
                    arrival.head,
                    None if erased else arrival.private,
                    None if erased else arrival.salt,
                    received,
                    positions[entry],
                    decision.d,
                    decision.code,
                )
            )
        yield Insert("op", _OP, rows)

    def write_redecided(self, positions: dict[int, int]) -> Steps[None]:
        """New current decisions of ops that were held."""
        last = {entry.op: i for i, entry in enumerate(self.entries)}
        for op, decision in self.redecided:
            yield Query(
                "UPDATE op SET n = ?, d = ?, code = ? WHERE id = ?",
                (positions[last[op]], decision.d, decision.code, op),
            )

    def write_also(self) -> Steps[None]:
        """Which ops changed further records: their history asks."""
        rows = [(entity, entry.op) for entry in self.entries for entity in entry.decision.also]
        if rows:
            yield Insert("op_also", ("entity text", "op text"), rows, key=("entity", "op"), keep=True)

    def entity_rows(self, positions: dict[int, int], head_n: int) -> list[tuple[str, Stored, Stored | None, str]]:
        """Every changed entity: id, new state, old state, stored text."""
        result = []
        for id_, before in self.changed.items():
            body = self.facts.bodies[id_]
            # A row written beside no op may find the log where it was: devices take only a greater number (8.4).
            n = max(positions.get(self._positions[id_], head_n), before.n + 1 if before is not None else 0)
            after = Stored(body, n, shade.expiry_day(body), body["ver"])
            result.append((id_, after, before, self.texts.get(id_) or encode_body(body)))
        return result

    def scopes(self, body: Body) -> frozenset[str]:
        """The scopes that carry an entity."""
        return scopes.scopes_of(body, self.facts.org)


_OP = (
    "id text",
    "org text",
    "device text",
    "chain text",
    "cn bigint",
    "link bytea",
    "hash bytea",
    "kind text",
    "entity text",
    "actor text",
    "head text",
    "private text",
    "salt bytea",
    "received bigint",
    "n bigint",
    "d text",
    "code text",
)


def weight(stored: Stored) -> int:
    """What an entity adds to its scope's digest."""
    return digest.weight(stored.body["id"], stored.ver)
