"""What rules say: verdicts of days with the lines that explain them, proposals, and refusals with their clause."""

from __future__ import annotations

from typing import Literal

import msgspec

from gatehouse.rules.terms import Penalty

Certainty = Literal["open", "waiting", "final", "final_silent"]
"""The shift is not over yet; devices have not said all; all have; the rest was given up (a person, or 48 hours)."""
Status = Literal["planned", "on_duty", "present", "late", "early", "late_early", "missing_in", "missing_out", "absent",
                 "leave", "part_leave", "rest"]  # fmt: skip
Fact = str | int


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One sentence of an explanation: a key of the catalogue of sentences, its facts, and the clause it rests on.

    Facts are instants (UTC ms) under keys ending in ``_at``, minutes under ``_min``, ids of people under ``who``.
    """

    key: str
    clause: str | None = None
    facts: dict[str, Fact] = {}


class Proposal(msgspec.Struct, frozen=True, omit_defaults=True):
    """A price that a clause names, for a person to confirm or dismiss (I-45); one for each gap (I-49).

    ``id`` is the same whenever the same gap is judged again: ``cause:shift`` or ``cause:month``.
    """

    id: str
    cause: Literal["late", "early", "missed_punch", "off_post", "left_post", "absence", "violation", "empty_shift",
                   "over_cap", "bonus_lost"]  # fmt: skip
    person: str
    date: str
    clause: str
    penalty: Penalty
    facts: dict[str, Fact] = {}


class DayVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one shift. Minutes are whole (I-02: seconds dropped).

    Attributes:
        late, early: minutes after the start, before the end, that nothing excuses.
        overrun: minutes worked beyond the end (R-ATT-05).
        lead_missed: minutes by which the arrival lead was missed, not lateness (I-03).
        off_post: minutes away during the shift without consent.
        worked: minutes on duty, meal gaps left out (R-ATT-11).
        night: of these, minutes between 22:00 and 06:00 local time.
        came, went: the punches that count, None while there is none.
        lines: why, in order.
    """

    shift: str
    date: str
    status: Status
    certainty: Certainty
    late: int = 0
    early: int = 0
    overrun: int = 0
    lead_missed: int = 0
    off_post: int = 0
    worked: int = 0
    night: int = 0
    came: int | None = None
    went: int | None = None
    lines: tuple[Line, ...] = ()


class MonthVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person's month: its shifts in order of start, and what is proposed for them.

    ``unscheduled`` are punches that belong to no shift (product §5.4); ``moot`` are corrections whose real punch came
    after all, so that they use none of the cap (I-56).
    """

    person: str
    month: str
    days: tuple[DayVerdict, ...]
    proposals: tuple[Proposal, ...] = ()
    unscheduled: tuple[str, ...] = ()
    moot: tuple[str, ...] = ()


class Violation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why an act is refused: the decision's code, the clause, and the facts that its sentence needs."""

    code: str
    clause: str
    facts: dict[str, Fact] = {}


class Warned(msgspec.Struct, frozen=True, omit_defaults=True):
    """What speaks against an act and does not forbid it: whoever decides must see it (cover below minimum …)."""

    key: str
    clause: str | None = None
    facts: dict[str, Fact] = {}
