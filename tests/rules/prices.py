"""What the second judge proposes for a month (I-45, I-49): one price for each gap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from tests.rules.line import last_moment

from gatehouse.rules import parameters as p
from gatehouse.rules.facts import PersonMonth, Turn
from gatehouse.rules.terms import Penalty, Terms

Day = dict[str, Any]
TermsOf = Callable[[str, str], Terms]


def proposals(  # noqa: C901, PLR0912 -- one price after another, as the clauses stand
    facts: PersonMonth,
    turns: list[Turn],
    days: dict[str, Day],
    before: dict[str, Day],
    terms: Callable[[str, str], Terms],
) -> dict[tuple[str, str], dict[str, Any]]:
    """What is put to a person to confirm (I-45): price by (cause, shift)."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    late_so_far = 0
    for turn in turns:
        day, its = days[turn.id], terms(turn.team, turn.date)
        if day["certainty"] not in ("final", "final_silent"):
            continue
        mine = dict(day)
        if not turn.received:
            seen = before.get(turn.id)
            if seen is None:
                continue  # a shift the person never saw (I-58)
            mine = as_seen(day, seen)
        gap = missing(turn, mine, facts, its)
        if gap is not None:
            found[gap[0], turn.id] = priced(gap[1])
            if gap[0] == "empty_shift" and turn.given_by is not None:
                found[gap[0], f"{turn.id}:{turn.given_by}"] = priced(gap[1])
        if mine["late"]:
            late_so_far += 1
            price = of_tier(its[p.LATE_TIERS].value, mine["late"])
            harder = its[p.LATE_ESCALATE].value
            if price is not None and harder is not None and late_so_far >= harder.nth:
                price = harder.penalty
            if price is not None:
                found["late", turn.id] = priced(price)
        if mine["early"]:
            price = of_tier(its[p.EARLY_TIERS].value, mine["early"])
            if price is not None:
                found["early", turn.id] = priced(price)
        least_late, least_off = its[p.VIOLATION_LATE_MIN].value, its[p.VIOLATION_OFF_POST_MIN].value
        if least_late is not None and mine["late"] >= least_late:
            found["violation", turn.id] = priced(Penalty(violation=True))
        if least_off is not None and any(one >= least_off for one in [*mine["away"], mine["early"]]):
            found["off_post", turn.id] = priced(Penalty(violation=True))
    if any("bonus_lost" in one for one in found.values()):
        found["bonus_lost", facts.month] = {"bonus_lost": True}
    return found


def as_seen(now: Day, seen: Day) -> Day:
    """The breach that is one both by the roster in force and by the one the person knew."""
    both = dict(now)
    both["late"], both["early"] = min(now["late"], seen["late"]), min(now["early"], seen["early"])
    both["away"] = [min(pair) for pair in zip(now["away"], seen["away"], strict=False)]
    gone = {"absent", "missing_in", "missing_out"}
    if now["status"] in gone and seen["status"] not in (now["status"], "absent"):
        both["status"] = "present"
    return both


def missing(  # noqa: PLR0911 -- each class of I-49 answers for itself
    turn: Turn, day: Day, facts: PersonMonth, its: Terms
) -> tuple[str, Penalty] | None:
    """One class for one hole in the record, never added up (I-49)."""
    applied = [one for one in facts.corrections if one.shift == turn.id]
    if day["status"] == "absent":
        if any(one.state == "requested" for one in applied):
            return None
        void = any(
            one.state in ("void", "invalid") and one.since < turn.ends and one.until > turn.starts
            for one in facts.leaves
        )
        asked = any(one.shift == turn.id and one.by == facts.person and one.state != "withdrawn" for one in facts.swaps)
        empty, unswapped = its[p.EMPTY_SHIFT_PENALTY].value, its[p.UNSWAPPED_PENALTY].value
        if turn.swap is not None and empty is not None:
            return ("empty_shift", empty)  # both are listed: see proposals()
        if asked and not void and unswapped is not None:
            return ("left_post", unswapped)
        return ("absence", its[p.ABSENCE_PENALTY].value)
    if day["status"] not in ("missing_in", "missing_out"):
        return None
    price = its[p.MISSED_PENALTY].value
    if price is None:
        return None
    way = "in" if day["status"] == "missing_in" else "out"
    ways = {way, "out"} if day["came"] is None and day["went"] is None else {way}
    if not its[p.CORRECTION_ENABLED].value:
        # 漏签 is the forgotten sign-in; that regulation knows no signing out (R-ATT-03).
        return ("missed_punch", price) if way == "in" else None
    days = its[p.CORRECTION_WINDOW].value
    moment = turn.starts if way == "in" else turn.ends
    limit = last_moment(moment, days, turn.zone) if days is not None else None
    if any(
        one.direction in ways and one.state == "requested" and (limit is None or one.asked <= limit) for one in applied
    ):
        return None
    # Refused costs what never applied for costs, and no sooner (I-25).
    if limit is not None and facts.now <= limit:
        return None
    return ("missed_punch", price)


def of_tier(tiers: tuple[Any, ...], minutes: int) -> Penalty | None:
    """The highest tier that holds (I-05); both ends included (I-01)."""
    hit = [one for one in tiers if one.least <= minutes and (one.most is None or minutes <= one.most)]
    return max(hit, key=lambda one: one.least).penalty if hit else None


def priced(penalty: Penalty) -> dict[str, Any]:
    """A penalty as plain values, without what is nothing."""
    return {name: value for name, value in msgspec.structs.asdict(penalty).items() if value}
