"""Whether a punch is missing, as the day itself would be judged: what a correction may stand for (R-COR-01)."""

from __future__ import annotations

from collections.abc import Iterable

from gatehouse.rules.binding import bind
from gatehouse.rules.facts import Direction, Punch, Turn
from gatehouse.rules.presence import Excused, stay
from gatehouse.rules.terms import Terms


def lacks(  # one punch, and what it must be told from
    turn: Turn, direction: Direction, segment: int, others: Iterable[Turn], punches: Iterable[Punch], terms: Terms
) -> bool:
    """Whether a shift has no coming, or no going.

    Going out in the middle and coming back is no going, and a punch that belongs to a neighbour is none of this shift.

    Args:
        turn: the shift.
        direction: which of its two punches.
        segment: of which segment, where each has its own (I-26).
        others: the person's shifts around it.
        punches: the person's around it, as pressed.
        terms: as in force for the shift's team on its date.
    """
    turns = [turn, *(one for one in others if one.id != turn.id)]
    for stretch in bind(turns, punches, lambda _team, _date: terms).stretches:
        if stretch.turn.id == turn.id and stretch.segment == segment:
            found = stay(stretch, Excused())
            return (found.came if direction == "in" else found.went) is None
    return False
