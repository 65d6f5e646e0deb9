"""Push: the verb (PROTOCOL §6). Comments carry its step numbers."""

from __future__ import annotations

import msgspec
import structlog

from gatehouse.audit.ledger import Entry
from gatehouse.audit.vouch import About
from gatehouse.db.rerun import storage_failed, worth_another_run
from gatehouse.db.steps import Insert, Query, Savepoint, Steps
from gatehouse.devices.chains import ChainKey
from gatehouse.errors import Problem
from gatehouse.logs import where
from gatehouse.replication import completeness, echo, feed, fleet, readmit
from gatehouse.replication.batch import Arrival, Batch
from gatehouse.replication.commit import StaleError, in_turn, settle
from gatehouse.replication.core import Committed, Replication
from gatehouse.replication.decided import Decided, before, of_batch, voucher
from gatehouse.replication.device_rows import DeviceRow, device_row
from gatehouse.replication.facts import Facts
from gatehouse.replication.feed import Appended, LogHead, Moved
from gatehouse.replication.frame import Parsed, parse_push, stub_id
from gatehouse.replication.registry import Act
from gatehouse_sync import chain, clock, ops
from gatehouse_sync.decision import Decision, park, refuse
from gatehouse_sync.entities import KINDS
from gatehouse_sync.protocol import Need, NeedCerts, Outcome, Push, PushReply, Rechain, push_message

_log = structlog.get_logger()
_WHOLE, _SHY, _PARKED = "whole", "shy", "parked"
"""With what care an op alone is taken: as any; leaving alone what would come free; unseen, for a person to look at."""
_ORDINARY = clock.Evidence(None, 0, "-", 0)


class Pushed(msgspec.Struct):
    """What a push's transaction did."""

    ack: int
    results: list[Outcome]
    head: LogHead
    moved: list[Moved]
    regranted: list[str]
    revoked: list[str]
    decided: dict[int, Decided]
    withdrawn: list[Entry]
    regrants: int


class _OneByOne(Exception):  # not an error: the signal to replay under savepoints
    """The batch failed as a whole for a reason of its own."""


async def push(core: Replication, raw: bytes) -> PushReply | Need | Rechain | NeedCerts:
    """Decide a frame's ops and store all of it, on disk before this returns.

    Raises:
        Problem: a frame fault of 6.2; nothing is logged and no number is used.
    """
    # 6.2 the frame alone
    frame, parsed = parse_push(raw, core.signer.unseal)
    links = chain.links(bytes.fromhex(frame.prev), [one.hash for one in parsed])
    last = links[-1].hex() if links else frame.prev
    message = push_message(frame, last)
    key = await core.chains.find(frame, message, core.now())
    missing = await core.chains.missing_sign_ins(frame.certs, _auths(parsed))
    if missing:
        return NeedCerts(missing)
    await echo.heed(core, key.org, frame.echo)
    # 6.3 one transaction; op by op only when the batch failed
    received = core.now()
    forebear = await core.chains.get(key.follows.chain) if key.follows is not None else None
    older = forebear.device if forebear is not None and forebear.device != key.device else None
    checked = _Checked(frame, key, parsed, links, message, older)
    pushing = _Pushing(core, checked, received)
    try:
        pushed = await settle(core.database, pushing.steps)
    except _OneByOne:
        pushing.singly = True
        pushed = await settle(core.database, pushing.steps)
    if not isinstance(pushed, Pushed):
        return pushed
    # after commit: 14.7, then tell the others, then 6.6
    await core.keep(key.device, pushed.withdrawn)
    told = feed.regrants(pushed.head, pushed.regrants)
    core.after_commit(Committed(pushed.moved, pushed.head.epoch, pushed.regranted, pushed.revoked, told))
    stamp = core.signer.stamp(key.org, pushed.head.epoch, pushed.head.n, pushed.head.hash)
    sig = core.signer.results(key.chain, pushed.results, stamp)
    vouchers = [
        voucher(core.signer.vouchers, pushed.decided.get(n), key.device, key.org, pushed.head.epoch)
        for n, *_ in pushed.results
    ]
    vouched = core.signer.vouched(key.chain, vouchers, stamp) if vouchers else ""
    return PushReply(pushed.ack, pushed.results, stamp, core.signer.anchor(core.now()), sig, vouchers, vouched)


