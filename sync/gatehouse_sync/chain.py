"""Chains: the order of a device's ops (PROTOCOL §3)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gatehouse_sync import canon


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a chain ends: ``link`` of op number ``n``."""

    chain: str
    link: str
    n: int


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
