"""What a regulation asks for what a day found: proposals for a person to confirm, one class for each gap (I-45, I-49).

Only a day on which nothing more is waited for is priced, and never for what only a change made wrong that the person
had not received (I-58).
"""

from __future__ import annotations

from collections.abc import Sequence

from gatehouse.rules.day import Day
from gatehouse.rules.parameters import (
    ABSENCE_PENALTY,
    EARLY_TIERS,
    EMPTY_SHIFT_PENALTY,
    FULL_ATTENDANCE_BONUS,
    LATE_ESCALATE,
    LATE_TIERS,
    MISSED_DIRECTIONS,
    MISSED_PENALTY,
    UNSWAPPED_PENALTY,
    VIOLATION_LATE_MIN,
    VIOLATION_OFF_POST_MIN,
)
from gatehouse.rules.presence import Stay
from gatehouse.rules.spans import minutes, shared
from gatehouse.rules.terms import Penalty, Terms, Tier
from gatehouse.rules.verdict import Fact, Proposal

BONUS_CLAUSE = "R-ATT-18"


def of_day(day: Day, late_before: int) -> list[Proposal]:
    """What is proposed for one shift.

    Args:
        day: as judged.
        late_before: how often the person was late before in the same calendar month (I-04).
    """
    if not day.settled or day.unseen:
        return []
    if day.absent:
        return _of_absence(day)
    made: list[Proposal] = []
    for segment, one in enumerate(day.stays):
        seen = _seen(day, segment)
        missed = _of_missed(day, segment, seen)
        if missed is not None:
            made.append(missed)
        lateness = _late(one, seen)
        if lateness:
            late_before += 1
            made += _of_late(day, segment, lateness, late_before)
        earliness = one.early if seen is None else min(one.early, seen.early)
        if earliness:
            made += _of_early(day, segment, earliness)
        made += _of_leaving(day, segment, one, seen)
    return made


def times_late(day: Day) -> int:
    """How many latenesses of the day count toward the month's."""
    if not day.settled or day.unseen or day.absent:
        return 0
    return sum(1 for segment, one in enumerate(day.stays) if _late(one, _seen(day, segment)))


def tier_of(tiers: Sequence[Tier], found: int) -> Tier | None:
    """The tier of so many minutes: the highest that is met (I-05); of two that share a boundary the lighter (I-02)."""
    met = [tier for tier in tiers if tier.least <= found and (tier.most is None or found <= tier.most)]
    if len(met) > 1 and any(tier.most == found for tier in met):
        met = [tier for tier in met if tier.least < found or tier.most == found]
    return max(met, key=lambda tier: tier.least, default=None)


def _seen(day: Day, segment: int) -> Stay | None:
    if not day.seen:
        return None
    return day.seen[min(segment, len(day.seen) - 1)]


def _late(one: Stay, seen: Stay | None) -> int:
    return one.late if seen is None else min(one.late, seen.late)


def _proposal(  # the columns of a proposal
    day: Day, segment: int, cause: str, clause: str, penalty: Penalty, facts: dict[str, Fact]
) -> Proposal:
    id_ = f"{cause}:{day.turn.id}" + (f":{segment}" if segment else "")
    turn = day.turn
    return Proposal(id_, cause, turn.person, turn.date, clause, penalty, facts)  # type: ignore[arg-type]  # callers name causes of the list


def _of_late(day: Day, segment: int, found: int, nth: int) -> list[Proposal]:
    """The tier's price, or from the nth time on the higher one; a violation is the same gap, so it joins it."""
    terms = day.terms
    tiers, escalation, least = terms[LATE_TIERS], terms[LATE_ESCALATE], terms[VIOLATION_LATE_MIN]
    facts: dict[str, Fact] = {"late_min": found, "nth": nth}
    tier = tier_of(tiers.value, found)
    clause = tiers.clause
    penalty = tier.penalty if tier is not None else None
    if penalty is not None and escalation.value is not None and nth >= escalation.value.nth:
        clause, penalty = escalation.clause, escalation.value.penalty
    if least.value is not None and found >= least.value:
        breach = Penalty(violation=True) if penalty is None else _with_violation(penalty)
        return [_proposal(day, segment, "violation", least.clause, breach, facts)]
    return [] if penalty is None else [_proposal(day, segment, "late", clause, penalty, facts)]


