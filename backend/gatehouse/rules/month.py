"""One person's month: every shift judged, what is proposed for it, and the punches that belong to no shift."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gatehouse.rules import penalties
from gatehouse.rules.binding import Stretch, bind
from gatehouse.rules.day import judge_day
from gatehouse.rules.facts import PersonMonth, Turn
from gatehouse.rules.spans import local_day
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import MonthVerdict, Proposal


def judge_month(facts: PersonMonth, terms: Callable[[str, str], Terms]) -> MonthVerdict:
    """The verdict of a month.

    Args:
        facts: all that its days depend on; their order does not matter.
        terms: what is in force for a team on a business date.
    """
    facts = _in_order(facts)
    turns = list(facts.turns)
    bound = bind(turns, facts.punches, terms, facts.corrections)
    by_turn = _by_turn(bound.stretches)
    seen = _seen(turns, facts, terms)
    days = []
    proposals: list[Proposal] = []
    by_date: dict[str, Terms] = {}
    late = 0
    for turn in turns:
        if not turn.date.startswith(facts.month):
            continue
        held = by_date[turn.date] = terms(turn.team, turn.date)
        day = judge_day(turn, by_turn[turn.id], facts, held, seen.get(turn.id))
        days.append(day)
        proposals += penalties.of_day(day, late)
        late += penalties.times_late(day)
    proposals += penalties.of_bonus(facts.month, facts.person, proposals, by_date)
    loose = [punch.id for punch in bound.loose if local_day(punch.at, facts.zone).isoformat().startswith(facts.month)]
    moot = {one.id for day in days for stay in day.stays for one in stay.moot}
    return MonthVerdict(
        facts.person,
        facts.month,
        tuple([day.verdict for day in days]),
        tuple(proposals),
        tuple(loose),
        tuple(sorted(moot)),
    )


def _in_order(facts: PersonMonth) -> PersonMonth:
    """The same facts by when they were, so that what is said does not depend on when they came."""
    return msgspec.structs.replace(
        facts,
        turns=tuple(sorted(facts.turns, key=lambda one: (one.starts, one.id))),
        leaves=tuple(sorted(facts.leaves, key=lambda one: (one.since, one.id))),
        outings=tuple(sorted(facts.outings, key=lambda one: (one.since, one.id))),
        corrections=tuple(sorted(facts.corrections, key=lambda one: (one.asked, one.id))),
        outages=tuple(sorted(facts.outages, key=lambda one: (one.since, one.id))),
        swaps=tuple(sorted(facts.swaps, key=lambda one: (one.asked, one.id))),
        held=tuple(sorted(facts.held)),
    )


def _by_turn(stretches: list[Stretch]) -> dict[str, list[Stretch]]:
    found: dict[str, list[Stretch]] = {}
    for one in stretches:
        found.setdefault(one.turn.id, []).append(one)
    return found


def _seen(turns: list[Turn], facts: PersonMonth, terms: Callable[[str, str], Terms]) -> dict[str, list[Stretch]]:
    """The stretches of shifts that changed unseen, as in the roster the person last acknowledged, with its punches."""
    if all(turn.received or turn.before == turn.spans for turn in turns):
        return {}
    before = [
        turn if turn.received or turn.before == turn.spans else msgspec.structs.replace(turn, spans=turn.before)
        for turn in turns
        if turn.received or turn.before
    ]
    return _by_turn(bind(before, facts.punches, terms, facts.corrections).stretches)
