"""Months judged again after a commit: those that something spoilt, that time changes, or whose devices have spoken.

Each month is a transaction of its own: it reads the facts, writes the record into the feed when it says something new,
and takes the mark away unless somebody has set it again meanwhile. Two workers at once do no harm: the record is
locked, and the one that comes second finds nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
import structlog

from gatehouse.attendance import rows
from gatehouse.attendance.facts import judged
from gatehouse.attendance.marks import month_key, months_of
from gatehouse.db.failures import StorageError
from gatehouse.db.steps import FAILURES, Insert, Query, Steps, read
from gatehouse.logs import where
from gatehouse.replication import feed
from gatehouse.replication.batch import Batch
from gatehouse.replication.commit import settle
from gatehouse.replication.core import Committed, Replication
from gatehouse.replication.facts import Facts
from gatehouse.replication.recurring import forever
from gatehouse.replication.server_acts import server_device

EVERY_S = 1.0
AT_ONCE = 100
"""Months looked for at a time."""
REST_MS = 600_000
"""So long a month that failed by a fault of ours is left alone."""
SPOKEN = (
    "SELECT w.org, w.person, w.month FROM month_wait w LEFT JOIN device d ON d.id = w.device "
    "WHERE d.id IS NULL OR d.revoked IS NOT NULL OR d.complete_to >= w.needs"
)
"""Months whose device has said what they wait for, or never will."""
_log = structlog.get_logger()


class Mark(msgspec.Struct, frozen=True):
    """What is to be worked out again; ``n`` is None when no mark asks for it but time or a device."""

    org: str
    key: str
    n: int | None


Resting = dict[tuple[str, str], int]
"""Marks, by org and key, that failed by a fault of ours, and when they are tried again, UTC ms."""


async def recompute(core: Replication, most: int = AT_ONCE, resting: Resting | None = None) -> int:
    """Judge what is to be judged again, at most so many marks; gives how many there were.

    With ``resting``, a mark that fails by a fault of ours is put there, and passed over until its time has come.
    """
    now = core.now()
    passed = {mark for mark, again in (resting or {}).items() if again > now}
    marks = await read(core.database, _waiting(now, most + len(passed)))
    marks = [mark for mark in marks if (mark.org, mark.key) not in passed]
    for mark in marks:
        try:
            await _take(core, mark)
        except (StorageError, *FAILURES):
            raise
        except Exception as error:
            if resting is None:
                raise
            # One month that fails must not keep all others waiting.
            resting[mark.org, mark.key] = now + REST_MS
            _log.error("month_failed", org=mark.org, mark=mark.key, error=type(error).__name__, trace=where(error))
            core.metrics.server_faults.inc()
    return len(marks)


async def recompute_all(core: Replication, resting: Resting | None = None) -> int:
    """Until nothing waits; gives how many marks there were."""
    total = 0
    while found := await recompute(core, resting=resting):
        total += found
    return total


async def recompute_forever(core: Replication) -> None:
    """Look every second."""
    resting: Resting = {}
    await forever(core, EVERY_S, "months_failed", lambda: recompute_all(core, resting))


def _waiting(now: int, most: int) -> Steps[list[Mark]]:
    """What facts spoilt first, then what time or a device changes, then what an update has judged anew."""
    fresh = yield Query("SELECT org, key, n FROM dirty WHERE n > 0 ORDER BY n, key LIMIT ?", (most,))
    found = {(org, key): Mark(org, key, n) for org, key, n in fresh}
    due = yield Query(
        f"SELECT org, person, month FROM month_state WHERE due <= ? UNION {SPOKEN} ORDER BY 1, 2, 3 LIMIT ?",  # noqa: S608  # a constant of ours
        (now, most),
    )
    for org, person, month in due:
        found.setdefault((org, month_key(person, month)), Mark(org, month_key(person, month), None))
    room = most - len(found)
    archive = (
        (yield Query("SELECT org, key, n FROM dirty WHERE n = 0 ORDER BY key LIMIT ?", (room,))) if room > 0 else []
    )
    for org, key, n in archive:
        found[org, key] = Mark(org, key, n)
    return list(found.values())[:most]


def _expand(mark: Mark) -> Steps[None]:
    """Put the months that a mark stands for in its place."""
    months = yield from months_of(mark.org, mark.key)
    keys: Sequence[tuple[str, str, int]] = [(mark.org, month_key(*one), mark.n or 0) for one in months]
    # What was only to be judged anew waits no longer.
    yield Query("DELETE FROM dirty WHERE org = ? AND key = ANY(?*) AND n = 0", (mark.org, [key for _, key, _ in keys]))
    yield Insert("dirty", ("org text", "key text", "n bigint"), keys, key=("org", "key"), keep=True)
    yield _forget(mark)


def _forget(mark: Mark) -> Query:
    return Query("DELETE FROM dirty WHERE org = ? AND key = ? AND n = ?", (mark.org, mark.key, mark.n))


async def _take(core: Replication, mark: Mark) -> None:
    if mark.key.startswith("month "):
        await _one(core, mark)
    else:
        await settle(core.database, partial(_expand, mark))


async def _one(core: Replication, mark: Mark) -> None:
    moved, epoch = await settle(core.database, partial(_judge, core, mark))
    if moved:
        core.after_commit(Committed(moved, epoch))


def _judge(core: Replication, mark: Mark) -> Steps[tuple[list[feed.Moved], str]]:
    _, person, month = mark.key.split(" ")
    now = core.now()
    facts = Facts(mark.org, now)
    id_ = rows.month_id(person, month)
    yield from facts.load_entities({id_})
    there = facts.of_kind(id_, "month")
    found = yield from judged(mark.org, person, month, now)
    moved, epoch = list[feed.Moved](), ""
    if found.verdict.days or found.verdict.unscheduled or there is not None:
        body, latest = yield from rows.body_of(mark.org, found, there, now)
        # By what it says and not by its name: another hand may have changed it.
        if there is None or rows.version_of(there["f"]) != body["ver"]:
            batch = Batch(core.registry, facts, server_device(mark.org), None, revoked=None)
            batch.change(body)
            appended = yield from feed.append(batch, now)
            moved, epoch = appended.moved, appended.head.epoch
        yield from _note(mark.org, person, month, rows.next_due(found), latest)
        waits = [(device, mark.org, person, month, needs) for device, needs in rows.waits(found)]
        yield from _wait(mark.org, person, month, waits)
    if mark.n is not None:
        yield _forget(mark)
    return moved, epoch


def _note(org: str, person: str, month: str, due: int, latest: str) -> Steps[None]:
    yield Insert(
        "month_state",
        ("org text", "person text", "month text", "due bigint", "latest text"),
        [(org, person, month, due, latest)],
        key=("org", "person", "month"),
    )


def _wait(org: str, person: str, month: str, waits: list[tuple[str, str, str, str, int]]) -> Steps[None]:
    yield Query("DELETE FROM month_wait WHERE org = ? AND person = ? AND month = ?", (org, person, month))
    yield Insert(
        "month_wait",
        ("device text", "org text", "person text", "month text", "needs bigint"),
        waits,
        key=("device", "org", "person", "month"),
    )
