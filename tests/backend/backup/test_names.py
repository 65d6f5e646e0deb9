"""Which copies may go, and how a copy's name tells when it was made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gatehouse.backup import names

HOUR = 3_600_000
DAY = 24 * HOUR


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


NOW = at("2026-03-02T00:00")


def test_a_name_tells_the_time_it_was_given() -> None:
    path = Path(names.name(NOW, "db"))
    assert path.name == "gatehouse-20260302T000000Z.db"
    assert names.made(path) == NOW
    assert names.made(Path(names.name(NOW, "dump"))) == NOW


@pytest.mark.parametrize(
    "name",
    [
        "gatehouse-20260302T000000Z-unverified.db",
        "gatehouse-20261302T000000Z.db",
        "gatehouse-20260302T000000Z.db.77.part",
        "gatehouse.db",
        "other-20260302T000000Z.db",
    ],
)
def test_anything_else_is_no_proved_copy(name: str) -> None:
    assert names.made(Path(name)) is None


def test_fourteen_are_kept_whatever_their_age() -> None:
    times = [NOW - number * 400 * DAY for number in range(14)]
    assert names.spare(times, NOW) == set()


def test_the_fifteenth_goes_unless_it_is_the_first_of_its_month() -> None:
    newest = [NOW - number * HOUR for number in range(14)]
    assert names.spare([*newest, at("2026-02-10"), at("2026-02-28")], NOW) == {at("2026-02-28")}


def test_the_first_of_a_month_is_kept_for_a_year_and_not_longer() -> None:
    newest = [NOW - number * HOUR for number in range(14)]
    firsts = [at(f"{year}-{month:02}-01") for year in (2024, 2025) for month in range(1, 13)]
    kept = set(firsts) - names.spare([*newest, *firsts], NOW)
    assert min(kept) == at("2025-03-01")  # a year and a day
    assert len(kept) == 10


def test_the_last_moment_of_a_month_belongs_to_it() -> None:
    newest = [NOW - number * HOUR for number in range(14)]
    last, first = at("2026-01-31T23:59:59"), at("2026-02-01T00:00:00")
    assert names.spare([*newest, last, first, first + 1000], NOW) == {first + 1000}


def test_a_copy_from_the_future_neither_goes_nor_takes_a_place() -> None:
    future = [NOW + number * DAY for number in range(1, 30)]
    past = [NOW - number * HOUR for number in range(14)]
    assert names.spare([*future, *past], NOW) == set()


def test_pruning_again_changes_nothing_and_a_year_of_it_keeps_what_it_should() -> None:
    kept: set[int] = set()
    for number in range(4 * 500):
        now = at("2025-01-01") + number * 6 * HOUR
        kept.add(now)
        kept -= names.spare(kept, now)
        assert names.spare(kept, now) == set()
    end = at("2025-01-01") + (4 * 500 - 1) * 6 * HOUR
    assert sorted(kept)[-14:] == [end - number * 6 * HOUR for number in range(13, -1, -1)]
    assert len(kept) == 14 + 13  # May 2025 to May 2026, each by its first


def test_copies_are_found_newest_first(tmp_path: Path) -> None:
    for name in ("gatehouse-20260301T000000Z.db", "gatehouse-20260302T000000Z.db", "notes.json"):
        (tmp_path / name).touch()
    (tmp_path / names.name(NOW + DAY, "db")).touch()
    assert [path.name for _, path in names.copies(tmp_path, NOW)] == [
        "gatehouse-20260302T000000Z.db",
        "gatehouse-20260301T000000Z.db",
    ]
    assert names.copies(tmp_path / "missing", NOW) == []