def _with_violation(penalty: Penalty) -> Penalty:
    return Penalty(**{**{name: getattr(penalty, name) for name in penalty.__struct_fields__}, "violation": True})


def _of_early(day: Day, segment: int, found: int) -> list[Proposal]:
    held = day.terms[EARLY_TIERS]
    tier = tier_of(held.value, found)
    return [] if tier is None else [_proposal(day, segment, "early", held.clause, tier.penalty, {"early_min": found})]


def _of_leaving(day: Day, segment: int, one: Stay, seen: Stay | None) -> list[Proposal]:
    """The longest time off post without consent, leaving early included, if it is a violation (R-ATT-07)."""
    held = day.terms[VIOLATION_OFF_POST_MIN]
    if held.value is None:
        return []
    off = one.off_post if seen is None else shared(one.off_post, seen.off_post)
    times = [(minutes(shared(off, [(since, until)])), since, until) for since, until in one.away]
    if one.went is not None and one.owed:
        times.append((one.early if seen is None else min(one.early, seen.early), one.went.at, one.owed[-1][1]))
    most, since, until = max(times, key=lambda time: (time[0], -time[1]), default=(0, 0, 0))
    if not most or most < held.value:
        return []
    facts: dict[str, Fact] = {"off_post_min": most, "since_at": since, "until_at": until}
    return [_proposal(day, segment, "off_post", held.clause, Penalty(violation=True), facts)]


def _of_missed(day: Day, segment: int, seen: Stay | None) -> Proposal | None:
    missing, held = day.unpunched[segment], day.terms[MISSED_PENALTY]
    if missing is None or held.value is None or not missing.priced:
        return None
    if missing.direction not in {"both", *day.terms[MISSED_DIRECTIONS].value}:
        return None
    if seen is not None and not (
        (day.stays[segment].lacks_in and seen.lacks_in) or (day.stays[segment].lacks_out and seen.lacks_out)
    ):
        return None
    facts: dict[str, Fact] = {"direction": missing.direction, "due_at": missing.due}
    return _proposal(day, segment, "missed_punch", held.clause, held.value, facts)


def _of_absence(day: Day) -> list[Proposal]:
    """One class for a shift nobody came to: an empty swapped shift, one left without a swap, or absence (I-49)."""
    turn, terms = day.turn, day.terms
    if day.pending or any(one.there for one in day.seen or ()):
        return []
    empty, left, absence = terms[EMPTY_SHIFT_PENALTY], terms[UNSWAPPED_PENALTY], terms[ABSENCE_PENALTY]
    if turn.swap is not None and empty.value is not None:
        other = turn.given_by or ""
        made = [_proposal(day, 0, "empty_shift", empty.clause, empty.value, {"swap": turn.swap, "who": other})]
        if turn.given_by is not None:
            facts: dict[str, Fact] = {"swap": turn.swap, "who": turn.person}
            id_ = f"empty_shift:{turn.id}:{other}"
            made.append(Proposal(id_, "empty_shift", other, turn.date, empty.clause, empty.value, facts))
        return made
    if day.swap is not None and left.value is not None:
        facts = {"swap": day.swap.id, "state": day.swap.state}
        return [_proposal(day, 0, "left_post", left.clause, left.value, facts)]
    return [_proposal(day, 0, "absence", absence.clause, absence.value, {})]


def of_bonus(month: str, person: str, made: Sequence[Proposal], terms: dict[str, Terms]) -> list[Proposal]:
    """The full-attendance bonus, lost at most once however often (R-ATT-18); it is no fine (I-30).

    ``terms`` are by business date; the first loss dates it.
    """
    lost = [one for one in made if one.penalty.bonus_lost and one.person == person]
    for first in sorted(lost, key=lambda one: (one.date, one.id)):
        yuan = terms[first.date][FULL_ATTENDANCE_BONUS].value
        if yuan:
            facts: dict[str, Fact] = {"yuan": yuan, "times": len(lost)}
            penalty = Penalty(bonus_lost=True)
            id_ = f"bonus_lost:{month}"
            return [Proposal(id_, "bonus_lost", person, first.date, BONUS_CLAUSE, penalty, facts)]
    return []
