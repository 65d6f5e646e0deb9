"""Shifts for the tests of rules, in local hours of one site."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gatehouse.rules.facts import Span, Turn

ZONE = "Asia/Shanghai"
MINUTE = 60_000
HOUR = 60 * MINUTE


def at(date: str, hour: float, minute: int = 0) -> int:
    """An instant by its local date and hour; hours of the next day count on (25)."""
    local = datetime.fromisoformat(date).replace(tzinfo=ZoneInfo(ZONE)) + timedelta(hours=hour, minutes=minute)
    return round(local.timestamp() * 1000)


def turn(date: str, *hours: float, person: str = "B1", night: bool = False, swap: str | None = None) -> Turn:
    """A shift of a business date, from and to local hours, in pairs."""
    spans = tuple(Span(at(date, since), at(date, until)) for since, until in zip(hours[::2], hours[1::2], strict=True))
    return Turn(
        id=f"{person} {date}", person=person, team="t", post="p", site="s", zone=ZONE, date=date, label="", spans=spans,
        night=night, swap=swap,
    )  # fmt: skip
