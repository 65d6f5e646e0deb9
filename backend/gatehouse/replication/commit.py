"""Committing a batch that was decided before the org's log was locked (design §8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from gatehouse.db.engine import Database
from gatehouse.db.failures import Busy
from gatehouse.db.steps import Query, Steps, write
from gatehouse.replication.batch import Batch
from gatehouse.replication.registry import Registry
from gatehouse_sync.ops import Op

T = TypeVar("T")
RUNS = 8


class StaleError(Exception):
    """Another transaction changed what this one was decided on; it is decided again from the start."""


async def settle(database: Database, make: Callable[[], Steps[T]]) -> T:
    """As ``write``, and again while others were faster.

    Raises:
        Busy: they were so every time.
    """
    for _ in range(RUNS):
        try:
            return await write(database, make)
        except StaleError:
            continue
    raise Busy(f"Others changed what was being decided {RUNS} times in a row.")


def in_turn(registry: Registry, org: str, acts: Iterable[Op]) -> Steps[None]:
    """Before any other lock: let acts that find out as they go what they must lock follow each other within an org.

    What ids name is locked in one order, and so nobody waits in a circle. What a kind's ``prepare`` finds (shifts of a
    person, rivals of a swap) is locked in the order it is found; several at once would wait in circles that only
    PostgreSQL's deadlock timeout ends, a second each, and would decide on what was read before a lock was waited for.
    """
    if any(registry.prepares(op.head.kind) for op in acts):
        yield Query("SELECT id FROM entity WHERE id = ?", (org,), lock=True)


def recheck(batch: Batch) -> Steps[None]:
    """With the log locked, see whether what was absent still is.

    Rows that exist are locked when they are loaded; an absent one cannot be. Without this, an act and the record it
    waits for, pushed at the same moment, would miss each other for good.

    Raises:
        StaleError: a record, a hold or a decision has come in between.
    """
    made = [id_ for id_, before in batch.changed.items() if before is None]
    arrived = {arrival.id for arrival, _, _ in batch.arrivals}
    known = batch.facts.known
    causes = set(batch.held.values()) - arrived
    acts = [cause for cause in causes if cause in known and known[cause].d == "parked"]
    # Also of ops that are known: one may have been read just after the record it made was looked for in vain.
    records = [cause for cause in causes if cause not in acts]
    decided = {id_ for id_ in arrived | batch.freed if known[id_].d != "parked"}
    freed = batch.freed - arrived
    # An act given back may wait for another that is no record (a held one to be released).
    unseen = batch.awaited - known.keys()
    if not (made or acts or records or decided or freed):
        return
    rows = yield Query(
        "SELECT 'made', id FROM entity WHERE id = ANY(?*) "
        "UNION ALL SELECT 'awaited', id FROM entity WHERE id = ANY(?*) AND org = ? "
        "UNION ALL SELECT 'awaited', id FROM op WHERE id = ANY(?*) AND org = ? AND d <> 'parked' "
        "UNION ALL SELECT 'awaited', id FROM op WHERE id = ANY(?*) "
        "UNION ALL SELECT 'waiting', op FROM hold WHERE waits_on = ANY(?*) "
        "UNION ALL SELECT 'freed', op FROM hold WHERE op = ANY(?*)",
        (made, records, batch.facts.org, acts, batch.facts.org, unseen, decided, freed),
    )
    still = {id_ for what, id_ in rows if what == "freed"}
    seen = batch.freed | batch.held.keys()
    if still != freed or any(
        what in {"made", "awaited"} or (what == "waiting" and id_ not in seen) for what, id_ in rows
    ):
        raise StaleError
