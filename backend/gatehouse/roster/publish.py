"""``roster.publish``: the difference between a team's month as it was seen and as it shall be (PROTOCOL 10.10, I-53).

All of it takes effect, as one more version of the roster, or nothing does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gatehouse.db.steps import Query, Steps
from gatehouse.periods.queries import is_closed, note_closed
from gatehouse.replication.batch import Batch
from gatehouse.replication.facts import Facts, badge_id
from gatehouse.replication.grants import RoleFacts, held
from gatehouse.replication.registry import Act, Handler, Ruling, value
from gatehouse.roster.queries import (
    LONGEST_MS,
    load_shifts,
    note_shifts,
    note_version,
    planning,
    roster_id,
    stands,
    version_of,
)
from gatehouse_sync import rota
from gatehouse_sync.apply import Body, others
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op

HOUR = 3_600_000
DAY = 24 * HOUR
MOST_CHANGED = 1_800
"""Changed shifts are named in the decision, and its voucher must stay short enough to be given back (14.3)."""


def _cells(op: Op) -> list[rota.Cell]:
    try:
        return rota.cells(op.head.values)
    except rota.RosterError:
        return []


def _posts(op: Op) -> list[str]:
    return [str(one) for one in value(op, "posts") or ()]


def _named(op: Op) -> Iterable[str]:
    return {str(value(op, "team")), *_posts(op), *value(op, "templates"), *(cell.person for cell in _cells(op))}


def _badges(op: Op) -> Iterable[str]:
    posts = _posts(op)
    return {badge_id(posts[post], cell.person) for cell in _cells(op) for _, post in cell.work}


def _prepare(op: Op, facts: Facts) -> Steps[None]:
    """Load the people, the sites of the posts, and all shifts that could overlap or are to change."""
    cells = _cells(op)
    if not cells:
        return
    posts = [body for post in _posts(op) if (body := facts.of_kind(post, "post")) is not None]
    yield from facts.load_entities({body["f"]["site"] for body in posts})
    people = {cell.person for cell in cells}
    yield from facts.load_actors(people, set())
    since, until = _span(str(value(op, "month")))
    yield from load_shifts(facts, people, since - LONGEST_MS, until + LONGEST_MS)
    yield from note_closed(facts, str(value(op, "team")), str(value(op, "month")))
    if facts.ended:
        yield from _note_given_back(op, facts, max(facts.ended.values()))


def _note_given_back(op: Op, facts: Facts, ended: int) -> Steps[None]:
    """Find the shifts that were changed since the database went back, other than by what was given back."""
    later = [id_ for id_, one in facts.stored.items() if one.n > ended and stands(one.body)]
    rows = yield Query(
        "SELECT e.id, l.leaf FROM entity e JOIN log l ON l.org = e.org AND l.n = e.n "
        "WHERE e.org = ? AND e.id = ANY(?*)",
        (facts.org, later),
    )
    facts.noted["new", op.head.id] = {id_ for id_, leaf in rows if '"was":[' not in leaf}


def _span(month: str) -> tuple[int, int]:
    """A time that holds the month on whatever clock, UTC ms."""
    days = rota.days_of(month)
    return rota.instant(days[0], -14 * 60, "0"), rota.instant(days[-1], 38 * 60, "0")


def _rule(act: Act, facts: Facts) -> str | Ruling:
    op = act.op
    cells = _cells(op)
    team = facts.of_kind(value(op, "team"), "team")
    if not cells:
        return "bad_roster"
    said = _as_read(op, facts) if team is not None else None
    if team is None or said is None or any(facts.of_kind(cell.person, "person") is None for cell in cells):
        return "unknown_reference"
    allowed, doubt = held(_in_charge(op, facts, team), act.t)
    if not (allowed or act.by_server):
        return "not_entitled"
    stale = _stale(op, facts) or _closed(op, facts)
    if stale is not None:
        return stale
    fields = {**said, "until": _span(str(value(op, "month")))[1], "version": version_of(facts, team["id"]) + 1}
    also, work = _placed(op, facts, cells, fields)
    if len(also) > MOST_CHANGED:
        return Ruling(code="too_much_at_once", told={"most": MOST_CHANGED, "changed": len(also)})
    return _impossible(facts, cells, work, set(also)) or Ruling(
        fields=fields, also=also, flags=("role_straddle",) if doubt and act.t.class_ != "unanchored" else ()
    )


def _in_charge(op: Op, facts: Facts, team: Body) -> list[RoleFacts]:
    """The actor's roles that plan this team, whenever they hold."""
    return planning(facts.people[op.head.actor].roles, team["id"], team["f"].get("site"))


def _stale(op: Op, facts: Facts) -> Ruling | None:
    roster = facts.body(roster_id(str(value(op, "team"))))
    newest, seen = version_of(facts, str(value(op, "team"))), int(value(op, "seen"))
    if newest == seen:
        return None
    because = (str(newest), roster["by"], roster["at"], roster["ver"]) if roster is not None else None
    return Ruling(code="roster_stale", clause="I-53", because=because, told={"newest": newest, "seen": seen})


def _closed(op: Op, facts: Facts) -> Ruling | None:
    """A month that was closed is not planned anew (I-55)."""
    team, month = str(value(op, "team")), str(value(op, "month"))
    return Ruling(code="period_closed", clause="I-55", told={"month": month}) if is_closed(facts, team, month) else None


