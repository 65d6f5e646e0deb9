"""Faults of what features do with the judgement: months kept and closed, acts decided, rosters, files of an office."""

from __future__ import annotations

from tests.mutants.fault import Fault

HERE = "backend/gatehouse"
T = "tests/backend"
AGAIN, SETTLING = f"{T}/attendance/test_again.py", f"{T}/attendance/test_settling.py"
TERMS = f"{T}/jobs/test_swap_terms.py"


def fault(name: str, file: str, old: str, new: str, *tests: str) -> Fault:
    return Fault(name, "rules", f"{HERE}/{file}.py", old, new, tests)


ANEW = f"{T}/attendance/test_anew.py"
MONTHS = [
    fault(
        "one month that fails keeps all others waiting", "attendance/worker",
        "if resting is None:\n                raise",
        "if error:\n                raise",
        f"{T}/attendance/test_months.py::test_a_month_that_cannot_be_judged_keeps_no_other_waiting[sqlite]",
    ),
    fault(
        "months of older rules left as they are", "attendance/anew", "if (yield from known(judges)):\n        return 0",
        "if judges:\n        return 0",
        f"{ANEW}::test_a_server_that_starts_judges_by_its_own_rules",
    ),
    fault(
        "the archive judged before what facts have spoilt", "attendance/worker",
        "FROM dirty WHERE n > 0 ORDER BY n, key",
        "FROM dirty ORDER BY n, key",
        f"{ANEW}::test_what_an_update_has_judged_anew_comes_after_what_facts_have_spoilt[sqlite]",
    ),
    fault(
        "a month told by its name and not by what it says", "attendance/worker",
        'rows.version_of(there["f"]) != body["ver"]', 'there["ver"] != body["ver"]',
        f"{ANEW}::test_a_program_that_judges_otherwise_judges_every_month_anew[sqlite]",
    ),
    fault(
        "what a closed month shows believed", "attendance/proof",
        'canon.encode(body["f"]) == canon.encode(fresh["f"]) and adds_up(body["f"], _json.decode(latest))',
        'canon.encode(body["f"]) == canon.encode(fresh["f"])',
        f"{ANEW}::test_a_closed_month_that_another_hand_changed_is_found",
    ),
    fault(
        "revisions of an earlier closing counted again", "attendance/closed",
        'since = fields.get("revisions", [])[frozen["since"] :]', 'since = fields.get("revisions", [])',
        f"{ANEW}::test_a_month_opened_and_closed_again_with_no_network_is_as_it_should_be[sqlite]",
    ),
    fault(
        "where a tablet stood between two acts forgotten", "estate/tablets",
        'batch.passing.append(("device", {"at": after.enrolled, "f": stood}))', "pass",
        f"{AGAIN}::test_a_tablet_that_stood_somewhere_between_two_acts_of_one_push_is_waited_for_there[sqlite]",
    ),
    fault(
        "yesterday's shift not looked at", "attendance/facts", "since, until = _iso(first - DAY), _iso(last)",
        "since, until = _iso(first), _iso(last)",
        f"{AGAIN}::test_a_punch_after_midnight_changes_the_month_in_which_its_shift_began[sqlite]",
    ),
    fault(
        "a late punch leaves its month as it was", "attendance/marks",
        '    "punch": lambda body: _near(body["by"], body["f"].get("punched")),\n', "",
        f"{T}/attendance/test_months.py::test_only_what_changed_is_judged_again[sqlite]",
    ),
    fault(
        "a punch changes the month of its own date only", "attendance/marks",
        "        yield from (month_key(person, month) for month in months_between(at - DAY, at + DAY))",
        "        yield month_key(person, _date(at).isoformat()[:7])",
        f"{AGAIN}::test_a_punch_after_midnight_changes_the_month_in_which_its_shift_began[sqlite]",
    ),
    fault(
        "a shift that changed hands stays in the month it left", "attendance/marks",
        "{*names(after), *(names(before) if before is not None else ())}", "{*names(after)}",
        f"{AGAIN}::test_a_shift_that_changes_hands_leaves_the_month_it_was_in[sqlite]",
    ),
    fault(
        "a swap taken back changes no price", "attendance/marks", '    "swap": _of_swap,\n', "",
        f"{AGAIN}::test_a_swap_taken_back_gives_its_number_in_the_month_back[sqlite]",
    ),
    fault(
        "another regulation changes no month", "attendance/marks",
        '    "policy": lambda body: [_words("team", body["f"]["team"], body["f"]["since"], _LAST)],\n', "",
        f"{AGAIN}::test_another_regulation_changes_what_is_proposed[sqlite]",
    ),
    fault(
        "a parameter set otherwise changes no month", "attendance/marks",
        '    "override": lambda body: [_words("team", body["f"]["team"], body["f"]["since"], _LAST)],\n', "",
        f"{AGAIN}::test_a_parameter_set_for_the_team_changes_what_its_days_say[sqlite]",
    ),
    fault(
        "nobody notices that a device is given up", "attendance/rows",
        "                found.append(until + terms[day.shift][SILENT_AFTER_HOURS].value * HOUR)",
        "                continue", f"{AGAIN}::test_a_device_that_stays_silent_is_given_up_after_its_hours[sqlite]",
    ),
    fault(
        "nobody notices that the time to apply is over", "attendance/rows",
        '            elif line.key == "correction_open":\n                found.append(int(line.facts["until_at"]))\n',
        "",
        f"{AGAIN}::test_a_missing_punch_has_its_price_when_the_time_to_apply_is_over[sqlite]",
    ),
    fault(
        "nobody notices that a certificate never came", "attendance/rows",
        "found = [NEVER, *(leave.awaits + 1 for leave in judged.facts.leaves if leave.awaits is not None)]",
        "found = [NEVER]",
        f"{T}/attendance/test_months.py::test_a_certificate_that_does_not_come_in_time_changes_the_days_by_time_alone[sqlite]",
    ),
    fault(
        "a tablet that was moved away not waited for", "attendance/facts", "next.known > d.complete_to ORDER BY d.id",
        "next.known > d.complete_to AND 1 = 0 ORDER BY d.id",
        f"{AGAIN}::test_a_tablet_that_was_moved_and_has_not_spoken_since_is_waited_for_where_it_was[sqlite]",
    ),
    fault(
        "a receipt of an older version counts", "attendance/facts", "turn.version > seen.get(turn.team, 0):",
        "not seen.get(turn.team, 0):",
        f"{SETTLING}::test_a_change_that_was_not_received_is_no_reason_for_a_price[sqlite]",
    ),
]  # fmt: skip

