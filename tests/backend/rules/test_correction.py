"""Corrections and outings by the clauses: each number below, at and above its boundary."""

from __future__ import annotations

import pytest
from tests.backend.leave.packs import ecom, gold, terms_of
from tests.backend.rules.shifts import HOUR, MINUTE, ZONE, at, turn

from gatehouse.rules.correction import Applied, CorrectionAsked, judge, limit_of
from gatehouse.rules.facts import Correction, Direction, Punch, Turn
from gatehouse.rules.lacking import answered
from gatehouse.rules.outing import OutingAsked
from gatehouse.rules.outing import judge as judge_outing
from gatehouse.rules.terms import Cited, Terms
from gatehouse.rules.verdict import Violation

ECOM, GOLD, NONE = Terms("ecom", ecom()), Terms("gold", gold()), Terms("", {})
SHIFT = turn("2026-03-09", 9, 18)
NIGHT = turn("2026-03-09", 17, 25)
SPLIT = turn("2026-03-09", 9, 11.5, 12.5, 18.5)
LATER = at("2026-03-10", 9)


def ask(
    terms: Terms,
    asked: int = LATER,
    shift: Turn = SHIFT,
    direction: Direction = "in",
    applied: Applied = Applied(),  # noqa: B008 - frozen
    **given: object,
) -> str | tuple[str, ...]:
    """The code and clause of a refusal, or who decides."""
    claimed = shift.starts if direction == "in" else shift.ends
    values = {"by": "B1", "direction": direction, "claimed": claimed, "asked": asked, **given}
    found = judge(CorrectionAsked(**values), shift, terms, applied)  # type: ignore[arg-type]  # named in each test
    return f"{found.code} {found.clause}" if isinstance(found, Violation) else found


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (SHIFT.starts - 1, "correction_early H-64"),
        (SHIFT.starts, ("supervisor",)),
        (at("2026-03-12", 0) - 1, ("supervisor",)),
        (at("2026-03-12", 0), "correction_late R-COR-01"),
    ],
)
def test_within_two_days_the_day_itself_not_counted(asked: int, said: object) -> None:
    """R-COR-01, I-17: until 23:59:59 of the 11th for a punch of the 9th."""
    assert ask(ECOM, asked) == said


@pytest.mark.parametrize(
    ("asked", "said"), [(at("2026-03-13", 0) - 1, ("supervisor",)), (at("2026-03-13", 0), "correction_late R-COR-01")]
)
def test_the_end_of_a_night_shift_is_of_the_day_it_falls_on(asked: int, said: object) -> None:
    """I-57: 01:00 on the 10th; its start is of the 9th."""
    assert ask(ECOM, asked, NIGHT, "out") == said
    assert ask(ECOM, at("2026-03-12", 0), NIGHT, "in") == "correction_late R-COR-01"


def test_where_no_window_is_set_there_is_none() -> None:
    assert ask(NONE, at("2027-03-09", 0)) == ("superior",)
    assert limit_of(SHIFT.starts, ZONE, NONE) is None


@pytest.mark.parametrize(
    ("used", "said"), [(2, ("supervisor",)), (3, "correction_cap R-COR-02"), (4, "correction_cap R-COR-02")]
)
def test_three_a_month(used: int, said: object) -> None:
    """R-COR-02: the third is the last."""
    assert ask(ECOM, applied=Applied(used=used)) == said
    assert ask(NONE, applied=Applied(used=used)) == ("superior",)


def test_the_cap_says_how_many_were_used() -> None:
    asked = CorrectionAsked("B1", "in", SHIFT.starts, LATER)
    found = judge(asked, SHIFT, ECOM, Applied(used=3))
    assert isinstance(found, Violation)
    assert found.facts == {"cap": 3, "used": 3, "month": "2026-03"}


def test_nobody_asks_for_another_and_some_regulations_know_no_corrections() -> None:
    """R-COR-05, R-COR-04."""
    assert ask(ECOM, by="B2") == "not_yours R-COR-05"
    bar = terms_of({}, **{"correction.enabled": Cited(False, "R-COR-04")})
    assert ask(bar) == "correction_off R-COR-04"


@pytest.mark.parametrize(
    ("claimed", "fits"),
    [
        (SHIFT.starts - 90 * MINUTE - 1, False),
        (SHIFT.starts - 90 * MINUTE, True),
        (SHIFT.ends + 180 * MINUTE, True),
        (SHIFT.ends + 180 * MINUTE + 1, False),
    ],
)
def test_the_time_that_is_claimed_lies_by_the_shift(claimed: int, fits: bool) -> None:
    said = ask(ECOM, claimed=claimed)
    assert said == (("supervisor",) if fits else "correction_claim H-06")


