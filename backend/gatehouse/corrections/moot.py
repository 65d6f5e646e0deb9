"""Applications whose real punch has come since: acts of the server, which a job can redo (I-56)."""

from __future__ import annotations

import asyncio

import structlog

from gatehouse.db.failures import StorageError
from gatehouse.db.steps import FAILURES, Query, Row, Steps, read
from gatehouse.replication.core import Replication
from gatehouse.replication.server_acts import ServerAct, act
from gatehouse.rules.parameters import BIND_AFTER_MIN, BIND_BEFORE_MIN

EVERY_S = 30.0
MINUTE_MS = 60_000
LOOKED_BACK_MS = 62 * 86_400_000
"""A punch that comes later than that changes no application."""
_log = structlog.get_logger()


def _answered(now: int) -> Steps[list[Row]]:
    """Applications that count, each with a punch made before it was asked for: of the shift, or near it and of none."""
    before, after = BIND_BEFORE_MIN.default * MINUTE_MS, BIND_AFTER_MIN.default * MINUTE_MS
    return (
        yield Query(
            "SELECT c.org, c.id, MIN(p.id) FROM correction c JOIN shift s ON s.id = c.shift "
            "JOIN punch p ON p.person = c.person AND p.direction = c.direction AND p.punched <= c.asked "
            "AND (p.shift = s.id OR (p.shift IS NULL AND p.punched >= s.starts - ? AND p.punched <= s.ends + ?)) "
            "WHERE c.state IN ('requested', 'granted', 'rejected') AND c.segment = 0 AND c.asked > ? "
            "GROUP BY c.org, c.id ORDER BY c.org, c.id",
            (before, after, now - LOOKED_BACK_MS),
        )
    )


async def settle_moot(core: Replication) -> int:
    """Mark what is moot; gives how many. Running it twice, or in two processes at once, does no harm."""
    by_org: dict[str, list[tuple[str, str]]] = {}
    for org, id_, punch in await read(core.database, _answered(core.now())):
        by_org.setdefault(org, []).append((id_, punch))
    for org, found in by_org.items():
        await act(core, org, [ServerAct("correction.moot", {"punch": punch}, entity=id_) for id_, punch in found])
    return sum(map(len, by_org.values()))


async def settle_moot_forever(core: Replication) -> None:
    """Look every half minute; a failure is logged and tried again."""
    while True:
        try:
            await settle_moot(core)
        except (StorageError, *FAILURES) as error:
            _log.warning("moot_failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_S)