SETTLED = [
    fault(
        "a dismissed proposal confirmed", "attendance/ops",
        '"state": "confirmed" if op.head.kind == "penalty.confirm" else "dismissed"', '"state": "confirmed"',
        f"{SETTLING}::test_a_dismissed_proposal_is_settled_as_that[sqlite]",
    ),
    fault(
        "a closed month changed", "attendance/rows", '    if closed or "revisions" in shown:', "    if False:",
        f"{SETTLING}::test_a_closed_month_stays_and_later_data_makes_a_numbered_revision[sqlite]",
    ),
    fault(
        "every revision the first", "attendance/closed", '"n": len(revisions) + 1', '"n": 1',
        f"{SETTLING}::test_revisions_of_a_closed_month_are_numbered_and_its_prices_stand_once[sqlite]",
    ),
    fault(
        "what a closed month costs follows later facts", "attendance/closed",
        'return shift in shifts or (shift not in now.keys() | kept and set(fields["teams"]) <= set(held))',
        "return shift in shifts",
        f"{ANEW}::test_what_a_closed_month_costs_stays_also_of_no_day_in_particular[sqlite]",
    ),
    fault(
        "a closed month's prices listed twice", "attendance/closed",
        '    prices = [one for one in fields["proposals"] if not stays(one, stand)]',
        '    prices = list(fields["proposals"])',
        f"{SETTLING}::test_revisions_of_a_closed_month_are_numbered_and_its_prices_stand_once[sqlite]",
    ),
    fault(
        "a month that was opened again stays as it was", "attendance/closed", "if closed.get(team) == one}", "}",
        f"{SETTLING}::test_who_runs_the_site_opens_a_month_again_and_then_it_follows_the_facts[sqlite]",
    ),
    fault(
        "a supervisor opens a month again", "periods/ops", ' if role.role != "supervisor"]', "]",
        f"{SETTLING}::test_who_runs_the_site_opens_a_month_again_and_then_it_follows_the_facts[sqlite]",
    ),
]  # fmt: skip

