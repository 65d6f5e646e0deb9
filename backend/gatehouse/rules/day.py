"""The verdict of one shift, with the lines that explain it in order, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from gatehouse.rules import explain
from gatehouse.rules.binding import Stretch
from gatehouse.rules.facts import Correction, Leave, PersonMonth, SwapAsked, Turn
from gatehouse.rules.parameters import (
    AUTO_EXTEND,
    CORRECTION_ENABLED,
    CORRECTION_WINDOW,
    GRACE_MIN,
    LEAD_MIN,
    OUTING_CONSENT,
    SILENT_AFTER_HOURS,
    UNSWAPPED_PENALTY,
    VIOLATION_OFF_POST_MIN,
)
from gatehouse.rules.presence import Excused, Stay, Unpunched, stay
from gatehouse.rules.spans import HOUR, end_of_day, minutes, night
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import Certainty, DayVerdict, Fact, Line, Status


class Day(msgspec.Struct):
    """One shift judged, with all that its prices follow from.

    Attributes:
        settled: nothing more is waited for.
        absent: nobody punched though something was owed, and that is settled.
        seen: its stretches as in the roster that the person last acknowledged; None: that is the one in force (I-58).
        unseen: the shift is not in that roster at all.
        unpunched: by stretch, its missing punch.
        swap: one asked for in vain (R-SWP-09).
        pending: a correction of this shift waits for a decision.
    """

    turn: Turn
    terms: Terms
    stretches: Sequence[Stretch]
    stays: list[Stay]
    verdict: DayVerdict
    settled: bool
    absent: bool
    unpunched: list[Unpunched | None]
    seen: list[Stay] | None = None
    unseen: bool = False
    swap: SwapAsked | None = None
    pending: bool = False


def judge_day(
    turn: Turn, stretches: Sequence[Stretch], facts: PersonMonth, terms: Terms, seen: Sequence[Stretch] | None = None
) -> Day:
    """The verdict of a shift whose punches are bound (binding.py).

    Args:
        turn: the shift.
        stretches: its stretches in order.
        facts: the person's month.
        terms: as in force for its team on its date.
        seen: its stretches as the person last acknowledged them, when that was otherwise.
    """
    leaves = [one for one in facts.leaves if one.since < turn.ends and turn.starts < one.until]
    excused = _excused(turn, facts, leaves)
    stays = [_stay(stretch, excused, facts, terms) for stretch in stretches]
    certainty, how_sure = _certainty(turn, stretches, facts, terms)
    settled = certainty in {"final", "final_silent"}
    there = any(one.there for one in stays)
    owed = any(one.owed for one in stays)
    absent = settled and owed and not there
    corrections = [one for one in facts.corrections if one.shift == turn.id]
    unpunched = [
        _unpunched(stretch, one, corrections, facts.now, terms) if settled and there else None
        for stretch, one in zip(stretches, stays, strict=True)
    ]
    void = any(one.state in {"void", "invalid"} for one in leaves)
    swap = next((one for one in facts.swaps if _in_vain(one, turn)), None) if absent and not void else None
    lines = [*explain.asked(turn, stretches), explain.window(stretches, terms)]
    lines += explain.grants(turn, facts, leaves, terms)
    over = certainty != "open"
    for stretch, one, missing in zip(stretches, stays, unpunched, strict=True):
        lines += explain.punched(stretch, one)
        lines += explain.found(one, terms)
        if missing is not None:
            lines += explain.lacking(one, missing, terms)
        if not over and one.went is None:
            one.worked, one.credited = [], None
    if there and not owed:
        lines.append(Line("worked_on_leave"))
    if absent:
        lines.append(Line("absent"))
    if swap is not None:
        facts_of_swap: dict[str, Fact] = {"swap": swap.id, "state": swap.state, "asked_at": swap.asked}
        lines.append(Line("swap_not_effective", terms[UNSWAPPED_PENALTY].clause, facts_of_swap))
    day = Day(
        turn,
        terms,
        stretches,
        stays,
        DayVerdict(turn.id, turn.date, "planned", certainty),
        settled,
        absent,
        unpunched,
        swap=swap,
        pending=any(one.state == "requested" for one in corrections),
    )
    if not turn.received and turn.before != turn.spans:
        day.unseen = seen is None
        day.seen = [_stay(one, excused, facts, terms) for one in seen or ()]
        if _only_by_change(day):
            lines.append(Line("only_by_change", "I-58"))
    day.verdict = _verdict(day, certainty, [*lines, *how_sure], on_leave=bool(excused.leave))
    return day


def _stay(stretch: Stretch, excused: Excused, facts: PersonMonth, terms: Terms) -> Stay:
    outages = [one for one in facts.outages if one.post == stretch.turn.post]
    lead = terms[LEAD_MIN].value or 0
    extends = terms[AUTO_EXTEND].value
    made = stay(stretch, excused, facts.corrections, outages, lead_min=lead, extends=extends)
    if made.late <= terms[GRACE_MIN].value:
        made.late, made.within_grace = 0, made.late
    if not (terms[OUTING_CONSENT].value or terms[VIOLATION_OFF_POST_MIN].value is not None):
        made.off_post = []
    return made


def _excused(turn: Turn, facts: PersonMonth, leaves: Sequence[Leave]) -> Excused:
    granted = tuple([(one.since, one.until) for one in leaves if one.state == "granted"])
    outings = [
        one for one in facts.outings if one.state == "granted" and one.since < turn.ends and turn.starts < one.until
    ]
    return Excused(
        granted,
        tuple([(one.since, one.until) for one in outings]),
        tuple([(one.since, one.until) for one in outings if one.business]),
    )


def _in_vain(swap: SwapAsked, turn: Turn) -> bool:
    """Whether a swap of the shift was asked for before it began, by whose it is, and stands or fell without effect.

    One that was taken back by its asker leaves things as if it had not been asked for.
    """
    return swap.shift == turn.id and swap.by == turn.person and swap.state != "withdrawn" and swap.asked < turn.starts


def _unpunched(
    stretch: Stretch, one: Stay, corrections: Sequence[Correction], now: int, terms: Terms
) -> Unpunched | None:
    if not (one.lacks_in or one.lacks_out):
        return None
    direction: Literal["in", "out", "both"] = "both" if one.lacks_in and one.lacks_out else "out"
    if not one.lacks_out:
        direction = "in"
    due = one.owed[0][0] if one.lacks_in else one.owed[-1][1]
    if not terms[CORRECTION_ENABLED].value:
        return Unpunched(direction, due, "at_once")
    window = terms[CORRECTION_WINDOW].value
    until = None if window is None else end_of_day(due, stretch.turn.zone, window)
    wanted = {"in", "out"} if direction == "both" else {direction}
    own = [c for c in corrections if c.segment == stretch.segment and c.direction in wanted]
    for asked in own:
        if asked.state == "requested" and (until is None or asked.asked < until):
            return Unpunched(direction, due, "pending", until, asked)
    refused = next((asked for asked in own if asked.state == "refused"), None)
    if until is None:
        return Unpunched(direction, due, "at_once", None, refused)
    return Unpunched(direction, due, "open" if now < until else "lapsed", until, refused)


def _certainty(
    turn: Turn, stretches: Sequence[Stretch], facts: PersonMonth, terms: Terms
) -> tuple[Certainty, list[Line]]:
    """How sure it is: composed from what each device that could hold a punch has said (product §5.15)."""
    since, until = stretches[0].since, stretches[-1].until
    held = [at for at in facts.held if since <= at <= until]
    lines = [Line("held", "I-45", {"held_at": at}) for at in held]
    if facts.now <= until:
        return "open", [*lines, Line("open", None, {"until_at": until})]
    hours = terms[SILENT_AFTER_HOURS]
    given_up = facts.now >= until + hours.value * HOUR
    silent = waiting = False
    devices = {one.device: one for post in (turn.post, "") for one in facts.heard.get(post, ())}
    for device in sorted(devices):
        one = devices[device]
        if one.complete_to >= until or until <= one.since:
            continue
        told: dict[str, Fact] = {"device": device, "complete_to_at": one.complete_to}
        if one.silent or until <= one.silent_to:
            silent = True
            lines.append(Line("silent", hours.clause, told))
        elif given_up:
            silent = True
            lines.append(Line("gave_up", hours.clause, {**told, "hours": hours.value}))
        else:
            waiting = True
            lines.append(Line("waiting", "I-45", told))
    if held or waiting:
        return "waiting", lines
    return "final_silent" if silent else "final", lines


def _only_by_change(day: Day) -> bool:
    """Whether something is wrong that would not be by the roster the person acknowledged."""
    if not (day.absent or any(one.late or one.early or one.lacks_in or one.lacks_out for one in day.stays)):
        return False
    seen = day.seen or []
    if day.unseen or not seen:
        return True
    if day.absent:
        return any(one.there for one in seen)
    pairs = [(one, seen[min(place, len(seen) - 1)]) for place, one in enumerate(day.stays)]
    return any(
        one.late > other.late
        or one.early > other.early
        or (one.lacks_in and not other.lacks_in)
        or (one.lacks_out and not other.lacks_out)
        for one, other in pairs
    )


# The verdict.


def _verdict(day: Day, certainty: Certainty, lines: list[Line], *, on_leave: bool) -> DayVerdict:
    stays, zone = day.stays, day.turn.zone
    worked = [span for one in stays for span in one.worked]
    came = next((one.came.at for one in stays if one.came is not None), None)
    went = next((one.went.at for one in reversed(stays) if one.went is not None), None)
    return DayVerdict(
        day.turn.id,
        day.turn.date,
        _status(day, on_leave=on_leave),
        certainty,
        late=sum(one.late for one in stays),
        early=sum(one.early for one in stays),
        overrun=sum(one.overrun for one in stays),
        lead_missed=stays[0].after_lead,
        off_post=sum(minutes([span]) for one in stays for span in one.off_post),
        worked=minutes(worked),
        night=minutes(night(worked, zone)),
        came=came,
        went=went,
        lines=tuple(lines),
    )


def _status(day: Day, *, on_leave: bool) -> Status:
    stays = day.stays
    if not any(one.owed for one in stays):
        return "leave"
    if not any(one.there for one in stays):
        return "absent" if day.settled else "planned"
    lacks_in = any(one.lacks_in for one in stays)
    if lacks_in or any(one.lacks_out for one in stays):
        if not day.settled:
            return "on_duty"
        return "missing_in" if lacks_in else "missing_out"
    late, early = any(one.late for one in stays), any(one.early for one in stays)
    if late or early:
        return "late_early" if late and early else "late" if late else "early"
    return "part_leave" if on_leave else "present"
