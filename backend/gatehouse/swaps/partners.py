"""Who could take a shift of one's own: asked by its person alone, for the next fourteen days (PROTOCOL 16.1)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import msgspec

from gatehouse.db.steps import Query, Steps, read
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.leave.queries import on_leave
from gatehouse.replication.caller import caller
from gatehouse.replication.core import Replication
from gatehouse.replication.facts import Facts
from gatehouse.replication.grants import PersonFacts, load_people
from gatehouse.rules import parameters as p
from gatehouse.rules import swap as rules
from gatehouse.rules.facts import Leave, Span, Turn
from gatehouse.rules.partners import Fit, partners, takes
from gatehouse.rules.swap import Member, SwapCase
from gatehouse.swaps import weigh
from gatehouse.swaps.terms import statutory, terms_on
from gatehouse.swaps.weigh import Matter
from gatehouse_sync.apply import Body
from gatehouse_sync.fields import DAY

AHEAD_MS: Final = 14 * DAY
_body = msgspec.json.Decoder(Body)


class PartnersRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shift of one's own; ``colleague``: also which of their shifts could come back for it."""

    shift: str
    colleague: str | None = None


class Refused(msgspec.Struct, frozen=True):
    """Why nobody can take it: the refusal a request would earn."""

    code: str
    clause: str
    told: dict[str, str | int]


class Partners(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who of the team could take the shift, as of ``at`` (UTC ms).

    ``nth`` of ``cap`` swaps of the month this one would be (cap 0: any number); ``notify``: a colleague's yes is
    enough. ``takes`` are the colleague's shifts, when one was named.
    """

    shift: str
    at: int
    nth: int
    cap: int
    partners: tuple[Fit, ...]
    notify: bool = False
    refused: Refused | None = None
    takes: tuple[Fit, ...] | None = None


async def find_partners(
    core: Replication, claim: DeviceClaim, session: bytes | None, asked: PartnersRequest
) -> Partners:
    """The answer for a shift of the caller's own.

    Raises:
        Problem: as ``caller``; ``not_found``: no shift of theirs that begins in the next fourteen days, or no such
            colleague.
    """
    now = core.now()

    def steps() -> Steps[Partners]:
        person = yield from caller(claim, session, now)
        return (yield from answer(now, person, asked))

    return await read(core.database, steps())


def answer(now: int, person: PersonFacts, asked: PartnersRequest) -> Steps[Partners]:
    """The same for a person who is known; raises as ``find_partners``."""
    give = yield from _own(person.org, person.id, asked.shift, now)
    facts = Facts(person.org, now)
    colleagues = yield from _team(person.org, give["f"]["team"], now)
    colleagues.discard(person.id)
    yield from weigh.load(facts, {person.id}, [give])
    base = weigh.case_of(facts, Matter("", person.id, now, give, fresh=True))
    terms, holiday = partial(terms_on, facts), partial(statutory, facts, give["f"]["site"])
    members = yield from _members(facts, colleagues, base)
    found = rules.check(base, terms, holiday)
    standing = rules.quota(base, terms)
    # One alone is judged like the others; the requester's own standing is told once, and not of each.
    fits = partners(_only_the_taker(base), members, terms, holiday) if found is None else ()
    back = None
    if asked.colleague is not None:
        if asked.colleague not in colleagues:
            raise Problem("not_found")
        back = yield from _takes(facts, person.id, give, asked.colleague)
    refused = Refused(found.code, found.clause, found.facts) if found is not None else None
    notify = rules.takes_effect(base, terms) == "notify"
    return Partners(asked.shift, now, standing.nth, standing.cap or 0, fits, notify, refused, back)


def _own(org: str, person: str, shift: str, now: int) -> Steps[Body]:
    rows = yield Query(
        "SELECT e.body FROM shift h JOIN entity e ON e.id = h.id WHERE h.org = ? AND h.id = ? AND h.person = ? "
        "AND h.cancelled IS NULL AND h.starts > ? AND h.starts <= ?",
        (org, shift, person, now, now + AHEAD_MS),
    )
    if not rows:
        raise Problem("not_found")
    return _body.decode(rows[0][0])


def _team(org: str, team: str, now: int) -> Steps[set[str]]:
    """Who is of the team now and has not left."""
    rows = yield Query(
        "SELECT DISTINCT t.person FROM person_team t JOIN person p ON p.id = t.person "
        "WHERE p.org = ? AND t.team = ? AND t.since <= ? AND (p.dismissed IS NULL OR p.dismissed > ?)",
        (org, team, now, now),
    )
    people = yield from load_people(row[0] for row in rows)
    return {one.id for one in people.values() if one.team_at(now) == team}


def _only_the_taker(base: SwapCase) -> SwapCase:
    """The case without what concerns the requester alone, which has been judged."""
    giver = msgspec.structs.replace(base.giver, given=(), turns=())
    return msgspec.structs.replace(base, giver=giver, others=())


def _members(facts: Facts, people: set[str], base: SwapCase) -> Steps[list[Member]]:
    """Colleagues with their shifts around the leg, from the typed table; grades only where they are asked about."""
    give = base.give
    rows = yield Query(
        "SELECT id, person, starts, ends FROM shift WHERE person = ANY(?*) AND starts >= ? AND starts <= ? "
        "AND cancelled IS NULL",
        (people, give.starts - weigh.AROUND_MS, give.ends + weigh.AROUND_MS),
    )
    turns: dict[str, list[Turn]] = {}
    for id_, person, starts, ends in rows:
        turns.setdefault(person, []).append(Turn(id_, person, "", "", "", "", "", "", (Span(starts, ends),)))
    away = yield from on_leave(facts.org, people, give.starts, give.ends)
    known: dict[str, dict[str, Any]] = {}
    if give.skill is not None or terms_on(facts, give.team, give.date)[p.SKILL_PARITY].value:
        bodies = yield Query("SELECT id, body FROM entity WHERE org = ? AND id = ANY(?*)", (facts.org, people))
        known = {id_: _body.decode(body)["f"] for id_, body in bodies}
    leave = (Leave("", "", "personal", give.starts, give.ends, "granted", 0, 0),)
    return [
        Member(
            one,
            known.get(one, {}).get("grade"),
            weigh.skills_of(known.get(one, {})),
            tuple(turns.get(one, ())),
            leaves=leave if one in away else (),
        )
        for one in sorted(people)
    ]


def _takes(facts: Facts, person: str, give: Body, colleague: str) -> Steps[tuple[Fit, ...]]:
    """The colleague's shifts of the next fourteen days, each as what comes back."""
    rows = yield Query(
        "SELECT e.body FROM shift h JOIN entity e ON e.id = h.id WHERE h.org = ? AND h.person = ? AND h.team = ? "
        "AND h.cancelled IS NULL AND h.starts > ? AND h.starts <= ? ORDER BY h.starts, h.id",
        (facts.org, colleague, give["f"]["team"], facts.now, facts.now + AHEAD_MS),
    )
    theirs = [_body.decode(row[0]) for row in rows]
    yield from weigh.load(facts, {person, colleague}, [give, *theirs])
    case = weigh.case_of(facts, Matter("", person, facts.now, give, colleague, fresh=True))
    holiday = partial(statutory, facts, give["f"]["site"])
    if case.taker is None:
        return ()
    return takes(case, case.taker, [weigh.turn(facts, one) for one in theirs], partial(terms_on, facts), holiday)
