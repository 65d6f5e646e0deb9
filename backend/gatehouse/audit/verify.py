"""Verification: what a database says about itself, checked from its log upwards (I3, I4; P2, P16, P26, P28).

Everything is read in one snapshot. An erased private part is no finding; anything else that does not follow is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gatehouse.audit.beside import Beside
from gatehouse.audit.fold import FOLDED, Fold, KeptOp
from gatehouse.audit.keys import VerifyingKey
from gatehouse.db.engine import Database
from gatehouse.db.steps import Query, Row, Steps, read
from gatehouse_sync import canon, chain, digest, ops, protocol, scopes, stamp
from gatehouse_sync.apply import Body
from gatehouse_sync.ops import Op
from gatehouse_sync.stamp import Leaf, Stamp

_leaf = msgspec.json.Decoder(Leaf)
_head = msgspec.json.Decoder(ops.Head)
_json = msgspec.json.Decoder()


class Finding(msgspec.Struct, frozen=True):
    """One thing that does not follow: which check, of which org or chain, at which number or id."""

    check: str
    whose: str
    where: str


async def verify(database: Database, key: VerifyingKey, stamps: Sequence[Stamp] = ()) -> list[Finding]:
    """All findings about a database whose server signs with ``key``; ``stamps`` are some that devices hold."""
    return await read(database, checks(key, stamps))


def checks(key: VerifyingKey, stamps: Sequence[Stamp]) -> Steps[list[Finding]]:
    """What ``verify`` asks, as steps in a snapshot of the caller's."""
    found: list[Finding] = []
    beside = Beside()
    for (org,) in (yield Query("SELECT org FROM org_head ORDER BY org")):
        kept = yield from _ops(org, found)
        fold, hashes = yield from _log(org, kept, beside, found)
        ended = {row[0] for row in (yield Query("SELECT epoch FROM ended_epoch WHERE org = ?", (org,)))}
        found.extend(_stamps([one for one in stamps if one.org == org], ended, hashes, key))
        entities = yield Query("SELECT id, n, ver, day, body, kind FROM entity WHERE org = ?", (org,))
        found.extend(_rows(org, fold, entities))
        yield from _feeds(org, entities, found)
    found.extend(Finding(*one) for one in (yield from beside.differing()))
    yield from _chains(found)
    found.extend((yield from _certificates(key)))
    return found


def _certificates(key: VerifyingKey) -> Steps[list[Finding]]:
    """Each is signed, and its row says of it what it says itself."""
    found = []
    rows = yield Query("SELECT id, org, device, person, type, body, sig FROM certificate ORDER BY id")
    for id_, org, device, person, type_, body, sig in rows:
        if not key.verify(protocol.cert_message(body), sig):
            found.append(Finding("certificate", org, id_))
            continue
        said = msgspec.json.decode(body, type=protocol.CertificateBody)
        if (said.id, said.org, said.device, said.person, said.type) != (id_, org, device, person, type_):
            found.append(Finding("certificate_row", org, id_))
    return found


class _Kept(msgspec.Struct, frozen=True):
    """An op row: what the fold needs, and what its newest leaf must say."""

    fold: KeptOp
    hash: bytes
    n: int
    d: str
    code: str | None
    received: int


def _ops(org: str, found: list[Finding]) -> Steps[dict[str, _Kept]]:
    """The ops of an org by id, each against its own text: hash, commitment, columns."""
    rows = yield Query(
        "SELECT id, device, chain, cn, hash, kind, entity, actor, head, private, salt, n, d, code, received FROM op "
        "WHERE org = ? ORDER BY n",
        (org,),
    )
    erased = {row[0] for row in (yield Query("SELECT id FROM entity WHERE body LIKE '%\"erased\":true%'"))}
    kept: dict[str, _Kept] = {}
    for id_, device, chain_, cn, hash_, kind, entity, actor, text, private, salt, n, d, code, received in rows:
        op = None
        if kind is not None:
            head = _head.decode(text)
            op = Op(head, ops.parse_values(private.encode()) if private is not None else None)
            whole = private is not None and salt is not None
            if chain_ is not None and chain.head_hash(text.encode()) != bytes(hash_):
                found.append(Finding("head_hash", org, id_))
            if (head.id, head.kind, head.entity, head.actor) != (id_, kind, entity, actor):
                found.append(Finding("columns", org, id_))
            if whole and canon.commit(bytes(salt), private.encode()) != head.com:
                found.append(Finding("commitment", org, id_))
            if not whole and head.com is not None and entity not in erased:
                found.append(Finding("private_missing", org, id_))
        kept[id_] = _Kept(KeptOp(id_, device, chain_, cn, op), bytes(hash_), n, d, code, received)
    return kept


