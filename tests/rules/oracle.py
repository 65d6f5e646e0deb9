"""A second judge of a person's month, written from the regulations alone: plain, slow, and by nobody's other code (I9).

It answers as plain values, so that nothing of the product's own shapes can hide a difference. It shares with the
product the shapes of the facts (``rules.facts``) and of the parameters (``rules.terms``), and no judgement.
Everything is counted in milliseconds along a line of time and floored once at the end (I-02).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from tests.rules.line import MINUTE, Pieces, local_date, minus, night, whole, within
from tests.rules.prices import Day, proposals

from gatehouse.rules import parameters as p
from gatehouse.rules.facts import PersonMonth, Punch, Turn
from gatehouse.rules.terms import Terms

HOUR = 60 * MINUTE
MISTAP = 5 * MINUTE
"""A going and a coming so close together are one person at one button (product.md §5.6)."""
TIE = 15 * MINUTE
"""Around the shared minute of two shifts without a gap: product.md §5.2."""

TermsOf = Callable[[str, str], Terms]


def month_of(facts: PersonMonth, terms: TermsOf) -> dict[str, Any]:
    """Days by shift, proposals by (cause, shift), and punches of no shift."""
    bound, loose = bind(facts, terms)
    days = {turn.id: judge(turn, bound[turn.id], facts, terms(turn.team, turn.date)) for turn in own(facts)}
    known = known_to_the_person(facts)
    before: dict[str, Day] = {}
    if known is not None:
        heard, _ = bind(known, terms)
        before = {turn.id: judge(turn, heard[turn.id], known, terms(turn.team, turn.date)) for turn in own(known)}
    return {
        "days": days,
        "proposals": proposals(facts, own(facts), days, before, terms),
        "unscheduled": sorted(one.id for one in loose if local_date(one.at, facts.zone)[:7] == facts.month),
    }


def own(facts: PersonMonth) -> list[Turn]:
    """The shifts of the month itself, in order: a shift belongs wholly to the date on which it starts (I-21)."""
    return sorted((one for one in facts.turns if one.date[:7] == facts.month), key=lambda one: one.starts)


def known_to_the_person(facts: PersonMonth) -> PersonMonth | None:
    """The month as the person had seen it, when a change was not acknowledged (I-58); None when all is acknowledged."""
    if all(turn.received for turn in facts.turns):
        return None
    turns = []
    for turn in facts.turns:
        if turn.received:
            turns.append(turn)
        elif turn.before:
            turns.append(msgspec.structs.replace(turn, spans=turn.before))
    return msgspec.structs.replace(facts, turns=tuple(turns))


# Punches to shifts (product.md §5.1–6).


def bind(facts: PersonMonth, terms: TermsOf) -> tuple[dict[str, list[Punch]], list[Punch]]:
    """Each punch to the shift in whose window it lies; where two windows meet, they are cut."""
    turns = sorted(facts.turns, key=lambda one: one.starts)
    bound: dict[str, list[Punch]] = {turn.id: [] for turn in turns}
    loose = []
    for punch in facts.punches:
        if punch.correction is not None and punch.shift in bound:
            bound[punch.shift].append(punch)  # it was applied for to mend that very shift
    for punch in sorted(facts.punches, key=lambda one: (one.at, one.id)):
        if punch.correction is not None and punch.shift in bound:
            continue
        holder: Turn | None = None
        for turn in turns:
            opens, closes = reach(turn, terms)
            if not opens <= punch.at <= closes:
                continue
            if holder is None or later_one_takes_it(punch, holder, turn, bound[holder.id]):
                holder = turn
        if holder is None:
            loose.append(punch)
        else:
            bound[holder.id].append(punch)
    return bound, loose


def reach(turn: Turn, terms: TermsOf) -> tuple[int, int]:
    """The whole window of a shift, before neighbours cut it."""
    its = terms(turn.team, turn.date)
    return (
        turn.starts - its[p.BIND_BEFORE_MIN].value * MINUTE,
        turn.ends + its[p.BIND_AFTER_MIN].value * MINUTE,
    )


def later_one_takes_it(punch: Punch, earlier: Turn, later: Turn, so_far: list[Punch]) -> bool:
    """Of two shifts whose windows both hold the punch, whether it is the later one's.

    What was said wins (product.md §5.6): an out between the two, or within 15 minutes of the earlier one's end, ends
    the earlier; an in likewise begins the later. Anything else is cut at the midpoint, or at the shared minute.
    """
    if punch.direction == "out" and punch.at <= max(later.starts, earlier.ends + TIE):
        return False
    if punch.direction == "in" and punch.at >= min(earlier.ends, later.starts - TIE):
        return True
    if punch.direction is None and later.starts == earlier.ends and abs(punch.at - later.starts) <= TIE:
        return not is_open([one for one in so_far if one.at < punch.at])
    return 2 * punch.at >= earlier.ends + later.starts


def is_open(punches: list[Punch]) -> bool:
    """Whether somebody came and has not gone; a punch that does not say which turns what was before."""
    inside = False
    for one in sorted(punches, key=lambda it: (it.at, it.id)):
        inside = one.direction == "in" if one.direction is not None else not inside
    return inside


def directions(turn: Turn, punches: list[Punch], moot: set[str]) -> list[tuple[int, str]]:
    """(instant, in or out): as said; what was not said is coming when first, going when last, alone the nearer end.

    Those of ``moot`` corrections do not count.
    """
    ways: list[tuple[int, str]] = []
    for place, punch in enumerate(sorted(punches, key=lambda one: (one.at, one.id))):
        if punch.correction in moot:
            continue
        if punch.direction is not None:
            ways.append((punch.at, punch.direction))
        elif len(punches) == 1:
            ways.append((punch.at, "in" if 2 * punch.at < turn.starts + turn.ends else "out"))
        elif place == 0:
            ways.append((punch.at, "in"))
        elif place == len(punches) - 1:
            ways.append((punch.at, "out"))
    return ways


# One shift.


def judge(  # noqa: C901, PLR0912, PLR0915 -- one rule after another on purpose: slow and plain
    turn: Turn, punches: list[Punch], facts: PersonMonth, its: Terms
) -> Day:
    """What became of one shift; everything in whole minutes."""
    certainty = how_sure(turn, facts, its)
    duty: Pieces = [(span.starts, span.ends) for span in turn.spans]
    off: Pieces = [(one.since, one.until) for one in facts.leaves if one.state == "granted"]
    away_with_consent: Pieces = [(one.since, one.until) for one in facts.outings if one.state == "granted"]
    business: Pieces = [(one.since, one.until) for one in facts.outings if one.state == "granted" and one.business]
    wanted = minus(duty, off)

    moot = overtaken(turn, punches, facts)
    first, last = (wanted[0][0], wanted[-1][1]) if wanted else (turn.starts, turn.ends)
    ways = directions(turn, punches, moot)
    came, went, gaps = coming_and_going(ways, first, last)
    start, end = turn.starts, turn.ends
    excused_in = outage_at(facts, turn.post, wanted[0][0] if wanted else start)
    excused_out = outage_at(facts, turn.post, wanted[-1][1] if wanted else end)

    late = early = 0
    if came is not None:
        late = whole(minus(within(wanted, (start, max(came, start))), away_with_consent))
        if late <= its[p.GRACE_MIN].value:
            late = 0
    if went is not None:
        early = whole(minus(within(wanted, (min(went, end), end)), away_with_consent))
    absences = []
    if its[p.OUTING_CONSENT].value:
        absences = [whole(minus(within(wanted, gap), away_with_consent)) for gap in gaps]

    lead = its[p.LEAD_MIN].value
    lead_missed = 0
    if lead is not None and came is not None and not late and wanted and wanted[0][0] == start:
        lead_missed = min(lead, max(0, came - (start - lead * MINUTE)) // MINUTE)

    status = "present"
    if not wanted:
        status = "leave"
        late = early = 0
        absences = []
    elif came is None and went is None and not (excused_in or excused_out or ways):
        status = "absent"
    elif came is None and went is None and excused_in and excused_out:
        status = "present" if wanted == duty else "part_leave"
    elif came is None and not excused_in:
        status = "missing_in"
    elif went is None and not excused_out:
        status = "missing_out"
    elif late and early:
        status = "late_early"
    elif late:
        status = "late"
    elif early:
        status = "early"
    elif wanted != duty:
        status = "part_leave"

    there: Pieces = []
    if status == "leave" and came is not None and went is not None:
        there = within(duty, (came, went))
        if went > end:
            there = [*there, (max(end, came), went)]
        there = minus(there, minus(list(gaps), business))
    elif status not in ("absent", "leave"):
        # One end missing: credited from or to the time of the roster, until somebody says otherwise (product.md §5.19).
        since, until = start if came is None else came, end if went is None else went
        there = within(wanted, (since, max(until, since)))
        if until > end and its[p.AUTO_EXTEND].value:
            there = [*there, (max(end, since), until)]
        there = minus(there, minus(list(gaps), business))

    return {
        "certainty": certainty,
        "status": status,
        "late": late,
        "early": early,
        "overrun": (went - max(end, came or end)) // MINUTE if went is not None and went > end and there else 0,
        "lead_missed": lead_missed,
        "off_post": sum(absences),
        "away": absences,
        "worked": whole(there),
        "night": night(there, turn.zone),
        "came": came,
        "went": went,
    }


def coming_and_going(ways: list[tuple[int, str]], first: int, last: int) -> tuple[int | None, int | None, Pieces]:
    """When the person came and went (earliest in, latest out: I-33), and the times away between.

    An out that is followed by an in before the shift is over did not end it: the person came back (R-ATT-14). An in
    that follows an out after the start did not begin it. Five minutes are no absence. And nobody goes before coming.
    """
    ins = [at for at, way in ways if way == "in"]
    outs = [at for at, way in ways if way == "out"]
    came = min(ins) if ins else None
    if came is not None and any(first < at < came - MISTAP for at in outs):
        came = None
    went = max(outs) if outs else None
    if went is not None and any(went + MISTAP < at < last for at in ins):
        went = None
    if came is not None and went is not None and went <= came:
        went = None
    gaps = []
    for out in outs:
        back = [at for at in ins if at > out]
        if back and out != went and (came is None or out > came) and not any(out < it < min(back) for it in outs):
            gaps.append((out, min(back)))
    return came, went, gaps


def overtaken(turn: Turn, punches: list[Punch], facts: PersonMonth) -> set[str]:
    """Corrections of a shift whose real punch, made before they were applied for, arrived after (I-56)."""
    found = set()
    for one in facts.corrections:
        known = [it for it in punches if it.correction is None and it.at <= one.asked]
        ways: list[tuple[int, str]] = [(it.at, it.direction) for it in known if it.direction is not None]
        came, went, _ = coming_and_going(ways, turn.starts, turn.ends)
        at = came if one.direction == "in" else went
        if one.shift == turn.id and any(
            (it.at, it.direction) == (at, one.direction) and it.arrived > one.asked for it in known
        ):
            found.add(one.id)
    return found


def window(turn: Turn, facts: PersonMonth, its: Terms) -> tuple[int, int]:
    """The first and last instant at which a punch may belong to the shift."""
    opens = turn.starts - its[p.BIND_BEFORE_MIN].value * MINUTE
    closes = turn.ends + its[p.BIND_AFTER_MIN].value * MINUTE
    for other in facts.turns:
        if other.id == turn.id:
            continue
        if other.starts >= turn.ends:
            closes = min(closes, max(other.starts, turn.ends + TIE))
        else:
            opens = max(opens, min(other.ends, turn.starts - TIE))
    return opens, closes


def how_sure(turn: Turn, facts: PersonMonth, its: Terms) -> str:
    """Nobody is judged on data that has not arrived (product.md §5.15)."""
    opens, closes = window(turn, facts, its)
    if facts.now <= closes:
        return "open"
    if any(opens <= at <= closes for at in facts.held):
        return "waiting"
    devices = [*facts.heard.get(turn.post, ()), *facts.heard.get("", ())]
    behind = [one for one in devices if one.complete_to < closes]
    if not behind:
        return "final"
    if all(one.silent for one in behind):
        return "final_silent"
    if facts.now >= closes + its[p.SILENT_AFTER_HOURS].value * HOUR:
        return "final_silent"
    return "waiting"


def outage_at(facts: PersonMonth, post: str, moment: int) -> bool:
    """Whether nobody could punch there then."""
    return any(one.post == post and one.since <= moment <= one.until for one in facts.outages)
