"""Kinds of op about people: who they are, their dated team and superior, their roles, who stands in for whom."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from gatehouse.db.steps import Insert, Query, Row, Steps
from gatehouse.estate import names
from gatehouse.estate.places import ADMIN, all_of, cleared, members, refer, references, steps_of
from gatehouse.identity.sign_in import folded
from gatehouse.replication.batch import Batch
from gatehouse.replication.facts import Facts
from gatehouse.replication.grants import ANYWHERE, RoleFacts
from gatehouse.replication.registry import Act, Handler, Projection, Registry, value
from gatehouse_sync.apply import Body
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op

NAMES_DEPUTIES = frozenset({"supervisor", "manager", "admin"})


def register(registry: Registry) -> None:
    """Tell replication about these kinds and tables."""
    _register_people(registry)
    _register_roles(registry)
    _register_deputies(registry)


def _register_people(registry: Registry) -> None:
    placed = references("team", "superior")
    refer_placed = refer(team="team", superior="person")
    registry.handle(
        "person.create",
        Handler(
            roles=ADMIN,
            refs=placed,
            prepare=names.load("person"),
            rule=all_of(_new_number, refer_placed),
            effect=_made,
            clash=names.clash("person"),
        ),
    )
    registry.handle(
        "person.amend",
        Handler(
            roles=ADMIN,
            prepare=names.load("person"),
            rule=all_of(cleared, names.taken("person")),
            effect=names.note("person"),
            clash=names.clash("person"),
        ),
    )
    registry.handle(
        "person.assign",
        Handler(
            roles=ADMIN,
            refs=placed,
            prepare=_load_superiors,
            rule=all_of(refer_placed, _no_circle),
            effect=_assigned,
        ),
    )
    registry.handle(
        "person.dismiss", Handler(roles=ADMIN, prepare=_load_admins, rule=_another_admin, effect=_dismissed)
    )
    registry.project(
        "person",
        Projection(
            "person", ("id text", "org text", "name text", "staff_no text", "phone text", "dismissed bigint"), _person
        ),
    )


def _register_roles(registry: Registry) -> None:
    registry.handle(
        "role.grant",
        Handler(
            roles=ADMIN,
            refs=references("person", "site", "team"),
            rule=refer(person="person", site="site", team="team"),
            effect=_role_changed,
        ),
    )
    registry.handle(
        "role.end",
        Handler(
            roles=ADMIN,
            prepare=steps_of(_load_admins, _load_leads),
            rule=all_of(_another_admin, _another_lead),
            effect=_role_changed,
        ),
    )
    columns = (
        "id text",
        "org text",
        "person text",
        "role text",
        "site text",
        "team text",
        "since bigint",
        "until bigint",
    )
    registry.project("role", Projection("role", columns, _role))


def _register_deputies(registry: Registry) -> None:
    registry.handle(
        "deputy.name",
        Handler(
            roles=NAMES_DEPUTIES,
            site=lambda _act, _facts: ANYWHERE,
            refs=references("absent", "deputy"),
            rule=_deputy,
            effect=_deputy_named,
        ),
    )
    registry.handle(
        "deputy.end",
        Handler(roles=NAMES_DEPUTIES, site=lambda _act, _facts: ANYWHERE, rule=_ends_own_deputy, effect=_deputy_ended),
    )
    registry.project(
        "deputy",
        Projection(
            "deputy",
            ("id text", "org text", "absent text", "deputy text", "since bigint", "until bigint"),
            lambda body, org: (body["id"], org, *(body["f"][name] for name in ("absent", "deputy", "since", "until"))),
        ),
    )


def _new_number(act: Act, facts: Facts) -> str | None:
    """A staff number is one person's: on record, or made earlier in this push."""
    return "entity_exists" if names.taken("person")(act, facts) else None


