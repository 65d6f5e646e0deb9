"""Rosters as published, and who has received which version."""

from __future__ import annotations

from gatehouse_sync.fields import CLOSING, DAY, ID, MONTH, Entity, Field, Kind, text

VERSION = Field("int", max=2**31)
_LINES = text(2_000, lines=True)
"""One line for each template, or each post."""

ENTITIES: dict[str, Entity] = {
    # One version of a team's roster: what was published, and as what its templates and posts were read (10.10).
    "publication": Entity(
        fields={
            "team": ID,
            "month": MONTH,
            "seen": VERSION,
            "version": VERSION,
            "templates": Field("ids"),
            "posts": Field("ids"),
            "legend": text(400),
            "labels": _LINES,
            "times": _LINES,
            "nights": text(20),
            "sites": _LINES,
            "offsets": _LINES,
            "until": CLOSING,
        },
        closed_by="until",
        full_ms=35 * DAY,
        keep_ms=35 * DAY,
    ),
    "receipt": Entity(
        fields={"team": ID, "version": VERSION, "received": CLOSING},
        closed_by="received",
        full_ms=62 * DAY,
        keep_ms=62 * DAY,
    ),
}
KINDS: dict[str, Kind] = {
    "roster.publish": Kind(
        "command",
        "publication",
        creates=True,
        required=("team", "month", "seen", "templates", "posts"),
        optional=("legend",),
        params={"rows": text(15_000, lines=True)},
        required_params=("rows",),
    ),
    "roster.receive": Kind("command", "receipt", creates=True, required=("team", "version"), stamps={"received": ""}),
}
