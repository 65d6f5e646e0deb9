"""W7: months judged by the rules alone, on one core: one person's, and 200 people's."""

from __future__ import annotations

import random
import time

from tests.bench.report import Figure
from tests.days import ECOM, GOLD, at, punch, turn

from gatehouse.rules.facts import Direction, Heard, PersonMonth, Punch
from gatehouse.rules.month import judge_month
from gatehouse.rules.terms import Terms

PEOPLE, DAYS = 200, 31
ONE_MS, ALL_S = 3.0, 2.0
HOURS = ("08:00-16:00", "16:00-24:00", "22:00-30:00", "09:00-11:30 12:30-18:30")


def a_month(seed: int) -> tuple[PersonMonth, Terms]:
    """31 shifts with two to four punches each, some late, some missing; a tablet and a phone that said all."""
    chance = random.Random(seed)  # the same months each run
    turns = [turn(HOURS[seed % len(HOURS)], day) for day in range(1, DAYS + 1)]
    punches: list[Punch] = []
    for one in turns:
        number = int(one.date[-2:])
        if chance.random() < 0.02:
            continue
        came, went = one.starts + chance.randint(-20, 12) * 60_000, one.ends + chance.randint(-5, 30) * 60_000
        made: list[tuple[Direction, int]] = [("in", came), ("out", went)]
        if chance.random() < 0.2:
            middle = (one.starts + one.ends) // 2
            made += [("out", middle), ("in", middle + 25 * 60_000)]
        for place, (direction, when) in enumerate(made):
            if chance.random() < 0.97:
                told = {"at": when, "earliest": when, "latest": when, "arrived": when + 1000}
                punches.append(punch(direction, "00:00", number, id=f"{number}-{place}", shift=one.id, **told))
    end = at("00:00", 40)
    heard: dict[str, tuple[Heard, ...]] = {"gate": (Heard("tablet", end),), "": (Heard("phone", end),)}
    return PersonMonth("ann", "2026-03", end, tuple(turns), tuple(punches), heard=heard), (ECOM, GOLD)[seed % 2]


def figures() -> list[Figure]:
    """Each month by itself, and all of them one after another."""
    months = [a_month(seed) for seed in range(PEOPLE)]
    each: list[float] = []
    rounds: list[float] = []
    for _ in range(3):
        begun = time.process_time()
        for facts, held in months:
            before = time.process_time()
            judge_month(facts, lambda _team, _date, held=held: held)  # type: ignore[misc]  # a default binds it now
            each.append((time.process_time() - before) * 1e3)
        rounds.append(time.process_time() - begun)
    name = f"W7 {DAYS} shifts of one person judged"
    return [
        Figure(name, "ms", [sum(each) / len(each)], None, ONE_MS, at_most=True),
        Figure(f"{name}: the slowest of {PEOPLE}", "ms", [max(each)]),
        Figure(f"W7 {PEOPLE} people's {DAYS} shifts judged", "s", rounds, None, ALL_S, at_most=True),
    ]
