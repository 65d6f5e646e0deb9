"""A job is one process's at a time, survives whoever held it, and is not changed by who lost it."""

from __future__ import annotations

import asyncio

from tests.dump import ask
from tests.estate import MINUTE, T0, Estate

from gatehouse.db.steps import Query, Step, Steps, read, write
from gatehouse.jobs import queue
from gatehouse.jobs.queue import Job


async def run(estate: Estate, step: Step) -> None:
    def steps() -> Steps[None]:
        yield step

    await write(estate.database, steps)


async def take(estate: Estate, id_: str, now: int) -> Job | None:
    return await write(estate.database, lambda: queue.take(id_, now, MINUTE))


async def test_a_job_is_taken_once_until_its_lease_ends(estate: Estate) -> None:
    await run(estate, queue.add("a", "test", T0))
    await run(estate, queue.add("a", "test", T0 + 5, "{}"))
    await run(estate, queue.add("b", "test", T0 + 1))
    await run(estate, queue.add("c", "other", T0))
    assert await read(estate.database, queue.due("test", T0 - 1)) == []
    assert [job.id for job in await read(estate.database, queue.due("test", T0 + 1))] == ["a", "b"]
    assert await take(estate, "a", T0 - 1) is None
    taken = await asyncio.gather(*(take(estate, "a", T0) for _ in range(8)))
    mine = [job for job in taken if job is not None]
    assert [(job.run_at, job.lease_until, job.attempts) for job in mine] == [(T0, T0 + MINUTE, 1)]
    assert [job.id for job in await read(estate.database, queue.due("test", T0 + 1))] == ["b"]
    assert await take(estate, "a", T0 + MINUTE - 1) is None
    again = await take(estate, "a", T0 + MINUTE)
    assert again is not None
    assert again.attempts == 2


async def test_who_lost_the_lease_changes_nothing(estate: Estate) -> None:
    await run(estate, queue.add("a", "test", T0))
    first = await take(estate, "a", T0)
    second = await take(estate, "a", T0 + MINUTE)
    assert first is not None
    assert second is not None
    assert not await write(estate.database, lambda: queue.put_back(first, T0, "late"))
    assert await write(estate.database, lambda: queue.put_back(second, T0 + 9, '{"x":1}', attempts=2))
    assert await ask(estate.database, "SELECT run_at, lease_until, attempts, payload FROM job") == [
        (T0 + 9, 0, 2, '{"x":1}')
    ]
    assert not await write(estate.database, lambda: queue.put_back(second, T0, "twice"))


async def test_waking_hurries_only_what_failed(estate: Estate) -> None:
    for name, attempts in (("failed", 3), ("well", 0)):
        await run(estate, queue.add(name, "test", T0 + MINUTE))
        await run(estate, Query("UPDATE job SET attempts = ? WHERE id = ?", (attempts, name)))
        await run(estate, queue.wake(name, T0))
    assert await ask(estate.database, "SELECT id, run_at, attempts FROM job ORDER BY id") == [
        ("failed", T0, 0),
        ("well", T0 + MINUTE, 0),
    ]
    await run(estate, queue.drop(["failed", "well"]))
    assert await ask(estate.database, "SELECT id FROM job") == []
