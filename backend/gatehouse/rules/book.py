"""Which terms a team is under on a date: the pack that was chosen for it, and what was set otherwise."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gatehouse.rules.pack import Pack, packs
from gatehouse.rules.parameters import PARAMETERS
from gatehouse.rules.terms import Cited, Terms
from gatehouse.rules.values import BadValue, read_value

NONE = "none"
"""The choice of no regulation at all."""
LONGEST_VALUE = 4_000


class Choice(msgspec.Struct, frozen=True):
    """The team follows the pack from ``since`` (ISO date) on; of two from one date the later ``made`` holds (H-31)."""

    id: str
    team: str
    pack: str
    since: str
    made: int


class Change(msgspec.Struct, frozen=True):
    """One parameter set for a team, whatever its pack says (H-30): from ``since`` up to and without ``until`` (H-32).

    Attributes:
        value: JSON text.
        made: when (UTC ms); of two from one date the later holds (H-31), then the greater id.
    """

    id: str
    team: str
    key: str
    value: str
    since: str
    reason: str
    made: int
    until: str | None = None


class Fault(msgspec.Struct, frozen=True):
    """A stored choice or change that is passed over, and why."""

    id: str
    team: str
    what: str
    why: str


class Book:
    """The dated choices and changes of an org. Pure; what cannot be read is passed over and told in ``faults``."""

    def __init__(
        self,
        choices: Iterable[Choice] = (),
        changes: Iterable[Change] = (),
        shelf: Mapping[str, Pack] | None = None,
    ) -> None:
        self._shelf = packs() if shelf is None else shelf
        self._given = tuple(choices), tuple(changes)
        self.faults: list[Fault] = []
        self._choices: dict[str, list[Choice]] = {}
        self._changes: dict[str, list[tuple[Change, Any]]] = {}
        for choice in sorted(self._given[0], key=_order):
            why = self._wrong_choice(choice)
            if why is None:
                self._choices.setdefault(choice.team, []).append(choice)
            else:
                self.faults.append(Fault(choice.id, choice.team, choice.pack, why))
        for change in sorted(self._given[1], key=_order):
            try:
                value = _read(change)
            except BadValue as error:
                self.faults.append(Fault(change.id, change.team, change.key, str(error)))
            else:
                self._changes.setdefault(change.team, []).append((change, value))
        self._turns: dict[str, list[str]] = {}
        self._terms: dict[tuple[str, int], Terms] = {}

    def on(self, team: str | None, date: str) -> Terms:
        """What holds for a team on a date (ISO), for no team the defaults; one object for all dates between changes."""
        team = team or ""
        turns = self._turns.get(team)
        if turns is None:
            turns = self._turns[team] = self._turns_of(team)
        number = bisect_right(turns, date)
        terms = self._terms.get((team, number))
        if terms is None:
            terms = self._terms[team, number] = self._make(team, date)
        return terms

    def with_also(self, choices: Iterable[Choice], changes: Iterable[Change]) -> Book:
        """The book with these beside the others, in the place of those of the same id."""
        also, set_ = tuple(choices), tuple(changes)
        new = {one.id for one in also} | {one.id for one in set_}
        had, kept = self._given
        return Book(
            (*(one for one in had if one.id not in new), *also),
            (*(one for one in kept if one.id not in new), *set_),
            self._shelf,
        )

    def chosen(self, team: str, date: str) -> Choice | None:
        """The choice in force for a team on a date."""
        held = [one for one in self._choices.get(team, ()) if one.since <= date]
        return held[-1] if held else None

    def changed(self, team: str, date: str) -> list[Change]:
        """The changes in force for a team on a date, in order of key."""
        newest: dict[str, Change] = {}
        for change, _ in self._changes.get(team, ()):
            # What ended before it began never held, and replaces nothing.
            if change.since <= date and not (change.until is not None and change.until <= change.since):
                newest[change.key] = change
        return [one for _, one in sorted(newest.items()) if one.until is None or date < one.until]

    def _wrong_choice(self, choice: Choice) -> str | None:
        if choice.pack != NONE and choice.pack not in self._shelf:
            return "there is no such pack"
        return None if is_date(choice.since) else "its date is none"

    def _turns_of(self, team: str) -> list[str]:
        """Every date on which something may begin or end for a team."""
        dates = {one.since for one in self._choices.get(team, ())}
        for code in {one.pack for one in self._choices.get(team, ())} - {NONE}:
            for row in self._shelf[code].values.values():
                dates.update(one.since for one in row)
                dates.update(one.until for one in row if one.until is not None)
        for change, _ in self._changes.get(team, ()):
            dates.add(change.since)
            if change.until is not None:
                dates.add(change.until)
        return sorted(dates)

    def _make(self, team: str, date: str) -> Terms:
        choice = self.chosen(team, date)
        pack = self._shelf.get(choice.pack) if choice is not None else None
        values = pack.on(date) if pack is not None else {}
        read = {change.id: value for change, value in self._changes.get(team, ())}
        for change in self.changed(team, date):
            before = values.get(change.key)
            clause = before.clause if before is not None else PARAMETERS[change.key].clause
            values[change.key] = Cited(read[change.id], clause, since=change.since, changed=change.reason)
        return Terms(pack.code if pack is not None else "", values)


class Difference(msgspec.Struct, frozen=True):
    """A parameter whose value changes from one set of terms to another."""

    key: str
    before: Cited[Any]
    after: Cited[Any]


def difference(before: Terms, after: Terms) -> list[Difference]:
    """The parameters whose values differ, in the order of the catalogue."""
    pairs = [(one.key, before[one], after[one]) for one in PARAMETERS.values()]
    return [Difference(key, old, new) for key, old, new in pairs if old.value != new.value]


def read_change(key: str, value: str) -> Any:  # noqa: ANN401  # what the parameter's shape says
    """The value of a change, from its JSON text.

    Raises:
        BadValue: there is no such parameter, or the value cannot stand for it.
    """
    parameter = PARAMETERS.get(key)
    if parameter is None:
        raise BadValue("there is no such parameter")
    try:
        raw = msgspec.json.decode(value)
    except msgspec.DecodeError:
        raise BadValue("it is no JSON") from None
    return read_value(parameter, raw)


def _order(one: Choice | Change) -> tuple[str, int, str]:
    return one.since, one.made, one.id


def _read(change: Change) -> Any:  # noqa: ANN401  # what the parameter's shape says
    if not (is_date(change.since) and (change.until is None or is_date(change.until))):
        raise BadValue("its dates are none")
    return read_change(change.key, change.value)


def is_date(text: str) -> bool:
    """Whether this is a date as ``YYYY-MM-DD``."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
