"""``swap.request``: a shift of one's own is offered, against one of a colleague's or for nothing yet."""

from __future__ import annotations

from gatehouse.db.steps import Steps
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Ruling, value
from gatehouse.swaps import judge, weigh
from gatehouse.swaps.legs import Leg, as_seen, available, legs_asked, owes
from gatehouse.swaps.weigh import Matter
from gatehouse_sync.apply import Body
from gatehouse_sync.ops import Op


def prepare_request(op: Op, facts: Facts) -> Steps[None]:
    """Load whoever is asked, and what the rules look at."""
    asked = _asked(op)
    yield from facts.load_actors(set(asked), set())
    legs = [body for name in ("give", "take") if (body := facts.of_kind(value(op, name), "shift")) is not None]
    yield from weigh.load(facts, {op.head.actor, *(asked if len(asked) == 1 else [])}, legs)


def request(act: Act, facts: Facts) -> str | Ruling:
    """Whether it may be asked for; a single colleague is judged with it, of several each when they say yes."""
    head, asked = act.op.head, _asked(act.op)
    legs = _askable(act, facts, asked)
    if isinstance(legs, str):
        return legs
    give, take = legs[0].shift, legs[1].shift if len(legs) > 1 else None
    taker = asked[0] if len(asked) == 1 else None
    matter = Matter(head.id, head.actor, act.t.at, give, taker, take, value(act.op, "repays"), fresh=True)
    deadline = min(leg.shift["f"]["start"] for leg in legs)
    fields = {"deadline": deadline, "state": "requested", "team": give["f"]["team"], **judge.asked(facts, matter)}
    return judge.forbidden(facts, matter) or Ruling(fields=fields)


def _askable(act: Act, facts: Facts, asked: list[str]) -> str | list[Leg]:
    """The legs, as they are and were seen, or the code of what is not so."""
    actor, give = act.op.head.actor, facts.of_kind(value(act.op, "give"), "shift")
    if give is None:
        return "unknown_reference"
    code, legs = _offered(facts, give, actor, asked), legs_asked(act, facts, give)
    if code is not None or legs is None:
        return code or "unknown_reference"
    if any(not available(facts, actor, give["f"]["team"], leg.shift["f"]["start"]) for leg in legs[1:]):
        return "not_available"
    return as_seen(legs, facts.now) or _not_owed(act, facts, asked) or legs


def _offered(facts: Facts, give: Body, actor: str, asked: list[str]) -> str | None:
    """One's own shift, to colleagues of its team."""
    if give["f"]["person"] != actor:
        return "not_yours"
    if actor in asked:
        return "own_matter"
    strangers = [one for one in asked if one not in facts.people]
    team = give["f"]["team"]
    return "not_asked" if strangers or any(facts.people[one].team_at(facts.now) != team for one in asked) else None


def _asked(op: Op) -> list[str]:
    asked = value(op, "asked")
    return asked if isinstance(asked, list) else []


def _not_owed(act: Act, facts: Facts, asked: list[str]) -> str | None:
    """A repay names a swap of the two that is in effect, went the other way, and got nothing back yet (I-42)."""
    if value(act.op, "repays") is None:
        return None
    debt = facts.of_kind(value(act.op, "repays"), "swap")
    if debt is None or value(act.op, "mode") != "give_away" or asked != [debt["by"]]:
        return "unknown_reference"
    if debt["f"].get("accepted_by") != act.op.head.actor:
        return "not_yours"
    return None if owes(debt) else "already_done"
