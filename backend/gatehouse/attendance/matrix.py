"""A team's month for who keeps its attendance: a symbol for each day, totals, and what is proposed (R-RPT-01, I-11).

It is asked for over the network and lies on no device: a clerk's streams are those of the site, which guards hold too,
and whose wages hang on a month is nobody's at the gate (docs/decisions/0014).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final, Literal

import msgspec
import structlog

from gatehouse.attendance.rows import month_id
from gatehouse.db.steps import Query, Steps, read
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.periods.queries import closed_months
from gatehouse.policy.queries import load_book
from gatehouse.replication.caller import caller
from gatehouse.replication.core import Replication
from gatehouse.replication.grants import PersonFacts
from gatehouse.rules.parameters import REPORT_DAY
from gatehouse.sheets.queries import LANGUAGES, Language, MatrixSheet, write_matrix
from gatehouse_sync import rota
from gatehouse_sync.apply import Body

Spell = Literal["month", "report"]
"""A calendar month; or what is reported on the day that the regulation names, up to that day (I-11)."""
Words = tuple[str, str, str]
_json = msgspec.json.Decoder()
_log = structlog.get_logger()
TOTALS: Final = ("present", "absent", "late", "early", "missing", "leave", "worked", "night", "overrun")
"""Days, then times, then minutes."""


class Line(msgspec.Struct, frozen=True):
    """One person: a symbol for each date, totals in the order of ``TOTALS``, the days as judged, what they are in."""

    person: str
    name: str
    staff_no: str
    symbols: list[str]
    totals: list[int]
    days: list[dict[str, Any]]
    settled: list[dict[str, Any]]
    proposals: list[dict[str, Any]]
    revisions: int = 0


class Matrix(msgspec.Struct, frozen=True):
    """A team's spell; ``closed`` says since when and by whom, by month, ``waits`` how many days are not sure yet."""

    team: str
    name: str
    month: str
    zone: str
    at: int
    dates: list[str]
    totals: tuple[str, ...]
    people: list[Line]
    closed: dict[str, dict[str, Any]]
    waits: int


async def matrix_of(
    core: Replication,
    claim: DeviceClaim,
    session: bytes | None,
    team: str,
    month: str,
    spell: Spell = "month",
    *,
    person: str = "",
) -> Matrix:
    """The matrix, for whoever is in charge of the team, its site's managers and clerks, and admins.

    With ``person`` only of that one, and with the lines that explain each day.

    Raises:
        Problem: as ``caller``; ``not_found``: no such team or month; ``not_allowed``.
    """
    return await read(core.database, _matrix(core.now(), claim, session, (team, month, spell), person))


async def matrix_file(
    core: Replication, claim: DeviceClaim, session: bytes | None, about: tuple[str, str, Spell], language: Language
) -> tuple[str, bytes]:
    """The matrix as a workbook, with its title.

    Raises:
        Problem: as ``matrix_of``.
    """
    found = await matrix_of(core, claim, session, *about)
    sheet = sheet_of(found, language)
    made = await write_matrix(sheet)
    _log.info("attendance_export", org=claim.org, team=about[0], month=about[1], rows=len(found.people))
    return sheet.title, made


def _matrix(
    now: int, claim: DeviceClaim, session: bytes | None, about: tuple[str, str, Spell], only: str
) -> Steps[Matrix]:
    team, month, spell = about
    person = yield from caller(claim, session, now)
    rows = yield Query(
        "SELECT t.name, s.id, s.zone FROM team t LEFT JOIN site s ON s.id = t.site WHERE t.id = ? AND t.org = ?",
        (team, person.org),
    )
    if not rows:
        raise Problem("not_found")
    name, site, zone = rows[0]
    if not _may(person, team, site, now):
        raise Problem("not_allowed")
    book = yield from load_book(person.org)
    try:
        dates = _dates(month, book.on(team, f"{month}-01")[REPORT_DAY].value if spell == "report" else None)
    except (rota.RosterError, ValueError):
        raise Problem("not_found") from None
    months = sorted({date[:7] for date in dates})
    found = yield Query(
        "SELECT DISTINCT person FROM shift WHERE org = ? AND team = ? AND day >= ? AND day <= ? AND cancelled IS NULL",
        (person.org, team, dates[0], dates[-1]),
    )
    people = sorted(row[0] for row in found if only in {"", row[0]})
    wanted = {*people, *(month_id(one, month) for one in people for month in months)}
    bodies = {id_: _json.decode(raw) for id_, raw in (yield from _bodies(person.org, wanted))}
    closed: dict[str, dict[str, Any]] = {}
    for one in months:
        found_closed = yield from closed_months(person.org, [team], one)
        if team in found_closed:
            closed[one] = found_closed[team]
    lines = [_line(one, bodies, team, (dates, months), explained=bool(only)) for one in people]
    lines.sort(key=lambda line: (line.staff_no, line.person))
    waits = sum(1 for line in lines for day in line.days if day["certainty"] in {"open", "waiting"})
    return Matrix(team, name, month, zone or "Asia/Shanghai", now, dates, TOTALS, lines, closed, waits)


def _bodies(org: str, ids: set[str]) -> Steps[list[tuple[str, str]]]:
    rows = yield Query("SELECT id, body FROM entity WHERE org = ? AND id = ANY(?*)", (org, ids))
    return [(row[0], row[1]) for row in rows]


def _may(person: PersonFacts, team: str, site: str | None, now: int) -> bool:
    return any(
        (role.role == "supervisor" and role.team == team)
        or (role.role in {"manager", "clerk", "admin"} and role.site in {None, site})
        for role in person.roles
        if role.holds(now)
    )


