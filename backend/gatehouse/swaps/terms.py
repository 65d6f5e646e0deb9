"""The regulation a swap is judged by, and the calendar: of the team, on the date of each leg."""

from __future__ import annotations

from gatehouse.db.steps import Steps
from gatehouse.policy.queries import book_of, holidays, note_book
from gatehouse.replication.facts import Facts
from gatehouse.rules import parameters as p
from gatehouse.rules.calendar import Calendar
from gatehouse.rules.terms import Terms

_CALENDAR = ("swaps", "calendar")


def note_terms(facts: Facts, legs: set[tuple[str, str, str]]) -> Steps[None]:
    """Load what the teams follow, and the calendar where it matters; of each leg its team, date and site."""
    yield from note_book(facts, {team for team, _, _ in legs})
    if all(terms_on(facts, team, date)[p.SWAP_HOLIDAY].value for team, date, _ in legs):
        return
    if _CALENDAR not in facts.noted:
        facts.noted[_CALENDAR] = yield from holidays(facts.org)


def terms_on(facts: Facts, team: str, date: str) -> Terms:
    """The terms in force; a team without a regulation has the defaults."""
    return book_of(facts).on(team, date)


def statutory(facts: Facts, site: str, date: str) -> bool:
    """Whether the date is a statutory holiday at a site, as the calendar and an admin have it (I-31)."""
    set_ = {one.date: one.sort for one in facts.noted[_CALENDAR] if one.site in {None, site}}
    return Calendar(set_).statutory(date)
