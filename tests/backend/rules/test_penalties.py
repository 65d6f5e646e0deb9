"""What is proposed for a month: each clause with a figure below, at and above it, and one class for each gap (I-49)."""

from typing import Any

import pytest
from tests.days import (
    BAR,
    DING,
    ECOM,
    GOLD,
    NONE,
    PACKET10,
    PACKET20,
    SALES,
    at,
    came_and_went,
    month,
    priced,
    punch,
    spans,
    terms,
    turn,
)

from gatehouse.rules.facts import Correction, Heard, Leave, PersonMonth, SwapAsked
from gatehouse.rules.month import judge_month
from gatehouse.rules.penalties import tier_of
from gatehouse.rules.terms import Penalty, Tier

FINE, LEFT, WAGE = (
    Penalty(yuan=30, bonus_lost=True),
    Penalty(yuan=50, bonus_lost=True),
    Penalty(day_wage=1, bonus_lost=True),
)
BONUS = {"bonus_lost:2026-03": Penalty(bonus_lost=True)}
VIOLATION = Penalty(violation=True)


@pytest.mark.parametrize(
    ("came", "points"), [("09:14:59", None), ("09:15", -3), ("09:29:59", -3), ("09:30", -10), ("11:00", -10)]
)
def test_only_the_highest_of_two_tiers_applies(came: str, points: int | None) -> None:
    """R-ATT-02, I-01, I-05."""
    found = priced(month([turn()], came_and_went(came, "18:00"), BAR))
    assert found == ({} if points is None else {"late:shift2": Penalty(points=points)})


@pytest.mark.parametrize(
    ("came", "packet"), [("09:00:59", None), ("09:01", PACKET10), ("09:10:59", PACKET10), ("09:11", PACKET20)]
)
def test_the_shared_boundary_of_two_tiers_is_the_lighter(came: str, packet: Penalty | None) -> None:
    """R-ATT-04, I-02."""
    found = priced(month([turn()], came_and_went(came, "18:00"), DING))
    assert found == ({} if packet is None else {"late:shift2": packet})


@pytest.mark.parametrize(("went", "packet"), [("17:50", PACKET10), ("17:49:01", PACKET10), ("17:49", PACKET20)])
def test_leaving_early_has_tiers_of_its_own(went: str, packet: Penalty) -> None:
    """R-ATT-04."""
    assert priced(month([turn()], came_and_went("09:00", went), DING)) == {"early:shift2": packet}


def test_tiers_that_leave_a_gap_or_share_a_start() -> None:
    some = (Tier(5, PACKET10, 10), Tier(20, PACKET20))
    met = [tier_of(some, found) for found in (4, 5, 10, 11, 19, 20)]
    assert [tier.least if tier is not None else None for tier in met] == [None, 5, 5, None, None, 20]


def test_the_third_lateness_of_a_month_costs_more_and_the_first_two_stay() -> None:
    """R-ATT-06, I-04."""
    days = [2, 3, 4, 5]
    punches = [one for number in days for one in came_and_went("09:01", "18:00", number)]
    found = month([turn(day=number) for number in days], punches, SALES)
    assert [one.penalty.rate_of_base for one in found.proposals] == [1, 1, 5, 5]
    assert [one.facts["nth"] for one in found.proposals] == [1, 2, 3, 4]


def test_a_lateness_that_is_not_sure_yet_does_not_count_toward_the_third() -> None:
    days = [2, 3, 4]
    punches = [one for number in days for one in came_and_went("09:01", "18:00", number)]
    held = month([turn(day=number) for number in days], punches, SALES, held=(at("09:00", 3),))
    assert {one.id: one.penalty.rate_of_base for one in held.proposals} == {"late:shift2": 1, "late:shift4": 1}


@pytest.mark.parametrize(("came", "found"), [("09:19:59", {}), ("09:20", {"violation:shift2": VIOLATION})])
def test_twenty_minutes_late_without_leave_is_a_violation(came: str, found: dict[str, Penalty]) -> None:
    """R-ATT-07."""
    assert priced(month([turn()], came_and_went(came, "18:00"), GOLD)) == found


