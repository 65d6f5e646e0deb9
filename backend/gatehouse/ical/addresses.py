"""A person's calendar address: made, made anew, ended, by that person alone. The address itself is told once."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
import structlog

from gatehouse.db.steps import Insert, Query, Steps, read, write
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.ical.feed import token_hash
from gatehouse.replication.caller import caller
from gatehouse.replication.core import Replication
from gatehouse_sync import canon

TOKEN_BYTES: Final = 16
_log = structlog.get_logger()


class CalendarRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In which language the calendar is named."""

    language: Literal["zh-CN", "zh-TW", "en"]


class CalendarMade(msgspec.Struct, frozen=True):
    """A new address, as a path on this server; it is not told again."""

    path: str
    made: int


class CalendarState(msgspec.Struct, frozen=True):
    """When the person's address was made, UTC ms; None: there is none."""

    made: int | None


async def state(core: Replication, claim: DeviceClaim, session: bytes | None) -> CalendarState:
    """Whether the person has an address."""

    def steps() -> Steps[int | None]:
        person = (yield from caller(claim, session, core.now())).id
        rows = yield Query("SELECT made FROM calendar_feed WHERE person = ?", (person,))
        return rows[0][0] if rows else None

    return CalendarState(await read(core.database, steps()))


async def make(core: Replication, claim: DeviceClaim, session: bytes | None, language: str) -> CalendarMade:
    """A new address; the one before it answers no more."""
    token, now = canon.b64(core.random(TOKEN_BYTES)), core.now()

    def steps() -> Steps[str]:
        person = (yield from caller(claim, session, core.now())).id
        yield Insert(
            "calendar_feed",
            ("person text", "org text", "hash bytea", "language text", "made bigint"),
            [(person, claim.org, token_hash(token), language, now)],
            key=("person",),
        )
        return person

    person = await write(core.database, steps)
    _log.info("calendar_made", org=claim.org, person=person)
    return CalendarMade(f"/calendar/{token}.ics", now)


async def end(core: Replication, claim: DeviceClaim, session: bytes | None) -> CalendarState:
    """The address answers no more."""

    def steps() -> Steps[str]:
        person = (yield from caller(claim, session, core.now())).id
        yield Query("DELETE FROM calendar_feed WHERE person = ?", (person,))
        return person

    person = await write(core.database, steps)
    _log.info("calendar_ended", org=claim.org, person=person)
    return CalendarState(None)
