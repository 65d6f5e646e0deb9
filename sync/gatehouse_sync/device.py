"""A device in Python: outbox, chain, pages and view, with everything outside passed in.

It follows the same steps as the browser's engine and drives the demo estate, the simulator and the benchmarks; a
gate's hardware can use it too. It does no I/O: frames go out as Structs, replies come in as Structs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

import msgspec

from gatehouse_sync import PROTOCOL_VERSION, canon, chain, notices, ops, protocol, shade
from gatehouse_sync.apply import Body, apply
from gatehouse_sync.chain import End
from gatehouse_sync.clock import AnchorReading, Evidence, Interval
from gatehouse_sync.decision import Decision
from gatehouse_sync.entities import ENTITIES, KINDS
from gatehouse_sync.ids import uuid7
from gatehouse_sync.page import Held, PageStore, apply_page, drop
from gatehouse_sync.page import digests as page_digests
from gatehouse_sync.protocol import (
    About,
    Certificate,
    ChainRef,
    LocalEnd,
    PullReply,
    PullRequest,
    Push,
    PushReply,
    Rechain,
    SentOp,
)
from gatehouse_sync.stamp import Stamp
from gatehouse_sync.upcast import newest


class Clocks(msgspec.Struct):
    """A device's clocks in milliseconds: wall, monotonic, and the id of this run of the app."""

    wall: Callable[[], int]
    mono: Callable[[], int]
    run: str


class Kept(msgspec.Struct):
    """One act in the outbox: what is sent, who made it, and its place on the chain."""

    op: ops.Op
    head: str
    private: str | None
    salt: str | None
    n: int
    link: bytes
    recorded: int
    stub: bool = False
    d: str | None = None
    code: str | None = None
    sealed: str | None = None
    voucher: str | None = None


class Person(msgspec.Struct):
    """One person's database on the device."""

    id: str
    auth: str
    session: str | None
    store: PageStore = msgspec.field(default_factory=PageStore)
    keys: dict[str, str] = {}
    grants: str = ""
    mark: int = 0
    at_heads: bool = False


