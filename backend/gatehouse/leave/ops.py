"""Kinds of op of leave, and the table of states it moves between. The server decides in order of arrival (P20)."""

from __future__ import annotations

from typing import Any

from gatehouse.approvals.queries import (
    Rule,
    approve,
    calendar_of,
    expire,
    line_of,
    moved,
    opened,
    refused,
    reject,
    terms_on,
    zone_of,
)
from gatehouse.db.steps import Row
from gatehouse.leave import outings
from gatehouse.leave.around import (
    ends_of,
    loaded,
    others_of,
    prepare_decision,
    prepare_request,
    site_of,
    team_of,
    turns_of,
)
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse.rules import leave as rules
from gatehouse.rules.levels import Ranks, deciders
from gatehouse.rules.verdict import Violation
from gatehouse_sync.apply import Body

MOVES = {
    "leave.approve": ("requested",),
    "leave.reject": ("requested",),
    "leave.withdraw": ("requested", "granted"),
    "leave.certify": ("requested", "granted"),
    "leave.return": ("granted",),
    "leave.expire": ("requested",),
}
"""From which states each command moves a leave; from any other it is refused ``wrong_state``."""
MOST_CERTIFICATES = 20


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds and tables."""
    registry.handle("leave.request", Handler(prepare=prepare_request, rule=_request, clash=_clash))
    steps: dict[str, Rule] = {
        "leave.approve": approve,
        "leave.reject": reject,
        "leave.withdraw": _withdraw,
        "leave.certify": _certify,
        "leave.return": _return,
        "leave.expire": expire,
    }
    for kind, rule in steps.items():
        registry.handle(kind, Handler(prepare=prepare_decision, rule=moved(MOVES, rule)))
    registry.project("leave", Projection("leave_asked", _COLUMNS, _row))
    outings.register(registry)


_COLUMNS = (
    "id text",
    "org text",
    "person text",
    "team text",
    "sort text",
    "state text",
    "since bigint",
    "until bigint",
    "asked bigint",
    "deadline bigint",
    "clause text",
    "decided_by text",
    "substitute text",
    "certificate bigint",
    "due text",
    "certs text",
    "seen bigint",
)


def _row(body: Body, org: str) -> Row:
    fields = body["f"]
    return (
        body["id"],
        org,
        fields["person"],
        fields.get("team"),
        fields["sort"],
        fields["state"],
        fields["since"],
        ends_of(body),
        body["at"],
        fields["deadline"],
        fields.get("clause"),
        fields.get("decided_by"),
        fields.get("substitute"),
        int(fields.get("certificate", False)),
        fields.get("due"),
        " ".join(fields.get("certs", ())),
        fields.get("seen"),
    )


# Judging.


def _request(act: Act, facts: Facts) -> str | Ruling:
    asked = _asked(act, facts)
    found = _may_ask(act, facts, asked)
    if found is not None:
        return found
    team = team_of(facts, asked.person, asked.since)
    ranks = line_of(facts, asked.person).at(act.t.at)
    route = rules.judge(
        asked,
        turns_of(facts, asked.person),
        lambda date: terms_on(facts, team, date),
        ranks,
        others=others_of(facts, asked.person, act.op.head.entity),
        holiday=calendar_of(facts, site_of(facts, team)).statutory,
        covering=turns_of(facts, asked.substitute),
    )
    if isinstance(route, Violation):
        return refused(route)
    return Ruling(fields=_given({"person": asked.person, "team": team, **_routed(route, asked, ranks, facts.now)}))


def _may_ask(act: Act, facts: Facts, asked: rules.LeaveAsked) -> str | Ruling | None:
    """Whether the request names what exists, a span there can be, and a person one may hand it in for."""
    people = {asked.person, *(one for one in (asked.to, asked.substitute) if one is not None)}
    if not loaded(facts, people):
        return "unknown_reference"
    if not rules.is_span(asked.since, asked.until):
        return refused(rules.bad_span(asked))
    return "not_yours" if asked.by != asked.person and not _may_file(act, facts, asked.person) else None


def _routed(route: rules.Route, asked: rules.LeaveAsked, ranks: Ranks, now: int) -> dict[str, Any]:
    """The fields of a new leave: waiting on its first level, void, or too late to have any effect."""
    fields = {
        "class": route.class_,
        "days": route.days,
        "deadline": route.deadline,
        "certificate": route.certificate,
        "due": route.due,
    }
    if route.void is not None:
        return {**fields, "state": "void", "clause": route.void.clause, "why": route.void.code}
    if route.deadline <= now:
        # Asked for in time, perhaps, on a phone without network: it is on record, and has no effect (I-27, I-28).
        return {**fields, "state": "expired", "clause": "I-28"}
    return {**fields, **opened(route.levels, asked.person, ranks), "state": "requested"}


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in fields.items() if one is not None}


def _asked(act: Act, facts: Facts) -> rules.LeaveAsked:
    op = act.op
    person = str(value(op, "person") or op.head.actor)
    team = team_of(facts, person, int(value(op, "since")))
    return rules.LeaveAsked(
        person=person,
        by=op.head.actor,
        sort=value(op, "sort"),
        since=int(value(op, "since")),
        until=int(value(op, "until")),
        asked=act.t.at,
        zone=zone_of(facts, site_of(facts, team)),
        to=value(op, "to"),
        substitute=value(op, "substitute"),
    )


def _may_file(act: Act, facts: Facts, person: str) -> bool:
    """Who may hand in another's sick note: colleagues of the team, and whoever is in charge there (R-LEV-13)."""
    actor = act.op.head.actor
    team = team_of(facts, person, facts.now)
    ranks = line_of(facts, person).at(act.t.at)
    in_charge = {*ranks.supervisors, *ranks.managers, *ranks.administration, *deciders("superior", person, ranks)}
    return actor in in_charge or (team is not None and team_of(facts, actor, facts.now) == team)


