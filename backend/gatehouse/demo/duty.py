"""Who is on which shift around now, and who has clocked in: as the watches say, with a few things to look at."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from gatehouse.demo.people import BLOCK_DAYS, FREIGHT, GARAGE, LOBBY, TEAMS, WATCHES, WEST
from gatehouse.demo.steps import DAY, HOUR, MINUTE, ZONE_MS, Calendar, Step

BEFORE, AFTER = 2, 14
"""Local days before and after today whose shifts are published, in the youngest estate."""
LONG = 40
"""Local days before today with shifts where the estate is old enough: this month and the last."""
FORGOTTEN: Final = LOBBY
"""Yesterday's day shift there has no punch, although the person recorded visitors."""
LATE: Final = WEST
"""Yesterday's day shift there began late."""
NOT_YET: Final = FREIGHT
"""Whoever should be there now has not clocked in."""
_LATE_MS: Final = 17 * MINUTE
Oddity = Literal["none", "late", "early", "no_out", "absent", "leave"]
LEAVES: Final = {"3002": 9}
"""Who was on leave, and so many days ago or a little longer, when their turn was."""
HOURS: Final = {"day": (7, 19, "日"), "night": (19, 31, "夜"), "split": (11, 19, "中")}
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


def behind(calendar: Calendar) -> int:
    """Local days before today whose shifts are published."""
    return max(BEFORE, min(LONG, calendar.days - 4))


def publishing(calendar: Calendar) -> int:
    """When the shifts are published: before the first of them where the estate is old enough."""
    return max(calendar.start + 90 * MINUTE, calendar.now - (behind(calendar) + 2) * DAY)


def shifts(calendar: Calendar) -> list[Shift]:
    """Every shift of the days around now, by day and post."""
    teams = {kind: team for team, kind in TEAMS.items()}
    today = calendar.day(calendar.now)
    made = []
    for day in range(today - behind(calendar), today + AFTER + 1):
        midnight = calendar.midnight(day)
        date = _date(calendar, day)
        for post, watches in WATCHES.items():
            for kind, people in watches.items():
                first, last, label = HOURS[kind]
                staff_no = people[day // BLOCK_DAYS % len(people)]
                span = midnight + first * HOUR, midnight + last * HOUR
                made.append(Shift(f"{post} {kind} {date}", staff_no, post, teams[kind], kind, date, *span, label))
    return made


def oddity(calendar: Calendar, shift: Shift, seed: int) -> tuple[Oddity, int]:
    """What was not as it should be in a shift of the past, and by how many minutes; drawn from seed and name."""
    if shift.start >= calendar.midnight(calendar.day(calendar.now) - BEFORE):
        return "none", 0
    if any(shift.staff_no == staff_no and shift.date == date for staff_no, date in on_leave(calendar)):
        return "leave", 0
    rng = random.Random(f"{seed} {shift.name}")  # noqa: S311  # a story, not a secret
    drawn = rng.random()
    found: list[tuple[float, Oddity, int]] = [
        (0.05, "late", rng.randint(3, 26)),
        (0.08, "early", rng.randint(8, 45)),
        (0.12, "no_out", 0),
        (0.125, "absent", 0),
    ]
    return next(((what, minutes) for below, what, minutes in found if drawn < below), ("none", 0))


def on_leave(calendar: Calendar) -> list[tuple[str, str]]:
    """``(staff_no, date)`` of the shifts of the past for which leave was asked for in time, and given."""
    today = calendar.day(calendar.now)
    days = {staff_no: today - ago for staff_no, ago in LEAVES.items() if ago < behind(calendar)}
    return [
        (staff_no, _date(calendar, day - shifted))
        for staff_no, day in days.items()
        for shifted in range(BLOCK_DAYS * 2)
        if any(
            people[(day - shifted) // BLOCK_DAYS % len(people)] == staff_no
            for watches in WATCHES.values()
            for people in watches.values()
        )
    ][:2]


def _date(calendar: Calendar, day: int) -> str:
    return datetime.fromtimestamp((calendar.midnight(day) + ZONE_MS) // 1000, UTC).date().isoformat()


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
        odd, by = oddity(calendar, shift, seed)
        if odd in {"absent", "leave"}:
            continue
        if shift.post == NOT_YET and shift.start <= calendar.now < shift.end:
            continue
        begun = shift.start + _LATE_MS if of_yesterday and shift.post == LATE else shift.start - early
        ended = shift.end + after
        if odd == "late":
            begun = shift.start + by * MINUTE
        elif odd == "early":
            ended = shift.end - by * MINUTE
        until = calendar.silent - MINUTE if shift.post == GARAGE else calendar.now - 3 * MINUTE
        for at, direction in ((begun, "in"), (ended, "out")):
            if odd == "no_out" and direction == "out":
                continue
            if opened <= at < until:
                yield Step(at, shift.post, "punch", shift.name, {"direction": direction}, who=shift.staff_no)
