"""Leave by the clauses: each number below, at and above its boundary."""

from __future__ import annotations

import pytest
from tests.backend.leave.packs import ecom, gold, terms_of
from tests.backend.rules.shifts import HOUR, MINUTE, ZONE, at, turn

from gatehouse.rules import leave as rules
from gatehouse.rules.facts import LeaveSort, Turn
from gatehouse.rules.leave import Certified, LeaveAsked, Route, Taken, judge, standing
from gatehouse.rules.levels import Ranks, deciders
from gatehouse.rules.terms import Approver, Cited, Terms
from gatehouse.rules.verdict import Violation

RANKS = Ranks(superiors={"B1": "S1", "S1": "M1"}, supervisors=("S1",), managers=("M1",), administration=("A1",))
ECOM, GOLD, NONE = Terms("ecom", ecom()), Terms("gold", gold()), Terms("", {})
DAY_SHIFT = turn("2026-03-05", 9, 18)
NIGHT_SHIFT = turn("2026-03-05", 17, 25, night=True)


def ask(
    terms: Terms,
    asked: int,
    *turns: Turn,
    holidays: frozenset[str] = frozenset(),
    others: tuple[Taken, ...] = (),
    covering: tuple[Turn, ...] = (),
    **given: object,
) -> Violation | Route:
    first = turns[0] if turns else DAY_SHIFT
    values = {"person": "B1", "by": "B1", "sort": "personal", "since": first.starts, "until": first.ends, **given}
    wanted = LeaveAsked(asked=asked, zone=ZONE, **values)  # type: ignore[arg-type]  # named in each test
    return judge(
        wanted,
        turns or (DAY_SHIFT,),
        lambda _date: terms,
        RANKS,
        others=others,
        holiday=holidays.__contains__,
        covering=covering,
    )


def route(found: Violation | Route) -> Route:
    assert isinstance(found, Route), found
    return found


def refusal(found: Violation | Route) -> tuple[str, str]:
    assert isinstance(found, Violation), found
    return found.code, found.clause


# I-18, I-19, I-39: the class by when it was asked for.


@pytest.mark.parametrize(
    ("asked", "class_"),
    [
        (at("2026-03-04", 23, 59) + MINUTE - 1, "ordinary"),
        (at("2026-03-05", 0), "urgent"),
        (at("2026-03-05", 7), "urgent"),
        (at("2026-03-05", 7) + 1, "late"),
    ],
)
def test_one_day_ahead_is_an_earlier_calendar_day_and_two_hours_include_the_very_minute(
    asked: int, class_: str
) -> None:
    """R-LEV-02, R-LEV-03 under the first regulation: 2 hours."""
    assert route(ask(ECOM, asked, substitute="B2")).class_ == class_


@pytest.mark.parametrize(("asked", "class_"), [(at("2026-03-05", 8), "urgent"), (at("2026-03-05", 8) + 1, "late")])
def test_the_second_regulation_asks_for_one_hour(asked: int, class_: str) -> None:
    """R-LEV-09."""
    assert route(ask(GOLD, asked)).class_ == class_


def test_a_night_shift_is_of_the_day_it_begins() -> None:
    """I-21: 00:30–08:00 of the 6th is asked for a day ahead on the 5th, until midnight."""
    early = turn("2026-03-06", 0.5, 8)
    assert route(ask(GOLD, at("2026-03-05", 23, 59), early)).class_ == "ordinary"
    assert route(ask(GOLD, at("2026-03-06", 0), early)).class_ == "late"


@pytest.mark.parametrize(("asked", "class_"), [(at("2026-03-05", 9) - 1, "ordinary"), (at("2026-03-05", 9), "late")])
def test_where_nothing_is_said_beforehand_is_enough(asked: int, class_: str) -> None:
    """R-LEV-17, R-LEV-18: notice 0."""
    assert route(ask(NONE, asked)).class_ == class_


def test_late_is_void_by_one_regulation_and_a_managers_by_the_other() -> None:
    late = at("2026-03-05", 8, 30)
    found = route(ask(ECOM, late)).void
    assert found is not None
    assert (found.code, found.clause) == ("leave_late", "R-LEV-01")
    assert (route(ask(GOLD, late)).void, route(ask(GOLD, late)).levels) == (None, ("manager",))
    assert route(ask(NONE, DAY_SHIFT.starts)).void is None


