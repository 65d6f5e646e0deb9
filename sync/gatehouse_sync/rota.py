"""What a publication of a roster makes of shifts: pure, from the op and its decision alone (PROTOCOL 10.10, P15).

A month of a team is some kilobytes of op and decision, and thousands of shifts; so neither spells the shifts out. The
server's rows, and whoever folds the log, have them from here. Server only.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import string
from collections.abc import Mapping
from typing import Any

import msgspec

from gatehouse_sync.decision import Decision
from gatehouse_sync.ids import derived, is_uuid
from gatehouse_sync.ops import Op

KIND = "roster.publish"
SIGNS = string.digits + string.ascii_uppercase + string.ascii_lowercase
"""A cell's sign is the place of its entry in the legend."""
LETTERS = string.ascii_lowercase[:20]
"""A template or post of a legend's entry, by its place in the op."""
REST, KEEP = "-", "."
MOST_A_DAY = 3
_ENTRY = re.compile(rf"[{LETTERS}]{{2}}(?:\+[{LETTERS}]{{2}}){{0,{MOST_A_DAY - 1}}}\Z")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z")
_MINUTE = 60_000
_EPOCH = dt.date(1970, 1, 1)

Values = Mapping[str, Any]


class RosterError(ValueError):
    """Raised for rows, a legend or a month that are none; the text says which."""


class Cell(msgspec.Struct, frozen=True):
    """One person's business date, and what it shall hold: places of template and post; none is a rest day."""

    person: str
    date: str
    work: tuple[tuple[int, int], ...]


class Sheet(msgspec.Struct, frozen=True):
    """Shifts by id: those that a publication makes, whole, and those that it changes, the fields it sets."""

    made: dict[str, dict[str, Any]]
    changed: dict[str, dict[str, Any]]


def days_of(month: str) -> list[str]:
    """The dates of a month.

    Raises:
        RosterError: it is none.
    """
    if not _MONTH.match(month):
        raise RosterError("month")
    year, number = map(int, month.split("-"))
    if year == 0:
        raise RosterError("month")
    return [f"{month}-{day:02}" for day in range(1, calendar.monthrange(year, number)[1] + 1)]


def cells(values: Values) -> list[Cell]:
    """The cells that an op sets, in order of person and date; those it leaves as they are are not among them.

    Raises:
        RosterError: what it says is no such thing.
    """
    days, found = days_of(values["month"]), list[Cell]()
    legend = _legend(values)
    before = ""
    for line in values["rows"].split("\n"):
        person, _, signs = line.partition(" ")
        if not is_uuid(person) or person <= before or len(signs) != len(days):
            raise RosterError("rows")
        before = person
        for date, sign in zip(days, signs, strict=True):
            if sign == KEEP:
                continue
            work = () if sign == REST else legend.get(sign)
            if work is None:
                raise RosterError("sign")
            found.append(Cell(person, date, work))
    if not found:
        raise RosterError("rows")
    return found


def _legend(values: Values) -> dict[str, tuple[tuple[int, int], ...]]:
    entries = values["legend"].split(" ") if "legend" in values else []
    if len(entries) > len(SIGNS) or len(set(entries)) < len(entries) or not all(map(_ENTRY.match, entries)):
        raise RosterError("legend")
    found = {}
    for sign, entry in zip(SIGNS, entries, strict=False):
        work = tuple((LETTERS.index(pair[0]), LETTERS.index(pair[1])) for pair in entry.split("+"))
        if any(t >= len(values["templates"]) or p >= len(values["posts"]) for t, p in work):
            raise RosterError("legend")
        found[sign] = work
    return found


def instant(date: str, minutes: int, offsets: str) -> int:
    """UTC ms of so many minutes after a date's midnight, on the clock of a place.

    ``offsets`` are its minutes before UTC in order, the first alone, others behind the instant from which they hold:
    ``60 1774746000000:120``. A time that the clock jumps over is as much later; of one it shows twice the first counts.
    """
    local = ((dt.date.fromisoformat(date) - _EPOCH).days * 1440 + minutes) * _MINUTE
    spans = [one.partition(":") for one in f":{offsets}".split(" ")]
    starts = [int(since) if since else 0 for since, _, _ in spans]
    shifted = [local - int(offset) * _MINUTE for _, _, offset in spans]
    for i, at in enumerate(shifted):
        begun = i == 0 or at >= starts[i]
        if begun and (i + 1 == len(spans) or at < starts[i + 1]):
            return at
        if begun and shifted[i + 1] < starts[i + 1]:
            return at  # between the two: jumped over
    return shifted[-1]


def minutes(segment: str) -> tuple[int, int]:
    """``"17:00-25:00"`` as minutes from the midnight of the business date."""
    since, until = ([int(part) for part in end.split(":")] for end in segment.split("-"))
    return since[0] * 60 + since[1], until[0] * 60 + until[1]


def work_of(values: Values, said: Values) -> list[dict[str, Any]]:
    """The shifts that an op's cells hold, as fields, in order of person, date and start; ``said`` by the decision."""
    templates, posts = values["templates"], values["posts"]
    labels, times, sites, offsets = (said.get(name, "").split("\n") for name in ("labels", "times", "sites", "offsets"))
    hours = [[minutes(one) for one in text.split(" ")] if text else [] for text in times]
    found = []
    for cell in cells(values):
        here = []
        for template, post in cell.work:
            spans = hours[template]
            fields = {
                "date": cell.date,
                "end": instant(cell.date, spans[-1][1], offsets[post]),
                "label": labels[template],
                "person": cell.person,
                "post": posts[post],
                "roster": said["version"],
                "segments": times[template],
                "site": sites[post],
                "start": instant(cell.date, spans[0][0], offsets[post]),
                "team": values["team"],
                "template": templates[template],
            }
            here.append({**fields, "night": True} if said["nights"][template] == "1" else fields)
        found += sorted(here, key=lambda fields: (fields["start"], fields["end"], fields["template"], fields["post"]))
    return found


_ADDED = 64
_sheets: dict[str, tuple[Op, Decision, Sheet]] = {}


def sheet(op: Op, decision: Decision) -> Sheet:
    """The shifts that a publication makes and changes. The last few are remembered, for each shift asks anew."""
    kept = _sheets.get(op.head.id)
    if kept is not None and kept[0] is op and kept[1] is decision:
        return kept[2]
    found = _sheet(op, decision)
    _sheets.pop(op.head.id, None)
    while len(_sheets) >= _ADDED:
        _sheets.pop(next(iter(_sheets)), None)
    _sheets[op.head.id] = op, decision, found
    return found


def _sheet(op: Op, decision: Decision) -> Sheet:
    work = work_of(op.head.values, decision.set)
    changed: dict[str, dict[str, Any]] = {}
    placed = set()
    for id_, said in decision.also.items():
        if "i" in said:
            placed.add(said["i"])
            fields = dict(work[said["i"]])
            changed[id_] = {name: fields.get(name) for name in ("night", *fields) if name not in {"date", "person"}}
        else:
            changed[id_] = {"cancelled": decision.t.at, "roster": decision.set["version"]}
    made = {}
    for i, fields in enumerate(work):
        if i not in placed:
            made[derived("shift", op.head.id, str(i))] = fields
    return Sheet(made, changed)


def publishes(op: Op, decision: Decision) -> bool:
    """Whether it is a publication that took effect."""
    return op.head.kind == KIND and decision.effective
