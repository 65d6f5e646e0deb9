"""Uvicorn's WebSocket, which can also send one frame to many listeners that was made once for all of them.

ASGI sends by a coroutine of each socket's own task and frames the text anew for each: for a thousand listeners of one
commit that is half of the work. What a server like this one can do more, ASGI lets it say in ``extensions``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

EXTENSION: Final = "gatehouse.tell"
Tell = Callable[[bytes], bool]


class TellingProtocol(WebSocketsSansIOProtocol):
    """The class for uvicorn's option ``ws``."""

    def handle_connect(self, event: Request) -> None:
        """Begin the socket's task, which finds ``tell`` in its scope."""
        super().handle_connect(event)
        if self.handshake_initiated and not self.close_sent:
            extensions: Any = self.scope["extensions"]
            extensions[EXTENSION] = {"tell": self.tell}

    def tell(self, frame: bytes) -> bool:
        """Send a frame of ``text_frame`` now; False when it would have to wait, or the socket is not open."""
        ready = (
            self.writable.is_set()
            and self.handshake_complete
            and self.conn.state is State.OPEN
            and not (self.close_sent or self.disconnected or self.transport.is_closing())
        )
        if ready:
            self.transport.write(frame)
        return ready


def text_frame(text: str) -> bytes:
    """A whole text message as a server sends it (RFC 6455 §5.2), the same for every socket."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


def tell_of(scope: Mapping[str, Any]) -> Tell | None:
    """A socket's ``tell``, where the server under us has it."""
    offered = (scope.get("extensions") or {}).get(EXTENSION)
    tell: Tell | None = offered["tell"] if offered is not None else None
    return tell