class Device:
    """One enrolled device."""

    def __init__(  # a device is made of these
        self,
        device: str,
        org: str,
        chain_id: str,
        sign: Callable[[bytes], str],
        clocks: Clocks,
        random: Callable[[int], bytes],
        *,
        follows: End | None = None,
    ) -> None:
        self.id, self.org = device, org
        self.sign, self.clocks, self.random = sign, clocks, random
        self.chain, self.follows = chain_id, follows
        self.n = 0
        self.link = chain.root(device, chain_id, follows)
        self.acked = 0
        self.outbox: list[Kept] = []
        self.people: dict[str, Person] = {}
        self.certificates: list[Certificate] = []
        self.anchor: AnchorReading | None = None
        self.stamp: Stamp | None = None
        self.token: str | None = None
        self.revoked = False
        self.needs_rechain: End | None = None
        self.batch = protocol.MAX_OPS
        self.present = False
        self.app: str | None = None
        """Version and build of the app that this device plays; None says nothing of itself, as apps once did."""
        self.kept: bool | None = None
        self.seal: Callable[[str, str, str, str], str] | None = None
        """Seals an op's private part: id, commitment, private part, salt (14.2); None keeps them clear."""

    # Recording (§5).

    def act(
        self,
        person: str,
        kind: str,
        fields: Mapping[str, Any],
        entity: str | None = None,
        depends_on: tuple[str, ...] = (),
    ) -> str:
        """Record an act of a person; gives the op's id.

        Raises:
            MalformedError: the act is not well formed; nothing is recorded.
        """
        who = self.people[person]
        spec = KINDS[kind]
        declared = ENTITIES[spec.entity].fields if spec.entity is not None else {}
        secret = {k: v for k, v in fields.items() if k not in spec.params and k in declared and declared[k].private}
        public = {k: v for k, v in fields.items() if k not in secret}
        salt = self.random(32) if secret else None
        private = canon.encode(secret).decode() if secret else None
        id_ = uuid7(self.clocks.wall(), self.random(10))
        head = ops.Head(
            actor=person,
            auth=who.auth,
            base=self._base(who, entity),
            id=id_,
            entity=entity or id_,
            kind=kind,
            com=canon.commit(salt, private.encode()) if salt is not None and private is not None else None,
            depends_on=sorted(depends_on),
            kv=spec.version,
            org=self.org,
            t=self.evidence(),
            touched=sorted(fields),
            values=public,
        )
        text = canon.encode(head).decode()
        ops.check(ops.parse_head(text), secret or None, spec)
        self._record(ops.Op(head, secret or None), text, private, salt)
        return id_

    def _record(self, op: ops.Op, text: str, private: str | None, salt: bytes | None) -> None:
        self.n += 1
        self.link = chain.advance(self.link, chain.head_hash(text.encode()))
        self.outbox.append(
            Kept(op, text, private, canon.b64(salt) if salt is not None else None, self.n, self.link, self.now())
        )

    def _base(self, who: Person, entity: str | None) -> str | None:
        """The confirmed version, or the creating op of what is not confirmed yet (2.1)."""
        if entity is None:
            return None
        row = who.store.rows.get(entity)
        return str(row.body["ver"]) if row is not None else entity

    def evidence(self) -> Evidence:
        """``t`` of an act made now."""
        return Evidence(self.anchor, self.clocks.mono(), self.clocks.run, self.clocks.wall())

    def now(self) -> int:
        """The best knowledge of true time, UTC ms."""
        if self.anchor is None:
            return self.clocks.wall()
        ms = int(self.anchor.token.split(".")[0])
        if self.anchor.run == self.clocks.run:
            return ms + max(0, self.clocks.mono() - self.anchor.mono)
        return ms + max(0, self.clocks.wall() - self.anchor.wall)

    def hear_anchor(self, token: str) -> None:
        """Note a newer anchor with the clocks of this moment."""
        self.anchor = AnchorReading(self.clocks.mono(), self.clocks.run, token, self.clocks.wall())

    # Pushing (§6).

    def push(self) -> Push | None:
        """The next frame, or None with nothing to send; a server that asked for certificates gets them even so."""
        unsent = [kept for kept in self.outbox if kept.n > self.acked]
        if self.needs_rechain is not None:
            return None
        if not unsent:
            return self.frame([], self.n + 1) if self.present else None
        batch = unsent[: self.batch]
        return self.frame(batch, batch[0].n)

    def frame(self, batch: list[Kept], first: int) -> Push:
        """A signed frame of these consecutive ops."""
        before = [kept for kept in self.outbox if kept.n == first - 1]
        prev = (
            before[0].link
            if before
            else chain.root(self.id, self.chain, self.follows)
            if first == 1
            else self._acked_link
        )
        sent = [
            SentOp(head_hash=chain.head_hash(kept.head.encode()).hex())
            if kept.stub
            else SentOp(
                head=kept.head, private=kept.private, salt=kept.salt, sealed=kept.sealed, voucher=kept.voucher or None
            )
            for kept in batch
        ]
        push = Push(
            self.id,
            ChainRef(self.chain, self.follows),
            first,
            prev.hex(),
            sent,
            self.end(),
            self.stamp,
            "",
            self.certificates if self.present else [],
            self.about(),
        )
        last = batch[-1].link.hex() if batch else push.prev
        return msgspec.structs.replace(push, sig=self.sign(protocol.push_message(push, last)))

    _acked_link: bytes = b""

    def about(self) -> About | None:
        """What the device says of itself (8.10)."""
        return None if self.app is None else About(self.app, PROTOCOL_VERSION, self.clocks.wall(), self.kept)

    def end(self) -> LocalEnd:
        """The local end and the newest anchor (9.1)."""
        return LocalEnd(self.n, self.anchor.token if self.anchor is not None else None)

    def pushed(self, reply: PushReply | protocol.Need | Rechain | protocol.NeedCerts) -> None:
        """Take in the answer to a frame."""
        presented, self.present = self.present, False
        if isinstance(reply, protocol.NeedCerts):
            self._present(set(reply.need_certs), presented=presented)
        elif isinstance(reply, protocol.Need):
            if any(kept.n == reply.need for kept in self.outbox) or reply.need == self.n + 1:
                self._acknowledge(reply.need - 1)
                self.acked = reply.need - 1
            else:  # a gap that cannot be filled
                self.needs_rechain = End(self.chain, chain.root(self.id, self.chain, self.follows).hex(), 0)
        elif isinstance(reply, Rechain):
            self.needs_rechain = End(self.chain, reply.link, reply.have)
        else:
            self.hear_anchor(reply.anchor)
            self.stamp = reply.stamp
            by_n = {kept.n: kept for kept in self.outbox}
            for (n, _op, d, code), voucher in zip_longest(reply.results, reply.vouchers):
                if n in by_n:
                    by_n[n].d, by_n[n].code = d, code
                    by_n[n].voucher = voucher or by_n[n].voucher
                    self._put_away(by_n[n])
                # Not ``ack``: on a chain that forked the server may hold other acts beyond those of this frame.
                self._acknowledge(n)

    def _present(self, wanted: set[str], *, presented: bool) -> None:
        """Send the certificates asked for; an act whose certificate is not here, or did not help, goes as its stub."""
        held = set() if presented else {str(msgspec.json.decode(cert.body)["id"]) for cert in self.certificates}
        for kept in self.outbox:
            if kept.n > self.acked and kept.op.head.auth in wanted - held:
                kept.stub = True
        self.present = bool(wanted & held)

    def _put_away(self, kept: Kept) -> None:
        """The private part of an acknowledged op is for the server alone from now on."""
        com = kept.op.head.com
        if self.seal is not None and com is not None and kept.private is not None and kept.salt is not None:
            kept.sealed = self.seal(kept.op.head.id, com, kept.private, kept.salt)
            kept.private = kept.salt = None

    def _acknowledge(self, n: int) -> None:
        if n > self.acked:
            link = [kept.link for kept in self.outbox if kept.n == n]
            self._acked_link = link[0] if link else self._acked_link
            self.acked = n

    def rechain(self, chain_id: str, sign: Callable[[bytes], str], follows: End) -> None:
        """Continue on a new chain; all that is kept is numbered again, heads unchanged (3.3)."""
        self.chain, self.follows, self.sign = chain_id, follows, sign
        self.n, self.acked = 0, 0
        self.link = self._acked_link = chain.root(self.id, chain_id, follows)
        self.needs_rechain = None
        for kept in self.outbox:
            self.n += 1
            self.link = chain.advance(self.link, chain.head_hash(kept.head.encode()))
            kept.n, kept.link = self.n, self.link
        for person in self.people.values():
            person.mark = 0

    # Pulling (§8).

    def pull(self, person: str, limit: int = protocol.PAGE_ROWS, *, digests: bool = False) -> PullRequest:
        """The pull frame for a person signed in here."""
        who = self.people[person]
        sums = page_digests(who.store) if digests else {}
        return PullRequest(self.id, self.chain, who.store.cursors, self.end(), self.stamp, sums, limit, self.about())

    def pulled(self, person: str, reply: PullReply) -> None:
        """Take in the answer to a pull: drops, resets, pages, and the mark when the heads are reached."""
        who = self.people[person]
        for scope in [*reply.drop, *reply.reset]:
            drop(who.store, scope)
        who.keys = reply.keys
        who.grants = reply.grants.version
        for page in reply.pages:
            for id_ in apply_page(who.store, page) or ():
                self._outcome(who.store.rows.get(id_))
        self.hear_anchor(reply.anchor)
        went = bool(reply.reset) or (self.stamp is not None and self.stamp.epoch != reply.stamp.epoch)
        self.stamp = reply.stamp
        for kept in self.outbox:
            kept.voucher = reply.vouchers.get(kept.op.head.id) or kept.voucher
        who.at_heads = all(
            scope in who.store.cursors and who.store.cursors[scope][1] >= head for scope, head in reply.heads.items()
        )
        # A number alone acknowledges nothing: on a chain that forked it may be another act's. The mark is for the view;
        # what a lost reply left unacknowledged is pushed again, and a fork shows itself there.
        if reply.ack.chain == self.chain:
            self._compare(who, reply, went=went)
        for gone in reply.delete:
            self.people.pop(gone, None)

    def _compare(self, who: Person, reply: PullReply, *, went: bool) -> None:
        ack = reply.ack
        ours = [kept.link.hex() for kept in self.outbox if kept.n == ack.n > 0]
        forked = ours not in ([], [ack.link])
        if not forked:
            if who.at_heads:
                who.mark = max(who.mark, ack.n)
            # A server that holds less than it acknowledged went back in time: what it lost is sent again (P29).
            self.acked = min(self.acked, ack.n)
        # It went back and took another copy's acts in the place of ours: none of what it acknowledged is sure to be
        # there. A fork beyond that, or what lies beyond our own end, says so only where it is known that it went back.
        if (forked and ack.n <= self.acked) or ((forked or ack.n > self.n) and went):
            self.acked = who.mark = 0

    def _outcome(self, row: Held | None) -> None:
        """Note what became of an act that was anything but applied at once: released, returned, given back (10.7)."""
        if row is None or row.body["kind"] != "outcome":
            return
        told = row.body["f"]
        # One without an id is of a stub. The reply to its push told it; its number may be another act's here, when it
        # is of another copy of this profile.
        for kept in self.outbox:
            if kept.op.head.id == told.get("op"):
                kept.d, kept.code = told["d"], told.get("code")

    # Seeing (5.4).

    def view(self, person: str) -> dict[str, Body]:
        """Base rows with the person's own unconfirmed acts applied, shaded by anchored time."""
        who = self.people[person]
        now = self.now()
        bodies: dict[str, Body] = {}
        for id_, row in who.store.rows.items():
            kept = shade.shade(row.body, self._key(who, id_), now)
            if kept is not None:
                bodies[id_] = kept
        for kept_op in self.outbox:
            if kept_op.op.head.actor == person and (kept_op.n > who.mark or kept_op.d == "parked"):
                self._overlay(bodies, kept_op)
        return bodies

    def _overlay(self, bodies: dict[str, Body], kept: Kept) -> None:
        if kept.d in {"refused", "returned"}:
            return
        op = newest(kept.op)
        if op is None:  # of an app newer than this one
            return
        head = op.head
        at = kept.recorded
        assumed = Decision("applied", Interval(at, at, at, "unanchored"))
        after = apply(bodies.get(head.entity), op, assumed)
        if after is not None:
            bodies[head.entity] = after
        settled = head.values.get("notice")
        if isinstance(settled, str) and settled in bodies:
            bodies[settled] = notices.close(bodies[settled], op)

    def _key(self, who: Person, entity: str) -> bytes:
        row = who.store.rows.get(entity)
        scopes = row.scopes if row is not None else set()
        return next((canon.unb64(who.keys[scope]) for scope in sorted(scopes) if scope in who.keys), b"")
