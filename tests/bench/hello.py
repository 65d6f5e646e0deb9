"""An ASGI application that answers at once, under uvicorn with the options of `gatehouse serve`.

A POST answers two bytes, and what is sent to ``/all`` goes out to every socket as it came. Its one option more: a
connection may be silent for as long as a database is filled between two measurements.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
SILENT_S = 24 * 60 * 60
_listeners: set[Send] = set()
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Answer, or hold the socket."""
    if scope["type"] == "websocket":
        await _hold(receive, send)
        return
    if scope["path"] == "/all":
        text = (await _body(receive)).decode()
        for listener in list(_listeners):
            await listener({"type": "websocket.send", "text": text})
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": b"{}"})


async def _hold(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    _listeners.add(send)
    while (await receive())["type"] != "websocket.disconnect":
        pass
    _listeners.discard(send)


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        timeout_keep_alive=SILENT_S,
        access_log=False,
        log_level="warning",
        server_header=False,
    )
