"""Which regulation a team follows from when, what was set otherwise, and holidays."""

from __future__ import annotations

from gatehouse_sync.fields import Entity, Kind

ENTITIES: dict[str, Entity] = {}
KINDS: dict[str, Kind] = {}
