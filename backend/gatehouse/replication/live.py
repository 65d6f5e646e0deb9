"""Live: the socket that says "something moved" (PROTOCOL §11). Correctness never rests on it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import msgspec
import structlog
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import WebsocketRouteHandler

from gatehouse.db.steps import Query, Steps, read
from gatehouse.devices.tokens import DeviceClaim, TokenMint
from gatehouse.errors import Problem
from gatehouse.identity.sign_in import token_hash
from gatehouse.replication.core import Replication
from gatehouse.replication.device_rows import device_row
from gatehouse.replication.grants import grants_of, next_change
from gatehouse.replication.hub import REGRANT, REVOKED, Subscriber
from gatehouse.replication.pull import granted, signed_in
from gatehouse.web.sockets import tell_of
from gatehouse_sync.protocol import Hello

HELLO_S = 5.0
SEND_S = 10.0
SILENCE_S = 60.0
MESSAGES = 20
LONGEST_TIMER_MS = 24 * 3_600_000
MESSAGES_S = 10.0
NOT_SIGNED_IN, WRONG_ORIGIN = 4401, 4403
TOO_MANY, MALFORMED, SILENT = 1008, 1007, 1001
_log = structlog.get_logger()


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
    # Not by a parser of addresses, which raises on some that are none; and no host is nobody's.
    return origin in allowed or (host != "" and origin.partition("://")[2] == host)


class _Talk:
    """One socket from hello to close."""

    def __init__(self, core: Replication, mint: TokenMint, socket: WebSocket[Any, Any, Any]) -> None:
        self.core, self.mint, self.socket = core, mint, socket

    async def run(self) -> None:
        try:
            async with asyncio.timeout(HELLO_S):
                hello = msgspec.json.decode(await self.socket.receive_data("text"), type=Hello)
            claim = self.mint.read(hello.device, self.core.now())
            standing = await self._look(claim, hello)
        except TimeoutError:
            await self.socket.close(code=NOT_SIGNED_IN)
        except msgspec.DecodeError:
            await self.socket.close(code=MALFORMED)
        except Problem as problem:
            await self.socket.close(code=REVOKED if problem.code == "device_revoked" else NOT_SIGNED_IN)
        else:
            await self._subscribe(claim, hello, standing)

    async def _look(self, claim: DeviceClaim, hello: Hello) -> _Standing:
        session = token_hash(hello.session) if hello.session is not None else None
        return await read(self.core.database, _standing(claim, session, self.core.now()))

    async def _subscribe(self, claim: DeviceClaim, hello: Hello, standing: _Standing) -> None:
        subscriber = Subscriber(
            standing.device,
            standing.person,
            standing.scopes,
            standing.org,
            standing.granted,
            lambda: self._look_again(claim, hello, standing, subscriber),
        )
        self.core.hub.subscribe(subscriber)
        try:
            # Looked at again: a change between the first look and the subscription closed nobody.
            version = grants_of(sorted(standing.scopes)).version
            if hello.grants != version:
                await self.socket.close(code=REGRANT)
                return
            again = await self._look(claim, hello)
            if not again.same(standing):
                await self.socket.close(code=REGRANT)
                return
            subscriber.granted = max(subscriber.granted, again.granted)
            heads = await read(self.core.database, _heads(standing.scopes))
            await self.socket.send_data(msgspec.json.encode({"heads": heads, "ready": version}), "text")
            timer = self._until(subscriber, standing)
            try:
                await self._talk(subscriber)
            finally:
                timer.cancel()
        except Problem as problem:
            await self.socket.close(code=REVOKED if problem.code == "device_revoked" else NOT_SIGNED_IN)
        finally:
            self.core.hub.unsubscribe(subscriber)

    async def _look_again(self, claim: DeviceClaim, hello: Hello, standing: _Standing, subscriber: Subscriber) -> None:
        """Grants of somebody in the org changed: were they this one's? What cannot be seen closes the socket too."""
        try:
            again = await self._look(claim, hello)
        except Problem as problem:
            subscriber.close(REVOKED if problem.code == "device_revoked" else REGRANT)
        except Exception as error:  # noqa: BLE001 - whatever it is, who cannot be judged gets nothing more
            _log.warning("grants_not_seen", error=type(error).__name__)
            subscriber.close(REGRANT)
        else:
            if again.same(standing):
                subscriber.granted = max(subscriber.granted, again.granted)
            else:
                subscriber.close(REGRANT)

    def _until(self, subscriber: Subscriber, standing: _Standing) -> asyncio.TimerHandle:
        """Close when a dated role begins or ends; once a day in any case, so that no timer is longer."""
        left = LONGEST_TIMER_MS if standing.until is None else standing.until - self.core.now()
        delay = max(0, min(left, LONGEST_TIMER_MS)) / 1000
        return asyncio.get_running_loop().call_later(delay, subscriber.close, REGRANT)

    async def _talk(self, subscriber: Subscriber) -> None:
        """Listen and send until either ends. A reader that stalls ends the sender, and with it the socket."""
        subscriber.tell = tell_of(self.socket.scope)
        listener = asyncio.create_task(self._listen(subscriber))
        sender = subscriber.sender = asyncio.create_task(self._send(subscriber))
        try:
            await asyncio.wait({listener, sender}, return_when=asyncio.FIRST_COMPLETED)
            if listener.done() and subscriber.close_code is not None:
                await asyncio.wait({sender}, timeout=SEND_S)  # so that the reason goes out
        finally:
            for task in (listener, sender):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, TimeoutError, RuntimeError):
                    await task

    async def _listen(self, subscriber: Subscriber) -> None:
        """Answer pings; close on a flood and on silence."""
        since, count = time.monotonic(), 0
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    text = await self.socket.receive_data("text")
            except TimeoutError:
                subscriber.close(SILENT)
                return
            now = time.monotonic()
            if now - since > MESSAGES_S:
                since, count = now, 0
            count += 1
            if count > MESSAGES:
                subscriber.close(TOO_MANY)
                return
            if text in {'"ping"', b'"ping"'}:
                subscriber.say('"pong"')

    async def _send(self, subscriber: Subscriber) -> None:
        """Send what waits. A timer for each frame would cost more than the frame: the hub looks for stalled ones."""
        clock = asyncio.get_running_loop().time
        while True:
            await subscriber.wake.wait()
            subscriber.sending_since = clock()
            for frame in subscriber.take():
                await self.socket.send({"type": "websocket.send", "text": frame, "bytes": None})
            subscriber.sending_since = None
            if subscriber.close_code is not None:
                async with asyncio.timeout(SEND_S):
                    await self.socket.close(code=subscriber.close_code)
                return


