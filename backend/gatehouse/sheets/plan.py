"""What a file would change: every row compared with what there is, and the acts that make it so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from gatehouse.estate.queries import compared
from gatehouse.replication.server_acts import ServerAct
from gatehouse.sheets.book import clean, narrow
from gatehouse.sheets.columns import Language
from gatehouse.sheets.layout import LONGEST_SHOWN, Given
from gatehouse_sync.apply import Body
from gatehouse_sync.entities import ENTITIES

Level = Literal["error", "warning"]
_DATE = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{3,22}\Z")
_FIRST_YEAR, _LAST_YEAR = 1940, 2100
_DIGITS = 5, 15


class Finding(msgspec.Struct, frozen=True):
    """Something about a row: which field, a stable code, and what the sentence about it names."""

    row: int
    field: str | None
    code: str
    level: Level = "error"
    data: dict[str, str | int] = {}


class Diff(msgspec.Struct, frozen=True):
    """A row that makes or changes something: ``(old, new)`` by field, as an export would write them."""

    row: int
    state: Literal["new", "changed"]
    label: str
    fields: dict[str, tuple[str, str]]


class Plan(msgspec.Struct):
    """The whole of what a file would do.

    ``created`` are names of teams or buildings that come into being with it, ``untouched`` things on record that the
    file does not name: they stay as they are.
    """

    diffs: list[Diff] = []
    findings: list[Finding] = []
    created: dict[str, list[str]] = {}
    same: int = 0
    untouched: int = 0
    acts: list[tuple[int, ServerAct]] = []
    """With the row each is for; 0 for what no single row is."""

    def error(self, row: int, field: str | None, code: str, /, **data: str | int) -> None:
        """Note what keeps the file from being applied."""
        self.findings.append(Finding(row, field, code, "error", _short(data)))

    def warn(self, row: int, field: str | None, code: str, /, **data: str | int) -> None:
        """Note what a person should look at."""
        self.findings.append(Finding(row, field, code, "warning", _short(data)))

    def make(self, row: int, kind: str, fields: Mapping[str, object], id_: str) -> None:
        """Add an act that creates something under an id."""
        self.acts.append((row, ServerAct(kind, fields, id=id_)))

    def change(self, row: int, kind: str, fields: Mapping[str, object], entity: str) -> None:
        """Add an act on something that is there."""
        self.acts.append((row, ServerAct(kind, fields, entity)))

    @property
    def errors(self) -> int:
        """How many findings keep the file from being applied."""
        return sum(one.level == "error" for one in self.findings)


class Context(msgspec.Struct, frozen=True):
    """Whose file, when, in which language choices are written, and where new ids come from."""

    org: str
    now: int
    language: Language
    new_id: Callable[[], str]


def _short(data: dict[str, str | int]) -> dict[str, str | int]:
    return {name: value[:LONGEST_SHOWN] if isinstance(value, str) else value for name, value in data.items()}


# Places.


class Site(msgspec.Struct, frozen=True):
    """A property."""

    id: str
    name: str
    zone: ZoneInfo
    closed: bool


class Sites:
    """The org's properties, by id and by name."""

    def __init__(self, bodies: list[Body]) -> None:
        self.by_id = {
            body["id"]: Site(body["id"], body["f"]["name"], zone_of(body["f"]["zone"]), "closed" in body["f"])
            for body in bodies
        }
        self._by_name = {compared("site", clean(site.name)): site for site in self.by_id.values()}
        self._asked: dict[str, Site | None] = {}
        self.open = [site for site in self.by_id.values() if not site.closed]

    def named(self, text: str) -> Site | None:
        """The property with that name."""
        if text not in self._asked:
            self._asked[text] = self._by_name.get(compared("site", text))
        return self._asked[text]

    def find(self, given: Given, plan: Plan) -> Site | None:
        """The open property a row names; a finding when there is none."""
        text = given["site"]
        site = self.named(text) if text else None
        if not text:
            plan.error(given.row, "site", "required")
        elif site is None:
            plan.error(given.row, "site", "site_unknown", name=text)
        elif site.closed:
            plan.error(given.row, "site", "closed", name=text)
        return site if site is not None and not site.closed else None

    @property
    def zone(self) -> ZoneInfo:
        """The zone for what belongs to no one property."""
        return min(self.by_id.values(), key=lambda site: (site.closed, site.id)).zone if self.by_id else ZoneInfo("UTC")


def zone_of(name: str) -> ZoneInfo:
    """The zone, or UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):
        return ZoneInfo("UTC")


# Cells.


def unread(given: Given, plan: Plan) -> bool:
    """Whether a cell of the row has no value to read; each is told."""
    for field, code in given.bad.items():
        plan.error(given.row, field, code)
    return bool(given.bad)


def fits(given: Given, field: str, entity: str, name: str, plan: Plan) -> bool:
    """Whether the text is no longer than its field takes; a finding otherwise."""
    most = ENTITIES[entity].fields[name].max
    if len(given[field]) <= most:
        return True
    plan.error(given.row, field, "too_long", most=most, length=len(given[field]))
    return False


def day_of(text: str) -> date | None:
    """The day a cell names, year first; None when it names none."""
    plain = narrow(text)
    found = _DATE.match(plain) or _COMPACT.match(plain)
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def begins(day: date, zone: ZoneInfo) -> int:
    """When the day begins there, UTC ms."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def ends(day: date, zone: ZoneInfo) -> int:
    """When the day is over there, UTC ms."""
    return begins(day + timedelta(days=1), zone)


def shown_day(instant: int | None, zone: ZoneInfo) -> str:
    """The day of an instant there."""
    if instant is None:
        return ""
    return (
        (datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC")) + timedelta(milliseconds=instant))
        .astimezone(zone)
        .date()
        .isoformat()
    )


def phone_of(text: str) -> str | None:
    """A phone number as it is kept, or None when it cannot be one."""
    plain = narrow(text)
    digits = sum(one.isdigit() for one in plain)
    return plain if _PHONE.match(plain) and _DIGITS[0] <= digits <= _DIGITS[1] else None
