"""Kinds of op of a shift swap, and the table of states they move between.

The server decides in order of arrival (P20); the loser of a race learns from ``because`` who moved the swap, when and
to what. An approval changes both shifts, and declines rival swaps of the same shifts, in its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from gatehouse.db.steps import Query, Row, Steps
from gatehouse.replication.batch import Batch
from gatehouse.replication.facts import Facts, badge_id
from gatehouse.replication.grants import RoleFacts, held
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse.roster.queries import (
    LONGEST_MS,
    load_shifts,
    note_shifts,
    note_version,
    overlapping,
    roster_id,
    stands,
    version_of,
)
from gatehouse_sync.apply import Body
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op

OPEN = ("requested", "accepted")
MOVES = {
    "swap.accept": ("requested",),
    "swap.decline": ("requested",),
    "swap.withdraw": OPEN,
    "swap.approve": ("accepted",),
    "swap.reject": OPEN,
    "swap.expire": OPEN,
}
"""From which states each command moves a swap; from any other it is refused ``wrong_state``."""

Rule = Callable[[Act, Facts, Body], str | Ruling]


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds and table."""
    registry.handle("swap.request", Handler(refs=_legs_named, prepare=_prepare_request, rule=_request))
    rules: dict[str, Rule] = {
        "swap.accept": _accept,
        "swap.decline": _decline,
        "swap.withdraw": _withdraw,
        "swap.approve": _approve,
        "swap.reject": _reject,
        "swap.expire": _expire,
    }
    for kind, rule in rules.items():
        effect = _publish if kind == "swap.approve" else None
        registry.handle(kind, Handler(prepare=_prepare, rule=_moved(rule), effect=effect))
    registry.project(
        "swap",
        Projection(
            "swap",
            ("id text", "org text", "give text", "take text", "state text", "deadline bigint"),
            lambda body, org: (body["id"], org, *_columns(body)),
        ),
    )


def _columns(body: Body) -> Row:
    fields = body["f"]
    return fields["give"], fields.get("take"), fields["state"], fields["deadline"]


# Loading.


def _legs_named(op: Op) -> Iterable[str]:
    return [one for name in ("give", "take") if isinstance(one := value(op, name), str)]


def _prepare_request(op: Op, facts: Facts) -> Steps[None]:
    asked = value(op, "asked")
    yield from facts.load_actors(set(asked) if isinstance(asked, list) else set(), set())


def _prepare(op: Op, facts: Facts) -> Steps[None]:
    """Load both legs, whoever could end up with them, rival swaps, the rosters and the tablets' names."""
    swap = facts.of_kind(op.head.entity, "swap")
    if swap is None:
        return
    fields = swap["f"]
    legs = {one for name in ("give", "take") if isinstance(one := fields.get(name), str)}
    yield from facts.load_entities(legs)
    shifts = [body for leg in legs if (body := facts.of_kind(leg, "shift")) is not None]
    people = {swap["by"], op.head.actor} | {fields[name] for name in ("accepted_by",) if name in fields}
    # First the people: an approval that comes free beside this one does not take its turn, and may be giving one of
    # them a shift whose row does not yet say so.
    yield from facts.load_entities(people)
    for shift in shifts:
        yield from load_shifts(facts, people, shift["f"]["start"] - LONGEST_MS, shift["f"]["end"] + LONGEST_MS)
    rivals = yield Query(
        "SELECT id FROM swap WHERE org = ? AND state IN ('requested', 'accepted') "
        "AND (give = ANY(?*) OR take = ANY(?*))",
        (facts.org, legs, legs),
    )
    rosters = {roster_id(shift["f"]["team"]) for shift in shifts}
    badges = {badge_id(shift["f"]["post"], person) for shift in shifts for person in people}
    yield from facts.load_entities({row[0] for row in rivals} | rosters | badges)
    yield from facts.load_actors(people, set())


# Judging.


