"""Requests that superiors decide level by level: who they are, and how such a request moves on (I-40, I-47, I-54)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, cast

import msgspec

from gatehouse.db.steps import Query, Row, Steps
from gatehouse.policy.queries import Holiday, book_of, holidays, note_book
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Ruling
from gatehouse.rules.calendar import Calendar, Sort
from gatehouse.rules.facts import Span, Turn
from gatehouse.rules.levels import Level, Ranks, deciders
from gatehouse.rules.local import midnight as start_of
from gatehouse.rules.segments import minutes
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import Violation
from gatehouse_sync.apply import Body

ZONE = "Asia/Shanghai"
"""Of somebody whose team has no site (I-17)."""
NOBODY = ""
"""The team of people in no team."""
_CALENDARS = ("approvals", "holidays")
MINUTE_MS = 60_000
TOPMOST = 8
"""So many steps up the line are looked at."""
Rule = Callable[[Act, Facts, Body], str | Ruling]


class Line(msgspec.Struct):
    """Dated facts around one person, from which the ranks of any instant follow."""

    roles: list[Row]
    """``(role, person, since, until)``."""
    teams: list[Row]
    """``(person, superior, since, log number)``, oldest first."""
    deputies: list[Row]
    """``(absent, deputy, since, until)``."""
    gone: dict[str, int]
    """Who left, and when."""

    def at(self, at: int) -> Ranks:
        """Who stands where at that instant."""

        def here(people: Iterable[str]) -> tuple[str, ...]:
            return tuple(sorted({one for one in people if one not in self.gone or at < self.gone[one]}))

        def holding(role: str) -> tuple[str, ...]:
            return here(who for name, who, since, until in self.roles if name == role and _holds(since, until, at))

        superiors = {person: superior for person, superior, since, _ in self.teams if since <= at}
        found: dict[str, list[str]] = {}
        for absent, deputy, since, until in self.deputies:
            if _holds(since, until, at) and here([deputy]):
                found.setdefault(absent, []).append(deputy)
        return Ranks(
            {person: one for person, one in superiors.items() if one is not None and here([one])},
            holding("supervisor"),
            holding("manager"),
            holding("admin"),
            {absent: tuple(sorted(some)) for absent, some in found.items()},
        )


def _holds(since: int, until: int | None, at: int) -> bool:
    return since <= at and (until is None or at < until)


def note_line(facts: Facts, person: str, team: str | None, site: str | None) -> Steps[None]:
    """Load who could ever decide about the person, for ``line_of``."""
    roles = yield Query(
        "SELECT role, person, since, until FROM role WHERE org = ? AND "
        "((role = 'supervisor' AND team = ?) OR (role IN ('manager', 'admin') AND (site IS NULL OR site = ?)))",
        (facts.org, team, site),
    )
    teams: list[Row] = []
    ask, asked = {person}, set[str]()
    for _ in range(TOPMOST):
        rows = yield Query(
            "SELECT t.person, t.superior, t.since, COALESCE(o.n, 0) FROM person_team t LEFT JOIN op o ON o.id = t.id "
            "WHERE t.person = ANY(?*)",
            (ask,),
        )
        teams += rows
        asked |= ask
        ask = {row[1] for row in rows if row[1] is not None} - asked
        if not ask:
            break
    people = {row[1] for row in roles} | {row[1] for row in teams if row[1] is not None}
    deputies = yield Query("SELECT absent, deputy, since, until FROM deputy WHERE absent = ANY(?*)", (people,))
    everyone = people | {row[1] for row in deputies}
    gone = yield Query("SELECT id, dismissed FROM person WHERE id = ANY(?*) AND dismissed IS NOT NULL", (everyone,))
    facts.noted["line", person] = Line(roles, sorted(teams, key=itemgetter(2, 3)), deputies, dict(gone))


def line_of(facts: Facts, person: str) -> Line:
    """What ``note_line`` loaded."""
    line: Line = facts.noted["line", person]
    return line


# How such a request moves.


def opened(levels: tuple[Level, ...], person: str, ranks: Ranks) -> dict[str, Any]:
    """The fields of a request that waits on its first level."""
    return {"levels": " ".join(levels), "level": 0, "deciders": list(deciders(levels[0], person, ranks))}


def levels_of(body: Body) -> tuple[Level, ...]:
    """The levels of a request, in order."""
    return tuple(body["f"]["levels"].split())


def refused(found: Violation) -> Ruling:
    """A violation as a refusal."""
    return Ruling(code=found.code, clause=found.clause, told=dict(found.facts))


def moved(moves: dict[str, tuple[str, ...]], rule: Rule) -> Callable[[Act, Facts], str | Ruling]:
    """The rule of a command, asked only in the states it moves from: the first decision stands (I-47)."""

    def judge(act: Act, facts: Facts) -> str | Ruling:
        body = facts.bodies[act.op.head.entity]
        if body["f"]["state"] not in moves[act.op.head.kind]:
            actor, at, op = body.get("w", {}).get("state", (body["by"], body["at"], body["id"]))
            return Ruling(code="wrong_state", because=(body["f"]["state"], actor, at, op), clause="I-47")
        return rule(act, facts, body)

    return judge


def may_decide(actor: str, body: Body, ranks: Ranks) -> Ruling | None:
    """Why somebody may not decide on the level that it is at; None when they may."""
    fields = body["f"]
    person, levels, at = fields["person"], levels_of(body), fields["level"]
    if actor == person:
        return Ruling(code="own_matter", clause="I-40")
    if actor in deciders(levels[at], person, ranks):
        return None
    if any(actor in deciders(level, person, ranks) for level in levels[at + 1 :]):
        return Ruling(code="level_skipped", clause="I-54", told={"level": levels[at]})
    return Ruling(code="not_entitled")


def approve(act: Act, facts: Facts, body: Body) -> str | Ruling:
    """One level says yes; the last one grants. Who decides on several levels in a row says it once."""
    actor, fields = act.op.head.actor, body["f"]
    ranks = line_of(facts, fields["person"]).at(act.t.at)
    stopped = too_late(facts, fields) or may_decide(actor, body, ranks)
    if stopped is not None:
        return stopped
    levels, person = levels_of(body), fields["person"]
    following = fields["level"] + 1
    while following < len(levels) and actor in deciders(levels[following], person, ranks):
        following += 1
    said = {"approved": [*fields.get("approved", []), actor]}
    if following >= len(levels):
        return Ruling(fields={**said, "deciders": None, "decided_by": actor, "state": "granted"})
    now = line_of(facts, person).at(facts.now)
    return Ruling(fields={**said, "level": following, "deciders": list(deciders(levels[following], person, now))})


def reject(act: Act, facts: Facts, body: Body) -> str | Ruling:
    """One level says no: that is the end of it."""
    actor, fields = act.op.head.actor, body["f"]
    stopped = too_late(facts, fields) or may_decide(actor, body, line_of(facts, fields["person"]).at(act.t.at))
    return stopped or Ruling(fields={"deciders": None, "decided_by": actor, "state": "rejected"})


def too_late(facts: Facts, fields: dict[str, Any]) -> Ruling | None:
    """What was not decided by its start has no effect any more (I-28)."""
    deadline = fields.get("deadline")
    if deadline is None or facts.now < deadline:
        return None
    return Ruling(code="leave_begun", clause="I-28", told={"start_at": deadline})


def expire(act: Act, facts: Facts, body: Body) -> str | Ruling:
    """The server's own act, once the deadline has passed."""
    if not act.by_server:
        return "not_entitled"
    overdue = body["f"]["deadline"] <= facts.now
    return Ruling(fields={"deciders": None, "state": "expired"}) if overdue else "already_done"


