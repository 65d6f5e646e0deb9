"""Local dates and hours of a site, as regulations count them. Instants UTC ms, dates ISO."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

DAY_MS = 86_400_000
HOUR_MS = 3_600_000


def date_at(ms: int, zone: str) -> dt.date:
    """The local date of an instant."""
    return dt.datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).date()


def midnight(date: dt.date, zone: str) -> int:
    """The first instant of a local date."""
    local = dt.datetime.combine(date, dt.time(), ZoneInfo(zone))
    return round(local.timestamp() * 1000)


def noon(date: dt.date, zone: str) -> int:
    """12:00:00 of a local date."""
    local = dt.datetime.combine(date, dt.time(12), ZoneInfo(zone))
    return round(local.timestamp() * 1000)


def days_after(date: dt.date, days: int) -> dt.date:
    """So many calendar days later, the first one not counted (I-17)."""
    return date + dt.timedelta(days=days)


def last_instant(date: dt.date, zone: str) -> int:
    """The last millisecond of a local date: 23:59:59.999 (I-17)."""
    return midnight(days_after(date, 1), zone) - 1


def dates_between(since: int, until: int, zone: str) -> list[dt.date]:
    """Local dates that a span touches, its end not included, in order."""
    first, last = date_at(since, zone), date_at(until - 1, zone)
    return [days_after(first, i) for i in range((last - first).days + 1)]