def _dates(month: str, report_day: int | None) -> list[str]:
    days = rota.days_of(month)
    if report_day is None:
        return days
    before = rota.days_of((dt.date.fromisoformat(days[0]) - dt.timedelta(days=1)).isoformat()[:7])
    return before[report_day:] + days[:report_day]


def _line(
    person: str, bodies: dict[str, Body], team: str, spell: tuple[list[str], list[str]], *, explained: bool
) -> Line:
    dates, months = spell
    known = bodies.get(person)
    fields = known["f"] if known is not None else {}
    own = [bodies[month_id(person, month)]["f"] for month in months if month_id(person, month) in bodies]
    inside = set(dates)
    days = [day for one in own for day in one["days"] if day["team"] == team and day["date"] in inside]
    by_date: dict[str, list[dict[str, Any]]] = {}
    for day in days:
        by_date.setdefault(day["date"], []).append(day)
    return Line(
        person,
        fields.get("name", ""),
        fields.get("staff_no", ""),
        ["".join(map(symbol, by_date[date])) if date in by_date else "休" for date in dates],
        _totals(days),
        [{name: value for name, value in day.items() if explained or name != "lines"} for day in days],
        [one for each in own for one in each.get("settled", ())],
        [one for each in own for one in each["proposals"] if _concerns(one, days, inside)],
        sum(len(one.get("revisions", ())) for one in own),
    )


def _concerns(proposal: dict[str, Any], days: list[dict[str, Any]], dates: set[str]) -> bool:
    """Whether a proposal is for one of these days, or for the month as a whole."""
    shift = str(proposal["id"]).split(":")[1]
    of_month = proposal["cause"] in {"bonus_lost", "over_cap"}
    return of_month or (proposal["date"] in dates and any(day["shift"] == shift for day in days))


_SYMBOLS: Final = {
    "present": "√",
    "late": "△",
    "early": "△",
    "late_early": "△",
    "missing_in": "×",
    "missing_out": "×",
    "absent": "旷",
    "leave": "假",
    "part_leave": "√假",
    "on_duty": "○",
    "planned": "○",
    "rest": "休",
}


def symbol(day: dict[str, Any]) -> str:
    """The sign of a day: √ there, ○ not known yet, △ late or early, × a punch is missing, 休, 假, 旷."""
    return _SYMBOLS[day["status"]]


def _totals(days: Iterable[dict[str, Any]]) -> list[int]:
    days = list(days)

    def count(*statuses: str) -> int:
        return sum(1 for day in days if day["status"] in statuses)

    def minutes(name: str) -> int:
        return sum(day.get(name, 0) for day in days)

    there = count("present", "late", "early", "late_early", "part_leave", "missing_in", "missing_out")
    late, early = (sum(1 for day in days if day.get(name, 0)) for name in ("late", "early"))
    counted = [there, count("absent"), late, early, count("missing_in", "missing_out"), count("leave", "part_leave")]
    return [*counted, minutes("worked"), minutes("night"), minutes("overrun")]


# The sheet.

_TITLE: Final[Words] = ("{team} {month} 考勤表", "{team} {month} 考勤表", "{team}: attendance {month}")
_HEADERS: Final[dict[str, Words]] = {
    "number": ("工号", "工號", "Number"),
    "name": ("姓名", "姓名", "Name"),
    "sign": ("签字", "簽字", "Signature"),
    "present": ("出勤", "出勤", "Days"),
    "absent": ("旷工", "曠工", "Absent"),
    "late": ("迟到", "遲到", "Late"),
    "early": ("早退", "早退", "Early"),
    "missing": ("缺卡", "缺卡", "No punch"),
    "leave": ("请假", "請假", "Leave"),
    "worked": ("工时（分）", "工時（分）", "Worked, min"),
    "night": ("夜班（分）", "夜班（分）", "Night, min"),
    "overrun": ("延时（分）", "延時（分）", "Overrun, min"),
}
_LEGEND: Final[Words] = (
    "√ 出勤　○ 未定　△ 迟到或早退　× 缺卡　休 休息　假 请假　旷 旷工",
    "√ 出勤　○ 未定　△ 遲到或早退　× 缺卡　休 休息　假 請假　旷 曠工",
    "√ present   ○ not sure yet   △ late or early   × punch missing   休 rest   假 leave   旷 absent",
)
_WAITS: Final[Words] = (
    "还有 {n} 个班未定：设备上的记录没有传到，或还没下班。",
    "還有 {n} 個班未定：設備上的紀錄沒有傳到，或還沒下班。",
    "{n} shifts are not sure yet: devices have not said all, or the shift is not over.",
)
_CLOSED: Final[Words] = ("{month} 已结账", "{month} 已結帳", "{month} is closed")


def sheet_of(found: Matrix, language: Language) -> MatrixSheet:
    """The matrix in the words of a reader."""
    at = LANGUAGES.index(language)
    notes = [_CLOSED[at].format(month=month) for month in sorted(found.closed)]
    if found.waits:
        notes.append(_WAITS[at].format(n=found.waits))
    return MatrixSheet(
        _TITLE[at].format(team=found.name, month=found.month),
        language,
        _HEADERS["number"][at],
        _HEADERS["name"][at],
        _HEADERS["sign"][at],
        found.dates,
        [_HEADERS[name][at] for name in TOTALS],
        [(line.staff_no, line.name, line.symbols, line.totals) for line in found.people],
        _LEGEND[at],
        notes,
    )
