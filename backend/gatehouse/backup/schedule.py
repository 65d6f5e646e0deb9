"""Backups the server makes by itself, and a drill each week: children that run the commands a person would run.

With PostgreSQL one of the servers does it, whichever holds the lock, into its own folder: else each night made as many
copies as there are servers. A process of its own, because verifying is long Python work that would stand in the way of
pushes. Nothing that goes wrong here stops the server: it is logged, and noted for the doctor.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import structlog

from gatehouse.backup import names, notes
from gatehouse.settings import Settings

HOUR_MS: Final = 3_600_000
DRILL_MS: Final = 7 * 24 * HOUR_MS
FIRST_S: Final = 300.0
"""After a start, so that a server that cannot stay up does not copy its database each time."""
LOOK_S: Final = 600.0
RETRY_MS: Final = HOUR_MS
BACKING_UP: Final = 7_016_002
"""The advisory lock of the server that backs up."""
_MOST_SAID: Final = 500
_log = structlog.get_logger()


def due(newest: int | None, failed: int | None, every_ms: int, now: int) -> bool:
    """Whether it is time again: ``every_ms`` after the newest good one, and an hour after a failure at the earliest."""
    if failed is not None and 0 <= now - failed < RETRY_MS:
        return False
    return newest is None or now - newest >= every_ms


async def back_up_forever(settings: Settings) -> None:
    """Back up every ``settings.backup_hours`` and drill every week, for as long as the server runs."""
    lead = Lead(settings)
    try:
        await asyncio.sleep(FIRST_S)
        while True:
            try:
                if await lead.held():
                    await once(settings, time.time_ns() // 1_000_000)
            except OSError as error:
                _log.error("backup_failed", error=type(error).__name__)
            await asyncio.sleep(LOOK_S)
    finally:
        await lead.let_go()


class Lead:
    """Whether this process is the one that backs up: always on SQLite, on PostgreSQL while its session has the lock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: Any = None

    async def held(self) -> bool:
        """Take the lock, or see that it is still held; False when another has it or the database does not answer."""
        if self._settings.sqlite:
            return True
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(
                    self._settings.database_url, server_settings={"application_name": "gatehouse backups"}, timeout=10
                )
                return bool(await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", BACKING_UP))
            ours = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())"
            if await self._connection.fetchval(ours, timeout=10):
                return True
            return bool(await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", BACKING_UP, timeout=10))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    async def let_go(self) -> None:
        """End the session, and with it the lock."""
        if self._connection is not None:
            self._connection.terminate()


async def once(settings: Settings, now: int) -> None:
    """Do what is due; raises OSError when not even a note of a failure can be left."""
    folder = settings.data / names.FOLDER
    failure = notes.find(folder, notes.FAILURE)
    failed = failure.at if failure is not None else None
    found = names.copies(folder, now)
    if due(found[0][0] if found else None, failed, settings.backup_hours * HOUR_MS, now):
        await _child(settings, now, "backup", "--scheduled")
    drilled = notes.find(folder, notes.DRILL)
    if names.copies(folder, now + HOUR_MS) and due(drilled.at if drilled else None, failed, DRILL_MS, now):
        await _child(settings, now, "drill")


async def _child(settings: Settings, now: int, *words: str) -> None:
    folder = settings.data / names.FOLDER
    others = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gatehouse.cli", *words),
        env={**others, "GATEHOUSE_DATABASE_URL": settings.database_url, "GATEHOUSE_DATA": str(settings.data)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, complained = await child.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        await child.wait()
        raise
    if child.returncode == 0:
        (folder / notes.FAILURE).unlink(missing_ok=True)
        _log.info("backup_done", command=words[0])
        return
    said = complained.decode(errors="replace").strip().splitlines()
    why = said[-1][:_MOST_SAID] if said else f"it ended with {child.returncode}"
    _log.error("backup_failed", command=words[0], code=child.returncode)
    notes.leave(folder, notes.FAILURE, notes.Note(now, f"gatehouse {words[0]}: {why}"))
