"""The swap register (换班登记表, R-SWP-13): a team's swaps of a month: consent, decision, repay (PROTOCOL 16.2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec
import structlog

from gatehouse.db.steps import Query, Steps, read
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.replication.caller import caller
from gatehouse.replication.core import Replication
from gatehouse.replication.grants import PersonFacts
from gatehouse.sheets.queries import LANGUAGES, Language, Table, write_table
from gatehouse.swaps.legs import owes
from gatehouse_sync.apply import Body

_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_body = msgspec.json.Decoder(Body)
_log = structlog.get_logger()
Words = tuple[str, str, str]
Repay = Literal["none", "with", "open", "repaid", "settled", "repays"]
"""Nothing to give back (not in effect), given back with it, still owed, given back later, let go, is itself a repay."""


class Named(msgspec.Struct, frozen=True):
    """A person as the register names them; ``name`` is empty where it was erased."""

    id: str
    name: str
    staff_no: str


class Moved(msgspec.Struct, frozen=True):
    """A shift of the swap: its business date, its hours in the site's time, and where."""

    id: str
    date: str
    hours: str
    post: str


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. Instants are UTC ms: asked, agreed by the colleague, decided."""

    id: str
    by: Named
    asked: int
    mode: str
    state: str
    give: Moved | None
    reason: str = ""
    taker: Named | None = None
    agreed: int | None = None
    take: Moved | None = None
    decider: Named | None = None
    decided: int | None = None
    note: str = ""
    repay: Repay = "none"


class Register(msgspec.Struct, frozen=True):
    """A team's swaps of shifts given away in one month, in the order in which they arrived."""

    team: str
    name: str
    month: str
    zone: str
    at: int
    entries: list[Entry]


async def register_of(core: Replication, claim: DeviceClaim, session: bytes | None, team: str, month: str) -> Register:
    """The register, for whoever is in charge of the team, its managers and clerks, and admins.

    Raises:
        Problem: as ``caller``; ``not_found``: no such team or month; ``not_allowed``.
    """
    return await read(core.database, _register(core.now(), claim, session, team, month))


async def register_file(
    core: Replication, claim: DeviceClaim, session: bytes | None, about: tuple[str, str], language: Language
) -> tuple[str, bytes]:
    """The register of ``(team, month)`` as a workbook, with its title.

    Raises:
        Problem: as ``register_of``.
    """
    found = await register_of(core, claim, session, *about)
    table = sheet(found, language)
    made = await write_table(table, "xlsx")
    _log.info("swap_register_export", org=claim.org, team=about[0], month=about[1], rows=len(found.entries))
    return table.title, made


def _register(now: int, claim: DeviceClaim, session: bytes | None, team: str, month: str) -> Steps[Register]:
    person = yield from caller(claim, session, now)
    rows = yield Query(
        "SELECT t.name, s.id, s.zone FROM team t JOIN entity e ON e.id = t.id LEFT JOIN site s ON s.id = t.site "
        "WHERE t.id = ? AND t.org = ?",
        (team, person.org),
    )
    if not rows or not _MONTH.fullmatch(month):
        raise Problem("not_found")
    name, site, zone = rows[0]
    if not _may(person, team, site, now):
        raise Problem("not_allowed")
    swaps = yield Query(
        "SELECT e.body FROM swap w JOIN entity e ON e.id = w.id WHERE w.org = ? AND w.team = ? AND w.month = ? "
        "ORDER BY (SELECT n FROM op o WHERE o.id = w.id)",
        (person.org, team, month),
    )
    bodies = [_body.decode(row[0]) for row in swaps]
    named = {one for body in bodies for one in _named(body)}
    known = {id_: _body.decode(raw) for id_, raw in (yield from _bodies(person.org, named))}
    posts = {body["f"]["post"] for body in known.values() if body["kind"] == "shift"}
    known |= {id_: _body.decode(raw) for id_, raw in (yield from _bodies(person.org, posts))}
    zone = zone or "Asia/Shanghai"
    return Register(team, name, month, zone, now, [_entry(body, known, ZoneInfo(zone)) for body in bodies])


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


def _named(body: Body) -> set[str]:
    fields, written = body["f"], body.get("w", {})
    ids = {body["by"], fields["give"], fields.get("take"), fields.get("accepted_by"), *written.get("state", ())[:1]}
    return {one for one in ids if one is not None}


