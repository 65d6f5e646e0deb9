"""The way to PostgreSQL that loses what is sent is as bad as a real one, and no worse."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.servers.gag import PORT, gagged


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


async def test_a_line_that_lost_something_stays_silent_and_others_do_not(tmp_path: Path) -> None:
    """TCP never leaves out a piece in the middle: what lost one would hear of nothing later either."""
    async with (
        await asyncio.start_unix_server(_echo, tmp_path / f".s.PGSQL.{PORT}"),
        gagged(f"postgresql:///x?host={tmp_path}", tmp_path / "way") as (_, gag),
    ):
        lines = [await asyncio.open_unix_connection(tmp_path / "way" / f".s.PGSQL.{PORT}") for _ in range(2)]

        async def answer(line: int, said: bytes) -> bytes:
            reader, writer = lines[line]
            writer.write(said)
            return await asyncio.wait_for(reader.read(100), 1)

        assert await answer(0, b"LISTEN") == b"LISTEN"
        gag.silent.add("listen")
        with pytest.raises(TimeoutError):
            await answer(0, b"one")
        assert await answer(1, b"other") == b"other"
        gag.silent.clear()
        with pytest.raises(TimeoutError):
            await answer(0, b"two")
        assert gag.swallowed == [b"one", b"two"]
        for _, writer in lines:
            writer.close()
            await writer.wait_closed()
        async with asyncio.timeout(10):
            while gag._tasks:  # noqa: ASYNC110 - the other ends see it a little later, and tell nobody
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
