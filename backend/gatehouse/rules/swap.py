"""What a regulation says about one swap: whether it forbids it, and what whoever decides must see (R-SWP-01…22)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Literal

import msgspec

from gatehouse.rules import parameters as p
from gatehouse.rules.facts import Leave, Turn
from gatehouse.rules.skill import compared
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import Fact, Violation, Warned

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
TermsOn = Callable[[str, str], Terms]
"""The terms in force for a team on a business date."""
COUNTED = frozenset({"requested", "accepted", "approved"})
"""States of an agreement that use its month's cap: pending ones do, ended ones do not (I-23)."""


class Given(msgspec.Struct, frozen=True):
    """A shift that a person gives away in another agreement, open or in effect: when it begins, and its date."""

    shift: str
    starts: int
    date: str


class Agreement(msgspec.Struct, frozen=True):
    """A swap as the cap counts it (I-23).

    Attributes:
        date: business date of the shift given away; its month ``YYYY-MM`` is enough.
        n: its place in the order in which requests arrived.
        repays: the swap that it repays.
    """

    id: str
    by: str
    date: str
    state: str
    n: int
    repays: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it uses one of its month's swaps: a repay is part of the agreement it repays."""
        return self.state in COUNTED and self.repays is None


class Member(msgspec.Struct, frozen=True):
    """One of the two people of a swap.

    Attributes:
        grade: as the office keeps it; None: not on record.
        turns: their shifts in force around every leg: at least the neighbour on either side.
        given: what they give away in other agreements.
        leaves: granted ones around the legs.
    """

    id: str
    grade: str | None = None
    skills: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    given: tuple[Given, ...] = ()
    leaves: tuple[Leave, ...] = ()


class Cover(msgspec.Struct, frozen=True):
    """The least number of people on a leg's post during it, before and after the swap, and how many it needs."""

    post: str
    before: int
    after: int
    least: int
    clause: str


class SwapCase(msgspec.Struct, frozen=True):
    """A swap to be judged. ``taker`` is None while several were asked and nobody has said yes.

    Attributes:
        asked: corrected instant of the request, by which notice is judged (I-27).
        n: the place of the request in the order of arrival; None: it has just come, after all others.
        others: the requester's other agreements of the month.
        covers: of each leg; filled in for whoever decides.
    """

    id: str
    asked: int
    giver: Member
    give: Turn
    taker: Member | None = None
    take: Turn | None = None
    n: int | None = None
    others: tuple[Agreement, ...] = ()
    repays: str | None = None
    covers: tuple[Cover, ...] = ()

    def legs(self) -> Iterator[tuple[Turn, Member, Member | None]]:
        """Each shift that changes hands, with who gives and who takes it."""
        yield self.give, self.giver, self.taker
        if self.take is not None and self.taker is not None:
            yield self.take, self.taker, self.giver


class Quota(msgspec.Struct, frozen=True):
    """The how manieth agreement of the requester's month this is, and how many there may be (None: any)."""

    nth: int
    cap: int | None
    clause: str

    @property
    def over(self) -> bool:
        """Whether it is one too many."""
        return self.cap is not None and self.nth > self.cap


def quota(case: SwapCase, terms: TermsOn) -> Quota:
    """Where this agreement stands in its month; 0th when it repays another and so uses nothing (I-23)."""
    cap = terms(case.give.team, case.give.date)[p.SWAP_CAP]
    if case.repays is not None:
        return Quota(0, cap.value, cap.clause)
    month = case.give.date[:7]
    before = [one for one in case.others if one.id != case.id and (case.n is None or one.n < case.n)]
    used = sum(1 for one in before if one.counts and one.date[:7] == month)
    return Quota(used + 1, cap.value, cap.clause)


def check(case: SwapCase, terms: TermsOn, statutory: Callable[[str], bool]) -> Violation | None:
    """The first thing that forbids the swap, or None. Overlapping shifts are the roster's to refuse (I-08)."""
    for leg, giver, taker in case.legs():
        found = _of_leg(case, leg, giver, taker, terms(leg.team, leg.date), statutory)
        if found is not None:
            return found
    return _capped(case, terms)