def _entry(body: Body, known: dict[str, Body], zone: ZoneInfo) -> Entry:
    fields, written = body["f"], body.get("w", {})
    decided = written.get("state") if fields["state"] in {"approved", "rejected"} and "decided_by" in fields else None
    return Entry(
        body["id"],
        _person(known, body["by"]),
        body["at"],
        fields["mode"],
        fields["state"],
        _shift(known, fields["give"], zone),
        fields.get("reason", ""),
        _person(known, fields["accepted_by"]) if "accepted_by" in fields else None,
        written["accepted_by"][1] if "accepted_by" in written else None,
        _shift(known, fields["take"], zone) if "take" in fields else None,
        _person(known, decided[0]) if decided is not None else None,
        decided[1] if decided is not None else None,
        fields.get("note", ""),
        _repay(body),
    )


def _repay(body: Body) -> Repay:
    fields = body["f"]
    if fields["state"] != "approved":
        return "none"
    if "repays" in fields:
        return "repays"
    if "repaid" in fields:
        # Let go, it names the act that did so.
        return "settled" if body.get("w", {}).get("repaid", [None] * 3)[2] == fields["repaid"] else "repaid"
    return "open" if owes(body) else "with"


def _person(known: dict[str, Body], id_: str) -> Named:
    fields = known[id_]["f"] if id_ in known else {}
    return Named(id_, fields.get("name", ""), fields.get("staff_no", ""))


def _shift(known: dict[str, Body], id_: str, zone: ZoneInfo) -> Moved | None:
    body = known.get(id_)
    if body is None:
        return None
    fields = body["f"]
    post = known.get(fields["post"])
    hours = "–".join(_clock(fields[one], zone) for one in ("start", "end"))
    return Moved(id_, fields["date"], hours, post["f"]["name"] if post is not None else "")


def _clock(at: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC).astimezone(zone):%H:%M}"


# The sheet.

_TITLE: Final[Words] = ("换班登记表", "換班登記表", "Swap register")
_HEADERS: Final[tuple[Words, ...]] = (
    ("申请时间", "申請時間", "Asked"),
    ("申请人", "申請人", "Asked by"),
    ("让出的班", "讓出的班", "Shift given"),
    ("接班人", "接班人", "Taken by"),
    ("换回的班", "換回的班", "Shift given back"),
    ("原因", "原因", "Reason"),
    ("对方同意", "對方同意", "Colleague agreed"),
    ("结果", "結果", "Outcome"),
    ("审批人", "審批人", "Decided by"),
    ("审批时间", "審批時間", "Decided"),
    ("审批意见", "審批意見", "Remark"),
    ("还班", "還班", "Repay"),
    ("签字", "簽字", "Signature"),
)
STATES: Final[dict[str, Words]] = {
    "requested": ("等对方答复", "等對方答覆", "waits for the colleague"),
    "accepted": ("等审批", "等審批", "waits for a decision"),
    "approved": ("已换成", "已換成", "in effect"),
    "rejected": ("驳回", "駁回", "rejected"),
    "declined": ("没有人接", "沒有人接", "declined"),
    "withdrawn": ("已撤回", "已撤回", "withdrawn"),
    "expired": ("到点作废", "到點作廢", "expired"),
}
REPAYS: Final[dict[Repay, Words]] = {
    "none": ("", "", ""),
    "with": ("同时换回", "同時換回", "with the swap"),
    "open": ("未还", "未還", "open"),
    "repaid": ("已还", "已還", "repaid"),
    "settled": ("不用还", "不用還", "let go"),
    "repays": ("本次为还班", "本次為還班", "is a repay"),
}


def sheet(found: Register, language: Language) -> Table:
    """The register as a table: one line a swap, with room to sign."""
    at, zone = LANGUAGES.index(language), ZoneInfo(found.zone)

    def moment(ms: int | None) -> str:
        return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone):%Y-%m-%d %H:%M}" if ms is not None else ""

    def who(one: Named | None) -> str:
        return f"{one.name} {one.staff_no}".strip() if one is not None else ""

    def shift(one: Moved | None) -> str:
        return f"{one.date} {one.hours} {one.post}".strip() if one is not None else ""

    rows: list[list[str | int]] = [
        [
            moment(one.asked),
            who(one.by),
            shift(one.give),
            who(one.taker),
            shift(one.take),
            one.reason,
            moment(one.agreed),
            STATES[one.state][at],
            who(one.decider),
            moment(one.decided),
            one.note,
            REPAYS[one.repay][at],
            "",
        ]
        for one in found.entries
    ]
    return Table(f"{_TITLE[at]} {found.month}", [one[at] for one in _HEADERS], rows)