def test_leave_granted_before_takes_the_violation_away() -> None:
    leave = Leave("leave", "ann", "personal", at("09:00"), at("09:30"), "granted", at("08:00", 1), at("08:00", 1))
    assert priced(month([turn()], came_and_went("09:30", "18:00"), GOLD, leaves=(leave,))) == {}


@pytest.mark.parametrize(("back", "found"), [("10:19:59", {}), ("10:20", {"off_post:shift2": VIOLATION})])
def test_twenty_minutes_off_post_is_a_violation(back: str, found: dict[str, Penalty]) -> None:
    """R-ATT-07, each time by itself: twice ten minutes are none."""
    gone = [punch("out", "10:00"), punch("in", back)]
    assert priced(month([turn()], [*came_and_went("09:00", "18:00"), *gone], GOLD)) == found
    twice = [punch("out", "10:00"), punch("in", "10:15"), punch("out", "11:00"), punch("in", "11:15")]
    assert priced(month([turn()], [*came_and_went("09:00", "18:00"), *twice], GOLD)) == {}


@pytest.mark.parametrize(("went", "found"), [("17:40:01", {}), ("17:40", {"off_post:shift2": VIOLATION})])
def test_leaving_twenty_minutes_early_is_leaving_the_post(went: str, found: dict[str, Penalty]) -> None:
    """R-ATT-07."""
    assert priced(month([turn()], came_and_went("09:00", went), GOLD)) == found


def test_a_late_violation_and_a_tier_are_one_gap() -> None:
    both = terms(LATE_TIERS=((Tier(15, Penalty(points=-3)),), "R-ATT-02"), VIOLATION_LATE_MIN=(20, "R-ATT-07"))
    found = priced(month([turn()], came_and_went("09:30", "18:00"), both))
    assert found == {"violation:shift2": Penalty(points=-3, violation=True)}


# A missing punch.


def test_without_a_way_to_correct_a_missing_punch_is_priced_at_once() -> None:
    """R-ATT-03, R-COR-04."""
    found = month([turn()], [punch("out", "18:00")], BAR, now=at("21:00:01"))
    assert priced(found) == {"missed_punch:shift2": Penalty(points=-2)}
    assert priced(month([turn()], [punch("in", "09:00")], BAR)) == {}, "漏签 is the forgotten sign-in"


@pytest.mark.parametrize(("now", "lapsed"), [("23:59:59", False), ("24:00", True)])
def test_a_missing_punch_is_priced_after_two_days_without_application(now: str, *, lapsed: bool) -> None:
    """R-COR-01, R-COR-03, I-17: the 2nd plus two days ends with the 4th."""
    found = month([turn()], [punch("in", "09:00")], ECOM, now=at(now, 4))
    assert priced(found) == ({"missed_punch:shift2": FINE, **BONUS} if lapsed else {})
    keys = {line.key for line in found.days[0].lines}
    assert ("correction_open" in keys, "correction_lapsed" in keys) == (not lapsed, lapsed)


def test_the_days_count_from_the_date_of_the_missing_punch_itself() -> None:
    """I-57: the going of 17:00–25:00 is due on the next date, the coming on the first."""
    night = turn("17:00-25:00", 9)
    no_out, no_in = [punch("in", "17:00", 9)], [punch("out", "25:00", 9)]
    assert priced(month([night], no_out, ECOM, now=at("23:59:59", 12))) == {}
    assert "missed_punch:shift9" in priced(month([night], no_out, ECOM, now=at("00:00", 13)))
    assert "missed_punch:shift9" in priced(month([night], no_in, ECOM, now=at("00:00", 12)))


def fix(state: Any, asked: int, arrived: int | None = None) -> tuple[Correction, ...]:
    return (Correction("fix", "ann", "shift2", "out", at("18:00"), asked, arrived or asked, state),)


