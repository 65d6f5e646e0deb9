"""Chains and the keys that sign for them; certificates that heal what a restore forgot (PROTOCOL §3, §4.3, P8, P9)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from functools import partial

import msgspec

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.signer import Signer
from gatehouse.db.engine import Database
from gatehouse.db.steps import Insert, Query, Row, Steps, read, write
from gatehouse.errors import Problem
from gatehouse_sync import canon
from gatehouse_sync.chain import End, root
from gatehouse_sync.protocol import Certificate, CertificateBody, Push

_REMEMBERED = 10_000


class ChainKey(msgspec.Struct, frozen=True):
    """What never changes about a chain."""

    chain: str
    device: str
    org: str
    public_key: str
    follows: End | None


class Chains:
    """The chains of one database. Remembers what it has seen: chains and sign-ins are never altered or removed."""

    def __init__(self, database: Database, signer: Signer) -> None:
        self._database = database
        self._signer = signer
        self._chains: OrderedDict[str, tuple[ChainKey, VerifyingKey]] = OrderedDict()
        self._sign_ins: OrderedDict[str, None] = OrderedDict()

    async def get(self, chain: str) -> ChainKey | None:
        """The chain as stored, or None."""
        known = self._chains.get(chain)
        if known is not None:
            return known[0]
        key = await read(self._database, load(chain))
        if key is not None:
            self._remember(key)
        return key

    async def find(self, frame: Push, message: bytes, now: int) -> ChainKey:
        """The chain of a push frame whose ``message`` its key has signed.

        It is taken from a certificate in the frame when the database lacks it: a restored database may be older than
        the enrolment, and we believe our own signature (P9). Nothing is stored before the frame's signature holds.

        Raises:
            Problem: ``unknown_device``, ``bad_signature``.
        """
        stored = await self.get(frame.chain.id)
        certified = None if stored is not None else self._certified(frame, now)
        key = stored or (_key(certified) if certified is not None else None)
        if key is None or key.device != frame.device or key.follows != frame.chain.follows:
            raise Problem("unknown_device")
        if certified is None:
            self.verify(key, message, frame.sig)
        else:
            if not VerifyingKey(key.public_key).verify(message, frame.sig):
                raise Problem("bad_signature")
            proved = [(cert, body) for cert in frame.certs if (body := self._signer.certified(cert)) is not None]
            await write(self._database, partial(_reinstated, key, certified, proved))
        return key

    def verify(self, key: ChainKey, message: bytes, sig: str) -> None:
        """Check a signature of the chain's key.

        Raises:
            Problem: ``bad_signature``.
        """
        known = self._chains.get(key.chain) or self._remember(key)
        if not known[1].verify(message, sig):
            raise Problem("bad_signature")

    def _remember(self, key: ChainKey) -> tuple[ChainKey, VerifyingKey]:
        known = self._chains[key.chain] = (key, VerifyingKey(key.public_key))
        if len(self._chains) > _REMEMBERED:
            self._chains.popitem(last=False)
        return known

    def _certified(self, frame: Push, now: int) -> CertificateBody | None:
        """The enrolment of this chain among the frame's certificates."""
        for cert in frame.certs:
            body = self._signer.certified(cert)
            if body is not None and body.type == "enrol" and body.chain == frame.chain.id and body.at <= now:
                return body
        return None

    async def missing_sign_ins(self, certs: list[Certificate], wanted: set[str]) -> list[str]:
        """The sign-in certificates, of those wanted, that neither the database nor the frame can show."""
        unseen = wanted - self._sign_ins.keys()
        if not unseen:
            return []
        rows = await read(self._database, _stored(unseen))
        unseen -= {row[0] for row in rows}
        if unseen and certs:
            proved = [(c, body) for c in certs if (body := self._signer.certified(c)) is not None and body.id in unseen]
            await write(self._database, lambda: keep(proved))
            unseen -= {body.id for _, body in proved}
        for one in wanted - unseen:
            self._sign_ins[one] = None
            if len(self._sign_ins) > _REMEMBERED:
                self._sign_ins.popitem(last=False)
        return sorted(unseen)


def load(chain: str) -> Steps[ChainKey | None]:
    """The chain as stored, or None."""
    rows = yield Query("SELECT id, device, org, public_key, follows FROM chain WHERE id = ?", (chain,))
    if not rows:
        return None
    id_, device, org, public_key, follows = rows[0]
    return ChainKey(id_, device, org, public_key, msgspec.json.decode(follows, type=End) if follows else None)


def _key(body: CertificateBody) -> ChainKey | None:
    if body.chain is None or body.key is None:
        return None
    return ChainKey(body.chain, body.device, body.org, body.key, body.follows)


def begin(key: ChainKey) -> Steps[None]:
    """Store a new chain with nothing on it."""
    follows = canon.encode(key.follows).decode() if key.follows is not None else None
    yield Insert(
        "chain",
        (
            "id text",
            "device text",
            "org text",
            "public_key text",
            "follows text",
            "n bigint",
            "link bytea",
            "earliest bigint",
        ),
        [(key.chain, key.device, key.org, key.public_key, follows, 0, root(key.device, key.chain, key.follows), 0)],
        key=("id",),
        keep=True,
    )


def keep(certificates: Iterable[tuple[Certificate, CertificateBody]]) -> Steps[None]:
    """Store certificates."""
    yield Insert(
        "certificate",
        ("id text", "org text", "device text", "person text", "type text", "body text", "sig text"),
        [(body.id, body.org, body.device, body.person, body.type, cert.body, cert.sig) for cert, body in certificates],
        key=("id",),
        keep=True,
    )


_DEVICE = (
    "id text",
    "org text",
    "kind text",
    "label text",
    "owner text",
    "created bigint",
    "complete_to bigint",
    "held bigint",
    "flags text",
)


def add_device(device: str, org: str, kind: str, at: int, *, label: str = "", owner: str | None = None) -> Steps[None]:
    """Store a device: an enrolled browser (``personal``, ``kiosk``) or the ``server``."""
    yield Insert("device", _DEVICE, [(device, org, kind, label, owner, at, 0, 0, "")], key=("id",), keep=True)


def _reinstated(
    key: ChainKey,
    body: CertificateBody,
    proved: list[tuple[Certificate, CertificateBody]],
) -> Steps[None]:
    if not (yield Query("SELECT 1 FROM org_head WHERE org = ?", (key.org,))):
        raise Problem("unknown_device")  # the database is older than the org itself
    yield from add_device(body.device, body.org, body.kind or "personal", body.at, owner=body.person)
    # It may have been revoked while this database knew nothing of it (14.7).
    yield Query(
        "UPDATE device SET revoked = (SELECT at FROM withdrawn w WHERE w.org = device.org AND w.subject = device.id "
        "AND w.kind = 'device.revoke') WHERE id = ? AND revoked IS NULL",
        (body.device,),
    )
    yield from begin(key)
    yield from keep(proved)


def _stored(ids: set[str]) -> Steps[list[Row]]:
    return (yield Query("SELECT id FROM certificate WHERE type = 'sign_in' AND id = ANY(?*)", (ids,)))
