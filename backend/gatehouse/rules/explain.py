"""The lines that explain a day, in order; sentences.py is the closed list of them."""

from __future__ import annotations

from collections.abc import Sequence

from gatehouse.rules.binding import Mark, Stretch
from gatehouse.rules.facts import Leave, PersonMonth, Turn
from gatehouse.rules.parameters import (
    AUTO_EXTEND,
    BIND_BEFORE_MIN,
    CORRECTION_WINDOW,
    EARLY_TIERS,
    GRACE_MIN,
    LATE_TIERS,
    LEAD_MIN,
    MISSED_PENALTY,
    OUTING_CONSENT,
    VIOLATION_LATE_MIN,
    VIOLATION_OFF_POST_MIN,
)
from gatehouse.rules.presence import Stay, Unpunched
from gatehouse.rules.spans import MINUTE, minutes, shared
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import Fact, Line

ARRIVED_LATE = 15 * MINUTE
"""A punch that took longer than this to arrive is said to have arrived late."""


def asked(turn: Turn, stretches: Sequence[Stretch]) -> list[Line]:
    """What the person had to do, and who made it so."""
    lines = [Line("shift", None, {"label": turn.label, "start_at": turn.starts, "end_at": turn.ends})]
    if len(stretches) > 1:
        lines += [
            Line("segment", "I-26", {"segment": one.segment, "start_at": one.starts, "end_at": one.ends})
            for one in stretches
        ]
    if turn.overtime:
        lines.append(Line("overtime"))
    if turn.swap is not None:
        lines.append(Line("swapped", "R-SWP-19", {"who": turn.given_by or "", "swap": turn.swap}))
    if turn.changed_by is not None:
        facts: dict[str, Fact] = {"version": turn.version, "changed_at": turn.changed, "who": turn.changed_by}
        lines.append(Line("changed_by", "R-SCH-06", facts))
    if not turn.received:
        lines.append(Line("changed_unseen", "I-58", {"version": turn.version, "changed_at": turn.changed}))
    return lines


def window(stretches: Sequence[Stretch], terms: Terms) -> Line:
    since, until = stretches[0].since, stretches[-1].until
    return Line("window", terms[BIND_BEFORE_MIN].clause, {"since_at": since, "until_at": until})


def grants(turn: Turn, facts: PersonMonth, leaves: Sequence[Leave], terms: Terms) -> list[Line]:
    """Leave and outings that touch the shift, granted or not."""
    lines = []
    for leave in sorted(leaves, key=lambda one: (one.since, one.id)):
        if leave.state == "granted":
            told: dict[str, Fact] = {"leave": leave.id, "sort": leave.sort}
            lines.append(Line("leave", None, {**told, "since_at": leave.since, "until_at": leave.until}))
        elif leave.state != "withdrawn":
            clause = leave.clause or ("I-28" if leave.state == "requested" else None)
            lines.append(
                Line("leave_not_granted", clause, {"leave": leave.id, "sort": leave.sort, "state": leave.state})
            )
    for outing in sorted(facts.outings, key=lambda one: (one.since, one.id)):
        if not (outing.since < turn.ends and turn.starts < outing.until):
            continue
        clause = terms[OUTING_CONSENT].clause
        if outing.state == "granted":
            told = {"outing": outing.id, "since_at": outing.since, "until_at": outing.until}
            lines.append(Line("outing", clause, told))
        elif outing.state != "withdrawn":
            lines.append(Line("outing_not_granted", clause, {"outing": outing.id, "state": outing.state}))
    return lines


