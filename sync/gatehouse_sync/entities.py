"""What exists and what can be done to it, as data (PROTOCOL 2.3, §10).

``browser/entities.json`` is this module's output and what the TypeScript half reads:
``python -m gatehouse_sync.entities`` prints it. Kinds and fields only grow: a name never changes its meaning,
a field is never removed, a new field is optional. A changed meaning is a new kind version.
"""

from __future__ import annotations

import functools
import sys
from typing import Literal, get_args

import msgspec

from gatehouse_sync import canon
from gatehouse_sync.clock import TimeClass

FieldType = Literal["text", "texts", "id", "ids", "int", "instant", "choice", "bool"]
Policy = Literal["first", "lww", "ask", "append", "union"]
GROWING = frozenset({"append", "union"})
Family = Literal["fact", "patch", "command"]
Mask = Literal["surname", "tail", "none"]

MAX_INSTANT = 8_640_000_000_000_000 // 10  # the year 29 365: inside a JavaScript Date and 2^53
HOUR = 3_600_000
DAY = 24 * HOUR


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """One field: its type and limits, which part of the op carries it, and its conflict policy."""

    type: FieldType
    private: bool = False
    policy: Policy = "lww"
    max: int = 0
    """Most code points of a text (of each item of ``texts``), or the greatest int."""
    min: int = 0
    choices: tuple[str, ...] = ()
    lines: bool = False
    mask: Mask = "none"
    """What the shade leaves of a private field."""
    hashed: bool = False
    """Whether the shade carries a keyed hash of it, for search."""


class Entity(msgspec.Struct, frozen=True, omit_defaults=True):
    """A kind of record: its fields, and how long devices hold it (10.5)."""

    fields: dict[str, Field]
    closed_by: str | None = None
    full_ms: int = 0
    keep_ms: int = 0


class Kind(msgspec.Struct, frozen=True, omit_defaults=True):
    """A kind of op. ``params`` are values of the act that are not fields of the entity."""

    family: Family
    entity: str | None
    version: int = 1
    creates: bool = False
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    params: dict[str, Field] = {}
    required_params: tuple[str, ...] = ()
    stamps: dict[str, str] = {}
    """Field to stamp with the corrected time: the touched field that must have won for it ("" = always)."""
    unsigned: bool = False
    """Whether ``auth: none`` may do it from a kiosk (P10)."""
    clears: bool = False
    """Whether null, which clears a field, is a value."""


def text(
    limit: int,
    *,
    private: bool = False,
    policy: Policy = "lww",
    lines: bool = False,
    mask: Mask = "none",
    hashed: bool = False,
) -> Field:
    """A text of at most ``limit`` code points."""
    return Field("text", private=private, policy=policy, max=limit, lines=lines, mask=mask, hashed=hashed)


_id = Field("id")
_instant = Field("instant", max=MAX_INSTANT)
_closing = Field("instant", policy="first", max=MAX_INSTANT)

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
ROLES = ("guard", "agent", "supervisor", "clerk", "manager", "admin")
SHIFTS = ("day", "night", "split")
SWAP_STATES = ("requested", "accepted", "approved", "rejected", "declined", "withdrawn", "expired")

