"""Arithmetic of spans of time: what is left, what is shared, which of it is night; and local days of a zone.

A span is ``(starts, ends)`` in UTC ms, its end not included; a list of spans is sorted and does not overlap.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

MINUTE = 60_000
HOUR = 60 * MINUTE
NIGHT_FROM, NIGHT_TO = 22, 6
"""Local hours that are night (product §5.26)."""

Pair = tuple[int, int]


def joined(spans: Iterable[Pair]) -> list[Pair]:
    """The spans in order, those that touch or overlap as one."""
    made: list[Pair] = []
    for since, until in sorted(spans):
        if until <= since:
            continue
        if made and since <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], until))
        else:
            made.append((since, until))
    return made


def minus(whole: Sequence[Pair], gone: Sequence[Pair]) -> list[Pair]:
    """What is left of the spans without others."""
    left = list(whole)
    for since, until in gone:
        cut: list[Pair] = []
        for start, end in left:
            if until <= start or end <= since:
                cut.append((start, end))
                continue
            if start < since:
                cut.append((start, since))
            if until < end:
                cut.append((until, end))
        left = cut
    return left


def shared(some: Sequence[Pair], others: Sequence[Pair]) -> list[Pair]:
    """What lies in both."""
    return [
        (max(start, since), min(end, until))
        for start, end in some
        for since, until in others
        if since < end and start < until
    ]


def minutes(spans: Iterable[Pair]) -> int:
    """Whole minutes of all together: seconds are dropped once, of the sum (I-02)."""
    return sum([until - since for since, until in spans]) // MINUTE


def night(spans: Iterable[Pair], zone: str) -> list[Pair]:
    """The part of the spans between 22:00 and 06:00 local time, day by day."""
    found: list[Pair] = []
    for since, until in spans:
        first, last = local_day(since, zone).toordinal() - 1, local_day(until, zone).toordinal()
        nights = [_night(zone, day) for day in range(first, last + 1)]
        found += shared([(since, until)], nights)
    return found


def local_day(at: int, zone: str) -> date:
    """The date of an instant where the clock of ``zone`` hangs."""
    return datetime.fromtimestamp(at / 1000, _zone(zone)).date()


def end_of_day(at: int, zone: str, days: int) -> int:
    """The instant after the last one of the local day that is ``days`` after that of ``at`` (I-17)."""
    return _local(zone, local_day(at, zone).toordinal() + days + 1, 0)


@functools.cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@functools.lru_cache(maxsize=4096)
def _night(zone: str, day: int) -> Pair:
    return _local(zone, day, NIGHT_FROM), _local(zone, day + 1, NIGHT_TO)


def _local(zone: str, day: int, hour: int) -> int:
    """An hour of a day's local clock. One that does not exist is moved on, of two the first is meant (fold 0)."""
    that = date.fromordinal(day)
    at = datetime(that.year, that.month, that.day, hour, tzinfo=_zone(zone))
    return round(at.astimezone(UTC).timestamp() * 1000)
