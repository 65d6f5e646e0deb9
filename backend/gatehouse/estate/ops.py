"""Kinds of op that build and change an estate, all judged by the admin role (the server may found an org)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter

import msgspec

from gatehouse.db.steps import Insert, Query, Row, Steps
from gatehouse.identity.sign_in import folded
from gatehouse.replication.batch import Batch
from gatehouse.replication.completeness import gate_id, show
from gatehouse.replication.device_posts import Placed, place
from gatehouse.replication.facts import Facts
from gatehouse.replication.grants import ANYWHERE, RoleFacts
from gatehouse.replication.registry import Act, Handler, Projection, Registry, value
from gatehouse_sync.apply import Body
from gatehouse_sync.decision import Decision
from gatehouse_sync.ids import derived
from gatehouse_sync.ops import Op

ADMIN = frozenset({"admin"})
NAMES_DEPUTIES = frozenset({"supervisor", "manager", "admin"})


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds and tables."""
    registry.handle("org.create", Handler(roles=ADMIN, rule=_only_server))
    registry.handle("site.create", Handler(roles=ADMIN))
    registry.handle("post.create", Handler(roles=ADMIN, refs=_refs("site"), rule=_refer(site="site")))
    registry.handle("team.create", Handler(roles=ADMIN, refs=_refs("site"), rule=_refer(site="site")))
    registry.handle(
        "person.create",
        Handler(
            roles=ADMIN,
            refs=_refs("team", "superior"),
            prepare=_load_namesakes,
            rule=_new_person,
            effect=_assigned,
        ),
    )
    registry.handle(
        "person.assign",
        Handler(
            roles=ADMIN, refs=_refs("team", "superior"), rule=_refer(team="team", superior="person"), effect=_assigned
        ),
    )
    registry.handle("person.dismiss", Handler(roles=ADMIN, effect=_dismissed))
    registry.handle(
        "role.grant",
        Handler(
            roles=ADMIN,
            refs=_refs("person", "site", "team"),
            rule=_refer(person="person", site="site", team="team"),
            effect=_role_changed,
        ),
    )
    registry.handle("role.end", Handler(roles=ADMIN, effect=_role_changed))
    registry.handle("device.revoke", Handler(roles=ADMIN, prepare=_load_device, effect=_revoked))
    registry.handle(
        "device.kiosk", Handler(roles=ADMIN, refs=_refs("post"), prepare=_load_tablet, rule=_tablet, effect=_kiosk)
    )
    registry.handle(
        "deputy.name",
        Handler(
            roles=NAMES_DEPUTIES,
            site=lambda _act, _facts: ANYWHERE,
            refs=_refs("absent", "deputy"),
            rule=_deputy,
            effect=_deputy_named,
        ),
    )
    registry.project(
        "deputy",
        Projection(
            "deputy",
            ("id text", "org text", "absent text", "deputy text", "since bigint", "until bigint"),
            lambda body, org: (body["id"], org, *(body["f"][name] for name in ("absent", "deputy", "since", "until"))),
        ),
    )
    registry.handle("session.end", Handler(effect=_session_ended))
    registry.project("site", Projection("site", ("id text", "org text", "name text", "zone text"), _site))
    registry.project(
        "post", Projection("post", ("id text", "org text", "site text", "name text", "position bigint"), _post)
    )
    registry.project("team", Projection("team", ("id text", "org text", "name text", "site text"), _team))
    registry.project(
        "person",
        Projection(
            "person", ("id text", "org text", "name text", "staff_no text", "phone text", "dismissed bigint"), _person
        ),
    )
    registry.project(
        "role",
        Projection(
            "role",
            (
                "id text",
                "org text",
                "person text",
                "role text",
                "site text",
                "team text",
                "since bigint",
                "until bigint",
            ),
            _role,
        ),
    )


def kiosk_id(device: str) -> str:
    """The entity that tells a device what it is."""
    return derived("kiosk", device)


def _refs(*names: str) -> Callable[[Op], Iterable[str]]:
    def refs(op: Op) -> Iterable[str]:
        return [one for name in names if isinstance(one := value(op, name), str)]

    return refs


def _refer(**kinds: str) -> Callable[[Act, Facts], str | None]:
    def rule(act: Act, facts: Facts) -> str | None:
        for name, kind in kinds.items():
            given = value(act.op, name)
            if given is not None and facts.of_kind(given, kind) is None:
                return "unknown_reference"
        return None

    return rule


