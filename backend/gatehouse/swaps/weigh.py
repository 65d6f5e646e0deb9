"""What the rules of swaps are asked about, in a push: loaded beside the act, put together as a case.

What is only looked at is read without locks: acts that find out as they go follow each other within an org, and what
this very batch changed is taken from the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse.leave.queries import leaves
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Ruling
from gatehouse.roster.queries import stands
from gatehouse.rules.facts import Leave, Span, Turn
from gatehouse.rules.swap import COUNTED, Agreement, Given, Member, SwapCase
from gatehouse.rules.verdict import Violation
from gatehouse.swaps.terms import note_terms
from gatehouse_sync.apply import Body
from gatehouse_sync.fields import DAY

AROUND_MS = 3 * DAY
"""So far around a leg rest is looked at."""
NEAR_MS = 35 * DAY
"""So far apart two shifts that were given away can be neighbours."""
_body = msgspec.json.Decoder(Body)
_LATEST = 2**62


class Seen(msgspec.Struct):
    """Records that were looked at, by id; ``order`` is the place of swaps in the order in which they arrived."""

    bodies: dict[str, Body] = {}
    order: dict[str, int] = {}
    leaves: dict[str, tuple[Leave, ...]] = {}


def seen_of(facts: Facts) -> Seen:
    """What this batch looked at so far."""
    found: Seen = facts.noted.setdefault(("swaps", "seen"), Seen())
    return found


class Matter(msgspec.Struct, frozen=True):
    """A swap as it is weighed: asked for by ``by`` at ``asked``; ``taker`` and ``take`` when they are known."""

    id: str
    by: str
    asked: int
    give: Body
    taker: str | None = None
    take: Body | None = None
    repays: str | None = None
    fresh: bool = False


# Loading.


def load(facts: Facts, people: set[str], legs: Iterable[Body]) -> Steps[None]:
    """Look at all that a case of these people and shifts asks: agreements, shifts, posts, grades, terms."""
    legs = list(legs)
    if not legs:
        return
    first = min(leg["f"]["start"] for leg in legs)
    last = max(leg["f"]["end"] for leg in legs)
    yield from note_terms(facts, {(leg["f"]["team"], leg["f"]["date"], leg["f"]["site"]) for leg in legs})
    yield from _swaps(facts, people, first - NEAR_MS, last + NEAR_MS)
    given = {shift for _, shift in _given_away(facts, people)}
    yield from _bodies(facts, given)
    starts = [body["f"]["start"] for one in given if (body := look(facts, one)) is not None]
    since, until = min([first - AROUND_MS, *starts]), max([last + AROUND_MS, *starts])
    rows = yield Query(
        "SELECT id FROM shift WHERE person = ANY(?*) AND starts >= ? AND starts <= ?", (people, since, until)
    )
    posts = {leg["f"]["post"] for leg in legs}
    yield from _bodies(facts, {row[0] for row in rows} | people | posts)
    for person in people:
        found = yield from leaves(facts.org, person, first, last)
        seen_of(facts).leaves[person] = tuple(
            Leave(one.id, person, one.sort, one.since, one.until, "granted", one.asked, one.arrived)
            for one in found
            if one.state == "granted"
        )


def load_cover(facts: Facts, legs: Iterable[Body]) -> Steps[None]:
    """Look at who else is on the posts of the legs meanwhile, and what these people can do."""
    for leg in legs:
        fields = leg["f"]
        rows = yield Query(
            "SELECT id, person FROM shift WHERE org = ? AND post = ? AND starts >= ? AND starts < ? AND ends > ?",
            (facts.org, fields["post"], fields["start"] - AROUND_MS, fields["end"], fields["start"]),
        )
        yield from _bodies(facts, {row[0] for row in rows} | {row[1] for row in rows})


def _swaps(facts: Facts, people: set[str], since: int, until: int) -> Steps[None]:
    """The agreements of these people around those days, with their place in the order of arrival."""
    rows = yield Query(
        "SELECT s.id, e.body, (SELECT n FROM op o WHERE o.id = s.id) FROM swap s JOIN entity e ON e.id = s.id "
        "WHERE s.org = ? AND (s.person = ANY(?*) OR s.accepted_by = ANY(?*)) "
        "AND s.state IN ('requested', 'accepted', 'approved') AND s.deadline >= ? AND s.deadline <= ?",
        (facts.org, people, people, since, until),
    )
    seen = seen_of(facts)
    for id_, body, n in rows:
        seen.bodies[id_] = _body.decode(body)
        seen.order[id_] = n or 0


def _bodies(facts: Facts, wanted: set[str]) -> Steps[None]:
    seen = seen_of(facts)
    missing = wanted - seen.bodies.keys() - facts.bodies.keys()
    if missing:
        rows = yield Query("SELECT id, body FROM entity WHERE org = ? AND id = ANY(?*)", (facts.org, missing))
        seen.bodies.update({id_: _body.decode(body) for id_, body in rows})


# Looking.


def look(facts: Facts, id_: str) -> Body | None:
    """A record as it stands in this batch."""
    return facts.bodies.get(id_) or seen_of(facts).bodies.get(id_)


def _of_kind(facts: Facts, kind: str) -> Iterator[Body]:
    seen = seen_of(facts).bodies
    yield from (body for body in facts.bodies.values() if body["kind"] == kind)
    yield from (body for id_, body in seen.items() if body["kind"] == kind and id_ not in facts.bodies)


def _shifts(facts: Facts) -> Iterator[Body]:
    return (body for body in _of_kind(facts, "shift") if stands(body))


def _agreements(facts: Facts) -> Iterator[tuple[int, Body]]:
    """Agreements that count, with their place in the order of arrival; those of this batch come last."""
    order = seen_of(facts).order
    for place, body in enumerate(_of_kind(facts, "swap")):
        if body["f"].get("state") in COUNTED:
            yield order.get(body["id"], _LATEST + place), body


def _given_away(facts: Facts, people: set[str]) -> Iterator[tuple[Body, str]]:
    """Agreements in which one of these people gives a shift away, with that shift."""
    for _, body in _agreements(facts):
        fields = body["f"]
        if body["by"] in people:
            yield body, fields["give"]
        if fields.get("accepted_by") in people and "take" in fields:
            yield body, fields["take"]


# The case.


def case_of(facts: Facts, matter: Matter) -> SwapCase:
    """The swap with all its rules ask."""
    moving = {matter.give["id"]} | ({matter.take["id"]} if matter.take is not None else set())
    order = seen_of(facts).order
    n = None if matter.fresh else order.get(matter.id, _LATEST)
    mine = [
        Agreement(
            body["id"], matter.by, body["f"].get("month", ""), body["f"]["state"], place, repays=body["f"].get("repays")
        )
        for place, body in _agreements(facts)
        if body["by"] == matter.by and body["id"] != matter.id
    ]
    return SwapCase(
        matter.id,
        matter.asked,
        _member(facts, matter.by, matter, moving, n),
        turn(facts, matter.give),
        n=n,
        taker=_member(facts, matter.taker, matter, moving, n) if matter.taker is not None else None,
        take=turn(facts, matter.take) if matter.take is not None else None,
        others=tuple(mine),
        repays=matter.repays,
    )


def turn(facts: Facts, shift: Body) -> Turn:
    """A shift as rules see it, with what its post asks for."""
    post = look(facts, shift["f"]["post"])
    return turn_of(shift, post["f"].get("skill") if post is not None else None)


def turn_of(shift: Body, skill: str | None = None) -> Turn:
    """A shift's record as rules see it: from its start to its end, whatever breaks it has."""
    fields = shift["f"]
    return Turn(
        shift["id"],
        fields["person"],
        fields["team"],
        fields["post"],
        fields["site"],
        "",
        fields["date"],
        fields["label"],
        (Span(fields["start"], fields["end"]),),
        night=bool(fields.get("night")),
        swap=fields.get("swap"),
        skill=skill,
    )


