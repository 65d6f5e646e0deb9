"""What other features ask about rosters, and what must be noted wherever shifts change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.replication.batch import Batch
from gatehouse.replication.device_rows import device_row
from gatehouse.replication.facts import Facts, badge_id
from gatehouse.replication.grants import RoleFacts
from gatehouse.replication.pull import signed_in
from gatehouse.replication.registry import Act
from gatehouse_sync import rota
from gatehouse_sync.apply import Body
from gatehouse_sync.ids import derived

LONGEST_MS = 36 * 3_600_000
"""No shift is longer."""
TAIL = 3
"""How many characters of a staff number a tablet shows."""


def roster_id(team: str) -> str:
    """The entity that holds the version of a team's roster."""
    return derived("roster", team)


class Turn(msgspec.Struct, frozen=True):
    """A shift of one person, from ``starts`` to ``ends`` (UTC ms).

    ``n`` is the log number of its version, which was decided at ``changed``.
    """

    id: str
    starts: int
    ends: int
    post: str
    site: str
    zone: str
    n: int
    changed: int


def turns(org: str, person: str, since: int, until: int) -> Steps[list[Turn]]:
    """The person's shifts as published that end after ``since`` and begin before ``until``, in order."""
    rows = yield Query(
        "SELECT h.id, h.starts, h.ends, p.name, s.name, s.zone, e.n, l.at FROM shift h "
        "JOIN post p ON p.id = h.post JOIN site s ON s.id = p.site "
        "JOIN entity e ON e.id = h.id JOIN log l ON l.org = h.org AND l.n = e.n "
        "WHERE h.person = ? AND h.org = ? AND h.starts >= ? AND h.ends > ? AND h.starts < ? AND h.cancelled IS NULL "
        "ORDER BY h.starts, h.id",
        (person, org, since - LONGEST_MS, since, until),
    )
    return [Turn(*row) for row in rows]


def stands(body: Body) -> bool:
    """Whether it is a shift that is on the roster."""
    return body["kind"] == "shift" and "cancelled" not in body["f"]


class Planner(msgspec.Struct, frozen=True):
    """Somebody who plans a team."""

    person: str
    org: str


def planner(claim: DeviceClaim, session: bytes | None, team: str, now: int) -> Steps[Planner]:
    """Who asks, if they plan this team now.

    Raises:
        Problem: ``not_signed_in``, ``session_ended``, ``device_revoked``, ``not_allowed``, ``not_found`` (the team).
    """
    device = yield from device_row(claim.device)
    if device.revoked is not None:
        raise Problem("device_revoked")
    person = yield from signed_in(session, device.id)
    if person is None:
        raise Problem("not_signed_in")
    rows = yield Query("SELECT site FROM team WHERE id = ? AND org = ?", (team, device.org))
    if not rows:
        raise Problem("not_found")
    if not plans(person.roles, team, rows[0][0], now):
        raise Problem("not_allowed")
    return Planner(person.id, device.org)


def plans(roles: Iterable[RoleFacts], team: str, site: str | None, now: int) -> bool:
    """Whether one of the roles, held now, plans a team at a site."""
    return any(role.holds(now) for role in planning(roles, team, site))


def planning(roles: Iterable[RoleFacts], team: str, site: str | None) -> list[RoleFacts]:
    """Of some roles those that plan a team: its supervisor's, and who keeps the site's attendance or runs it."""
    return [
        role
        for role in roles
        if (role.role == "supervisor" and role.team == team)
        or (role.role in {"clerk", "manager", "admin"} and role.site in {None, site})
    ]


class Planned(msgspec.Struct, frozen=True):
    """A team's month as it stands: fields of its people (with ``id``, ``of_team``), templates in use, shifts."""

    team: str
    month: str
    version: int
    dates: list[str]
    people: list[dict[str, Any]]
    templates: list[dict[str, Any]]
    shifts: list[dict[str, Any]]


