"""What feeds need not carry any more (design §8): rows every device has dropped by itself, and old tombstones."""

from __future__ import annotations

import asyncio

import structlog

from gatehouse.db.failures import StorageError
from gatehouse.db.steps import FAILURES, Query, Steps, write
from gatehouse.replication.core import Replication
from gatehouse_sync.fields import DAY

TOMBSTONES_MS = 90 * DAY
EVERY_S = 3600.0
_log = structlog.get_logger()


def prune(now: int) -> Steps[None]:
    """Drop what is past keeping everywhere, and tombstones older than 90 days: cursors below those get a reset.

    Entities, ops and the log stay. Running it twice, or in two processes at once, changes nothing more.
    """
    today = now // DAY
    # A day of grace: a device judges by anchored time and may lag a little behind.
    yield Query("DELETE FROM feed WHERE entity IN (SELECT id FROM entity WHERE day > 0 AND day < ?)", (today - 1,))
    yield Query("DELETE FROM scope_day WHERE day > 0 AND day < ?", (today - 1,))
    rows = yield Query(
        "SELECT scope, MAX(seq) FROM feed WHERE gone > 0 AND gone < ? GROUP BY scope ORDER BY scope",
        (now - TOMBSTONES_MS,),
    )
    for scope, seq in rows:
        yield Query("UPDATE scope_head SET floor = ? WHERE id = ? AND floor < ?", (seq, scope, seq))
        yield Query("DELETE FROM feed WHERE scope = ? AND gone > 0 AND gone < ?", (scope, now - TOMBSTONES_MS))


async def prune_forever(core: Replication) -> None:
    """Prune at start and every hour; a failure is logged and tried again."""
    while True:
        try:
            await write(core.database, lambda: prune(core.now()))
        except (StorageError, *FAILURES) as error:
            _log.warning("prune_failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_S)
