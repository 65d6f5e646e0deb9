"""Live: the socket that says "something moved" (PROTOCOL §11). Correctness never rests on it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import WebsocketRouteHandler

from gatehouse.db.steps import Steps, read
from gatehouse.devices.tokens import DeviceClaim, TokenMint
from gatehouse.errors import Problem
from gatehouse.identity.sign_in import token_hash
from gatehouse.replication import completeness
from gatehouse.replication.core import Replication
from gatehouse.replication.grants import grants_of, next_change
from gatehouse.replication.hub import Subscriber
from gatehouse.replication.pull import granted, signed_in
from gatehouse_sync.protocol import Hello

HELLO_S = 5.0
SEND_S = 10.0
SILENCE_S = 60.0
MESSAGES = 20
LONGEST_TIMER_MS = 24 * 3_600_000
MESSAGES_S = 10.0
NOT_SIGNED_IN, WRONG_ORIGIN, REVOKED, REGRANT, TOO_MANY, MALFORMED = 4401, 4403, 4403, 4409, 1008, 1007


def live_route(core: Replication, mint: TokenMint, origins: frozenset[str]) -> WebsocketRouteHandler:
    """The handler of ``/api/sync/live``; ``origins`` may connect besides the host itself."""

    @websocket("/api/sync/live", include_in_schema=False)
    async def live(socket: WebSocket[Any, Any, Any]) -> None:
        if not same_origin(socket.headers.get("origin"), socket.headers.get("host", ""), origins):
            await socket.close(code=WRONG_ORIGIN)
            return
        await socket.accept()
        with contextlib.suppress(WebSocketDisconnect, TimeoutError):
            await _Talk(core, mint, socket).run()

    return live


def same_origin(origin: str | None, host: str, allowed: frozenset[str]) -> bool:
    """Whether a socket's Origin is the host asked or one allowed; a browser always sends one (TH28)."""
    if origin is None:
        return False
    return origin in allowed or urlsplit(origin).netloc == host


class _Talk:
    """One socket from hello to close."""

    def __init__(self, core: Replication, mint: TokenMint, socket: WebSocket[Any, Any, Any]) -> None:
        self.core, self.mint, self.socket = core, mint, socket
        self.timer: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        async with asyncio.timeout(HELLO_S):
            first = await self.socket.receive_data("text")
        subscriber = await self._greet(first)
        if subscriber is None:
            return
        self.core.hub.subscribe(subscriber)
        sender = asyncio.create_task(self._send(subscriber))
        try:
            await self._listen(subscriber)
        finally:
            self.core.hub.unsubscribe(subscriber)
            if self.timer is not None:
                self.timer.cancel()
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await sender

    async def _greet(self, text: str | bytes) -> Subscriber | None:
        try:
            hello = msgspec.json.decode(text, type=Hello)
            claim = self.mint.read(hello.device, self.core.now())
            session = token_hash(hello.session) if hello.session is not None else None
            now = self.core.now()
            person, scopes, until = await read(self.core.database, _standing(claim, session, now))
        except msgspec.DecodeError:
            await self.socket.close(code=MALFORMED)
            return None
        except Problem as problem:
            await self.socket.close(code=REVOKED if problem.code == "device_revoked" else NOT_SIGNED_IN)
            return None
        version = grants_of(scopes).version
        if hello.grants != version:
            await self.socket.close(code=REGRANT)
            return None
        await self.socket.send_data(msgspec.json.encode({"ready": version}), "text")
        subscriber = Subscriber(claim.device, person, frozenset(scopes))
        if until is not None and until - now < LONGEST_TIMER_MS:
            self.timer = asyncio.get_running_loop().call_later((until - now) / 1000, subscriber.close, REGRANT)
        return subscriber

    async def _listen(self, subscriber: Subscriber) -> None:
        """Answer pings; close on flood, on silence, and when the device token's time is up the client comes again."""
        since, count = time.monotonic(), 0
        while True:
            async with asyncio.timeout(SILENCE_S):
                text = await self.socket.receive_data("text")
            now = time.monotonic()
            if now - since > MESSAGES_S:
                since, count = now, 0
            count += 1
            if count > MESSAGES:
                subscriber.close(TOO_MANY)
                return
            if text in {'"ping"', b'"ping"'}:
                subscriber.frames.append(b'"pong"')
                subscriber.wake.set()

    async def _send(self, subscriber: Subscriber) -> None:
        while True:
            await subscriber.wake.wait()
            for frame in subscriber.take():
                async with asyncio.timeout(SEND_S):
                    await self.socket.send_data(frame, "text")
            if subscriber.close_code is not None:
                await self.socket.close(code=subscriber.close_code)
                return


def _standing(claim: DeviceClaim, session: bytes | None, now: int) -> Steps[tuple[str | None, list[str], int | None]]:
    """Who is signed in there, what the device may hear, and until when that holds."""
    device = yield from completeness.device_row(claim.device)
    if device.revoked is not None:
        raise Problem("device_revoked")
    person = yield from signed_in(session, device.id)
    scopes = yield from granted(person, device, now)
    return (person.id if person is not None else None), scopes, next_change(person, now)