def _request(act: Act, facts: Facts) -> str | Ruling:
    head, asked = act.op.head, value(act.op, "asked")
    give = facts.of_kind(value(act.op, "give"), "shift")
    if give is None:
        return "unknown_reference"
    if give["f"]["person"] != head.actor:
        return "not_yours"
    team = give["f"]["team"]
    if head.actor in asked or any(
        one not in facts.people or facts.people[one].team_at(facts.now) != team for one in asked
    ):
        return "own_matter" if head.actor in asked else "not_asked"
    legs = _legs_asked(act, facts, give)
    if legs is None:
        return "unknown_reference"
    if len(legs) > 1 and not _available(facts, head.actor, team, legs[1][0]["f"]["start"]):
        return "not_available"
    deadline = min(shift["f"]["start"] for shift, _, _ in legs)
    return _as_seen(legs, facts.now) or Ruling(fields={"deadline": deadline, "state": "requested", "team": team})


def _legs_asked(act: Act, facts: Facts, give: Body) -> list[tuple[Body, Any, str]] | None:
    """The legs a request names, or None: giving away has one, an exchange one more, of the one colleague asked."""
    legs = [(give, value(act.op, "give_ver"), act.op.head.actor)]
    asked, take = value(act.op, "asked"), facts.of_kind(value(act.op, "take"), "shift")
    if value(act.op, "mode") == "give_away":
        return legs if value(act.op, "take") is None else None
    if take is None or asked != [take["f"]["person"]]:
        return None
    return [*legs, (take, value(act.op, "take_ver"), asked[0])]


def _as_seen(legs: list[tuple[Body, Any, str]], now: int) -> str | None:
    """Whether every leg is still the shift that was seen, its holder's, and not begun."""
    for shift, version, holder in legs:
        if stands(shift) and shift["f"]["start"] <= now:
            return "shift_started"
        if not stands(shift) or shift["ver"] != version or shift["f"]["person"] != holder:
            return "shift_changed"
    return None


def _moved(rule: Rule) -> Callable[[Act, Facts], str | Ruling]:
    """The rule of a command, asked only in the states it moves from."""

    def judge(act: Act, facts: Facts) -> str | Ruling:
        swap = facts.bodies[act.op.head.entity]
        if swap["f"]["state"] not in MOVES[act.op.head.kind]:
            actor, at, op = swap.get("w", {}).get("state", (swap["by"], swap["at"], swap["id"]))
            return Ruling(code="wrong_state", because=(swap["f"]["state"], actor, at, op))
        return rule(act, facts, swap)

    return judge


def _legs(facts: Facts, swap: Body, taker: str) -> list[tuple[Body, Any, str]] | None:
    """``[(shift, version seen, holder]`` of a swap, or None when one is gone."""
    fields = swap["f"]
    give, take = facts.of_kind(fields["give"], "shift"), facts.of_kind(fields.get("take"), "shift")
    if give is None or (take is None and "take" in fields):
        return None
    legs = [(give, fields["give_ver"], swap["by"])]
    return legs if take is None else [*legs, (take, fields.get("take_ver"), taker)]


def _holds(facts: Facts, swap: Body, taker: str) -> str | None:
    """Whether the swap can still be carried out, for both people and both legs."""
    legs = _legs(facts, swap, taker)
    if legs is None:
        return "shift_changed"
    code = _as_seen(legs, facts.now)
    if code is not None:
        return code
    moving = {shift["id"] for shift, _, _ in legs}
    for shift, _, holder in legs:
        new = taker if holder == swap["by"] else swap["by"]
        if not _available(facts, new, swap["f"]["team"], shift["f"]["start"]):
            return "not_available"
        if overlapping(facts, new, shift["f"]["start"], shift["f"]["end"], moving):
            return "overlap"
    return None


def _available(facts: Facts, person: str, team: str, start: int) -> bool:
    """Whether somebody is of the team now and still here when the shift begins."""
    known = facts.people.get(person)
    return (
        known is not None and known.team_at(facts.now) == team and (known.dismissed is None or start < known.dismissed)
    )


def _accept(act: Act, facts: Facts, swap: Body) -> str | Ruling:
    actor, fields = act.op.head.actor, swap["f"]
    if actor == swap["by"]:
        return "own_matter"
    asked = actor in fields["asked"] if fields["asked"] else facts.people[actor].team_at(facts.now) == fields["team"]
    if not asked or actor in fields.get("declined", ()):
        return "not_asked"
    return _holds(facts, swap, actor) or Ruling(fields={"accepted_by": actor, "state": "accepted"})


