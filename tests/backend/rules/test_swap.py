"""What regulations say about swaps: each rule below, at and above its boundary."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gatehouse.rules import parameters as p
from gatehouse.rules.facts import Leave, Span, Turn
from gatehouse.rules.over_cap import over_cap
from gatehouse.rules.skill import compared
from gatehouse.rules.swap import (
    Agreement,
    Cover,
    Given,
    Member,
    SwapCase,
    approval,
    check,
    least_on,
    quota,
    takes_effect,
    warnings,
)
from gatehouse.rules.terms import Cited, Penalty, Terms

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
T0 = 1_772_409_600_000  # 2026-03-02 00:00 UTC
Setting = dict[Any, tuple[Any, str]]
"""By parameter: what is set, and the clause."""
GOLD: Setting = {p.SWAP_CAP: (2, "R-SWP-14"), p.BACK_TO_BACK: (False, "R-SWP-15"), p.CONSECUTIVE: (False, "R-SWP-08")}


def terms(values: Setting) -> Terms:
    return Terms("test", {one.key: Cited(value, clause) for one, (value, clause) in values.items()})


def under(values: Setting) -> Any:
    found = terms(values)
    return lambda _team, _date: found


def turn(id_: str, person: str, day: int, start: float = 8, hours: float = 8, **more: Any) -> Turn:
    begins = T0 + day * DAY + int(start * HOUR)
    span = Span(begins, begins + int(hours * HOUR))
    return Turn(id_, person, "team", "gate", "site", "", f"2026-03-{2 + day:02}", "早", (span,), **more)


def member(id_: str, *turns: Turn, **more: Any) -> Member:
    return Member(id_, turns=turns, **more)


def case(give: Turn, giver: Member, taker: Member | None = None, take: Turn | None = None, **more: Any) -> SwapCase:
    return SwapCase("swap", more.pop("asked", T0), giver, give, taker=taker, take=take, **more)


def code(one: SwapCase, values: Setting, holidays: tuple[str, ...] = ()) -> Any:
    found = check(one, under(values), lambda date: date in holidays)
    return None if found is None else (found.code, found.clause)


def others(count: int, **more: Any) -> tuple[Agreement, ...]:
    given = {"by": "a", "date": "2026-03-10", "state": "approved"} | more
    return tuple(Agreement(f"s{i}", n=i, **given) for i in range(count))


GIVE = turn("x", "a", 3)


def test_a_team_without_a_regulation_forbids_nothing() -> None:
    crowded = [turn(f"g{i}", "b", i, start=8) for i in range(3)]
    one = case(GIVE, member("a", GIVE, given=(Given("w", GIVE.starts - DAY, "2026-03-04"),)), member("b", *crowded))
    one = msgspec.structs.replace(one, others=others(40), give=msgspec.structs.replace(GIVE, swap="s9", night=True))
    assert check(one, lambda _team, _date: Terms("", {}), lambda _date: True) is None


@pytest.mark.parametrize(("before", "verdict"), [(0, None), (1, None), (2, ("swap_cap", "R-SWP-14"))])
def test_cap(before: int, verdict: object) -> None:
    assert code(case(GIVE, member("a", GIVE), others=others(before)), GOLD) == verdict


def test_cap_tells_number_cap_and_month() -> None:
    found = check(case(GIVE, member("a", GIVE), others=others(2)), under(GOLD), lambda _: False)
    assert found is not None
    assert found.facts == {"month": "2026-03", "nth": 3, "cap": 2}


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({"state": "requested"}, True),
        ({"state": "accepted"}, True),
        ({"state": "approved"}, True),
        ({"state": "rejected"}, False),
        ({"state": "declined"}, False),
        ({"state": "withdrawn"}, False),
        ({"state": "expired"}, False),
        ({"date": "2026-02-28"}, False),
        ({"date": "2026-04-01"}, False),
        ({"repays": "s0"}, False),
    ],
)
def test_what_counts_toward_the_cap(more: dict[str, Any], counts: bool) -> None:
    """I-23: pending ones do, ended ones, other months and repays do not."""
    one = case(GIVE, member("a", GIVE), others=others(2, **more))
    assert (code(one, GOLD) is not None) is counts
    assert quota(one, under(GOLD)).nth == (3 if counts else 1)


def test_a_repay_is_of_the_agreement_it_repays() -> None:
    one = case(GIVE, member("a", GIVE), others=others(5), repays="s0")
    assert code(one, GOLD) is None
    assert quota(one, under(GOLD)).nth == 0


def test_later_requests_do_not_count_against_one_that_is_being_decided() -> None:
    assert code(case(GIVE, member("a", GIVE), others=others(4), n=2), GOLD) == ("swap_cap", "R-SWP-14")
    assert code(case(GIVE, member("a", GIVE), others=others(4), n=1), GOLD) is None


POINTS: Setting = GOLD | {
    p.OVER_CAP_MODE: ("allow_with_points", "R-SWP-07"),
    p.OVER_CAP_PENALTY: (Penalty(points=-2), "R-SWP-07"),
}


def test_over_the_cap_with_points_is_allowed_and_told() -> None:
    two, three = (case(GIVE, member("a", GIVE), others=others(count)) for count in (1, 2))
    assert (code(two, POINTS), code(three, POINTS)) == (None, None)
    assert warnings(two, under(POINTS)) == ()
    (told,) = warnings(three, under(POINTS))
    assert (told.key, told.clause, told.facts) == ("over_cap", "R-SWP-07", {"nth": 3, "cap": 2, "points": -2})


def test_each_beyond_the_cap_has_its_price_once_in_effect() -> None:
    """I-06: from number cap+1 on; one that is pending holds its number and costs nothing."""
    found = [
        *others(5),
        Agreement("pending", "a", "2026-03", "requested", 1),
        Agreement("b", "b", "2026-03", "approved", 0),
    ]
    proposed = over_cap("a", "2026-03", found, terms(POINTS))
    assert [(one.id, one.penalty.points, one.facts["nth"]) for one in proposed] == [
        ("over_cap:s2", -2, 4),
        ("over_cap:s3", -2, 5),
        ("over_cap:s4", -2, 6),
    ]
    assert over_cap("a", "2026-03", found, terms(GOLD)) == ()
    assert over_cap("a", "2026-02", found, terms(POINTS)) == ()


@pytest.mark.parametrize(
    ("given_day", "between", "verdict"),
    [
        (2, False, ("swap_consecutive", "R-SWP-08")),
        (4, False, ("swap_consecutive", "R-SWP-08")),
        (1, False, ("swap_consecutive", "R-SWP-08")),
        (1, True, None),
    ],
)
def test_two_neighbouring_shifts_of_ones_own(given_day: int, between: bool, verdict: object) -> None:
    """I-07 a: neighbours in one's own roster, however many days lie between."""
    given = Given("w", T0 + given_day * DAY + 8 * HOUR, "2026-03-04")
    turns = [GIVE, *([turn("m", "a", 2)] if between else [])]
    assert code(case(GIVE, member("a", *turns, given=(given,))), GOLD) == verdict


