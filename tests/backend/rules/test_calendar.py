"""What a date is: the law's own days, the State Council's swaps around them, and an admin's corrections."""

import datetime as dt

import pytest

from gatehouse.rules.calendar import Calendar

CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("date", "sort"),
    [
        ("2025-10-01", "statutory"),
        ("2025-10-04", "weekend"),  # inside the golden week, and still no statutory day
        ("2025-10-06", "statutory"),  # Mid-Autumn fell into it
        ("2025-10-07", "rest"),
        ("2025-09-28", "makeup"),
        ("2025-10-11", "makeup"),
        ("2025-06-02", "rest"),  # Dragon Boat was on the Saturday
        ("2025-05-31", "statutory"),
        ("2025-05-03", "weekend"),
        ("2024-10-03", "statutory"),
        ("2025-06-03", "workday"),
        ("2026-02-16", "statutory"),
        ("2026-02-20", "rest"),
        ("2026-02-14", "makeup"),
    ],
)
def test_a_date_is_what_the_law_and_the_notice_say(date: str, sort: str) -> None:
    assert CALENDAR.sort(date) == sort
    assert CALENDAR.statutory(dt.date.fromisoformat(date)) == (sort == "statutory")


@pytest.mark.parametrize(("year", "days"), [(2023, 11), (2024, 11), (2025, 13), (2026, 13)])
def test_a_year_has_as_many_statutory_days_as_the_law_names(year: int, days: int) -> None:
    """Eleven until 2024, thirteen since, whatever the notices make of the weeks around them."""
    assert sum(len(one) for one in CALENDAR.breaks(f"{year}-01-01", f"{year}-12-31")) == days


def test_a_year_that_was_not_announced_says_so_until_somebody_tells_of_its_notice() -> None:
    assert CALENDAR.known(2026)
    assert not CALENDAR.known(2051)
    assert CALENDAR.sort("2051-10-01") == "statutory"
    assert not Calendar({"2051-10-01": "statutory"}).known(2051)
    assert Calendar({"2051-10-08": "makeup"}).known(2051)


def test_a_correction_stands_above_the_law() -> None:
    corrected = Calendar({"2026-09-03": "statutory", "2026-10-10": "weekend"})
    assert corrected.statutory("2026-09-03")
    assert corrected.sort("2026-10-10") == "weekend"
    assert corrected.sort("2026-09-20") == "makeup"


def test_days_in_a_row_are_one_holiday() -> None:
    assert CALENDAR.breaks("2026-04-01", "2026-06-30") == [
        [dt.date(2026, 4, 5)],
        [dt.date(2026, 5, 1), dt.date(2026, 5, 2)],
        [dt.date(2026, 6, 19)],
    ]
