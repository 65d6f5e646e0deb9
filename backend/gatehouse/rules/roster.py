"""What a team's month must not be, and what whoever publishes it should know before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import groupby, pairwise

import msgspec

from gatehouse.rules import parameters
from gatehouse.rules.calendar import Calendar
from gatehouse.rules.cover import Level, Need, too_few
from gatehouse.rules.facts import Span, Turn
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import Violation, Warned

HOUR = 3_600_000
DAYS_IN_A_ROW = 6
"""So many working days in a row at most; house reading: one rest day a week (product notes §5, 32)."""


class PostNeeds(msgspec.Struct, frozen=True):
    """What a post itself asks for; None: what the regulation says."""

    least: int | None = None
    round_clock: bool = False
    skill: str | None = None


class Month(msgspec.Struct, frozen=True):
    """A team's month as it would stand.

    Attributes:
        turns: the team's shifts of the month, and those of its people around it and elsewhere.
        days: the dates of the month with the instants between which each lies.
        at: when it is published, UTC ms.
        today: the date then.
        skills: what people can do.
    """

    team: str
    month: str
    turns: tuple[Turn, ...]
    days: tuple[tuple[str, Span], ...]
    posts: Mapping[str, PostNeeds]
    at: int
    today: str
    skills: Mapping[str, frozenset[str]] = {}


def check(month: Month, terms: Terms, calendar: Calendar) -> tuple[tuple[Violation, ...], tuple[Warned, ...]]:
    """What forbids to publish it, and what speaks against it, each with its clause."""
    violations: list[Violation] = []
    warned: list[Warned] = []
    for _, own in groupby(sorted(month.turns, key=lambda turn: turn.person), key=lambda turn: turn.person):
        turns = sorted(own, key=lambda turn: (turn.starts, turn.ends))
        found = overlaps(turns)
        violations += found
        if not found:
            warned += rests(turns, month, terms)
        warned += in_a_row(turns, month)
    warned += covers(month, terms, calendar)
    warned += skills(month)
    return tuple(violations), (*warned, *deadlines(month, terms, calendar))


def overlaps(turns: Iterable[Turn]) -> list[Violation]:
    """Shifts of one person, in order, of which one begins before the one before it has ended (I-08)."""
    return [
        Violation("overlap", "I-08", {"who": later.person, "date": later.date})
        for one, later in pairwise(turns)
        if later.starts < one.ends
    ]


def rests(turns: Iterable[Turn], month: Month, terms: Terms) -> list[Warned]:
    """Shifts of one person, in order, with less rest between them than the regulation's least (I-08)."""
    least = terms[parameters.REST_MIN_HOURS]
    return [
        Warned(
            "rest_short",
            least.clause,
            {"who": later.person, "date": later.date, "rest_min": (later.starts - one.ends) // 60_000,
             "least_min": least.value * 60},
        )
        for one, later in pairwise(turns)
        if later.starts - one.ends < least.value * HOUR and later.date.startswith(month.month)
    ]  # fmt: skip


def in_a_row(turns: Iterable[Turn], month: Month) -> list[Warned]:
    """A person's first day of too many working days without a rest day, once for each such stretch."""
    dates = sorted({dt.date.fromisoformat(turn.date) for turn in turns})
    found, length = [], 0
    for i, date in enumerate(dates):
        length = length + 1 if i and date - dates[i - 1] == dt.timedelta(days=1) else 1
        if length == DAYS_IN_A_ROW + 1 and date.isoformat().startswith(month.month):
            who = next(turn.person for turn in turns)
            found.append(Warned("no_rest_day", None, {"who": who, "date": date.isoformat(), "days": length}))
    return found


def need_of(post: PostNeeds, terms: Terms, calendar: Calendar, date: str) -> Need:
    """What a post asks for on a date: one more on a statutory holiday where the regulation reinforces it (R-SCH-13)."""
    least = terms[parameters.MIN_COVER]
    reinforced = terms[parameters.HOLIDAY_REINFORCED]
    number = post.least if post.least is not None else least.value
    if post.round_clock:
        number = max(number, 1)
    if reinforced.value and number and calendar.statutory(date):
        return Need(number + 1, post.round_clock, reinforced.clause)
    return Need(
        number,
        post.round_clock,
        "R-SCH-17" if post.round_clock else "R-SCH-10" if post.least is not None else least.clause,
    )


def covers(month: Month, terms: Terms, calendar: Calendar) -> list[Warned]:
    """Each post's first time of each day with too few people on it."""
    found = []
    for id_, post in sorted(month.posts.items()):
        here = [turn for turn in month.turns if turn.post == id_]
        for date, span in month.days:
            need = need_of(post, terms, calendar, date)
            gaps = too_few(here, id_, span, need) if need.least else []
            if gaps:
                worst: Level = min(gaps, key=lambda level: (level.people, level.starts))
                facts: dict[str, str | int] = {"post": id_, "date": date, "people": worst.people, "least": need.least}
                found.append(
                    Warned("cover_below", need.clause, {**facts, "from_at": worst.starts, "to_at": worst.ends})
                )
    return found


def skills(month: Month) -> list[Warned]:
    """People on a post that asks for something they have not got."""
    found = []
    for turn in month.turns:
        post = month.posts.get(turn.post)
        if post is not None and post.skill and post.skill not in month.skills.get(turn.person, frozenset()):
            found.append(
                Warned(
                    "skill_missing",
                    None,
                    {"who": turn.person, "date": turn.date, "post": turn.post, "skill": post.skill},
                )
            )
    return found


def deadlines(month: Month, terms: Terms, calendar: Calendar) -> list[Warned]:
    """A holiday's roster that comes later than it must (R-SCH-07, I-38), and a year that nobody has announced."""
    found = []
    first, last = month.days[0][0], month.days[-1][0]
    lead = terms[parameters.HOLIDAY_LEAD_DAYS]
    for days in calendar.breaks(first, last) if lead.value is not None else []:
        due = days[0] - dt.timedelta(days=lead.value or 0)
        if due.isoformat() < month.today <= days[0].isoformat():
            found.append(Warned("holiday_late", lead.clause, {"due": due.isoformat(), "holiday": days[0].isoformat()}))
    year = int(month.month[:4])
    if not calendar.known(year):
        found.append(Warned("year_unannounced", "I-31", {"year": year}))
    return found


def duty_days(turns: Iterable[Turn]) -> dict[str, list[Turn]]:
    """The duty-day list (值日表, R-SCH-01): by date, who has duty, the earliest first."""
    found: dict[str, list[Turn]] = {}
    for turn in sorted(turns, key=lambda turn: (turn.date, turn.starts, turn.post, turn.person)):
        found.setdefault(turn.date, []).append(turn)
    return found
