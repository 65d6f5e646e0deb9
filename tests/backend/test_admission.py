"""How many pushes are let in: nobody beyond the places, short ones first, each long one in its time."""

from __future__ import annotations

import asyncio
import contextlib
import math

import pytest

from gatehouse.errors import Problem
from gatehouse.replication import admission
from gatehouse.replication.admission import (
    AT_ONCE,
    FAVOURS,
    LATEST_S,
    OVERBOOKED,
    PULL_AGAIN_S,
    PULLS_AT_ONCE,
    SHORT,
    SHORT_PLACES,
    Admission,
)
from gatehouse.replication.metrics import Metrics

LONG = SHORT + 1


class Hall:
    """An admission, the pushes in it, and a clock moved by hand."""

    def __init__(self, places: int) -> None:
        self.s = 100.0
        self.admission = Admission(places, Metrics(), lambda: self.s)
        self.begun: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}

    async def come(self, name: str, size: int | None = LONG) -> None:
        """A push: waits for its turn, and in it until ``leave``."""
        self.ends[name] = asyncio.Event()
        async with self.admission.place(size) as place, place.turn():
            self.begun.append(name)
            await self.ends[name].wait()

    async def sent(self, *names: str, size: int | None = LONG) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self.come(name, size)) for name in names]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return tasks

    async def leave(self, name: str) -> None:
        self.ends[name].set()
        for _ in range(4):
            await asyncio.sleep(0)

    async def turned_away(self, size: int | None = LONG) -> int:
        """Seconds after which to come again, said at once."""
        with pytest.raises(Problem) as caught:
            async with asyncio.timeout(1):
                await self.come("nobody", size)
        assert caught.value.code == "busy"
        assert caught.value.retry_after is not None
        return caught.value.retry_after


def names(kind: str, count: int) -> list[str]:
    return [f"{kind}{number}" for number in range(count)]


async def closed(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.trap("T38")
async def test_nobody_is_let_in_beyond_the_places_and_a_place_left_is_free_again() -> None:
    hall = Hall(2)
    tasks = await hall.sent("a", "b")
    assert await hall.turned_away() >= 1
    assert await hall.turned_away(None) >= 1, "a body of unknown size may be a long one"
    await hall.leave("a")
    tasks += await hall.sent("c")
    assert hall.begun == ["a", "b", "c"]
    await closed(tasks)


async def test_short_pushes_have_places_of_their_own_and_not_without_end() -> None:
    hall = Hall(1)
    tasks = await hall.sent("long")
    tasks += await hall.sent(*names("short", SHORT_PLACES), size=SHORT)
    assert await hall.turned_away(SHORT) == 1
    assert await hall.turned_away() >= 1
    await closed(tasks)


async def test_only_a_few_are_decided_at_a_time_in_the_order_in_which_they_came() -> None:
    hall = Hall(20)
    tasks = await hall.sent(*names("", AT_ONCE + 3))
    assert hall.begun == names("", AT_ONCE)
    for number in range(3):
        await hall.leave(str(number))
    assert hall.begun == names("", AT_ONCE + 3)
    await closed(tasks)


@pytest.mark.trap("T38")
async def test_a_short_push_goes_before_the_long_ones_that_wait_and_long_ones_get_their_turns() -> None:
    hall = Hall(20)
    tasks = await hall.sent(*names("long", AT_ONCE + 2))
    tasks += await hall.sent(*names("short", 2 * FAVOURS), size=10)
    while len(hall.begun) < len(hall.ends):
        await hall.leave(next(name for name in hall.begun if not hall.ends[name].is_set()))
    waited = hall.begun[AT_ONCE:]
    assert waited[: FAVOURS + 1] == [*names("short", FAVOURS), f"long{AT_ONCE}"]
    assert waited.index(f"long{AT_ONCE + 1}") == 2 * FAVOURS + 1
    await closed(tasks)


@pytest.mark.trap("T38")
async def test_those_turned_away_are_called_back_as_fast_as_pushes_are_decided() -> None:
    hall = Hall(1)
    for number in range(100):  # so that it knows how long they take: a second each, four at a time
        tasks = await hall.sent(str(number))
        hall.s += 1
        await hall.leave(str(number))
        await closed(tasks)
    tasks = await hall.sent("in")
    asked = [await hall.turned_away() for _ in range(40)]
    assert asked == sorted(asked)
    due = math.ceil(40 * 0.25 * OVERBOOKED)
    assert due - 1 <= asked[-1] <= due, "forty, a quarter of a second each"
    assert [await hall.turned_away() for _ in range(200)][-1] == LATEST_S
    hall.s += LATEST_S
    assert await hall.turned_away() == 1, "all of them have had their time to come"
    await closed(tasks)


async def test_a_slow_machine_lets_in_no_more_than_it_gets_done_in_time() -> None:
    hall = Hall(1000)
    for number in range(100):
        tasks = await hall.sent(str(number))
        hall.s += 2
        await hall.leave(str(number))
        await closed(tasks)
    tasks = await hall.sent(*names("", 1000))
    inside = sum(not task.done() for task in tasks)
    assert inside == int(admission.PATIENCE_S / 2 / 0.5)
    await closed(tasks)


async def test_a_wait_without_end_is_given_up_and_spoils_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE_S", 0.05)
    hall = Hall(20)
    monkeypatch.setattr(hall.admission, "_room", lambda *, short: 20 + short)  # patience alone is looked at here
    tasks = await hall.sent(*names("", AT_ONCE))
    assert await hall.turned_away() >= 1
    late = (await hall.sent("late"))[0]
    late.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await late
    for number in range(AT_ONCE):
        await hall.leave(str(number))
    tasks += await hall.sent(*names("then", AT_ONCE + 1))
    assert hall.begun[AT_ONCE:] == names("then", AT_ONCE), "no turn was lost, none was given twice"
    await closed(tasks)


async def test_pulls_are_answered_a_few_at_a_time_and_none_waits_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE_S", 0.05)
    hall, end, inside = Hall(1), asyncio.Event(), []

    async def look(number: int) -> None:
        async with hall.admission.pull():
            inside.append(number)
            await end.wait()

    tasks = [asyncio.create_task(look(number)) for number in range(PULLS_AT_ONCE)]
    await asyncio.sleep(0)
    with pytest.raises(Problem) as caught:
        await look(PULLS_AT_ONCE)
    assert (caught.value.code, caught.value.retry_after) == ("busy", PULL_AGAIN_S)
    assert inside == list(range(PULLS_AT_ONCE))
    end.set()
    await asyncio.gather(*tasks)
    await look(PULLS_AT_ONCE)
    assert inside[-1] == PULLS_AT_ONCE


async def test_a_turn_that_comes_as_the_patience_ends_is_passed_on() -> None:
    hall = Hall(20)
    tasks = await hall.sent(*names("", AT_ONCE))
    (leaving,) = await hall.sent("leaving")
    waiting = await hall.sent("after")
    hall.ends["0"].set()
    await asyncio.sleep(0)  # the turn is given; the one it is given to has not run yet
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    await asyncio.sleep(0)
    assert "after" in hall.begun
    assert "leaving" not in hall.begun
    await closed(tasks + waiting)
