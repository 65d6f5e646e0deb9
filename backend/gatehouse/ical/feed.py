"""One person's published shifts as iCalendar (RFC 5545, RFC 7986): who has the address reads them.

The same shifts give the same bytes, so that a program that asks again with the ETag it has is told "not modified".
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from gatehouse.db.steps import Query, Steps
from gatehouse.roster.queries import Turn, turns
from gatehouse_sync.fields import DAY

BACK_MS: Final = 7 * DAY
AHEAD_MS: Final = 42 * DAY
REFRESH: Final = timedelta(hours=1)
NAMES: Final = {"zh-CN": "门岗班次", "zh-TW": "門崗班次", "en": "Gatehouse shifts"}
_MOST_SEQUENCE: Final = 2**31 - 1


def token_hash(token: str) -> bytes:
    """What is kept of a token of 128 bits: nothing can be guessed from it, so no salt and no stretching."""
    return hashlib.sha256(b"gh-calendar-1" + token.encode()).digest()


def shifts_of(token: str, now: int) -> Steps[tuple[str, list[Turn]] | None]:
    """The feed's language and the shifts of whoever the token is, or None: unknown, revoked, or the person has left."""
    rows = yield Query(
        "SELECT c.person, c.org, c.language FROM calendar_feed c JOIN person p ON p.id = c.person "
        "WHERE c.hash = ? AND (p.dismissed IS NULL OR p.dismissed > ?)",
        (token_hash(token), now),
    )
    if not rows:
        return None
    person, org, language = rows[0]
    return language, (yield from turns(org, person, now - BACK_MS, now + AHEAD_MS))


def render(language: str, shifts: list[Turn]) -> bytes:
    """The calendar; times are in the site's zone, whose rules come with it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Gatehouse//shifts//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", NAMES[language])
    calendar.add("x-wr-calname", NAMES[language])
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for shift in shifts:
        calendar.add_component(_event(shift))
    calendar.add_missing_timezones()
    raw: bytes = calendar.to_ical()
    return raw


def _event(shift: Turn) -> Event:
    zone = ZoneInfo(shift.zone)
    changed = datetime.fromtimestamp(shift.changed // 1000, UTC)
    event = Event()
    event.add("uid", f"{shift.id}@gatehouse")
    # Grows with every version of the shift, wherever it was in between.
    event.add("sequence", min(shift.n, _MOST_SEQUENCE))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", datetime.fromtimestamp(shift.starts / 1000, zone))
    event.add("dtend", datetime.fromtimestamp(shift.ends / 1000, zone))
    event.add("summary", shift.post)
    event.add("location", shift.site)
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event