def _heads(scopes: frozenset[str]) -> Steps[dict[str, int]]:
    """What each scope has reached, read while subscribed: what came since the client's pull was poked to nobody."""
    rows = yield Query("SELECT scope, seq FROM scope_head WHERE scope = ANY(?*)", (sorted(scopes),))
    return {row[0]: row[1] for row in rows}


class _Standing(msgspec.Struct, frozen=True):
    """Who is signed in on a device, what it may hear, and until when that holds."""

    device: str
    person: str | None
    scopes: frozenset[str]
    until: int | None
    org: str
    granted: int
    """The org's count of changes of grants when it was looked at."""

    def same(self, other: _Standing) -> bool:
        """Whether it is the same but for when it was looked at."""
        return msgspec.structs.replace(self, granted=other.granted) == other


def _standing(claim: DeviceClaim, session: bytes | None, now: int) -> Steps[_Standing]:
    device = yield from device_row(claim.device)
    if device.revoked is not None:
        raise Problem("device_revoked")
    person = yield from signed_in(session, device.id)
    scopes = yield from granted(person, device, now)
    ((granted_count,),) = yield Query("SELECT granted FROM org_head WHERE org = ?", (device.org,))
    who = person.id if person is not None else None
    return _Standing(device.id, who, frozenset(scopes), next_change(person, now), device.org, granted_count)
