"""The frames on the wire (PROTOCOL §3–§8) and the bytes under their signatures.

Wire structs only grow: names are fixed, new fields come with a default, nothing is removed.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from gatehouse_sync import canon
from gatehouse_sync.chain import Count, End, Hash, Id
from gatehouse_sync.stamp import Stamp

MAX_OPS = 500
MAX_BYTES = 1024 * 1024
MAX_CERTS = 100
PAGE_ROWS = 1000
MAX_SEALED = 48 * 1024
MAX_VOUCHER = 128 * 1024
POKE_BYTES = 32 * 1024

Scope = Annotated[str, Meta(pattern=r"^(site|post|team|lead|person|device|org|office):[0-9a-f-]{36}$(?!\n)")]
Text = Annotated[str, Meta(max_length=4096)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all frames: unknown fields are an error."""


class Certificate(Strict, frozen=True):
    """A statement the server signed (4.3); ``body`` is canonical JSON."""

    body: Text
    sig: Annotated[str, Meta(max_length=100)]


class CertificateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a certificate says: an enrolment binds a key and chain to a device, a sign-in a person to a device."""

    at: int
    device: str
    id: str
    org: str
    type: str
    chain: str | None = None
    follows: End | None = None
    key: str | None = None
    kind: str | None = None
    person: str | None = None


class SentOp(Strict, frozen=True):
    """An op on its way: head and private part, or the stub of one that cannot be sent (P5)."""

    head: str | None = None
    head_hash: Hash | None = None
    private: str | None = None
    salt: Annotated[str, Meta(max_length=64)] | None = None
    sealed: Annotated[str, Meta(max_length=MAX_SEALED)] | None = None
    """In place of ``private`` and ``salt``: both, for the server alone to read (14.2)."""
    voucher: Annotated[str, Meta(max_length=MAX_VOUCHER)] | None = None
    """What the server once decided about it, in its own words (14.3)."""


class ChainRef(Strict, frozen=True):
    """A chain and the end it follows."""

    id: Id
    follows: End | None


class LocalEnd(Strict, frozen=True):
    """The local chain end and the newest anchor held when it was read (P27)."""

    n: Count
    anchor: Annotated[str, Meta(max_length=160)] | None


class About(Strict, frozen=True):
    """What a device says of itself (8.10): shown to the office, and nothing is decided by it.

    ``app`` is its version and build, ``wall`` its clock when it sent this, UTC ms, ``kept`` whether the browser
    promised not to evict its storage.
    """

    app: Annotated[str, Meta(max_length=80, pattern=r"^[\x21-\x7e]+$(?!\n)")]
    protocol: Annotated[int, Meta(ge=1, le=9999)]
    wall: Annotated[int, Meta(ge=-canon.MAX_INT, le=canon.MAX_INT)]
    kept: bool | None = None


class Push(Strict, frozen=True):
    """The push frame (6.1)."""

    device: Id
    chain: ChainRef
    first: Annotated[int, Meta(ge=1, le=canon.MAX_INT)]
    prev: Hash
    ops: list[SentOp]
    end: LocalEnd
    echo: Stamp | None
    sig: Annotated[str, Meta(max_length=100)]
    certs: list[Certificate] = []
    about: About | None = None
    """Not under the signature."""


def push_message(push: Push, last: str) -> bytes:
    """The bytes under a push frame's signature; ``last`` is the link of its last op (``prev`` with no op)."""
    return b"gh-push-1" + canon.encode(
        {
            "chain": {"follows": push.chain.follows, "id": push.chain.id},
            "count": len(push.ops),
            "device": push.device,
            "echo": push.echo,
            "end": {"anchor": push.end.anchor, "n": push.end.n},
            "first": push.first,
            "last": last,
            "prev": push.prev,
        }
    )


Outcome = tuple[int, str | None, str, str | None]
"""``[n, op id, decision, code]`` of a push reply."""


class PushReply(Strict, frozen=True):
    """The answer to a frame that was accepted (6.6); ``results`` are in the order of the ops."""

    ack: int
    results: list[Outcome]
    stamp: Stamp
    anchor: str
    sig: str
    vouchers: list[str] = []
    """One for each result, in order; empty where there is none (14.3)."""
    vouched: str = ""


class Need(Strict, frozen=True):
    """The server lacks what comes before: send from ``need`` on."""

    need: int


class Rechain(Strict, frozen=True):
    """The chain does not continue the one held: start a new one behind ``(have, link)``."""

    have: int
    link: str
    rechain: bool


class NeedCerts(Strict, frozen=True):
    """Certificates the server does not know."""

    need_certs: list[str]


def results_message(chain: str, results: list[Outcome], stamp: Stamp) -> bytes:
    """The bytes under a push reply's signature."""
    return b"gh-results-1" + canon.encode({"chain": chain, "results": results, "stamp": stamp})


def vouchers_message(chain: str, vouchers: list[str], stamp: Stamp) -> bytes:
    """The bytes under the signature of a push reply's vouchers."""
    return b"gh-vouchers-1" + canon.encode({"chain": chain, "stamp": stamp, "vouchers": vouchers})


