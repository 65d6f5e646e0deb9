"""Identifiers: UUIDv7 for what is made, name-derived UUIDs for what follows from something else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator

from gatehouse_sync.canon import sha256

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


def is_uuid(text: object) -> bool:
    """Whether ``text`` is a lower-case hyphenated UUID."""
    return isinstance(text, str) and _UUID.match(text) is not None


def uuid7(ms: int, random: bytes) -> str:
    """A version 7 UUID of the instant ``ms`` (UTC milliseconds) and 10 random bytes."""
    value = (ms & (2**48 - 1)) << 80 | int.from_bytes(random[:10], "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return str(uuid.UUID(int=value))


def ascending(ms: int, random: Callable[[int], bytes]) -> Iterator[str]:
    """UUIDv7s of one instant, each greater than the one before (RFC 9562 §6.2, method 1); a million at most."""
    for count in range(1 << 20):
        tail = int.from_bytes(random(7), "big") & ((1 << 54) - 1)
        yield uuid7(ms, (count >> 8 << 64 | (count & 0xFF) << 54 | tail).to_bytes(10, "big"))


def derived(*names: str) -> str:
    """The version 8 UUID that follows from names, the same on every machine."""
    raw = bytearray(sha256(b"gh-id-1", "\n".join(names).encode())[:16])
    raw[6] = raw[6] & 0x0F | 0x80
    raw[8] = raw[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))
