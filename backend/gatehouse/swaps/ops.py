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
from gatehouse.roster.queries import LONGEST_MS, load_shifts, note_shifts, note_version, roster_id, version_of
from gatehouse.swaps import judge, weigh
from gatehouse.swaps.legs import OPEN, holds, legs_of, owes, rivals
from gatehouse.swaps.request import prepare_request, request
from gatehouse_sync.apply import Body
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op

MOVES = {
    "swap.accept": ("requested",),
    "swap.decline": ("requested",),
    "swap.withdraw": OPEN,
    "swap.approve": ("accepted",),
    "swap.reject": OPEN,
    "swap.expire": OPEN,
    "swap.brief": (*OPEN, "approved"),
    "swap.settle": ("approved",),
}
"""From which states each command moves a swap; from any other it is refused ``wrong_state``."""

Rule = Callable[[Act, Facts, Body], str | Ruling]
_COLUMNS = ("give", "take", "state", "deadline", "accepted_by", "team", "month", "mode", "repays", "repaid")


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds and table."""
    registry.handle("swap.request", Handler(refs=_named, prepare=prepare_request, rule=request))
    rules: dict[str, Rule] = {
        "swap.accept": _accept,
        "swap.decline": _decline,
        "swap.withdraw": _withdraw,
        "swap.approve": _approve,
        "swap.reject": _reject,
        "swap.expire": _expire,
        "swap.brief": _brief,
        "swap.settle": _settle,
    }
    for kind, rule in rules.items():
        # An acceptance puts it into effect by itself where the regulation says so.
        effect = _publish if kind in {"swap.accept", "swap.approve"} else None
        registry.handle(kind, Handler(prepare=_prepare, rule=_moved(rule), effect=effect))
    registry.project(
        "swap",
        Projection(
            "swap",
            (
                "id text",
                "org text",
                "person text",
                *(f"{name} {'bigint' if name == 'deadline' else 'text'}" for name in _COLUMNS),
            ),
            lambda body, org: (body["id"], org, body["by"], *_columns(body)),
        ),
    )


def _columns(body: Body) -> Row:
    return tuple(body["f"].get(name) for name in _COLUMNS)


# Loading.


def _named(op: Op) -> Iterable[str]:
    return [one for name in ("give", "take", "repays") if isinstance(one := value(op, name), str)]


def _prepare(op: Op, facts: Facts) -> Steps[None]:
    """Load both legs, whoever could end up with them, rival swaps, the rosters, tablets' names, what rules look at."""
    swap = facts.of_kind(op.head.entity, "swap")
    if swap is None:
        return
    fields = swap["f"]
    legs = {one for name in ("give", "take") if isinstance(one := fields.get(name), str)}
    yield from facts.load_entities(legs | ({fields["repays"]} if "repays" in fields else set()))
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
    if op.head.kind in {"swap.accept", "swap.approve"}:
        yield from weigh.load(facts, people, shifts)
        yield from weigh.load_cover(facts, shifts)


# Judging.


def _moved(rule: Rule) -> Callable[[Act, Facts], str | Ruling]:
    """The rule of a command, asked only in the states it moves from."""

    def judged(act: Act, facts: Facts) -> str | Ruling:
        swap = facts.bodies[act.op.head.entity]
        if swap["f"]["state"] not in MOVES[act.op.head.kind]:
            actor, at, op = swap.get("w", {}).get("state", (swap["by"], swap["at"], swap["id"]))
            return Ruling(code="wrong_state", because=(swap["f"]["state"], actor, at, op))
        return rule(act, facts, swap)

    return judged


def _accept(act: Act, facts: Facts, swap: Body) -> str | Ruling:
    actor, fields = act.op.head.actor, swap["f"]
    if actor == swap["by"]:
        return "own_matter"
    asked = actor in fields["asked"] if fields["asked"] else facts.people[actor].team_at(facts.now) == fields["team"]
    if not asked or actor in fields.get("declined", ()):
        return "not_asked"
    stopped = _stopped(facts, swap, actor)
    if stopped is not None:
        return stopped
    matter = judge.matter_of(facts, swap, actor)
    said = {"accepted_by": actor, **(judge.weighed(facts, matter) if matter is not None else {})}
    if matter is None or not judge.at_once(facts, matter):
        return Ruling(fields={**said, "state": "accepted"})
    also = _in_effect(facts, swap, actor, actor)
    return Ruling(fields={**said, "state": "approved"}, also=also)


