"""A live device over HTTP: pushes until it is told, pulls, and holds a socket, through whatever address it is given."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import websockets
from tests.estate import Phone
from websockets.asyncio.client import ClientConnection

from gatehouse_sync import canon
from gatehouse_sync.page import apply_page
from gatehouse_sync.protocol import Need, NeedCerts, Outcome, Page, PullReply, PushReply, Rechain

Told = Callable[[float, dict[str, int]], None]
"""What hears of a socket's frames: when (monotonic seconds), and the number each scope has reached."""
GIVE_UP_S = 60.0


class Wires:
    """The addresses of the servers, one HTTP client for all devices, and what was answered."""

    def __init__(self, origins: list[str], trust: ssl.SSLContext | None = None) -> None:
        self.origins, self.trust = origins, trust
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
        self.http = httpx.AsyncClient(
            verify=trust if trust is not None else False, timeout=30, trust_env=False, limits=limits
        )
        self.statuses: Counter[str] = Counter()
        """``200``, ``503 proxy``, ``503 busy``, ``lost`` (no answer): how often."""

    @property
    def faults(self) -> int:
        """Answers of 5xx that a server gave itself."""
        return sum(n for status, n in self.statuses.items() if status[0] == "5" and not status.endswith("proxy"))

    async def close(self) -> None:
        await self.http.aclose()


