"""HTTP routes of a team's month as a file: for whoever plans the team (PROTOCOL 15.5).

A file that was read changes nothing: what it says becomes a draft on the device, which publishes it like any other.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gatehouse.db.steps import Insert, Query, Steps, read, write
from gatehouse.devices.tokens import TokenMint
from gatehouse.errors import Problem, language
from gatehouse.replication.core import Replication
from gatehouse.replication.frame import decode
from gatehouse.replication.routes import SMALL, AnyRequest, body_of, ok, packed, session_of
from gatehouse.roster.queries import Planned, Planner, month_of, planner
from gatehouse.rules.calendar import Calendar
from gatehouse.sheets.book import MAX_BYTES, Book, narrow
from gatehouse.sheets.files import read_book, write_roster_sheet
from gatehouse.sheets.roster_file import RosterSheet, Symbol
from gatehouse.sheets.roster_grid import LONGEST_SYMBOL, Grid, Line, Person, Told, find
from gatehouse.sheets.routes import FORMS, file_of
from gatehouse_sync.ids import is_uuid

TOLD = 200
"""Findings in an answer."""
REST = "-"
_RESTS = frozenset({"休", "休息", "公休", "例休", "轮休", "輪休", "/", "-", "—", "off", "rest", "r", "×", "x"})
_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])\Z")
_WORDS = {
    "zh-CN": ("{team} {year}年{month}月排班表（第{version}版）", "工号", "姓名", "班数", "休", "班次说明"),
    "zh-TW": ("{team} {year}年{month}月班表（第{version}版）", "工號", "姓名", "班數", "休", "班別說明"),
    "en": ("{team}: roster {year}-{month:02} (version {version})", "Staff no.", "Name", "Shifts", "休", "Shifts"),
}


class Reading(msgspec.Struct, frozen=True):
    """What a file says of a month.

    ``known`` symbols by their template, ``-`` for rest; ``unknown`` ones are for a person to say, once for all files.
    ``errors`` counts what is ``told``, of which the first are here; while there are any, nothing is taken over.
    """

    team: str
    month: str
    version: int
    sheets: list[str]
    sheet: str
    encoding: str | None
    header_row: int
    lines: list[Line]
    known: dict[str, str]
    unknown: dict[str, int]
    told: list[Told]
    errors: int


class Symbols(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What symbols mean in this org: ids of templates, ``-`` for rest."""

    symbols: dict[str, str]


def roster_sheet_routes(core: Replication, mint: TokenMint) -> list[HTTPRouteHandler]:
    """The handlers of PROTOCOL 15.5."""

    def who(request: AnyRequest, team: str) -> Steps[Planner]:
        claim = mint.read(request.headers.get("x-gatehouse-device"), core.now())
        return planner(claim, session_of(request), team, core.now())

    @post(
        "/api/roster/{team:str}/{month:str}/read",
        status_code=200,
        include_in_schema=False,
        request_max_body_size=MAX_BYTES,
    )
    async def bring(request: AnyRequest, team: FromPath[str], month: FromPath[str]) -> Response[bytes]:
        _checked(month)
        await read(core.database, who(request, team))  # before ten megabytes are taken from anybody
        book = await read_book(await file_of(request))

        def steps() -> Steps[tuple[Planned, dict[str, str]]]:
            by = yield from who(request, team)
            planned = yield from month_of(by.org, team, month, core.now())
            rows = yield Query("SELECT symbol, template FROM roster_symbol WHERE org = ?", (by.org,))
            return planned, dict(rows)

        planned, remembered = await read(core.database, steps())
        made = _reading(book, request.query_params.get("sheet", ""), planned, remembered)
        return await packed(request, msgspec.structs.replace(made, team=team))

    @post("/api/roster/{team:str}/symbols", status_code=200, include_in_schema=False)
    async def remember(request: AnyRequest, team: FromPath[str]) -> Response[bytes]:
        given = decode(await body_of(request, SMALL), Symbols).symbols
        if not all(0 < len(name) <= LONGEST_SYMBOL and (it == REST or is_uuid(it)) for name, it in given.items()):
            raise Problem("bad_frame")

        def steps() -> Steps[None]:
            by = yield from who(request, team)
            yield Insert(
                "roster_symbol",
                ("org text", "symbol text", "template text", "by_person text", "at bigint"),
                [(by.org, _folded(name), it, by.person, core.now()) for name, it in given.items()],
                key=("org", "symbol"),
            )

        await write(core.database, steps)
        return ok({"remembered": len(given)})

    @get("/api/roster/{team:str}/{file:str}", include_in_schema=False)
    async def out(request: AnyRequest, team: FromPath[str], file: FromPath[str]) -> Response[bytes]:
        month, _, form = file.rpartition(".")
        if form != "xlsx":
            raise Problem("not_found")
        _checked(month)

        def steps() -> Steps[Planned]:
            by = yield from who(request, team)
            return (yield from month_of(by.org, team, month, core.now()))

        spoken = language(request.headers.get("accept-language", ""))
        sheet = sheet_of(await read(core.database, steps(), aside=True), spoken)
        title = quote(f"{sheet.title}.xlsx")
        headers = {
            "cache-control": "no-store",
            "content-disposition": f"attachment; filename=\"roster-{month}.xlsx\"; filename*=UTF-8''{title}",
            "x-content-type-options": "nosniff",
        }
        return Response(await write_roster_sheet(sheet), media_type=FORMS["xlsx"], headers=headers)

    return [bring, remember, out]