def test_what_was_obtained_is_no_neighbour_of_ones_own() -> None:
    """A shift got by a swap does not stand between two of one's own; extra duty does not either."""
    given = Given("w", T0 + DAY + 8 * HOUR, "2026-03-03")
    for more in ({"swap": "s1"}, {"overtime": True}):
        obtained = turn("m", "a", 2, **more)
        assert code(case(GIVE, member("a", GIVE, obtained, given=(given,))), GOLD) == ("swap_consecutive", "R-SWP-08")


def test_consecutive_holds_for_the_colleagues_leg_too() -> None:
    take = turn("y", "b", 5)
    taker = member("b", take, given=(Given("w", take.starts - DAY, "2026-03-06"),))
    assert code(case(GIVE, member("a", GIVE), taker, take), GOLD) == ("swap_consecutive", "R-SWP-08")


def test_what_came_by_a_swap_is_not_swapped_on() -> None:
    """I-07 b."""
    got = turn("x", "a", 3, swap="s1")
    assert code(case(got, member("a", got)), GOLD) == ("swap_passed_on", "R-SWP-08")
    assert code(case(got, member("a", got)), {}) is None


@pytest.mark.parametrize(
    ("gap_min", "hours", "verdict"),
    [
        (8 * 60 - 1, 8, ("back_to_back", "R-SWP-15")),
        (8 * 60, 8, None),
        (8 * 60 + 1, 8, None),
        (0, 0, ("back_to_back", "R-SWP-15")),
        (1, 0, None),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_rest_of_whoever_takes_it(gap_min: int, hours: int, before: bool, verdict: object) -> None:
    """I-08: shorter than so many hours; with 0 hours only shifts that touch."""
    start = (GIVE.starts - gap_min * MINUTE - 4 * HOUR if before else GIVE.ends + gap_min * MINUTE) - T0
    taker = member("b", turn("y", "b", 0, start=start / HOUR, hours=4))
    values = GOLD | {p.REST_MIN_HOURS: (hours, "I-08")}
    assert code(case(GIVE, member("a", GIVE), taker), values) == verdict


def test_rest_is_asked_of_both_people_and_both_legs() -> None:
    take = turn("y", "b", 5)
    tired = turn("z", "a", 5, start=18, hours=4)
    one = case(GIVE, member("a", GIVE, tired), member("b", take), take)
    found = check(one, under(GOLD), lambda _: False)
    assert found is not None
    assert (found.code, found.facts["who"], found.facts["rest_min"]) == ("back_to_back", "a", 120)


def test_a_shift_that_is_given_away_leaves_no_tiredness() -> None:
    """Of an exchange, what the taker gives in return is no neighbour any more."""
    take = turn("y", "b", 3, start=18, hours=4)
    assert code(case(GIVE, member("a", GIVE), member("b", take), take), GOLD) is None


def test_short_rest_that_was_there_before_is_not_the_swaps() -> None:
    tight = turn("p", "b", 8), turn("q", "b", 8, start=17, hours=4)
    assert code(case(GIVE, member("a", GIVE), member("b", *tight)), GOLD) is None


def test_short_rest_is_only_told_where_it_is_allowed() -> None:
    one = case(GIVE, member("a", GIVE), member("b", turn("y", "b", 3, start=18, hours=4)))
    assert code(one, {}) is None
    (told,) = warnings(one, under({}))
    assert (told.key, told.clause, told.facts["rest_min"]) == ("rest_short", "I-08", 120)


PARITY: Setting = {p.SKILL_PARITY: (True, "R-SWP-16")}


@pytest.mark.parametrize(
    ("mine", "theirs", "verdict"),
    [
        ("中级", "初级", ("swap_skill", "R-SWP-16")),
        ("中级", "中級", None),
        ("中级", "高级", None),
        ("senior", "Junior", ("swap_skill", "R-SWP-16")),
        ("甲", "甲", None),
        ("甲", "乙", None),
        (None, "初级", None),
    ],
)
def test_comparable_grade(mine: str | None, theirs: str | None, verdict: object) -> None:
    one = case(GIVE, member("a", GIVE, grade=mine), member("b", grade=theirs))
    assert code(one, PARITY) == verdict
    assert code(one, {}) is None
    unsure = verdict is None and compared(theirs, mine) == "unknown"
    assert [told.key for told in warnings(one, under(PARITY))] == (["skill_unknown"] if unsure else [])


def test_what_the_post_asks_for() -> None:
    armed = msgspec.structs.replace(GIVE, skill="消防证")
    able, unable = member("b", skills=("消防证",), grade="初级"), member("c", skills=("驾照",), grade="初级")
    giver = member("a", armed, grade="初级")
    assert code(case(armed, giver, able), PARITY) is None
    assert code(case(armed, giver, unable), PARITY) == ("swap_skill", "R-SWP-16")
    assert [one.key for one in warnings(case(armed, giver, unable), under({}))] == ["skill_missing"]


@pytest.mark.parametrize("leg", ["give", "take"])
def test_holidays(leg: str) -> None:
    take = turn("y", "b", 5)
    date = GIVE.date if leg == "give" else take.date
    one = case(GIVE, member("a", GIVE), member("b", take), take)
    values = {p.SWAP_HOLIDAY: (False, "R-SWP-05")}
    assert code(one, values, (date,)) == ("swap_holiday", "R-SWP-05")
    assert code(one, values, ("2026-03-01",)) is None
    assert code(one, {}, (date,)) is None


def test_nights() -> None:
    night = turn("x", "a", 3, night=True)
    values = {p.SWAP_NIGHT: (False, "H-00")}
    assert code(case(night, member("a", night)), values) == ("swap_night", "H-00")
    assert code(case(GIVE, member("a", GIVE)), values) is None
    assert code(case(night, member("a", night)), {p.SWAP_NIGHT: (True, "R-SWP-10")}) is None


@pytest.mark.parametrize(("late_ms", "verdict"), [(-1, None), (0, None), (1, ("swap_notice", "R-SWP-02"))])
def test_minimum_notice(late_ms: int, verdict: object) -> None:
    """Judged by when it was asked, not by when it arrived (I-27)."""
    one = case(GIVE, member("a", GIVE), asked=GIVE.starts - 120 * MINUTE + late_ms)
    assert code(one, {p.SWAP_NOTICE_MIN: (120, "R-SWP-02")}) == verdict


def leave(since: int, until: int, state: Any = "granted") -> Leave:
    return Leave("l", "b", "personal", since, until, state, T0, T0)


@pytest.mark.parametrize(
    ("since", "until", "away"), [(-HOUR, 0, False), (-HOUR, 1, True), (8 * HOUR - 1, DAY, True), (8 * HOUR, DAY, False)]
)
def test_whoever_is_on_leave_cannot_stand_in(since: int, until: int, away: bool) -> None:
    one = leave(GIVE.starts + since, GIVE.starts + until)
    found = code(case(GIVE, member("a", GIVE), member("b", leaves=(one,))), {})
    assert found == (("on_leave", "R-SCH-14") if away else None)
    asked = leave(one.since, one.until, "requested")
    assert code(case(GIVE, member("a", GIVE), member("b", leaves=(asked,))), {}) is None


@pytest.mark.parametrize(("after", "low"), [(0, True), (1, True), (2, False), (3, False)])
def test_below_minimum_cover_needs_a_written_reason(after: int, low: bool) -> None:
    one = case(GIVE, member("a", GIVE), member("b"), covers=(Cover("gate", 2, after, 2, "R-SCH-10"),))
    assert [told.key for told in warnings(one, under({}))] == (["cover_low"] if low else [])
    found = approval(one, reasoned=False)
    assert (found is not None and (found.code, found.clause) == ("reason_needed", "R-SCH-14")) is low
    assert approval(one, reasoned=True) is None


def test_cover_is_the_least_at_any_time() -> None:
    assert least_on([(0, 10), (5, 20)], 0, 20) == 1
    assert least_on([(0, 10), (12, 20)], 0, 20) == 0
    assert least_on([(-5, 30), (0, 10), (10, 20)], 0, 20) == 2
    assert least_on([], 0, 20) == 0


def test_notify_only_when_both_legs_say_so() -> None:
    """R-SWP-21."""
    notify: Setting = {p.SWAP_APPROVAL: ("notify", "R-SWP-21")}
    take = turn("y", "b", 5)

    def mixed(_team: str, date: str) -> Terms:
        return terms(notify) if date == GIVE.date else terms({})

    one = case(GIVE, member("a", GIVE), member("b", take), take)
    assert (takes_effect(one, under(notify)), takes_effect(one, under({}))) == ("notify", "approve")
    assert takes_effect(one, mixed) == "approve"


def test_each_leg_is_judged_by_the_terms_of_its_date() -> None:
    take = turn("y", "b", 5, night=True)
    one = case(GIVE, member("a", GIVE), member("b", take), take)
    strict = terms({p.SWAP_NIGHT: (False, "H-00")})

    def strict_since(since: str) -> Any:
        return lambda _team, date: strict if date >= since else terms({})

    assert check(one, strict_since(take.date), lambda _: False) is not None
    assert check(one, strict_since("2026-03-08"), lambda _: False) is None
