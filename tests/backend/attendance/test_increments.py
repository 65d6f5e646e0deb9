"""Whatever comes in whatever order: what the worker left step by step is what all the facts give at once (I3)."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from tests.backend.attendance.test_months import begins, unproved
from tests.estate import HOUR, MINUTE, Estate, codes
from tests.team import Team

from gatehouse.attendance.worker import recompute, recompute_all

PEOPLE = ("B1", "B2", "B3")
DAYS = (1, 2, 3, 8, 9)
LAST = {"correction": 5, "leave": 10}
"""Days kept for what happens last: yesterday, whose punch may still be applied for, and one to come."""
SORTS = ("punch", "punch", "punch", "leave", "correction", "outing", "outage")
STEPS = 20
LATER = 20
"""Steps while no window ends: a month that is judged again then was marked."""


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build("ecom")


class Days:
    """A few days of three people, drawn from a seed: some phones tell at once, some hours later."""

    def __init__(self, team: Team, chance: random.Random) -> None:
        self.team, self.chance = team, chance
        self.shifts: dict[tuple[str, int], str] = {}
        self.said: Counter[str] = Counter()
        self.asked: list[str] = []

    async def play(self) -> None:
        """Roster, then steps, with the worker between some of them."""
        for day in (*DAYS, *LAST.values()):
            for who in PEOPLE:
                self.shifts[who, day] = await self.team.assign(who, day)
        clock = self.team.estate.clock
        for step in range(STEPS):
            clock.ms = max(clock.ms, begins(1) + step * 4 * HOUR + self.chance.randint(0, 90) * MINUTE)
            await self.step()
        clock.ms = max(clock.ms, begins(6))
        await recompute_all(self.team.estate.core)
        for _ in range(LATER):
            clock.ms += MINUTE
            await self.step()
        for who in (*PEOPLE, "S1"):
            self.said.update(code for code, _ in codes(await self.team.phones[who].drain()))

    async def step(self) -> None:
        """Somebody does something, some phones tell of it, and sometimes the worker gets to it."""
        self.act(self.chance.choice(PEOPLE), self.chance.choice(SORTS))
        await self.tell()
        if self.chance.random() < 0.4:
            await recompute(self.team.estate.core)

    def act(self, who: str, sort: str, day: int | None = None) -> None:
        """One act of a person on their phone, not sent yet."""
        chance, phone, estate = self.chance, self.team.phones[who], self.team.estate
        day = day or chance.choice(DAYS)
        shift, start = self.shifts[who, day], begins(day)
        given: dict[str, Any]
        if sort == "punch":
            given = {"direction": chance.choice(("in", "out")), "site": estate.site, "post": estate.east}
            phone.act("punch.record", given)
        elif sort == "leave":
            until = start + chance.choice((4, 8)) * HOUR
            given = {"sort": chance.choice(("sick", "personal")), "since": start, "until": until, "reason": "有事"}
            self.asked.append(phone.act("leave.request", given))
        elif sort == "correction":
            given = {"shift": shift, "direction": "in", "claimed": start, "cause": "forgot", "reason": "忘了"}
            self.asked.append(phone.act("correction.request", given))
        elif sort == "outing":
            given = {
                "shift": shift,
                "since": start + HOUR,
                "until": start + 2 * HOUR,
                "business": True,
                "reason": "送件",
            }
            phone.act("outing.request", given)
        else:
            given = {"post": estate.east, "since": start - HOUR, "until": start + HOUR, "reason": "停电"}
            self.team.phones["S1"].act("outage.declare", given)

    async def tell(self) -> None:
        """Some phones have network; the supervisor agrees to some of what was asked."""
        for who in (*PEOPLE, "S1"):
            if self.chance.random() < 0.5:
                self.said.update(code for code, _ in codes(await self.team.phones[who].drain()))
        if self.asked and self.chance.random() < 0.6:
            entity = self.asked.pop(self.chance.randrange(len(self.asked)))
            boss = self.team.phones["S1"]
            await boss.pull()
            row = boss.row(entity)
            if row is not None:
                boss.act(
                    f"{row['kind']}.{self.chance.choice(('approve', 'approve', 'reject'))}", {"note": "好"}, entity
                )


@pytest.mark.parametrize(("seed", "last"), list(enumerate(sorted(set(SORTS)))))
async def test_step_by_step_ends_where_the_whole_does(team: Team, seed: int, last: str) -> None:
    """The last thing that happens is of one sort alone: nothing else has the month judged again."""
    days = Days(team, random.Random(seed))
    await days.play()
    await recompute_all(team.estate.core)
    for who in PEOPLE:
        days.act(who, last, LAST.get(last))
    asked = days.asked[-len(PEOPLE) :] if last in LAST else []
    for who in (*PEOPLE, "S1"):
        await team.phones[who].drain()
    boss = team.phones["S1"]
    await boss.pull()
    for entity in asked:
        row = boss.row(entity)
        if row is not None and row["f"]["state"] == "requested":
            boss.act(f"{row['kind']}.approve", {}, entity)
    days.said.update(code for code, _ in codes(await boss.drain()))
    await recompute_all(team.estate.core)
    assert days.said["applied"] > STEPS // 3
    assert await unproved(team) == []