_refer_person = _refer(team="team", superior="person")


def _load_namesakes(op: Op, facts: Facts) -> Steps[None]:
    """Load who has the staff number in the org, as sign-in compares it."""
    wanted = folded(_staff_no(op))
    rows = yield Query("SELECT id FROM person WHERE org = ? AND staff_no = ?", (facts.org, wanted))
    yield from facts.load_entities({row[0] for row in rows})


def _staff_no(op: Op) -> str:
    return str(value(op, "staff_no"))


def _new_person(act: Act, facts: Facts) -> str | None:
    """A staff number is one person's: on record, or made earlier in this push."""
    wanted = folded(_staff_no(act.op))
    made = (body["f"]["staff_no"] for body in facts.bodies.values() if body["kind"] == "person")
    if any(folded(staff_no) == wanted for staff_no in made):
        return "entity_exists"
    return _refer_person(act, facts)


def _only_server(act: Act, _facts: Facts) -> str | None:
    return None if act.by_server else "not_entitled"


def _site(body: Body, org: str) -> Row:
    return body["id"], org, body["f"]["name"], body["f"]["zone"]


def _post(body: Body, org: str) -> Row:
    fields = body["f"]
    return body["id"], org, fields["site"], fields["name"], fields["order"]


def _team(body: Body, org: str) -> Row:
    return body["id"], org, body["f"]["name"], body["f"].get("site")


def _person(body: Body, org: str) -> Row:
    fields = body["f"]
    phone = fields.get("phone")
    return (
        body["id"],
        org,
        fields.get("name", ""),
        folded(fields["staff_no"]),
        folded(phone) if phone else None,
        fields.get("dismissed"),
    )


def _role(body: Body, org: str) -> Row:
    fields = body["f"]
    return (
        body["id"],
        org,
        fields["person"],
        fields["role"],
        fields.get("site"),
        fields.get("team"),
        fields["since"],
        fields.get("until"),
    )


