"""Leave and outings that nobody decided by their start end there: acts of the server, which a job can redo (I-28)."""

from __future__ import annotations

import asyncio

import structlog

from gatehouse.db.failures import StorageError
from gatehouse.db.steps import FAILURES, Query, Row, Steps, read
from gatehouse.replication.core import Replication
from gatehouse.replication.server_acts import ServerAct, act

EVERY_S = 30.0
_log = structlog.get_logger()


def _overdue(now: int) -> Steps[list[Row]]:
    return (
        yield Query(
            "SELECT org, 'leave.expire', id FROM leave_asked WHERE state = 'requested' AND deadline <= ? "
            "UNION ALL SELECT org, 'outing.expire', id FROM outing WHERE state = 'requested' AND deadline <= ? "
            "ORDER BY 1, 2, 3",
            (now, now),
        )
    )


async def expire(core: Replication) -> int:
    """Expire what is overdue; gives how many. Running it twice, or in two processes at once, does no harm."""
    by_org: dict[str, list[tuple[str, str]]] = {}
    for org, kind, id_ in await read(core.database, _overdue(core.now())):
        by_org.setdefault(org, []).append((kind, id_))
    for org, found in by_org.items():
        await act(core, org, [ServerAct(kind, {}, entity=id_) for kind, id_ in found])
    return sum(map(len, by_org.values()))


async def expire_forever(core: Replication) -> None:
    """Look every half minute; a failure is logged and tried again."""
    while True:
        try:
            await expire(core)
        except (StorageError, *FAILURES) as error:
            _log.warning("expiry_failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_S)
