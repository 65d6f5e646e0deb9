"""Swaps of a situation: asked for, accepted, approved, as in the swap's table of states."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gatehouse.rules import parameters as p
from gatehouse.rules import swap
from gatehouse.rules.casework.stage import Stage, SwapKept
from gatehouse.rules.facts import Turn
from gatehouse.rules.situation import Accept, Approve, Decline, Reject, SwapAsked, Told, Withdraw
from gatehouse.rules.verdict import Violation

OPEN = ("requested", "accepted")
MOVES = {Accept: ("requested",), Decline: ("requested",), Withdraw: OPEN, Approve: ("accepted",), Reject: OPEN}
"""From which states each answer moves a swap."""
HELD = ("requested", "accepted", "approved")
OVERLAP = "I-08"


def ask(stage: Stage, event: SwapAsked, id_: str) -> Told:
    """A request: one's own shift, a colleague of the team, nothing begun."""
    give = stage.turns[event.give]
    take = stage.turns[event.take] if event.take is not None else None
    if give.person != event.by:
        return Told(code="not_yours")
    if event.by in event.asked:
        return Told(code="own_matter")
    if any(stage.team_of(one) != give.team for one in event.asked):
        return Told(code="not_asked")
    if take is not None and event.asked != (take.person,):
        return Told(code="unknown_reference")
    kept = SwapKept(
        event.by,
        event.give,
        event.asked,
        event.take,
        stage.ms(event.at),
        min(one.starts for one in (give, take) if one is not None),
    )
    arrived = stage.ms(event.arrives or event.at)
    taker = event.asked[0] if len(event.asked) == 1 else None
    refused = _forbidden(stage, id_, kept, taker, arrived)
    if refused is not None:
        return refused
    stage.swaps[id_] = kept
    return Told(
        code="applied",
        state=kept.state,
        until=stage.wall(kept.deadline),
        warned=_warned(stage, id_, kept, taker),
    )


def answer(stage: Stage, event: Accept | Decline | Approve | Reject | Withdraw) -> Told:
    """Anybody's word about a swap."""
    kept = stage.swaps[event.of]
    if kept.state not in MOVES[type(event)]:
        return Told(code="wrong_state", state=kept.state)
    match event:
        case Accept():
            return _accept(stage, event, kept)
        case Decline():
            return _decline(event, kept)
        case Withdraw():
            if event.by != kept.by:
                return Told(code="not_yours")
            kept.state = "withdrawn"
        case Approve() | Reject():
            return _decide(stage, event, kept)
    return Told(code="applied", state=kept.state)


def settle(stage: Stage, now: int) -> None:
    """What nobody decided before the first leg begins has no effect (I-28)."""
    for kept in stage.swaps.values():
        if kept.state in OPEN and kept.deadline <= now:
            kept.state = "expired"


def _accept(stage: Stage, event: Accept, kept: SwapKept) -> Told:
    if event.by == kept.by:
        return Told(code="own_matter")
    if event.by not in kept.asked or event.by in kept.declined:
        return Told(code="not_asked")
    refused = _forbidden(stage, event.of, kept, event.by, stage.ms(event.arrives or event.at))
    if refused is not None:
        return refused
    kept.taker, kept.state = event.by, "accepted"
    case = _case(stage, event.of, kept, event.by)
    warned = tuple(one.key for one in swap.warnings(case, stage.terms))
    if swap.takes_effect(case, stage.terms) == "notify":
        _carry_out(stage, event.of, kept)
    return Told(code="applied", state=kept.state, warned=warned)


def _decline(event: Decline, kept: SwapKept) -> Told:
    if event.by not in kept.asked:
        return Told(code="not_asked")
    kept.declined.add(event.by)
    if kept.declined == set(kept.asked):
        kept.state = "declined"
    return Told(code="applied", state=kept.state)


def _decide(stage: Stage, event: Approve | Reject, kept: SwapKept) -> Told:
    """The team's supervisor or the manager; never a party (I-40)."""
    if event.by in {kept.by, kept.taker}:
        return Told(code="own_matter", clause="I-40")
    team = stage.turns[kept.give].team
    if event.by not in {*stage.with_role("supervisor", team), *stage.with_role("manager"), *stage.with_role("admin")}:
        return Told(code="not_entitled")
    if isinstance(event, Reject):
        kept.state = "rejected"
        return Told(code="applied", state=kept.state)
    refused = _forbidden(stage, event.of, kept, kept.taker, stage.ms(event.arrives or event.at))
    if refused is not None:
        return refused
    case = _case(stage, event.of, kept, kept.taker)
    needed = swap.approval(case, reasoned=bool(event.note))
    if needed is not None:
        return stage.refused(needed)
    warned = tuple(one.key for one in swap.warnings(case, stage.terms))
    _carry_out(stage, event.of, kept)
    return Told(code="applied", state=kept.state, warned=warned)