def _of_leg(
    case: SwapCase,
    leg: Turn,
    giver: Member,
    taker: Member | None,
    terms: Terms,
    statutory: Callable[[str], bool],
) -> Violation | None:
    found = (
        _notice(case, leg, terms)
        or _dated(leg, giver, terms, statutory)
        or _consecutive(leg, giver, terms)
        or _passed_on(leg, giver, terms)
    )
    if found is not None or taker is None:
        return found
    return _away(leg, taker) or _parity(leg, giver, taker, terms) or _rest(case, leg, taker, terms)


def _notice(case: SwapCase, leg: Turn, terms: Terms) -> Violation | None:
    """Asked at least so long before the start (R-SWP-02)."""
    notice = terms[p.SWAP_NOTICE_MIN]
    if case.asked <= leg.starts - notice.value * MINUTE_MS:
        return None
    facts: dict[str, Fact] = {"start_at": leg.starts, "asked_at": case.asked, "notice_min": notice.value}
    return Violation("swap_notice", notice.clause, facts)


def _dated(leg: Turn, giver: Member, terms: Terms, statutory: Callable[[str], bool]) -> Violation | None:
    """Not on statutory holidays (R-SWP-05), not on nights, where the regulation says so."""
    holiday, night = terms[p.SWAP_HOLIDAY], terms[p.SWAP_NIGHT]
    facts: dict[str, Fact] = {"date": leg.date, "who": giver.id}
    if not holiday.value and statutory(leg.date):
        return Violation("swap_holiday", holiday.clause, facts)
    if not night.value and leg.night:
        return Violation("swap_night", night.clause, facts)
    return None


def _passed_on(leg: Turn, giver: Member, terms: Terms) -> Violation | None:
    """What came by a swap is not swapped on (I-07 b)."""
    allowed = terms[p.CONSECUTIVE]
    if allowed.value or leg.swap is None:
        return None
    return Violation("swap_passed_on", allowed.clause, {"date": leg.date, "who": giver.id})


def _consecutive(leg: Turn, giver: Member, terms: Terms) -> Violation | None:
    """No two neighbouring rostered shifts of one's own are both given away (I-07 a)."""
    allowed = terms[p.CONSECUTIVE]
    if allowed.value:
        return None
    other = next((one for one in neighbours(leg, giver) if isinstance(one, Given)), None)
    if other is None:
        return None
    return Violation("swap_consecutive", allowed.clause, {"date": leg.date, "other": other.date, "who": giver.id})


def neighbours(leg: Turn, giver: Member) -> list[Turn | Given]:
    """The shifts beside one's own in one's own roster: what was given away is still of it, what was got is not."""
    given = {one.shift: one for one in giver.given if one.shift != leg.id}
    own: list[Turn | Given] = [
        one for one in giver.turns if one.swap is None and one.id != leg.id and one.id not in given and not one.overtime
    ]
    own += given.values()
    before = max((one for one in own if one.starts < leg.starts), key=lambda one: one.starts, default=None)
    after = min((one for one in own if one.starts >= leg.starts), key=lambda one: one.starts, default=None)
    return [one for one in (before, after) if one is not None]


def _away(leg: Turn, taker: Member) -> Violation | None:
    """Whoever is on leave then cannot stand in (R-SCH-14)."""
    if any(one.state == "granted" and one.since < leg.ends and leg.starts < one.until for one in taker.leaves):
        return Violation("on_leave", "R-SCH-14", {"date": leg.date, "who": taker.id})
    return None


def _parity(leg: Turn, giver: Member, taker: Member, terms: Terms) -> Violation | None:
    """Comparable skill: what the post asks for, and a grade no lower (R-SWP-16)."""
    parity = terms[p.SKILL_PARITY]
    if not parity.value:
        return None
    if leg.skill is not None and leg.skill not in taker.skills:
        return Violation("swap_skill", parity.clause, {"who": taker.id, "skill": leg.skill})
    if compared(taker.grade, giver.grade) == "lower":
        facts: dict[str, Fact] = {"who": taker.id, "grade": taker.grade or "", "needs": giver.grade or ""}
        return Violation("swap_skill", parity.clause, facts)
    return None


def _rest(case: SwapCase, leg: Turn, taker: Member, terms: Terms) -> Violation | None:
    """No back-to-back shifts for whoever takes it (R-SWP-15, I-08)."""
    allowed = terms[p.BACK_TO_BACK]
    if allowed.value:
        return None
    short = short_rest(leg, _after(case, taker), terms[p.REST_MIN_HOURS].value)
    return None if short is None else Violation("back_to_back", allowed.clause, {"who": taker.id, **short})