def _assigned(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    """A dated team and direct superior."""
    head = act.op.head
    team = value(act.op, "team")
    since = value(act.op, "since") or decision.t.at
    if team is not None:
        yield Insert(
            "person_team",
            ("id text", "person text", "team text", "superior text", "shift text", "since bigint"),
            [
                (
                    head.id,
                    head.entity,
                    team,
                    value(act.op, "superior"),
                    value(act.op, "shift"),
                    since,
                )
            ],
        )
        known = batch.facts.people.get(head.entity)
        if known is not None:  # what comes later in this push is judged by the new team
            known.teams = sorted([*known.teams, (since, team)], key=itemgetter(0))
    batch.regranted.append(head.entity)


def _dismissed(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    """Sessions end at once, unless the day is still to come: then grants end by the clock. Later acts are held."""
    person = act.op.head.entity
    if batch.facts.bodies[person]["f"]["dismissed"] <= batch.facts.now:
        yield Query("UPDATE session SET ended = ? WHERE person = ? AND ended IS NULL", (decision.t.at, person))
    known = batch.facts.people.get(person)
    if known is not None:
        known.dismissed = batch.facts.bodies[person]["f"]["dismissed"]
    batch.regranted.append(person)


def _role_changed(act: Act, _decision: Decision, batch: Batch) -> Steps[None]:
    """What comes later in this push is judged by the new roles."""
    body = batch.facts.bodies[act.op.head.entity]
    fields = body["f"]
    known = batch.facts.people.get(fields["person"])
    if known is not None:
        role = RoleFacts(
            body["id"], fields["role"], fields.get("site"), fields.get("team"), fields["since"], fields.get("until")
        )
        known.roles = [one for one in known.roles if one.id != role.id] + [role]
    batch.regranted.append(fields["person"])
    yield from ()


def _load_device(op: Op, facts: Facts) -> Steps[None]:
    device = str(value(op, "device"))
    yield from facts.load_device(device, lock=True)
    yield from facts.load_entities({gate_id(device)})


def _revoked(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    device = str(value(act.op, "device"))
    rows = yield Query(
        "UPDATE device SET revoked = ? WHERE id = ? AND org = ? AND revoked IS NULL RETURNING id",
        (decision.t.at, device, batch.facts.org),
    )
    if not rows:
        return  # of another org, or revoked before
    if device == batch.device:
        batch.revoked = decision.t.at  # what follows in this very push lies behind it
    yield _all_signed_out(device, decision, batch)
    batch.revoked_devices.append(device)
    gone = msgspec.structs.replace(batch.facts.devices[device], revoked=decision.t.at)
    yield from show(batch, gone, batch.facts.now)


def _all_signed_out(device: str, decision: Decision, batch: Batch) -> Query:
    return Query(
        "UPDATE session SET ended = ? WHERE device = ? AND org = ? AND ended IS NULL",
        (decision.t.at, device, batch.facts.org),
    )


def _load_tablet(op: Op, facts: Facts) -> Steps[None]:
    """Load the device, its rows, and the site of the post it is to stand at."""
    device = str(value(op, "device"))
    yield from _load_device(op, facts)
    yield from facts.load_posts(device)
    post = facts.of_kind(value(op, "post"), "post")
    site = {post["f"]["site"]} if post is not None else set()
    yield from facts.load_entities({kiosk_id(device)} | site)


def _tablet(act: Act, facts: Facts) -> str | None:
    device = facts.devices.get(str(value(act.op, "device")))
    if device is None or device.kind == "server" or device.revoked is not None:
        return "unknown_reference"
    return _refer_post(act, facts)


_refer_post = _refer(post="post")


def _kiosk(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    """The device belongs to a post from now on, or to one person again; it is told so, and its site sees it stand.

    Whoever is signed in there is so no more, unless it is the admin's own device, which signs out by itself.
    """
    facts, before = batch.facts, batch.facts.devices[str(value(act.op, "device"))]
    post = facts.of_kind(value(act.op, "post"), "post")
    after = msgspec.structs.replace(
        before,
        kind="personal" if post is None else "kiosk",
        label=value(act.op, "label") or before.label,
        post=None if post is None else post["id"],
        last_site=before.last_site if post is None else post["f"]["site"],
        last_post=before.last_post if post is None else post["id"],
    )
    yield Query(
        "UPDATE device SET kind = ?, post = ?, label = ? WHERE id = ?", (after.kind, after.post, after.label, after.id)
    )
    yield from place(after.id, facts.posts[after.id], Placed(after.post, decision.t.at, facts.now))
    if after.id != act.device and "kiosk" in {before.kind, after.kind}:  # else it got a new name at most
        yield _all_signed_out(after.id, decision, batch)
    yield from show(batch, after, facts.now)
    if after.id == batch.device:
        batch.place = None
    told = {"device": after.id, "label": after.label}
    if post is not None:
        site = facts.bodies[post["f"]["site"]]
        told |= {"post": post["id"], "name": post["f"]["name"]}
        told |= {"site": site["id"], "site_name": site["f"]["name"], "zone": site["f"]["zone"]}
    batch.change(
        {
            "at": decision.t.at,
            "by": act.op.head.actor,
            "f": told,
            "id": kiosk_id(after.id),
            "kind": "kiosk",
            "ver": act.op.head.id,
        }
    )
    batch.regranted.append(after.id)


def _deputy(act: Act, facts: Facts) -> str | None:
    """Someone absent names another for a span; an admin may name for anybody."""
    absent, deputy = value(act.op, "absent"), value(act.op, "deputy")
    if facts.of_kind(absent, "person") is None or facts.of_kind(deputy, "person") is None or absent == deputy:
        return "unknown_reference"
    if int(value(act.op, "until")) <= int(value(act.op, "since")):
        return "unknown_reference"
    admin = act.by_server or any(role.role == "admin" for role in facts.people[act.op.head.actor].roles)
    return None if admin or absent == act.op.head.actor else "not_yours"


def _deputy_named(act: Act, _decision: Decision, batch: Batch) -> Steps[None]:
    batch.regranted.append(str(value(act.op, "deputy")))
    yield from ()


def _session_ended(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    """Signing out ends the sessions of this person on this device that were open by then."""
    yield Query(
        "UPDATE session SET ended = ? WHERE person = ? AND device = ? AND ended IS NULL AND created <= ?",
        (decision.t.at, act.op.head.actor, act.device, decision.t.at),
    )
    batch.regranted.append(act.op.head.actor)
