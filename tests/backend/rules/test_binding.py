"""Punches and shifts (product §5.1–9, I-21, I-26, I-33)."""

import random
from typing import Any

import pytest
from tests.days import DING, NONE, at, came_and_went, day, keys, month, punch, spans, terms, turn

from gatehouse.rules.binding import bind
from gatehouse.rules.facts import Direction, Punch, Turn

SEGMENTS = terms(PUNCH_MODE=("per_segment", "I-26"))


def bound(turns: list[Turn], *punches: Punch, held: Any = NONE) -> dict[str, str | None]:
    """Each punch's shift and segment; None for one that belongs to none."""
    found = bind(turns, punches, lambda team, date: held)
    made: dict[str, str | None] = {one.id: None for one in found.loose}
    for stretch in found.stretches:
        for mark in stretch.marks:
            made[mark.punch.id] = f"{stretch.turn.id}/{stretch.segment}"
    return {one.id: made[one.id] for one in punches}


def taker(turns: list[Turn], *punches: Punch, held: Any = NONE) -> str | None:
    """Where the last of the punches belongs."""
    return list(bound(turns, *punches, held=held).values())[-1]


@pytest.mark.parametrize(
    ("clock", "whose"),
    [
        ("07:29:59", None),
        ("07:30", "shift2/0"),
        ("21:00", "shift2/0"),
        ("21:00:01", None),
    ],
)
def test_the_window_reaches_90_minutes_before_and_180_after(clock: str, whose: str | None) -> None:
    assert taker([turn("09:00-18:00")], punch("in", clock)) == whose


def test_the_window_is_a_parameter() -> None:
    held = terms(BIND_BEFORE_MIN=(10, "H-06"), BIND_AFTER_MIN=(20, "H-06"))
    assert taker([turn()], punch("in", "08:49"), held=held) is None
    assert taker([turn()], punch("out", "18:20"), held=held) == "shift2/0"
    assert taker([turn()], punch("out", "18:21"), held=held) is None


def test_the_window_is_that_of_the_shifts_own_date() -> None:
    """Not that of today: what was set since changes nothing of a day before it."""
    one = turn()
    wide, narrow = NONE, terms(BIND_BEFORE_MIN=(10, "H-06"))
    for since, loose in (("2026-01-01", 1), (one.date, 1), ("2099-01-01", 0)):
        found = bind([one], [punch("in", "08:30")], lambda _team, date, since=since: narrow if date >= since else wide)  # type: ignore[misc]  # since is bound
        assert len(found.loose) == loose


@pytest.mark.parametrize(
    ("direction", "clock", "whose"),
    [
        (None, "12:59:59", "shift2/0"),
        (None, "13:00", "later/0"),
        ("out", "13:59", "shift2/0"),
        ("in", "12:31", "later/0"),
        ("in", "11:59", "shift2/0"),
        ("out", "14:01", "later/0"),
    ],
)
def test_a_gap_is_cut_at_its_middle_unless_the_direction_is_said(
    direction: Direction | None, clock: str, whose: str
) -> None:
    both = [turn("08:00-12:00"), turn("14:00-18:00", id="later")]
    assert taker(both, punch(direction, clock)) == whose


@pytest.mark.parametrize(
    ("opened", "direction", "clock", "whose"),
    [
        (True, None, "16:05", "shift2/0"),
        (False, None, "15:55", "later/0"),
        (True, None, "16:15", "shift2/0"),
        (True, None, "16:15:01", "later/0"),
        (False, None, "15:44:59", "shift2/0"),
        (False, None, "15:45", "later/0"),
        (True, "in", "15:50", "later/0"),
        (False, "out", "16:10", "shift2/0"),
    ],
)
def test_where_shifts_touch_an_open_one_takes_the_going(
    *, opened: bool, direction: Direction | None, clock: str, whose: str
) -> None:
    both = [turn("08:00-16:00"), turn("16:00-24:00", id="later")]
    first = [punch("in", "08:00")] if opened else []
    assert taker(both, *first, punch(direction, clock)) == whose


def test_a_punch_that_names_its_shift_wins_inside_its_own_time() -> None:
    both = [turn("08:00-16:00"), turn("16:00-24:00", id="later")]
    assert taker(both, punch("out", "17:30", shift="shift2")) == "shift2/0"
    assert taker(both, punch("out", "19:01", shift="shift2")) == "later/0"


def test_a_punch_that_names_no_shift_of_the_persons_is_bound_by_time() -> None:
    assert taker([turn("20:00-23:00")], punch("in", "20:00", shift="hers")) == "shift2/0"


