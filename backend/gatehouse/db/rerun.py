"""Run a whole unit of work again when the database asked for it."""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from gatehouse.db.failures import Busy, StorageError

T = TypeVar("T")

_PRIMARY_CODE: Final = 0xFF
_SQLITE_WAITS: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_POSTGRES_WAITS: Final = (
    asyncpg.SerializationError,  # 40001
    asyncpg.DeadlockDetectedError,  # 40P01
    asyncpg.LockNotAvailableError,  # 55P03, our lock_timeout
)
_SQLITE_FAILS: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM}
)
_CUT: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.OperatorInterventionError,
    ConnectionError,
)
AWAY: Final = (
    *_CUT,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the driver says of a connection killed between two statements
)
"""What asyncpg raises when the server or the connection to it is gone, or going."""
# Not the driver's own errors: a statement of ours can earn them too.
_POSTGRES_FAILS: Final = (*_CUT, asyncpg.InsufficientResourcesError, asyncpg.PostgresIOError)
_FIRST_PAUSE_S: Final = 0.01
_LONGEST_PAUSE_S: Final = 0.5


def worth_another_run(failure: BaseException) -> bool:
    """Whether the same work may succeed when it is run again from its start (P14)."""
    if isinstance(failure, sqlite3.OperationalError):
        return getattr(failure, "sqlite_errorcode", 0) & _PRIMARY_CODE in _SQLITE_WAITS
    return isinstance(failure, _POSTGRES_WAITS)


def storage_failed(failure: BaseException) -> bool:
    """Whether disk, memory or connection failed, so that nothing is said of the work they failed under (P14)."""
    if isinstance(failure, sqlite3.Error):
        return getattr(failure, "sqlite_errorcode", 0) & _PRIMARY_CODE in _SQLITE_FAILS
    return isinstance(failure, (StorageError, *_POSTGRES_FAILS))


async def rerun(
    body: Callable[[], Awaitable[T]],
    *,
    runs: int = 6,
    jitter: Callable[[float, float], float] = random.uniform,
) -> T:
    """Await `body()`, which opens its own transaction, at most `runs` times until no lock or serialisation failure.

    Pauses double from 10 ms up to half a second, each between half and all of that. Raises Busy when the runs are
    used up; any other failure at once.
    """
    pause = _FIRST_PAUSE_S
    for left in reversed(range(runs)):
        try:
            return await body()
        except (sqlite3.OperationalError, asyncpg.PostgresError) as failure:
            if not worth_another_run(failure):
                raise
            if left == 0:
                raise Busy(f"The database refused {runs} runs in a row because of others' locks.") from failure
        await asyncio.sleep(jitter(pause / 2, pause))
        pause = min(2 * pause, _LONGEST_PAUSE_S)
    raise ValueError("runs must be at least 1")