def _log(org: str, kept: dict[str, _Kept], beside: Beside, found: list[Finding]) -> Steps[tuple[Fold, list[bytes]]]:
    """The running hash and the head; folds on the way. Gives the hashes by number."""
    stubs = {one.n: one for one in kept.values() if one.fold.op is None}
    newest: dict[str, Leaf] = {}
    fold, hashes = Fold(org), [stamp.log_root(org)]
    rows = yield Query("SELECT n, type, op, at, leaf, hash FROM log WHERE org = ? ORDER BY n", (org,))
    for n, type_, op, at, text, hash_ in rows:
        leaf = _leaf.decode(text)
        hashes.append(stamp.log_hash(hashes[-1], text.encode()))
        if (n, hashes[-1], canon.encode(leaf)) != (len(hashes) - 1, bytes(hash_), text.encode()):
            found.append(Finding("log_hash", org, str(n)))
        if (leaf.n, leaf.type, leaf.op, leaf.at) != (n, type_, op, at):
            found.append(Finding("leaf", org, str(n)))
        if type_ == "epoch":
            fold.end(leaf)
            continue
        one = kept.get(op) if op is not None else stubs.get(n)
        if one is None or leaf.head_hash != one.hash.hex():
            found.append(Finding("leaf_op", org, str(n)))
            continue
        if type_ == "op" and not _received_then(leaf, one.received):
            found.append(Finding("received", org, one.fold.id))
        newest[one.fold.id] = leaf
        fold.take(leaf, one.fold)
        beside.take(leaf, one.fold)
    head = yield Query("SELECT n, hash FROM org_head WHERE org = ?", (org,))
    if (head[0][0], bytes(head[0][1])) != (len(hashes) - 1, hashes[-1]):
        found.append(Finding("log_head", org, str(head[0][0])))
    yield from _decisions(org, kept, newest, found)
    return fold, hashes


def _received_then(leaf: Leaf, received: int) -> bool:
    """Whether an op's row says what its leaf says of its arrival; one given back had arrived before (14.4).

    Also one that was held then and is decided afresh now: the interval it keeps ends where it first arrived (7.3). That
    lies after the leaf where the server's clock was put back meanwhile.
    """
    decision = leaf.decision
    return received == leaf.at or (decision is not None and received == decision.t.latest)


def _stamps(stamps: list[Stamp], ended: set[str], hashes: list[bytes], key: VerifyingKey) -> Iterator[Finding]:
    """Stamps against the log. One of an ended epoch may contradict it: the epoch's leaf says so (9.4)."""
    for one in stamps:
        signed = key.verify(stamp.stamp_message(one), one.sig)
        agrees = 0 <= one.n < len(hashes) and hashes[one.n].hex() == one.hash
        if not signed or not (agrees or one.epoch in ended):
            yield Finding("stamp", one.org, str(one.n))


def _decisions(org: str, kept: dict[str, _Kept], newest: dict[str, Leaf], found: list[Finding]) -> Steps[None]:
    """An op's row says what its newest leaf says; it is held exactly when that is to be parked."""
    for id_, one in kept.items():
        last = newest.get(id_)
        decided = (last.n, last.decision.d, last.decision.code) if last is not None and last.decision else None
        if decided != (one.n, one.d, one.code):
            found.append(Finding("decision", org, id_))
    held = {row[0] for row in (yield Query("SELECT op FROM hold WHERE org = ?", (org,)))}
    found.extend(Finding("hold", org, id_) for id_ in held ^ {i for i, one in kept.items() if one.d == "parked"})


def _rows(org: str, fold: Fold, entities: list[Row]) -> Iterator[Finding]:
    """Stored records against the fold."""
    stored = {id_: (n, _json.decode(body)) for id_, n, _ver, _day, body, _kind in entities}
    for id_ in stored.keys() | fold.rows.keys():
        there = stored.get(id_)
        if there is not None and there[1]["kind"] not in FOLDED:
            continue
        if there is None or id_ not in fold.rows or _plain(fold.rows[id_]) != _plain(there):
            yield Finding("fold", org, id_)
    for id_, _n, ver, _day, _body, kind in entities:
        body = stored[id_][1]
        if body["ver"] != ver:
            yield Finding("version", org, id_)
        if body["kind"] != kind:
            yield Finding("kind", org, id_)


def _plain(row: tuple[int, Body]) -> tuple[int, bytes]:
    return row[0], canon.encode(row[1])


def _feeds(org: str, entities: list[Row], found: list[Finding]) -> Steps[None]:
    """Every record stands once in the feed of each of its scopes, and the sums by day agree with the feed (P26).

    Feeds and days of what every device has dropped may have been pruned.
    """
    expected: set[tuple[str, str]] = set()
    sums: dict[tuple[str, int], tuple[int, int]] = {}
    days = {}
    for id_, _n, ver, day, text, _kind in entities:
        days[id_] = day
        for scope in scopes.scopes_of(_json.decode(text), org):
            expected.add((scope, id_))
            count, total = sums.get((scope, day), (0, 0))
            sums[scope, day] = (count + 1, (total + digest.weight(id_, ver)) % digest.MODULUS)
    rows = yield Query(
        "SELECT s.scope, s.seq, f.seq, f.entity, f.until, f.gone FROM scope_head s JOIN feed f ON f.scope = s.id"
    )
    ours = [row for row in rows if row[3] in days]
    found.extend(Finding("feed_number", row[0], str(row[2])) for row in ours if not row[2] <= row[4] <= row[1])
    present = {(row[0], row[3]) for row in ours if not row[5]}
    missing = {(scope, id_) for scope, id_ in expected - present if days[id_] == 0}
    found.extend(Finding("feed", scope, id_) for scope, id_ in missing | (present - expected))
    rows = yield Query("SELECT s.scope, d.day, d.count, d.sum FROM scope_day d JOIN scope_head s ON s.id = d.scope")
    stored = {(scope, day): (count, total) for scope, day, count, total in rows}
    names = {scope for scope, _ in expected}
    slots = {slot for slot in sums if slot[1] == 0} | {slot for slot in stored if slot[0] in names}
    wrong = [slot for slot in slots if stored.get(slot, (0, 0)) != sums.get(slot, (0, 0))]
    found.extend(Finding("digest", scope, str(day)) for scope, day in wrong)


