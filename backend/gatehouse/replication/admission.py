"""How much a process takes on at once.

Whoever finds no place to push is told when to come again, before the body is read; pulls are answered a few at a time.

After a weekend without a network a fleet comes back within seconds. Were all let in, their bodies would fill the
memory, each would wait for all before it, and a device that gives up after its ten seconds would send everything again
while the server still works at what nobody waits for any more.

There are two lines. Long frames are what was recorded while a device was away; short ones are a person at work, whom
the storm must not keep waiting: they are decided first, as long as the long ones get every fifth turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Callable

from gatehouse.errors import Problem
from gatehouse.replication.metrics import Metrics

SHORT = 16 * 1024
"""Bytes of a body up to which a push is short: about ten acts."""
SHORT_PLACES = 8
"""Places for short pushes, for each one for a long push; all of them hold an eighth of a long one's bytes at most."""
AT_ONCE = 4
"""Pushes decided at a time: while one waits for the disk another is read. What is read takes many times its bytes."""
FAVOURS = 4
"""Short pushes in a row while a long one waits."""
PULLS_AT_ONCE = 4
"""Pulls being read and packed; with the pushes fewer than PostgreSQL's connections. Pages lie in memory meanwhile."""
PATIENCE_S = 5.0
"""The longest wait for a turn. A device gives up after ten seconds, its sending included."""
PULL_AGAIN_S = 2
LATEST_S = 30
OVERBOOKED = 0.7
"""Of the time that pushes take, between two call-backs: devices add up to half as much, and a place empty is lost."""
_FIRST_GUESS_S = 0.03
_INERTIA = 0.9


class Admission:
    """The places of one process; used on its event loop only.

    Args:
        places: for long pushes that are being received, wait or are decided.
        metrics: count who was turned away.
        clock: seconds that never run backwards.
    """

    def __init__(self, places: int, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._places = places
        self._metrics = metrics
        self._clock = clock
        self._inside = {True: 0, False: 0}
        self._lines: dict[bool, deque[asyncio.Future[None]]] = {True: deque(), False: deque()}
        self._working = 0
        self._favours = 0
        self._long_s = _FIRST_GUESS_S
        self._appointment = 0.0
        self._pulls = asyncio.Semaphore(PULLS_AT_ONCE)

    @contextlib.asynccontextmanager
    async def place(self, size: int | None) -> AsyncIterator[Place]:
        """A place for a body of so many bytes, None when it does not say.

        Raises:
            Problem: ``busy`` with ``retry_after``: there is none.
        """
        short = size is not None and size <= SHORT
        if self._inside[short] >= self._room(short=short):
            raise self._busy(short=short)
        self._inside[short] += 1
        try:
            yield Place(self, short=short)
        finally:
            self._inside[short] -= 1

    @contextlib.asynccontextmanager
    async def turn(self, *, short: bool) -> AsyncIterator[None]:
        """Wait for the turn; first come first served within each line.

        Raises:
            Problem: ``busy`` with ``retry_after``: it did not come in time.
        """
        await self._wait(short=short)
        began = self._clock()
        try:
            yield
        finally:
            if not short:
                took = (self._clock() - began) / AT_ONCE
                self._long_s = _INERTIA * self._long_s + (1 - _INERTIA) * took
            self._working -= 1
            self._next()

    @contextlib.asynccontextmanager
    async def pull(self) -> AsyncIterator[None]:
        """Wait for the turn of a pull, first come first served.

        Raises:
            Problem: ``busy`` with ``retry_after``: it did not come in time.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._pulls.acquire()
        except TimeoutError as failure:
            self._metrics.turned_away.labels("pull").inc()
            raise Problem("busy", retry_after=PULL_AGAIN_S) from failure
        try:
            yield
        finally:
            self._pulls.release()

    def _room(self, *, short: bool) -> int:
        """Places, or fewer on a slow machine: nobody is let in who would lose patience."""
        if short:
            return SHORT_PLACES * self._places
        return min(self._places, max(AT_ONCE, int(PATIENCE_S / 2 / self._long_s)))

    def _busy(self, *, short: bool) -> Problem:
        """Long pushes are called back one after the other, a little faster than they are decided."""
        self._metrics.turned_away.labels("short" if short else "long").inc()
        now = self._clock()
        if short:
            return Problem("busy", retry_after=1)
        self._appointment = min(max(self._appointment, now) + OVERBOOKED * self._long_s, now + LATEST_S)
        return Problem("busy", retry_after=max(1, math.ceil(self._appointment - now)))

    async def _wait(self, *, short: bool) -> None:
        if self._working < AT_ONCE:
            self._working += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._lines[short].append(turn)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await turn
        except BaseException as failure:
            if turn.done() and not turn.cancelled():  # it came all the same
                self._working -= 1
                self._next()
            else:
                with contextlib.suppress(ValueError):  # passed over already
                    self._lines[short].remove(turn)
            if isinstance(failure, TimeoutError):
                raise self._busy(short=short) from failure
            raise

    def _next(self) -> None:
        """Give the free turn to whoever is next."""
        shorts, longs = self._lines[True], self._lines[False]
        while self._working < AT_ONCE and (shorts or longs):
            favour = bool(shorts) and (not longs or self._favours < FAVOURS)
            self._favours = self._favours + 1 if favour and longs else 0
            turn = (shorts if favour else longs).popleft()
            if not turn.done():
                turn.set_result(None)
                self._working += 1


class Place:
    """A push that was let in."""

    def __init__(self, admission: Admission, *, short: bool) -> None:
        self._admission, self._short = admission, short

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until it may be decided.

        Raises:
            Problem: ``busy`` with ``retry_after``.
        """
        async with self._admission.turn(short=self._short):
            yield