def month_of(org: str, team: str, month: str, now: int) -> Steps[Planned]:
    """Everything that a sheet of a team's month says; people of the team first, by staff number."""
    rows = yield Query("SELECT body FROM entity WHERE id = ? AND org = ?", (team, org))
    name = msgspec.json.decode(rows[0][0])["f"]["name"]
    rows = yield Query("SELECT body FROM entity WHERE id = ? AND org = ?", (roster_id(team), org))
    version = msgspec.json.decode(rows[0][0])["f"]["version"] if rows else 0
    dates = rota.days_of(month)
    rows = yield Query(
        "SELECT e.body FROM shift h JOIN entity e ON e.id = h.id WHERE h.team = ? AND h.org = ? AND h.day >= ? "
        "AND h.day <= ? AND h.cancelled IS NULL ORDER BY h.starts, h.id",
        (team, org, dates[0], dates[-1]),
    )
    shifts = [msgspec.json.decode(row[0])["f"] for row in rows]
    rows = yield Query(
        "SELECT e.body, (SELECT m.team FROM person_team m WHERE m.person = p.id AND m.since <= ? "
        "ORDER BY m.since DESC, m.id DESC LIMIT 1) FROM person p JOIN entity e ON e.id = p.id "
        "WHERE p.org = ? AND (p.dismissed IS NULL OR p.dismissed > ?)",
        (now, org, now),
    )
    people = []
    for text, of in rows:
        body = msgspec.json.decode(text)
        fields = {"name": "", "staff_no": "", **body["f"]}
        people.append({**fields, "id": body["id"], "of_team": of == team})
    people.sort(key=lambda one: (not one["of_team"], one["staff_no"], one["id"]))
    rows = yield Query("SELECT body FROM entity WHERE org = ? AND kind = 'template'", (org,))
    templates = [{**(body := msgspec.json.decode(row[0]))["f"], "id": body["id"]} for row in rows]
    kept = [one for one in templates if "closed" not in one]
    return Planned(name, month, version, dates, people, sorted(kept, key=lambda one: (one["order"], one["id"])), shifts)


def version_of(facts: Facts, team: str) -> int:
    """The roster's version as loaded; 0 before anything was published."""
    roster = facts.body(roster_id(team))
    return int(roster["f"]["version"]) if roster is not None else 0


def load_shifts(facts: Facts, people: set[str], since: int, until: int) -> Steps[None]:
    """Load, and lock, the shifts of people that begin in a span."""
    rows = yield Query(
        "SELECT id FROM shift WHERE person = ANY(?*) AND starts >= ? AND starts <= ?", (people, since, until)
    )
    yield from facts.load_entities({row[0] for row in rows})


def overlapping(facts: Facts, person: str, start: int, end: int, but: set[str]) -> list[Body]:
    """The person's loaded shifts, except some, that overlap a span; what this very batch assigned counts too."""
    return [
        body
        for id_, body in facts.bodies.items()
        if stands(body)
        and id_ not in but
        and body["f"]["person"] == person
        and body["f"]["start"] < end
        and start < body["f"]["end"]
    ]


def note_version(batch: Batch, team: str, version: int, act: Act) -> None:
    """Write the row that says which version a team's roster has. An act given back may name one that is past."""
    head = act.op.head
    version = max(version, version_of(batch.facts, team))
    batch.change(
        {
            "at": act.t.at,
            "by": head.actor,
            "f": {"team": team, "version": version},
            "id": roster_id(team),
            "kind": "roster",
            "ver": head.id,
        }
    )


def note_badge(batch: Batch, shift: Body) -> None:
    """Let the person of a shift be picked on its post's tablet until two days after the last one there."""
    fields = shift["f"]
    id_ = badge_id(fields["post"], fields["person"])
    before = batch.facts.of_kind(id_, "badge")
    until = max(fields["end"], before["f"]["until"] if before is not None else 0)
    shown = {**_shown(batch.facts, fields["person"]), "post": fields["post"], "until": until}
    if before is None or before["f"] != shown:
        batch.change(
            {
                "at": before["at"] if before is not None else shift["at"],
                "by": shift["by"],
                "id": id_,
                "kind": "badge",
                "f": shown,
                "ver": shift["ver"],
            }
        )


def note_shifts(batch: Batch, shifts: Iterable[Body]) -> Steps[None]:
    """Note the badges of shifts that changed; loads what that takes, for an act given back may know nobody yet."""
    standing = sorted((shift for shift in shifts if stands(shift)), key=lambda shift: -int(shift["f"]["end"]))
    badges = {badge_id(shift["f"]["post"], shift["f"]["person"]) for shift in standing}
    yield from batch.facts.load_entities(badges | {shift["f"]["person"] for shift in standing})
    for shift in standing:
        note_badge(batch, shift)


def _shown(facts: Facts, person: str) -> dict[str, str]:
    """What a tablet shows of a person: the end of the staff number tells two of one name apart."""
    known = facts.of_kind(person, "person")
    fields = known["f"] if known is not None else {}
    return {"name": fields.get("name", ""), "person": person, "tail": fields.get("staff_no", "")[-TAIL:]}
