"""Plays the events of a situation in the order in which they arrived, and judges what stands at its ``now``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import msgspec

from gatehouse.rules import parameters as p
from gatehouse.rules.calendar import Calendar
from gatehouse.rules.casework import leave, rosters, swaps
from gatehouse.rules.casework.stage import Stage, TermsOf
from gatehouse.rules.facts import Outage, Punch
from gatehouse.rules.month import judge_month
from gatehouse.rules.over_cap import over_cap
from gatehouse.rules.pack import packs
from gatehouse.rules.parameters import PARAMETERS
from gatehouse.rules.situation import (
    Accept,
    Approve,
    Asked,
    Back,
    Certificate,
    Corrected,
    Decline,
    Event,
    Flagged,
    Out,
    Punched,
    Reject,
    Setting,
    Situation,
    SwapAsked,
    Told,
    Withdraw,
)
from gatehouse.rules.situation import Outage as OutageTold
from gatehouse.rules.terms import Cited, Terms
from gatehouse.rules.values import BadValue, read_value
from gatehouse.rules.verdict import DayVerdict, Proposal


class CaseError(ValueError):
    """A case that cannot be played: it names what does not exist."""


class Played(msgspec.Struct):
    """What came of a situation.

    Attributes:
        decided: by event.
        days: verdict by shift.
        proposals: of every person, in order.
        unscheduled: punches of no shift.
        roster: what the check of the roster found.
        rota: symbols of a rotation, by person and date.
    """

    stage: Stage
    decided: dict[str, Told]
    days: dict[str, DayVerdict] = {}
    proposals: list[Proposal] = []
    unscheduled: list[str] = []
    roster: list[Flagged] = []
    rota: dict[str, dict[str, str]] = {}

    @property
    def holder(self) -> dict[str, str]:
        """Who holds each shift in the end."""
        return {name: turn.person for name, turn in self.stage.turns.items()}


def terms_of(pack: str, settings: tuple[Setting, ...]) -> TermsOf:
    """The terms of a situation, the same for every team and by date.

    Raises:
        CaseError: no such pack or parameter, or a value it cannot have.
    """
    shelf = packs()
    if pack and pack not in shelf:
        raise CaseError(f"there is no pack {pack}")
    made: dict[str, Cited[Any]] = {}
    for one in settings:
        parameter = PARAMETERS.get(one.key)
        if parameter is None:
            raise CaseError(f"there is no parameter {one.key}")
        try:
            made[one.key] = Cited(read_value(parameter, one.value), one.clause or parameter.clause)
        except BadValue as error:
            raise CaseError(f"{one.key}: {error}") from None
    known: dict[str, Terms] = {}

    def on(_team: str, date: str) -> Terms:
        if date not in known:
            found: Mapping[str, Cited[Any]] = shelf[pack].on(date) if pack else {}
            set_here = {
                key: msgspec.structs.replace(value, clause=found[key].clause)
                if key in found and not _stated(settings, key)
                else value
                for key, value in made.items()
            }
            known[date] = Terms(pack, {**found, **set_here})
        return known[date]

    return on


def _stated(settings: tuple[Setting, ...], key: str) -> bool:
    return any(one.key == key and one.clause for one in settings)


def play(told: Situation) -> Played:
    """Play a situation to its end.

    Raises:
        CaseError: it names something that does not exist, or is not of the kind that is meant.
    """
    calendar = Calendar(told.calendar)
    terms = terms_of(told.pack, told.settings)
    try:
        stage = Stage(told, terms, calendar.statutory)
    except ZoneInfoNotFoundError:
        raise CaseError(f"there is no zone {told.zone}") from None
    named = [(event.id or f"e{number}", event) for number, event in enumerate(told.events, 1)]
    try:
        moments = [(stage.ms(event.arrives or event.at), event.at, id_, event) for id_, event in named]
        last = max((moment for moment, *_ in moments), default=0)
        now = stage.ms(told.now) if told.now is not None else last
        for arrived, _, id_, event in sorted(moments, key=lambda one: one[:2]):
            if arrived > now:
                continue
            _settle(stage, arrived)
            stage.decided[id_] = _decide(stage, event, id_, arrived)
    except KeyError as error:
        raise CaseError(f"there is no {error.args[0]}") from None
    _settle(stage, now)
    played = _judged(stage, now)
    if told.roster is not None:
        played.roster = rosters.check(stage, told.roster, now, calendar)
    if told.rotation is not None:
        played.rota = rosters.rota(stage, told.rotation)
    return played


def _settle(stage: Stage, now: int) -> None:
    leave.settle(stage, now)
    swaps.settle(stage, now)


def _decide(stage: Stage, event: Event, id_: str, arrived: int) -> Told:  # noqa: PLR0911  # one answer for each sort
    match event:
        case Punched():
            return _punch(stage, event, id_, arrived)
        case Asked():
            return leave.ask_leave(stage, event, id_, arrived)
        case Certificate():
            return leave.certify(stage, event) if event.of in stage.leaves else _answered_in_vain(stage, event.of)
        case Back():
            return leave.back(stage, event) if event.of in stage.leaves else _answered_in_vain(stage, event.of)
        case Corrected():
            return leave.ask_correction(stage, event, id_, arrived)
        case Out():
            return leave.ask_outing(stage, event, id_)
        case OutageTold():
            stage.outages.append(Outage(id_, event.post, stage.ms(event.since), stage.ms(event.until)))
            return Told(code="applied")
        case SwapAsked():
            return swaps.ask(stage, event, id_)
        case Accept() | Decline() | Approve() | Reject() | Withdraw():
            return _answer(stage, event)


def _answer(stage: Stage, event: Accept | Decline | Approve | Reject | Withdraw) -> Told:
    if event.of in stage.swaps:
        return swaps.answer(stage, event)
    if isinstance(event, Approve | Reject | Withdraw):
        if event.of in stage.leaves:
            return leave.answer_leave(stage, event)
        if event.of in stage.corrections:
            return leave.answer_correction(stage, event)
        if event.of in stage.outings:
            return leave.answer_outing(stage, event)
    return _answered_in_vain(stage, event.of)


def _answered_in_vain(stage: Stage, of: str) -> Told:
    """An answer to what was refused, or was never asked."""
    if of not in stage.decided:
        raise KeyError(of)
    return Told(code="behind_refused")


def _punch(stage: Stage, event: Punched, id_: str, arrived: int) -> Told:
    date = event.at[:10]
    proxy = stage.terms(stage.team_of(event.person), date)[p.PROXY_ALLOWED]
    if event.by is not None and event.by != event.person and not proxy.value:
        return Told(code="not_yours", clause=proxy.clause)
    at = stage.ms(event.at)
    if event.held:
        stage.held.append((event.person, at))
        return Told(code="after_revocation")
    made = Punch(
        id_,
        event.person,
        event.way,
        at,
        stage.ms(event.earliest) if event.earliest else at,
        stage.ms(event.latest) if event.latest else at,
        arrived,
        event.post,
        event.device,
        sure=event.sure,
    )
    stage.punches.append(made)
    leave.moot(stage, made)
    return Told(code="applied")


def _judged(stage: Stage, now: int) -> Played:
    played = Played(stage, stage.decided)
    for person, month in stage.months():
        verdict = judge_month(stage.facts(person, month, now), stage.terms)
        played.days |= {day.shift: day for day in verdict.days}
        played.proposals += verdict.proposals
        played.unscheduled += [one for one in verdict.unscheduled if one not in played.unscheduled]
    counted = swaps.agreements(stage)
    for person, month in sorted({(one.by, one.date[:7]) for one in counted}):
        played.proposals += over_cap(person, month, counted, stage.terms(stage.team_of(person), f"{month}-01"))
    return played