def _of_the_whole(error: Exception) -> bool:
    """Whether the failure is none of an op's: others were faster, or the disk or the connection failed.

    A full disk must not leave an act parked that would be applied on one with space.
    """
    return worth_another_run(error) or isinstance(error, StaleError) or storage_failed(error)


def _auths(parsed: list[Parsed]) -> set[str]:
    return {one.op.head.auth for one in parsed if one.op is not None} - {ops.NO_AUTH}


class _Checked(msgspec.Struct, frozen=True):
    """A frame whose chain and signature are known: its ops and their links, and what was signed.

    ``forebear`` is the device whose chain this one's follows, when its key was lost and it enrolled anew.
    """

    frame: Push
    key: ChainKey
    parsed: list[Parsed]
    links: list[bytes]
    message: bytes
    forebear: str | None


class _Pushing:
    """One frame in its transaction; ``steps`` can be run again from the start."""

    def __init__(self, core: Replication, checked: _Checked, received: int) -> None:
        self.core, self.received = core, received
        self.frame, self.key, self.parsed, self.links = checked.frame, checked.key, checked.parsed, checked.links
        self.message, self.forebear = checked.message, checked.forebear
        self.singly = False
        self._anchors: dict[str, int | None] = {}
        self._again: dict[str, int] = {}
        """Ops that came again behind new ones, by their numbers here."""

    def steps(self) -> Steps[Pushed | Need | Rechain]:
        frame = self.frame
        acts = [one.op for one in self.parsed if one.op is not None]
        yield from in_turn(self.core.registry, self.key.org, acts)
        rows = yield Query("SELECT n, link, earliest FROM chain WHERE id = ?", (self.key.chain,), lock=True)
        if not rows:
            raise Problem("unknown_device")
        held, link, earliest = rows[0][0], bytes(rows[0][1]), rows[0][2]
        at = chain.compared(held, frame.first, len(self.links))
        link_at = {held: link}
        if 0 <= at < held:
            link_at[at] = yield from self._link(at)
        verdict = chain.judge(held, link_at, frame.first, bytes.fromhex(frame.prev), self.links)
        if isinstance(verdict, chain.Need):
            return Need(verdict.n)
        if isinstance(verdict, chain.Rechain):
            return Rechain(verdict.have, verdict.link.hex(), rechain=True)
        device = yield from device_row(self.key.device, lock=True)
        results = yield from self._repeated(verdict.skip)
        fresh = list(range(verdict.skip, len(self.parsed)))
        done = _Done(earliest, device)
        groups = [[i] for i in fresh] if self.singly else [fresh]
        for group in groups or [[]]:
            yield from self._group(group, done)
        ack = max(held, frame.first - 1 + len(self.parsed))
        if fresh:
            yield Query(
                "UPDATE chain SET n = ?, link = ?, earliest = ? WHERE id = ?",
                (ack, self.links[-1], done.earliest, self.key.chain),
            )
            yield Insert(
                "push_proof",
                ("chain text", "n bigint", "message bytea", "sig text"),
                [(self.key.chain, ack, self.message, frame.sig)],
                key=("chain", "n"),
                keep=True,
            )
        head = done.head or (yield from feed.lock_log(self.key.org))
        numbers = {op: n for n, op, _, _ in results if op is not None} | self._again
        decided = {**done.decided, **(yield from before(self.key.org, numbers))}
        results += done.results
        told = done.moved, done.regranted, done.revoked, decided, done.withdrawn, done.regrants
        return Pushed(ack, results, head, *told)

    def _link(self, n: int) -> Steps[bytes]:
        if n == 0:
            return chain.root(self.key.device, self.key.chain, self.key.follows)
        for table in ("op", "repeat"):
            rows = yield Query(f"SELECT link FROM {table} WHERE chain = ? AND cn = ?", (self.key.chain, n))  # noqa: S608  # two names of ours
            if rows:
                return bytes(rows[0][0])
        raise AssertionError("every number of a chain has a link")

    def _repeated(self, count: int) -> Steps[list[Outcome]]:
        """Current decisions of the first ``count`` ops, which the server holds already (6.5)."""
        if not count:
            return []
        first = self.frame.first
        rows = yield Query(
            "SELECT cn, d, code FROM op WHERE chain = ? AND cn >= ? AND cn < ?", (self.key.chain, first, first + count)
        )
        current = {row[0]: (row[1], row[2]) for row in rows}
        results: list[Outcome] = []
        for i in range(count):
            d, code = current.get(first + i) or (yield from self._elsewhere(self.parsed[i]))
            results.append((first + i, self.parsed[i].claimed, d, code))
        return results

    def _elsewhere(self, one: Parsed) -> Steps[tuple[str, str | None]]:
        """The current decision of an op that came again in this chain: its link stands here, its row elsewhere."""
        if one.op is not None:
            rows = yield Query("SELECT d, code FROM op WHERE id = ?", (one.op.head.id,))
        else:  # by its stub
            rows = yield Query(
                "SELECT o.d, o.code FROM op o JOIN chain c ON c.id = o.chain WHERE c.device = ? AND o.hash = ?",
                (self.key.device, one.hash),
            )
        return rows[0] if rows else ("refused", "unsendable")

    def _id(self, i: int) -> str:
        one = self.parsed[i]
        return one.op.head.id if one.op is not None else stub_id(self.key.chain, self.frame.first + i)

    def _group(self, group: list[int], done: _Done) -> Steps[None]:
        if not self.singly:
            try:
                yield from self._process(group, done, _WHOLE)
            except Exception as error:
                if _of_the_whole(error):
                    raise
                _log.warning("push_failed_as_a_batch", error=type(error).__name__)
                raise _OneByOne from error
            return
        yield Savepoint("SAVEPOINT")
        for care in (_WHOLE, _SHY, _PARKED):
            try:
                yield from self._process(group, done, care)
                break
            except Exception as error:
                if care == _PARKED or _of_the_whole(error):
                    raise
                self._alarm(group, care, error)
                yield Savepoint("ROLLBACK TO")
        yield Savepoint("RELEASE")

    def _alarm(self, group: list[int], care: str, error: Exception) -> None:
        """Say what failed."""
        op = self._id(group[0]) if group else None
        _log.error("op_failed_alone", op=op, care=care, error=type(error).__name__, trace=where(error))
        self.core.metrics.server_faults.inc()

    def _load(self, group: list[int], facts: Facts, care: str) -> Steps[None]:
        """Load what the group touches; of an op that is to be parked unseen, only whether it is known."""
        acts = [op for i in group if (op := self.parsed[i].op) is not None]
        shown = completeness.rows_of(self.key.device)
        if care == _PARKED:
            yield from facts.load_ops({op.head.id for op in acts})
            yield from facts.load_entities(shown)
            return
        refs, looked_at = self.core.registry.seen_by(acts)
        facts.steady = looked_at - {op.head.entity for op in acts}
        yield from facts.load([op.head for op in acts], refs | looked_at | shown)
        if any(self.parsed[i].sent.voucher is not None for i in group):
            yield from facts.load_ended()
        if any(op.head.auth == ops.NO_AUTH for op in acts):
            for device in (self.key.device, self.forebear):
                if device is not None:
                    yield from facts.load_posts(device)
        for op in acts:
            handler = self.core.registry.handlers.get(op.head.kind)
            if handler is not None and handler.held is not None:
                yield from facts.load_held(handler.held(op))

    def _process(self, group: list[int], done: _Done, care: str) -> Steps[None]:
        """Load, decide in memory, write."""
        frame, device = self.frame, done.device
        facts = Facts(self.key.org, self.received, self.core.registry.refs)
        facts.forebear = self.forebear
        facts.devices[device.id] = device
        yield from self._load(group, facts, care)
        batch = Batch(
            self.core.registry,
            facts,
            self.key.device,
            self.key.chain,
            revoked=device.revoked,
            shy=care == _SHY,
        )
        fault = "server_fault" if care == _PARKED else None
        results: list[Outcome] = []
        earliest = done.earliest
        for i in group:
            decision, earliest = yield from self._one(batch, i, earliest, fault)
            results.append((frame.first + i, self.parsed[i].claimed, decision.d, decision.code))
        last = not group or group[-1] == len(self.parsed) - 1
        if last:
            held = frame.first - 1 + len(self.parsed)
            yield from completeness.note(batch, device, held, frame.end, self.core.signer, self.received)
            contact = fleet.Contact(frame.about, None, max(0, frame.end.n - held))
            yield from fleet.note(batch, contact, self.received)
        if batch.entries or batch.changed:
            appended: Appended = yield from feed.append(batch, self.received)
            yield from self.core.open_sites(appended.opened)
            done.head = appended.head
            done.decided |= of_batch(batch, appended.positions, self.received)
            done.withdrawn += batch.withdrawn
            done.moved.extend(appended.moved)
            done.regrants += batch.regrants
        done.device = msgspec.structs.replace(facts.devices[device.id], revoked=batch.revoked)
        done.earliest = earliest
        done.results.extend(results)
        done.regranted.extend(batch.regranted)
        done.revoked.extend(batch.revoked_devices)

    def _one(self, batch: Batch, i: int, floor: int, fault: str | None) -> Steps[tuple[Decision, int]]:
        one, n = self.parsed[i], self.frame.first + i
        link = self.links[i]
        head = one.op.head if one.op is not None else None
        t = clock.interval(head.t if head else _ORDINARY, self._anchor_ms(head), self.received, floor)
        known = batch.facts.known.get(head.id) if head is not None else None
        if known is not None and known.hash == one.hash:
            self._again[known.id] = n
            columns = ("chain text", "cn bigint", "link bytea", "op text")
            yield Insert("repeat", columns, [(self.key.chain, n, link, known.id)])
            return Decision(known.d, t, code=known.code), floor  # type: ignore[arg-type]  # d was stored from a Decision
        if known is not None or one.op is None or head is None:
            decision = refuse(t, "op_id_reused" if known is not None else one.code or "malformed")
            batch.log_only(self._stub(one, n, link), decision)
            return decision, floor
        arrival = Arrival(head.id, n, link, one.hash, one.op, one.sent.head, one.sent.private, one.salt)
        if fault is not None or one.code is not None or head.kind not in self.core.registry.handlers:
            code = fault or one.code or "unknown_kind"
            decision = park(t, code)
            batch.log_only(arrival, decision, f"{code}:{head.kind}.{head.kv}")
            return decision, t.earliest
        act = Act(one.op, KINDS[head.kind], self.key.device, t, by_server=False, cn=n)
        if one.sent.voucher is not None:
            return (yield from self._given_back(batch, arrival, act, one.sent.voucher))
        return (yield from batch.admit(arrival, act)), t.earliest

    def _given_back(self, batch: Batch, arrival: Arrival, act: Act, text: str) -> Steps[tuple[Decision, int]]:
        """14.4: what was decided about it counts, and the time it had; an act that was held is decided now."""
        about = About(self.key.device, arrival.hash.hex(), arrival.id, self.key.org)
        devices = [one for one in (self.key.device, self.forebear) if one is not None]
        signed = readmit.recall(self.core.signer.vouchers, devices, about, text, batch.facts)
        if signed is None:
            decision = park(act.t, "voucher_unproven")
            batch.log_only(arrival, decision, f"voucher_unproven:{arrival.id}")
            return decision, act.t.earliest
        act = msgspec.structs.replace(act, t=signed.t)
        arrival = msgspec.structs.replace(arrival, received=signed.was[2] if signed.was is not None else None)
        if signed.d == "parked" and not readmit.held_still(act, signed, batch.facts):
            return (yield from batch.admit(arrival, act)), signed.t.earliest
        act = msgspec.structs.replace(act, op=readmit.as_signed(arrival.head or "", arrival.private, signed))
        return (yield from batch.readmit(arrival, act, signed)), signed.t.earliest

    def _stub(self, one: Parsed, n: int, link: bytes) -> Arrival:
        """What is kept of an op that has no id of its own here."""
        # Its private part is not kept: it belongs to no record, so nobody could ever erase it (P30).
        return Arrival(
            stub_id(self.key.chain, n), n, link, one.hash, None, _quoted(one.sent.head), None, None, one.claimed
        )

    def _anchor_ms(self, head: ops.Head | None) -> int | None:
        if head is None or head.t.anchor is None:
            return None
        token = head.t.anchor.token
        if token not in self._anchors:  # the acts of a frame mostly share one
            self._anchors[token] = self.core.signer.anchor_ms(token, self.received)
        return self._anchors[token]


class _Done:
    """What the groups of one push have done so far."""

    def __init__(self, earliest: int, device: DeviceRow) -> None:
        self.earliest = earliest
        self.device = device
        self.results: list[Outcome] = []
        self.head: LogHead | None = None
        self.moved: list[Moved] = []
        self.regranted: list[str] = []
        self.revoked: list[str] = []
        self.decided: dict[int, Decided] = {}
        self.withdrawn: list[Entry] = []
        self.regrants = 0


def _quoted(text: str | None) -> str | None:
    """A text that may hold anything, NUL included, as a JSON string every database can keep."""
    return None if text is None else msgspec.json.encode(text).decode()