class PullRequest(Strict, frozen=True):
    """The pull frame (8.1)."""

    device: Id
    chain: Id
    cursors: dict[Scope, tuple[Annotated[str, Meta(max_length=64)], Count]]
    end: LocalEnd
    echo: Stamp | None
    digests: dict[Scope, dict[Annotated[str, Meta(pattern=r"^[0-9]{1,6}$(?!\n)")], tuple[Count, Count]]] = {}
    limit: Annotated[int, Meta(ge=1, le=10_000)] = PAGE_ROWS
    about: About | None = None


class Page(Strict, frozen=True):
    """A piece of a scope (8.3). ``rows`` are ``[n, body]``; bodies pass through as stored bytes."""

    scope: str
    epoch: str
    after: int
    upto: int
    rows: list[tuple[int, msgspec.Raw]]
    gone: list[str]
    stamp: Stamp | None = None


class Ack(Strict, frozen=True):
    """The last op the server holds of the device's chain; ``link`` says whether it is the device's own (a fork)."""

    chain: str
    link: str
    n: int


class Grants(Strict, frozen=True):
    """The scopes this device and person may hold now, and a version that changes when they do."""

    version: str
    scopes: list[str]


class PullReply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to a pull (8.1)."""

    ack: Ack
    anchor: str
    delete: list[str]
    drop: list[str]
    epoch: str
    grants: Grants
    heads: dict[str, int]
    keys: dict[str, str]
    more: bool
    pages: list[Page]
    reset: list[str]
    stamp: Stamp
    vouchers: dict[str, str] = {}
    """By op id, of the device's acts whose outcome is in the pages (14.3)."""


class EnrolRequest(Strict, frozen=True):
    """Enrolment of a browser by a person's sign-in (4.1)."""

    login: Annotated[str, Meta(min_length=1, max_length=80)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    key: Annotated[str, Meta(min_length=87, max_length=87)]
    chain: Id
    label: Annotated[str, Meta(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
    follows: End | None = None
    org: Id | None = None


class SignInRequest(Strict, frozen=True):
    """Sign-in of a person on an enrolled device (4.2)."""

    login: Annotated[str, Meta(min_length=1, max_length=80)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    org: Id | None = None


class PasswordRequest(Strict, frozen=True):
    """A new password for a one-time code (4.7)."""

    login: Annotated[str, Meta(min_length=1, max_length=80)]
    code: Annotated[str, Meta(min_length=1, max_length=40)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    org: Id | None = None


class PasswordSet(msgspec.Struct, frozen=True):
    """Whose password was set, to sign in with."""

    org: str
    person: str


class SignInCode(msgspec.Struct, frozen=True):
    """A one-time code as it is told, and the instant it expires, UTC ms (4.8)."""

    code: str
    expires: int


class SignedIn(msgspec.Struct, frozen=True):
    """What an enrolment or a sign-in gives."""

    device: str
    org: str
    person: str
    session: str
    certificates: list[Certificate]


class TokenRequest(Strict, frozen=True):
    """Proof of the device key for a short-lived token (4.4)."""

    device: Id
    chain: Id
    anchor: Annotated[str, Meta(max_length=160)]
    sig: Annotated[str, Meta(max_length=100)]


def token_message(request: TokenRequest) -> bytes:
    """The bytes under a token request's signature."""
    return b"gh-token-1" + canon.encode({"anchor": request.anchor, "chain": request.chain, "device": request.device})


class Token(msgspec.Struct, frozen=True):
    """A device token and the instant it expires, UTC ms."""

    token: str
    expires: int


class RechainRequest(Strict, frozen=True):
    """A new chain of an enrolled device, signed with the key of the old one (3.4)."""

    device: Id
    chain: Id
    key: Annotated[str, Meta(min_length=87, max_length=87)]
    follows: End
    sig: Annotated[str, Meta(max_length=100)]


def rechain_message(request: RechainRequest) -> bytes:
    """The bytes under a re-chaining request's signature."""
    return b"gh-rechain-1" + canon.encode(
        {"chain": request.chain, "device": request.device, "follows": request.follows, "key": request.key}
    )


class Rechained(msgspec.Struct, frozen=True):
    """The certificate of the new chain."""

    certificate: Certificate


def cert_message(body: str) -> bytes:
    """The bytes under a certificate's signature."""
    return b"gh-cert-1" + body.encode()


class SealKey(msgspec.Struct, frozen=True):
    """The public key to seal private parts to, signed by the server's own (14.1)."""

    key: str
    sig: str


def seal_key_message(key: str) -> bytes:
    """The bytes under the sealing key's signature."""
    return b"gh-seal-key-1" + key.encode()


def sealed_message(op: str, com: str) -> bytes:
    """What a sealed private part is bound to (14.2)."""
    return b"gh-sealed-1" + canon.encode({"com": com, "op": op})


class ServerInfo(msgspec.Struct, frozen=True):
    """What a device must know before it enrols: the server's public keys, an anchor, the limits."""

    protocol: int
    key: str
    anchor: str
    max_ops: int
    max_bytes: int
    oldest: int
    """The oldest protocol version that may exchange."""
    seal: SealKey


class Hello(Strict, frozen=True):
    """First message on a live socket (11.1)."""

    device: Annotated[str, Meta(max_length=400)]
    grants: Annotated[str, Meta(max_length=100)]
    session: Annotated[str, Meta(max_length=200)] | None = None
