"""People's months as judged, what becomes of proposals, closed periods, devices that nobody waits for any more."""

from __future__ import annotations

from gatehouse_sync.fields import CLOSING, DATE, DAY, ID, INSTANT, MONTH, Entity, Field, Kind, text

KEPT = 62 * DAY
"""Two months: what a month's report still asks for."""
_PROPOSAL = text(120)
"""``cause:shift`` or ``cause:month``, as in the month's proposals."""

ENTITIES: dict[str, Entity] = {
    # Written by the server beside ops, from the facts alone (10.13).
    "month": Entity(
        fields={"person": ID, "month": MONTH, "until": CLOSING}, closed_by="until", full_ms=KEPT, keep_ms=KEPT
    ),
    # What somebody decided about one proposal; ``price`` is the canonical JSON of what it named.
    "penalty": Entity(
        fields={
            "person": ID,
            "owner": ID,
            "month": MONTH,
            "proposal": _PROPOSAL,
            "state": Field("choice", choices=("confirmed", "dismissed", "reversed")),
            "cause": text(20),
            "clause": text(12),
            "price": text(300),
            "date": DATE,
            "team": ID,
            "until": CLOSING,
            "reason": text(200, private=True),
        },
        closed_by="until",
        full_ms=KEPT,
        keep_ms=KEPT,
    ),
    # A team's month that was closed, and perhaps opened again.
    "period": Entity(
        fields={
            "team": ID,
            "month": MONTH,
            "state": Field("choice", choices=("closed", "open")),
            "closed": INSTANT,
            "until": CLOSING,
            "reason": text(200, private=True),
        },
        closed_by="until",
        full_ms=2 * KEPT,
        keep_ms=2 * KEPT,
    ),
    # A device from which nothing is waited for that was made up to ``until``.
    "silence": Entity(
        fields={"device": ID, "site": ID, "until": CLOSING, "reason": text(200, private=True)},
        closed_by="until",
        full_ms=KEPT,
        keep_ms=KEPT,
    ),
}

KINDS: dict[str, Kind] = {
    # ``person`` is whose month names the proposal.
    "penalty.confirm": Kind(
        "command", "penalty", creates=True, required=("person", "month", "proposal"), optional=("reason",)
    ),
    "penalty.dismiss": Kind("command", "penalty", creates=True, required=("person", "month", "proposal", "reason")),
    "penalty.reverse": Kind("command", "penalty", required=("reason",)),
    "period.close": Kind("command", "period", creates=True, required=("team", "month"), optional=("reason",)),
    "period.reopen": Kind("command", "period", required=("reason",)),
    "silence.declare": Kind("command", "silence", creates=True, required=("device", "until", "reason")),
}
