"""Which regulation a team follows from when, what was set otherwise, and holidays."""

from __future__ import annotations

from gatehouse_sync.fields import DATE, ID, Entity, Field, Kind, text

DAYS = ("workday", "weekend", "statutory", "rest", "makeup")

ENTITIES: dict[str, Entity] = {
    # ``pack`` is a code of a regulation, or "none"; the server knows which there are.
    "policy": Entity(fields={"team": ID, "pack": text(16), "since": DATE, "reason": text(200, private=True)}),
    # ``value`` is canonical JSON; ``until`` the first date on which it no longer holds.
    "override": Entity(
        fields={
            "team": ID,
            "key": text(40),
            "value": text(4_000),
            "since": DATE,
            "until": DATE,
            "reason": text(200, private=True),
        },
    ),
    # What a date is, whatever the calendar says; the newest for a date counts.
    "holiday": Entity(
        fields={"date": DATE, "sort": Field("choice", choices=DAYS), "name": text(40), "site": ID},
    ),
}

KINDS: dict[str, Kind] = {
    "policy.choose": Kind("command", "policy", creates=True, required=("team", "pack", "since"), optional=("reason",)),
    "override.make": Kind("command", "override", creates=True, required=("team", "key", "value", "since", "reason")),
    "override.end": Kind("command", "override", required=("until",), optional=("reason",)),
    "holiday.set": Kind("command", "holiday", creates=True, required=("date", "sort", "name"), optional=("site",)),
}
