"""The ordinary days: visitors who come, are corrected, and leave. Drawn from a seed, so every load tells one story."""

from __future__ import annotations

import bisect
import random
from collections.abc import Iterator
from typing import Any

from gatehouse.demo.people import GARAGE, POSTS, SITES
from gatehouse.demo.rhythm import HABITS, OTHER_GATE, PER_DAY, Habit
from gatehouse.demo.steps import HOUR, MINUTE, Calendar, Step
from gatehouse.demo.visitors import NOTES, correction, visitor

_SETTLED = 3 * MINUTE
"""An exchange has gone round all tablets by then."""
_OPENING = 3 * HOUR
_ELSEWHERE = 0.3
_CORRECTED = 0.13
_REMARKED = 0.08
_UNMATCHED = 0.014


def exchanges(calendar: Calendar) -> Iterator[Step]:
    """All tablets push, then all pull; the garage's falls silent."""
    for at in calendar.exchanges():
        for i, post in enumerate(POSTS):
            if post != GARAGE or at < calendar.silent:
                yield Step(at + i * 1000, post, "push")
                yield Step(at + 10_000 + i * 1000, post, "pull")


def days(calendar: Calendar, seed: int) -> Iterator[Step]:
    """Every ordinary visit that is over by now."""
    rng = random.Random(seed)  # noqa: S311  # a story, not a secret
    met = calendar.exchanges()
    for day in range(calendar.days):
        for site in SITES:
            fewest, most = PER_DAY[site][calendar.weekend(day)]
            for i in range(rng.randint(fewest, most)):
                yield from _visit(rng, calendar, met, site, day, f"{site} {day} {i}")


def _visit(rng: random.Random, calendar: Calendar, met: list[int], site: str, day: int, name: str) -> Iterator[Step]:
    habits = HABITS[site]
    weekend = calendar.weekend(day)
    category = rng.choices(list(habits), [habit.share[weekend] for habit in habits.values()])[0]
    habit = habits[category]
    arrived = calendar.midnight(day) + _minute(rng, habit) * MINUTE + rng.randrange(MINUTE)
    left = arrived + rng.randint(habit.stay[0] * MINUTE, habit.stay[1] * MINUTE)
    post = rng.choices(list(habit.posts), list(habit.posts.values()))[0]
    fields = visitor(rng, site, category)
    elsewhere = rng.random() < _ELSEWHERE
    exit_post = rng.choice(OTHER_GATE[post]) if elsewhere else post
    extras = list(_extras(rng, site, post, arrived, name, fields))
    unmatched = rng.random() < _UNMATCHED
    if arrived < calendar.start + _OPENING or left > calendar.now - 5 * MINUTE:
        return
    slot = bisect.bisect_right(met, arrived)
    known = slot < len(met) and left > met[slot] + _SETTLED
    if GARAGE in {post, exit_post} and left > calendar.cutoff - HOUR:
        return
    yield Step(arrived, post, "arrive", name, {"category": category, **fields})
    yield from extras
    seen: dict[str, Any] = {key: fields[key] for key in ("name", "plate") if key in fields}
    if unmatched and seen and exit_post != post and slot < len(met) and left < met[slot] < calendar.silent:
        # The other gate has not heard of the entry; when the tablets have met, its guard joins the two.
        joined = met[slot] + rng.randint(5, 25) * MINUTE
        yield Step(left, exit_post, "exit", f"{name} out", {"category": category, **seen})
        yield Step(joined, exit_post, "join", f"{name} out", other=name)
        yield Step(joined + 1000, exit_post, "leave", name)
        return
    yield Step(left, exit_post if known else post, "leave", name)


def _minute(rng: random.Random, habit: Habit) -> int:
    """A minute of the day at which such visitors come."""
    first, before, _ = rng.choices(habit.hours, [(b - a) * weight for a, b, weight in habit.hours])[0]
    return rng.randrange(first * 60, before * 60)


def _extras(
    rng: random.Random, site: str, post: str, arrived: int, name: str, fields: dict[str, object]
) -> Iterator[Step]:
    at = arrived + rng.randint(30, 90) * 1000
    if rng.random() < _CORRECTED:
        yield Step(at, post, "amend", name, correction(rng, site, fields))
    if rng.random() < _REMARKED:
        yield Step(at + 30_000, post, "amend", name, {"note": rng.choice(NOTES)})
