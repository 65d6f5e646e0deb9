"""Leave, going out during a shift, and corrections of missed punches."""

from __future__ import annotations

from gatehouse_sync.fields import CLOSING, DATE, DAY, ID, INSTANT, MONTH, Entity, Field, Kind, text

SORTS = ("personal", "sick", "emergency", "official", "training")
LEAVE_STATES = ("requested", "granted", "rejected", "withdrawn", "expired", "void")
OUTING_STATES = ("requested", "granted", "rejected", "withdrawn", "expired")
CORRECTION_STATES = ("requested", "granted", "rejected", "withdrawn", "moot")
CAUSES = ("forgot", "device", "other")
KEPT = 62 * DAY
"""Two months: what a month's report still asks for."""

# Who decides, level by level: ``levels`` in order, apart by spaces, ``level`` the one it is at, ``deciders`` who may
# say it there now, ``approved`` who said yes so far. The server writes them.
_LEVELS = {
    "levels": text(60),
    "level": Field("int", max=9),
    "deciders": Field("ids"),
    "approved": Field("ids"),
    "decided_by": ID,
    "note": text(200, private=True),
}

ENTITIES: dict[str, Entity] = {
    "leave": Entity(
        fields={
            "person": ID,
            "sort": Field("choice", choices=SORTS),
            "since": INSTANT,
            "until": CLOSING,
            "to": ID,
            "substitute": ID,
            "reason": text(200, private=True),
            "team": ID,
            "state": Field("choice", choices=LEAVE_STATES),
            "class": Field("choice", choices=("ordinary", "urgent", "late")),
            "days": Field("int", max=400),
            "deadline": INSTANT,
            "clause": text(12),
            "why": text(24),
            "certificate": Field("bool"),
            "due": DATE,
            "certs": Field("texts", policy="union", max=21),
            "cert_note": text(200, private=True),
            "seen": INSTANT,
            "seen_by": ID,
            "returned": INSTANT,
            **_LEVELS,
        },
        closed_by="until",
        full_ms=KEPT,
        keep_ms=KEPT,
    ),
    "outing": Entity(
        fields={
            "person": ID,
            "shift": ID,
            "since": INSTANT,
            "until": CLOSING,
            "business": Field("bool"),
            "reason": text(200, private=True),
            "team": ID,
            "state": Field("choice", choices=OUTING_STATES),
            "deadline": INSTANT,
            **_LEVELS,
        },
        closed_by="until",
        full_ms=KEPT,
        keep_ms=KEPT,
    ),
    "correction": Entity(
        fields={
            "person": ID,
            "shift": ID,
            "direction": Field("choice", choices=("in", "out")),
            "segment": Field("int", max=9),
            "claimed": CLOSING,
            "cause": Field("choice", choices=CAUSES),
            "reason": text(200, private=True),
            "team": ID,
            "post": ID,
            "date": DATE,
            "month": MONTH,
            "due": INSTANT,
            "state": Field("choice", choices=CORRECTION_STATES),
            "punch": ID,
            **_LEVELS,
        },
        closed_by="claimed",
        full_ms=KEPT,
        keep_ms=KEPT,
    ),
    # A post where nobody could punch for a while: what is missing there needs no correction and uses no quota.
    "outage": Entity(
        fields={
            "post": ID,
            "site": ID,
            "since": INSTANT,
            "until": CLOSING,
            "reason": text(200, private=True),
        },
        closed_by="until",
        full_ms=KEPT,
        keep_ms=KEPT,
    ),
}

KINDS: dict[str, Kind] = {
    # Without ``person`` for oneself.
    "leave.request": Kind(
        "command",
        "leave",
        creates=True,
        required=("sort", "since", "until"),
        optional=("person", "to", "substitute", "reason"),
    ),
    "leave.approve": Kind("command", "leave", optional=("note",)),
    "leave.reject": Kind("command", "leave", required=("note",)),
    "leave.withdraw": Kind("command", "leave"),
    # Who saw the certificate is whoever says so; ``first`` and ``last`` are the dates on it.
    "leave.certify": Kind(
        "command",
        "leave",
        optional=("cert_note",),
        params={"first": DATE, "last": DATE},
        required_params=("first", "last"),
    ),
    "leave.return": Kind("command", "leave"),
    "leave.expire": Kind("command", "leave"),
    "outing.request": Kind(
        "command",
        "outing",
        creates=True,
        required=("shift", "since", "until", "business"),
        optional=("reason",),
    ),
    "outing.approve": Kind("command", "outing", optional=("note",)),
    "outing.reject": Kind("command", "outing", required=("note",)),
    "outing.withdraw": Kind("command", "outing"),
    "outing.expire": Kind("command", "outing"),
    "correction.request": Kind(
        "command",
        "correction",
        creates=True,
        required=("shift", "direction", "claimed", "cause"),
        optional=("reason", "segment"),
    ),
    "correction.approve": Kind("command", "correction", optional=("note",)),
    "correction.reject": Kind("command", "correction", required=("note",)),
    "correction.withdraw": Kind("command", "correction"),
    # The real punch has come: the server says so, and the application counts no more.
    "correction.moot": Kind("command", "correction", required=("punch",)),
    "outage.declare": Kind(
        "command", "outage", creates=True, required=("post", "since", "until"), optional=("reason",)
    ),
}
