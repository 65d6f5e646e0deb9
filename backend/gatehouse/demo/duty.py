"""Who is on which shift around now, and who has clocked in: as the watches say, with a few things to look at."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from gatehouse.demo.people import BLOCK_DAYS, FREIGHT, GARAGE, LOBBY, TEAMS, WATCHES, WEST
from gatehouse.demo.steps import DAY, HOUR, MINUTE, ZONE_MS, Calendar, Step

BEFORE, AFTER = 2, 14
"""Local days before and after today whose shifts are published."""
FORGOTTEN: Final = LOBBY
"""Yesterday's day shift there has no punch, although the person recorded visitors."""
LATE: Final = WEST
"""Yesterday's day shift there began late."""
NOT_YET: Final = FREIGHT
"""Whoever should be there now has not clocked in."""
_LATE_MS: Final = 17 * MINUTE
_HOURS: Final = {"day": (7, 19, "日"), "night": (19, 31, "夜"), "split": (11, 19, "中")}
"""First and last local hour and label. The two halves of the split shift are one here."""


class Shift(msgspec.Struct, frozen=True):
    """One person's turn at a post; ``start`` and ``end`` in UTC ms, ``date`` the local one of the start."""

    name: str
    staff_no: str
    post: str
    team: str
    kind: str
    date: str
    start: int
    end: int
    label: str


def publishing(calendar: Calendar) -> int:
    """When the shifts are published: before the first of them where the estate is old enough."""
    return max(calendar.start + 90 * MINUTE, calendar.now - 4 * DAY)


def shifts(calendar: Calendar) -> list[Shift]:
    """Every shift of the days around now, by day and post."""
    teams = {kind: team for team, kind in TEAMS.items()}
    today = calendar.day(calendar.now)
    made = []
    for day in range(today - BEFORE, today + AFTER + 1):
        midnight = calendar.midnight(day)
        date = datetime.fromtimestamp((midnight + ZONE_MS) // 1000, UTC).date().isoformat()
        for post, watches in WATCHES.items():
            for kind, people in watches.items():
                first, last, label = _HOURS[kind]
                staff_no = people[day // BLOCK_DAYS % len(people)]
                span = midnight + first * HOUR, midnight + last * HOUR
                made.append(Shift(f"{post} {kind} {date}", staff_no, post, teams[kind], kind, date, *span, label))
    return made


def punches(calendar: Calendar, rosters: list[Shift], seed: int) -> Iterator[Step]:
    """In and out at the posts' tablets: mostly minutes before and after, until now, or until a tablet fell silent."""
    rng = random.Random(seed + 2)  # noqa: S311  # a story, not a secret
    opened = publishing(calendar) + 10 * MINUTE
    yesterday = calendar.midnight(calendar.day(calendar.now) - 1)
    for shift in rosters:
        early, after = rng.randint(2 * 60, 9 * 60) * 1000, rng.randint(60, 8 * 60) * 1000
        of_yesterday = shift.kind == "day" and yesterday <= shift.start < yesterday + DAY
        if of_yesterday and shift.post == FORGOTTEN:
            continue
        if shift.post == NOT_YET and shift.start <= calendar.now < shift.end:
            continue
        begun = shift.start + _LATE_MS if of_yesterday and shift.post == LATE else shift.start - early
        until = calendar.silent - MINUTE if shift.post == GARAGE else calendar.now - 3 * MINUTE
        for at, direction in ((begun, "in"), (shift.end + after, "out")):
            if opened <= at < until:
                yield Step(at, shift.post, "punch", shift.name, {"direction": direction}, who=shift.staff_no)
