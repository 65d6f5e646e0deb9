"""``punch.record``: a fact, never refused for its content, only flagged (design §4; I-43 by construction)."""

from __future__ import annotations

from collections.abc import Iterable

from gatehouse.db.steps import Row
from gatehouse.replication.facts import Facts, badge_id
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse_sync.apply import Body
from gatehouse_sync.ops import Op


def register(registry: Registry) -> None:
    """Tell replication about this feature's kind and table."""
    registry.handle("punch.record", Handler(looks=_looks, rule=_rule))
    registry.project(
        "punch",
        Projection(
            "punch",
            ("id text", "org text", "person text", "post text", "shift text", "direction text", "punched bigint"),
            _row,
        ),
    )


def _looks(op: Op) -> Iterable[str]:
    post = value(op, "post")
    named = [post, value(op, "shift")]
    return [one for one in named if isinstance(one, str)] + [badge_id(str(post), op.head.actor)]


def _rule(act: Act, facts: Facts) -> str | Ruling | None:
    """Who punches is the actor and nobody else. The row says how sure its time is, for whoever confirms it."""
    team = _team(act, facts)
    fields = {"sure": act.t.class_, "earliest": act.t.earliest, "latest": act.t.latest}
    return Ruling(fields=fields if team is None else {**fields, "team": team}, flags=tuple(_flags(act, facts)))


def _team(act: Act, facts: Facts) -> str | None:
    """Whose supervisor confirms it: the team's for which the shift is worked, else the person's own."""
    shift = facts.of_kind(value(act.op, "shift"), "shift")
    if shift is not None and shift["f"]["person"] == act.op.head.actor:
        return str(shift["f"]["team"])
    person = facts.people.get(act.op.head.actor)
    return person.team_at(facts.now) if person is not None else None


def _flags(act: Act, facts: Facts) -> Iterable[str]:
    post = facts.of_kind(value(act.op, "post"), "post")
    if post is None or post["f"]["site"] != value(act.op, "site"):
        yield "post_unknown"
    named = value(act.op, "shift")
    shift = facts.of_kind(named, "shift")
    if named is None:
        yield "no_shift"
    elif shift is None or shift["f"]["person"] != act.op.head.actor:
        yield "not_own_shift"


def _row(body: Body, org: str) -> Row:
    fields = body["f"]
    return (body["id"], org, body["by"], fields["post"], fields.get("shift"), fields["direction"], fields["punched"])
