"""What an older server could not read, judged once a newer one runs (PROTOCOL 6.9)."""

from __future__ import annotations

import structlog

from gatehouse.db.failures import StorageError
from gatehouse.db.steps import FAILURES, Query, Row, Steps, read
from gatehouse.logs import where
from gatehouse.replication import feed, fleet
from gatehouse.replication.batch import Batch
from gatehouse.replication.commit import settle
from gatehouse.replication.core import Replication, of_batch
from gatehouse.replication.device_rows import device_row
from gatehouse.replication.facts import UNKNOWN_KIND, Facts
from gatehouse.replication.feed import Appended
from gatehouse.replication.recurring import forever
from gatehouse_sync.decision import park
from gatehouse_sync.entities import KINDS
from gatehouse_sync.ops import NO_AUTH

EVERY_S = 600.0
"""While servers of two versions run side by side, the older one may still hold what the newer could read."""
_log = structlog.get_logger()


async def judge(core: Replication) -> int:
    """Decide, in the order of the log, the held ops whose kind this program knows; gives how many were.

    Running it twice, or in two processes at once, does no harm.
    """
    judged = 0
    for op, org, chain in await read(core.database, _readable(core)):
        forebear = await _forebear(core, chain)
        try:
            judged += await _judge(core, op, org, forebear, faulty=False)
        except (StorageError, *FAILURES):
            raise
        except Exception as error:  # noqa: BLE001 - a handler's own fault must not keep the next op waiting
            _log.error("held_op_failed", op=op, error=type(error).__name__, trace=where(error))
            core.metrics.server_faults.inc()
            judged += await _judge(core, op, org, forebear, faulty=True)
    return judged


def _readable(core: Replication) -> Steps[list[Row]]:
    rows = yield Query(
        "SELECT h.op, h.org, o.chain, h.waits_on FROM hold h JOIN op o ON o.id = h.op WHERE h.waits_on LIKE ? "
        "ORDER BY h.org, o.n",
        (f"{UNKNOWN_KIND}%",),
    )
    return [row[:3] for row in rows if _known(core, row[3])]


def _known(core: Replication, waits_on: str) -> bool:
    kind, _, version = waits_on.removeprefix(UNKNOWN_KIND).rpartition(".")
    return kind in core.registry.handlers and int(version) <= KINDS[kind].version


async def _forebear(core: Replication, chain: str | None) -> str | None:
    """The device that the op's own device took the place of, if it did."""
    key = await core.chains.get(chain) if chain is not None else None
    old = await core.chains.get(key.follows.chain) if key is not None and key.follows is not None else None
    return old.device if key is not None and old is not None and old.device != key.device else None


async def _judge(core: Replication, op: str, org: str, forebear: str | None, *, faulty: bool) -> bool:
    def steps() -> Steps[tuple[Batch, Appended] | None]:
        now = core.now()
        facts = Facts(org, now, core.registry.refs)
        facts.forebear = forebear
        yield from facts.load_held(op)
        held = facts.held.get(op)
        if held is None:
            return None  # another process was faster
        device = yield from device_row(held.device, lock=True)
        facts.devices[device.id] = device
        handler = core.registry.handlers[held.op.head.kind]
        if handler.held is not None and not held.malformed:
            yield from facts.load_held(handler.held(held.op))
        if held.op.head.auth == NO_AUTH and forebear is not None:
            yield from facts.load_posts(forebear)
        batch = Batch(core.registry, facts, held.device, None, revoked=device.revoked, shy=faulty)
        final = park(held.t, "server_fault") if faulty else None
        yield from batch.redecide(held, "release", final, revoked=device.revoked)
        appended = yield from feed.append(batch, now)
        yield from core.open_sites(appended.opened)
        return batch, appended

    done = await settle(core.database, steps)
    if done is None:
        return False
    batch, appended = done
    core.after_commit(of_batch(batch, appended))
    return True


async def keep_up_forever(core: Replication, app: str | None) -> None:
    """At start, show the office every device and the app served; then judge what can be read, now and again."""
    shown = False

    async def keep_up() -> None:
        nonlocal shown
        shown = shown or await fleet.show_all(core, app) >= 0
        judged = await judge(core)
        if judged:
            _log.info("held_ops_judged", count=judged)

    await forever(core, EVERY_S, "keeping_up_failed", keep_up)
