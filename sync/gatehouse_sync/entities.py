"""What exists and what can be done to it, as data (PROTOCOL 2.3, §10).

``browser/entities.json`` and ``browser/office.json`` are this module's output and what the TypeScript half reads:
``python -m gatehouse_sync.entities [office]`` prints them.
Kinds and fields only grow: a name never changes its meaning,
a field is never removed, a new field is optional. A changed meaning is a new kind version.
"""

from __future__ import annotations

import functools
import re
import sys
from typing import get_args

import msgspec

from gatehouse_sync import canon
from gatehouse_sync.clock import TimeClass
from gatehouse_sync.fields import DAY, HOUR, MAX_INSTANT, Entity, Field, Kind, text

_id = Field("id")
_instant = Field("instant", max=MAX_INSTANT)
_closing = Field("instant", policy="first", max=MAX_INSTANT)
_order = Field("int", max=999)

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
RELATIONS = ("owner", "tenant", "family", "other")
VEHICLE_CATEGORIES = ("resident", "tenant", "staff", "contractor", "official", "barred")
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
    # ``closed``: no longer in use since then; what once named it keeps its name.
    "site": Entity(fields={"name": text(80), "zone": text(40), "closed": _instant}),
    "post": Entity(fields={"site": _id, "name": text(40), "order": _order, "closed": _instant}),
    "team": Entity(fields={"name": text(80), "site": _id, "closed": _instant}),
    "building": Entity(fields={"site": _id, "name": text(40), "order": _order, "closed": _instant}),
    "unit": Entity(
        fields={
            "site": _id,
            "building": _id,
            "name": text(40),
            "floor": Field("int", min=-20, max=300),
            "closed": _instant,
        },
    ),
    # In no device's stream: the office asks for one unit at a time (docs/decisions/0008).
    "resident": Entity(
        fields={
            "site": _id,
            "unit": _id,
            "name": text(80, private=True),
            "phone": text(24, private=True),
            "relation": Field("choice", choices=RELATIONS),
            "until": _instant,
        },
    ),
    # Known at the gate; who holds it is not.
    "vehicle": Entity(
        fields={
            "site": _id,
            "plate": text(12, private=True),
            "unit": _id,
            "category": Field("choice", choices=VEHICLE_CATEGORIES),
            "until": _instant,
        },
    ),
    # Segments in order, apart by a space, each "HH:MM-HH:MM"; an hour of the next day counts on (25:00).
    "template": Entity(
        fields={
            "name": text(40),
            "label": text(4),
            "segments": text(80),
            "night": Field("bool"),
            "site": _id,
            "order": _order,
            "closed": _instant,
        },
    ),
    "person": Entity(
        fields={
            "name": text(80, private=True),
            "phone": text(24, private=True),
            "staff_no": text(24),
            "grade": text(24),
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
    # What the office knows of a device, and of the server itself.
    "device": Entity(fields={}),
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
    "site.amend": Kind("command", "site", optional=("name", "closed"), clears=True),
    "post.create": Kind("command", "post", creates=True, required=("site", "name", "order")),
    "post.amend": Kind("command", "post", optional=("name", "order", "closed"), clears=True),
    "team.create": Kind("command", "team", creates=True, required=("name",), optional=("site",)),
    "team.amend": Kind("command", "team", optional=("name", "site", "closed"), clears=True),
    "building.create": Kind("command", "building", creates=True, required=("site", "name", "order")),
    "building.amend": Kind("command", "building", optional=("name", "order", "closed"), clears=True),
    "unit.create": Kind("command", "unit", creates=True, required=("building", "name"), optional=("floor",)),
    "unit.amend": Kind("command", "unit", optional=("name", "floor", "closed"), clears=True),
    "resident.create": Kind(
        "command", "resident", creates=True, required=("unit", "name"), optional=("phone", "relation", "until")
    ),
    "resident.amend": Kind("command", "resident", optional=("name", "phone", "relation", "until"), clears=True),
    "vehicle.create": Kind(
        "command", "vehicle", creates=True, required=("site", "plate", "category"), optional=("unit", "until")
    ),
    "vehicle.amend": Kind("command", "vehicle", optional=("plate", "unit", "category", "until"), clears=True),
    "template.create": Kind(
        "command",
        "template",
        creates=True,
        required=("name", "label", "segments", "order"),
        optional=("night", "site"),
    ),
    "template.amend": Kind(
        "command",
        "template",
        optional=("name", "label", "segments", "night", "site", "order", "closed"),
        clears=True,
    ),
    # Who brought in a file: the acts that follow in the same transaction are the server's, at that person's word.
    "import.run": Kind(
        "command",
        None,
        params={
            "by": _id,
            "what": Field("choice", choices=("people", "posts", "units", "vehicles")),
            "sha": text(64),
            "rows": Field("int", max=100_000),
        },
        required_params=("by", "what", "sha", "rows"),
    ),
    "person.create": Kind(
        "command",
        "person",
        creates=True,
        required=("name", "staff_no"),
        optional=("phone", "grade", "team", "superior", "shift", "since"),
    ),
    "person.amend": Kind("command", "person", optional=("name", "phone", "staff_no", "grade"), clears=True),
    "person.assign": Kind("command", "person", required=("team", "since"), optional=("superior", "shift")),
    "person.dismiss": Kind("command", "person", required=("dismissed",)),
    "role.grant": Kind(
        "command", "role", creates=True, required=("person", "role", "since"), optional=("site", "team", "until")
    ),
    "role.end": Kind("command", "role", required=("until",)),
    "deputy.end": Kind("command", "deputy", required=("until",)),
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
    # The server writes it for the person: robots live in a table, because their addresses are secrets.
    "robot.change": Kind(
        "command",
        None,
        params={"robot": _id, "what": Field("choice", choices=("made", "changed", "removed")), "person": _id},
        required_params=("robot", "what", "person"),
    ),
    "device.revoke": Kind("command", None, params={"device": _id}, required_params=("device",)),
}


@functools.cache
def declared(kind: str) -> dict[str, Field]:
    """Every value an op of the kind may carry, public or private: fields of its entity, and its parameters."""
    spec = KINDS[kind]
    fields = ENTITIES[spec.entity].fields if spec.entity is not None else {}
    return {**{name: fields[name] for name in (*spec.required, *spec.optional)}, **spec.params}


_OFFICE = re.compile(
    r"(org|site|post|team|building|unit|resident|vehicle|template|import|person|role)\..*|device\.revoke"
)
_OFFICE_ENTITIES = frozenset({"building", "unit", "resident", "vehicle", "template"})


def catalogue(*, office: bool) -> dict[str, object]:
    """Half of it as plain JSON values, for the browser and for readers in other languages.

    ``office``: what only an admin does and a phone at the gate need not load before its first screen; else the rest.
    """
    entities = {name: one for name, one in ENTITIES.items() if (name in _OFFICE_ENTITIES) is office}
    kinds = {name: one for name, one in KINDS.items() if bool(_OFFICE.fullmatch(name)) is office}
    plain: dict[str, object] = msgspec.to_builtins({"entities": entities, "kinds": kinds})
    return plain


if __name__ == "__main__":
    plain = catalogue(office=sys.argv[1:] == ["office"])
    sys.stdout.buffer.write(msgspec.json.format(canon.encode(plain), indent=1) + b"\n")
