"""What is run again, how often, and after which pauses."""

import sqlite3

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest

from gatehouse.db import Busy, rerun


def busy() -> sqlite3.OperationalError:
    failure = sqlite3.OperationalError("database is locked")
    failure.sqlite_errorcode = sqlite3.SQLITE_BUSY_SNAPSHOT
    return failure


class Body:
    """Fails with each of `failures` in turn, then answers how often it ran."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.runs = 0

    async def __call__(self) -> int:
        self.runs += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.runs


@pytest.mark.parametrize(
    "failure",
    [busy(), asyncpg.SerializationError(""), asyncpg.DeadlockDetectedError(""), asyncpg.LockNotAvailableError("")],
)
@pytest.mark.trap("T15")
async def test_locks_and_serialisation_are_run_again(failure: Exception) -> None:
    assert await rerun(Body(failure, failure)) == 3


@pytest.mark.parametrize(
    "failure",
    [sqlite3.OperationalError("no such table"), asyncpg.UniqueViolationError(""), LookupError(), TimeoutError()],
)
async def test_other_failures_are_raised_at_once(failure: Exception) -> None:
    body = Body(failure)
    with pytest.raises(type(failure)):
        await rerun(body)
    assert body.runs == 1


async def test_runs_are_bounded_and_pauses_grow_with_jitter() -> None:
    pauses: list[tuple[float, float]] = []

    def jitter(lowest: float, highest: float) -> float:
        pauses.append((lowest, highest))
        return 0

    body = Body(*[busy() for _ in range(20)])
    with pytest.raises(Busy, match="9 runs"):
        await rerun(body, runs=9, jitter=jitter)
    assert body.runs == 9
    assert pauses == [(pause / 2, pause) for pause in (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.5, 0.5)]
