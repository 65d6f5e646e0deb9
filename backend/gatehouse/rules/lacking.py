"""Whether a punch is missing, as the day itself would be judged: what a correction may stand for (R-COR-01)."""

from __future__ import annotations

from collections.abc import Iterable

from gatehouse.rules.binding import Stretch, bind
from gatehouse.rules.facts import Correction, Direction, Punch, Turn
from gatehouse.rules.presence import Excused, answer, stay
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
    stretch = _stretch(turn, segment, others, punches, terms)
    if stretch is None:
        return False
    found = stay(stretch, Excused())
    return (found.came if direction == "in" else found.went) is None


def answered(
    turn: Turn, asked: Correction, others: Iterable[Turn], punches: Iterable[Punch], terms: Terms
) -> Punch | None:
    """The real punch that makes a correction of this shift moot, if there is one by now (I-56).

    Args:
        turn: the shift.
        asked: the application.
        others: the person's shifts around it.
        punches: the person's real ones around it.
        terms: as in force for the shift's team on its date.
    """
    stretch = _stretch(turn, asked.segment, others, punches, terms)
    found = answer(stretch, asked) if stretch is not None else None
    return found.punch if found is not None else None


def _stretch(
    turn: Turn, segment: int, others: Iterable[Turn], punches: Iterable[Punch], terms: Terms
) -> Stretch | None:
    turns = [turn, *(one for one in others if one.id != turn.id)]
    stretches = bind(turns, punches, lambda _team, _date: terms).stretches
    return next((one for one in stretches if (one.turn.id, one.segment) == (turn.id, segment)), None)
