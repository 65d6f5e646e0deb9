"""W8: one late punch until the person's month is in the feed, and pushes of punches with months to mark and without."""

from __future__ import annotations

import time

from tests.bench.report import Figure
from tests.estate import DAY, HOUR, MINUTE, T0, Estate, Phone, opened
from tests.team import Team

from gatehouse.attendance.worker import recompute, recompute_all

DAYS, TIMES = 28, 30
PUNCHES, FRAMES = 100, 20
MONTH_MS, RATIO = 20.0, 1.5


async def figures(engine: str, url: str) -> list[Figure]:
    """A month of a person, then punch after punch; then frames of punches, by turns with marks and without."""
    async with opened(url) as estate:
        team = await Team(estate).build()
        estate.admin.act("policy.choose", {"team": team.id, "pack": "gold", "since": "2026-01-01"})
        await estate.admin.drain()
        phone = team.phones["B1"]
        for day in range(DAYS):
            shift = await team.assign("B1", day)
            for direction, at in (("in", 8 * HOUR), ("out", 16 * HOUR)):
                estate.clock.ms = T0 + day * DAY + at + (day % 7) * MINUTE
                phone.act("punch.record", _punch(estate, direction, shift))
        await phone.drain()
        await recompute_all(estate.core)
        work, wall = await _late(estate, phone)
        ratios = await _pushes(estate, phone)
    name = f"W8 one late punch until the month is in the feed, {engine}"
    return [
        Figure(f"{name}: CPU", "ms", work, None, MONTH_MS, at_most=True),
        Figure(name, "ms", wall),
        Figure(
            f"W8 a push of {PUNCHES} punches, with months to mark ÷ without, {engine}", "×", ratios, None, RATIO, True
        ),
    ]


def _punch(estate: Estate, direction: str, shift: str | None = None) -> dict[str, object]:
    named = {"shift": shift} if shift is not None else {}
    return {"direction": direction, "site": estate.site, "post": estate.east, **named}


async def _late(estate: Estate, phone: Phone) -> tuple[list[float], list[float]]:
    work, wall = [], []
    for _ in range(TIMES):
        estate.clock.forward(MINUTE)
        phone.act("punch.record", _punch(estate, "out"))
        await phone.drain()
        begun, spent = time.perf_counter(), time.process_time()
        if await recompute(estate.core) != 1:
            raise RuntimeError("one punch is one month to judge")
        work.append((time.process_time() - spent) * 1e3)
        wall.append((time.perf_counter() - begun) * 1e3)
    return work, wall


async def _pushes(estate: Estate, phone: Phone) -> list[float]:
    """CPU of a frame with marks over one without, pair by pair."""
    marks, spent = dict(estate.core.registry.spoils), {True: list[float](), False: list[float]()}
    for turn in range(FRAMES):
        for marked in (True, False) if turn % 2 else (False, True):
            estate.core.registry.spoils = marks if marked else {}
            for _ in range(PUNCHES):
                phone.act("punch.record", _punch(estate, "in"))
            raw = phone.raw()
            begun = time.process_time()
            reply = await estate.push(raw)
            spent[marked].append(time.process_time() - begun)
            phone.device.pushed(reply)
    estate.core.registry.spoils = marks
    return [with_ / without for with_, without in zip(spent[True], spent[False], strict=True)]