def punched(stretch: Stretch, one: Stay) -> list[Line]:
    lines: list[Line] = []
    moot = {correction.id for correction in one.moot}
    for mark in stretch.marks:
        punch = mark.punch
        if punch.correction is not None:
            if punch.correction in moot:
                continue
            key = "came_corrected" if mark.direction == "in" else "went_corrected"
            lines.append(Line(key, "R-COR-01", {"correction": punch.correction, "punched_at": punch.at}))
            continue
        told: dict[str, Fact] = {"punch": punch.id, "punched_at": punch.at, "post": punch.post}
        key = _key(mark, one)
        lines.append(Line(key, None if key in {"came", "went"} else "I-33", told))
        if punch.arrived - punch.at > ARRIVED_LATE:
            lines.append(Line("arrived_late", "I-27", {"punch": punch.id, "arrived_at": punch.arrived}))
        if punch.sure in {"unanchored", "contradictory"}:
            span = {"earliest_at": punch.earliest, "latest_at": punch.latest}
            lines.append(Line("time_unsure", "I-27", {"punch": punch.id, **span, "sure": punch.sure}))
    lines += [Line("correction_moot", "I-56", {"correction": each.id}) for each in one.moot]
    for outage in one.outages:
        lines.append(Line("outage", None, {"outage": outage.id, "since_at": outage.since, "until_at": outage.until}))
    return lines


def _key(mark: Mark, one: Stay) -> str:
    if mark is one.came:
        return "came"
    if mark is one.went:
        return "went"
    return {"in": "also_in", "out": "also_out"}.get(mark.direction or "", "also_punch")


def found(one: Stay, terms: Terms) -> list[Line]:
    """Late, early, away, as found."""
    lines: list[Line] = []
    if one.within_grace:
        grace = terms[GRACE_MIN]
        lines.append(Line("grace", grace.clause, {"came_min": one.within_grace, "grace_min": grace.value}))
    if one.late:
        by_tier = terms.stated(LATE_TIERS) or not terms.stated(VIOLATION_LATE_MIN)
        clause = terms[LATE_TIERS].clause if by_tier else terms[VIOLATION_LATE_MIN].clause
        lines.append(Line("late", clause, {"late_min": one.late, "start_at": one.owed[0][0]}))
    if one.after_lead:
        lead = terms[LEAD_MIN]
        lines.append(Line("lead_missed", lead.clause, {"lead_missed_min": one.after_lead, "lead_min": lead.value or 0}))
    for since, until in one.away:
        off = shared(one.off_post, [(since, until)])
        if off and minutes(off):
            consent = terms[OUTING_CONSENT]
            clause = consent.clause if consent.value else terms[VIOLATION_OFF_POST_MIN].clause
            facts: dict[str, Fact] = {"since_at": since, "until_at": until, "off_post_min": minutes(off)}
            lines.append(Line("off_post", clause, facts))
        else:
            lines.append(Line("away", None, {"since_at": since, "until_at": until}))
    if one.early:
        clause = terms[EARLY_TIERS].clause
        lines.append(Line("early", clause, {"early_min": one.early, "end_at": one.owed[-1][1]}))
    if one.overrun:
        lines.append(Line("overrun", terms[AUTO_EXTEND].clause, {"overrun_min": one.overrun}))
    return lines


def lacking(one: Stay, missing: Unpunched, terms: Terms) -> list[Line]:
    """A punch that is missing, what is assumed until it is known, and how it stands with its correction."""
    clause = terms[MISSED_PENALTY].clause if terms.stated(MISSED_PENALTY) else "I-26"
    lines = []
    if one.lacks_in:
        lines.append(Line("missing_in", clause, {"start_at": one.owed[0][0]}))
    if one.lacks_out:
        lines.append(Line("missing_out", clause, {"end_at": one.owed[-1][1]}))
    if one.credited is not None:
        lines.append(Line("credited", None, {"since_at": one.credited[0], "until_at": one.credited[1]}))
    asked = missing.correction
    window = terms[CORRECTION_WINDOW].clause
    if asked is not None and missing.state == "pending":
        lines.append(Line("correction_pending", window, {"correction": asked.id, "asked_at": asked.asked}))
    elif asked is not None:
        lines.append(Line("correction_refused", "I-25", {"correction": asked.id}))
    if missing.state != "pending" and missing.until is not None:
        open_ = missing.state == "open"
        key = "correction_open" if open_ else "correction_lapsed"
        lines.append(Line(key, window, {"until_at": missing.until}))
    return lines
