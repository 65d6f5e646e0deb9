"""The regulation a swap is judged by, and the calendar: of the team, on the date of each leg."""

from __future__ import annotations

from gatehouse.db.steps import Steps
from gatehouse.replication.facts import Facts
from gatehouse.rules.terms import Terms

_SILENT = Terms("", {})


def note_terms(facts: Facts, teams: set[str]) -> Steps[None]:
    """Load what these teams follow, unless this batch has it."""
    yield from ()


def terms_on(facts: Facts, team: str, date: str) -> Terms:
    """The terms in force; a team without a regulation has the defaults."""
    return _SILENT


def statutory(facts: Facts, date: str) -> bool:
    """Whether the date is a statutory holiday."""
    return False