def test_an_application_in_time_holds_the_price_back_and_counts_by_when_it_was_made() -> None:
    """I-27: made within the two days, arrived long after."""
    one = [turn()], [punch("in", "09:00")], ECOM
    in_time = at("23:59:59", 4)
    assert priced(month(*one, corrections=fix("requested", in_time, at("12:00", 20)))) == {}
    assert "missed_punch:shift2" in priced(month(*one, corrections=fix("requested", in_time + 1000)))


@pytest.mark.parametrize(("state", "costs"), [("granted", False), ("refused", True), ("withdrawn", True)])
def test_a_refused_application_costs_the_same_as_none(state: str, *, costs: bool) -> None:
    """I-25."""
    found = month([turn()], [punch("in", "09:00")], ECOM, now=at("12:00", 5), corrections=fix(state, at("09:00", 3)))
    assert ("missed_punch:shift2" in priced(found)) is costs


def test_a_refusal_costs_no_sooner_than_nothing_asked() -> None:
    one = [turn()], [punch("in", "09:00")], ECOM
    refused = fix("refused", at("09:00", 3))
    assert priced(month(*one, now=at("23:59:59", 4), corrections=refused)) == {}
    found = month(*one, now=at("24:00", 4), corrections=refused)
    assert "missed_punch:shift2" in priced(found)
    assert {"correction_refused", "correction_lapsed"} <= {line.key for line in found.days[0].lines}


# One class for each gap.


def test_nobody_there_is_absence_and_nothing_else() -> None:
    """R-LEV-07, I-49."""
    assert priced(month([turn()], (), ECOM)) == {"absence:shift2": WAGE, **BONUS}


@pytest.mark.parametrize("state", ["requested", "accepted", "rejected", "declined", "expired"])
def test_nobody_there_after_a_swap_asked_in_vain_is_leaving_without_one(state: Any) -> None:
    """R-SWP-09, I-49."""
    asked = (SwapAsked("swap", "shift2", "ann", state, at("12:00", 1)),)
    assert priced(month([turn()], (), ECOM, swaps=asked)) == {"left_post:shift2": LEFT, **BONUS}


def test_a_swap_taken_back_asked_by_another_or_for_another_shift_changes_nothing() -> None:
    others = (
        SwapAsked("one", "shift2", "ann", "withdrawn", at("12:00", 1)),
        SwapAsked("two", "shift2", "bea", "rejected", at("12:00", 1)),
        SwapAsked("three", "shift9", "ann", "rejected", at("12:00", 1)),
        SwapAsked("four", "shift2", "ann", "requested", at("09:00")),
    )
    assert "absence:shift2" in priced(month([turn()], (), ECOM, swaps=others))


@pytest.mark.parametrize("state", ["void", "invalid", "refused", "requested"])
def test_leave_without_effect_is_absence(state: Any) -> None:
    """R-LEV-01, R-LEV-04, I-28."""
    leave = Leave("leave", "ann", "personal", at("00:00"), at("24:00"), state, at("08:00", 1), at("08:00", 1))
    assert "absence:shift2" in priced(month([turn()], (), ECOM, leaves=(leave,)))


def test_void_leave_is_absence_also_where_a_swap_was_asked_in_vain() -> None:
    """I-49."""
    leave = Leave("leave", "ann", "personal", at("00:00"), at("24:00"), "void", at("08:00", 1), at("08:00", 1))
    asked = (SwapAsked("swap", "shift2", "ann", "rejected", at("12:00", 1)),)
    assert "absence:shift2" in priced(month([turn()], (), ECOM, leaves=(leave,), swaps=asked))


def test_an_empty_swapped_shift_lists_both() -> None:
    """R-SWP-17."""
    found = month([turn(swap="swap", given_by="bea")], (), GOLD)
    both = Penalty(absence=True, assess_both=True)
    assert priced(found) == {"empty_shift:shift2": both, "empty_shift:shift2:bea": both}
    assert {one.person for one in found.proposals} == {"ann", "bea"}
    assert priced(month([turn(swap="swap", given_by="bea")], came_and_went("09:00", "18:00"), GOLD)) == {}


