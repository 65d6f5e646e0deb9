"""Outings, silent devices, closed periods, confirmed penalties."""

from __future__ import annotations

from gatehouse_sync.fields import Entity, Kind

ENTITIES: dict[str, Entity] = {}
KINDS: dict[str, Kind] = {}
