"""Faults of the judgement itself: punches, days, prices, swaps, leave, corrections, rosters, packs. All of it is pure.

Where a case that ships shows it, the case is the test: cases are the contract of the engine (docs/cases.md).
"""

from __future__ import annotations

from tests.mutants.fault import Fault

HERE = "backend/gatehouse/rules"
T = "tests/backend/rules"


def fault(name: str, file: str, old: str, new: str, *tests: str) -> Fault:
    return Fault(name, "rules", f"{HERE}/{file}.py", old, new, tests)


def case(*ids: str) -> tuple[str, ...]:
    """Cases that ship, by their ids."""
    return tuple(f"tests/rules/test_cases.py::test_a_case_that_ships_comes_out_as_expected[{id_}]" for id_ in ids)


PUNCHES = [
    fault(
        "a window not cut at the shift that follows", "binding", "        one.until = min(one.until, high)\n", "",
        *case("neighbour-window"),
    ),
    fault(
        "a window not cut at the shift before", "binding", "        following.since = max(following.since, low)\n", "",
        *case("neighbour-held"),
    ),
    fault(
        "the shift that a punch names ignored", "binding", "near = _named(punch, named) or _near(", "near = _near(",
        f"{T}/test_binding.py::test_a_punch_that_names_its_shift_wins_inside_its_own_time",
    ),
    fault(
        "the first going taken for the last", "presence", "(outs[-1] if outs else None)", "(outs[0] if outs else None)",
        *case("many-out"),
    ),
    fault(
        "a going in the middle makes a correction moot", "presence",
        "return found if found is not None and found.punch.arrived > asked.asked else None",
        "return next((m for m in real if m.direction == asked.direction and m.punch.arrived > asked.asked), None)",
        *case("moot-going"),
    ),
    fault(
        "a punch made after it was asked for makes a correction moot", "presence",
        "mark.punch.correction is None and mark.at <= asked.asked]", "mark.punch.correction is None]",
        f"{T}/test_correction.py::test_a_punch_made_after_the_application_does_not_answer_it",
    ),
    fault(
        "an outage excuses comings only", "presence",
        "covers_out = made.lacks_out and one.since <= ends <= one.until", "covers_out = False", *case("outage-just"),
    ),
]  # fmt: skip

DAYS = [
    fault(
        "late at exactly the grace minute", "day", "made.late <= terms[GRACE_MIN].value",
        "made.late < terms[GRACE_MIN].value", *case("grace-5"),
    ),
    fault(
        "final while a device has not passed the window", "day", "if one.complete_to >= until or until <= one.since:",
        "if one.complete_to >= turn.ends or until <= one.since:", *case("device-short"),
    ),
    fault(
        "called absent while somebody may hold a punch", "day", "absent = settled and owed and not there",
        'absent = certainty != "open" and owed and not there',
        f"{T}/test_days.py::test_a_day_waits_for_every_device_that_could_hold_a_punch",
    ),
    fault(
        "a silent device waited for for ever", "day", "given_up = facts.now >= until + hours.value * HOUR",
        "given_up = False", *case("silent-48h"),
    ),
    fault(
        "a device declared silent waited for", "day", "if one.silent or until <= one.silent_to:", "if one.silent:",
        f"{T}/test_days.py::test_a_device_declared_silent_or_given_up_is_named",
    ),
    fault(
        "today's regulation judges the past", "month", "held = by_date[turn.date] = terms(turn.team, turn.date)",
        "held = by_date[turn.date] = terms(turn.team, local_day(facts.now, facts.zone).isoformat())",
        f"{T}/test_penalties.py::test_terms_are_those_of_the_team_on_the_business_date",
    ),
    fault(
        "today's window binds the punches of the past", "binding", "held = terms(turn.team, turn.date)",
        'held = terms(turn.team, "2099-12-31")', f"{T}/test_binding.py::test_the_window_is_that_of_the_shifts_own_date",
    ),
]  # fmt: skip

PRICES = [
    fault(
        "one gap priced twice", "penalties",
        'return [_proposal(day, segment, "violation", least.clause, breach, facts)]\n    return [] if penalty',
        'found_ = [_proposal(day, segment, "violation", least.clause, breach, facts)]\n'
        '        return [*found_, _proposal(day, segment, "late", clause, penalty or breach, facts)]\n'
        "    return [] if penalty",
        f"{T}/test_penalties.py::test_a_late_violation_and_a_tier_are_one_gap",
    ),
    fault(
        "an absence that nothing prices not listed", "penalties",
        '    return [_proposal(day, 0, "absence", absence.clause, absence.value, {})]',
        "    if not terms.stated(ABSENCE_PENALTY):\n        return []\n"
        '    return [_proposal(day, 0, "absence", absence.clause, absence.value, {})]',
        *case("silent-absent-prop"),
    ),
    fault(
        "priced before the day is sure", "penalties", "    if not day.settled or day.unseen:\n        return []",
        "    if day.unseen:\n        return []", *case("late-waits"),
    ),
    fault(
        "the third lateness of a month forgotten", "month", "        late += penalties.times_late(day)\n", "",
        *case("sales-3"),
    ),
]  # fmt: skip

