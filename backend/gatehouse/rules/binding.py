"""Which shift a punch belongs to, and which way it goes: by time alone, whatever the order of arrival (product §5.1–6).

A shift takes punches from ``punch.bind_before_min`` before its start to ``punch.bind_after_min`` after its end. Where
two shifts of one person could take a punch:

- a punch that names its shift belongs to it, if it is that person's and the punch lies within that time;
- between the end of the one and the start of the next (and for 15 minutes around where they touch) a going belongs to
  the one before, a coming to the next;
- a punch that says neither goes to the nearer: the gap is cut at its middle; where they touch, a shift still open takes
  it as its going, else the next as its coming.

Under ``per_segment`` (I-26) each segment of a split shift is such a stretch of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

import msgspec

from gatehouse.rules.facts import Correction, Direction, Punch, Turn
from gatehouse.rules.parameters import BIND_AFTER_MIN, BIND_BEFORE_MIN, PUNCH_MODE
from gatehouse.rules.spans import MINUTE, Pair
from gatehouse.rules.terms import Terms

TIE = 15 * MINUTE
"""Around the minute at which two shifts touch, an open shift takes goings, the next takes comings (product §5.2)."""


class Mark(msgspec.Struct):
    """A punch with the direction it counts in: as said, else as it follows from its place in the shift."""

    punch: Punch
    direction: Direction | None
    at: int


class Stretch(msgspec.Struct):
    """What is punched in and out of once: a shift, or a segment of one.

    Attributes:
        since, until: first and last instant at which a punch can still belong to it, neighbours considered.
        marks: its punches, in order of time.
    """

    turn: Turn
    segment: int
    spans: tuple[Pair, ...]
    reach: Pair
    since: int
    until: int
    marks: list[Mark]

    @property
    def starts(self) -> int:
        """Its scheduled start."""
        return self.spans[0][0]

    @property
    def ends(self) -> int:
        """Its scheduled end."""
        return self.spans[-1][1]


class Bound(msgspec.Struct):
    """Stretches in order of start, and the punches that belong to none."""

    stretches: list[Stretch]
    loose: list[Punch]


def bind(
    turns: Iterable[Turn],
    punches: Iterable[Punch],
    terms: Callable[[str, str], Terms],
    corrections: Sequence[Correction] = (),
) -> Bound:
    """Give every punch to the stretch it belongs to.

    A granted correction stands for a punch of the shift it names, wherever its time lies; where ``punches`` has none
    for it, it is taken from the correction itself.
    """
    stretches = _stretches(turns, terms)
    made: dict[tuple[str, int], Stretch] = {(one.turn.id, one.segment): one for one in stretches}
    segment_of = {one.id: one.segment for one in corrections}
    loose: list[Punch] = []
    real = sorted((punch for punch in punches if punch.correction is None), key=_order)
    for one in [punch for punch in punches if punch.correction is not None] + _granted(corrections, punches):
        target = made.get((one.shift or "", segment_of.get(one.correction or "", 0)))
        if target is not None:
            target.marks.append(Mark(one, one.direction, one.at))
    _give(real, stretches, loose)
    for stretch in stretches:
        stretch.marks.sort(key=lambda mark: _order(mark.punch))
        _direct(stretch)
    return Bound(stretches, loose)


def _order(punch: Punch) -> tuple[int, str]:
    return punch.at, punch.id


def _granted(corrections: Sequence[Correction], punches: Iterable[Punch]) -> list[Punch]:
    """Punches for granted corrections that none stands for yet."""
    standing = {punch.correction for punch in punches}
    return [
        Punch(
            one.id,
            one.person,
            one.direction,
            one.claimed,
            one.claimed,
            one.claimed,
            one.arrived,
            shift=one.shift,
            correction=one.id,
        )
        for one in corrections
        if one.state == "granted" and one.id not in standing
    ]


def _stretches(turns: Iterable[Turn], terms: Callable[[str, str], Terms]) -> list[Stretch]:
    made: list[Stretch] = []
    for turn in sorted(turns, key=lambda one: (one.starts, one.id)):
        held = terms(turn.team, turn.date)
        before, after = held[BIND_BEFORE_MIN].value * MINUTE, held[BIND_AFTER_MIN].value * MINUTE
        spans = tuple([(span.starts, span.ends) for span in turn.spans])
        parts = [spans]
        if len(spans) > 1 and held[PUNCH_MODE].value == "per_segment":
            parts = [(span,) for span in spans]
        for number, part in enumerate(parts):
            reach = part[0][0] - before, part[-1][1] + after
            made.append(Stretch(turn, number, part, reach, reach[0], reach[1], []))
    made.sort(key=lambda one: (one.starts, one.turn.id))
    for one, following in itertools.pairwise(made):
        low, high = _between(one, following)
        one.until = min(one.until, high)
        following.since = max(following.since, low)
    return made


def _between(one: Stretch, following: Stretch) -> Pair:
    """From when to when goings belong to the one and comings to the next."""
    return min(one.ends, following.starts - TIE), max(following.starts, one.ends + TIE)


def _give(punches: Sequence[Punch], stretches: Sequence[Stretch], loose: list[Punch]) -> None:
    """Give each punch to one of those that can take it; in order of time, so that whether a shift is open is known."""
    named: dict[str, list[Stretch]] = {}
    for one in stretches:
        named.setdefault(one.turn.id, []).append(one)
    first = 0
    for punch in punches:
        while first < len(stretches) and stretches[first].reach[1] < punch.at:
            first += 1
        near = _named(punch, named) or _near(punch.at, stretches, first)
        if not near:
            loose.append(punch)
            continue
        taker = near[0]
        for following in near[1:]:
            if _takes(taker, following, punch):
                taker = following
        taker.marks.append(Mark(punch, punch.direction, punch.at))


def _named(punch: Punch, by_turn: dict[str, list[Stretch]]) -> list[Stretch]:
    """The shift that the punch itself names, if it is one of the person's and the punch lies within its time."""
    if punch.shift is None:
        return []
    own = by_turn.get(punch.shift, ())
    return [one for one in own if one.reach[0] <= punch.at <= one.reach[1]]


