"""Time as the second judge counts it: pieces of a line of milliseconds, local dates, and nothing else."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

MINUTE = 60_000
Pieces = list[tuple[int, int]]


def local_date(at: int, zone: str) -> str:
    return dt.datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date().isoformat()


def last_moment(event: int, days: int, zone: str) -> int:
    """The end of the day so many days after the event's, the event's own not counted (I-17, I-57)."""
    day = dt.datetime.fromtimestamp(event / 1000, ZoneInfo(zone)).date() + dt.timedelta(days=days + 1)
    return int(dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).timestamp() * 1000) - 1


def within(pieces: Pieces, bounds: tuple[int, int]) -> Pieces:
    found = [(max(a, bounds[0]), min(b, bounds[1])) for a, b in pieces]
    return [(a, b) for a, b in found if a < b]


def minus(pieces: Pieces, holes: Pieces) -> Pieces:
    left = list(pieces)
    for a, b in holes:
        left = [*within(left, (-(2**62), a)), *within(left, (b, 2**62))] if a < b else left
    return sorted(left)


def whole(pieces: Pieces) -> int:
    return sum(b - a for a, b in pieces) // MINUTE


def night(there: Pieces, zone: str) -> int:
    """Minutes between 22:00 and 06:00 local time, calendar day by calendar day (product.md §5.26)."""
    if not there:
        return 0
    where = ZoneInfo(zone)
    day = dt.datetime.fromtimestamp(there[0][0] / 1000, where).date() - dt.timedelta(days=1)
    total = 0
    for step in range(4):
        on = day + dt.timedelta(days=step)
        opens = dt.datetime.combine(on, dt.time(22), where).timestamp() * 1000
        closes = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(6), where).timestamp() * 1000
        total += sum(b - a for a, b in within(there, (int(opens), int(closes))))
    return total // MINUTE
