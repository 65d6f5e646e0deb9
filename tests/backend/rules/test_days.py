"""The verdict of a day: what each clause with a number says below, at and above it."""

from typing import Any

import pytest
from tests.days import (
    BAR,
    DAY,
    DING,
    ECOM,
    GOLD,
    HOUR,
    NONE,
    PROP,
    at,
    came_and_went,
    day,
    keys,
    month,
    punch,
    terms,
    turn,
)

from gatehouse.rules.facts import Correction, Heard, Leave, Outage, Outing, PersonMonth, Span
from gatehouse.rules.month import judge_month
from gatehouse.rules.sentences import CAUSES, SENTENCES


def leave(since: int, until: int, state: Any = "granted", **also: Any) -> Leave:
    return Leave("leave", "ann", "personal", since, until, state, at("08:00", 1), at("08:00", 1), **also)


def outing(since: str, until: str, state: Any = "granted", **also: Any) -> Outing:
    return Outing("outing", "ann", at(since), at(until), state, **also)


@pytest.mark.parametrize(("came", "late"), [("08:59", 0), ("09:00:59", 0), ("09:01", 1), ("09:15:59", 15)])
def test_lateness_is_whole_minutes_from_the_start(came: str, late: int) -> None:
    found = day(turn(), came_and_went(came, "18:00"))
    assert (found.late, found.status) == (late, "late" if late else "present")


@pytest.mark.parametrize(("came", "late"), [("09:05:59", 0), ("09:06", 6)])
def test_a_grace_lets_pass_and_lateness_beyond_it_counts_from_the_start(came: str, late: int) -> None:
    found = day(turn(), came_and_went(came, "18:00"), terms(GRACE_MIN=(5, "H-07")))
    assert found.late == late
    assert ("grace" in keys(found)) is (late == 0)


@pytest.mark.parametrize(("went", "early"), [("18:00", 0), ("17:59:01", 0), ("17:59", 1), ("12:00", 360)])
def test_leaving_early_is_whole_minutes_before_the_end(went: str, early: int) -> None:
    assert day(turn(), came_and_went("09:00", went)).early == early


def test_meal_gaps_are_neither_worked_nor_owed() -> None:
    split = turn("09:00-11:30 12:30-18:30")
    assert day(split, came_and_went("09:00", "18:30")).worked == 150 + 360
    assert day(split, came_and_went("12:30", "18:30")).late == 150
    assert day(split, came_and_went("09:00", "11:45")).early == 360


@pytest.mark.parametrize(
    ("came", "lead", "late"),
    [("08:45", 0, 0), ("08:45:59", 0, 0), ("08:46", 1, 0), ("08:59", 14, 0), ("09:00", 15, 0), ("09:01", 0, 1)],
)
def test_missing_the_lead_is_not_lateness(came: str, lead: int, late: int) -> None:
    found = day(turn(), came_and_went(came, "18:00"), PROP)
    assert (found.lead_missed, found.late) == (lead, late)
    assert ("lead_missed" in keys(found)) is (lead > 0)


def test_who_comes_after_leave_misses_no_lead() -> None:
    excused = (leave(at("08:00"), at("10:00")),)
    assert day(turn(), came_and_went("10:00", "18:00"), PROP, leaves=excused).lead_missed == 0


def test_a_lead_of_ten_minutes() -> None:
    assert day(turn(), came_and_went("08:50", "18:00"), GOLD).lead_missed == 0
    assert day(turn(), came_and_went("08:51", "18:00"), GOLD).lead_missed == 1


@pytest.mark.parametrize(("extends", "worked"), [(True, 585), (False, 540)])
def test_time_after_the_end_is_worked_where_duty_goes_on(*, extends: bool, worked: int) -> None:
    found = day(turn(), came_and_went("08:30", "18:45"), terms(AUTO_EXTEND=(extends, "R-ATT-05")))
    assert (found.overrun, found.worked, found.status) == (45, worked, "present")


@pytest.mark.parametrize(
    ("hours", "came", "went", "night"),
    [
        ("22:00-30:00", "22:00", "30:00", 480),
        ("17:00-25:00", "17:00", "25:00", 180),
        ("05:00-13:00", "05:00", "13:00", 60),
        ("20:00-32:00", "20:00", "32:00", 480),
        ("06:00-22:00", "06:00", "22:00", 0),
    ],
)
def test_night_minutes_lie_between_22_and_6(hours: str, came: str, went: str, night: int) -> None:
    assert day(turn(hours), came_and_went(came, went)).night == night


