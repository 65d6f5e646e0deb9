"""What is on record as a file, under the headers an import reads (PROTOCOL 15.4)."""

from __future__ import annotations

from typing import Literal

import structlog

from gatehouse.db.steps import Steps, read
from gatehouse.estate.queries import admin
from gatehouse.replication.core import Replication
from gatehouse.sheets.book import Table
from gatehouse.sheets.bring_in import Caller
from gatehouse.sheets.columns import CHOICES, LANGUAGES, SHEETS, TITLES, Language, What, Words
from gatehouse.sheets.files import write_table
from gatehouse.sheets.people import read_people, write_people
from gatehouse.sheets.places import read_posts, read_vehicles, write_posts, write_vehicles
from gatehouse.sheets.units import read_units, write_units

Form = Literal["xlsx", "csv"]
_REQUIRED: Words = ("必填", "必填", "Required")
_DAY: Words = ("年-月-日，如 2026-03-02", "年-月-日，如 2026-03-02", "Year-month-day, as 2026-03-02")
_DAYS = frozenset({"since", "until"})
_log = structlog.get_logger()


async def export(core: Replication, what: What, form: Form, caller: Caller, *, empty: bool) -> bytes:
    """Everything of a kind that is in use as a file, or with ``empty`` the form to fill in.

    Raises:
        Problem: as ``admin``.
    """

    def steps() -> Steps[tuple[str, list[list[str | int]]]]:
        now = core.now()
        person = yield from admin(caller.claim, caller.session, now)
        return person.id, [] if empty else (yield from rows(what, person.org, now, caller.language))

    person, found = await read(core.database, steps(), aside=True)
    made = await write_table(table(what, found, caller.language), form)
    # It leaves with personal data: who took what is on record, and nothing of what it says.
    _log.info("sheet_export", org=caller.claim.org, what=what, form=form, by=person, rows=len(found))
    return made


def rows(what: What, org: str, now: int, language: Language) -> Steps[list[list[str | int]]]:
    """The rows of an export."""
    match what:
        case "people":
            return write_people((yield from read_people(org, now)), language)
        case "posts":
            return write_posts((yield from read_posts(org)))
        case "units":
            return write_units((yield from read_units(org, now)), language)
        case "vehicles":
            return write_vehicles((yield from read_vehicles(org)), language)


def table(what: What, found: list[list[str | int]], language: Language) -> Table:
    """The rows under their headers, with what may be chosen and what must be there."""
    at = LANGUAGES.index(language)
    columns = SHEETS[what]
    notes = {
        number: "\n".join([*([_REQUIRED[at]] if one.required else ()), *([_DAY[at]] if one.field in _DAYS else ())])
        for number, one in enumerate(columns)
        if one.required or one.field in _DAYS
    }
    choices = {
        number: [choice.words[at] for choice in CHOICES[one.field] if choice.value != "admin"]
        for number, one in enumerate(columns)
        if one.field in CHOICES
    }
    return Table(TITLES[what][at], [one.header[at] for one in columns], found, choices, notes)
