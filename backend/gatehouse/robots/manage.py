"""What an admin does with robots, online: see, make, change, try and remove them. Addresses never come out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import msgspec
import structlog
from msgspec import Meta

from gatehouse.db.steps import Insert, Query, Steps, read, write
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.jobs import queue
from gatehouse.replication.core import Replication
from gatehouse.replication.device_rows import device_row
from gatehouse.replication.pull import signed_in
from gatehouse.replication.server_acts import ServerAct, act
from gatehouse.robots import rows
from gatehouse.robots.digest import note, place_of
from gatehouse.robots.platforms import Answer, Platform, acceptable
from gatehouse.robots.rows import Row
from gatehouse.robots.send import Address, Sender, Sent
from gatehouse.robots.words import MINUTE, trial
from gatehouse_sync.ids import is_uuid, uuid7

MOST: Final = 20
TAIL: Final = 4
TRIAL_EVERY_MS: Final = 15_000
"""Four tries a minute stay far below every platform's limit."""
_log = structlog.get_logger()

Minute = Annotated[int, Meta(ge=0, lt=1440)]
Tell = Literal["decisions", "windows", "devices"]


class RobotRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A robot as an admin wants it. A change without ``url`` or ``secret`` leaves that as it is."""

    platform: Platform
    name: Annotated[str, Meta(min_length=1, max_length=40)]
    tells: Annotated[list[Tell], Meta(min_length=1, max_length=3)]
    zone: Annotated[str, Meta(max_length=40)]
    language: Literal["zh-CN", "zh-TW", "en"]
    url: Annotated[str, Meta(max_length=400)] | None = None
    secret: Annotated[str, Meta(max_length=200)] | None = None
    """What messages are signed with; "" for none."""
    team: str | None = None
    site: str | None = None
    every: Annotated[int, Meta(ge=5, le=240)] = 10
    """Minutes between two messages, at least."""
    quiet: tuple[Minute, Minute] | None = None
    """From and to, minutes of the day in ``zone``."""
    link: Annotated[str, Meta(max_length=200)] = ""
    """Origin of the app, for the address in messages."""


class Robot(msgspec.Struct, frozen=True):
    """A robot as an admin sees it."""

    id: str
    platform: str
    name: str
    tail: str
    signed: bool
    tells: list[str]
    every: int
    zone: str
    language: str
    made: int
    team: str | None
    site: str | None
    quiet: tuple[int, int] | None
    last_at: int | None
    last_code: str | None
    last_said: str | None
    failing: int | None
    gave_up: int | None


class Robots(msgspec.Struct, frozen=True):
    """All robots of an org, oldest first."""

    robots: list[Robot]


class Tried(msgspec.Struct, frozen=True):
    """How a test message went: ``sent`` or why not, and the platform's own words."""

    code: str
    said: str


class Removed(msgspec.Struct, frozen=True):
    """The robot is no more."""

    id: str


class Asker(msgspec.Struct, frozen=True):
    """Who asks, proved by a device token and a session."""

    claim: DeviceClaim
    session: bytes | None


def admin(core: Replication, asker: Asker) -> Steps[tuple[str, str]]:
    """The org and the person asking.

    Raises:
        Problem: ``not_signed_in``, ``session_ended``, ``device_revoked``, ``unknown_device``; ``not_allowed`` unless
            the person is an admin now.
    """
    device = yield from device_row(asker.claim.device)
    if device.revoked is not None:
        raise Problem("device_revoked")
    person = yield from signed_in(asker.session, device.id)
    if person is None:
        raise Problem("not_signed_in")
    now = core.now()
    here = person.dismissed is None or now < person.dismissed
    if not here or not any(role.role == "admin" and role.holds(now) for role in person.roles):
        raise Problem("not_allowed")
    return device.org, person.id


async def listed(core: Replication, asker: Asker) -> Robots:
    """All robots of the asker's org."""

    def steps() -> Steps[list[Row]]:
        org, _ = yield from admin(core, asker)
        return (yield from rows.load("org = ? ORDER BY made, id", org))

    return Robots([_shown(row) for row in await read(core.database, steps())])


