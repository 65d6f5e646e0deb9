"""Rotations, cover, and what is said about a month before it is published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatehouse.rules import parameters, roster
from gatehouse.rules.calendar import Calendar
from gatehouse.rules.cover import Need, cover_of, levels, too_few, worse
from gatehouse.rules.facts import Span, Turn
from gatehouse.rules.roster import Month, PostNeeds
from gatehouse.rules.rotation import Rotation, generate, spread, symbols
from gatehouse.rules.terms import Cited, Terms

HOUR, DAY = 3_600_000, 86_400_000
MIDNIGHT = 1_772_294_400_000  # 2026-03-01 00:00 in China
VECTORS = json.loads((Path(__file__).resolve().parents[2] / "vectors" / "rotation.json").read_text("utf-8"))
NOTHING = Terms("", {})


def turn(person: str, day: int, *hours: tuple[float, float], post: str = "gate") -> Turn:
    """A shift on the ``day``th of March 2026, by hours of that day."""
    start = MIDNIGHT + (day - 1) * DAY
    spans = tuple(Span(start + int(a * HOUR), start + int(b * HOUR)) for a, b in hours)
    return Turn(f"{person}{day}", person, "T", post, "S", "Asia/Shanghai", f"2026-03-{day:02}", "早", spans)


def day(number: int) -> Span:
    return Span(MIDNIGHT + (number - 1) * DAY, MIDNIGHT + number * DAY)


def clock(at: int) -> float:
    return (at - MIDNIGHT) / HOUR


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_rotation_goes_on_for_ever(vector: dict[str, Any]) -> None:
    rotation = Rotation(symbols(vector["pattern"]), vector["anchor"], vector["step"])
    assert {date: rotation.on(date, vector["offset"]) for date in vector["dates"]} == vector["dates"]


def test_what_was_set_by_hand_is_not_overwritten() -> None:
    made = generate(
        Rotation(symbols("早休"), "2026-03-01"),
        ["2026-03-01", "2026-03-02"],
        [("a", 0), ("b", 1)],
        {("a", "2026-03-02")},
    )
    assert made == {("a", "2026-03-01"): "早", ("b", "2026-03-01"): "休", ("b", "2026-03-02"): "早"}


def test_members_are_set_evenly_apart() -> None:
    assert spread(4, 8) == (0, 2, 4, 6)
    assert spread(3, 8) == (0, 2, 5)


def test_an_empty_pattern_is_none() -> None:
    with pytest.raises(ValueError, match="empty"):
        symbols("  ")


def test_cover_counts_who_is_there_and_meals_leave_a_gap() -> None:
    turns = [
        turn("a", 1, (9, 11.5), (12.5, 18.5)),
        turn("b", 1, (13, 17.5), (18.5, 23.5)),
        turn("c", 1, (9, 18), post="desk"),
    ]
    found = [(clock(one.starts), clock(one.ends), one.people, one.planned) for one in levels(turns, "gate", day(1))]
    assert found == [
        (0, 9, 0, False), (9, 11.5, 1, True), (11.5, 12.5, 0, True), (12.5, 13, 1, True), (13, 17.5, 2, True),
        (17.5, 23.5, 1, True), (23.5, 24, 0, False),
    ]  # fmt: skip
    assert cover_of(turns, "gate", Span(MIDNIGHT + 13 * HOUR, MIDNIGHT + 20 * HOUR)) == (1, int(MIDNIGHT + 17.5 * HOUR))
    gaps = too_few(turns, "gate", day(1), Need(1))
    assert [(clock(one.starts), clock(one.ends)) for one in gaps] == [(11.5, 12.5)]


def test_staggered_meals_leave_no_gap() -> None:
    turns = [turn("a", 1, (9, 11.5), (12.5, 18.5)), turn("b", 1, (9, 12.5), (13.5, 18.5))]
    assert too_few(turns, "gate", day(1), Need(1)) == []
    assert [one.people for one in too_few(turns, "gate", day(1), Need(2))] == [1]


def test_a_post_kept_round_the_clock_is_never_empty() -> None:
    turns = [turn("a", 1, (7, 15)), turn("b", 1, (15, 23))]
    gaps = too_few(turns, "gate", day(1), Need(1, round_clock=True))
    assert [(clock(one.starts), clock(one.ends)) for one in gaps] == [(0, 7), (23, 24)]
    nights = [turn("c", 0, (23, 31)), turn("c", 1, (23, 31))]
    assert too_few([*turns, *nights], "gate", day(1), Need(1, round_clock=True)) == []


def test_a_change_is_worse_only_where_fewer_are_left_than_before() -> None:
    before = [turn("a", 1, (7, 15)), turn("b", 1, (11, 19))]
    gone = worse(before, before[1:], "gate", day(1), Need(1))
    assert [(clock(one.starts), clock(one.ends), one.people) for one in gone] == [(7, 11, 0)]
    assert worse(before, before, "gate", day(1), Need(3)) == []


def month(*turns: Turn, **more: Any) -> Month:
    days = tuple((f"2026-03-{i:02}", day(i)) for i in range(1, 32))
    said: dict[str, Any] = {"posts": {}, "at": MIDNIGHT, "today": "2026-02-20", **more}
    return Month("T", "2026-03", turns, days, **said)


def terms(**values: tuple[object, str]) -> Terms:
    catalogue = {name: getattr(parameters, name).key for name in values}
    return Terms("p", {catalogue[name]: Cited(value, clause) for name, (value, clause) in values.items()})


def keys(found: tuple[Any, ...]) -> list[str]:
    return [one.key for one in found]


def test_overlapping_work_is_a_violation_and_touching_work_is_not() -> None:
    violations, _ = roster.check(month(turn("a", 2, (7, 15)), turn("a", 2, (14, 22))), NOTHING, Calendar())
    assert [(one.code, one.clause, one.facts["date"]) for one in violations] == [("overlap", "I-08", "2026-03-02")]
    violations, warned = roster.check(month(turn("a", 2, (7, 15)), turn("a", 2, (15, 22))), NOTHING, Calendar())
    assert violations == ()
    assert keys(warned) == ["rest_short"]


@pytest.mark.parametrize(("start", "short"), [(6.99, True), (7, False), (8, False)])
def test_rest_is_short_below_the_least_and_not_at_it(start: float, short: bool) -> None:
    _, warned = roster.check(month(turn("a", 2, (15, 23)), turn("a", 3, (start, 15))), NOTHING, Calendar())
    assert ("rest_short" in keys(warned)) is short


def test_a_seventh_day_in_a_row_is_told_once() -> None:
    _, warned = roster.check(month(*(turn("a", i, (7, 15)) for i in range(1, 13))), NOTHING, Calendar())
    assert [(one.key, one.facts["date"]) for one in warned] == [("no_rest_day", "2026-03-07")]
    _, warned = roster.check(month(*(turn("a", i, (7, 15)) for i in range(1, 13) if i != 7)), NOTHING, Calendar())
    assert warned == ()


def test_a_post_below_its_minimum_is_told_with_the_clause() -> None:
    said = terms(MIN_COVER=(1, "R-SCH-10"))
    turns = [turn("a", i, (9, 11.5), (12.5, 18.5)) for i in range(1, 3)]
    _, warned = roster.check(month(*turns, posts={"gate": PostNeeds()}), said, Calendar())
    assert [(one.key, one.clause, one.facts["date"], one.facts["least"]) for one in warned] == [
        ("cover_below", "R-SCH-10", "2026-03-01", 1), ("cover_below", "R-SCH-10", "2026-03-02", 1),
    ]  # fmt: skip
    _, warned = roster.check(month(*turns, posts={"gate": PostNeeds(least=0)}), said, Calendar())
    assert warned == ()
    _, warned = roster.check(month(*turns, posts={"gate": PostNeeds(round_clock=True)}), NOTHING, Calendar())
    assert {one.clause for one in warned} == {"R-SCH-17"}
    assert len(warned) == 31


def test_a_statutory_holiday_is_reinforced_by_one() -> None:
    said = terms(MIN_COVER=(1, "R-SCH-13"), HOLIDAY_REINFORCED=(True, "R-SCH-13"))
    calendar = Calendar({"2026-03-02": "statutory"})
    turns = [turn("a", i, (9, 18)) for i in range(1, 4)]
    _, warned = roster.check(month(*turns, posts={"gate": PostNeeds()}), said, calendar)
    assert [(one.facts["date"], one.facts["least"]) for one in warned] == [("2026-03-02", 2)]


@pytest.mark.parametrize(
    ("today", "late"), [("2026-02-22", False), ("2026-02-23", False), ("2026-02-24", True), ("2026-03-03", False)]
)
def test_a_holidays_roster_is_due_a_week_before_its_first_day(today: str, late: bool) -> None:
    """R-SCH-07, I-38: on or before the first holiday day minus seven days; after the holiday nothing is due."""
    calendar = Calendar({"2026-03-02": "statutory", "2026-03-03": "statutory"})
    said = terms(HOLIDAY_LEAD_DAYS=(7, "R-SCH-07"))
    _, warned = roster.check(month(today=today), said, calendar)
    assert [(one.key, one.clause, one.facts["due"]) for one in warned] == (
        [("holiday_late", "R-SCH-07", "2026-02-23")] if late else []
    )


def test_a_skill_that_a_post_asks_for_and_nobody_has_is_told() -> None:
    posts = {"gate": PostNeeds(skill="消防证")}
    _, warned = roster.check(
        month(turn("a", 1, (7, 15)), posts=posts, skills={"a": frozenset({"消防证"})}), NOTHING, Calendar()
    )
    assert warned == ()
    _, warned = roster.check(month(turn("b", 1, (7, 15)), posts=posts), NOTHING, Calendar())
    assert keys(warned) == ["skill_missing"]


def test_a_year_without_a_notice_says_so() -> None:
    days = (("2051-03-01", day(1)),)
    _, warned = roster.check(Month("T", "2051-03", (), days, {}, 0, "2051-02-01"), NOTHING, Calendar())
    assert keys(warned) == ["year_unannounced"]


def test_the_duty_list_is_by_date_and_in_order() -> None:
    found = roster.duty_days([turn("b", 2, (15, 23)), turn("a", 2, (7, 15)), turn("c", 1, (23, 31))])
    assert {date: [one.person for one in turns] for date, turns in found.items()} == {
        "2026-03-01": ["c"],
        "2026-03-02": ["a", "b"],
    }
