"""What feeds need not carry any more (design §8): rows past keeping, and old tombstones.

A device drops a row past keeping by itself if it has heard of its last version. One that has not may hold an older,
open one: the floor rises with what goes, so that its cursor gets a reset.
"""

from __future__ import annotations

from gatehouse.db.steps import Query, Row, Steps, write
from gatehouse.replication.core import Replication
from gatehouse.replication.recurring import forever
from gatehouse_sync.fields import DAY

TOMBSTONES_MS = 90 * DAY
EVERY_S = 3600.0


def prune(now: int) -> Steps[None]:
    """Drop what is past keeping everywhere, and tombstones older than 90 days: cursors below either get a reset.

    Entities, ops and the log stay. Running it twice, or in two processes at once, changes nothing more.
    """
    today = now // DAY
    # A day of grace: a device judges by anchored time and may lag a little behind.
    past = "entity IN (SELECT id FROM entity WHERE day > 0 AND day < ?)"
    rows = yield Query(f"SELECT scope, MAX(seq) FROM feed WHERE {past} GROUP BY scope ORDER BY scope", (today - 1,))  # noqa: S608  # ours
    yield from _raise_floors(rows)
    yield Query(f"DELETE FROM feed WHERE {past}", (today - 1,))  # noqa: S608  # ours
    yield Query("DELETE FROM scope_day WHERE day > 0 AND day < ?", (today - 1,))
    rows = yield Query(
        "SELECT scope, MAX(seq) FROM feed WHERE gone > 0 AND gone < ? GROUP BY scope ORDER BY scope",
        (now - TOMBSTONES_MS,),
    )
    yield from _raise_floors(rows)
    for scope, _ in rows:
        yield Query("DELETE FROM feed WHERE scope = ? AND gone > 0 AND gone < ?", (scope, now - TOMBSTONES_MS))


def _raise_floors(ends: list[Row]) -> Steps[None]:
    for scope, seq in ends:
        yield Query("UPDATE scope_head SET floor = ? WHERE id = ? AND floor < ?", (seq, scope, seq))


async def prune_forever(core: Replication) -> None:
    """Prune at start and every hour."""
    await forever(core, EVERY_S, "prune_failed", lambda: write(core.database, lambda: prune(core.now())))
