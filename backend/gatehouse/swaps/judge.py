"""What the regulation makes of a swap at each of its steps: asked for, accepted, approved (I-46: judged at each)."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Ruling
from gatehouse.rules import parameters as p
from gatehouse.rules import swap as rules
from gatehouse.rules.swap import Cover, SwapCase
from gatehouse.swaps import weigh
from gatehouse.swaps.terms import statutory, terms_on
from gatehouse.swaps.weigh import Matter
from gatehouse_sync.apply import Body


def matter_of(facts: Facts, swap: Body, taker: str | None) -> Matter | None:
    """A swap on record with whoever takes it; None when one of its shifts is gone."""
    fields = swap["f"]
    give, take = facts.of_kind(fields["give"], "shift"), facts.of_kind(fields.get("take"), "shift")
    if give is None or (take is None and "take" in fields):
        return None
    return Matter(swap["id"], swap["by"], swap["at"], give, taker, take, fields.get("repays"))


def forbidden(facts: Facts, matter: Matter) -> Ruling | None:
    """The refusal that the regulation demands, or None."""
    found = rules.check(
        weigh.case_of(facts, matter), partial(terms_on, facts), partial(statutory, facts, matter.give["f"]["site"])
    )
    return weigh.refused(found) if found is not None else None


def asked(facts: Facts, matter: Matter) -> dict[str, Any]:
    """What is written into a request: the month it counts in, and where it stands in the month's quota."""
    standing = rules.quota(weigh.case_of(facts, matter), partial(terms_on, facts))
    fields: dict[str, Any] = {"month": matter.give["f"]["date"][:7]}
    return fields if standing.cap is None else {**fields, "nth": standing.nth, "cap": standing.cap}


def weighed(facts: Facts, matter: Matter) -> dict[str, Any]:
    """What whoever decides must see: cover on the legs' posts before and after, and what speaks against it."""
    case = _with_cover(facts, matter)
    cover = [[one.post, one.before, one.after, one.least] for one in case.covers]
    against = [[one.key, one.clause, one.facts] for one in rules.warnings(case, partial(terms_on, facts))]
    return {"weighed": {"against": against, "cover": cover}}


def approval(act: Act, facts: Facts, matter: Matter) -> Ruling | None:
    """The refusal of an approval without the written reason it needs, or None (R-SCH-14)."""
    reasoned = bool(str((act.op.private or {}).get("note", "")).strip())
    found = rules.approval(_with_cover(facts, matter), reasoned=reasoned)
    return weigh.refused(found) if found is not None else None


def at_once(facts: Facts, matter: Matter) -> bool:
    """Whether the colleague's yes puts it into effect (R-SWP-21)."""
    return rules.takes_effect(weigh.case_of(facts, matter), partial(terms_on, facts)) == "notify"


def _with_cover(facts: Facts, matter: Matter) -> SwapCase:
    case = weigh.case_of(facts, matter)
    covers = [
        _cover(facts, leg, taker.id)
        for leg, (_, _, taker) in zip(
            (one for one in (matter.give, matter.take) if one is not None), case.legs(), strict=True
        )
        if taker is not None
    ]
    return msgspec.structs.replace(case, covers=tuple(covers))


def _cover(facts: Facts, leg: Body, taker: str) -> Cover:
    """Least number of able people on a leg's post during it, before and after.

    Who does not have the skill that the post asks for does not count (R-SWP-16); everybody does where it asks for none.
    """
    post = weigh.look(facts, leg["f"]["post"])
    fields = post["f"] if post is not None else {}
    on = terms_on(facts, leg["f"]["team"], leg["f"]["date"])
    least = fields.get("cover_min")
    clause = on[p.MIN_COVER].clause if least is None else "R-SCH-14"
    here = [one for one in weigh.shifts_at(facts, leg) if one["id"] != leg["id"]]
    skill = fields.get("skill")
    others = [(one["f"]["start"], one["f"]["end"]) for one in here if weigh.able(facts, one["f"]["person"], skill)]
    mine = (leg["f"]["start"], leg["f"]["end"])
    before = [*others, mine] if weigh.able(facts, leg["f"]["person"], skill) else others
    after = [*others, mine] if weigh.able(facts, taker, skill) else others
    return Cover(
        leg["f"]["post"],
        rules.least_on(before, *mine),
        rules.least_on(after, *mine),
        on[p.MIN_COVER].value if least is None else least,
        clause,
    )
