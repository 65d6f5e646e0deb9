"""A guard at work: one visit pushed and one pull, again and again, from a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import msgspec
from tests.bench.estate import Enrolled
from tests.bench.returning import NoAnswer, Returning

PAUSE_S = 0.1


class Worked(msgspec.Struct):
    """Milliseconds from the act to its acknowledgement, waits for a busy server included, and of each pull."""

    push: list[float] = []
    pull: list[float] = []
    busy: int = 0
    given_up: int = 0


class AtWork:
    """The process, seen from outside."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.pushed = 0

    def so_far(self, word: bytes = b"so far") -> Worked:
        """What was measured since the last time this was asked."""
        self._pipe.send_bytes(word)
        worked = msgspec.json.decode(self._pipe.recv_bytes(), type=Worked)
        self.pushed += len(worked.push)
        return worked


@contextmanager
def working(device: Enrolled, port: int, visits: int) -> Iterator[AtWork]:
    """The guard, until the block ends; makes ``visits`` at most."""
    frames = device.frames(visits, 1)
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_work, args=(device, frames, port, theirs))
    process.start()
    theirs.close()
    at_work = AtWork(ours)
    try:
        yield at_work
    finally:
        at_work.so_far(b"end")
        process.join(30)


def _work(device: Enrolled, frames: list[bytes], port: int, pipe: Connection) -> None:
    asyncio.run(_day(Returning(device, [], port, 0), frames, pipe))


async def _day(guard: Returning, frames: list[bytes], pipe: Connection) -> None:
    worked = Worked()

    def told_to_end() -> bool:
        """Answer whoever asked; also while the server does not answer us."""
        nonlocal worked
        end = False
        while pipe.poll():
            end = pipe.recv_bytes() == b"end"
            pipe.send_bytes(msgspec.json.encode(worked))
            worked = Worked()
        return end

    for frame in frames:
        started = time.perf_counter()
        while not await _through(guard.send(frame), worked):
            if told_to_end():
                return
        worked.push.append((time.perf_counter() - started) * 1e3)
        started = time.perf_counter()
        if await _through(guard.look(), worked):
            worked.pull.append((time.perf_counter() - started) * 1e3)
        if told_to_end():
            return
        await asyncio.sleep(PAUSE_S)
    raise RuntimeError("more visits were needed than were prepared")


async def _through(verb: Awaitable[None], worked: Worked) -> bool:
    """Whether it was answered; else wait as long as was asked for."""
    try:
        await verb
    except NoAnswer as failure:
        worked.busy += failure.busy
        worked.given_up += not failure.busy
        await asyncio.sleep(max(0.5, failure.asked or 0.0))
        return False
    return True
