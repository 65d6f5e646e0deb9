"""A push frame before any of it is decided (PROTOCOL 6.1, 6.2, 2.4): strict decoding of raw bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

import gatehouse_sync
from gatehouse.audit.seal import Private
from gatehouse.errors import Problem
from gatehouse_sync import canon, ops, protocol
from gatehouse_sync.chain import head_hash
from gatehouse_sync.ids import derived, is_uuid
from gatehouse_sync.protocol import About, Push, SentOp
from gatehouse_sync.upcast import understood

T = TypeVar("T")
Unseal = Callable[[str, str, str], Private | None]
"""Opens what a device sealed: op id, commitment and sealed text to the private part, or None."""

MAX_DEPTH = 16
_strings = re.compile(rb'"(?:[^"\\]|\\.)*"')


class Parsed(msgspec.Struct, frozen=True):
    """One op of a frame, judged as far as the op alone goes.

    ``op``, read as one of its kind's newest version (2.7), is None when it is malformed or a stub; ``code`` says which.
    ``claimed`` is the id it names, if any.
    """

    hash: bytes
    op: ops.Op | None
    code: str | None
    sent: SentOp
    claimed: str | None = None
    salt: bytes | None = None
    """The salt of its private part, of a well-formed op that has one."""


def decode(raw: bytes, shape: type[T], limit: int = protocol.MAX_BYTES) -> T:
    """The frame in ``raw``.

    Raises:
        Problem: ``empty_body``, ``too_large``, ``too_deep``, ``bad_json`` or ``bad_frame``.
    """
    if not raw:
        raise Problem("empty_body")
    if len(raw) > limit:
        raise Problem("too_large")
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise Problem("too_deep" if _depth(raw) > MAX_DEPTH else "bad_frame") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("too_deep" if _depth(raw) > MAX_DEPTH else "bad_json") from error


def _depth(raw: bytes) -> int:
    """How deep brackets nest outside strings; only asked of frames that failed."""
    depth = deepest = 0
    for byte in _strings.sub(b"", raw):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def parse_push(raw: bytes, unseal: Unseal) -> tuple[Push, list[Parsed]]:
    """The frame and its ops, with sealed private parts opened.

    Raises:
        Problem: as ``decode``; ``app_too_old``; ``too_many_ops``; ``bad_frame`` for an op that is neither head nor
            stub.
    """
    push = decode(raw, Push)
    speaks(push.about)
    if len(push.ops) > protocol.MAX_OPS or len(push.certs) > protocol.MAX_CERTS:
        raise Problem("too_many_ops")
    return push, [_parse(sent, unseal) for sent in push.ops]


def speaks(about: About | None) -> None:
    """Whether a device's app is one the server still serves (6.8); one that says nothing of itself speaks version 1.

    Raises:
        Problem: ``app_too_old``; the device keeps all it has until it is updated.
    """
    if (about.protocol if about is not None else 1) < gatehouse_sync.OLDEST_PROTOCOL:
        raise Problem("app_too_old")


def _parse(sent: SentOp, unseal: Unseal) -> Parsed:
    if sent.head is None:
        if sent.head_hash is None or {sent.private, sent.salt, sent.sealed, sent.voucher} != {None}:
            raise Problem("bad_frame")
        return Parsed(bytes.fromhex(sent.head_hash), None, "unsendable", sent)
    if sent.head_hash is not None or (sent.sealed is not None and sent.private is not None):
        raise Problem("bad_frame")
    hash_ = head_hash(sent.head.encode())
    try:
        head = ops.parse_head(sent.head)
    except ops.MalformedError:
        return Parsed(hash_, None, "malformed", sent, _claimed(sent.head))
    if sent.sealed is not None:
        opened = unseal(head.id, head.com, sent.sealed) if head.com is not None else None
        if opened is None:
            return Parsed(hash_, None, "bad_seal", sent, head.id)
        sent = msgspec.structs.replace(sent, private=opened.private, salt=opened.salt, sealed=None)
    try:
        private, salt = ops.parse_private(head, sent.private, sent.salt)
        op = understood(ops.Op(head, private))
    except ops.MalformedError:
        return Parsed(hash_, None, "malformed", sent, head.id)
    if op is None:
        return Parsed(hash_, ops.Op(head, private), "unknown_kind", sent, head.id, salt)
    return Parsed(hash_, op, None, sent, head.id, salt)


def _claimed(text: str) -> str | None:
    """The id a malformed head names, so that its author can find the act again."""
    try:
        value = canon.decode(text)
    except canon.NotCanonicalError:
        return None
    claimed = value.get("id") if isinstance(value, dict) else None
    return claimed if is_uuid(claimed) else None


def stub_id(chain: str, n: int) -> str:
    """The id under which an op without a usable one is kept."""
    return derived("stub", chain, str(n))
