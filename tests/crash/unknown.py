"""Commits of unknown outcome: the line to PostgreSQL is cut between COMMIT and its reply, by a proxy that reads it.

Cut before, COMMIT never arrives and nothing is stored; cut behind, it is stored and the server cannot know. Cut
at once, nobody knows which.
"""

from __future__ import annotations

import asyncio
import random
import struct
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import msgspec
from tests.bench.estate import open_gate
from tests.crash import check
from tests.crash.clients import Load, enrol, unfit
from tests.crash.postgres import postgres
from tests.crash.server import Server, folder

CLIENTS = 4
CUTS = ("COMMIT never sent", "reply never seen", "cut at once")
SHARE = 0.3
"""Of the commits are cut."""
LIFE = 500
_LENGTH = struct.Struct("!I")
_COMMIT = b"Q" + _LENGTH.pack(4 + len(b"COMMIT\0")) + b"COMMIT\0"


class Proxy:
    """A proxy on a thread of its own, on a free port, in front of PostgreSQL's socket; inside `with`."""

    def __init__(self, target: Path, seed: int) -> None:
        self._target, self._random = target, random.Random(seed)
        self.cuts: Counter[str] = Counter()
        self.share = 0.0
        self.ways: Sequence[str] = CUTS
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result()
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._loop.call_soon_threadsafe(self._server.close)

        def end() -> None:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.call_later(0.1, self._loop.stop)

        self._loop.call_soon_threadsafe(end)
        self._thread.join(5)
        if not self._loop.is_running():
            self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            above_reader, above_writer = await asyncio.open_unix_connection(str(self._target))
        except OSError:
            writer.close()
            return
        line = _Line(reader, writer, above_reader, above_writer)
        back = asyncio.ensure_future(line.answers())
        try:
            await self._requests(line)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            line.cut()
            back.cancel()
            with suppress(asyncio.CancelledError):
                await back

    async def _requests(self, line: _Line) -> None:
        """Client to server, message by message, since a COMMIT is one."""
        # The first message has no type: start-up (no TLS is asked for, by the address we give).
        size = await line.reader.readexactly(4)
        line.above_writer.write(size + await line.reader.readexactly(_LENGTH.unpack(size)[0] - 4))
        while True:
            head = await line.reader.readexactly(5)
            message = head + await line.reader.readexactly(_LENGTH.unpack(head[1:])[0] - 4)
            if message == _COMMIT and self._random.random() < self.share:
                how = self._random.choice(self.ways)
                self.cuts[how] += 1
                await _cut(line, how, self._random.random())
                return
            line.above_writer.write(message)
            await line.above_writer.drain()


class _Line:
    """One connection through the proxy."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        above_reader: asyncio.StreamReader,
        above_writer: asyncio.StreamWriter,
    ) -> None:
        self.reader, self.writer = reader, writer
        self.above_reader, self.above_writer = above_reader, above_writer
        self.deaf = False
        """From now on no answer reaches the client."""
        self.answered = asyncio.Event()
        """One came since."""

    async def answers(self) -> None:
        """Server to client."""
        with suppress(OSError):
            while data := await self.above_reader.read(1 << 16):
                if self.deaf:
                    self.answered.set()
                else:
                    self.writer.write(data)
                    await self.writer.drain()
        self.answered.set()
        self.writer.close()

    def cut(self) -> None:
        """End both halves: to the client with a reset, as a firewall that forgot the connection does."""
        for one in (self.writer, self.above_writer):
            one.transport.abort()


async def _cut(line: _Line, how: str, share: float) -> None:
    if how == CUTS[0]:
        return
    line.deaf = True
    line.above_writer.write(_COMMIT)
    await line.above_writer.drain()
    if how == CUTS[1]:
        await line.answered.wait()
    else:
        await asyncio.sleep(share * 0.002)


class Result(msgspec.Struct):
    """What the cuts showed."""

    cuts: Counter[str] = msgspec.field(default_factory=Counter)
    sent_again: int = 0
    """Acts that were stored without their device knowing when the load ended."""
    answers: Counter[str] = msgspec.field(default_factory=Counter)
    unfit: list[str] = []
    verdict: check.Verdict = msgspec.field(default_factory=check.Verdict)


def run(cuts: int, seed: int, planted: str | None = None) -> Result:
    """At least so many commits of unknown outcome; ``planted`` is a fault that must be seen."""
    result = Result()
    part = 0
    while result.cuts.total() < cuts:
        with folder() as home, postgres(home) as database, Proxy(database.socket, seed + part) as proxy:
            goal = min(LIFE, cuts - result.cuts.total())
            _life(home, database.url, proxy, goal, seed + part, result, planted)
        part += 1
        if result.verdict.lost:
            break
    return result


def _life(home: Path, direct: str, proxy: Proxy, goal: int, seed: int, result: Result, planted: str | None) -> None:
    data = home / "data"
    data.mkdir()
    gate = asyncio.run(open_gate(direct, data))
    user = urlsplit(direct).username
    server = Server(f"postgresql://{user}@127.0.0.1:{proxy.port}/postgres?sslmode=disable", data)
    server.planted = planted
    if planted is not None:
        proxy.ways = CUTS[:1]
    try:
        if not server.start():
            raise RuntimeError(server.said())
        clients = enrol(server.port, gate, CLIENTS, seed)
        proxy.share = SHARE
        until = time.monotonic() + 60 + goal * 0.5
        with Load(clients):
            while proxy.cuts.total() < goal and time.monotonic() < until:
                time.sleep(0.05)
                if all(client.broken for client in clients):
                    break
        proxy.share = 0.0
        result.sent_again += len(check.postgres_logged(direct, [op for one in clients for op in one.unsure]))
        for client in clients:
            client.drain()
            client.close()
        result.verdict.add(check.postgres_verdict(direct, data, clients))
        result.unfit += [f"{name} ({count} times)" for name, count in unfit(clients).items()]
        # An unknown commit must read as "try again", never as a closed door.
        closed = sum(client.answers["cut"] for client in clients)
        result.unfit += [f"no answer at all ({closed} times)"] if closed else []
        result.cuts.update(proxy.cuts)
        for client in clients:
            result.answers.update(client.answers)
    finally:
        server.kill()
