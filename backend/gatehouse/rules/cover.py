"""How many people are on a post, when, and where that is too few (R-SCH-10, R-SCH-13, R-SCH-14, R-SCH-17)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from gatehouse.rules.facts import Span, Turn


class Level(msgspec.Struct, frozen=True):
    """So many people from ``starts`` to ``ends``; ``planned``: some shift there is not over, if only at its meal."""

    starts: int
    ends: int
    people: int
    planned: bool


class Need(msgspec.Struct, frozen=True):
    """What a post asks for.

    Attributes:
        least: people at any time at which the roster has somebody there at all, meals included.
        round_clock: at any time (R-SCH-17).
        clause: what it rests on.
    """

    least: int
    round_clock: bool = False
    clause: str = "R-SCH-10"


def levels(turns: Iterable[Turn], post: str, span: Span) -> list[Level]:
    """The whole span in order, cut wherever somebody comes or goes; a meal is a gap between two segments."""
    here = [turn for turn in turns if turn.post == post and turn.ends > span.starts and turn.starts < span.ends]
    edges = {span.starts, span.ends}
    for turn in here:
        edges |= {at for part in turn.spans for at in (part.starts, part.ends) if span.starts < at < span.ends}
    steps: dict[int, tuple[int, int]] = {}
    for turn in here:
        inside = [part for part in turn.spans if part.ends > span.starts and part.starts < span.ends]
        for part in inside:
            _add(steps, max(part.starts, span.starts), 1, 0)
            _add(steps, part.ends, -1, 0)
        _add(steps, max(turn.starts, span.starts), 0, 1)
        _add(steps, turn.ends, 0, -1)
    found: list[Level] = []
    people = planned = 0
    for at, until in pairwise(sorted(edges)):
        there, begun = steps.get(at, (0, 0))
        people, planned = people + there, planned + begun
        last = found[-1] if found else None
        if last is not None and (last.people, last.planned) == (people, planned > 0):
            found[-1] = Level(last.starts, until, people, last.planned)
        else:
            found.append(Level(at, until, people, planned > 0))
    return found


def _add(steps: dict[int, tuple[int, int]], at: int, people: int, planned: int) -> None:
    before = steps.get(at, (0, 0))
    steps[at] = before[0] + people, before[1] + planned


def cover_of(turns: Iterable[Turn], post: str, span: Span) -> tuple[int, int]:
    """The least number of people on a post during a span, and when that is first so (UTC ms)."""
    least = min(levels(turns, post, span), key=lambda level: (level.people, level.starts))
    return least.people, least.starts


def too_few(turns: Iterable[Turn], post: str, span: Span, need: Need) -> list[Level]:
    """The times of the span at which fewer people than needed are on a post."""
    return [
        level
        for level in levels(turns, post, span)
        if level.people < need.least and (level.planned or need.round_clock)
    ]


def worse(before: Iterable[Turn], after: Sequence[Turn], post: str, span: Span, need: Need) -> list[Level]:
    """Where a change leaves too few who were not so few before it: the times after it.

    Judged over the hours planned before: a shift taken away leaves its hours empty, not unplanned.
    """
    old = levels(before, post, span)
    found = []
    for level in levels(after, post, span):
        for was in old:
            starts, ends = max(level.starts, was.starts), min(level.ends, was.ends)
            asked = need.round_clock or was.planned or level.planned
            if starts < ends and asked and level.people < need.least and level.people < was.people:
                found.append(Level(starts, ends, level.people, planned=True))
    return found
