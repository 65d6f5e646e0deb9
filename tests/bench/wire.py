"""A small HTTP/1.1 client on a socket that stays open: its own cost is a few µs a request, so the server is seen."""

from __future__ import annotations

import json
import socket
import zlib
from typing import Any, Self


class Wire:
    """One keep-alive connection."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = {"host": f"127.0.0.1:{port}", "content-type": "application/json", **(headers or {})}
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._rest = b""
        self.received = 0
        """Bytes of the last answer's body as they came over the wire."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def request(self, path: str, body: bytes) -> bytes:
        """POST and give the answer's body, unpacked; raises RuntimeError unless it is 200 or 201."""
        head = f"POST {path} HTTP/1.1\r\n{self._headers}content-length: {len(body)}\r\n\r\n"
        return self.exchange(head.encode() + body)

    def exchange(self, raw: bytes) -> bytes:
        """Send these bytes and give the answer's body."""
        self._socket.sendall(raw)
        while (end := self._rest.find(b"\r\n\r\n")) < 0:
            self._rest += self._more()
        head, rest = self._rest[:end].lower(), self._rest[end + 4 :]
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        parts, size = [rest], len(rest)
        while size < length:
            parts.append(self._more())
            size += len(parts[-1])
        whole = b"".join(parts)
        body, self._rest = whole[:length], whole[length:]
        self.received = length
        if head[9:12] not in {b"200", b"201"}:
            raise RuntimeError(f"{head[:12].decode()}: {body[:300].decode(errors='replace')}")
        return zlib.decompress(body, 31) if b"content-encoding: gzip" in head else body

    def _more(self) -> bytes:
        chunk = self._socket.recv(1 << 18)
        if not chunk:
            raise RuntimeError("the server closed the connection")
        return chunk


def post(port: int, path: str, value: Any, headers: dict[str, str] | None = None) -> Any:
    """One POST on a connection of its own, JSON both ways."""
    with Wire(port, headers) as wire:
        return json.loads(wire.request(path, json.dumps(value).encode()))
