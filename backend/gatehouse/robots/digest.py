"""Sending digests: what is new is looked for, gathered, and told in one message a robot, not more often than it asks.

The queue is the job table: one row a robot, whose ``run_at`` is when the robot may speak next and whose payload is what
it has told. A look costs a read; only a message takes the lease and writes. A process that dies between the platform's
answer and the mark leaves the message to be sent once more: told at least once, and twice at most for one crash.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog

from gatehouse.db.steps import Query, Steps, read, write
from gatehouse.jobs import queue
from gatehouse.jobs.queue import Job
from gatehouse.replication.core import Replication
from gatehouse.replication.recurring import forever
from gatehouse.robots import rows
from gatehouse.robots.news import News, news
from gatehouse.robots.platforms import Answer
from gatehouse.robots.rows import Row
from gatehouse.robots.send import Sender, Sent
from gatehouse.robots.words import MINUTE, digest

EVERY_S: Final = 20.0
FIRST_S: Final = 40.0
LEASE_MS: Final = MINUTE
"""Seven times as long as a message can take."""
FIRST_RETRY_MS: Final = MINUTE
LONGEST_RETRY_MS: Final = 60 * MINUTE
MUTED_MS: Final = 10 * MINUTE
"""What a platform that was asked too often wants to be left alone for."""
GIVE_UP_MS: Final = 24 * 60 * MINUTE
AT_ONCE: Final = 4
_log = structlog.get_logger()


class Told(msgspec.Struct):
    """A robot's job: the marks of what it has told, and since when a message is owed that does not go through."""

    marks: list[str] = []
    owed: int | None = None


async def tell(core: Replication, sender: Sender) -> int:
    """Tell every robot what is new; gives how many messages went out. Several processes may do so at once."""
    jobs = await read(core.database, queue.due(rows.KIND, core.now()))
    room = asyncio.Semaphore(AT_ONCE)

    async def one(job: Job) -> bool:
        async with room:
            return await _tell_one(core, sender, job)

    return sum(await asyncio.gather(*(one(job) for job in jobs)))


async def tell_forever(core: Replication, sender: Sender) -> None:
    """Look every 20 s; not before devices that waited for the server have had time to be heard."""
    await forever(core, EVERY_S, "robots_failed", lambda: tell(core, sender), after_s=FIRST_S)


async def _tell_one(core: Replication, sender: Sender, due: Job) -> bool:
    if await read(core.database, _look(core, due)) is None:
        return False

    def take() -> Steps[tuple[Job, tuple[Row, News, str]] | None]:
        job = yield from queue.take(due.id, core.now(), LEASE_MS)
        found = (yield from _look(core, job)) if job is not None else None
        return None if job is None or found is None else (job, found)

    taken = await write(core.database, take)
    if taken is None:  # another process was faster
        return False
    job, (robot, now_told, place) = taken
    text = digest(now_told, robot.language, place, robot.zone, robot.link)
    sent = await _send(core, sender, robot, text)
    await write(core.database, lambda: _settle(core, job, robot, now_told, sent))
    _log.info("robot_told", org=robot.org, robot=robot.id, code=sent.answer.code, attempt=job.attempts)
    return sent.answer.code == "sent"


async def _send(core: Replication, sender: Sender, robot: Row, text: str) -> Sent:
    address = rows.unseal(core.signer.key.secret(rows.KEY), robot.id, robot.sealed)
    if address is None:
        return Sent(Answer("no_key"))
    return await sender.send(robot.platform, address, text, core.now())


def _look(core: Replication, job: Job) -> Steps[tuple[Row, News, str] | None]:
    """The robot, all its news and the place it speaks of, when some of it is new and the hours are not quiet."""
    found = yield from rows.load("id = ?", job.id)
    if not found or quiet(found[0], core.now()):
        return None
    current = yield from news(found[0].reach, core.now())
    if current.marks <= set(_told(job).marks):
        return None
    return found[0], current, (yield from place_of(found[0]))


def place_of(robot: Row) -> Steps[str]:
    """The name of the team, site or org a robot speaks of."""
    if robot.team is not None:
        rows_ = yield Query("SELECT name FROM team WHERE id = ?", (robot.team,))
    elif robot.site is not None:
        rows_ = yield Query("SELECT name FROM site WHERE id = ?", (robot.site,))
    else:
        rows_ = yield Query("SELECT body FROM entity WHERE id = ?", (robot.org,))
        return str(msgspec.json.decode(rows_[0][0])["f"]["name"]) if rows_ else ""
    return str(rows_[0][0]) if rows_ else ""


def quiet(robot: Row, now: int) -> bool:
    """Whether it is the robot's quiet hours, which may cross midnight."""
    if robot.quiet_from is None or robot.quiet_to is None:
        return False
    local = datetime.fromtimestamp(now / 1000, ZoneInfo(robot.zone))
    minute = local.hour * 60 + local.minute
    if robot.quiet_from <= robot.quiet_to:
        return robot.quiet_from <= minute < robot.quiet_to
    return minute >= robot.quiet_from or minute < robot.quiet_to


def _told(job: Job) -> Told:
    return msgspec.json.decode(job.payload, type=Told)


def _settle(core: Replication, job: Job, robot: Row, told: News, sent: Sent) -> Steps[None]:
    """Mark what was told, or when to try again; a message owed for a day is given up, and the robot says so."""
    now, code = core.now(), sent.answer.code
    before = _told(job)
    owed = before.owed if before.owed is not None else now
    marks = sorted(told.marks)
    went = code == "sent"
    given_up = not went and now - owed >= GIVE_UP_MS
    if went or given_up:
        held = yield from queue.put_back(job, now + robot.every_ms, _payload(Told(marks)))
    else:
        wait = max(min(FIRST_RETRY_MS * 2 ** min(job.attempts - 1, 10), LONGEST_RETRY_MS), _asked_for(sent))
        left = _payload(Told(before.marks, owed))
        held = yield from queue.put_back(job, now + wait, left, attempts=job.attempts)
    if held:  # else the robot was changed or told by another meanwhile: what is newer stays
        yield from note(robot.id, sent.answer, now)
    if held and given_up:
        yield Query("UPDATE robot SET gave_up = ? WHERE id = ?", (now, robot.id))
        _log.warning("robot_gave_up", org=robot.org, robot=robot.id, code=code)


def _asked_for(sent: Sent) -> int:
    """How long the platform wants to be left alone, ms."""
    asked = min(sent.wait_ms, LONGEST_RETRY_MS)
    return max(asked, MUTED_MS) if sent.answer.code == "too_fast" else asked


def _payload(told: Told) -> str:
    return msgspec.json.encode(told).decode()


def note(robot: str, answer: Answer, now: int) -> Steps[None]:
    """Keep how a message went; one that went through ends what was wrong."""
    if answer.code == "sent":
        yield Query(
            "UPDATE robot SET last_at = ?, last_code = ?, last_said = ?, failing = NULL, gave_up = NULL WHERE id = ?",
            (now, answer.code, answer.said, robot),
        )
    else:
        yield Query(
            "UPDATE robot SET last_at = ?, last_code = ?, last_said = ?, failing = COALESCE(failing, ?) WHERE id = ?",
            (now, answer.code, answer.said, now, robot),
        )