def _member(facts: Facts, person: str, matter: Matter, moving: set[str], n: int | None) -> Member:
    known = look(facts, person)
    fields = known["f"] if known is not None else {}
    turns = [turn_of(body) for body in _shifts(facts) if body["f"]["person"] == person]
    return Member(
        person,
        fields.get("grade"),
        skills_of(fields),
        tuple(sorted(turns, key=lambda one: one.starts)),
        tuple(_given(facts, person, matter, moving, n)),
        seen_of(facts).leaves.get(person, ()),
    )


def skills_of(fields: dict[str, Any]) -> tuple[str, ...]:
    """What a person can do, as the office wrote it down."""
    return tuple(str(fields.get("skills", "")).split())


def _given(facts: Facts, person: str, matter: Matter, moving: set[str], n: int | None) -> Iterator[Given]:
    """What else the person gives away; of open agreements only those that came before."""
    order = seen_of(facts).order
    for body, id_ in _given_away(facts, {person}):
        gives = body["by"] if id_ == body["f"]["give"] else body["f"].get("accepted_by")
        later = n is not None and body["f"]["state"] != "approved" and order.get(body["id"], _LATEST) > n
        shift = look(facts, id_)
        if gives == person and body["id"] != matter.id and id_ not in moving and not later and shift is not None:
            yield Given(id_, shift["f"]["start"], shift["f"]["date"])


def shifts_at(facts: Facts, leg: Body) -> list[Body]:
    """Shifts on the post of a leg that meet it, the leg itself among them."""
    fields = leg["f"]
    return [
        body
        for body in _shifts(facts)
        if body["f"]["post"] == fields["post"]
        and body["f"]["start"] < fields["end"]
        and fields["start"] < body["f"]["end"]
    ]


def able(facts: Facts, person: str, skill: str | None) -> bool:
    """Whether somebody can do what a post asks for."""
    known = look(facts, person) if skill is not None else None
    return skill is None or (known is not None and skill in skills_of(known["f"]))


def refused(found: Violation) -> Ruling:
    """A violation as the refusal that reaches the person."""
    return Ruling(code=found.code, clause=found.clause, told=found.facts)
