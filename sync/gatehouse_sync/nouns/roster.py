"""Rosters as published, and who has received which version."""

from __future__ import annotations

from gatehouse_sync.fields import Entity, Kind

ENTITIES: dict[str, Entity] = {}
KINDS: dict[str, Kind] = {}