def _proofs(chain_id: str, links: dict[int, bytes], end: int, found: list[Finding]) -> Steps[None]:
    """The device's own signature over the link of every push, up to the last op: nobody else can make it (P4)."""
    ((public_key,),) = yield Query("SELECT public_key FROM chain WHERE id = ?", (chain_id,))
    key = VerifyingKey(public_key)
    rows = yield Query("SELECT n, message, sig FROM push_proof WHERE chain = ? ORDER BY n", (chain_id,))
    for n, message, sig in rows:
        says = _json.decode(bytes(message).removeprefix(b"gh-push-1"))
        last = (says["chain"]["id"], says["first"] + says["count"] - 1, says["last"])
        if not key.verify(bytes(message), sig) or last != (chain_id, n, links.get(n, b"").hex()):
            found.append(Finding("proof", chain_id, str(n)))
    if (rows[-1][0] if rows else 0) != end:
        found.append(Finding("proof_missing", chain_id, str(end)))


_STRAYS = (
    "SELECT o.org, o.id FROM op o LEFT JOIN chain c ON c.id = o.chain LEFT JOIN device d ON d.id = o.device "
    "WHERE CASE WHEN o.chain IS NULL THEN COALESCE(d.kind, '') <> 'server' "
    "ELSE COALESCE(c.device, '') <> o.device END ORDER BY o.org, o.id"
)
"""Ops of another device than their chain's; what has no chain is the server's own."""


_REPEATS = (
    "SELECT r.cn, r.link, o.hash, CASE WHEN r.op IS NULL THEN 0 ELSE 1 END FROM repeat r "
    "LEFT JOIN op o ON o.id = r.op WHERE r.chain = ?"
)
"""Acts that came again; which ones was not noted at first: those are looked for among the device's own."""


def _chains(found: list[Finding]) -> Steps[None]:
    """Every link from the root to the end, repeats of older chains included; ops stand under their chain's device."""
    strays = yield Query(_STRAYS)
    found.extend(Finding("op_device", org, id_) for org, id_ in strays)
    chains = yield Query("SELECT id, device, follows, n, link FROM chain ORDER BY id")
    hashes: dict[str, list[bytes]] = {}
    if (yield Query("SELECT 1 FROM repeat WHERE op IS NULL LIMIT 1")):
        for device, hash_ in (yield Query("SELECT device, hash FROM op")):
            hashes.setdefault(device, []).append(bytes(hash_))
    kin = _kin(chains)
    for id_, device, follows, n, end in chains:
        own = [one for whose in sorted(kin[device]) for one in hashes.get(whose, [])]
        rows = yield Query("SELECT cn, link, hash FROM op WHERE chain = ?", (id_,))
        again = yield Query(_REPEATS, (id_,))
        link = chain.root(device, id_, _follows(follows))
        for expected, (cn, held, hash_, named) in enumerate(sorted([*((*row, 1) for row in rows), *again]), 1):
            candidates = ([bytes(hash_)] if hash_ is not None else []) if named else own
            held_bytes = bytes(held)
            if cn != expected or not any(chain.advance(link, one) == held_bytes for one in candidates):
                found.append(Finding("link", id_, str(cn)))
            link = held_bytes
        if (len(rows) + len(again), link) != (n, bytes(end)):
            found.append(Finding("chain_end", id_, str(n)))
        yield from _proofs(id_, {cn: bytes(held) for cn, held, *_ in (*rows, *again)}, n, found)


def _follows(text: str | None) -> chain.End | None:
    return msgspec.json.decode(text, type=chain.End) if text else None


def _kin(chains: Sequence[Row]) -> dict[str, set[str]]:
    """The devices whose acts may come again in each other's chains: those that took one's place as its key was lost."""
    owners = {row[0]: row[1] for row in chains}
    kin = {device: {device} for device in owners.values()}
    for _, device, text, *_ in chains:
        follows = _follows(text)
        before = owners.get(follows.chain) if follows is not None else None
        if before is not None and before not in kin[device]:
            joined = kin[device] | kin[before]
            kin |= dict.fromkeys(joined, joined)
    return kin
