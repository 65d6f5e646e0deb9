"""What an office keeps: places, people and their roles, devices, files brought in."""

from __future__ import annotations

from gatehouse_sync.fields import ID, INSTANT, ORDER, Entity, Field, Kind, text

ROLES = ("guard", "agent", "supervisor", "clerk", "manager", "admin")
SHIFTS = ("day", "night", "split")
RELATIONS = ("owner", "tenant", "family", "other")
VEHICLE_CATEGORIES = ("resident", "tenant", "staff", "contractor", "official", "barred")

ENTITIES: dict[str, Entity] = {
    "org": Entity(fields={"name": text(80)}),
    # ``closed``: no longer in use since then; what once named it keeps its name.
    "site": Entity(fields={"name": text(80), "zone": text(40), "closed": INSTANT}),
    # ``cover_min``: the least people there while anybody is planned there, all day and night with ``round_clock``.
    "post": Entity(
        fields={
            "site": ID,
            "name": text(40),
            "order": ORDER,
            "closed": INSTANT,
            "cover_min": Field("int", max=99),
            "round_clock": Field("bool"),
            "skill": text(24),
        },
    ),
    "team": Entity(fields={"name": text(80), "site": ID, "closed": INSTANT}),
    "building": Entity(fields={"site": ID, "name": text(40), "order": ORDER, "closed": INSTANT}),
    "unit": Entity(
        fields={
            "site": ID,
            "building": ID,
            "name": text(40),
            "floor": Field("int", min=-20, max=300),
            "closed": INSTANT,
        },
    ),
    # In no device's stream: the office asks for one unit at a time (docs/decisions/0008).
    "resident": Entity(
        fields={
            "site": ID,
            "unit": ID,
            "name": text(80, private=True),
            "phone": text(24, private=True),
            "relation": Field("choice", choices=RELATIONS),
            "until": INSTANT,
        },
    ),
    # Known at the gate; who holds it is not.
    "vehicle": Entity(
        fields={
            "site": ID,
            "plate": text(12, private=True),
            "unit": ID,
            "category": Field("choice", choices=VEHICLE_CATEGORIES),
            "until": INSTANT,
        },
    ),
    # Segments in order, apart by a space, each "HH:MM-HH:MM"; an hour of the next day counts on (25:00).
    "template": Entity(
        fields={
            "name": text(40),
            "label": text(4),
            "segments": text(80),
            "night": Field("bool"),
            "site": ID,
            "order": ORDER,
            "closed": INSTANT,
        },
    ),
    "person": Entity(
        fields={
            "name": text(80, private=True),
            "phone": text(24, private=True),
            "staff_no": text(24),
            "grade": text(24),
            # What the person can do, apart by spaces; a post asks for one of them.
            "skills": text(120),
            "team": ID,
            "superior": ID,
            "shift": Field("choice", choices=SHIFTS),
            "since": INSTANT,
            "dismissed": INSTANT,
        },
    ),
    "role": Entity(
        fields={
            "person": ID,
            "role": Field("choice", choices=ROLES),
            "site": ID,
            "team": ID,
            "since": INSTANT,
            "until": INSTANT,
        },
    ),
    "deputy": Entity(fields={"absent": ID, "deputy": ID, "since": INSTANT, "until": INSTANT}),
}

KINDS: dict[str, Kind] = {
    "org.create": Kind("command", "org", creates=True, required=("name",)),
    "site.create": Kind("command", "site", creates=True, required=("name", "zone")),
    "site.amend": Kind("command", "site", optional=("name", "closed"), clears=True),
    "post.create": Kind(
        "command",
        "post",
        creates=True,
        required=("site", "name", "order"),
        optional=("cover_min", "round_clock", "skill"),
    ),
    "post.amend": Kind(
        "command",
        "post",
        optional=("name", "order", "closed", "cover_min", "round_clock", "skill"),
        clears=True,
    ),
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
            "by": ID,
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
        optional=("phone", "grade", "skills", "team", "superior", "shift", "since"),
    ),
    "person.amend": Kind("command", "person", optional=("name", "phone", "staff_no", "grade", "skills"), clears=True),
    "person.assign": Kind("command", "person", required=("team", "since"), optional=("superior", "shift")),
    "person.dismiss": Kind("command", "person", required=("dismissed",)),
    "role.grant": Kind(
        "command", "role", creates=True, required=("person", "role", "since"), optional=("site", "team", "until")
    ),
    "role.end": Kind("command", "role", required=("until",)),
    "deputy.end": Kind("command", "deputy", required=("until",)),
    # Without a post the device is one person's again.
    "device.kiosk": Kind(
        "command", None, params={"device": ID, "post": ID, "label": text(40)}, required_params=("device",)
    ),
    "deputy.name": Kind("command", "deputy", creates=True, required=("absent", "deputy", "since", "until")),
    # The server writes it for the person: robots live in a table, because their addresses are secrets.
    "robot.change": Kind(
        "command",
        None,
        params={"robot": ID, "what": Field("choice", choices=("made", "changed", "removed")), "person": ID},
        required_params=("robot", "what", "person"),
    ),
    "device.revoke": Kind("command", None, params={"device": ID}, required_params=("device",)),
}
