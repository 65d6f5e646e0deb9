"""What a situation has come to while its events are played: the facts, and what was decided about each event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import msgspec

from gatehouse.rules.facts import (
    Correction,
    Heard,
    Leave,
    Outage,
    Outing,
    PersonMonth,
    Punch,
    Span,
    SwapAsked,
    Turn,
)
from gatehouse.rules.leave import LeaveAsked, Route
from gatehouse.rules.levels import Level, Ranks
from gatehouse.rules.situation import Shift, Situation, Told
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import Fact, Violation

TermsOf = Callable[[str, str], Terms]
"""The terms in force for a team on a business date."""
SITE = "site"
AROUND = 3
"""Days around a month whose shifts still matter to it."""


class LeaveKept(msgspec.Struct):
    """A leave and how far it has come. ``reached``: how many levels have agreed; ``returned``: when it ended early."""

    asked: LeaveAsked
    route: Route
    arrived: int
    state: str = "requested"
    clause: str | None = None
    reached: int = 0
    spans: list[tuple[str, str]] = []
    seen: int | None = None
    returned: int | None = None

    @property
    def until(self) -> int:
        """When it ends."""
        return self.asked.until if self.returned is None else min(self.asked.until, self.returned)


class CorrectionKept(msgspec.Struct):
    """A correction and who decides about it."""

    made: Correction
    levels: tuple[Level, ...]
    reached: int = 0


class OutingKept(msgspec.Struct):
    """An outing and who decides about it."""

    made: Outing
    levels: tuple[Level, ...]
    reached: int = 0


class SwapKept(msgspec.Struct):
    """A swap: who gives what to whom."""

    by: str
    give: str
    asked: tuple[str, ...]
    take: str | None
    at: int
    deadline: int
    state: str = "requested"
    taker: str | None = None
    declined: set[str] = msgspec.field(default_factory=set)


class Stage:
    """One situation while it is played."""

    def __init__(self, told: Situation, terms: TermsOf, statutory: Callable[[str], bool]) -> None:
        self.told, self.terms, self.statutory = told, terms, statutory
        self.zone = ZoneInfo(told.zone)
        self.turns = {name: self._turn(name, shift) for name, shift in told.shifts.items()}
        self.punches: list[Punch] = []
        self.held: list[tuple[str, int]] = []
        self.leaves: dict[str, LeaveKept] = {}
        self.corrections: dict[str, CorrectionKept] = {}
        self.outings: dict[str, OutingKept] = {}
        self.outages: list[Outage] = []
        self.swaps: dict[str, SwapKept] = {}
        self.decided: dict[str, Told] = {}

    # Time, as people tell it.

    def ms(self, wall: str) -> int:
        """The instant of a wall time of the situation."""
        return round(dt.datetime.fromisoformat(wall).replace(tzinfo=self.zone).timestamp() * 1000)

    def wall(self, ms: int) -> str:
        """An instant as its wall time, with seconds where there are any."""
        local = dt.datetime.fromtimestamp(ms // 1000, self.zone)
        return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")

    def readable(self, facts: dict[str, Fact]) -> dict[str, Fact]:
        """Facts with instants as wall times."""
        return {
            key: self.wall(value) if key.endswith("_at") and isinstance(value, int) else value
            for key, value in facts.items()
        }

    def refused(self, found: Violation) -> Told:
        """A refusal as a case tells it."""
        return Told(code=found.code, clause=found.clause, facts=self.readable(found.facts))

    # Shifts and people.

    def spans(self, date: str, times: str) -> tuple[Span, ...]:
        """Segments of a business date; each end comes after its start, each start not before the end before it."""
        midnight = dt.datetime.fromisoformat(date).replace(tzinfo=self.zone)
        found: list[Span] = []
        reached = 0
        for part in times.split():
            opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in part.split("-"))
            while opens < reached:
                opens += 24 * 60
            while closes <= opens:
                closes += 24 * 60
            found.append(Span(self._at(midnight, opens), self._at(midnight, closes)))
            reached = closes
        return tuple(found)

    def _at(self, midnight: dt.datetime, minutes: int) -> int:
        days, rest = divmod(minutes, 24 * 60)
        local = dt.datetime.combine(midnight.date() + dt.timedelta(days), dt.time(*divmod(rest, 60)), self.zone)
        return round(local.timestamp() * 1000)

    def _turn(self, name: str, shift: Shift) -> Turn:
        people = self.told.people
        return Turn(
            id=name,
            person=shift.person,
            team=people[shift.person].team if shift.person in people else "team",
            post=shift.post,
            site=SITE,
            zone=self.told.zone,
            date=shift.date,
            label=shift.label,
            spans=self.spans(shift.date, shift.times),
            night=shift.night,
            version=1,
            received=shift.received,
            before=self.spans(shift.date, shift.before) if shift.before else None,
            swap=shift.swap,
            given_by=shift.given_by,
            skill=shift.skill,
            overtime=shift.overtime,
        )

    def turns_of(self, person: str) -> tuple[Turn, ...]:
        """A person's shifts as they now stand, in order."""
        found = (turn for turn in self.turns.values() if turn.person == person)
        return tuple(sorted(found, key=lambda turn: turn.starts))

    def team_of(self, person: str) -> str:
        """The team a person is on."""
        return self.told.people[person].team if person in self.told.people else "team"

    def with_role(self, role: str, team: str | None = None) -> tuple[str, ...]:
        """Who has a role, of one team or anywhere."""
        return tuple(name for name, one in self.told.people.items() if role in one.roles and team in {None, one.team})

    def ranks(self, person: str) -> Ranks:
        """Who stands where around a person."""
        people = self.told.people
        return Ranks(
            superiors={name: one.superior for name, one in people.items() if one.superior is not None},
            supervisors=self.with_role("supervisor", self.team_of(person)),
            managers=self.with_role("manager"),
            administration=self.with_role("admin"),
            deputies={name: one.deputies for name, one in people.items() if one.deputies},
        )

    # What the month is judged by.

    def months(self) -> Iterator[tuple[str, str]]:
        """(person, month) of every shift."""
        yield from sorted({(turn.person, turn.date[:7]) for turn in self.turns.values()})

    def facts(self, person: str, month: str, now: int) -> PersonMonth:
        """One person's month as rules judge it."""
        first = dt.date.fromisoformat(month + "-01")
        last = (first + dt.timedelta(days=32)).replace(day=1) + dt.timedelta(days=AROUND)
        since, until = (first - dt.timedelta(days=AROUND)).isoformat(), last.isoformat()
        turns = tuple(turn for turn in self.turns_of(person) if since <= turn.date < until)
        posts = {turn.post for turn in turns} | {""}
        return PersonMonth(
            person,
            month,
            now,
            turns,
            punches=tuple(one for one in self.punches if one.person == person),
            leaves=tuple(self.leave_facts(id_) for id_, kept in self.leaves.items() if kept.asked.person == person),
            outings=tuple(kept.made for kept in self.outings.values() if kept.made.person == person),
            corrections=tuple(kept.made for kept in self.corrections.values() if kept.made.person == person),
            outages=tuple(self.outages),
            swaps=tuple(self._swaps_in_vain()),
            heard={post: tuple(self._heard(post, person)) for post in sorted(posts)},
            held=tuple(at for who, at in self.held if who == person),
        )

    def leave_facts(self, id_: str) -> Leave:
        """A leave as the day sees it."""
        kept = self.leaves[id_]
        asked = kept.asked
        made = Leave(id_, asked.person, asked.sort, asked.since, kept.until, "granted", asked.asked, kept.arrived)
        return msgspec.structs.replace(made, state=kept.state, clause=kept.clause)

    def _swaps_in_vain(self) -> Iterator[SwapAsked]:
        for id_, kept in self.swaps.items():
            if kept.state != "approved":
                made = SwapAsked(id_, kept.give, kept.by, "requested", kept.at)
                yield msgspec.structs.replace(made, state=kept.state)

    def _heard(self, post: str, person: str) -> Iterator[Heard]:
        for name, device in self.told.devices.items():
            if (device.post == post) if post else (device.person == person):
                yield Heard(name, self.ms(device.heard_to), device.silent)
