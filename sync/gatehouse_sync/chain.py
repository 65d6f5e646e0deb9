"""Chains: the order of a device's ops (PROTOCOL §3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from gatehouse_sync import canon

# `$` alone also matches before a final newline; the look-ahead shuts that and means the same in JavaScript.
Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$(?!\n)")]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Count = Annotated[int, Meta(ge=0, le=canon.MAX_INT)]


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a chain ends: ``link`` of op number ``n``."""

    chain: Id
    link: Hash
    n: Count


def root(device: str, chain: str, follows: End | None) -> bytes:
    """``link(0)`` (3.1), 32 bytes."""
    return canon.sha256(b"gh-chain-1", canon.encode({"chain": chain, "device": device, "follows": follows}))


def head_hash(head: bytes) -> bytes:
    """``H(head)``, 32 bytes."""
    return canon.sha256(head)


def advance(link: bytes, hash_: bytes) -> bytes:
    """``link(n)`` from ``link(n − 1)`` and the hash of head n (3.2)."""
    return canon.sha256(link, hash_)


def links(start: bytes, hashes: Iterable[bytes]) -> list[bytes]:
    """The links after each of ``hashes``, beginning behind ``start``."""
    result = []
    link = start
    for hash_ in hashes:
        link = advance(link, hash_)
        result.append(link)
    return result


class Continue(msgspec.Struct, frozen=True):
    """The frame continues the chain; its first ``skip`` ops are repeats."""

    skip: int


class Need(msgspec.Struct, frozen=True):
    """Ops are missing before the frame: send from ``n`` on."""

    n: int


class Rechain(msgspec.Struct, frozen=True):
    """The frame belongs to another history: start a new chain behind ``(have, link)``."""

    have: int
    link: bytes


def compared(held: int, first: int, count: int) -> int:
    """The number at which a frame of ``count`` ops from ``first`` is compared with the ``held`` ops of its chain.

    A link covers all before it, so the last one that both sides have says whether the histories are one.
    """
    return min(held, first - 1 + count)


def judge(
    held: int, link_at: Mapping[int, bytes], first: int, prev: bytes, links: Sequence[bytes]
) -> Continue | Need | Rechain:
    """What a frame is to a server that holds ``held`` ops of its chain (6.2).

    Args:
        held: number of the last op held, 0 with none.
        link_at: the links held at ``held`` and at ``compared(held, first, len(links))``; 0 is the root.
        first: number of the frame's first op.
        prev: what the frame says is ``link(first - 1)``.
        links: the links after each of its ops.
    """
    if first > held + 1:
        return Need(held + 1)
    at = compared(held, first, len(links))
    skip = at - (first - 1)
    if (links[skip - 1] if skip else prev) != link_at[at]:
        return Rechain(held, link_at[held])
    return Continue(skip)
