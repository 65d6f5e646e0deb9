"""What the server does now and again goes on, whatever fails."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest
from structlog.testing import capture_logs
from tests.estate import Estate

from gatehouse.replication.recurring import forever


@pytest.mark.parametrize(
    ("failure", "level"), [(sqlite3.OperationalError("locked"), "warning"), (KeyError("张三"), "error")]
)
async def test_a_failure_is_logged_and_tried_again(estate: Estate, failure: Exception, level: str) -> None:
    tried: list[int] = []
    enough = asyncio.Event()

    async def work() -> None:
        tried.append(len(tried))
        if len(tried) == 1:
            raise failure
        enough.set()

    with capture_logs() as said:
        running = asyncio.create_task(forever(estate.core, 0.001, "expiry_failed", work))
        async with asyncio.timeout(5):
            await enough.wait()
        running.cancel()
    told = [(one["event"], one["log_level"], one["error"]) for one in said]
    assert told == [("expiry_failed", level, type(failure).__name__)]
    assert "张三" not in str(said)