def test_and_not_in_the_future() -> None:
    asked = SHIFT.starts + HOUR
    assert ask(ECOM, asked, claimed=asked) == ("supervisor",)
    assert ask(ECOM, asked, claimed=asked + 1) == "correction_claim H-06"


def test_only_what_is_missing_and_only_once() -> None:
    assert ask(ECOM, applied=Applied(punched=True)) == "not_missing H-64"
    assert ask(ECOM, applied=Applied(same=True)) == "correction_there H-64"


def test_segments_are_asked_for_where_each_is_punched() -> None:
    """I-26."""
    each = terms_of(ecom(), **{"punch.mode": Cited("per_segment", "H-1")})
    noon = at("2026-03-09", 12, 30)
    assert ask(each, at("2026-03-09", 12, 29), SPLIT, segment=1, claimed=noon) == "correction_early H-64"
    assert ask(each, noon, SPLIT, segment=1, claimed=noon) == ("supervisor",)
    assert ask(each, LATER, SPLIT, segment=2) == "unknown_reference I-26"
    assert ask(ECOM, LATER, SPLIT, segment=1) == "unknown_reference I-26"
    assert ask(ECOM, at("2026-03-09", 18, 29), SPLIT, "out") == "correction_early H-64"


ARRIVED = LATER + 1
"""After the application, which was made at ``LATER``."""
START, END = SHIFT.starts, SHIFT.ends


def pressed(direction: Direction, at: int, arrived: int = ARRIVED, shift: str | None = SHIFT.id) -> Punch:
    return Punch(f"{direction}{at}", SHIFT.person, direction, at, at, at, arrived, shift=shift)


@pytest.mark.parametrize(
    ("direction", "punches", "moot"),
    [
        ("in", [pressed("in", LATER)], False),  # a day after the shift
        ("in", [pressed("in", START)], True),
        ("in", [pressed("in", START, arrived=LATER)], False),  # it was there, and did not do
        ("in", [pressed("out", START)], False),
        ("in", [pressed("in", START, shift=None)], True),
        ("in", [pressed("in", START, shift="another")], True),  # of none of the person's shifts: by its time
        ("in", [pressed("in", START - 90 * MINUTE - 1, shift=None)], False),
        ("out", [pressed("out", END)], True),
        ("out", [pressed("out", END - HOUR), pressed("in", END - HOUR // 2)], False),
        ("out", [pressed("out", END - HOUR), pressed("in", END - HOUR // 2), pressed("out", END)], True),
        ("in", [pressed("out", START + HOUR), pressed("in", START + 2 * HOUR)], False),
    ],
)
def test_it_is_moot_once_the_punch_that_counts_has_come(direction: Direction, punches: list[Punch], moot: bool) -> None:
    """I-56: made before it was asked for, there after; going out and coming back answers nothing."""
    asked = Correction("c", SHIFT.person, SHIFT.id, direction, START, LATER, LATER, "requested")
    assert (answered(SHIFT, asked, [], punches, ECOM) is not None) is moot


def test_a_punch_made_after_the_application_does_not_answer_it() -> None:
    asked = Correction("c", SHIFT.person, SHIFT.id, "in", START, START + HOUR, START + HOUR, "granted")
    assert answered(SHIFT, asked, [], [pressed("in", START + HOUR)], ECOM) is not None
    assert answered(SHIFT, asked, [], [pressed("in", START + HOUR + 1)], ECOM) is None


# Outings (R-ATT-14).


@pytest.mark.parametrize(
    ("since", "until", "asked", "said"),
    [
        (10, 11, 10, ("superior",)),
        (10, 11, 10.001, "outing_late R-LEV-16"),
        (9, 18, 8, ("superior",)),
        (8.999, 11, 8, "outing_span R-ATT-14"),
        (10, 18.001, 8, "outing_span R-ATT-14"),
        (11, 11, 8, "outing_span R-ATT-14"),
    ],
)
def test_out_during_the_shift_with_consent_beforehand(since: float, until: float, asked: float, said: object) -> None:
    date = "2026-03-09"
    wanted = OutingAsked("B1", at(date, since), at(date, until), at(date, asked))
    found = judge_outing(wanted, SHIFT, GOLD)
    assert (f"{found.code} {found.clause}" if isinstance(found, Violation) else found) == said


def test_where_no_consent_is_needed_nobody_decides() -> None:
    date = "2026-03-09"
    assert judge_outing(OutingAsked("B1", at(date, 10), at(date, 11), at(date, 10.5)), SHIFT, NONE) == ()
    found = judge_outing(OutingAsked("B2", at(date, 10), at(date, 11), at(date, 9)), SHIFT, NONE)
    assert isinstance(found, Violation)
    assert found.code == "not_yours"
