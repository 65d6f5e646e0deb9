"""The org's log and the server's signed stamps over it (PROTOCOL 9.2–9.4, P16, P28)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatehouse_sync import canon
from gatehouse_sync.chain import Count, Hash, Id
from gatehouse_sync.decision import Decision

LeafType = Literal["op", "release", "return", "erase", "epoch"]


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of an org's log: a decision about an op, or the end of an epoch."""

    at: int
    decision: Decision | None
    head_hash: str | None
    n: int
    op: str | None
    type: LeafType
    ended: str | None = None


class Stamp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The state of the org's log, signed by the server."""

    epoch: Annotated[str, Meta(max_length=64)]
    hash: Hash
    n: Count
    org: Id
    sig: Annotated[str, Meta(max_length=100)] = ""


def log_root(org: str) -> bytes:
    """``hash(0)`` of an org's log, 32 bytes."""
    return canon.sha256(b"gh-log-1", org.encode())


def leaf_text(leaf: Leaf) -> bytes:
    """The canonical text of a leaf."""
    return canon.encode(leaf)


def log_hash(previous: bytes, leaf: bytes) -> bytes:
    """``hash(n)`` from ``hash(n − 1)`` and the leaf's text."""
    return canon.sha256(b"gh-log-1", previous, leaf)


def stamp_message(stamp: Stamp) -> bytes:
    """The bytes under a stamp's signature."""
    return b"gh-stamp-1" + canon.encode({"epoch": stamp.epoch, "hash": stamp.hash, "n": stamp.n, "org": stamp.org})
