"""Kinds of op of the roster. Every change of a team's shifts is one more version of it.

``shift.assign``: one shift; ``roster.publish``: a month of a team; ``roster.receive``: somebody has seen a version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from gatehouse.approvals.queries import zone_of
from gatehouse.db.steps import Row, Steps
from gatehouse.periods.queries import is_closed, note_closed
from gatehouse.replication.batch import Batch
from gatehouse.replication.facts import Facts, badge_id
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse.roster import publish
from gatehouse.roster.queries import (
    LONGEST_MS,
    load_shifts,
    note_badge,
    note_version,
    overlapping,
    roster_id,
    version_of,
)
from gatehouse.rules.book import is_date
from gatehouse_sync import rota
from gatehouse_sync.apply import Body
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op

IN_CHARGE = frozenset({"supervisor", "manager", "admin"})


def register(registry: Registry) -> None:
    """Tell replication about this feature's kind and table."""
    registry.handle(
        "shift.assign",
        Handler(roles=IN_CHARGE, site=_site, refs=_refs, prepare=_prepare, rule=_rule, effect=_publish, clash=_taken),
    )
    registry.handle(rota.KIND, publish.HANDLER)
    registry.handle(
        "roster.receive",
        Handler(looks=_of_team, refs=lambda op: [roster_id(str(value(op, "team")))], rule=_received, needs=_of_team),
    )
    registry.project(
        "shift",
        Projection(
            "shift",
            (
                *("id text", "org text", "person text", "post text", "team text", "starts bigint", "ends bigint"),
                *("day text", "cancelled bigint"),
            ),
            _row,
        ),
    )
    registry.project(
        "receipt",
        Projection(
            "receipt", ("id text", "org text", "person text", "team text", "version bigint", "at bigint"), _receipt
        ),
    )
    registry.project(
        "publication",
        Projection(
            "publication",
            ("id text", "org text", "team text", "month text", "version bigint", "by_person text", "at bigint"),
            _publication,
        ),
    )


def _refs(op: Op) -> Iterable[str]:
    person, post, team = (str(value(op, name)) for name in ("person", "post", "team"))
    return person, post, team, badge_id(post, person), roster_id(team)


def _prepare(op: Op, facts: Facts) -> Steps[None]:
    start, end = int(value(op, "start")), int(value(op, "end"))
    post = facts.of_kind(value(op, "post"), "post")
    if post is not None:
        yield from facts.load_entities({post["f"]["site"]})
    yield from load_shifts(facts, {str(value(op, "person"))}, start - LONGEST_MS, end + LONGEST_MS)
    yield from note_closed(facts, str(value(op, "team")), _date(op, facts)[:7])


def _site(act: Act, facts: Facts) -> str | None:
    post = facts.of_kind(value(act.op, "post"), "post")
    return post["f"]["site"] if post is not None else ""


def _rule(act: Act, facts: Facts) -> str | Ruling | None:
    person, start, end = str(value(act.op, "person")), int(value(act.op, "start")), int(value(act.op, "end"))
    post = facts.of_kind(value(act.op, "post"), "post")
    if post is None or facts.of_kind(person, "person") is None or facts.of_kind(value(act.op, "team"), "team") is None:
        return "unknown_reference"
    if not 0 < end - start <= LONGEST_MS:
        return "unknown_reference"
    date = _date(act.op, facts)
    if is_closed(facts, str(value(act.op, "team")), date[:7]):
        return Ruling(code="period_closed", clause="I-55", told={"month": date[:7]})
    if overlapping(facts, person, start, end, set()):
        return "overlap"
    version = version_of(facts, str(value(act.op, "team"))) + 1
    corrected = {"date": date} if date != value(act.op, "date") else {}
    return Ruling(fields={"site": post["f"]["site"], "roster": version, **corrected})


def _date(op: Op, facts: Facts) -> str:
    """The business date (I-21): as given if it begins then or, as at 24:30, on the next day; else the day it begins."""
    given, start = str(value(op, "date")), int(value(op, "start"))
    post = facts.of_kind(value(op, "post"), "post")
    zone = ZoneInfo(zone_of(facts, post["f"]["site"] if post is not None else None))
    begins = dt.datetime.fromtimestamp(start / 1000, zone).date()
    if is_date(given) and begins - dt.date.fromisoformat(given) in {dt.timedelta(0), dt.timedelta(1)}:
        return given
    return begins.isoformat()


def _taken(act: Act, facts: Facts) -> bool:
    """Whether the person has another shift at that time by now."""
    person, start, end = str(value(act.op, "person")), int(value(act.op, "start")), int(value(act.op, "end"))
    return bool(overlapping(facts, person, start, end, {act.op.head.entity}))


def _publish(act: Act, _decision: Decision, batch: Batch) -> Steps[None]:
    """The roster's new version, and the name the post's tablet may show."""
    shift = batch.facts.bodies[act.op.head.entity]
    note_version(batch, shift["f"]["team"], shift["f"]["roster"], act)
    note_badge(batch, shift)
    yield from ()


def _row(body: Body, org: str) -> Row:
    fields = body["f"]
    return (
        *(body["id"], org, fields["person"], fields["post"], fields["team"], fields["start"], fields["end"]),
        *(fields["date"], fields.get("cancelled")),
    )


def _of_team(op: Op) -> Iterable[str]:
    return [str(value(op, "team"))]


def _received(act: Act, facts: Facts) -> str | None:
    """A version that is, of a team that is: what one has seen is one's own matter."""
    team = str(value(act.op, "team"))
    known = facts.of_kind(team, "team") is not None and value(act.op, "version") <= version_of(facts, team)
    return None if known else "unknown_reference"


def _receipt(body: Body, org: str) -> Row:
    fields = body["f"]
    return (body["id"], org, body["by"], fields["team"], fields["version"], fields["received"])


def _publication(body: Body, org: str) -> Row:
    fields = body["f"]
    return (body["id"], org, fields["team"], fields["month"], fields["version"], body["by"], body["at"])
