"""``period.close`` and ``period.reopen``: a team's month that is reported is not edited any more (I-55).

Facts that arrive later are kept all the same: the month's record gets a numbered revision.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable

from gatehouse.db.steps import Row, Steps
from gatehouse.periods.queries import is_closed, note_closed
from gatehouse.replication.facts import Facts
from gatehouse.replication.grants import RoleFacts, held
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse_sync import rota
from gatehouse_sync.apply import Body
from gatehouse_sync.ops import Op

DAY = 86_400_000


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds and table."""
    registry.handle(
        "period.close", Handler(refs=_team, prepare=_prepare_close, rule=_close, needs=_team, clash=_closed_since)
    )
    registry.handle("period.reopen", Handler(prepare=_prepare_reopen, rule=_reopen))
    registry.project(
        "period",
        Projection(
            "period",
            (
                *("id text", "org text", "team text", "month text", "state text"),
                *("closed bigint", "by_person text"),
            ),
            _row,
        ),
    )


def _row(body: Body, org: str) -> Row:
    fields = body["f"]
    return (body["id"], org, fields["team"], fields["month"], fields["state"], fields["closed"], body["by"])


def _team(op: Op) -> Iterable[str]:
    return [str(value(op, "team"))]


def _prepare_close(op: Op, facts: Facts) -> Steps[None]:
    yield from note_closed(facts, str(value(op, "team")), str(value(op, "month")))


def _prepare_reopen(op: Op, facts: Facts) -> Steps[None]:
    body = facts.of_kind(op.head.entity, "period")
    if body is not None:
        yield from facts.load_entities({body["f"]["team"]})


def _close(act: Act, facts: Facts) -> str | Ruling:
    team, month = facts.of_kind(value(act.op, "team"), "team"), str(value(act.op, "month"))
    if team is None:
        return "unknown_reference"
    try:
        rota.days_of(month)
    except rota.RosterError:
        return "bad_date"
    allowed, doubt = held(_in_charge(act, facts, team), act.t)
    if not (allowed or act.by_server):
        return "not_entitled"
    if facts.now < _over(month):
        return Ruling(code="period_running", told={"month": month})
    if is_closed(facts, team["id"], month):
        return Ruling(code="period_closed", told={"month": month})
    fields = {"closed": act.t.at, "state": "closed", "until": _over(month)}
    return Ruling(fields=fields, flags=("role_straddle",) if doubt and act.t.class_ != "unanchored" else ())


def _over(month: str) -> int:
    """When a month is over everywhere: its last day ends 12 hours later than at the prime meridian."""
    year, number = map(int, month.split("-"))
    last = dt.datetime(year, number, calendar.monthrange(year, number)[1], tzinfo=dt.UTC)
    return round(last.timestamp() * 1000) + DAY + DAY // 2


def _reopen(act: Act, facts: Facts) -> str | Ruling:
    body = facts.bodies[act.op.head.entity]
    team = facts.of_kind(body["f"]["team"], "team")
    if team is None:
        return "unknown_reference"
    roles = [role for role in _in_charge(act, facts, team) if role.role != "supervisor"]
    allowed, doubt = held(roles, act.t)
    if not (allowed or act.by_server):
        return "not_entitled"
    if body["f"]["state"] != "closed":
        return Ruling(code="wrong_state", because=("open", body["by"], body["at"], body["ver"]))
    flags = ("role_straddle",) if doubt and act.t.class_ != "unanchored" else ()
    return Ruling(fields={"state": "open"}, flags=flags)


def _in_charge(act: Act, facts: Facts, team: Body) -> list[RoleFacts]:
    """Who closes: the team's supervisor, or who keeps or runs its site's attendance; these alone open again."""
    return [
        role
        for role in facts.people[act.op.head.actor].roles
        if (role.role == "supervisor" and role.team == team["id"])
        or (role.role in {"clerk", "manager", "admin"} and role.site in {None, team["f"].get("site")})
    ]


def _closed_since(act: Act, facts: Facts) -> bool:
    return is_closed(facts, str(value(act.op, "team")), str(value(act.op, "month")))