def test_a_night_shift_keeps_its_punches_on_the_day_it_began() -> None:
    night = turn("17:00-25:00", 9)
    found = day(night, came_and_went("16:55", "25:02", 9), DING)
    assert (found.date, found.status, found.late, found.overrun) == ("2026-03-09", "present", 0, 2)


def test_the_last_shift_of_the_month_takes_punches_of_the_next() -> None:
    found = month([turn("22:00-30:00", 31)], came_and_went("21:50", "30:00", 31))
    assert [one.status for one in found.days] == ["present"]
    assert found.unscheduled == ()


def test_shifts_around_the_month_take_their_punches_and_are_not_judged() -> None:
    before = turn("22:00-30:00", 0, date="2026-02-28")
    found = month([before, turn("09:00-18:00", 1)], [punch("out", "06:05", 1), *came_and_went("09:00", "18:00", 1)])
    assert [one.date for one in found.days] == ["2026-03-01"]
    assert found.unscheduled == ()


def test_unscheduled_punches_of_the_month_are_listed() -> None:
    found = month([turn()], [punch("in", "03:00", 5, id="night"), punch("in", "23:59", 0, id="february")])
    assert found.unscheduled == ("night",)


def test_the_earliest_coming_and_the_latest_going_count_and_all_are_kept() -> None:
    many = [punch("in", "09:04"), punch("in", "08:58"), punch("out", "18:00"), punch("out", "18:30")]
    found = day(turn(), many)
    assert (found.came, found.went) == (at("08:58"), at("18:30"))
    assert [key for key in keys(found) if key in {"came", "went", "also_in", "also_out"}] == [
        "came",
        "also_in",
        "also_out",
        "went",
    ]


def test_the_order_in_which_punches_arrive_does_not_matter() -> None:
    turns = [turn("08:00-16:00", 2), turn("16:00-24:00", 2, id="late"), turn("24:30-32:00", 2, id="night")]
    made: tuple[tuple[Direction | None, str], ...] = (
        ("in", "07:50"),
        ("out", "12:00"),
        ("in", "12:30"),
        (None, "15:50"),
        (None, "16:05"),
        ("out", "23:55"),
        (None, "24:20"),
        ("in", "24:40"),
        ("out", "31:59"),
    )
    punches = [punch(direction, clock, id=f"{number}") for number, (direction, clock) in enumerate(made)]
    expected = month(turns, punches)
    for seed in range(50):
        mixed = random.Random(seed).sample(punches, len(punches))
        assert month(random.Random(seed).sample(turns, 3), mixed) == expected


def test_per_shift_a_split_shift_has_one_coming_and_one_going() -> None:
    split = turn("09:00-11:30 12:30-18:30")
    found = day(split, came_and_went("09:00", "18:30"))
    assert (found.status, found.worked) == ("present", 510)


def test_per_segment_each_segment_has_its_own() -> None:
    split = turn("09:00-11:30 12:30-18:30")
    found = day(split, came_and_went("09:00", "18:30"), SEGMENTS)
    assert (found.status, found.late) == ("missing_in", 0)
    four = [*came_and_went("09:00", "11:30"), *came_and_went("12:40", "18:30")]
    found = day(split, four, SEGMENTS)
    assert (found.status, found.late, found.worked) == ("late", 10, 500)


def test_between_segments_a_going_ends_the_first_and_a_coming_begins_the_next() -> None:
    split = turn("09:00-11:30 12:30-18:30")
    assert taker([split], punch("out", "12:20"), held=SEGMENTS) == "shift2/0"
    assert taker([split], punch("in", "11:40"), held=SEGMENTS) == "shift2/1"


@pytest.mark.parametrize(("clock", "status"), [("13:29", "missing_out"), ("13:30", "missing_in")])
def test_a_single_punch_that_says_nothing_is_a_coming_in_the_first_half(clock: str, status: str) -> None:
    assert day(turn(), [punch(None, clock)]).status == status


def test_punches_that_say_nothing_are_the_first_and_the_last() -> None:
    found = day(turn(), [punch(None, "09:00"), punch(None, "12:00"), punch(None, "18:00")])
    assert (found.came, found.went, found.status) == (at("09:00"), at("18:00"), "present")


def test_coming_back_and_not_going_again_leaves_the_going_missing() -> None:
    found = day(turn(), [punch("in", "09:00"), punch("out", "12:00"), punch("in", "13:00")])
    assert found.status == "missing_out"
    tapped_twice = day(turn(), [*came_and_went("09:00", "17:58"), punch("in", "17:59")])
    assert tapped_twice.status == "early"


def test_spans_of_one_test_are_what_they_say() -> None:
    assert spans("22:00-30:00")[0].ends == at("06:00", 3)