def _carry_out(stage: Stage, id_: str, kept: SwapKept) -> None:
    """Both legs change hands together (I-42), and open rivals end."""
    kept.state = "approved"
    if kept.taker is None:
        return
    for leg, giver, taker in ((kept.give, kept.by, kept.taker), (kept.take, kept.taker, kept.by)):
        if leg is not None:
            stage.turns[leg] = msgspec.structs.replace(stage.turns[leg], person=taker, given_by=giver, swap=id_)
    legs = {kept.give, kept.take} - {None}
    for other in stage.swaps.values():
        if other.state in OPEN and legs & {other.give, other.take}:
            other.state = "declined"


def _forbidden(stage: Stage, id_: str, kept: SwapKept, taker: str | None, now: int) -> Told | None:
    case = _case(stage, id_, kept, taker)
    legs = list(case.legs())
    if any(leg.starts <= now for leg, _, _ in legs):
        return Told(code="shift_started")
    moving = {leg.id for leg, _, _ in legs}
    for leg, giver, new in legs:
        if leg.person != giver.id:
            return Told(code="shift_changed")
        if new is not None and any(_overlap(leg, one) for one in new.turns if one.id not in moving):
            return Told(code="overlap", clause=OVERLAP)
    found: Violation | None = swap.check(case, stage.terms, stage.statutory)
    return stage.refused(found) if found is not None else None


def _warned(stage: Stage, id_: str, kept: SwapKept, taker: str | None) -> tuple[str, ...]:
    return tuple(one.key for one in swap.warnings(_case(stage, id_, kept, taker), stage.terms))


def _overlap(one: Turn, other: Turn) -> bool:
    return one.starts < other.ends and other.starts < one.ends


def _case(stage: Stage, id_: str, kept: SwapKept, taker: str | None) -> swap.SwapCase:
    """What the rules ask for."""
    return swap.SwapCase(
        id_,
        kept.at,
        _member(stage, kept.by, id_),
        stage.turns[kept.give],
        _member(stage, taker, id_) if taker is not None else None,
        stage.turns[kept.take] if kept.take is not None else None,
        n=list(stage.swaps).index(id_) if id_ in stage.swaps else None,
        others=tuple(one for one in agreements(stage) if one.by == kept.by and one.id != id_),
        covers=tuple(_covers(stage, kept, taker)),
    )


def agreements(stage: Stage) -> list[swap.Agreement]:
    """Every swap as the cap counts it, in the order in which the requests arrived."""
    return [
        swap.Agreement(name, one.by, stage.turns[one.give].date, one.state, n)
        for n, (name, one) in enumerate(stage.swaps.items())
    ]


def _member(stage: Stage, person: str, id_: str) -> swap.Member:
    who = stage.told.people[person]
    given = []
    for name, other in stage.swaps.items():
        if name == id_ or other.state not in HELD:
            continue
        for leg, giver in ((other.give, other.by), (other.take, other.taker)):
            if leg is not None and giver == person:
                turn = stage.turns[leg]
                given.append(swap.Given(leg, turn.starts, turn.date))
    return swap.Member(
        person,
        who.grade,
        who.skills,
        stage.turns_of(person),
        tuple(given),
        tuple(stage.leave_facts(name) for name, kept in stage.leaves.items() if kept.asked.person == person),
    )


def _covers(stage: Stage, kept: SwapKept, taker: str | None) -> Iterator[swap.Cover]:
    """Able people on each leg's post during it, before and after."""
    for leg, giver, new in ((kept.give, kept.by, taker), (kept.take, taker, kept.by)):
        if leg is None or giver is None or new is None:
            continue
        turn = stage.turns[leg]
        post = stage.told.posts.get(turn.post)
        least = stage.terms(turn.team, turn.date)[p.MIN_COVER]
        stated = post.cover_min if post is not None else None
        mine = (turn.starts, turn.ends)
        here = [
            (one.starts, one.ends)
            for one in stage.turns.values()
            if one.post == turn.post and one.id != leg and _able(stage, one.person, turn.post)
        ]
        before = [*here, mine] if _able(stage, giver, turn.post) else here
        after = [*here, mine] if _able(stage, new, turn.post) else here
        yield swap.Cover(
            turn.post,
            swap.least_on(before, *mine),
            swap.least_on(after, *mine),
            least.value if stated is None else stated,
            least.clause if stated is None else "R-SCH-14",
        )


def _able(stage: Stage, person: str, post: str) -> bool:
    asked = stage.told.posts[post].skill if post in stage.told.posts else None
    return asked is None or asked in stage.told.people[person].skills
