"""The poke hub: who listens to which scopes, and what a commit tells them (PROTOCOL §11, P24).

A subscriber has a small inbox and one sender of its own, so that a stalled socket delays nobody. What does not fit
becomes a bare poke; losing one is allowed.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence

import msgspec

from gatehouse.replication.feed import Moved
from gatehouse.replication.metrics import Metrics
from gatehouse_sync.protocol import POKE_BYTES

_INBOX = 64
STALLED_S = 10.0


class Subscriber:
    """One live socket: its scopes under one version of its grants, and what waits to be sent."""

    def __init__(self, device: str, person: str | None, scopes: frozenset[str]) -> None:
        self.device = device
        self.person = person
        self.scopes = scopes
        self.dirty: dict[str, int] = {}
        self.frames: list[str] = []
        self.sender: asyncio.Task[None] | None = None
        self.sending_since: float | None = None
        """When the sender began what it is at, by the loop's clock."""
        self.close_code: int | None = None
        self.wake = asyncio.Event()

    def offer(self, scope: str, upto: int, frame: str | None) -> None:
        """Put a page frame into the inbox, or just the scope's number when there is no frame or no room."""
        if self.close_code is not None:
            return  # its grants may be others by now
        if frame is not None and scope not in self.dirty and len(self.frames) < _INBOX:
            self.frames.append(frame)
        else:
            self.dirty[scope] = max(upto, self.dirty.get(scope, 0))
        self.wake.set()

    def say(self, frame: str) -> None:
        """Put an answer into the inbox."""
        if self.close_code is None:
            self.frames.append(frame)
            self.wake.set()

    def close(self, code: int) -> None:
        """Ask the socket's sender to close it; what waits is not sent any more, for grants may have changed."""
        self.close_code = self.close_code or code
        self.frames, self.dirty = [], {}
        self.wake.set()

    def take(self) -> list[str]:
        """Everything that waits, in order: pages, then one poke for the rest."""
        self.wake.clear()
        frames, self.frames = self.frames, []
        if self.dirty:
            frames.append(msgspec.json.encode({"poke": self.dirty}).decode())
            self.dirty = {}
        return frames


class Hub:
    """All subscribers of one process. Runs on the event loop only."""

    def __init__(self, metrics: Metrics) -> None:
        self._by_scope: dict[str, set[Subscriber]] = defaultdict(set)
        self._all: set[Subscriber] = set()
        self._metrics = metrics
        self.elsewhere: Callable[[Sequence[tuple[str, int]], Sequence[str], Sequence[str]], None] = lambda *_: None
        """Tells other processes; set by the PostgreSQL listener."""

    def subscribe(self, subscriber: Subscriber) -> None:
        """Begin to tell this subscriber about its scopes."""
        self._all.add(subscriber)
        for scope in subscriber.scopes:
            self._by_scope[scope].add(subscriber)
        self._metrics.sockets.set(len(self._all))

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Forget the subscriber; scopes nobody listens to leave nothing behind."""
        self._all.discard(subscriber)
        for scope in subscriber.scopes:
            listeners = self._by_scope.get(scope)
            if listeners is not None:
                listeners.discard(subscriber)
                if not listeners:
                    del self._by_scope[scope]
        self._metrics.sockets.set(len(self._all))

    def publish(self, moved: Sequence[Moved], epoch: str) -> None:
        """After a commit: pages to this process's listeners."""
        for one in moved:
            listeners = self._by_scope.get(one.scope)
            if listeners:
                frame = _frame(one, epoch)
                self._metrics.pokes.labels("page" if frame else "bare").inc(len(listeners))
                for subscriber in listeners:
                    subscriber.offer(one.scope, one.upto, frame)

    def poke(self, scope: str, upto: int) -> None:
        """A scope moved, by another process's hand."""
        for subscriber in self._by_scope.get(scope, ()):
            subscriber.offer(scope, upto, None)

    def poke_all(self) -> None:
        """Anything may have been missed: everybody pulls."""
        for scope, listeners in self._by_scope.items():
            for subscriber in listeners:
                subscriber.offer(scope, 0, None)

    def regrant(self, person: str) -> None:
        """A person's grants or sessions changed: their sockets close and come back after a pull."""
        for subscriber in [one for one in self._all if person in {one.person, one.device}]:
            subscriber.close(4409)

    def drop_device(self, device: str) -> None:
        """A device was revoked."""
        for subscriber in [one for one in self._all if one.device == device]:
            subscriber.close(4403)

    async def drop_stalled_forever(self) -> None:
        """Cut off sockets whose reader takes nothing for ten seconds."""
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(STALLED_S / 5)
            for one in self._all:
                if one.sender is not None and one.sending_since is not None and clock() - one.sending_since > STALLED_S:
                    one.sender.cancel()

    def close_all(self, code: int) -> None:
        """The server goes down."""
        for subscriber in list(self._all):
            subscriber.close(code)


def _frame(moved: Moved, epoch: str) -> str | None:
    """The page as one frame, when it is small and nothing in it has to be shaded."""
    if not moved.plain or sum(len(body) for _, body in moved.rows) > POKE_BYTES // 2:
        return None
    rows = [(n, msgspec.Raw(body.encode())) for n, body in moved.rows]
    frame = msgspec.json.encode(
        {
            "page": {
                "scope": moved.scope,
                "epoch": epoch,
                "after": moved.after,
                "upto": moved.upto,
                "rows": rows,
                "gone": moved.gone,
            }
        }
    )
    return frame.decode() if len(frame) <= POKE_BYTES else None
