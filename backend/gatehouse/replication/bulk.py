"""Very many acts of the server in one transaction, without holding up who pushes meanwhile.

What is to be done is read and decided on a snapshot, where nobody waits for it; the locks are held only while the
result is written. With the log locked it is then seen whether anything came in between that these acts look at; if so,
all of it is done again from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import msgspec

from gatehouse.db.failures import Busy
from gatehouse.db.steps import Insert, Query, Row, Step, Steps, T, read, write
from gatehouse.errors import Problem
from gatehouse.replication import feed
from gatehouse.replication.batch import Batch
from gatehouse.replication.commit import RUNS, StaleError
from gatehouse.replication.core import Replication, of_batch
from gatehouse.replication.facts import encode_body
from gatehouse.replication.feed import Appended
from gatehouse.replication.server_acts import ServerAct, begun, carry_out


class _Decided(msgspec.Struct, frozen=True):
    """What a snapshot gave: the batch, what its acts write beside their records, and the log's end then."""

    batch: Batch
    beside: list[Insert]
    n: int


async def act_at_once(
    core: Replication,
    org: str,
    plan: Callable[[], Steps[Sequence[ServerAct]]],
    first: Callable[[], Steps[None]],
    looks_at: Collection[str],
) -> None:
    """Carry out the acts that ``plan`` gives, all of them or none.

    Args:
        core: the replication of this process.
        org: whose log.
        plan: reads what there is and says what to do; run again when that has changed.
        first: what else the transaction writes, before anything.
        looks_at: kinds of records (``unit``) of which no other act may come in between.

    Raises:
        Problem: whatever ``plan`` or ``first`` raise; ``import_refused`` with the code when an act is refused.
        Busy: others changed such records every time.
    """
    for _ in range(RUNS):
        decided = await read(core.database, _decide(core, org, plan), aside=True)
        try:
            appended = await write(core.database, lambda: _write(core, decided, first, looks_at), aside=True)  # noqa: B023 - run within this turn
        except StaleError:
            continue
        batch = decided.batch
        # Nobody is signed in yet as somebody who has just been made.
        known = {person for person in batch.regranted if batch.changed.get(person) is not None}
        core.after_commit(msgspec.structs.replace(of_batch(batch, appended), regranted=sorted(known)))
        return
    raise Busy(f"Others changed what was being brought in {RUNS} times in a row.")


def _decide(core: Replication, org: str, plan: Callable[[], Steps[Sequence[ServerAct]]]) -> Steps[_Decided]:
    ((n,),) = yield Query("SELECT n FROM org_head WHERE org = ?", (org,))
    beside: list[Insert] = []
    acts = yield from plan()
    batch, made = yield from _put_off(begun(core, org, acts), beside)
    for _, decision in (yield from _put_off(carry_out(batch, made), beside)):
        if decision.d != "applied":
            raise Problem("import_refused", extra={"reason": decision.code or decision.d})
    batch.texts = {id_: encode_body(batch.facts.bodies[id_]) for id_ in batch.changed}
    return _Decided(batch, _joined(beside), n)


def _put_off(steps: Steps[T], inserts: list[Insert]) -> Steps[T]:
    """The same steps on a snapshot: nothing is locked, and what they insert is kept for later."""
    rows: list[Row] = []
    try:
        step: Step = next(steps)
        while True:
            if isinstance(step, Insert):
                inserts.append(step)
                rows = []
            elif isinstance(step, Query) and step.sql.startswith("SELECT"):
                rows = yield msgspec.structs.replace(step, lock=False)
            else:
                raise TypeError("An act that changes rows in place cannot be decided on a snapshot.")
            step = steps.send(rows)
    except StopIteration as end:
        result: T = end.value
        return result


def _joined(inserts: list[Insert]) -> list[Insert]:
    """One insert a table."""
    rows: dict[Insert, list[Row]] = {}
    for one in inserts:
        rows.setdefault(msgspec.structs.replace(one, rows=()), []).extend(one.rows)
    return [msgspec.structs.replace(one, rows=given) for one, given in rows.items()]


def _write(
    core: Replication, decided: _Decided, first: Callable[[], Steps[None]], looks_at: Collection[str]
) -> Steps[Appended]:
    batch = decided.batch
    yield from first()
    # In the order of every push: records by id, then scopes, then the log.
    there = sorted(id_ for id_, before in batch.changed.items() if before is not None)
    if there:
        yield Query("SELECT id FROM entity WHERE id = ANY(?*) ORDER BY id", (there,), lock=True)
    for one in decided.beside:  # noqa: UP028 - a list takes no answers
        yield one
    appended = yield from feed.append(batch, batch.facts.now)
    ours = {arrival.id for arrival, _, _ in batch.arrivals}
    rows = yield Query(
        "SELECT l.op, o.kind FROM log l JOIN op o ON o.id = l.op WHERE l.org = ? AND l.n > ? AND l.n <= ?",
        (batch.facts.org, decided.n, appended.head.n - len(batch.entries)),
    )
    if any(op not in ours and str(kind).partition(".")[0] in looks_at for op, kind in rows):
        raise StaleError
    yield from core.open_sites(appended.opened)
    return appended