async def make(core: Replication, sender: Sender, asker: Asker, wanted: RobotRequest) -> Robot:
    """A new robot, with its job.

    Raises:
        Problem: as ``admin``; ``robot_address``, ``robot_known``, ``robot_limit``, ``robot_place``, ``bad_field``.
    """
    url = (wanted.url or "").strip()
    _check(sender, wanted, url)
    key, id_ = core.signer.key.secret(rows.KEY), uuid7(core.now(), core.random(10))
    address = Address(url, (wanted.secret or "").strip())
    sealed = rows.seal(key, id_, address, core.random)

    def steps(org: str) -> Steps[Row]:
        known = yield from rows.load("org = ?", org)
        if len(known) >= MOST:
            raise Problem("robot_limit")
        row = Row(
            id=id_,
            org=org,
            **_settings(wanted),
            **_addressed(key, sealed, address),
            made=core.now(),
        )
        yield from _place(row, org)
        yield from _store(row)
        yield queue.add(id_, rows.KIND, core.now())
        return row

    return await _changed(core, asker, id_, "made", steps)


async def change(core: Replication, sender: Sender, asker: Asker, robot: str, wanted: RobotRequest) -> Robot:
    """Another name, address, reach or time; what it has told stays told.

    Raises:
        Problem: as ``make``; ``not_found``; ``robot_address`` also when another platform comes without its address.
    """
    url = wanted.url.strip() if wanted.url else None
    _check(sender, wanted, url)
    key = core.signer.key.secret(rows.KEY)

    def steps(org: str) -> Steps[Row]:
        before = yield from _mine(org, robot)
        if url is None and wanted.platform != before.platform:
            raise Problem("robot_address")
        held = rows.unseal(key, robot, before.sealed)
        if held is None and url is None and wanted.secret is not None:
            raise Problem("robot_address")
        after = msgspec.structs.replace(before, **_settings(wanted))
        if url is not None or wanted.secret is not None:
            secret = wanted.secret if wanted.secret is not None else held.secret if held is not None else ""
            address = Address(url if url is not None else held.url if held is not None else "", secret.strip())
            sealed = rows.seal(key, robot, address, core.random)
            after = msgspec.structs.replace(after, **_addressed(key, sealed, address), tested=None)
            yield queue.wake(robot, core.now())
        yield from _place(after, org)
        yield from _store(after)
        return after

    return await _changed(core, asker, robot, "changed", steps)


async def remove(core: Replication, asker: Asker, robot: str) -> Removed:
    """The robot, its address and what it still owed are gone.

    Raises:
        Problem: as ``admin``; ``not_found``.
    """

    def steps(org: str) -> Steps[Row]:
        row = yield from _mine(org, robot)
        yield queue.drop([robot])
        yield Query("DELETE FROM robot WHERE id = ?", (robot,))
        return row

    await _changed(core, asker, robot, "removed", steps)
    return Removed(robot)


