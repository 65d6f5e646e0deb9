"""HTTP routes of calendars: ``/calendar/{token}.ics`` for any program, ``/api/calendar`` for the person."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from typing import Final

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gatehouse.db.steps import read
from gatehouse.devices.tokens import TokenMint
from gatehouse.errors import Problem
from gatehouse.ical.addresses import CalendarRequest, end, make, state
from gatehouse.ical.feed import render, shifts_of, token_hash
from gatehouse.replication.core import Replication
from gatehouse.replication.frame import decode
from gatehouse.replication.routes import SMALL, AnyRequest, body_of, created, ok, session_of

NAME: Final = re.compile(r"([A-Za-z0-9_-]{22})\.ics")
AT_ONCE: Final = 12
EVERY_MS: Final = 5 * 60_000
"""Twelve requests at once, then one in five minutes: programs ask once an hour at most."""
REMEMBERED: Final = 10_000
_HEADERS: Final = {
    "cache-control": "private, max-age=900",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


class Meter:
    """How many requests each token has left, in this process; the least recently used are forgotten."""

    def __init__(self) -> None:
        self._full: OrderedDict[bytes, int] = OrderedDict()
        """Until when (ms) each token's requests would be paid for at one in ``EVERY_MS``."""

    def take(self, key: bytes, now: int) -> None:
        """Count one request.

        Raises:
            Problem: ``too_many_requests`` (with ``retry_after``).
        """
        paid = max(self._full.pop(key, 0), now) + EVERY_MS
        over = paid - now - AT_ONCE * EVERY_MS
        self._full[key] = paid if over <= 0 else paid - EVERY_MS
        if len(self._full) > REMEMBERED:
            self._full.popitem(last=False)
        if over > 0:
            raise Problem("too_many_requests", retry_after=-(-over // 1000))


def calendar_routes(core: Replication, mint: TokenMint) -> list[HTTPRouteHandler]:
    """The handlers of calendars."""
    meter = Meter()

    @get("/calendar/{name:str}", include_in_schema=False)
    async def feed(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
        match = NAME.fullmatch(name)
        found = await read(core.database, shifts_of(match[1], core.now())) if match is not None else None
        if match is None or found is None:
            raise Problem("not_found")
        meter.take(token_hash(match[1]), core.now())
        raw = render(*found)
        headers = _HEADERS | {"etag": f'"{hashlib.sha256(raw).hexdigest()[:32]}"'}
        if headers["etag"] in {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}:
            return Response(b"", status_code=304, headers=headers)
        return Response(raw, media_type="text/calendar", headers=headers)

    @get("/api/calendar", include_in_schema=False)
    async def state_(request: AnyRequest) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        return ok(await state(core, claim, session_of(request)))

    @post("/api/calendar", status_code=201, include_in_schema=False)
    async def make_(request: AnyRequest) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        wanted = decode(await body_of(request, SMALL), CalendarRequest)
        return created(await make(core, claim, session_of(request), wanted.language))

    @post("/api/calendar/end", status_code=200, include_in_schema=False)
    async def end_(request: AnyRequest) -> Response[bytes]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        return ok(await end(core, claim, session_of(request)))

    return [feed, state_, make_, end_]