# What regulations set.


def note_terms(facts: Facts, teams: Iterable[str | None]) -> Steps[None]:
    """Load what holds for these teams, and the holidays that an admin set, for ``terms_on`` and ``holiday``."""
    yield from note_book(facts, {NOBODY, *(team for team in teams if team is not None)})
    if _CALENDARS not in facts.noted:
        facts.noted[_CALENDARS] = yield from holidays(facts.org)


def terms_on(facts: Facts, team: str | None, date: str) -> Terms:
    """The terms of a team on a date; of nobody's team: where regulations are silent."""
    return book_of(facts).on(team or NOBODY, date)


def calendar_of(facts: Facts, site: str | None) -> Calendar:
    """The calendar of a site: what an admin set for everywhere, then for the site, above the law's days."""
    found: list[Holiday] = facts.noted[_CALENDARS]
    everywhere = {one.date: one.sort for one in found if one.site is None}
    here = {one.date: one.sort for one in found if one.site is not None and one.site == site}
    return Calendar(cast("dict[str, Sort]", {**everywhere, **here}))


# Shifts as rules see them.


def zone_of(facts: Facts, site: str | None) -> str:
    """The zone of a site."""
    body = facts.of_kind(site, "site")
    return str(body["f"]["zone"]) if body is not None else ZONE


def turn_of(facts: Facts, shift: Body) -> Turn:
    """A shift as rules see it, with its segments."""
    fields = shift["f"]
    zone = zone_of(facts, fields["site"])
    return Turn(
        id=shift["id"],
        person=fields["person"],
        team=fields["team"],
        post=fields["post"],
        site=fields["site"],
        zone=zone,
        date=fields["date"],
        label=fields["label"],
        spans=spans_of(fields, zone),
        night=fields.get("night", False),
        version=fields.get("roster", 0),
        swap=fields.get("swap"),
    )


def spans_of(fields: Mapping[str, Any], zone: str) -> tuple[Span, ...]:
    """The segments of a shift: as its template had them, else one from start to end."""
    whole = (Span(fields["start"], fields["end"]),)
    if "segments" not in fields:
        return whole
    midnight = start_of(dt.date.fromisoformat(fields["date"]), zone)
    parts = [minutes(one) for one in fields["segments"].split(" ")]
    spans = tuple(Span(midnight + a * MINUTE_MS, midnight + b * MINUTE_MS) for a, b in filter(None, parts))
    # Its start and end count: the clock may have been put forward that night.
    fits = spans and (spans[0].starts, spans[-1].ends) == (fields["start"], fields["end"])
    return spans if fits else whole
