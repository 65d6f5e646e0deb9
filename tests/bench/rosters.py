"""W7: a month of 200 people out of and into a sheet, and published; each in the process and by the code that serves."""

from __future__ import annotations

import asyncio
import time

from tests.bench.report import Figure
from tests.estate import codes, opened
from tests.rosters import templates, values
from tests.team import Team

from gatehouse.sheets.files import read_book, write_roster_sheet
from gatehouse.sheets.roster_file import RosterSheet, Symbol
from gatehouse.sheets.roster_grid import Person, find

PEOPLE = 200
MONTH = "2026-03"
LABELS = "早早中中夜夜休休"
SHEET_S = 1.0


def figures(engine: str, url: str) -> list[Figure]:
    """A sheet written and read back by the worker, then the same month as one publication."""
    lines = [(f"{i:04}", f"张三{i}", [LABELS[(day + i) % len(LABELS)] for day in range(31)]) for i in range(PEOPLE)]
    words = ("一班 2026年3月排班表", MONTH, "zh-CN", "工号", "姓名", "班数", "休", "班次说明")
    sheet = RosterSheet(*words, [Symbol("早", "早班", "07:00-15:00")], lines, [])
    people = [Person(number, name, number, of_team=True) for number, name, _ in lines]

    async def both() -> tuple[list[float], list[float]]:
        out, into = [], []
        for _ in range(3):
            begun = time.perf_counter()
            raw = await write_roster_sheet(sheet)
            between = time.perf_counter()
            grid = find((await read_book(raw)).sheets[0], MONTH, people)
            into.append(time.perf_counter() - between)
            out.append(between - begun)
            if [line.cells for line in grid.lines] != [cells for _, _, cells in lines] or grid.told:
                raise RuntimeError(f"not what was written: {grid.told[:1]}")
        return out, into

    out, into = asyncio.run(both())
    name = f"W7 a month of {PEOPLE} people"
    return [
        Figure(f"{name} as a sheet: written", "s", out, None, SHEET_S, at_most=True),
        Figure(f"{name} as a sheet: read", "s", into, None, SHEET_S, at_most=True),
        Figure(f"{name} published, {engine}", "s", [asyncio.run(published(url))]),
    ]


async def published(url: str) -> float:
    """Seconds from the push of one publication of 200 people by 31 days to its answer."""
    async with opened(url) as estate:
        team = await Team(estate).build()
        by_label = await templates(team)
        people = [
            estate.admin.act("person.create", {"name": f"张三{i}", "staff_no": f"P{i:03}"}) for i in range(PEOPLE)
        ]
        await estate.admin.drain()
        days = {who: " ".join(LABELS[(day + i) % len(LABELS)] for day in range(31)) for i, who in enumerate(people)}
        boss = team.phones["S1"]
        boss.act("roster.publish", values(team.id, by_label, [estate.east], days, month=MONTH))
        begun = time.perf_counter()
        answers = await boss.drain()
        took = time.perf_counter() - begun
        if codes(answers) != [("applied", None)]:
            raise RuntimeError(f"it was not published: {codes(answers)}")
        estate.tampered = True  # measured, not proved: a test folds the same log
        return took