def test_a_shift_on_the_night_the_clock_goes_back_is_judged_by_real_hours() -> None:
    start = 1_792_872_000_000  # 2026-10-24 22:00 in Berlin, 9 real hours before 06:00
    away = turn(zone="Europe/Berlin", date="2026-10-24", spans=(Span(start, start + 9 * HOUR),))
    both = [punch("in", "00:00", id="in", **_when(start)), punch("out", "00:00", id="out", **_when(start + 9 * HOUR))]
    facts = PersonMonth("ann", "2026-10", start + 40 * DAY, (away,), tuple(both), zone="Europe/Berlin")
    found = judge_month(facts, lambda team, date: NONE).days[0]
    assert (found.status, found.worked, found.night) == ("present", 540, 540)


def _when(instant: int) -> dict[str, int]:
    return {"at": instant, "earliest": instant, "latest": instant, "arrived": instant}


# Leave and outings.


def test_granted_leave_excuses_its_own_part_only() -> None:
    morning = [leave(at("09:00"), at("10:00"))]
    assert day(turn(), came_and_went("10:00", "18:00"), leaves=tuple(morning)).status == "part_leave"
    found = day(turn(), came_and_went("10:20", "18:00"), leaves=tuple(morning))
    assert (found.status, found.late, found.worked) == ("late", 20, 460)
    found = day(turn(), came_and_went("09:30", "12:00"), leaves=(leave(at("13:00"), at("18:00")),))
    assert (found.late, found.early) == (30, 60)


def test_leave_for_the_whole_shift_needs_no_punch() -> None:
    found = day(turn(), leaves=(leave(at("00:00"), at("24:00")),))
    assert (found.status, found.worked) == ("leave", 0)
    assert day(turn(), leaves=(leave(at("09:00"), at("17:00")),)).status == "absent"


@pytest.mark.parametrize("state", ["requested", "refused", "void", "invalid"])
def test_leave_that_is_not_granted_excuses_nothing(state: str) -> None:
    found = day(turn(), leaves=(leave(at("00:00"), at("24:00"), state, clause="R-LEV-04"),))
    assert found.status == "absent"
    assert [line.clause for line in found.lines if line.key == "leave_not_granted"] == ["R-LEV-04"]


def test_away_without_consent_is_off_post_and_not_worked() -> None:
    out_and_in = [*came_and_went("09:00", "18:00"), *[punch("out", "10:00"), punch("in", "10:19:59")]]
    found = day(turn(), out_and_in, GOLD)
    assert (found.off_post, found.worked, found.status) == (19, 520, "present")
    assert day(turn(), out_and_in, GOLD, outings=(outing("09:50", "10:30"),)).off_post == 0
    assert day(turn(), out_and_in, GOLD, outings=(outing("10:00", "10:10"),)).off_post == 9
    assert day(turn(), out_and_in, GOLD, outings=(outing("09:50", "10:30", "refused"),)).off_post == 19
    assert day(turn(), out_and_in, NONE).off_post == 0


def test_a_granted_outing_excuses_coming_late_and_leaving_early() -> None:
    held = (outing("09:00", "09:30"), Outing("home", "ann", at("17:00"), at("18:00"), "granted"))
    found = day(turn(), came_and_went("09:40", "16:55"), PROP, outings=held)
    assert (found.late, found.early) == (10, 5)


def test_nobody_goes_before_coming_and_any_punch_is_presence() -> None:
    swapped = [punch("out", "08:50"), punch("in", "09:00")]
    assert day(turn(), swapped).status == "missing_out"
    assert day(turn(), [punch("out", "08:57"), punch("in", "09:00")]).status == "missing_out"
    crossed = [punch("out", "10:00"), punch("in", "14:00")]
    found = day(turn(), crossed)
    assert (found.status, found.came, found.went) == ("missing_in", None, None)


def test_who_has_gone_for_good_is_early_and_not_off_post_as_well() -> None:
    found = day(turn(), [*came_and_went("09:00", "17:49"), punch("in", "18:05")], GOLD)
    assert (found.early, found.off_post) == (11, 0)


