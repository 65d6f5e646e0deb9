"""A way to PostgreSQL on which single connections can go silent: nothing is closed, and nothing comes through.

One on which something was lost stays so: TCP delivers all in order or nothing more.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

PORT = 5432
MARKS = {"listen": b"LISTEN", "notify": b"pg_notify"}


class Gag:
    """Passes bytes between a process and PostgreSQL, except on connections of a kind that is gagged."""

    def __init__(self, upstream: Path) -> None:
        self.upstream = upstream
        self.silent: set[str] = set()
        """Kinds of connection (``listen``, ``notify``) that nothing comes through on."""
        self.swallowed: list[bytes] = []
        """What did not come through, in both directions."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self.upstream)
        kinds: set[str] = set()
        broken = asyncio.Event()

        async def pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter, look: bool) -> None:
            with contextlib.suppress(OSError):
                while data := await source.read(65_536):
                    if look:  # a pool's connection is given back with UNLISTEN
                        kinds.update(kind for kind, mark in MARKS.items() if mark in data.replace(b"UNLISTEN", b""))
                    if broken.is_set() or kinds & self.silent:
                        broken.set()
                        self.swallowed.append(data)
                        continue
                    sink.write(data)
                    await sink.drain()

        tasks = {asyncio.create_task(pass_on(reader, back, True)), asyncio.create_task(pass_on(there, writer, False))}
        self._tasks |= tasks
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            self._tasks -= tasks
            back.close()
            writer.close()


@contextlib.asynccontextmanager
async def gagged(url: str, folder: Path) -> AsyncIterator[tuple[str, Gag]]:
    """The address of a way to ``url`` (on a local socket) through a gag, and the gag."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    gag = Gag(Path(query["host"][0]) / f".s.PGSQL.{query.get('port', [PORT])[0]}")
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    server = await asyncio.start_unix_server(gag.serve, folder / f".s.PGSQL.{PORT}")
    query = {**query, "host": [str(folder)], "port": [str(PORT)]}
    try:
        yield urlunsplit(parts._replace(query=urlencode(query, doseq=True))), gag
    finally:
        server.close()
        for task in gag._tasks:
            task.cancel()