SWAPS = [
    fault(
        "requests that are pending use nothing of the cap", "swap",
        'COUNTED = frozenset({"requested", "accepted", "approved"})', 'COUNTED = frozenset({"approved"})',
        *case("ecom-cap-pending"),
    ),
    fault(
        "counted in the month of the shift that is taken", "swap", "    month = case.give.date[:7]\n    before",
        "    month = (case.take or case.give).date[:7]\n    before", *case("ecom-cap-exchange-month"),
    ),
    fault(
        "rest asked of one leg only", "swap",
        "    for leg, giver, taker in case.legs():\n        found = _of_leg(",
        "    for leg, giver, taker in list(case.legs())[:1]:\n        found = _of_leg(", *case("rest-requester"),
    ),
    fault(
        "neighbouring shifts asked of the requester only", "swap", "or _consecutive(leg, giver, terms)",
        "or (_consecutive(leg, giver, terms) if giver is case.giver else None)",
        f"{T}/test_swap.py::test_consecutive_holds_for_the_colleagues_leg_too",
    ),
    fault(
        "a shift from a swap swapped on by the colleague", "swap", "or _passed_on(leg, giver, terms)",
        "or (_passed_on(leg, giver, terms) if giver is case.giver else None)", *case("ecom-passed-on-back"),
    ),
    fault(
        "a lower grade takes the shift", "swap", "    if not parity.value:\n        return None\n    if leg.skill",
        "    return None\n    if leg.skill", *case("skill-zheng"),
    ),
    fault(
        "nights swapped where they may not be", "swap", "if not night.value and leg.night:", "if False:",
        *case("night-set"),
    ),
    fault(
        "too late at exactly the minimum notice", "swap", "case.asked <= leg.starts - notice",
        "case.asked < leg.starts - notice", *case("notice-60"),
    ),
    fault(
        "notice not asked for the shift that comes back", "swap", "_notice(case, leg, terms)",
        "_notice(case, case.give, terms)", *case("notice-back"),
    ),
    fault(
        "cover below its least at exactly the least", "swap", "if one.after < one.least:", "if one.after <= one.least:",
        f"{T}/test_swap.py::test_below_minimum_cover_needs_a_written_reason",
    ),
]  # fmt: skip

LEAVE = [
    fault(
        "late at exactly the last minute for urgent", "leave", "in_time = asked.asked <= starts - hours * HOUR_MS",
        "in_time = asked.asked < starts - hours * HOUR_MS", *case("ecom-2h"),
    ),
    fault(
        "leave from a shift that came by a swap", "leave", "if turn.swap is not None and not swapped.value:",
        "if False:", *case("leave-on-swapped"),
    ),
    fault(
        "a certificate that comes late counts", "leave",
        "late = limit is not None and known.seen is not None and known.seen > limit", "late = False",
        f"{T}/test_leave.py::test_and_not_later",
    ),
    fault(
        "one's own request on one's own desk", "levels", "return tuple(sorted({*people} - {person}))",
        "return tuple(sorted({*people}))",
        f"{T}/test_leave.py::test_nobody_decides_their_own_and_an_empty_level_is_the_next_ones",
    ),
    fault(
        "a correction too late on its last day", "correction", "if limit is not None and asked.asked > limit:",
        "if limit is not None and asked.asked >= limit:",
        f"{T}/test_correction.py::test_within_two_days_the_day_itself_not_counted",
    ),
    fault(
        "one correction more than the cap", "correction", "applied.used < cap.value", "applied.used <= cap.value",
        *case("cap-4"),
    ),
]  # fmt: skip

ROSTERS = [
    fault(
        "too few at exactly the least", "cover", "if level.people < need.least and (level.planned",
        "if level.people <= need.least and (level.planned", *case("cover-2"),
    ),
    fault(
        "a holiday's roster late on its last day", "roster", "if due.isoformat() < month.today <=",
        "if due.isoformat() <= month.today <=", *case("holiday-lead-09-24-23"),
    ),
    fault(
        "shifts that touch overlap", "roster", "if later.starts < one.ends", "if later.starts <= one.ends",
        f"{T}/test_roster.py::test_overlapping_work_is_a_violation_and_touching_work_is_not",
    ),
]  # fmt: skip

PACKS = [
    fault(
        "a value cited from another regulation", "pack", " or not (clause.reading or of in clause.of):", ":",
        f"{T}/test_pack.py::test_a_spoiled_value_is_refused_with_file_key_and_reason",
    ),
    fault(
        "a value without a clause", "pack",
        'if not entry.clause:\n        raise BadValue("no clause is cited")\n    clause = clauses().get(entry.clause)',
        'clause = clauses().get(entry.clause or "I-01")',
        f"{T}/test_pack.py::test_a_spoiled_value_is_refused_with_file_key_and_reason",
    ),
    fault(
        "two values on one date", "pack", "if before.until is None or after.since < before.until:",
        "if before.until is not None and after.since < before.until:",
        f"{T}/test_pack.py::test_a_spoiled_value_is_refused_with_file_key_and_reason",
    ),
    fault(
        "an unknown key of a pack passed over", "pack",
        "class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True,",
        "class _Entry(msgspec.Struct, frozen=True,",
        f"{T}/test_pack.py::test_a_spoiled_value_is_refused_with_file_key_and_reason",
    ),
    fault(
        "a value that ended holds one day more", "pack", "(self.until is None or date < self.until)",
        "(self.until is None or date <= self.until)", f"{T}/test_pack.py::test_a_good_pack_is_read_with_its_dates",
    ),
    fault(
        "a regulation chosen from a date on holds before it", "book",
        "held = [one for one in self._choices.get(team, ()) if one.since <= date]",
        "held = [one for one in self._choices.get(team, ())]",
        f"{T}/test_book.py::test_a_choice_holds_from_its_date_until_the_next",
    ),
]  # fmt: skip

FAULTS = [*PUNCHES, *DAYS, *PRICES, *SWAPS, *LEAVE, *ROSTERS, *PACKS]
