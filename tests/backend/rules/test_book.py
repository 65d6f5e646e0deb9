"""Which terms a team is under on a date: choices, changes above them, and what cannot be read passed over."""

from __future__ import annotations

import pytest

from gatehouse.rules.book import Book, Change, Choice, difference
from gatehouse.rules.parameters import LATE_REQUEST, PARAMETERS, REST_MIN_HOURS, SWAP_CAP

TEAM = "team"


def choice(pack: str, since: str, made: int = 1) -> Choice:
    return Choice(f"{pack}{since}{made}", TEAM, pack, since, made)


def change(value: str, since: str, until: str | None = None, made: int = 1, key: str = "swap.monthly_cap") -> Change:
    return Change(f"{key}{since}{made}", TEAM, key, value, since, "trial", made, until)


def cap(book: Book, date: str) -> tuple[int | None, str]:
    cited = book.on(TEAM, date)[SWAP_CAP]
    return cited.value, cited.clause


def test_without_a_choice_every_default_holds_with_its_reading() -> None:
    terms = Book().on(TEAM, "2026-10-01")
    assert terms.pack == ""
    for one in PARAMETERS.values():
        assert (terms[one].value, terms[one].clause, terms.stated(one)) == (one.default, one.clause, False)


def test_a_choice_holds_from_its_date_until_the_next() -> None:
    book = Book([choice("gold", "2026-10-01"), choice("ecom", "2026-09-01"), choice("none", "2026-11-01")])
    dates = ("2026-08-31", "2026-09-01", "2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01")
    assert [book.on(TEAM, date).pack for date in dates] == ["", "ecom", "ecom", "gold", "gold", ""]
    assert [cap(book, date)[0] for date in dates] == [None, 3, 3, 2, 2, None]
    assert book.on("another", "2026-10-01").pack == ""


def test_of_two_choices_from_one_date_the_later_holds() -> None:
    for both in ([choice("ecom", "2026-09-01", 1), choice("gold", "2026-09-01", 2)],) * 2:
        assert Book(both).on(TEAM, "2026-09-01").pack == "gold"
        assert Book(both[::-1]).on(TEAM, "2026-09-01").pack == "gold"


def test_a_change_stands_above_the_pack_and_outlasts_it() -> None:
    book = Book([choice("ecom", "2026-09-01"), choice("gold", "2026-10-01")], [change("5", "2026-09-10", "2026-10-10")])
    assert cap(book, "2026-09-09") == (3, "R-SWP-06")
    assert cap(book, "2026-09-10") == (5, "R-SWP-06")
    assert book.on(TEAM, "2026-09-10")[SWAP_CAP].changed == "trial"
    assert cap(book, "2026-10-09") == (5, "R-SWP-14")
    assert cap(book, "2026-10-10") == (2, "R-SWP-14")


def test_a_change_to_no_limit_is_a_value() -> None:
    book = Book([choice("ecom", "2026-09-01")], [change("null", "2026-09-10")])
    assert cap(book, "2026-09-10") == (None, "R-SWP-06")
    assert book.on(TEAM, "2026-09-10").stated(SWAP_CAP)


def test_a_change_is_replaced_for_good_by_a_later_one() -> None:
    """It does not come back when the later one ends; one ended before it began never replaced anything."""
    book = Book([], [change("5", "2026-09-10"), change("6", "2026-09-20", "2026-09-25", 2)])
    assert [cap(book, f"2026-09-{day}")[0] for day in (10, 20, 24, 25)] == [5, 6, 6, None]
    book = Book([], [change("5", "2026-09-10"), change("6", "2026-09-20", "2026-09-20", 2)])
    assert [cap(book, f"2026-09-{day}")[0] for day in (10, 20, 25)] == [5, 5, 5]


@pytest.mark.parametrize(
    "bad",
    [
        change("3", "2026-09-10", key="swap.monthly_caps"),
        change('"three"', "2026-09-10"),
        change("{", "2026-09-10"),
        change("3", "2026-02-30"),
        change("3", "2026-09-10", "soon"),
    ],
)
def test_a_stored_change_that_cannot_be_read_is_passed_over_and_told(bad: Change) -> None:
    book = Book([choice("ecom", "2026-09-01")], [bad, change("12", "2026-09-01", key="rest.min_hours")])
    terms = book.on(TEAM, "2026-09-10")
    assert (terms[SWAP_CAP].value, terms[REST_MIN_HOURS].value) == (3, 12)
    assert [(fault.id, fault.team, fault.what) for fault in book.faults] == [(bad.id, TEAM, bad.key)]


def test_a_chosen_pack_that_is_gone_is_passed_over_and_told() -> None:
    book = Book([choice("ecom", "2026-09-01"), choice("old", "2026-10-01"), choice("gold", "20261001")])
    assert book.on(TEAM, "2026-10-01").pack == "ecom"
    assert [fault.what for fault in book.faults] == ["old", "gold"]


def test_dates_between_two_changes_share_their_terms() -> None:
    book = Book([choice("ecom", "2026-09-01")], [change("5", "2026-09-10")])
    assert book.on(TEAM, "2026-09-10") is book.on(TEAM, "2027-12-31")
    assert book.on(TEAM, "2026-09-09") is not book.on(TEAM, "2026-09-10")


def test_the_difference_of_two_packs_names_what_changes() -> None:
    book = Book([choice("ecom", "2026-09-01"), choice("gold", "2026-10-01")])
    found = {one.key: one for one in difference(book.on(TEAM, "2026-09-01"), book.on(TEAM, "2026-10-01"))}
    assert (found["swap.monthly_cap"].before.value, found["swap.monthly_cap"].after.value) == (3, 2)
    assert found[LATE_REQUEST.key].after.clause == "R-LEV-09"
    assert "swap.consecutive_allowed" not in found
    same = book.on(TEAM, "2026-09-01")
    assert difference(same, same) == []