def _stopped(facts: Facts, swap: Body, taker: str) -> str | Ruling | None:
    """What keeps the swap from being carried out: what is so, then what the regulation says."""
    code = holds(facts, swap, taker) or _repaid(facts, swap)
    matter = judge.matter_of(facts, swap, taker) if code is None else None
    return judge.forbidden(facts, matter) if matter is not None else code


def _repaid(facts: Facts, swap: Body) -> str | None:
    """Whether what it repays was repaid meanwhile."""
    debt = facts.of_kind(swap["f"].get("repays"), "swap")
    return "already_done" if debt is not None and "repaid" in debt["f"] else None


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
    if any(actor in {one["by"], one["f"].get("accepted_by")} for one in [swap, *rivals(facts, swap)]):
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
    stopped = _stopped(facts, swap, taker)
    if stopped is not None:
        return stopped
    matter = judge.matter_of(facts, swap, taker)
    unreasoned = judge.approval(act, facts, matter) if matter is not None else None
    if unreasoned is not None:
        return unreasoned
    also = _in_effect(facts, swap, taker, act.op.head.actor)
    return msgspec.structs.replace(decided, fields={**decided.fields, "state": "approved"}, also=also)


def _in_effect(facts: Facts, swap: Body, taker: str, by: str) -> dict[str, dict[str, Any]]:
    """What changes with a swap that takes effect: both shifts, its rivals, and the debt that it repays (I-42)."""
    also: dict[str, dict[str, Any]] = {}
    for shift, _, holder in legs_of(facts, swap, taker) or []:
        new = taker if holder == swap["by"] else swap["by"]
        version = version_of(facts, shift["f"]["team"]) + 1
        also[shift["id"]] = {"person": new, "roster": version, "swap": swap["id"]}
    for rival in rivals(facts, swap):
        also[rival["id"]] = {"decided_by": by, "state": "declined"}
    debt = facts.of_kind(swap["f"].get("repays"), "swap")
    if debt is not None:
        also[debt["id"]] = {"repaid": swap["id"]}
    return also


def _reject(act: Act, facts: Facts, swap: Body) -> str | Ruling:
    decided = _decided(act, facts, swap)
    if isinstance(decided, str):
        return decided
    return msgspec.structs.replace(decided, fields={**decided.fields, "state": "rejected"})


def _expire(act: Act, facts: Facts, swap: Body) -> str | Ruling:
    if not act.by_server:
        return "not_entitled"
    return Ruling(fields={"state": "expired"}) if swap["f"]["deadline"] <= facts.now else "already_done"


def _brief(act: Act, _facts: Facts, swap: Body) -> str | Ruling:
    """Either of the two notes what the other must know (R-SWP-03, R-SWP-17)."""
    return Ruling() if act.op.head.actor in {swap["by"], swap["f"].get("accepted_by")} else "not_yours"


def _settle(act: Act, facts: Facts, swap: Body) -> str | Ruling:
    """Whoever took a shift and got none back lets it go, or who is in charge says that it is settled (I-42)."""
    fields, actor = swap["f"], act.op.head.actor
    if not owes(swap):
        return "already_done"
    if actor != fields["accepted_by"] and (actor == swap["by"] or not held(_in_charge(facts, swap, actor), act.t)[0]):
        return "not_yours"
    return Ruling(fields={"repaid": act.op.head.id})


def _publish(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    """One new roster version for both legs, and names for the tablets of both posts."""
    shifts = [body for id_ in decision.also if (body := batch.facts.bodies[id_])["kind"] == "shift"]
    yield from batch.facts.load_entities({roster_id(body["f"]["team"]) for body in shifts})
    for body in shifts:
        note_version(batch, body["f"]["team"], body["f"]["roster"], act)
    yield from note_shifts(batch, shifts)