ENTITIES: dict[str, Entity] = {
    "visit": Entity(
        fields={
            "site": _id,
            "post": _id,
            "category": Field("choice", choices=VISIT_CATEGORIES),
            "name": text(80, private=True, mask="surname", hashed=True),
            "phone": text(24, private=True, hashed=True),
            "plate": text(12, private=True, mask="tail", hashed=True),
            "host": text(80, private=True),
            "unit": text(40),
            "purpose": text(120, private=True),
            "companions": Field("int", max=99),
            "pass_no": text(20),
            "expected_out": _instant,
            "items": Field("texts", private=True, policy="union", max=40),
            "note": text(500, private=True, policy="append", lines=True),
            "id_kind": Field("choice", policy="ask", choices=("none", "id_card", "passport", "permit", "work_card")),
            "arrived": _instant,
            "left": _closing,
            "left_post": Field("id", policy="first"),
            "joined": _id,
        },
        closed_by="left",
        full_ms=12 * HOUR,
        keep_ms=30 * DAY,
    ),
    "org": Entity(fields={"name": text(80)}),
    "site": Entity(fields={"name": text(80), "zone": text(40)}),
    "post": Entity(fields={"site": _id, "name": text(40), "order": Field("int", max=999)}),
    "team": Entity(fields={"name": text(80), "site": _id}),
    "person": Entity(
        fields={
            "name": text(80, private=True),
            "phone": text(24, private=True),
            "staff_no": text(24),
            "team": _id,
            "superior": _id,
            "shift": Field("choice", choices=SHIFTS),
            "since": _instant,
            "dismissed": _instant,
        },
    ),
    "role": Entity(
        fields={
            "person": _id,
            "role": Field("choice", choices=ROLES),
            "site": _id,
            "team": _id,
            "since": _instant,
            "until": _instant,
        },
    ),
    "deputy": Entity(fields={"absent": _id, "deputy": _id, "since": _instant, "until": _instant}),
    "shift": Entity(
        fields={
            "person": _id,
            "post": _id,
            "site": _id,
            "team": _id,
            "date": text(10),
            "start": _instant,
            "end": _closing,
            "label": text(4),
            "night": Field("bool"),
            "roster": Field("int", max=2**31),
            "swap": _id,
        },
        closed_by="end",
        full_ms=35 * DAY,
        keep_ms=35 * DAY,
    ),
    "punch": Entity(
        fields={
            "direction": Field("choice", choices=("in", "out")),
            "site": _id,
            "post": _id,
            "shift": _id,
            "team": _id,
            "again": Field("bool"),
            "punched": _closing,
            # How sure the time is, of the decision's interval (7.3, 7.5).
            "sure": Field("choice", choices=get_args(TimeClass)),
            "earliest": _instant,
            "latest": _instant,
        },
        closed_by="punched",
        full_ms=35 * DAY,
        keep_ms=35 * DAY,
    ),
    "swap": Entity(
        fields={
            "give": _id,
            "give_ver": _id,
            "take": _id,
            "take_ver": _id,
            "mode": Field("choice", choices=("give_away", "exchange", "repay")),
            "asked": Field("ids"),
            "declined": Field("ids"),
            "reason": text(200, private=True),
            "note": text(200, private=True),
            "team": _id,
            "deadline": _closing,
            "state": Field("choice", choices=SWAP_STATES),
            "accepted_by": _id,
            "decided_by": _id,
        },
        closed_by="deadline",
        full_ms=35 * DAY,
        keep_ms=35 * DAY,
    ),
    # Written by the server beside an op, never by one: a person's inbox, a device's outcomes, a device's freshness.
    "notice": Entity(fields={}),
    "outcome": Entity(fields={}),
    "gate": Entity(fields={}),
    # What a device is told about itself.
    "kiosk": Entity(fields={}),
    # Who may be picked on a post's tablet, and the version of a team's roster.
    "badge": Entity(fields={"until": _closing}, closed_by="until", full_ms=2 * DAY, keep_ms=2 * DAY),
    "roster": Entity(fields={}),
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
_op = {"op": _id}

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
        params={"notice": _id, "choice": Field("choice", choices=("mine", "theirs"))},
        required_params=("notice", "choice"),
    ),
    "notice.close": Kind("command", None, params={"notice": _id}, required_params=("notice",)),
    "session.end": Kind("fact", None),
    "op.release": Kind("command", None, params=_op, required_params=("op",)),
    "op.return": Kind("command", None, params={**_op, "reason": text(200)}, required_params=("op", "reason")),
    "org.create": Kind("command", "org", creates=True, required=("name",)),
    "site.create": Kind("command", "site", creates=True, required=("name", "zone")),
    "post.create": Kind("command", "post", creates=True, required=("site", "name", "order")),
    "team.create": Kind("command", "team", creates=True, required=("name",), optional=("site",)),
    "person.create": Kind(
        "command",
        "person",
        creates=True,
        required=("name", "staff_no"),
        optional=("phone", "team", "superior", "shift", "since"),
    ),
    "person.assign": Kind("command", "person", required=("team", "since"), optional=("superior", "shift")),
    "person.dismiss": Kind("command", "person", required=("dismissed",)),
    "role.grant": Kind(
        "command", "role", creates=True, required=("person", "role", "since"), optional=("site", "team", "until")
    ),
    "role.end": Kind("command", "role", required=("until",)),
    # Without a post the device is one person's again.
    "device.kiosk": Kind(
        "command", None, params={"device": _id, "post": _id, "label": text(40)}, required_params=("device",)
    ),
    "deputy.name": Kind("command", "deputy", creates=True, required=("absent", "deputy", "since", "until")),
    "shift.assign": Kind(
        "command",
        "shift",
        creates=True,
        required=("person", "post", "team", "date", "start", "end", "label"),
        optional=("night",),
    ),
    "punch.record": Kind(
        "fact",
        "punch",
        creates=True,
        required=("direction", "site", "post"),
        optional=("shift", "again"),
        stamps={"punched": ""},
        unsigned=True,
    ),
    "swap.request": Kind(
        "command",
        "swap",
        creates=True,
        required=("give", "give_ver", "mode", "asked"),
        optional=("take", "take_ver", "reason"),
    ),
    "swap.accept": Kind("command", "swap"),
    "swap.decline": Kind("command", "swap"),
    "swap.withdraw": Kind("command", "swap"),
    "swap.approve": Kind("command", "swap", optional=("note",)),
    "swap.reject": Kind("command", "swap", required=("note",)),
    "swap.expire": Kind("command", "swap"),
    "device.revoke": Kind("command", None, params={"device": _id}, required_params=("device",)),
}


@functools.cache
def declared(kind: str) -> dict[str, Field]:
    """Every value an op of the kind may carry, public or private: fields of its entity, and its parameters."""
    spec = KINDS[kind]
    fields = ENTITIES[spec.entity].fields if spec.entity is not None else {}
    return {**{name: fields[name] for name in (*spec.required, *spec.optional)}, **spec.params}


def catalogue() -> dict[str, object]:
    """All of it as plain JSON values, for the other half and for readers in other languages."""
    plain: dict[str, object] = msgspec.to_builtins({"entities": ENTITIES, "kinds": KINDS})
    return plain


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.format(canon.encode(catalogue()), indent=1) + b"\n")