# R-LEV-11, I-54: who decides, by days.


@pytest.mark.parametrize(
    ("hours", "days", "levels"),
    [(9, 1, ("supervisor",)), (15, 1, ("supervisor",)), (15.01, 2, ("supervisor", "administration"))],
)
def test_more_than_one_day_goes_to_the_administration_too(hours: float, days: int, levels: tuple[str, ...]) -> None:
    """From 09:00 on: up to midnight is one day."""
    found = route(ask(GOLD, at("2026-03-04", 9), until=DAY_SHIFT.starts + round(hours * HOUR)))
    assert (found.days, found.levels) == (days, levels)


def test_hours_after_midnight_belong_to_their_shift() -> None:
    found = route(ask(GOLD, at("2026-03-04", 9), NIGHT_SHIFT))
    assert (found.days, found.levels) == (1, ("manager",))


def test_a_late_request_of_several_days_goes_to_a_manager_and_on() -> None:
    found = route(ask(GOLD, at("2026-03-05", 8, 30), until=DAY_SHIFT.ends + 24 * HOUR))
    assert found.levels == ("manager", "administration")


def test_an_errand_needs_a_supervisor_and_nothing_else() -> None:
    """R-LEV-16: official and training, also late, on a holiday, at night, on a swapped shift."""
    swapped = turn("2026-03-05", 17, 25, night=True, swap="w1")
    for sort in ("official", "training"):
        found = route(ask(ECOM, NIGHT_SHIFT.starts - 1, swapped, holidays=frozenset({"2026-03-05"}), sort=sort))
        assert (found.void, found.levels) == (None, ("supervisor",))


def test_nobody_decides_their_own_and_an_empty_level_is_the_next_ones() -> None:
    """I-40."""
    assert deciders("supervisor", "B1", RANKS) == ("S1",)
    assert deciders("supervisor", "S1", RANKS) == ("M1",)
    assert deciders("superior", "M1", RANKS) == ("A1",)
    assert deciders("manager", "M1", RANKS) == ("A1",)
    assert deciders("administration", "A1", RANKS) == ("M1",)
    assert deciders("superior", "B9", RANKS) == ("S1",)
    away = Ranks(superiors={"B1": "S1"}, deputies={"S1": ("B1", "B7")})
    assert deciders("superior", "B1", away) == ("B7", "S1")


@pytest.mark.parametrize(
    ("to", "code"), [("S1", None), ("M1", "level_skipped"), ("A1", "level_skipped"), ("S9", "cross_line")]
)
def test_skipping_a_level_and_asking_in_another_line(to: str, code: str | None) -> None:
    """R-LEV-04 makes it void; R-LEV-10 refuses it; silent, it is refused by I-40."""
    asked = at("2026-03-04", 9)
    void = route(ask(ECOM, asked, to=to, substitute="B2")).void
    assert (void.code if void else None) == code
    found = ask(GOLD, asked, to=to)
    assert isinstance(found, Route) if code is None else refusal(found) == (code, "R-LEV-10")
    found = ask(NONE, asked, to=to)
    assert isinstance(found, Route) if code is None else refusal(found) == (code, "I-40")
    anyone = terms_of(gold(), **{"leave.skip_level": Cited("allowed", "H-1")})
    assert route(ask(anyone, asked, to=to)).void is None


# R-LEV-05, R-LEV-15: nights.


def test_a_night_shift_needs_a_substitute_by_one_regulation() -> None:
    asked = at("2026-03-04", 9)
    assert refusal(ask(ECOM, asked, NIGHT_SHIFT, sort="sick")) == ("leave_night", "R-LEV-05")
    assert route(ask(ECOM, asked, NIGHT_SHIFT, sort="sick", substitute="B2")).levels == ("supervisor",)


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [(at("2026-03-05", 12) - 1, True), (at("2026-03-05", 12), False), (at("2026-03-05", 12) + 1, False)],
)
def test_and_before_noon_of_the_day_by_the_other(asked: int, allowed: bool) -> None:
    """I-20: 12:00:00 itself is too late."""
    found = ask(GOLD, asked, NIGHT_SHIFT)
    assert isinstance(found, Route) if allowed else refusal(found) == ("leave_night_noon", "R-LEV-15")
    assert isinstance(ask(NONE, asked, NIGHT_SHIFT), Route)


