"""Echoes: how a database that went back in time is noticed (PROTOCOL 9.4, P28)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

from gatehouse.db.steps import Insert, Query, Steps, read, write
from gatehouse.replication.core import Replication
from gatehouse.replication.feed import LogHead, lock_log
from gatehouse_sync import canon, stamp
from gatehouse_sync.stamp import Leaf, Stamp

_log = structlog.get_logger()


async def heed(core: Replication, org: str, echo: Stamp | None) -> None:
    """Compare a device's newest stamp with the log; mint a new epoch when the log contradicts it."""
    if echo is None or echo.org != org or core.agreed(echo) or not core.signer.signed_stamp(echo):
        return
    if await read(core.database, _agrees(echo)):
        core.agree(echo)
        return
    epoch = new_epoch(core.random)
    if await write(core.database, lambda: _mint(org, echo, epoch, core.now())):
        _log.warning("epoch_minted", org=org, ended=echo.epoch, claimed_n=echo.n)
        core.metrics.epochs.inc()


def _agrees(echo: Stamp) -> Steps[bool]:
    """Whether the log holds what the stamp says, or the stamp is of an epoch that has ended."""
    rows = yield Query("SELECT epoch, n FROM org_head WHERE org = ?", (echo.org,))
    if not rows:
        return True
    if rows[0][0] != echo.epoch:
        # An ended epoch: its echo resets the device that sent it, by its cursors. Any other is an epoch this
        # database has never heard of, and so one that it lost.
        ended = yield Query("SELECT 1 FROM ended_epoch WHERE org = ? AND epoch = ?", (echo.org, echo.epoch))
        return bool(ended)
    if echo.n > rows[0][1]:
        return False
    if echo.n == 0:
        return echo.hash == stamp.log_root(echo.org).hex()
    held = yield Query("SELECT hash FROM log WHERE org = ? AND n = ?", (echo.org, echo.n))
    return bytes(held[0][0]).hex() == echo.hash


def _mint(org: str, echo: Stamp, epoch: str, now: int) -> Steps[bool]:
    head = yield from lock_log(org)
    if (yield from _agrees(echo)):  # another request was first
        return False
    yield from mint(head, {echo.epoch}, epoch, now)
    return True


def mint(head: LogHead, lost: Iterable[str], epoch: str, now: int) -> Steps[None]:
    """Begin ``epoch`` at the locked end of an org's log, in a leaf that lists as ended its epoch and those ``lost``."""
    ended = sorted({head.epoch, *lost})
    n = head.n + 1
    leaf = stamp.leaf_text(Leaf(now, None, None, n, None, "epoch", ",".join(ended)))
    hash_ = stamp.log_hash(head.hash, leaf)
    yield Insert(
        "log",
        ("org text", "n bigint", "type text", "op text", "at bigint", "leaf text", "hash bytea"),
        [(head.org, n, "epoch", None, now, leaf.decode(), hash_)],
    )
    rows = [(head.org, one, n) for one in ended]
    yield Insert("ended_epoch", ("org text", "epoch text", "n bigint"), rows, key=("org", "epoch"), keep=True)
    yield Query("UPDATE org_head SET epoch = ?, n = ?, hash = ? WHERE org = ?", (epoch, n, hash_, head.org))


def new_epoch(random: Callable[[int], bytes]) -> str:
    """A name no other epoch has."""
    return canon.b64(random(12))