def _decline(act: Act, _facts: Facts, swap: Body) -> str | Ruling:
    actor, fields = act.op.head.actor, swap["f"]
    if actor not in fields["asked"]:
        return "not_asked"
    declined = sorted({*fields.get("declined", ()), actor})
    # The state is written by who moves it: whoever is told of a swap still open learns who asked for it.
    moved = {"state": "declined"} if declined == sorted(fields["asked"]) else {}
    return Ruling(fields={"declined": declined, **moved})


def _withdraw(act: Act, _facts: Facts, swap: Body) -> str | Ruling:
    return Ruling(fields={"state": "withdrawn"}) if act.op.head.actor == swap["by"] else "not_yours"


def _decided(act: Act, facts: Facts, swap: Body) -> str | Ruling:
    """The team's supervisor, a dated deputy, or who runs the site; never in a matter of one's own.

    A rival swap of the same shifts is one's own matter too: it stands or falls with this one.
    """
    actor = act.op.head.actor
    if any(actor in {one["by"], one["f"].get("accepted_by")} for one in [swap, *_rivals(facts, swap)]):
        return "own_matter"
    allowed, doubt = held(_in_charge(facts, swap, actor), act.t)
    if not allowed:
        return "not_entitled"
    flags = ("role_straddle",) if doubt and act.t.class_ != "unanchored" else ()
    return Ruling(fields={"decided_by": actor}, flags=flags)


def _in_charge(facts: Facts, swap: Body, actor: str) -> list[RoleFacts]:
    """The actor's roles, whenever they hold, that decide about this swap."""
    team, give = swap["f"]["team"], facts.of_kind(swap["f"]["give"], "shift")
    site = give["f"]["site"] if give is not None else None
    return [
        role
        for role in facts.people[actor].roles
        if (role.role == "supervisor" and role.team == team)
        or (role.role in {"manager", "admin"} and role.site in {None, site})
    ]


def _approve(act: Act, facts: Facts, swap: Body) -> str | Ruling:
    taker = swap["f"]["accepted_by"]
    decided = _decided(act, facts, swap)
    if isinstance(decided, str):
        return decided
    code = _holds(facts, swap, taker)
    if code is not None:
        return code
    also: dict[str, dict[str, Any]] = {}
    for shift, _, holder in _legs(facts, swap, taker) or []:
        new = taker if holder == swap["by"] else swap["by"]
        version = version_of(facts, shift["f"]["team"]) + 1
        also[shift["id"]] = {"person": new, "roster": version, "swap": swap["id"]}
    for rival in _rivals(facts, swap):
        also[rival["id"]] = {**decided.fields, "state": "declined"}
    return msgspec.structs.replace(decided, fields={**decided.fields, "state": "approved"}, also=also)


def _rivals(facts: Facts, swap: Body) -> list[Body]:
    """Open swaps, other than this one, that move one of the same shifts."""
    legs = {swap["f"]["give"], swap["f"].get("take")} - {None}
    return [
        body
        for id_, body in facts.bodies.items()
        if body["kind"] == "swap"
        and id_ != swap["id"]
        and body["f"]["state"] in OPEN
        and legs & {body["f"]["give"], body["f"].get("take")}
    ]


def _reject(act: Act, facts: Facts, swap: Body) -> str | Ruling:
    decided = _decided(act, facts, swap)
    if isinstance(decided, str):
        return decided
    return msgspec.structs.replace(decided, fields={**decided.fields, "state": "rejected"})


def _expire(act: Act, facts: Facts, swap: Body) -> str | Ruling:
    if not act.by_server:
        return "not_entitled"
    return Ruling(fields={"state": "expired"}) if swap["f"]["deadline"] <= facts.now else "already_done"


def _publish(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    """One new roster version for both legs, and names for the tablets of both posts."""
    shifts = [body for id_ in decision.also if (body := batch.facts.bodies[id_])["kind"] == "shift"]
    yield from batch.facts.load_entities({roster_id(body["f"]["team"]) for body in shifts})
    for body in shifts:
        note_version(batch, body["f"]["team"], body["f"]["roster"], act)
    yield from note_shifts(batch, shifts)