def _made(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    yield from names.note("person")(act, decision, batch)
    yield from _assigned(act, decision, batch)


def _load_superiors(op: Op, facts: Facts) -> Steps[None]:
    """Load the chain of superiors above the one named."""
    seen: set[str] = set()
    above = value(op, "superior")
    while isinstance(above, str) and above not in seen:
        seen.add(above)
        yield from facts.load_entities({above})
        above = _superior(above, facts)


def _no_circle(act: Act, facts: Facts) -> str | None:
    """Nobody is above themselves."""
    above, seen = value(act.op, "superior"), set[str]()
    while isinstance(above, str) and above not in seen:
        if above == act.op.head.entity:
            return "superior_circle"
        seen.add(above)
        above = _superior(above, facts)
    return None


def _superior(person: str, facts: Facts) -> str | None:
    body = facts.of_kind(person, "person")
    return body["f"].get("superior") if body is not None else None


def _load_admins(_op: Op, facts: Facts) -> Steps[None]:
    """Load who runs the org, and those people: two admins who end each other's roles meet here."""
    rows = yield Query("SELECT id, person FROM role WHERE org = ? AND role = 'admin' AND site IS NULL", (facts.org,))
    yield from facts.load_entities({id_ for row in rows for id_ in row})


def _load_leads(op: Op, facts: Facts) -> Steps[None]:
    """Load who leads the team of a supervisor's role, and whether anybody is in it."""
    role = facts.of_kind(op.head.entity, "role")
    team = role["f"].get("team") if role is not None and role["f"]["role"] == "supervisor" else None
    if team is None:
        return
    rows = yield Query("SELECT id, person FROM role WHERE role = 'supervisor' AND team = ?", (team,))
    yield from facts.load_entities({id_ for row in rows for id_ in row})
    facts.noted["members", team] = bool((yield members(team, facts)))


def _another_admin(act: Act, facts: Facts) -> str | None:
    """Somebody must still be able to run the org."""
    body = facts.bodies[act.op.head.entity]
    if body["kind"] == "role":
        ended, at = [body], int(value(act.op, "until"))
    else:
        ended, at = [role for role in _roles(facts) if role["f"]["person"] == body["id"]], _dismissed_at(act)
    if act.by_server or not any(_runs_all(role) for role in ended):
        return None
    return None if _others(ended, at, facts, _runs_all) else "last_admin"


def _another_lead(act: Act, facts: Facts) -> str | None:
    """A team with people in it keeps somebody who decides for it. A dismissal is never held up by this."""
    role = facts.bodies[act.op.head.entity]
    team = role["f"].get("team")
    if role["f"]["role"] != "supervisor" or not facts.noted.get(("members", str(team))):
        return None

    def leads(other: Body) -> bool:
        return bool(other["f"]["role"] == "supervisor" and other["f"].get("team") == team)

    return None if _others([role], int(value(act.op, "until")), facts, leads) else "team_without_lead"


def _dismissed_at(act: Act) -> int:
    return int(value(act.op, "dismissed"))


def _roles(facts: Facts) -> list[Body]:
    return [body for body in facts.bodies.values() if body["kind"] == "role"]


def _runs_all(role: Body) -> bool:
    fields = role["f"]
    return bool(fields["role"] == "admin" and "site" not in fields)


def _others(ended: list[Body], at: int, facts: Facts, like: Callable[[Body], bool]) -> bool:
    """Whether another role of the sort holds at that instant, of somebody who has not left by then."""
    gone = {role["id"] for role in ended}
    for role in _roles(facts):
        person = facts.of_kind(role["f"]["person"], "person")
        if role["id"] in gone or person is None or not like(role):
            continue
        last = min(role["f"].get("until", at + 1), person["f"].get("dismissed", at + 1))
        if role["f"]["since"] <= at < last:
            return True
    return False


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
    batch.withdraw("person.dismiss", person, batch.facts.bodies[person]["f"]["dismissed"])
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


def _ends_own_deputy(act: Act, facts: Facts) -> str | None:
    """Whoever named a deputy, the one stood in for, or an admin takes it back."""
    deputy = facts.bodies[act.op.head.entity]
    if act.by_server or act.op.head.actor in {deputy["by"], deputy["f"]["absent"]}:
        return None
    return None if any(role.role == "admin" for role in facts.people[act.op.head.actor].roles) else "not_yours"


def _deputy_ended(act: Act, _decision: Decision, batch: Batch) -> Steps[None]:
    batch.regranted.append(str(batch.facts.bodies[act.op.head.entity]["f"]["deputy"]))
    yield from ()
