"""Whether the product and the second judge say the same of a month, and whether order changes what is said (I9)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from tests.rules.months import month
from tests.rules.oracle import month_of
from tests.rules.prices import priced

from gatehouse.rules.book import Book, Choice
from gatehouse.rules.facts import PersonMonth
from gatehouse.rules.month import judge_month
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import DayVerdict, MonthVerdict

NINE = ("ecom", "prop", "bar", "duty", "ding", "rest", "sales", "guard", "gold")
FIGURES = ("status", "late", "early", "overrun", "lead_missed", "off_post", "worked", "night", "came", "went")
FINAL = ("final", "final_silent")
MINGLED = ("turns", "punches", "leaves", "outings", "corrections", "outages", "swaps", "held")
TermsOf = Callable[[str, str], Terms]


def terms_of(pack: str) -> TermsOf:
    """What a shipped regulation sets for any team."""
    book = Book([Choice("c", "t1", pack, "2000-01-01", 0)])
    return book.on


def drawn(seed: int) -> tuple[str, PersonMonth]:
    """The month of a seed, and the regulation it is judged by."""
    chance = random.Random(seed)
    made = month(chance)
    return chance.choice(NINE), made


def differences(facts: PersonMonth, terms: TermsOf, said: MonthVerdict | None = None) -> list[str]:
    """Where the product and the second judge differ; nothing, if all is well."""
    want, got = month_of(facts, terms), said or judge_month(facts, terms)
    days = {day.shift: day for day in got.days}
    found = [] if days.keys() == want["days"].keys() else ["other shifts are judged"]
    for shift, day in want["days"].items():
        if shift in days:
            found += [f"{shift}: {one}" for one in _of_day(day, days[shift])]
    prices = {(one.cause, one.id.partition(":")[2]): priced(one.penalty) for one in got.proposals}
    found += [
        f"{cause} {of}: {want['proposals'].get((cause, of))} wanted, {prices.get((cause, of))} proposed"
        for cause, of in sorted(prices.keys() | want["proposals"].keys())
        if prices.get((cause, of)) != want["proposals"].get((cause, of))
    ]
    if sorted(got.unscheduled) != want["unscheduled"]:
        found.append(f"belong to no shift: {want['unscheduled']} wanted, {sorted(got.unscheduled)} said")
    return found


def _of_day(want: dict[str, Any], got: DayVerdict) -> Iterator[str]:
    if want["certainty"] != got.certainty:
        yield f"certainty {want['certainty']} wanted, {got.certainty} said"
    elif got.certainty in FINAL:
        for name in FIGURES:
            if getattr(got, name) != want[name]:
                yield f"{name} {want[name]} wanted, {getattr(got, name)} said"
    elif got.status in {"absent", "missing_in", "missing_out"}:
        yield f"{got.status} said while data may still arrive"


def mingled(facts: PersonMonth, chance: random.Random) -> PersonMonth:
    """The same facts in another order of arrival."""
    orders = {}
    for name in MINGLED:
        rows = list(getattr(facts, name))
        chance.shuffle(rows)
        orders[name] = tuple(rows)
    posts = list(facts.heard.items())
    chance.shuffle(posts)
    return msgspec.structs.replace(facts, heard=dict(posts), **orders)


def grown(facts: PersonMonth, chance: random.Random, steps: int = 8) -> Iterator[PersonMonth]:
    """The month as it came to be: its facts arrive a few at a time, in any order; the last one is the whole."""
    rows = [(name, one) for name in MINGLED for one in getattr(facts, name)]
    chance.shuffle(rows)
    for step in range(1, steps + 1):
        there = rows[: len(rows) * step // steps]
        so_far = {name: tuple(one for of, one in there if of == name) for name in MINGLED}
        yield msgspec.structs.replace(facts, **so_far)