def test_while_a_correction_waits_nobody_is_called_absent_for_money() -> None:
    asked = (Correction("fix", "ann", "shift2", "in", at("09:00"), at("12:00", 3), at("12:00", 3), "requested"),)
    found = month([turn()], (), ECOM, corrections=asked)
    assert found.days[0].status == "absent"
    assert priced(found) == {}


def test_a_regulation_that_is_silent_prices_nothing() -> None:
    found = month([turn(), turn(day=3)], came_and_went("11:00", "15:00"), NONE)
    assert [one.status for one in found.days] == ["late_early", "absent"]
    # Whoever did not come is listed all the same, without a figure (H-33).
    assert priced(found) == {"absence:shift3": Penalty(absence=True)}


def test_the_bonus_is_lost_once_however_often() -> None:
    """R-ATT-18."""
    found = month([turn(day=number) for number in (2, 3, 4)], (), ECOM)
    lost = [one for one in found.proposals if one.cause == "bonus_lost"]
    assert [(one.id, one.date, one.facts) for one in lost] == [
        ("bonus_lost:2026-03", "2026-03-02", {"yuan": 100, "times": 3})
    ]


def test_nothing_is_proposed_before_the_day_is_sure() -> None:
    heard = {"gate": (Heard("tablet", at("12:00")),)}
    assert priced(month([turn()], (), ECOM, now=at("22:00"), heard=heard)) == {}
    assert priced(month([turn()], came_and_went("09:40", "18:00"), BAR, now=at("20:00"))) == {}
    assert priced(month([turn()], came_and_went("09:40", "18:00"), BAR, now=at("21:00:01"))) != {}


def test_ids_of_proposals_stay_when_the_same_gap_is_judged_again() -> None:
    first = month([turn()], came_and_went("09:40", "18:00"), BAR)
    again = month([turn(version=9), turn(day=3)], [punch("in", "09:20"), punch("out", "18:05")], BAR)
    assert first.proposals[0].id == again.proposals[0].id == "late:shift2"


# A change that was not received (I-58).


def unseen(text: str, before: str | None, **also: Any) -> Any:
    return turn(text, received=False, before=None if before is None else spans(before), **also)


def test_what_only_an_unseen_change_made_wrong_is_not_priced() -> None:
    moved = unseen("08:00-17:00", "09:00-18:00")
    found = month([moved], came_and_went("09:00", "18:00"), BAR)
    assert (found.days[0].late, priced(found)) == (60, {})
    assert {"changed_unseen", "only_by_change"} <= {line.key for line in found.days[0].lines}
    still_late = month([moved], came_and_went("09:20", "18:00"), BAR)
    assert priced(still_late) == {"late:shift2": Penalty(points=-3)}


def test_absence_from_a_shift_that_was_moved_unseen() -> None:
    moved = unseen("20:00-24:00", "08:00-12:00")
    there = month([moved], came_and_went("08:00", "12:00"), ECOM)
    assert (there.days[0].status, priced(there)) == ("absent", {})
    assert "absence:shift2" in priced(month([moved], (), ECOM))
    assert priced(month([unseen("20:00-24:00", None)], (), ECOM)) == {}
    unchanged = unseen("08:00-12:00", "08:00-12:00")
    assert "absence:shift2" in priced(month([unchanged], (), ECOM))


def test_a_punch_missing_only_by_the_change() -> None:
    later = unseen("12:00-24:00", "06:00-12:00")
    found = month([later], came_and_went("06:00", "12:00"), ECOM)
    assert (found.days[0].status, priced(found)) == ("missing_in", {})
    assert "missed_punch:shift2" in priced(month([later], [punch("out", "13:00")], ECOM))


def test_terms_are_those_of_the_team_on_the_business_date() -> None:
    """A day is judged by the regulation of the person's team on that day."""
    turns = (turn(day=2, team="old"), turn(day=3))
    punches = [one for number in (2, 3) for one in came_and_went("09:12", "18:00", number)]
    facts = PersonMonth("ann", "2026-03", at("00:00", 20), turns, tuple(punches))
    found = judge_month(facts, lambda team, date: BAR if team == "old" and date == "2026-03-02" else DING)
    assert priced(found) == {"late:shift3": PACKET20}
