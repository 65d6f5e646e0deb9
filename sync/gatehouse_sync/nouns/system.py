"""What the server writes beside ops, and acts about ops, notices and sessions."""

from __future__ import annotations

from gatehouse_sync.fields import CLOSING, DAY, ID, Entity, Kind, text

ENTITIES: dict[str, Entity] = {
    # Written by the server beside an op, never by one: a person's inbox, a device's outcomes, a device's freshness.
    "notice": Entity(fields={}),
    "outcome": Entity(fields={}),
    "gate": Entity(fields={}),
    # What the office knows of a device, and of the server itself.
    "device": Entity(fields={}),
    # What a device is told about itself.
    "kiosk": Entity(fields={}),
    # Who may be picked on a post's tablet, and the version of a team's roster.
    "badge": Entity(fields={"until": CLOSING}, closed_by="until", full_ms=2 * DAY, keep_ms=2 * DAY),
    "roster": Entity(fields={}),
}

_op = {"op": ID}

KINDS: dict[str, Kind] = {
    "notice.close": Kind("command", None, params={"notice": ID}, required_params=("notice",)),
    "session.end": Kind("fact", None),
    "op.release": Kind("command", None, params=_op, required_params=("op",)),
    "op.return": Kind("command", None, params={**_op, "reason": text(200)}, required_params=("op", "reason")),
}