def _reading(book: Book, wanted: str, planned: Planned, remembered: dict[str, str]) -> Reading:
    """What the sheet that was chosen says, or of all the one that knows most people."""
    people = [Person(one["id"], one["name"], one["staff_no"], one["of_team"]) for one in planned.people]
    grids = [(one, find(one, planned.month, people)) for one in book.sheets if not wanted or one.name == wanted]
    if not grids:
        raise Problem("not_found")
    sheet, grid = max(grids, key=lambda pair: len(pair[1].lines))
    known, unknown = _symbols(grid, planned, remembered)
    return Reading(
        *("", planned.month, planned.version, [one.name for one in book.sheets], sheet.name, book.encoding),
        *(grid.header_row, grid.lines, known, unknown, grid.told[:TOLD], len(grid.told)),
    )


def _checked(month: str) -> None:
    if not _MONTH.match(month):
        raise Problem("not_found")


def _folded(symbol: str) -> str:
    return narrow(symbol).casefold()


def _symbols(grid: Grid, planned: Planned, remembered: dict[str, str]) -> tuple[dict[str, str], dict[str, int]]:
    """What symbols mean: as somebody said for this org, as a template is called, or rest."""
    templates = {one["id"] for one in planned.templates}
    meant = dict.fromkeys(_RESTS, REST)
    for one in reversed(planned.templates):
        meant |= {_folded(one["name"]): one["id"], _folded(one["label"]): one["id"]}
    meant |= {symbol: it for symbol, it in remembered.items() if it == REST or it in templates}
    known = {symbol: meant[_folded(symbol)] for symbol in grid.symbols if _folded(symbol) in meant}
    return known, {symbol: count for symbol, count in grid.symbols.items() if symbol not in known}


def sheet_of(planned: Planned, spoken: str) -> RosterSheet:
    """The team's month as it is written; a day with two shifts has both labels, apart by a slash."""
    title, number, name, shifts, rest, legend = _WORDS.get(spoken, _WORDS["en"])
    year, month = map(int, planned.month.split("-"))
    cells: dict[tuple[str, str], list[str]] = {}
    for shift in planned.shifts:
        cells.setdefault((shift["person"], shift["date"]), []).append(shift["label"])
    people: list[tuple[str, str, list[str]]] = []
    for one in planned.people:
        mine = ["/".join(cells.get((one["id"], date), [])) or rest for date in planned.dates]
        if one["of_team"] or any(cell != rest for cell in mine):
            people.append((one["staff_no"], one["name"], mine))
    calendar = Calendar()
    said: dict[str, Any] = {"team": planned.team, "year": year, "month": month, "version": planned.version}
    used = {shift["label"] for shift in planned.shifts}
    return RosterSheet(
        *(title.format(**said), planned.month, spoken, number, name, shifts, rest, legend),
        [Symbol(one["label"], one["name"], one["segments"]) for one in planned.templates if one["label"] in used],
        people,
        [int(date[-2:]) for date in planned.dates if calendar.statutory(date)],
    )
