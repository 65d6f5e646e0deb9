"""What follows a swap: how the work is handed over, and a debt that is let go."""

from __future__ import annotations

from gatehouse_sync.fields import Entity, Kind

ENTITIES: dict[str, Entity] = {}
KINDS: dict[str, Kind] = {
    "swap.brief": Kind("command", "swap", required=("handover",)),
    "swap.settle": Kind("command", "swap"),
}
