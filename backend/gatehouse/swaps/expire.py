"""Swaps nobody decided by the start of the shift end there: an act of the server, which a job can redo (I-28)."""

from __future__ import annotations

from gatehouse.db.steps import Query, Row, Steps, read
from gatehouse.replication.core import Replication
from gatehouse.replication.recurring import forever
from gatehouse.replication.server_acts import ServerAct, act_everywhere

EVERY_S = 30.0


def _overdue(now: int) -> Steps[list[Row]]:
    return (
        yield Query(
            "SELECT org, id FROM swap WHERE state IN ('requested', 'accepted') AND deadline <= ? ORDER BY org, id",
            (now,),
        )
    )


async def expire(core: Replication) -> int:
    """Expire what is overdue; gives how many. Running it twice, or in two processes at once, does no harm."""
    found = [
        (org, ServerAct("swap.expire", {}, entity=id_)) for org, id_ in await read(core.database, _overdue(core.now()))
    ]
    return await act_everywhere(core, found)


async def expire_forever(core: Replication) -> None:
    """Look every half minute."""
    await forever(core, EVERY_S, "expiry_failed", lambda: expire(core))
