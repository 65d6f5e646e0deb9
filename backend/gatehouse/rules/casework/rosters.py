"""Rosters of a situation: what the check before publishing finds, and rotations laid out."""

from __future__ import annotations

import datetime as dt

from gatehouse.rules import parameters as p
from gatehouse.rules.calendar import Calendar
from gatehouse.rules.casework.stage import Stage
from gatehouse.rules.facts import Span
from gatehouse.rules.roster import Month, PostNeeds
from gatehouse.rules.roster import check as check_month
from gatehouse.rules.rotation import Rotation, generate, symbols
from gatehouse.rules.situation import Flagged, RosterCheck, Rotating
from gatehouse.rules.verdict import Violation, Warned


def check(stage: Stage, asked: RosterCheck, now: int, calendar: Calendar) -> list[Flagged]:
    """What forbids to publish these dates, and what speaks against it."""
    days = []
    for date in dates(asked.since, asked.until):
        midnight = stage.ms(f"{date} 00:00")
        days.append((date, Span(midnight, stage.ms(f"{following(date)} 00:00"))))
    month = Month(
        asked.team,
        asked.since[:7],
        tuple(turn for turn in stage.turns.values() if stage.team_of(turn.person) == asked.team),
        tuple(days),
        {name: PostNeeds(post.cover_min, post.all_day, post.skill) for name, post in stage.told.posts.items()},
        now,
        stage.wall(now)[:10],
        {name: frozenset(one.skills) for name, one in stage.told.people.items()},
    )
    violations, warned = check_month(month, stage.terms(asked.team, asked.since), calendar)
    return [*(_flagged(one, one.code) for one in violations), *(_flagged(one, one.key) for one in warned)]


def _flagged(one: Violation | Warned, key: str) -> Flagged:
    def said(name: str) -> str | None:
        return str(one.facts[name]) if name in one.facts else None

    date = said("date") or said("holiday")
    return Flagged(
        key=key, clause=one.clause, date=date, who=said("who"), post=said("post"), refused=isinstance(one, Violation)
    )


def rota(stage: Stage, asked: Rotating) -> dict[str, dict[str, str]]:
    """The symbols of a rotation by person and date (R-SCH-03, I-48)."""
    step = asked.step or stage.terms("team", asked.anchor)[p.ROTATION_DAYS].value or 1
    cells = generate(
        Rotation(symbols(asked.pattern), asked.anchor, step),
        dates(asked.since, asked.until),
        asked.members.items(),
        {(person, date) for person, days in asked.by_hand.items() for date in days},
    )
    found: dict[str, dict[str, str]] = {}
    for (person, date), symbol in cells.items():
        found.setdefault(person, {})[date] = symbol
    return found


def dates(since: str, until: str) -> list[str]:
    """Dates from the one to the other, both included."""
    first, last = dt.date.fromisoformat(since), dt.date.fromisoformat(until)
    return [(first + dt.timedelta(n)).isoformat() for n in range((last - first).days + 1)]


def following(date: str) -> str:
    """The date after a date."""
    return (dt.date.fromisoformat(date) + dt.timedelta(1)).isoformat()
