"""A file brought in: shown first, then applied as it was shown, all of it or nothing (PROTOCOL 15.1 to 15.3)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import structlog

from gatehouse.db.steps import Steps, read, write
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.estate.queries import admin
from gatehouse.replication.bulk import act_at_once
from gatehouse.replication.core import Replication
from gatehouse.replication.server_acts import ServerAct
from gatehouse.sheets import uploads
from gatehouse.sheets.book import MAX_ROWS, Book, Sheet
from gatehouse.sheets.columns import LANGUAGES, SHEETS, Language, What, folded_header
from gatehouse.sheets.files import read_book
from gatehouse.sheets.layout import Given, Heading, Layout, lay_out, likely
from gatehouse.sheets.people import read_people
from gatehouse.sheets.people_plan import plan_people
from gatehouse.sheets.places import plan_posts, plan_vehicles, read_posts, read_vehicles
from gatehouse.sheets.plan import Context, Diff, Finding, Level, Plan
from gatehouse.sheets.units import plan_units, read_units
from gatehouse_sync.ids import ascending, is_uuid, uuid7

SHOWN = 50
"""Rows of each sort in a preview."""
TOLD = 200
"""Findings in a preview, unless all are asked for."""
LOOKS_AT = frozenset({"org", "site", "post", "team", "building", "unit", "resident", "vehicle", "person", "role"})
_log = structlog.get_logger()


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that is here already: which sheet, and which column is what ("" is left out); None: as proposed."""

    id: str
    sheet: str | None = None
    fields: dict[str, str] | None = None
    all: bool = False


class Apply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same, as it was shown under ``version``."""

    id: str
    version: str
    sheet: str | None = None
    fields: dict[str, str] | None = None


class Field(msgspec.Struct, frozen=True):
    """What a column may be taken for."""

    field: str
    header: str
    required: bool


class Told(msgspec.Struct, frozen=True):
    """Something about a row; ``column`` is its letter, ``field`` what it was taken for."""

    row: int
    column: str | None
    field: str | None
    code: str
    level: Level
    data: dict[str, str | int]


class Counts(msgspec.Struct, frozen=True):
    """``rows`` of data; of them ``new``, ``changed`` and ``same``; ``untouched`` on record that no row names."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    untouched: int = 0
    errors: int = 0
    warnings: int = 0


class Skipped(msgspec.Struct, frozen=True):
    """What of the sheet was not read as data, and ``filled`` cells under merged ones that were."""

    hidden_rows: int
    hidden_columns: int
    filled: int
    notes: list[int]
    repeats: int


class Preview(msgspec.Struct, frozen=True):
    """What the file would do. ``version`` is None while a required column is ``missing``.

    ``new`` and ``changed`` are the first rows of each, ``told`` the first findings, errors before warnings.
    """

    id: str
    what: What
    expires: int
    version: str | None
    sheets: list[str]
    sheet: str
    header_row: int
    headings: list[Heading]
    fields: list[Field]
    missing: list[str]
    looks_like: What | None
    encoding: str | None
    counts: Counts
    created: dict[str, list[str]]
    skipped: Skipped
    new: list[Diff]
    changed: list[Diff]
    told: list[Told]


class Applied(msgspec.Struct, frozen=True):
    """What was done."""

    counts: Counts
    acts: int


class Caller(msgspec.Struct, frozen=True):
    """Who asks: the device's claim, the session's hash and its token, the language of the answer."""

    claim: DeviceClaim
    session: bytes | None
    token: str
    language: Language


async def preview(core: Replication, what: What, raw: bytes, caller: Caller) -> Preview:
    """Read a new file and say what it would do.

    Raises:
        Problem: as ``admin``, and as ``read_book``.
    """

    def may() -> Steps[str]:
        return (yield from admin(caller.claim, caller.session, core.now())).id

    person = await read(core.database, may())  # before any work is done for whoever asks
    book = await read_book(raw)
    now = core.now()
    id_ = uuid7(now, core.random(10))
    sealed = await asyncio.to_thread(uploads.Seal(core, caller.token).seal, book, id_)
    upload = uploads.Upload(id_, what, hashlib.sha256(raw).hexdigest(), now, sealed)
    await write(core.database, lambda: uploads.keep(upload, caller.claim.org, person))
    shown = await read(core.database, _show(core, upload, book, Asked(id_), caller), aside=True)
    _log.info("sheet_preview", org=caller.claim.org, what=what, by=person, rows=shown.counts.rows)
    return shown


async def preview_again(core: Replication, asked: Asked, caller: Caller) -> Preview:
    """Say it again: with other columns, of another sheet, or every finding. Columns chosen by hand are remembered.

    Raises:
        Problem: as ``admin``; ``not_found``, ``gone``, ``already_done``; ``import_mapping``.
    """
    person, upload, book = await _opened(core, asked.id, caller)
    _fit(upload.what, asked.fields)
    shown = await read(core.database, _show(core, upload, book, asked, caller), aside=True)
    chosen = {
        folded_header(one.header): one.field or "" for one in shown.headings if one.how == "chosen" and one.header
    }
    if chosen:
        org, now = caller.claim.org, core.now()
        await write(core.database, lambda: uploads.remember(org, upload.what, chosen, person, now))
    return shown