def test_an_outing_on_business_is_worked_a_private_one_is_not() -> None:
    gone = [*came_and_went("09:00", "18:00"), punch("out", "10:00"), punch("in", "11:00")]
    assert day(turn(), gone, PROP, outings=(outing("10:00", "11:00", business=True),)).worked == 540
    assert day(turn(), gone, PROP, outings=(outing("10:00", "11:00"),)).worked == 480


def test_a_meal_gap_spent_outside_is_not_off_post() -> None:
    split = turn("09:00-11:30 12:30-18:30")
    lunch = [*came_and_went("09:00", "18:30"), punch("out", "11:30"), punch("in", "12:35")]
    assert day(split, lunch, PROP).off_post == 5


# Certainty.


def heard(**devices: tuple[int, bool]) -> dict[str, tuple[Heard, ...]]:
    return {"gate": tuple(Heard(device, to, silent) for device, (to, silent) in devices.items())}


def test_a_day_is_open_until_its_window_is_over() -> None:
    assert day(turn(), now=at("21:00")).certainty == "open"
    assert day(turn(), now=at("21:00:01")).certainty == "final"
    assert day(turn(), now=at("08:00")).status == "planned"
    assert day(turn(), [punch("in", "09:00")], now=at("12:00")).status == "on_duty"


def test_a_day_waits_for_every_device_that_could_hold_a_punch() -> None:
    end = at("21:00")
    both = {**heard(tablet=(end, False)), "": (Heard("phone", end - 1),)}
    waiting = day(turn(), now=at("22:00"), heard=both)
    assert (waiting.status, waiting.certainty) == ("planned", "waiting")
    assert [line.facts["device"] for line in waiting.lines if line.key == "waiting"] == ["phone"]
    assert "absent" not in keys(waiting), "nobody is called absent while somebody may still have a punch"
    both[""] = (Heard("phone", end),)
    found = day(turn(), now=at("22:00"), heard=both)
    assert (found.status, found.certainty) == ("absent", "final")


def test_a_device_declared_silent_or_given_up_is_named() -> None:
    found = day(turn(), now=at("22:00"), heard=heard(tablet=(at("12:00"), True)))
    assert (found.status, found.certainty) == ("absent", "final_silent")
    upto = {"gate": (Heard("tablet", at("12:00"), silent_to=at("21:00")),)}
    assert day(turn(), now=at("22:00"), heard=upto).certainty == "final_silent"
    assert day(turn(day=3), now=at("22:00", 3), heard=upto).certainty == "waiting"
    newer = {"gate": (Heard("tablet", 0, since=at("21:00")),)}
    assert day(turn(), now=at("22:00"), heard=newer).certainty == "final"
    assert day(turn(day=3), now=at("22:00", 3), heard=newer).certainty == "waiting"
    still = at("21:00") + 48 * HOUR - 1
    assert day(turn(), now=still, heard=heard(tablet=(at("12:00"), False))).certainty == "waiting"
    found = day(turn(), now=still + 1, heard=heard(tablet=(at("12:00"), False)))
    assert found.certainty == "final_silent"
    assert "gave_up" in keys(found)


def test_an_act_that_is_held_keeps_its_day_open() -> None:
    found = day(turn(), held=(at("09:00"),))
    assert (found.certainty, found.status) == ("waiting", "planned")
    assert day(turn(), held=(at("09:00", 3),)).certainty == "final"


def test_late_data_changes_a_final_day() -> None:
    assert day(turn()).status == "absent"
    late = [punch("in", "09:00", arrived=at("09:00", 20)), punch("out", "18:00")]
    found = day(turn(), late)
    assert found.status == "present"
    assert "arrived_late" in keys(found)


def test_a_missing_punch_is_said_only_when_nothing_is_waited_for() -> None:
    one = [punch("in", "09:00")]
    assert day(turn(), one, now=at("20:00")).status == "on_duty"
    assert day(turn(), one, now=at("20:00")).worked == 0
    found = day(turn(), one)
    assert (found.status, found.worked) == ("missing_out", 540)
    assert "credited" in keys(found)
    assert day(turn(), [punch("out", "17:00")]).status == "missing_in"


# Corrections and outages.