# R-LEV-06, R-SWP-04, R-SWP-18.


def test_no_leave_from_a_shift_on_a_holiday() -> None:
    holidays = frozenset({"2026-03-05"})
    asked = at("2026-03-04", 9)
    assert refusal(ask(ECOM, asked, holidays=holidays, substitute="B2")) == ("leave_holiday", "R-LEV-06")
    assert isinstance(ask(ECOM, asked, substitute="B2"), Route)
    assert isinstance(ask(GOLD, asked, holidays=holidays), Route)


@pytest.mark.parametrize(("terms", "clause"), [(ECOM, "R-SWP-04"), (GOLD, "R-SWP-18")])
def test_no_leave_from_a_shift_that_came_from_a_swap(terms: Terms, clause: str) -> None:
    swapped = turn("2026-03-05", 9, 18, swap="w1")
    asked = at("2026-03-04", 9)
    assert refusal(ask(terms, asked, swapped, substitute="B2")) == ("leave_swapped", clause)
    assert isinstance(ask(NONE, asked, swapped), Route)


def test_a_later_shift_of_the_leave_counts_as_much_as_the_first() -> None:
    swapped = turn("2026-03-06", 9, 18, swap="w1")
    found = ask(GOLD, at("2026-03-04", 9), DAY_SHIFT, swapped, until=swapped.ends)
    assert refusal(found) == ("leave_swapped", "R-SWP-18")


# R-LEV-02, R-LEV-12: substitutes, and who asks.


@pytest.mark.parametrize(
    ("sort", "asked", "needed"),
    [
        ("personal", at("2026-03-04", 9), True),
        ("personal", at("2026-03-05", 6), False),
        ("sick", at("2026-03-04", 9), False),
    ],
)
def test_ordinary_personal_leave_needs_a_substitute(sort: LeaveSort, asked: int, needed: bool) -> None:
    found = ask(ECOM, asked, sort=sort)
    assert refusal(found) == ("leave_substitute", "R-LEV-02") if needed else isinstance(found, Route)
    assert isinstance(ask(GOLD, asked, sort=sort), Route)


def test_a_substitute_is_somebody_else_and_free() -> None:
    asked = at("2026-03-04", 9)
    assert refusal(ask(ECOM, asked, substitute="B1"))[0] == "leave_substitute"
    touching, inside = turn("2026-03-05", 18, 24, person="B2"), turn("2026-03-05", 17, 24, person="B2")
    assert isinstance(ask(ECOM, asked, substitute="B2", covering=(touching,)), Route)
    assert refusal(ask(ECOM, asked, substitute="B2", covering=(inside,)))[0] == "substitute_busy"


@pytest.mark.parametrize(
    ("sort", "allowed"), [("personal", False), ("sick", True), ("emergency", True), ("official", False)]
)
def test_only_sick_leave_is_asked_for_by_another(sort: LeaveSort, allowed: bool) -> None:
    found = ask(GOLD, at("2026-03-04", 9), sort=sort, by="B2")
    assert isinstance(found, Route) if allowed else refusal(found) == ("leave_in_person", "R-LEV-12")


def test_one_leave_at_a_time() -> None:
    asked, starts = at("2026-03-04", 9), DAY_SHIFT.starts
    assert isinstance(ask(GOLD, asked, others=(Taken(starts - HOUR, starts),)), Route)
    assert refusal(ask(GOLD, asked, others=(Taken(starts - HOUR, starts + 1),)))[0] == "leave_overlaps"


# R-LEV-13, R-LEV-14: certificates.


@pytest.mark.parametrize(
    ("since", "until", "needed"),
    [
        (DAY_SHIFT.starts, DAY_SHIFT.ends, True),
        (DAY_SHIFT.starts + 1, DAY_SHIFT.ends, False),
        (DAY_SHIFT.starts, DAY_SHIFT.ends - 1, False),
        (at("2026-03-05", 0), at("2026-03-06", 0), True),
    ],
)
def test_a_full_day_of_sickness_needs_a_certificate(since: int, until: int, needed: bool) -> None:
    found = route(ask(GOLD, at("2026-03-04", 9), sort="sick", since=since, until=until))
    assert (found.certificate, found.due) == (needed, "2026-03-06" if needed else None)