class Live:
    """A phone on the wire; ``at`` is which of the addresses it uses, None any of them each time."""

    def __init__(self, phone: Phone, wires: Wires, dice: random.Random, at: int | None = None) -> None:
        self.phone, self.wires, self.dice, self.at = phone, wires, dice, at
        self.reconnects: list[float] = []
        """Seconds from a socket's loss to the next `ready`."""
        self.closes: Counter[int] = Counter()
        self.pushes: list[float] = []
        """Seconds of each answered push."""
        self._pulling = asyncio.Lock()
        self._pushing = asyncio.Lock()

    def origin(self) -> str:
        """Where the next request goes."""
        wires = self.wires
        return wires.origins[self.at] if self.at is not None else self.dice.choice(wires.origins)

    async def post(self, path: str, body: bytes, *, told: bool = False) -> bytes | None:
        """The answer's body, or None when there was none or the server could not take it: try again."""
        headers = {"content-type": "application/json"}
        if told:
            headers["x-gatehouse-device"] = self.phone.token()
            headers["authorization"] = f"Bearer {self.phone.session}"
        try:
            answer = await self.wires.http.post(self.origin() + path, content=body, headers=headers)
        except httpx.TransportError:
            self.wires.statuses["lost"] += 1
            return None
        if answer.status_code == 200:
            self.wires.statuses["200"] += 1
            return answer.content
        ours = answer.headers.get("content-type", "").startswith("application/problem+json")
        self.wires.statuses[f"{answer.status_code} {answer.json()['code'] if ours else 'proxy'}"] += 1
        if answer.status_code < 500 and answer.status_code != 429:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
        return None

    async def push_once(self) -> list[Outcome] | None:
        """One frame; its outcomes, an empty list when nothing waits or the server asks for more, None when lost."""
        async with self._pushing:
            frame = self.phone.frame()
            if frame is None:
                return []
            began = time.monotonic()
            body = await self.post("/api/sync/push", canon.encode(frame))
            if body is None:
                return None
            self.pushes.append(time.monotonic() - began)
            reply = answered(body)
            self.phone.device.pushed(reply)
            if isinstance(reply, Rechain):
                raise TypeError("a chain forked although nobody cloned it")
            return reply.results if isinstance(reply, PushReply) else []

    async def push_surely(self) -> list[Outcome]:
        """One frame, until it is answered."""
        until = time.monotonic() + GIVE_UP_S
        while (got := await self.push_once()) is None:
            assert time.monotonic() < until, f"nothing got through for {GIVE_UP_S} s: {self.wires.statuses}"
            await asyncio.sleep(self.dice.uniform(0.05, 0.3))
        return got

    async def drain(self) -> list[Outcome]:
        """Push until nothing waits."""
        results: list[Outcome] = []
        while self.phone.frame() is not None:
            results += await self.push_surely()
        return results

    async def pull(self, *, digests: bool = False) -> list[str]:
        """Pull until the heads are reached; gives the scopes the server had it drop."""
        reset: list[str] = []
        until = time.monotonic() + GIVE_UP_S
        async with self._pulling:
            while True:
                device = self.phone.device
                frame = device.pull(self.phone.person, digests=digests)
                body = await self.post("/api/sync/pull", canon.encode(frame), told=True)
                if body is None:
                    assert time.monotonic() < until, f"nothing got through for {GIVE_UP_S} s: {self.wires.statuses}"
                    await asyncio.sleep(self.dice.uniform(0.05, 0.3))
                    continue
                reply = msgspec.json.decode(body, type=PullReply)
                device.pulled(self.phone.person, reply)
                reset += reply.reset
                if not reply.more:
                    return reset

    @contextlib.asynccontextmanager
    async def socket(self) -> Any:
        """A greeted socket."""
        origin = self.origin()
        async with websockets.connect(
            origin.replace("http", "ws", 1) + "/api/sync/live",
            origin=origin,  # type: ignore[arg-type]  # a plain text
            compression=None,
            proxy=None,
            ssl=self.wires.trust,
            open_timeout=10,
            close_timeout=1,
        ) as line:
            await line.send(self.hello())
            ready = msgspec.json.decode(await asyncio.wait_for(line.recv(), 10))
            assert "ready" in ready, ready
            yield line, ready["heads"]

    def hello(self) -> str:
        phone = self.phone
        fields = {
            "device": phone.token(),
            "grants": phone.device.people[phone.person].grants,
            "session": phone.session,
        }
        return msgspec.json.encode(fields).decode()

    async def listen(self, told: Told | None = None) -> None:
        """Hold a socket for good: take pages in, pull at pokes, come back when it is lost."""
        lost: float | None = None
        while True:
            try:
                await self.pull()
                async with self.socket() as (line, heads):
                    if lost is not None:
                        self.reconnects.append(time.monotonic() - lost)
                        lost = None
                    if self._behind(heads):
                        await self.pull()
                    await self._hear(line, told)
            except (OSError, TimeoutError, websockets.WebSocketException) as failure:
                lost = lost if lost is not None else time.monotonic()
                if isinstance(failure, websockets.ConnectionClosed) and failure.rcvd is not None:
                    self.closes[failure.rcvd.code] += 1
                await asyncio.sleep(self.dice.uniform(0.05, 0.5))

    def _behind(self, heads: dict[str, int]) -> bool:
        cursors = self.phone.device.people[self.phone.person].store.cursors
        return any(seq > cursors.get(scope, ("", 0))[1] for scope, seq in heads.items())

    async def _hear(self, line: ClientConnection, told: Told | None) -> None:
        while True:
            frame = msgspec.json.decode(await line.recv())
            at = time.monotonic()
            if "page" in frame:
                page = msgspec.json.decode(msgspec.json.encode(frame["page"]), type=Page)
                heads = {page.scope: page.upto}
                async with self._pulling:
                    apply_page(self.phone.device.people[self.phone.person].store, page)
            else:
                heads = frame.get("poke", {})
            if told is not None:
                told(at, heads)
            if self._behind(heads) or 0 in heads.values():
                await asyncio.sleep(self.dice.uniform(0.1, 0.5))  # what is told meanwhile comes with the same pull
                await self.pull()


def answered(body: bytes) -> PushReply | Need | Rechain | NeedCerts:
    """An answer to a push, by the field that tells which it is."""
    raw = msgspec.json.decode(body)
    kinds: dict[str, Any] = {"need": Need, "rechain": Rechain, "need_certs": NeedCerts}
    return msgspec.convert(raw, next((kind for name, kind in kinds.items() if name in raw), PushReply))
