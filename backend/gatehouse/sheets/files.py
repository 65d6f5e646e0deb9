"""Files in and out by way of a process of their own, so that no upload slows a push or takes the server's memory."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Literal

import msgspec
import structlog

from gatehouse.errors import Problem
from gatehouse.sheets.book import Book, Table
from gatehouse.sheets.matrix_file import MatrixSheet
from gatehouse.sheets.roster_file import RosterSheet
from gatehouse.sheets.worker import Answer

WALL_S = 30.0
AT_ONCE = 2
"""Files worked on at the same time by one server process; others wait their turn."""
_answer = msgspec.msgpack.Decoder(Answer)
_turn: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}
_log = structlog.get_logger()


async def read_book(raw: bytes) -> Book:
    """The sheets of an uploaded file.

    Raises:
        Problem: ``sheet_unknown_format``, ``sheet_old_format``, ``sheet_damaged``, ``sheet_too_large``,
            ``sheet_bad_quotes``, ``sheet_empty``.
    """
    out = await _work("read", raw)
    if out is None:  # killed by a limit, or by itself
        raise Problem("sheet_too_large")
    answer = _answer.decode(out)
    if answer.failure is not None:
        raise Problem(answer.failure.code, extra=answer.failure.extra)
    if answer.book is None or not any(sheet.rows for sheet in answer.book.sheets):
        raise Problem("sheet_empty")
    return answer.book


async def write_table(table: Table, form: Literal["xlsx", "csv"]) -> bytes:
    """The table as a file."""
    out = await _work(form, msgspec.msgpack.encode(table))
    if out is None:
        raise RuntimeError("a sheet was not written")
    return out


async def write_roster_sheet(roster: RosterSheet) -> bytes:
    """A team's month as a workbook."""
    out = await _work("roster", msgspec.msgpack.encode(roster))
    if out is None:
        raise RuntimeError("a roster was not written")
    return out


async def write_matrix(matrix: MatrixSheet) -> bytes:
    """A team's month of attendance as a workbook."""
    out = await _work("matrix", msgspec.msgpack.encode(matrix))
    if out is None:
        raise RuntimeError("a month of attendance was not written")
    return out


async def _work(verb: str, raw: bytes) -> bytes | None:
    """What the worker answers, or None when it ended badly or took too long."""
    async with _turn.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)):
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gatehouse.sheets.worker", verb),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # Nothing of the server's settings: a database address may hold a password.
            env={name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "PYTHONPATH") if name in os.environ},
        )
        try:
            async with asyncio.timeout(WALL_S):
                out, _ = await worker.communicate(raw)
        except TimeoutError:
            out = b""
        finally:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
    if worker.returncode != 0:
        _log.warning("sheet_worker_ended", verb=verb, code=worker.returncode, size=len(raw))
        return None
    return out
