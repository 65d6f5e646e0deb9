"""Rotations: which shift falls to whom on which date, by a pattern of symbols that goes on for ever (R-SCH-03, I-48).

Days are calendar days from the anchor: rest days do not stop the count. The screen that plans a month has the same in
TypeScript; both run ``tests/vectors/rotation.json``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

import msgspec


class Rotation(msgspec.Struct, frozen=True):
    """A pattern, one symbol for each ``step`` days, from the ``anchor`` date on and before it.

    ``every 5 days`` of early and late is pattern ``("早", "晚")`` with step 5; three shifts with rest are
    ``早早中中夜夜休休`` with step 1 and members two days apart.
    """

    pattern: tuple[str, ...]
    anchor: str
    step: int = 1

    def on(self, date: str, offset: int = 0) -> str:
        """The symbol of a date for a member who is ``offset`` places of the pattern ahead."""
        days = (dt.date.fromisoformat(date) - dt.date.fromisoformat(self.anchor)).days
        return self.pattern[(days // self.step + offset) % len(self.pattern)]


def symbols(text: str) -> tuple[str, ...]:
    """A pattern as people write it: ``早早中中夜夜休休``, or apart by blanks where a symbol is longer: ``早A 早A 休``.

    Raises:
        ValueError: there is nothing in it.
    """
    parts = tuple(text.split()) if len(text.split()) > 1 else tuple("".join(text.split()))
    if not parts:
        raise ValueError("an empty pattern")
    return parts


def spread(count: int, length: int) -> tuple[int, ...]:
    """Offsets that set so many members evenly apart in a pattern of that length."""
    return tuple(i * length // count for i in range(count))


def generate(
    rotation: Rotation,
    dates: Iterable[str],
    members: Iterable[tuple[str, int]],
    manual: Collection[tuple[str, str]] = (),
) -> dict[tuple[str, str], str]:
    """Symbol by person and date. ``manual`` are the cells somebody set by hand: they stay as they are."""
    days, by_hand = list(dates), set(manual)
    return {
        (person, date): rotation.on(date, offset)
        for person, offset in members
        for date in days
        if (person, date) not in by_hand
    }