def _clash(act: Act, facts: Facts) -> bool:
    """Whether the person has another leave at that time by now."""
    since, until = int(value(act.op, "since")), int(value(act.op, "until"))
    person = str(value(act.op, "person") or act.op.head.actor)
    others = others_of(facts, person, act.op.head.entity)
    return any(other.since < until and since < other.until for other in others)


def _withdraw(act: Act, facts: Facts, leave: Body) -> str | Ruling:
    """Taken back by the person, or by who handed it in; once it has begun one is back instead."""
    fields = leave["f"]
    if act.op.head.actor not in {fields["person"], leave["by"]}:
        return "not_yours"
    if fields["state"] == "granted" and fields["deadline"] <= facts.now:
        return Ruling(code="leave_begun", clause="R-LEV-08", told={"start_at": fields["deadline"]})
    return Ruling(fields={"deciders": None, "state": "withdrawn"})


def _in_charge(act: Act, facts: Facts, person: str) -> bool:
    ranks = line_of(facts, person).at(act.t.at)
    levels = (deciders(level, person, ranks) for level in ("superior", "supervisor", "manager", "administration"))
    return any(act.op.head.actor in some for some in levels)


def _certify(act: Act, facts: Facts, leave: Body) -> str | Ruling:
    """Somebody in charge has the certificate in hand; its dates add to those seen before."""
    fields, actor = leave["f"], act.op.head.actor
    if actor == fields["person"]:
        return Ruling(code="own_matter", clause="I-40")
    if not _in_charge(act, facts, fields["person"]):
        return "not_entitled"
    known = certified(leave, zone_of(facts, site_of(facts, fields.get("team"))))
    first, last = str(value(act.op, "first")), str(value(act.op, "last"))
    found = rules.certify(known, first, last)
    if found is not None:
        return refused(found)
    certs = sorted({*fields.get("certs", ()), f"{first}/{last}"})
    if len(certs) > MOST_CERTIFICATES:
        return refused(Violation("certificate_dates", "R-LEV-14"))
    return Ruling(fields={"certs": certs, "seen": act.t.at, "seen_by": actor})


def certified(leave: Body, zone: str) -> rules.Certified:
    """What a leave's record knows of its certificates."""
    fields = leave["f"]
    spans = [(first, last) for first, _, last in (one.partition("/") for one in fields.get("certs", ()))]
    return rules.Certified(fields["since"], ends_of(leave), zone, fields.get("due"), spans, fields.get("seen"))


def _return(act: Act, facts: Facts, leave: Body) -> str | Ruling:
    """Back on duty (R-LEV-08): the person says so, or somebody in charge. What is left of the leave ends there."""
    fields, actor = leave["f"], act.op.head.actor
    if actor not in {fields["person"], leave["by"]} and not _in_charge(act, facts, fields["person"]):
        return "not_yours"
    if "returned" in fields:
        return "already_done"
    if act.t.at < fields["since"]:
        return Ruling(code="leave_not_begun", clause="R-LEV-08", told={"since_at": fields["since"]})
    return Ruling(fields={"returned": act.t.at})
