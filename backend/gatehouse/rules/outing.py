"""Going out during a shift: with the direct superior's consent first (R-ATT-14)."""

from __future__ import annotations

import msgspec

from gatehouse.rules import parameters
from gatehouse.rules.facts import Turn
from gatehouse.rules.levels import Level
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import Violation


class OutingAsked(msgspec.Struct, frozen=True):
    """Out from ``since`` to ``until``, asked for at ``asked`` (corrected)."""

    by: str
    since: int
    until: int
    asked: int


def judge(asked: OutingAsked, turn: Turn, terms: Terms) -> Violation | tuple[Level, ...]:
    """Whether it may be asked for; gives who decides: nobody, where no consent is needed."""
    if asked.by != turn.person:
        return Violation("not_yours", "R-ATT-14")
    if not turn.starts <= asked.since < asked.until <= turn.ends:
        return Violation("outing_span", "R-ATT-14", {"since_at": turn.starts, "until_at": turn.ends})
    consent = terms[parameters.OUTING_CONSENT]
    if not consent.value:
        return ()
    if asked.asked > asked.since:
        return Violation("outing_late", consent.clause, {"since_at": asked.since, "asked_at": asked.asked})
    return ("superior",)
