"""What other features ask about rosters."""

from __future__ import annotations

from gatehouse.db.steps import Query, Steps
from gatehouse.replication.facts import Facts
from gatehouse_sync.apply import Body
from gatehouse_sync.ids import derived


def roster_id(team: str) -> str:
    """The entity that holds the version of a team's roster."""
    return derived("roster", team)


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
        if body["kind"] == "shift"
        and id_ not in but
        and body["f"]["person"] == person
        and body["f"]["start"] < end
        and start < body["f"]["end"]
    ]