def _near(at: int, stretches: Sequence[Stretch], first: int) -> list[Stretch]:
    found = []
    for one in stretches[first:]:
        if one.reach[0] > at:
            break
        if at <= one.reach[1]:
            found.append(one)
    return found


def _takes(one: Stretch, following: Stretch, punch: Punch) -> bool:
    """Whether the later of two takes a punch that both could."""
    at, (low, high) = punch.at, _between(one, following)
    if not low <= at <= high:
        return at > high
    if punch.direction is not None:
        return punch.direction == "in"
    if following.starts <= one.ends:
        return not _open(one.marks, at)
    return 2 * at >= one.ends + following.starts


def _open(marks: Sequence[Mark], at: int) -> bool:
    """Whether the last punch before ``at`` was a coming; one that does not say turns what was before."""
    inside = False
    for mark in sorted((mark for mark in marks if mark.at < at), key=lambda mark: _order(mark.punch)):
        inside = mark.direction == "in" if mark.direction is not None else not inside
    return inside


def _direct(stretch: Stretch) -> None:
    """Say which way punches go that do not say it: the first is the coming and the last the going, unless others are.

    One that stands alone is a coming in the first half of the shift and a going in the second.
    """
    silent = [mark for mark in stretch.marks if mark.direction is None]
    if not silent:
        return
    told = {mark.direction for mark in stretch.marks}
    if len(silent) == 1 and not {"in", "out"} & told:
        middle = stretch.starts + stretch.ends
        silent[0].direction = "in" if 2 * silent[0].at < middle else "out"
        return
    first, last = stretch.marks[0], stretch.marks[-1]
    if first.direction is None:
        first.direction = "in"
    if last.direction is None:
        last.direction = "out"