def test_an_emergency_needs_none() -> None:
    assert not route(ask(GOLD, at("2026-03-04", 9), sort="emergency")).certificate
    assert not route(ask(ECOM, at("2026-03-04", 9), sort="sick")).certificate


SICK = Certified(at("2026-03-03", 9), at("2026-03-07", 18), ZONE, "2026-03-08")


@pytest.mark.parametrize(
    ("spans", "clause"),
    [
        ([("2026-03-03", "2026-03-07")], None),
        ([("2026-03-03", "2026-03-04"), ("2026-03-05", "2026-03-07")], None),
        ([("2026-03-05", "2026-03-09"), ("2026-03-01", "2026-03-05")], None),
        ([("2026-03-03", "2026-03-04"), ("2026-03-06", "2026-03-07")], "R-LEV-14"),
        ([("2026-03-04", "2026-03-07")], "R-LEV-14"),
        ([("2026-03-03", "2026-03-06")], "R-LEV-14"),
        ([], "R-LEV-13"),
    ],
)
def test_dates_of_certificates_are_continuous(spans: list[tuple[str, str]], clause: str | None) -> None:
    known = Certified(SICK.since, SICK.until, ZONE, SICK.due, spans, at("2026-03-08", 9))
    said = ("invalid", clause) if clause else ("valid", None)
    assert standing(known, at("2026-03-09", 0), GOLD) == said


@pytest.mark.parametrize(
    ("now", "said"),
    [(at("2026-03-09", 0) - 1, ("waiting", None)), (at("2026-03-09", 0), ("invalid", "R-LEV-13"))],
)
def test_the_slip_is_due_on_the_first_day_after(now: int, said: tuple[str, str | None]) -> None:
    assert standing(SICK, now, GOLD) == said


@pytest.mark.parametrize(("seen", "valid"), [(at("2026-03-09", 0) - 1, True), (at("2026-03-09", 0), False)])
def test_and_not_later(seen: int, valid: bool) -> None:
    known = Certified(SICK.since, SICK.until, ZONE, SICK.due, [("2026-03-03", "2026-03-07")], seen)
    assert standing(known, at("2026-03-20", 0), GOLD) == (("valid", None) if valid else ("invalid", "R-LEV-14"))


def test_without_a_date_for_the_slip_it_is_waited_for() -> None:
    known = Certified(SICK.since, SICK.until, ZONE, None)
    assert standing(known, at("2027-03-09", 0), GOLD) == ("waiting", None)


# Its limits.


@pytest.mark.parametrize(
    ("until", "allowed"), [(DAY_SHIFT.starts, False), (DAY_SHIFT.starts + 1, True), (DAY_SHIFT.starts - 1, False)]
)
def test_a_leave_ends_after_it_begins(until: int, allowed: bool) -> None:
    found = ask(NONE, at("2026-03-04", 9), until=until)
    assert isinstance(found, Route) if allowed else refusal(found)[0] == "leave_span"


def test_and_is_no_longer_than_a_year() -> None:
    asked, starts = at("2026-03-04", 9), DAY_SHIFT.starts
    assert isinstance(ask(NONE, asked, until=starts + rules.LONGEST_MS), Route)
    assert refusal(ask(NONE, asked, until=starts + rules.LONGEST_MS + 1))[0] == "leave_span"


def test_the_hours_a_form_shows_are_those_it_is_judged_by() -> None:
    starts, date = DAY_SHIFT.starts, DAY_SHIFT.date
    assert rules.ordinary_until(date, starts, ZONE, ECOM) == at("2026-03-05", 0) - 1
    assert rules.urgent_until(starts, ECOM) == at("2026-03-05", 7)
    assert rules.urgent_until(starts, NONE) == starts - 1


def test_days_count_by_the_first_row_that_fits() -> None:
    rows = (Approver(("superior",), 3), Approver(("superior", "manager")))
    terms = terms_of(gold(), **{"leave.approver_by_days": Cited(rows, "H-1")})
    three, four = DAY_SHIFT.starts + 48 * HOUR, DAY_SHIFT.starts + 72 * HOUR
    assert route(ask(terms, at("2026-03-04", 9), until=three)).levels == ("superior",)
    assert route(ask(terms, at("2026-03-04", 9), until=four)).levels == ("superior", "manager")
