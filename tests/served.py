"""An estate behind a real server: uvicorn on a free port, with the options of ``gatehouse serve``."""

from __future__ import annotations

import asyncio
import contextlib
import socket as system
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvicorn
import websockets
from tests.estate import Estate, Phone

from gatehouse.app import create_app
from gatehouse.settings import Settings
from gatehouse.web.sockets import TellingProtocol
from gatehouse_sync import canon
from gatehouse_sync.protocol import PullReply


class Served:
    """A running server and ways to talk to it."""

    def __init__(self, estate: Estate, door: system.socket, http: httpx.AsyncClient) -> None:
        self.estate, self.door, self.port, self.http = estate, door, door.getsockname()[1], http
        self.origin = f"http://127.0.0.1:{self.port}"

    def send_narrowly(self) -> None:
        """Connections accepted from now on have a small send buffer: how far the system's grows differs by machine."""
        self.door.setsockopt(system.SOL_SOCKET, system.SO_SNDBUF, 4096)

    async def post(self, path: str, body: bytes, phone: Phone | None = None, /, **headers: Any) -> httpx.Response:
        """POST raw bytes as JSON; with a phone, under its token and session."""
        given: dict[str, str | bytes] = {"content-type": "application/json"}
        if phone is not None:
            given["x-gatehouse-device"] = phone.token()
            if phone.session is not None:
                given["authorization"] = f"Bearer {phone.session}"
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(
            path,
            content=body,
            headers=[(k.encode(), v if isinstance(v, bytes) else v.encode()) for k, v in given.items()],
        )

    async def pull(self, phone: Phone) -> PullReply:
        """A pull over HTTP, taken in by the phone."""
        raw = canon.encode(phone.device.pull(phone.person))
        answer = await self.post("/api/sync/pull", raw, phone)
        assert answer.status_code == 200, answer.text
        reply = msgspec.json.decode(answer.content, type=PullReply)
        phone.device.pulled(phone.person, reply)
        return reply

    def socket(self, origin: str | None = "own", **options: Any) -> Any:
        """A connection to the live socket, not greeted yet."""
        return websockets.connect(
            f"ws://127.0.0.1:{self.port}/api/sync/live",
            origin=self.origin if origin == "own" else origin,  # type: ignore[arg-type]  # a plain text
            compression=None,
            proxy=None,
            **options,
        )

    def hello(self, phone: Phone, **changes: Any) -> str:
        """The first message of a phone."""
        fields = {"device": phone.token(), "grants": phone.device.people[phone.person].grants, "session": phone.session}
        return msgspec.json.encode({**fields, **changes}).decode()


@contextlib.asynccontextmanager
async def served(
    url: str, folder: Path, *, build: bool = True, push_places: int = 32, ws: Any = TellingProtocol
) -> AsyncIterator[Served]:
    """A server on ``url``; the estate is built unless the database holds one. ``ws`` is uvicorn's option."""
    estate = Estate(url)
    settings = Settings(
        database_url=url, data=folder, allowed_origins=("https://gate.example",), push_places=push_places
    )
    config = uvicorn.Config(
        create_app(settings, estate.database, estate.core),
        port=0,
        ws=ws,
        ws_per_message_deflate=False,
        ws_max_size=65_536,
        timeout_graceful_shutdown=1,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
        assert not running.done(), running
    door = server.servers[0].sockets[0]
    try:
        if build:
            await estate.build()
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{door.getsockname()[1]}", timeout=20, trust_env=False
        ) as http:
            yield Served(estate, door, http)
    finally:
        server.should_exit = True
        await running
