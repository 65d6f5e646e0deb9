"""Digests: an additive sum per scope and expiry day, to find silent divergence (PROTOCOL 8.8, P26)."""

from __future__ import annotations

from collections.abc import Mapping

from gatehouse_sync.canon import sha256

MODULUS = 2**48
Days = dict[str, tuple[int, int]]
"""Expiry day, as text: ``(count, sum)``."""


def weight(entity: str, version: str) -> int:
    """What one entity at one version adds: 48 bits."""
    return int.from_bytes(sha256(entity.encode(), version.encode())[:6], "big")


def differing(server: Mapping[str, tuple[int, int]], device: Mapping[str, tuple[int, int]], today: int) -> list[str]:
    """The days that differ, of those neither side may have expired yet (day 0 is 'still open')."""
    days = {*server, *device}
    current = [day for day in days if day == "0" or int(day) > today + 1]
    return sorted(day for day in current if server.get(day, (0, 0)) != device.get(day, (0, 0)))
