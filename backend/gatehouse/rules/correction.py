"""Corrections of missed punches: within the window and the cap, of one's own shifts (R-COR, I-17, I-24, I-56, I-57)."""

from __future__ import annotations

import msgspec

from gatehouse.rules import parameters
from gatehouse.rules.facts import Direction, Turn
from gatehouse.rules.levels import Level
from gatehouse.rules.local import date_at, days_after, last_instant
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import Violation

MINUTE_MS = 60_000


class CorrectionAsked(msgspec.Struct, frozen=True):
    """An application made at ``asked`` (corrected) by ``by``: the punch missing at ``claimed``."""

    by: str
    direction: Direction
    claimed: int
    asked: int
    segment: int = 0


class Applied(msgspec.Struct, frozen=True):
    """What the person's month holds already.

    Attributes:
        used: applications of that calendar month of business dates that count (I-24): not withdrawn, not moot.
        same: one for this very punch is open or granted.
        punched: that punch is on record.
    """

    used: int = 0
    same: bool = False
    punched: bool = False


def moment_of(turn: Turn, direction: Direction, segment: int = 0) -> int | None:
    """When that punch was due: start or end of the shift, or of a segment; None when there is no such segment."""
    if not 0 <= segment < len(turn.spans):
        return None
    return turn.spans[segment].starts if direction == "in" else turn.spans[segment].ends


def points(turn: Turn, terms: Terms) -> list[tuple[Direction, int]]:
    """Which punches a shift asks for, with their segment (I-26)."""
    segments = range(len(turn.spans)) if terms[parameters.PUNCH_MODE].value == "per_segment" else (0,)
    return [(direction, i) for i in segments for direction in ("in", "out")]


def due_of(turn: Turn, direction: Direction, segment: int, terms: Terms) -> int | None:
    """The moment as the mode of punching has it: under ``per_shift`` the end is the last segment's."""
    per_segment = terms[parameters.PUNCH_MODE].value == "per_segment"
    if not per_segment and segment == 0:
        return turn.starts if direction == "in" else turn.ends
    return moment_of(turn, direction, segment) if per_segment else None


def limit_of(moment: int, zone: str, terms: Terms) -> int | None:
    """The last instant for the application: the day of the moment is not counted (I-17, I-57); None: no limit."""
    days = terms[parameters.CORRECTION_WINDOW].value
    return None if days is None else last_instant(days_after(date_at(moment, zone), days), zone)


def judge(asked: CorrectionAsked, turn: Turn, terms: Terms, applied: Applied) -> Violation | tuple[Level, ...]:
    """Whether the application may be made; gives who decides, one level after another."""
    found = _may_ask(asked, turn, terms) or _again(asked, turn, terms, applied)
    return found or terms[parameters.CORRECTION_APPROVER].value.roles


def _may_ask(asked: CorrectionAsked, turn: Turn, terms: Terms) -> Violation | None:
    if asked.by != turn.person:
        return Violation("not_yours", "R-COR-05")
    enabled = terms[parameters.CORRECTION_ENABLED]
    if not enabled.value:
        return Violation("correction_off", enabled.clause)
    moment = due_of(turn, asked.direction, asked.segment, terms)
    if moment is None:
        return Violation("unknown_reference", "I-26")
    return _in_time(asked, moment, turn, terms) or _claim(asked, turn, terms)


def _again(asked: CorrectionAsked, turn: Turn, terms: Terms, applied: Applied) -> Violation | None:
    """The punch is missing, nobody asked for it yet, and the month's applications are not used up."""
    if applied.punched or applied.same:
        due = due_of(turn, asked.direction, asked.segment, terms) or turn.starts
        return Violation("not_missing" if applied.punched else "correction_there", "H-64", {"due_at": due})
    cap = terms[parameters.CORRECTION_CAP]
    if cap.value is None or applied.used < cap.value:
        return None
    return Violation("correction_cap", cap.clause, {"cap": cap.value, "used": applied.used, "month": turn.date[:7]})


def _in_time(asked: CorrectionAsked, moment: int, turn: Turn, terms: Terms) -> Violation | None:
    if asked.asked < moment:
        return Violation("correction_early", "H-64", {"due_at": moment})
    limit = limit_of(moment, turn.zone, terms)
    if limit is not None and asked.asked > limit:
        clause = terms[parameters.CORRECTION_WINDOW].clause
        return Violation("correction_late", clause, {"due_at": moment, "until_at": limit, "asked_at": asked.asked})
    return None


def _claim(asked: CorrectionAsked, turn: Turn, terms: Terms) -> Violation | None:
    """The time that is claimed lies where a punch would belong to the shift, and is not still to come."""
    since, until = window(turn, terms)
    if since <= asked.claimed <= min(until, asked.asked):
        return None
    return Violation("correction_claim", "H-06", {"since_at": since, "until_at": min(until, asked.asked)})


def window(turn: Turn, terms: Terms) -> tuple[int, int]:
    """From when to when a punch belongs to the shift, neighbours apart (H-06)."""
    before, after = terms[parameters.BIND_BEFORE_MIN].value, terms[parameters.BIND_AFTER_MIN].value
    return turn.starts - before * MINUTE_MS, turn.ends + after * MINUTE_MS
