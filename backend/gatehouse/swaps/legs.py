"""The legs of a swap: which shifts change hands between whom, and whether they still can."""

from __future__ import annotations

from typing import Any, NamedTuple

from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, value
from gatehouse.roster.queries import overlapping, stands
from gatehouse_sync.apply import Body

OPEN = ("requested", "accepted")


class Leg(NamedTuple):
    """A shift, the version of it that was seen, and who holds it."""

    shift: Body
    version: Any
    holder: str


def legs_asked(act: Act, facts: Facts, give: Body) -> list[Leg] | None:
    """The legs a request names, or None: giving away has one, an exchange one more, of the one colleague asked."""
    legs = [Leg(give, value(act.op, "give_ver"), act.op.head.actor)]
    asked, take = value(act.op, "asked"), facts.of_kind(value(act.op, "take"), "shift")
    if value(act.op, "mode") == "give_away":
        return legs if value(act.op, "take") is None else None
    if take is None or asked != [take["f"]["person"]]:
        return None
    return [*legs, Leg(take, value(act.op, "take_ver"), asked[0])]


def legs_of(facts: Facts, swap: Body, taker: str) -> list[Leg] | None:
    """The legs of a swap with whoever takes it, or None when one is gone."""
    fields = swap["f"]
    give, take = facts.of_kind(fields["give"], "shift"), facts.of_kind(fields.get("take"), "shift")
    if give is None or (take is None and "take" in fields):
        return None
    legs = [Leg(give, fields["give_ver"], swap["by"])]
    return legs if take is None else [*legs, Leg(take, fields.get("take_ver"), taker)]


def as_seen(legs: list[Leg], now: int) -> str | None:
    """Whether every leg is still the shift that was seen, its holder's, and not begun."""
    for shift, version, holder in legs:
        if stands(shift) and shift["f"]["start"] <= now:
            return "shift_started"
        if not stands(shift) or shift["ver"] != version or shift["f"]["person"] != holder:
            return "shift_changed"
    return None


def holds(facts: Facts, swap: Body, taker: str) -> str | None:
    """Whether the swap can still be carried out, for both people and both legs."""
    legs = legs_of(facts, swap, taker)
    if legs is None:
        return "shift_changed"
    code = as_seen(legs, facts.now)
    if code is not None:
        return code
    moving = {shift["id"] for shift, _, _ in legs}
    for shift, _, holder in legs:
        new = taker if holder == swap["by"] else swap["by"]
        if not available(facts, new, swap["f"]["team"], shift["f"]["start"]):
            return "not_available"
        if overlapping(facts, new, shift["f"]["start"], shift["f"]["end"], moving):
            return "overlap"
    return None


def available(facts: Facts, person: str, team: str, start: int) -> bool:
    """Whether somebody is of the team now and still here when the shift begins."""
    known = facts.people.get(person)
    return (
        known is not None and known.team_at(facts.now) == team and (known.dismissed is None or start < known.dismissed)
    )


def rivals(facts: Facts, swap: Body) -> list[Body]:
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


def owes(swap: Body) -> bool:
    """Whether a shift is still to be given back for it: given away without one, and neither repaid nor let go."""
    fields = swap["f"]
    return fields["state"] == "approved" and fields["mode"] == "give_away" and not {"repays", "repaid"} & fields.keys()
