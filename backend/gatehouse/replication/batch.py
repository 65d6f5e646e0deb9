"""A batch: ops are decided in memory one after another; then all of it is written at once (P14, P15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from gatehouse.audit.ledger import Entry as Withdrawn
from gatehouse.db.steps import Steps
from gatehouse.replication import readmit
from gatehouse.replication.decide import decide, waits_on
from gatehouse.replication.facts import Facts, Held, Known, Stored, write_of
from gatehouse.replication.registry import Act, Registry
from gatehouse_sync import ids, notices, scopes
from gatehouse_sync.apply import Body, apply, apply_also, makes, others
from gatehouse_sync.course import Course, Step, place_of
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
    also: Sequence[str] = ()
    """Further entities it changed or made."""


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
    received: int | None = None
    """When it had arrived before the database went back (14.4), UTC ms."""


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
        self.signed: dict[str, Decision] = {}
        """What was decided about acts given back, until they are decided here."""
        self.awaited: set[str] = set()
        """Acts that are no records and not back yet, which others wait for."""
        self.withdrawn: list[Withdrawn] = []
        self.freed: set[str] = set()
        self.regranted: list[str] = []
        self.revoked_devices: list[str] = []
        self.place: tuple[str, str] | None = None
        self.beside: dict[str, int] = {}
        """Which entry an entity changed with; -1 for one beside any op."""
        self.passing: list[tuple[str, Body]] = []
        """States of records that came and went within this transaction, by kind, for what follows from them too."""
        self.texts: dict[str, str] = {}
        """Texts of changed entities, where they were made before anything was locked."""

    @property
    def regrants(self) -> int:
        """1 when what somebody may hold changes with this transaction."""
        return int(bool(self.regranted or self.revoked_devices))

    # Deciding.

    def admit(self, arrival: Arrival, act: Act) -> Steps[Decision]:
        """Decide one op of a known kind and note all that follows."""
        handler = self.registry.handlers[act.op.head.kind]
        if handler.prepare is not None:
            yield from handler.prepare(act.op, self.facts)
        decision = decide(act, self.facts, handler, self.revoked)
        self.keep(arrival, decision)
        yield from self._carry_out(act, decision, "op", arrival.hash)
        return decision

    def readmit(self, arrival: Arrival, act: Act, signed: Decision) -> Steps[Decision]:
        """Take an op back with what was decided about it; ``signed`` says where it stood (14.4)."""
        decision = yield from self._again(act, signed)
        self.keep(arrival, decision)
        yield from self._carry_out(act, decision, "op", arrival.hash)
        return decision

    def _again(self, act: Act, signed: Decision) -> Steps[Decision]:
        handler = self.registry.handlers[act.op.head.kind]
        yield from self._prepare(act.op)
        yield from readmit.load(act, signed, self.facts, handler)
        decision = readmit.readmitted(act, signed, self.facts, handler)
        if decision.d == "parked" and decision.code != "contradicted":
            self.signed[act.op.head.id] = signed
        return decision

    def withdraw(self, kind: str, subject: str, at: int) -> None:
        """Note what no restore may undo."""
        self.withdrawn.append(Withdrawn(at, kind, self.facts.now, self.facts.org, subject))

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
        after = apply(before, act.op, decision) if decision.was is None else self._in_place(act, decision)
        effective = decision.effective
        changed = effective and act.kind.entity is not None and after is not None
        further = others(act.op, decision)
        self.entries.append(Entry(type_, head.id, hash_, decision, head.entity if changed else None, changed, further))
        if changed and after is not None:
            self.change(after)
            self.facts.writes.setdefault(head.entity, []).append(write_of(head, act.device, decision))
        for other in further:
            self.change(self._other(other, act, decision))
        if changed:
            self._done(act, decision)
        if decision.d == "parked":
            self._hold(act, decision)
        told = self._tell(act.op, decision, act.device, before)
        if decision.was is not None:
            told += yield from self._tell_in_place(act, decision)
        # A command names posts from afar.
        if effective and act.device == self.device and act.kind.family != "command":
            self._place(act.op, after)
        effect = self.registry.handlers[head.kind].effect
        if effective and effect is not None:
            yield from effect(act, decision, self)
        made = [head.entity, *further, *told] if changed and act.kind.creates else told
        yield from self._set_free(head.id, decision, told, made)

    def _in_place(self, act: Act, decision: Decision) -> Body | None:
        """The record with an act given back in its old place (14.5); its version is the act that came last."""
        head = act.op.head
        course = self.facts.courses.get(head.entity) if decision.effective else None
        if course is None:
            return self.facts.body(head.entity)
        course.add(Step(place_of(0, decision, self.facts.ended), act.op, act.device, decision))
        body = course.body()
        return {**body, "ver": head.id} if body is not None else None

    def _other(self, entity: str, act: Act, decision: Decision) -> Body:
        before = self.facts.body(entity)
        # What it makes was not there, so nothing can have been done to it yet.
        if decision.was is None or makes(entity, act.op, decision):
            after = apply_also(before, entity, act.op, decision)
        else:
            course = self.facts.courses[entity]
            course.add(Step(place_of(0, decision, self.facts.ended), act.op, act.device, decision))
            after = course.body() or before
        if after is None:
            raise AssertionError("what an act changes was loaded before it was decided")
        return {**after, "ver": act.op.head.id}

    def _done(self, act: Act, decision: Decision) -> None:
        """Keep courses that are loaded true."""
        self.facts.do(act.op, act.device, decision)
        if decision.was is None:
            for entity in (act.op.head.entity, *others(act.op, decision)):
                if entity in self.facts.courses:
                    del self.facts.courses[entity]

    def _tell_in_place(self, act: Act, decision: Decision) -> Steps[list[str]]:
        """Notices of an act given back, and of those that met a value of it while it was not back yet."""
        head = act.op.head
        course = self.facts.courses.get(head.entity) if decision.effective else None
        course = course or Course(head.entity)  # of a refusal nothing but itself is told
        made = course.told(act.op, decision, place_of(0, decision, self.facts.ended))
        for step in course.answering(head.id):
            made += [notice for notice in course.told(step.op, step.decision, step.place) if notice["f"]["fields"]]
        yield from self.facts.load_entities({id_ for one in made for id_ in (one["id"], one["f"]["person"])})
        told = []
        for notice in made:
            held = self.facts.body(notice["id"])
            here = self.facts.of_kind(notice["f"]["person"], "person") is not None
            if here and (held is None or (held["f"]["state"] == "open" and held != notice)):
                self._post(notice, head.entity)
                told.append(notice["id"])
        return told

    def _hold(self, act: Act, decision: Decision) -> None:
        """Keep a parked op under what it waits for, which may come later in this very batch."""
        id_ = act.op.head.id
        signed = self.signed.get(id_)
        lacking = None
        if signed is not None:
            handler = self.registry.handlers[act.op.head.kind]
            lacking = readmit.missing(act, signed, self.facts, handler)
            if handler.held is not None and lacking == handler.held(act.op):
                self.awaited.add(lacking)
        waits = self.held[id_] = lacking or waits_on(act, decision, self.facts)
        self.facts.held[id_] = Held(act.op, act.device, act.cn, act.t, waits, signed=signed)
        self.facts.wait(self.facts.held[id_])

    def _release(self, cause: str) -> Steps[None]:
        """Decide afresh what waited for this, in chain order (P17)."""
        for held in self.facts.holds.pop(cause, []):
            if self.facts.known[held.op.head.id].d == "parked":
                final = park(held.t, "server_fault") if self.shy else None
                yield from self.redecide(held, "release", final)

    def _set_free(self, op: str, decision: Decision, told: list[str], made: list[str]) -> Steps[None]:
        """Decide afresh what waited for the op, then for what it made, notices that were ``told`` among it."""
        if decision.d == "parked":
            yield from self._let_go(op)
        elif op in self.facts.holds:
            yield from self._release(op)
        if told:
            yield from self.facts.load_holds(set(told))
        for one in made:
            if one in self.facts.holds:
                yield from self._release(one)

    def _let_go(self, parked: str) -> Steps[None]:
        """Carry out releases and returns of an act that came back after them, and is held again."""
        waiting = self.facts.holds.get(parked, [])
        for held in [one for one in waiting if one.signed is not None]:
            if self.registry.handlers[held.op.head.kind].held is not None:
                waiting.remove(held)
                yield from self.redecide(held, "release")

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
        by_server = held.device == ids.derived("server", self.facts.org)
        act = Act(held.op, kind, held.device, held.t, by_server=by_server, cn=held.cn)
        signed = held.signed if final is None and not by_person else None
        # What it was held for may be over, as when it is given back (14.4): then it is decided now.
        if signed is not None and (signed.d != "parked" or readmit.held_still(act, signed, self.facts)):
            final = yield from self._again(act, signed)
        if head.auth == NO_AUTH:
            yield from self.facts.load_posts(held.device)
        if not held.malformed:
            yield from self._prepare(held.op)
        if held.malformed:
            final = final or refuse(held.t, "malformed")
        decision = final or decide(act, self.facts, self.registry.handlers[head.kind], revoked, vouched=by_person)
        known = self.facts.known[head.id]
        self.held.pop(head.id, None)
        if held.signed is not None and decision.d == "parked" and decision.code != "contradicted":
            self.signed[head.id] = held.signed
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
        self.beside[id_] = len(self.entries) - 1  # -1: beside any op, and so at the log's head

    def _tell(self, op: Op | None, decision: Decision, device: str, before: Body | None) -> list[str]:
        """Outcome rows for the device (codes only), notices for the people (P12, I10); gives the notices' ids."""
        if op is None:
            return []
        head = op.head
        if decision.d != "applied" or head.id in self.freed:
            self._outcome(head.id, head.actor, {"op": head.id}, decision, device)
        if head.org != self.facts.org:
            return []
        made = notices.notices(op, decision, before) if decision.was is None else []
        told = [notice for notice in made if self._has_inbox(notice)]
        for notice in told:
            self._post(notice, head.entity)
        return [notice["id"] for notice in told]

    def _post(self, notice: Body, about: str) -> None:
        self.about[notice["id"]] = about
        self.change(notice)

    def _has_inbox(self, notice: Body) -> bool:
        person = self.facts.people.get(notice["f"]["person"])
        if person is None and notice["f"]["person"] == notice["by"]:
            return False  # the server's device has no inbox
        # A claimed actor may be another org's: nothing of ours goes there (TH9).
        return person is None or person.org == self.facts.org

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

    def scopes(self, body: Body) -> frozenset[str]:
        """The scopes that carry an entity."""
        return scopes.scopes_of(body, self.facts.org)
