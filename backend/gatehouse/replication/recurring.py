"""What the server does now and again, for as long as it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from gatehouse.db.failures import StorageError
from gatehouse.db.steps import FAILURES
from gatehouse.logs import where
from gatehouse.replication.core import Replication

_log = structlog.get_logger()


async def forever(
    core: Replication, every_s: float, failed: str, work: Callable[[], Awaitable[object]], *, after_s: float = 0
) -> None:
    """Do ``work`` after ``after_s`` seconds, and again ``every_s`` seconds after each end, also when it fails.

    A failure is logged as ``failed``: of the database as a warning, any other, a fault of ours, with where it happened.
    """
    await asyncio.sleep(after_s)
    while True:
        try:
            await work()
        except (StorageError, *FAILURES) as error:
            _log.warning(failed, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - one fault must not end for good what others wait for
            _log.error(failed, error=type(error).__name__, trace=where(error))
            core.metrics.server_faults.inc()
        await asyncio.sleep(every_s)
