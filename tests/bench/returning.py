"""One device of a storm: pushes what it has, pulls, holds its socket, waits as `sync/browser/loop.ts` does."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import zlib
from typing import Any

import msgspec
from tests.bench.estate import Enrolled
from tests.bench.patience import Patience
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from gatehouse_sync import protocol

DEADLINE_S = 10.0
"""As in `sync/browser/transport.ts`."""
QUIET_S = 60.0
PING_S, LASTED_S, LAST_AGAIN_S = 20.0, 45.0, 60.0
"""As in `sync/browser/live.ts`."""
PUSH, PULL = "/api/sync/push", "/api/sync/pull"


class NoAnswer(Exception):
    """Busy, too slow, or gone; ``asked`` is how long to stay away, seconds."""

    def __init__(self, asked: float | None, *, busy: bool) -> None:
        super().__init__(asked)
        self.asked, self.busy = asked, busy


class TokenOver(Exception):
    """The device's token was valid for ten minutes; it needs another."""


class _Page(msgspec.Struct):
    scope: str
    epoch: str
    upto: int
    rows: list[msgspec.Raw]


class _Grants(msgspec.Struct):
    version: str


class _Pulled(msgspec.Struct):
    """Of a pull's answer only what says where the device is: its rows are not taken in."""

    grants: _Grants
    heads: dict[str, int]
    pages: list[_Page]
    more: bool


_pulled = msgspec.json.Decoder(_Pulled)
_pushed = msgspec.json.Decoder(protocol.PushReply)


