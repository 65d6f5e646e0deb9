"""Leave, and corrections of missed punches."""

from __future__ import annotations

from gatehouse_sync.fields import Entity, Kind

ENTITIES: dict[str, Entity] = {}
KINDS: dict[str, Kind] = {}