def correction(
    direction: Any, claimed: str, state: Any = "granted", asked: int | None = None, **also: Any
) -> Correction:
    when = at("10:00", 3) if asked is None else asked
    return Correction("fix", "ann", "shift2", direction, at(claimed), when, when, state, **also)


def test_a_granted_correction_stands_for_the_punch() -> None:
    found = day(turn(), [punch("in", "09:00")], corrections=(correction("out", "18:00"),))
    assert (found.status, found.worked) == ("present", 540)
    assert "went_corrected" in keys(found)
    late = day(turn(), [punch("out", "18:00")], corrections=(correction("in", "09:20"),))
    assert (late.status, late.late) == ("late", 20)


def test_a_correction_whose_punch_comes_later_is_moot_and_explained() -> None:
    fix = correction("in", "09:00")
    late = [punch("in", "09:30", arrived=at("10:00", 4)), punch("out", "18:00")]
    found = month([turn()], late, corrections=(fix,))
    assert (found.days[0].late, found.moot) == (30, ("fix",))
    assert "correction_moot" in keys(found.days[0])
    known = [punch("in", "12:00"), punch("out", "18:00")]
    found = month([turn()], known, corrections=(fix,))
    assert (found.days[0].late, found.moot) == (0, ())


def test_a_correction_stands_beside_going_out_and_coming_back() -> None:
    """What is punched after it was asked for does not answer it, nor does a going that was none."""
    early = correction("in", "09:00", asked=at("11:00"))
    rest = [punch("out", "12:00"), punch("in", "13:00"), punch("out", "18:00")]
    for later in (rest, [punch("in", "13:00"), punch("out", "18:00")]):
        found = month([turn()], later, corrections=(early,))
        assert (found.days[0].late, found.moot) == (0, ())
    fix = correction("out", "18:00")
    out = [punch("in", "09:00"), punch("out", "12:00", arrived=at("10:00", 4)), punch("in", "13:00")]
    found = month([turn()], out, corrections=(fix,))
    assert (found.days[0].status, found.days[0].early, found.moot) == ("present", 0, ())


@pytest.mark.parametrize(("until", "status"), [("18:00", "present"), ("17:59", "missing_out")])
def test_nobody_needs_a_punch_where_nobody_could_make_one(until: str, status: str) -> None:
    broken = (Outage("outage", "gate", at("17:00"), at(until)),)
    assert day(turn(), [punch("in", "09:00")], outages=broken).status == status
    elsewhere = (Outage("outage", "door", at("17:00"), at("19:00")),)
    assert day(turn(), [punch("in", "09:00")], outages=elsewhere).status == "missing_out"


# Sentences.


def test_every_line_is_of_the_catalogue_with_all_its_facts() -> None:
    one = turn(changed_by="boss", version=3, received=False, before=None, swap="swap", given_by="bea", overtime=True)
    split = turn("09:00-11:30 12:30-18:30", 3)
    punches = [punch("in", "09:30", sure="unanchored"), punch("out", "10:00"), punch("in", "11:00")]
    punches += [punch("in", "12:29", 3), punch("out", "19:00", 3, arrived=at("00:00", 9))]
    held = terms(OUTING_CONSENT=(True, "R-ATT-14"), LEAD_MIN=(15, "R-ATT-12"), PUNCH_MODE=("per_segment", "I-26"))
    found = month([one, split, turn(day=4)], punches, held, outings=(outing("10:10", "10:20"),))
    assert found.days[0].status == "missing_out"
    for line in (line for verdict in found.days for line in verdict.lines):
        assert set(line.facts) == set(SENTENCES[line.key]), line.key


def test_every_proposal_has_the_facts_of_its_cause() -> None:
    cases = [
        month([turn()], came_and_went("09:40", "18:00"), BAR),
        month([turn()], came_and_went("09:40", "17:00"), DING),
        month([turn()], [punch("in", "09:00")], ECOM),
        month([turn()], (), ECOM),
        month([turn(swap="swap", given_by="bea")], (), GOLD),
        month([turn()], [*came_and_went("09:40", "18:00"), punch("out", "12:00"), punch("in", "13:00")], GOLD),
    ]
    proposals = [one for found in cases for one in found.proposals]
    assert {one.cause for one in proposals} == set(CAUSES) - {"left_post", "over_cap"}
    for one in proposals:
        assert set(one.facts) == set(CAUSES[one.cause]), one.cause