class AsyncWire:
    """One keep-alive connection, opened again when the server has closed it."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._port = port
        self.show(headers)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def show(self, headers: dict[str, str]) -> None:
        """Send these from the next request on."""
        lines = {"host": f"127.0.0.1:{self._port}", "content-type": "application/json", **headers}
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    async def post(self, path: str, body: bytes) -> bytes:
        """The answer's body, unpacked.

        Raises:
            NoAnswer: 429, 503, no answer in time, no connection.
            TokenOver: 401 `device_token_expired`.
            RuntimeError: another status than 200.
        """
        try:
            async with asyncio.timeout(DEADLINE_S):
                status, head, answer = await self._exchange(path, body)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as failure:
            self.close()
            raise NoAnswer(None, busy=False) from failure
        if status in {429, 503}:
            asked = _header(head, b"retry-after")
            raise NoAnswer(float(asked) if asked else None, busy=True)
        if status == 401 and b'"device_token_expired"' in answer:
            raise TokenOver
        if status != 200:
            raise RuntimeError(f"{status}: {answer[:300].decode(errors='replace')}")
        return answer

    async def _exchange(self, path: str, body: bytes) -> tuple[int, bytes, bytes]:
        raw = f"POST {path} HTTP/1.1\r\n{self._headers}content-length: {len(body)}\r\n\r\n".encode()
        kept = self._streams is not None
        try:
            reader, head = await self._sent(raw, body)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            if not kept:
                raise
            reader, head = await self._sent(raw, body)  # the server had closed what was kept open
        answer = await reader.readexactly(int(_header(head, b"content-length") or 0))
        if _header(head, b"connection") == b"close":
            self.close()
        return int(head[9:12]), head, zlib.decompress(answer, 31) if b"content-encoding: gzip" in head else answer

    async def _sent(self, raw: bytes, body: bytes) -> tuple[asyncio.StreamReader, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        reader, writer = self._streams
        writer.write(raw)
        writer.write(body)
        return reader, (await reader.readuntil(b"\r\n\r\n")).lower()

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _header(head: bytes, name: bytes) -> bytes:
    return head.partition(b"\r\n" + name + b":")[2].partition(b"\r\n")[0].strip()


class Returning:
    """A device that was away, with its signed frames; times are seconds since the storm began."""

    def __init__(self, enrolled: Enrolled, frames: list[bytes], port: int, seed: int) -> None:
        self.frames = frames
        self._port = port
        self._enrolled = enrolled
        self._token = enrolled.token
        self._wire = AsyncWire(port, self._credentials())
        self._ask = enrolled.device.pull(enrolled.person)
        self._dice = random.Random(seed)
        self._patience = Patience(self._dice)
        self._wake = asyncio.Event()
        self._losses = 0
        self._grants = ""
        self._heads: dict[str, int] = {}
        self._socket: asyncio.Task[None] | None = None
        self._began = self._last = 0.0
        self.drained = 0.0
        """When the last act was acknowledged."""
        self.synced = 0.0
        """When, after that, a pull first reached its heads."""
        self.waited = 0.0
        """The longest time between two acknowledgements, or before the first."""
        self.busy: list[float] = []
        """What the server asked for whenever it was busy."""
        self.given_up = 0
        self.pulls = 0
        self.rows = 0
        self.ready = False
        """Whether its socket was told that it is heard."""
        self.held = False
        """Whether that was so in the end."""

    def _credentials(self) -> dict[str, str]:
        session = f"Bearer {self._enrolled.signed_in.session}"
        return {"x-gatehouse-device": self._token, "authorization": session, "accept-encoding": "gzip"}

    async def _post(self, path: str, body: bytes) -> bytes:
        """The answer's body, under a new token when the old is over."""
        try:
            return await self._wire.post(path, body)
        except TokenOver:
            if self._token == self._enrolled.token:
                await asyncio.to_thread(self._enrolled.renew)
            self._token = self._enrolled.token
            self._wire.show(self._credentials())
            return await self._wire.post(path, body)

    async def come_back(self, began: float, until: asyncio.Event) -> None:
        """Exchange, wait, exchange, until told to stop."""
        self._began = self._last = began
        while not until.is_set():
            self._wake.clear()
            asked: list[float] = []
            for verb in (self._push, self.look):
                try:
                    await verb()
                except NoAnswer as failure:
                    asked.append(failure.asked or 0.0)
                    self.busy += [failure.asked or 0.0] if failure.busy else []
                    self.given_up += not failure.busy
            self._listen()
            if asked:
                await asyncio.sleep(self._patience.wait(max(asked)))  # a poke wakes nobody who was sent away
                continue
            self._patience.done()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(QUIET_S * self._dice.uniform(0.5, 1.5)):
                    await self._wake.wait()

    async def _push(self) -> None:
        while self.frames:
            await self.send(self.frames[0])
            del self.frames[0]
            now = time.perf_counter()
            self.waited, self._last = max(self.waited, now - self._last), now
            if not self.frames:
                self.drained = now - self._began

    async def send(self, frame: bytes) -> None:
        """Push one frame; all of it is applied, or it is another workload."""
        reply = _pushed.decode(await self._post(PUSH, frame))
        if not reply.results or any(result[2] != "applied" for result in reply.results):
            raise RuntimeError("not applied")

    async def look(self) -> None:
        """Pull until its cursors reach the heads."""
        more = True
        while more:
            reply = _pulled.decode(await self._post(PULL, msgspec.json.encode(self._ask)))
            cursors = {**self._ask.cursors, **{page.scope: (page.epoch, page.upto) for page in reply.pages}}
            self._ask = msgspec.structs.replace(self._ask, cursors=cursors)
            self._grants, self._heads = reply.grants.version, reply.heads
            self.pulls += 1
            self.rows += sum(len(page.rows) for page in reply.pages)
            more = any(cursors.get(scope, ("", -1))[1] < head for scope, head in reply.heads.items())
        if self.drained and not self.synced:
            self.synced = time.perf_counter() - self._began

    def behind(self, heads: dict[str, int]) -> bool:
        """Whether its cursors lie below any of these numbers of its scopes."""
        mine = self._ask.cursors
        return any(mine[scope][1] < head for scope, head in heads.items() if scope in mine)

    def _listen(self) -> None:
        if self._grants and (self._socket is None or self._socket.done()):
            self._socket = asyncio.create_task(self._hear())

    async def _hear(self) -> None:
        opened = time.perf_counter()
        with contextlib.suppress(OSError, TimeoutError, WebSocketException):
            async with _socket(self._port) as socket:
                hello = {"device": self._token, "session": self._enrolled.signed_in.session, "grants": self._grants}
                await socket.send(msgspec.json.encode(hello).decode())
                pinging = asyncio.create_task(_ping(socket))
                try:
                    async for text in socket:
                        self._told(msgspec.json.decode(text))
                finally:
                    pinging.cancel()
        self.ready = False
        self._losses = 0 if time.perf_counter() - opened > LASTED_S else self._losses + 1
        await asyncio.sleep(min(LAST_AGAIN_S, 2.0**self._losses))
        self._wake.set()

    def _told(self, message: dict[str, Any] | str) -> None:
        if isinstance(message, str):  # a pong
            return
        if "heads" in message:
            self.ready = True
            if not self.behind(message["heads"]):
                return
        # A device with acts of its own in flight, as these all are, takes no page from a socket (P24).
        self._wake.set()

    def close(self) -> None:
        """Hang up."""
        self._wire.close()
        if self._socket is not None:
            self._socket.cancel()


async def _ping(socket: ClientConnection) -> None:
    while True:
        await asyncio.sleep(PING_S)
        await socket.send('"ping"')


def _socket(port: int) -> connect:
    return connect(
        f"ws://127.0.0.1:{port}/api/sync/live",
        origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]  # Origin is a NewType of str
        compression=None,
        ping_interval=None,
        proxy=None,
        open_timeout=DEADLINE_S,
    )
