"""A proxy that spoils what passes it, on real connections, as each request says it wants to be spoilt.

A request names its fault in ``x-fault``, a socket in ``?fault=``: so the dice stay with whoever tells the history, and
the seed says all. What the fault concerns (a line that breaks, an answer cut short, a frame that is lost, a server that
dies between its commit and its answer) happens here to real bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

from tests.engine.backend import Backend

PAGE = b"<!doctype html><title>Hotel</title><p>Please accept the terms."
# No answer ever: the line is to be held open by whoever asked, who alone knows how long that lasts in its time.
SILENCE = b"HTTP/1.1 204 No Content\r\nx-silence: 1\r\nConnection: close\r\n\r\n"
RESET = struct.pack("ii", 1, 0)
DYING_S = 0.004
"""How long a server that is to die while it works may work."""


def page(status: str, kind: str = "text/html", body: bytes = PAGE, more: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}Connection: close\r\n\r\n"
    )
    return head.encode() + body


def spoken(name: str, argument: int) -> bytes | None:
    """What the proxy answers by itself."""
    seconds = f"Retry-After: {argument}\r\n"
    return {
        "swallow": SILENCE,
        "portal": page("200 OK"),
        "redirect": page("302 Found", more="Location: http://portal.example/\r\n"),
        "gateway": page("502 Bad Gateway"),
        "proxy_login": page("401 Unauthorized"),
        "strange_401": page("401 Unauthorized", "application/json", b'{"error":"who are you"}'),
        "busy": page("503 Service Unavailable", "application/problem+json", b'{"code":"busy","status":503}', seconds),
        "too_many": page("429 Too Many", "application/problem+json", b'{"code":"too_many_requests"}', seconds),
    }.get(name)


class Proxy:
    """Listens on a port of its own, in front of ``backend``."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.port = 0
        self.faults: dict[str, int] = {}
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            await self._request(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # an end of the line that is gone, which is what this is about
        finally:
            self._talks.discard(talk)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        given = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if given.get("upgrade", "").lower() == "websocket":
            await self._socket(first, lines, reader, writer)
            return
        body = await reader.readexactly(int(given.get("content-length", 0)))
        name, _, argument = given.get("x-fault", "").partition(" ")
        kept = [line for line in lines if line.partition(":")[0].lower() not in {"x-fault", "connection", "host"}]
        sent = "\r\n".join([first, f"Host: 127.0.0.1:{self.backend.port}", "Connection: close", *kept]) + "\r\n\r\n"
        answer = await self._spoilt(name, int(argument or 0), sent.encode("latin-1"), body)
        if answer is None:
            broken(writer)
            return
        writer.write(answer)
        await writer.drain()
        if name == "cut":
            broken(writer)

    async def _spoilt(self, name: str, argument: int, head: bytes, body: bytes) -> bytes | None:
        """What the asker gets; None: a broken line."""
        if name:
            self.faults[name] = self.faults.get(name, 0) + 1
        said = spoken(name, argument)
        if said is not None or name == "drop":
            return said
        if name == "severed":
            await self._forward(head + body[: len(body) * argument // 100], leave=True)
            return None
        if name in {"kill_before", "kill_during"}:
            working = asyncio.create_task(self._forward(head + body)) if name == "kill_during" else asyncio.sleep(0)
            await asyncio.sleep(DYING_S)
            await self.backend.kill()
            await asyncio.gather(working, return_exceptions=True)
            return None
        return await self._answer(name, argument, head + body)

    async def _answer(self, name: str, argument: int, request: bytes) -> bytes | None:
        """What becomes of the server's answer."""
        repeats = argument if name == "twice" else 1
        # Two at once, then the others: both ways of meeting oneself.
        together = await asyncio.gather(*(self._forward(request) for _ in range(min(2, repeats))))
        answer = together[-1]
        for _ in range(repeats - 2):
            answer = await self._forward(request)
        if name == "kill_after":
            await self.backend.kill()
        if name == "cut":
            start = answer.index(b"\r\n\r\n") + 4
            return answer[: start + (len(answer) - start) * argument // 100]
        return {"lost": None, "kill_after": None, "withheld": SILENCE}.get(name, answer)

    async def _forward(self, request: bytes, *, leave: bool = False) -> bytes:
        """The server's whole answer; with ``leave`` the line breaks behind the request."""
        await self.backend.ensure()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.backend.port)
        try:
            writer.write(request)
            await writer.drain()
            if leave:
                broken(writer)
                return b""
            return await reader.read(-1)
        finally:
            writer.close()

    async def _socket(
        self, first: str, lines: list[str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        method, target, version = first.split(" ")
        path, _, fault = target.partition("?fault=")
        if fault:
            self.faults[f"socket_{fault}"] = self.faults.get(f"socket_{fault}", 0) + 1
        if fault == "refused":
            broken(writer)
            return
        if fault == "page":
            writer.write(page("200 OK"))
            await writer.drain()
            return
        await self.backend.ensure()
        back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self.backend.port)
        host = f"127.0.0.1:{self.backend.port}"
        kept = [line for line in lines if line.partition(":")[0].lower() not in {"host", "origin"}]
        # Node's sockets name no origin; a browser's always do (it is the page's own).
        head = [f"{method} {path} {version}", f"Host: {host}", f"Origin: http://{host}", *kept]
        back_writer.write(("\r\n".join(head) + "\r\n\r\n").encode("latin-1"))
        up = asyncio.create_task(pump(reader, back_writer))
        down = asyncio.create_task(frames(back_reader, writer, fault))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            if fault == "dies":
                broken(writer)
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            back_writer.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until one side is gone."""
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()


async def frames(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: str) -> None:
    """Pass the server's frames on: all, all but every third, two and then the end, or two and then silence."""
    writer.write(await reader.readuntil(b"\r\n\r\n"))
    count = 0
    while True:
        frame = await next_frame(reader)
        count += 1
        if fault == "dies" and count > 2:
            return
        if (fault == "third" and count % 3 == 0) or (fault == "swallow" and count > 1):
            continue
        writer.write(frame)
        await writer.drain()


async def next_frame(reader: asyncio.StreamReader) -> bytes:
    """One frame as it came (RFC 6455 §5.2); a server's are not masked."""
    head = await reader.readexactly(2)
    length = head[1] & 0x7F
    extended = await reader.readexactly({126: 2, 127: 8}.get(length, 0))
    size = int.from_bytes(extended) if extended else length
    return head + extended + await reader.readexactly(size)


def broken(writer: asyncio.StreamWriter) -> None:
    """End the connection by a reset, as a broken line does, not by a farewell."""
    raw: socket.socket | None = writer.get_extra_info("socket")
    if raw is not None:
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
