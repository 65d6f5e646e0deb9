"""Visitors at a gate."""

from __future__ import annotations

from gatehouse_sync.fields import CLOSING, DAY, HOUR, ID, INSTANT, Entity, Field, Kind, text

VISIT_CATEGORIES = (
    "resident_guest",
    "courier",
    "takeaway",
    "contractor",
    "agent",
    "official",
    "interview",
    "other",
)

ENTITIES: dict[str, Entity] = {
    "visit": Entity(
        fields={
            "site": ID,
            "post": ID,
            "category": Field("choice", choices=VISIT_CATEGORIES),
            "name": text(80, private=True, mask="surname", hashed=True),
            "phone": text(24, private=True, hashed=True),
            "plate": text(12, private=True, mask="tail", hashed=True),
            "host": text(80, private=True),
            "unit": text(40),
            "purpose": text(120, private=True),
            "companions": Field("int", max=99),
            "pass_no": text(20),
            "expected_out": INSTANT,
            "items": Field("texts", private=True, policy="union", max=40),
            "note": text(500, private=True, policy="append", lines=True),
            "id_kind": Field("choice", policy="ask", choices=("none", "id_card", "passport", "permit", "work_card")),
            "arrived": INSTANT,
            "left": CLOSING,
            "left_post": Field("id", policy="first"),
            "joined": ID,
        },
        closed_by="left",
        full_ms=12 * HOUR,
        keep_ms=30 * DAY,
    ),
}

_VISITOR = (
    "category",
    "name",
    "phone",
    "plate",
    "host",
    "unit",
    "purpose",
    "companions",
    "pass_no",
    "expected_out",
    "items",
    "note",
    "id_kind",
)

KINDS: dict[str, Kind] = {
    "visit.arrive": Kind(
        "patch",
        "visit",
        creates=True,
        required=("site", "post", "category"),
        optional=tuple(name for name in _VISITOR if name != "category"),
        stamps={"arrived": ""},
    ),
    "visit.amend": Kind("patch", "visit", optional=_VISITOR, clears=True),
    "visit.leave": Kind("patch", "visit", required=("left_post",), stamps={"left": "left_post"}),
    # A visitor seen leaving whom no gate has on record: kept as it is, joined to its entry by a person later.
    "visit.exit": Kind(
        "patch",
        "visit",
        creates=True,
        required=("site", "left_post"),
        optional=_VISITOR,
        stamps={"left": ""},
    ),
    "visit.join": Kind("command", "visit", required=("joined",)),
    "visit.erase": Kind(
        "command",
        "visit",
        params={"reason": Field("choice", choices=("retention", "request"))},
        required_params=("reason",),
    ),
    "conflict.resolve": Kind(
        "command",
        "visit",
        optional=_VISITOR,
        clears=True,
        params={"notice": ID, "choice": Field("choice", choices=("mine", "theirs"))},
        required_params=("notice", "choice"),
    ),
}