def _after(case: SwapCase, who: Member) -> list[Turn]:
    """What a person's shifts would be after the swap."""
    legs = list(case.legs())
    moving = {leg.id for leg, _, _ in legs}
    gained = [leg for leg, _, taker in legs if taker is not None and taker.id == who.id]
    return [*(turn for turn in who.turns if turn.id not in moving), *gained]


def short_rest(leg: Turn, turns: Iterable[Turn], hours: int) -> dict[str, Fact] | None:
    """The rest beside ``leg`` that is shorter than ``hours``, as facts; touching shifts always are (連班)."""
    for before, after in pairwise(sorted(turns, key=lambda one: one.starts)):
        gap = after.starts - before.ends
        if leg.id in {before.id, after.id} and gap >= 0 and (gap < hours * HOUR_MS or gap == 0):
            return {"rest_min": gap // MINUTE_MS, "hours": hours, "end_at": before.ends, "start_at": after.starts}
    return None


def _capped(case: SwapCase, terms: TermsOn) -> Violation | None:
    """No more than so many in a month (R-SWP-06), unless each more has its price instead (I-06)."""
    standing = quota(case, terms)
    if not standing.over or terms(case.give.team, case.give.date)[p.OVER_CAP_MODE].value != "refuse":
        return None
    facts: dict[str, Fact] = {"month": case.give.date[:7], "nth": standing.nth, "cap": standing.cap or 0}
    return Violation("swap_cap", standing.clause, facts)


def warnings(case: SwapCase, terms: TermsOn) -> tuple[Warned, ...]:
    """What speaks against the swap and does not forbid it, for whoever decides (R-SCH-14)."""
    return (*_over_cap(case, terms), *_hardships(case, terms), *_low(case))


def _over_cap(case: SwapCase, terms: TermsOn) -> Iterator[Warned]:
    standing = quota(case, terms)
    if standing.over:
        on = terms(case.give.team, case.give.date)
        price = on[p.OVER_CAP_PENALTY]
        points = price.value.points if price.value is not None else 0
        facts: dict[str, Fact] = {"nth": standing.nth, "cap": standing.cap or 0, "points": points}
        yield Warned("over_cap", price.clause if points else standing.clause, facts)


def _hardships(case: SwapCase, terms: TermsOn) -> Iterator[Warned]:
    for leg, giver, taker in case.legs():
        if taker is None:
            continue
        on = terms(leg.team, leg.date)
        short = short_rest(leg, _after(case, taker), on[p.REST_MIN_HOURS].value)
        if short is not None:
            yield Warned("rest_short", on[p.REST_MIN_HOURS].clause, {"who": taker.id, **short})
        if leg.skill is not None and leg.skill not in taker.skills:
            yield Warned("skill_missing", on[p.SKILL_PARITY].clause, {"who": taker.id, "skill": leg.skill})
        elif on[p.SKILL_PARITY].value and compared(taker.grade, giver.grade) == "unknown":
            yield Warned("skill_unknown", on[p.SKILL_PARITY].clause, {"who": taker.id})


def _low(case: SwapCase) -> Iterator[Warned]:
    for one in case.covers:
        if one.after < one.least:
            facts: dict[str, Fact] = {"post": one.post, "before": one.before, "after": one.after, "least": one.least}
            yield Warned("cover_low", one.clause, facts)


def least_on(spans: Iterable[tuple[int, int]], since: int, until: int) -> int:
    """The least number of these spans that hold at once at any time of a stretch."""
    held = [(max(starts, since), min(ends, until)) for starts, ends in spans if starts < until and since < ends]
    moments = {since, *(at for span in held for at in span if at < until)}
    return min(sum(1 for starts, ends in held if starts <= at < ends) for at in moments)


def approval(case: SwapCase, *, reasoned: bool) -> Violation | None:
    """Approving below minimum cover needs a written reason (R-SCH-14)."""
    low = next(_low(case), None)
    if low is None or reasoned:
        return None
    return Violation("reason_needed", "R-SCH-14", low.facts)


def takes_effect(case: SwapCase, terms: TermsOn) -> Literal["approve", "notify"]:
    """Whether somebody must approve, or the colleague's yes is enough and the manager is told (R-SWP-21).

    Both legs must leave it to the two.
    """
    ways = {terms(leg.team, leg.date)[p.SWAP_APPROVAL].value for leg, _, _ in case.legs()}
    return "notify" if ways == {"notify"} else "approve"