async def attempt(core: Replication, sender: Sender, asker: Asker, robot: str) -> Tried:
    """Send one test message and say how it went.

    Raises:
        Problem: as ``admin``; ``not_found``; ``too_many_requests`` within 15 s of the test before.
    """

    def begin() -> Steps[tuple[Row, str]]:
        org, _ = yield from admin(core, asker)
        row = yield from _mine(org, robot)
        now = core.now()
        if row.tested is not None and now - row.tested < TRIAL_EVERY_MS:
            raise Problem("too_many_requests", retry_after=-(-(row.tested + TRIAL_EVERY_MS - now) // 1000))
        yield Query("UPDATE robot SET tested = ? WHERE id = ?", (now, robot))
        return row, (yield from place_of(row))

    row, place = await write(core.database, begin)
    address = rows.unseal(core.signer.key.secret(rows.KEY), robot, row.sealed)
    sent = Sent(Answer("no_key"))
    if address is not None:
        sent = await sender.send(row.platform, address, trial(row.language, place, row.link), core.now())

    def end() -> Steps[None]:
        yield from note(robot, sent.answer, core.now())
        if sent.answer.code == "sent":
            yield queue.wake(robot, core.now())

    await write(core.database, end)
    _log.info("robot_tried", org=row.org, robot=robot, code=sent.answer.code)
    return Tried(sent.answer.code, sent.answer.said)


async def _changed(core: Replication, asker: Asker, robot: str, what: str, steps: Callable[[str], Steps[Row]]) -> Robot:
    """Change the table and log the act, in one transaction."""
    org, person = await read(core.database, admin(core, asker))
    if not is_uuid(robot):
        raise Problem("not_found")
    found: list[Row] = []

    def before() -> Steps[None]:
        found.clear()
        yield from admin(core, asker)
        found.append((yield from steps(org)))

    fields = {"robot": robot, "what": what, "person": person}
    await act(core, org, [ServerAct("robot.change", fields)], before)
    _log.info("robot_changed", org=org, robot=robot, what=what, by=person)
    return _shown(found[0])


def _mine(org: str, robot: str) -> Steps[Row]:
    found = (yield from rows.load("id = ? AND org = ?", robot, org, lock=True)) if is_uuid(robot) else []
    if not found:
        raise Problem("not_found")
    return found[0]


def _check(sender: Sender, wanted: RobotRequest, url: str | None) -> None:
    if url is not None and not acceptable(wanted.platform, url, sender.gateways):
        raise Problem("robot_address")
    if wanted.quiet is not None and wanted.quiet[0] == wanted.quiet[1]:
        raise Problem("bad_field", extra={"where": "$.quiet"})
    if wanted.team is not None and wanted.site is not None:
        raise Problem("robot_place")
    if wanted.link and not _origin(wanted.link):
        raise Problem("bad_field", extra={"where": "$.link"})
    if not wanted.name.isprintable() or not wanted.name.strip():
        raise Problem("bad_field", extra={"where": "$.name"})
    try:
        ZoneInfo(wanted.zone)
    except (KeyError, ValueError, OSError):
        raise Problem("bad_field", extra={"where": "$.zone"}) from None


def _origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text and (port is None or port > 0)
    return (
        plain
        and parts.scheme in {"https", "http"}
        and text == f"{parts.scheme}://{parts.netloc}"
        and (parts.hostname is not None and parts.username is None)
    )


def _place(row: Row, org: str) -> Steps[None]:
    """Whether the team or site is the org's."""
    for table, id_ in (("team", row.team), ("site", row.site)):
        if id_ is None:
            continue
        known = is_uuid(id_) and (yield Query(f"SELECT id FROM {table} WHERE id = ? AND org = ?", (id_, org)))  # noqa: S608 - our names
        if not known:
            raise Problem("robot_place")


def _store(row: Row) -> Steps[None]:
    """Write it, unless another robot of the org has its address."""
    try:
        yield Insert("robot", rows.COLUMNS, [msgspec.structs.astuple(row)], key=("id",))
    except (sqlite3.IntegrityError, asyncpg.UniqueViolationError):
        raise Problem("robot_known") from None


def _settings(wanted: RobotRequest) -> dict[str, Any]:
    quiet = wanted.quiet or (None, None)
    return {
        "platform": wanted.platform,
        "name": wanted.name.strip(),
        "team": wanted.team,
        "site": wanted.site,
        "tells": " ".join(sorted(set(wanted.tells))),
        "every_ms": wanted.every * MINUTE,
        "quiet_from": quiet[0],
        "quiet_to": quiet[1],
        "zone": wanted.zone,
        "language": wanted.language,
        "link": wanted.link,
    }


def _addressed(key: bytes, sealed: bytes, address: Address) -> dict[str, Any]:
    return {
        "sealed": sealed,
        "address": rows.fingerprint(key, address.url),
        "tail": address.url[-TAIL:],
        "signed": int(bool(address.secret)),
    }


def _shown(row: Row) -> Robot:
    quiet = None if row.quiet_from is None or row.quiet_to is None else (row.quiet_from, row.quiet_to)
    return Robot(
        row.id,
        row.platform,
        row.name,
        row.tail,
        bool(row.signed),
        row.tells.split(),
        row.every_ms // MINUTE,
        row.zone,
        row.language,
        row.made,
        row.team,
        row.site,
        quiet,
        row.last_at,
        row.last_code,
        row.last_said,
        row.failing,
        row.gave_up,
    )