async def apply(core: Replication, asked: Apply, caller: Caller) -> Applied:
    """Do what was shown: one ``import.run`` and an act for every change, in one transaction.

    Raises:
        Problem: as ``preview_again``; ``import_errors`` while a row has one; ``import_stale`` when it would do
            something else by now; ``import_refused`` with the reason when an act may not be done.
    """
    person, upload, book = await _opened(core, asked.id, caller)
    _fit(upload.what, asked.fields)
    org = caller.claim.org
    done: list[tuple[Counts, int]] = []

    def plan() -> Steps[list[ServerAct]]:
        done.clear()
        layout, planned = yield from _plan(core, upload, book, asked.sheet, asked.fields, caller)
        if planned is None or planned.errors:
            raise Problem("import_errors")
        if _version(upload, layout, planned) != asked.version:
            raise Problem("import_stale")
        counts = _counts(layout, planned)
        acts = [act for _, act in planned.acts]
        if acts:
            run = {"by": person, "what": upload.what, "sha": upload.sha, "rows": counts.rows}
            acts.insert(0, ServerAct("import.run", run))
        done.append((counts, max(0, len(acts) - 1)))
        return acts

    def first() -> Steps[None]:
        now = core.now()
        yield from admin(caller.claim, caller.session, now)
        yield from uploads.spend(upload.id, now)

    await act_at_once(core, org, plan, first, LOOKS_AT)
    ((counts, acts),) = done
    _log.info("sheet_applied", org=org, what=upload.what, by=person, rows=counts.rows, acts=acts)
    return Applied(counts, acts)


async def _opened(core: Replication, id_: str, caller: Caller) -> tuple[str, uploads.Upload, Book]:
    def steps() -> Steps[tuple[str, uploads.Upload]]:
        now = core.now()
        person = yield from admin(caller.claim, caller.session, now)
        return person.id, (yield from uploads.load(id_ if is_uuid(id_) else "", person.org, now))

    person, upload = await read(core.database, steps())
    return person, upload, await asyncio.to_thread(uploads.Seal(core, caller.token).open, upload)


def _fit(what: What, fields: Mapping[str, str] | None) -> None:
    """Columns chosen by hand are fields of the sheet, each at most once."""
    given = [field for field in (fields or {}).values() if field]
    if len(given) > len(set(given)) or set(given) - {column.field for column in SHEETS[what]}:
        raise Problem("import_mapping")


def _plan(
    core: Replication,
    upload: uploads.Upload,
    book: Book,
    sheet: str | None,
    fields: Mapping[str, str] | None,
    caller: Caller,
) -> Steps[tuple[Layout, Plan | None]]:
    """How the sheet is read, and what it would do; no plan while a required column is missing."""
    org = caller.claim.org
    layout = lay_out(book, upload.what, (yield from uploads.remembered(org, upload.what)), sheet, fields)
    if layout.missing:
        return layout, None
    if len(layout.rows) > MAX_ROWS or _picked(book, layout).crowded:
        raise Problem("sheet_too_many_rows", extra={"most": MAX_ROWS})
    now = core.now()
    # In the order of the rows: the second of a name in a unit is then the second on record.
    context = Context(org, now, caller.language, ascending(now, core.random).__next__)
    return layout, (yield from _compare(upload.what, layout.rows, context))


def _compare(what: What, rows: Iterable[Given], context: Context) -> Steps[Plan]:
    match what:
        case "people":
            return plan_people((yield from read_people(context.org, context.now)), rows, context)
        case "posts":
            return plan_posts((yield from read_posts(context.org)), rows, context)
        case "units":
            return plan_units((yield from read_units(context.org, context.now)), rows, context)
        case "vehicles":
            return plan_vehicles((yield from read_vehicles(context.org)), rows, context)


def _show(core: Replication, upload: uploads.Upload, book: Book, asked: Asked, caller: Caller) -> Steps[Preview]:
    layout, plan = yield from _plan(core, upload, book, asked.sheet, asked.fields, caller)
    picked = _picked(book, layout)
    likeliest = likely(book)
    planned = plan or Plan()
    findings = sorted(planned.findings, key=lambda one: (one.level, one.row))
    columns = {one.field: one.column for one in layout.headings if one.field}
    return Preview(
        upload.id,
        upload.what,
        upload.made + uploads.KEPT_MS,
        _version(upload, layout, plan) if plan is not None else None,
        [sheet.name for sheet in book.sheets if sheet.rows],
        layout.sheet,
        layout.header_row,
        layout.headings,
        [Field(one.field, one.header[LANGUAGES.index(caller.language)], one.required) for one in SHEETS[upload.what]],
        layout.missing,
        likeliest if likeliest != upload.what else None,
        book.encoding,
        _counts(layout, planned),
        {name: made for name, made in planned.created.items() if made},
        Skipped(picked.hidden_rows, picked.hidden_columns, picked.filled, layout.notes[:TOLD], layout.repeats),
        [one for one in planned.diffs if one.state == "new"][:SHOWN],
        [one for one in planned.diffs if one.state == "changed"][:SHOWN],
        [_told(one, columns) for one in (findings if asked.all else findings[:TOLD])],
    )


def _told(finding: Finding, columns: Mapping[str, str]) -> Told:
    column = columns.get(finding.field) if finding.field is not None else None
    return Told(finding.row, column, finding.field, finding.code, finding.level, finding.data)


def _picked(book: Book, layout: Layout) -> Sheet:
    return next(sheet for sheet in book.sheets if sheet.name == layout.sheet)


def _counts(layout: Layout, plan: Plan) -> Counts:
    new = sum(one.state == "new" for one in plan.diffs)
    return Counts(
        len(layout.rows),
        new,
        len(plan.diffs) - new,
        plan.same,
        plan.untouched,
        plan.errors,
        len(plan.findings) - plan.errors,
    )


def _version(upload: uploads.Upload, layout: Layout, plan: Plan) -> str:
    """The same as long as the file, read in this way, would do the same."""
    read_as = [(one.column, one.field) for one in layout.headings if one.field]
    what: list[Any] = [upload.sha, layout.sheet, read_as, plan.diffs, plan.created, plan.errors]
    return hashlib.sha256(msgspec.msgpack.encode(what)).hexdigest()
