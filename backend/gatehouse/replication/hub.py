"""The poke hub: who listens to which scopes, and what a commit tells them (PROTOCOL §11, P24).

A page is framed once and written to every socket that has nothing else to send. The others have a small inbox and one
sender each, so that a stalled socket delays nobody. What does not fit becomes a bare poke; losing one is allowed.

Rows go out only under grants known to hold. An org counts the transactions that change what somebody may hold; a row
carries the count it was committed under, a subscriber the one up to which its own grants are known to be unchanged. One
that lies behind, because this process has not heard of a change, gets numbers instead of rows and is looked at again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from gatehouse.replication.feed import Moved, Regrant
from gatehouse.replication.metrics import Metrics
from gatehouse.web.sockets import Tell, text_frame
from gatehouse_sync.protocol import POKE_BYTES

_INBOX = 64
STALLED_S = 10.0
REVOKED, REGRANT = 4403, 4409
Elsewhere = Callable[[Sequence[tuple[str, int]], Sequence[str], Sequence[str], Sequence[Regrant]], None]


class Subscriber:
    """One live socket: its scopes under one version of its grants, and what waits to be sent."""

    def __init__(
        self,
        device: str,
        person: str | None,
        scopes: frozenset[str],
        org: str,
        granted: int,
        look_again: Callable[[], Awaitable[None]],
    ) -> None:
        self.device = device
        self.person = person
        self.scopes = scopes
        self.org = org
        self.granted = granted
        """Up to which of the org's changes of grants this one's are known to be what they were."""
        self.look_again = look_again
        """Sees what the grants are now; closes the socket when they are others."""
        self.dirty: dict[str, int] = {}
        self.frames: list[str] = []
        self.sender: asyncio.Task[None] | None = None
        self.sending_since: float | None = None
        """When the sender began what it is at, by the loop's clock."""
        self.close_code: int | None = None
        self.wake = asyncio.Event()
        self.tell: Tell | None = None
        """Sends a frame at once, while nothing waits; set once the socket has been told that it listens."""

    def sent(self, raw: bytes) -> bool:
        """Whether a frame went out at once: not past anything that waits."""
        busy = self.frames or self.dirty or self.sending_since is not None or self.close_code is not None
        return self.tell is not None and not busy and self.tell(raw)

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
        self.elsewhere: Elsewhere = lambda *_: None
        """Tells other processes; set by the PostgreSQL listener."""
        self._doubted: set[Subscriber] = set()
        self._doubt = asyncio.Event()

    def subscribe(self, subscriber: Subscriber) -> None:
        """Begin to tell this subscriber about its scopes."""
        self._all.add(subscriber)
        for scope in subscriber.scopes:
            self._by_scope[scope].add(subscriber)
        self._metrics.sockets.set(len(self._all))

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Forget the subscriber; scopes nobody listens to leave nothing behind."""
        self._all.discard(subscriber)
        self._doubted.discard(subscriber)
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
                raw = text_frame(frame) if frame is not None else None
                self._metrics.pokes.labels("page" if frame else "bare").inc(len(listeners))
                for subscriber in listeners:
                    known = subscriber.granted >= one.granted
                    if not (known and raw is not None and subscriber.sent(raw)):
                        subscriber.offer(one.scope, one.upto, frame if known else None)
                    if not known:
                        self._look_at(subscriber)

    def poke(self, scope: str, upto: int) -> None:
        """A scope moved, by another process's hand."""
        for subscriber in self._by_scope.get(scope, ()):
            subscriber.offer(scope, upto, None)

    def poke_all(self) -> None:
        """Anything may have been missed: everybody pulls."""
        for scope, listeners in self._by_scope.items():
            for subscriber in listeners:
                subscriber.offer(scope, 0, None)

    def cut_off(self, regranted: Sequence[str], revoked: Sequence[str], regrants: Sequence[Regrant]) -> None:
        """Grants changed: sockets of those concerned close, the others' are known to be unchanged.

        Args:
            regranted: people (or devices) whose grants or sessions are others now; they come back after a pull.
            revoked: devices that are to stay away.
            regrants: the changes, of which ``regranted`` and ``revoked`` are all that is concerned.
        """
        people, devices = set(regranted), set(revoked)
        for one in self._all:
            if one.device in devices:
                one.close(REVOKED)
            elif not people.isdisjoint({one.person, one.device}):
                one.close(REGRANT)
        for change in regrants:
            for one in self._all:
                if one.org == change.org and one.granted == change.before and one not in self._doubted:
                    one.granted = change.after
            self.has_granted(change.org, change.after)

    def has_granted(self, org: str, granted: int) -> None:
        """The org has come so far: whoever is known to be right only up to less is looked at again."""
        for one in self._all:
            if one.org == org and one.granted < granted:
                self._look_at(one)

    def orgs(self) -> list[str]:
        """Whose people listen here."""
        return sorted({one.org for one in self._all})

    def _look_at(self, subscriber: Subscriber) -> None:
        if subscriber.close_code is None:
            self._doubted.add(subscriber)
            self._doubt.set()

    async def look_again_forever(self) -> None:
        """Look, one after another, whether the grants of doubted subscribers are still what they were."""
        while True:
            await self._doubt.wait()
            self._doubt.clear()
            while self._doubted:
                one = self._doubted.pop()
                if one.close_code is None:
                    await one.look_again()

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