SWAPS = [
    fault(
        "what one accepted counts toward one's own cap", "swaps/weigh",
        '        if body["by"] == matter.by and body["id"] != matter.id',
        '        if matter.by in {body["by"], body["f"].get("accepted_by")} and body["id"] != matter.id',
        f"{TERMS}::test_what_one_accepted_uses_nothing_of_ones_own_cap[sqlite]",
    ),
    fault(
        "kept in the month of the shift that is taken", "swaps/judge", '{"month": matter.give["f"]["date"][:7]}',
        '{"month": (matter.take or matter.give)["f"]["date"][:7]}',
        f"{TERMS}::test_an_exchange_counts_in_the_month_of_what_is_given_away[sqlite]",
    ),
    fault(
        "what a colleague gives in return not given away", "swaps/weigh",
        'if fields.get("accepted_by") in people and "take" in fields:', "if False:",
        f"{TERMS}::test_what_a_colleague_gives_in_return_is_given_away_too[sqlite]",
    ),
    fault(
        "a shift taken while on leave", "swaps/weigh", "        seen_of(facts).leaves.get(person, ()),", "        (),",
        f"{TERMS}::test_whoever_has_leave_then_takes_no_shift[sqlite]",
    ),
]  # fmt: skip

ASKED = [
    fault(
        "one level's yes for all", "approvals/queries", "while following < len(levels) and actor in",
        "while following < len(levels) or actor in",
        f"{T}/leave/test_leave.py::test_more_than_one_day_goes_on_to_the_administration[sqlite]",
    ),
    fault(
        "back from leave and still excused", "leave/around",
        'return min(int(fields["until"]), int(fields.get("returned", fields["until"])))', 'return int(fields["until"])',
        f"{T}/leave/test_leave.py::test_a_supervisor_grants_one_day_and_the_person_is_back_again[sqlite]",
    ),
    fault(
        "a correction whose punch came still counts", "corrections/ops",
        'COUNTED = ("requested", "granted", "rejected")', 'COUNTED = ("requested", "granted", "rejected", "moot")',
        f"{T}/corrections/test_corrections.py::test_what_is_moot_gives_its_place_in_the_month_back[sqlite]",
    ),
    fault(
        "any going marks a correction moot", "corrections/moot",
        "    return answered(turn, made, turns, punches, book.on(turn.team, turn.date))",
        "    return next((p for p in punches if p.direction == made.direction and p.at <= made.asked), None)",
        f"{T}/corrections/test_corrections.py::test_a_going_in_the_middle_that_comes_later_does_not_answer_the_application[sqlite]",
    ),
]  # fmt: skip

ROSTERS = [
    fault(
        "planned upon an older version", "roster/publish", "if newest == seen:", "if newest >= seen:",
        f"{T}/roster/test_publish.py::test_an_edit_of_an_older_version_is_refused_and_says_which_is_newest",
    ),
    fault(
        "two shifts at once assigned", "roster/ops",
        '    if overlapping(facts, person, start, end, set()):\n        return "overlap"\n', "",
        f"{T}/jobs/test_swaps.py::test_nobody_gets_two_shifts_at_the_same_time[sqlite]",
    ),
    fault(
        "a shift taken off the roster still stands", "roster/queries",
        'return body["kind"] == "shift" and "cancelled" not in body["f"]', 'return body["kind"] == "shift"',
        f"{T}/roster/test_publish.py::test_a_swap_of_a_shift_that_was_taken_off_meanwhile_is_refused",
    ),
    fault(
        "a row for somebody twice: the last counts", "sheets/roster_grid", "elif found.id in first:", "elif False:",
        f"{T}/sheets/test_roster.py::test_two_rows_for_one_person_and_people_nobody_knows",
    ),
    fault(
        "a formula nobody computed read as an empty day", "sheets/read_xlsx",
        'if self._formula and not self._value and kind != "str":', "if False:",
        f"{T}/sheets/test_roster.py::test_a_formula_is_never_run_its_last_value_counts",
    ),
    fault(
        "the 31st of a month of 28 days", "sheets/roster_grid", "elif not 1 <= day[2] <= days:",
        "elif not 1 <= day[2] <= 31:",
        f"{T}/sheets/test_roster.py::test_a_month_with_32_days_and_one_of_another_month",
    ),
]  # fmt: skip

FAULTS = [*MONTHS, *SETTLED, *SWAPS, *ASKED, *ROSTERS]