def _as_read(op: Op, facts: Facts) -> dict[str, Any] | None:
    """What the templates and posts say now, for the decision to keep; None when one is none."""
    templates = [facts.of_kind(one, "template") for one in value(op, "templates")]
    posts = [facts.of_kind(one, "post") for one in _posts(op)]
    sites = [facts.of_kind(one["f"]["site"], "site") if one is not None else None for one in posts]
    known = [one["f"] for one in templates if one is not None]
    zones = [one["f"]["zone"] for one in sites if one is not None]
    if len(known) < len(templates) or len(zones) < len(posts):
        return None
    month = str(value(op, "month"))
    lines = {
        "labels": [one["label"] for one in known],
        "times": [one["segments"] for one in known],
        "sites": [one["f"]["site"] for one in posts if one is not None],
        "offsets": [offsets(zone, month) for zone in zones],
    }
    said: dict[str, Any] = {name: "\n".join(values) for name, values in lines.items()}
    return said | {"nights": "".join("1" if one.get("night") else "0" for one in known)}


@cache
def offsets(zone: str, month: str) -> str:
    """A zone's minutes from UTC in and around a month, with the instants at which they change (`rota.instant`)."""
    since, until = _span(month)
    try:
        clock = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return "0"  # a site's zone is not checked; a wrong one reads as UTC everywhere
    found: list[tuple[int, int]] = []
    for at in range(since, until + 1, HOUR // 4):
        offset = dt.datetime.fromtimestamp(at / 1000, clock).utcoffset() or dt.timedelta()
        minutes = int(offset.total_seconds() // 60)
        if not found or found[-1][1] != minutes:
            found.append((at, minutes))
    return " ".join(str(minutes) if i == 0 else f"{at}:{minutes}" for i, (at, minutes) in enumerate(found))


def _placed(
    op: Op, facts: Facts, cells: list[rota.Cell], said: dict[str, Any]
) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """The shifts that stand in the cells, by id: which of the new ones each becomes, or nothing; and the new ones."""
    there = _there(facts, str(value(op, "team")), {(cell.person, cell.date) for cell in cells})
    work = rota.work_of(op.head.values, said)
    also: dict[str, dict[str, Any]] = {}
    i = 0
    for cell in cells:
        new = list(range(i, i + len(cell.work)))
        i += len(cell.work)
        for shift in there.get((cell.person, cell.date), []):
            also[shift["id"]] = {"i": new.pop(0)} if new else {}
    return also, work


def _there(facts: Facts, team: str, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], list[Body]]:
    found: dict[tuple[str, str], list[Body]] = {}
    for body in sorted((one for one in facts.bodies.values() if stands(one)), key=lambda one: one["f"]["start"]):
        where = body["f"]["person"], body["f"]["date"]
        if body["f"]["team"] == team and where in wanted:
            found.setdefault(where, []).append(body)
    return found


def _impossible(facts: Facts, cells: list[rota.Cell], work: list[dict[str, Any]], moving: set[str]) -> Ruling | None:
    """Somebody who has left by then, or would be in two places at once."""
    for fields in work:
        gone = facts.people[fields["person"]].dismissed
        if gone is not None and fields["start"] >= gone:
            return Ruling(code="not_available", told={"who": fields["person"], "date": fields["date"]})
    twice = _twice({cell.person for cell in cells}, facts, work, moving)
    return Ruling(code="overlap", clause="I-08", told=twice) if twice is not None else None


def _twice(
    people: set[str], facts: Facts, work: Iterable[dict[str, Any]], moving: set[str]
) -> dict[str, str | int] | None:
    """Whose shifts overlap, and on which date, once ``moving`` have given way to ``work``."""
    by_person: dict[str, list[dict[str, Any]]] = {person: [] for person in people}
    for body in facts.bodies.values():
        if stands(body) and body["id"] not in moving and body["f"]["person"] in people:
            by_person[body["f"]["person"]].append(body["f"])
    for fields in work:
        by_person[fields["person"]].append(fields)
    for person, shifts in sorted(by_person.items()):
        for one, next_ in pairwise(sorted(shifts, key=lambda fields: (fields["start"], fields["end"]))):
            if next_["start"] < one["end"]:
                return {"who": person, "date": next_["date"]}
    return None


def _clash(act: Act, facts: Facts) -> bool:
    """Whether somebody of an act given back has other work at that time by now."""
    said = _as_read(act.op, facts)
    if said is None:
        return True
    cells = _cells(act.op)
    work = rota.work_of(act.op.head.values, {**said, "version": 0})
    new: set[str] = facts.noted.get(("new", act.op.head.id), set())
    # What has been given back knew of this act, or was known to it; in whatever order they come, they fit.
    known = {id_ for id_ in facts.bodies if id_ not in new}
    return _twice({cell.person for cell in cells}, facts, work, known) is not None


def _effect(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    """The roster's new version, and the names that the posts' tablets may show."""
    note_version(batch, str(value(act.op, "team")), decision.set["version"], act)
    yield from note_shifts(batch, [batch.facts.bodies[one] for one in others(act.op, decision)])


HANDLER = Handler(
    refs=lambda op: (roster_id(str(value(op, "team"))), *_badges(op)),
    looks=_named,
    prepare=_prepare,
    rule=_rule,
    effect=_effect,
    needs=_named,
    clash=_clash,
)
