"""Leave and outings that nobody decided by their start end there: acts of the server, which a job can redo (I-28)."""

from __future__ import annotations

from gatehouse.db.steps import Query, Row, Steps, read
from gatehouse.replication.core import Replication
from gatehouse.replication.recurring import forever
from gatehouse.replication.server_acts import ServerAct, act_everywhere

EVERY_S = 30.0


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
    found = [
        (org, ServerAct(kind, {}, entity=id_)) for org, kind, id_ in await read(core.database, _overdue(core.now()))
    ]
    return await act_everywhere(core, found)


async def expire_forever(core: Replication) -> None:
    """Look every half minute."""
    await forever(core, EVERY_S, "expiry_failed", lambda: expire(core))
