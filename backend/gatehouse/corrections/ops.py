"""Kinds of op of corrections, and the table of states they move between; ``outage.declare``.

An approved correction is a fact of its own: no punch is ever changed (R-COR-05).
"""

from __future__ import annotations

from gatehouse.approvals.queries import (
    Rule,
    approve,
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
from gatehouse.corrections import outages
from gatehouse.db.steps import Query, Row, Steps
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse.roster.queries import LONGEST_MS, load_shifts, stands
from gatehouse.rules import correction as rules
from gatehouse.rules.facts import Punch
from gatehouse.rules.lacking import lacks
from gatehouse.rules.verdict import Violation
from gatehouse_sync.apply import Body
from gatehouse_sync.ops import Op

MOVES = {
    "correction.approve": ("requested",),
    "correction.reject": ("requested",),
    "correction.withdraw": ("requested",),
    "correction.moot": ("requested", "granted", "rejected"),
}
"""From which states each command moves a correction; from any other it is refused ``wrong_state``."""
COUNTED = ("requested", "granted", "rejected")
"""States that use the month's cap: every application does but those taken back, and those whose punch came (I-24)."""


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds and tables."""
    registry.handle("correction.request", Handler(refs=_shift, prepare=_prepare_request, rule=_request, clash=_clash))
    steps: dict[str, Rule] = {
        "correction.approve": approve,
        "correction.reject": reject,
        "correction.withdraw": _withdraw,
        "correction.moot": _moot,
    }
    for kind, rule in steps.items():
        registry.handle(kind, Handler(prepare=_prepare, rule=moved(MOVES, rule)))
    registry.project("correction", Projection("correction", _COLUMNS, _row))
    outages.register(registry)


_COLUMNS = (
    "id text",
    "org text",
    "person text",
    "shift text",
    "direction text",
    "segment bigint",
    "claimed bigint",
    "asked bigint",
    "month text",
    "state text",
    "post text",
    "decided_by text",
)


def _row(body: Body, org: str) -> Row:
    fields = body["f"]
    return (
        body["id"],
        org,
        fields["person"],
        fields["shift"],
        fields["direction"],
        fields.get("segment", 0),
        fields["claimed"],
        body["at"],
        fields["month"],
        fields["state"],
        fields["post"],
        fields.get("decided_by"),
    )


# Loading.


def _shift(op: Op) -> list[str]:
    return [str(value(op, "shift"))]


def _prepare_request(op: Op, facts: Facts) -> Steps[None]:
    """Load the shift's punches, and the person's applications of that month."""
    shift = facts.of_kind(value(op, "shift"), "shift")
    if shift is None:
        return
    fields, person = shift["f"], op.head.actor
    rows = yield Query(
        "SELECT id FROM correction WHERE person = ? AND (month = ? OR shift = ?)",
        (person, fields["date"][:7], shift["id"]),
    )
    yield from facts.load_entities({row[0] for row in rows})
    yield from _load_around(facts, person, fields["team"], fields["site"])
    turn = turn_of(facts, shift)
    since, until = rules.window(turn, terms_on(facts, turn.team, turn.date))
    rows = yield Query(
        "SELECT id FROM punch WHERE person = ? AND punched >= ? AND punched <= ?", (person, since, until)
    )
    yield from facts.load_entities({row[0] for row in rows})
    yield from load_shifts(facts, {person}, since - LONGEST_MS, until)
    yield from facts.load_entities({body["f"]["site"] for body in facts.bodies.values() if body["kind"] == "shift"})


def _load_around(facts: Facts, person: str, team: str | None, site: str | None) -> Steps[None]:
    yield from facts.load_actors({person}, set())
    yield from facts.load_entities({person, *([site] if site is not None else [])})
    yield from note_line(facts, person, team, site)
    yield from note_terms(facts, {team})


def _prepare(op: Op, facts: Facts) -> Steps[None]:
    body = facts.of_kind(op.head.entity, "correction")
    if body is None:
        return
    fields, punch = body["f"], value(op, "punch")
    yield from facts.load_entities({fields["shift"], *([punch] if isinstance(punch, str) else [])})
    shift = facts.of_kind(fields["shift"], "shift")
    # After a restore the shift may come back later than what was said about its punch.
    site = shift["f"]["site"] if shift is not None else None
    yield from _load_around(facts, fields["person"], fields.get("team"), site)


# Judging.


def _request(act: Act, facts: Facts) -> str | Ruling:
    op, actor = act.op, act.op.head.actor
    shift = facts.of_kind(value(op, "shift"), "shift")
    if shift is None or not stands(shift):
        return "unknown_reference"
    turn = turn_of(facts, shift)
    terms = terms_on(facts, turn.team, turn.date)
    direction, segment = value(op, "direction"), int(value(op, "segment") or 0)
    asked = rules.CorrectionAsked(actor, direction, int(value(op, "claimed")), act.t.at, segment)
    mine = _applied(act, facts, shift)
    applied = rules.Applied(
        used=sum(body["f"]["month"] == turn.date[:7] and body["f"]["state"] in COUNTED for body in mine),
        same=any(_same(body, act) for body in mine),
        punched=not _lacks(facts, asked, shift),
    )
    found = rules.judge(asked, turn, terms, applied)
    if isinstance(found, Violation):
        return refused(found)
    due = rules.due_of(turn, asked.direction, segment, terms)
    fields = {"person": actor, "team": turn.team, "post": turn.post, "date": turn.date, "month": turn.date[:7]}
    ranks = line_of(facts, actor).at(act.t.at)
    return Ruling(fields={**fields, "due": due, **opened(found, actor, ranks), "state": "requested"})


def _applied(act: Act, facts: Facts, shift: Body) -> list[Body]:
    """Other applications of the person, of those loaded: of that month, and for that shift."""
    person = shift["f"]["person"]
    return [
        body
        for id_, body in facts.bodies.items()
        if body["kind"] == "correction" and body["f"]["person"] == person and id_ != act.op.head.entity
    ]


def _same(body: Body, act: Act) -> bool:
    """Whether an application for that very punch is open or granted."""
    fields, op = body["f"], act.op
    if fields["state"] not in {"requested", "granted"}:
        return False
    named = (value(op, "shift"), value(op, "direction"), int(value(op, "segment") or 0))
    return (fields["shift"], fields["direction"], fields.get("segment", 0)) == named


def _lacks(facts: Facts, asked: rules.CorrectionAsked, shift: Body) -> bool:
    """Whether the punch that is said to be missing is, by what had been pressed when it was asked for."""
    turn = turn_of(facts, shift)
    others = [
        turn_of(facts, body)
        for body in facts.bodies.values()
        if body["kind"] == "shift" and stands(body) and body["f"]["person"] == asked.by
    ]
    punches = [
        Punch(
            body["id"],
            asked.by,
            body["f"]["direction"],
            body["f"]["punched"],
            body["f"]["punched"],
            body["f"]["punched"],
            body["f"]["punched"],
            shift=body["f"].get("shift"),
        )
        for body in facts.bodies.values()
        if body["kind"] == "punch" and body["by"] == asked.by and body["f"]["punched"] <= asked.asked
    ]
    return lacks(turn, asked.direction, asked.segment, others, punches, terms_on(facts, turn.team, turn.date))


def _clash(act: Act, facts: Facts) -> bool:
    """Whether there is another application for that very punch by now."""
    shift = facts.of_kind(value(act.op, "shift"), "shift")
    return shift is not None and any(_same(body, act) for body in _applied(act, facts, shift))


def _withdraw(act: Act, _facts: Facts, correction: Body) -> str | Ruling:
    if act.op.head.actor != correction["f"]["person"]:
        return "not_yours"
    return Ruling(fields={"deciders": None, "state": "withdrawn"})


def _moot(act: Act, facts: Facts, _correction: Body) -> str | Ruling:
    """The server's own act: the real punch has come (I-56)."""
    if not act.by_server:
        return "not_entitled"
    if facts.of_kind(value(act.op, "punch"), "punch") is None:
        return "unknown_reference"
    return Ruling(fields={"deciders": None, "state": "moot"})
