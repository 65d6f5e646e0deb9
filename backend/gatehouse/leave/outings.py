"""Kinds of op of going out during a shift: with the direct superior's consent first (R-ATT-14)."""

from __future__ import annotations

from gatehouse.approvals.queries import (
    Rule,
    approve,
    expire,
    line_of,
    moved,
    note_line,
    note_terms,
    opened,
    refused,
    reject,
    terms_on,
    turn_of,
)
from gatehouse.db.steps import Row, Steps
from gatehouse.leave.around import load_people, prepare_decision
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse.roster.queries import stands
from gatehouse.rules.outing import OutingAsked, judge
from gatehouse.rules.verdict import Violation
from gatehouse_sync.apply import Body
from gatehouse_sync.ops import Op

MOVES = {
    "outing.approve": ("requested",),
    "outing.reject": ("requested",),
    "outing.withdraw": ("requested", "granted"),
    "outing.expire": ("requested",),
}


def register(registry: Registry) -> None:
    """Tell replication about these kinds and their table."""
    registry.handle("outing.request", Handler(refs=_shift, prepare=_prepare, rule=_request))
    steps: dict[str, Rule] = {
        "outing.approve": approve,
        "outing.reject": reject,
        "outing.withdraw": _withdraw,
        "outing.expire": expire,
    }
    for kind, rule in steps.items():
        registry.handle(kind, Handler(prepare=prepare_decision, rule=moved(MOVES, rule)))
    registry.project("outing", Projection("outing", _COLUMNS, _row))


_COLUMNS = (
    "id text",
    "org text",
    "person text",
    "shift text",
    "state text",
    "since bigint",
    "until bigint",
    "business bigint",
    "deadline bigint",
)


def _row(body: Body, org: str) -> Row:
    fields = body["f"]
    return (
        body["id"],
        org,
        fields["person"],
        fields["shift"],
        fields["state"],
        fields["since"],
        fields["until"],
        int(fields["business"]),
        fields["deadline"],
    )


def _shift(op: Op) -> list[str]:
    return [str(value(op, "shift"))]


def _prepare(op: Op, facts: Facts) -> Steps[None]:
    shift = facts.of_kind(value(op, "shift"), "shift")
    yield from load_people(facts, {op.head.actor})
    if shift is not None:
        yield from facts.load_entities({shift["f"]["site"]})
        yield from note_line(facts, op.head.actor, shift["f"]["team"], shift["f"]["site"])
        yield from note_terms(facts, {shift["f"]["team"]})


def _request(act: Act, facts: Facts) -> str | Ruling:
    op, actor = act.op, act.op.head.actor
    shift = facts.of_kind(value(op, "shift"), "shift")
    if shift is None or not stands(shift):
        return "unknown_reference"
    turn = turn_of(facts, shift)
    since = int(value(op, "since"))
    found = judge(
        OutingAsked(actor, since, int(value(op, "until")), act.t.at), turn, terms_on(facts, turn.team, turn.date)
    )
    if isinstance(found, Violation):
        return refused(found)
    fields = {"person": actor, "team": turn.team, "deadline": since}
    if not found:
        return Ruling(fields={**fields, "state": "granted"})
    if since <= facts.now:
        return Ruling(fields={**fields, "state": "expired"})
    ranks = line_of(facts, actor).at(act.t.at)
    return Ruling(fields={**fields, **opened(found, actor, ranks), "state": "requested"})


def _withdraw(act: Act, facts: Facts, outing: Body) -> str | Ruling:
    fields = outing["f"]
    if act.op.head.actor != fields["person"]:
        return "not_yours"
    if fields["state"] == "granted" and fields["since"] <= facts.now:
        return Ruling(code="leave_begun", clause="R-ATT-14", told={"start_at": fields["since"]})
    return Ruling(fields={"deciders": None, "state": "withdrawn"})
