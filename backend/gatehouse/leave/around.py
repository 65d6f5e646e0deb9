"""What a request for time off is judged on: the shifts around it, other leaves, who stands above the person."""

from __future__ import annotations

from collections.abc import Iterable

from gatehouse.approvals.queries import note_line, note_terms, turn_of
from gatehouse.db.steps import Query, Steps
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import value
from gatehouse.roster.queries import LONGEST_MS, load_shifts, stands
from gatehouse.rules.facts import Turn
from gatehouse.rules.leave import Taken, is_span
from gatehouse_sync.apply import Body
from gatehouse_sync.ops import Op

OPEN = ("requested", "granted")


def prepare_request(op: Op, facts: Facts) -> Steps[None]:
    """Load what a new request for leave is judged on."""
    since, until = int(value(op, "since")), int(value(op, "until"))
    person = str(value(op, "person") or op.head.actor)
    others = {one for one in (value(op, "substitute"), value(op, "to")) if isinstance(one, str)}
    yield from load_people(facts, {person, op.head.actor} | others)
    if not is_span(since, until):
        return
    people = {person} | others
    yield from load_shifts(facts, people, since - LONGEST_MS, until)
    rows = yield Query(
        "SELECT id FROM leave_asked WHERE person = ? AND state IN ('requested', 'granted') AND since < ? AND until > ?",
        (person, until, since),
    )
    yield from facts.load_entities({row[0] for row in rows})
    yield from note_team(facts, person, since)


def load_people(facts: Facts, people: set[str]) -> Steps[None]:
    """Load people with their dated teams, and as records."""
    yield from facts.load_actors(people, set())
    yield from facts.load_entities(people)


def note_team(facts: Facts, person: str, at: int) -> Steps[None]:
    """Load the person's team, its site, its terms, and who stands above the person."""
    team = team_of(facts, person, at)
    shifts = [body["f"] for body in facts.bodies.values() if stands(body) and body["f"]["person"] == person]
    yield from facts.load_entities({one for one in (team, *(shift["team"] for shift in shifts)) if one is not None})
    yield from facts.load_entities(
        {shift["site"] for shift in shifts} | {site for site in [site_of(facts, team)] if site}
    )
    yield from note_line(facts, person, team, site_of(facts, team))
    yield from note_terms(facts, {team, *(shift["team"] for shift in shifts)})


def prepare_decision(op: Op, facts: Facts) -> Steps[None]:
    """Load who stands above the person whom a leave or an outing is of."""
    body = facts.body(op.head.entity)
    if body is None or "person" not in body["f"]:
        return
    person = body["f"]["person"]
    yield from load_people(facts, {person, op.head.actor})
    yield from note_team(facts, person, body["f"].get("since", facts.now))


def team_of(facts: Facts, person: str, at: int) -> str | None:
    """The person's team at that instant, or now, for dates before the first one."""
    known = facts.people.get(person)
    return None if known is None else known.team_at(at) or known.team_at(facts.now)


def site_of(facts: Facts, team: str | None) -> str | None:
    """The site of a team."""
    body = facts.of_kind(team, "team")
    return body["f"].get("site") if body is not None else None


def turns_of(facts: Facts, person: str | None) -> list[Turn]:
    """The shifts of a person that are loaded."""
    return [turn_of(facts, body) for body in facts.bodies.values() if stands(body) and body["f"]["person"] == person]


def others_of(facts: Facts, person: str, but: str) -> list[Taken]:
    """Other leaves of the person, open or granted, of those loaded; up to the return."""
    return [
        Taken(body["f"]["since"], ends_of(body))
        for id_, body in facts.bodies.items()
        if id_ != but and _is(body, "leave", person) and body["f"]["state"] in OPEN
    ]


def ends_of(leave: Body) -> int:
    """When a leave is over: at its end, or when the person said to be back."""
    fields = leave["f"]
    return min(int(fields["until"]), int(fields.get("returned", fields["until"])))


def _is(body: Body, kind: str, person: str | None) -> bool:
    return bool(body["kind"] == kind and body["f"]["person"] == person)


def loaded(facts: Facts, people: Iterable[str]) -> bool:
    """Whether all are people of this org."""
    return all(facts.of_kind(one, "person") is not None for one in people)
