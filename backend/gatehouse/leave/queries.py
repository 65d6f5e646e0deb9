"""What other features ask about leave and outings."""

from __future__ import annotations

from typing import Literal

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse.rules import leave as rules
from gatehouse.rules.facts import Leave, LeaveSort, Outing
from gatehouse.rules.terms import Terms

_LEAVE_STATES: dict[str, Literal["requested", "granted", "refused", "withdrawn", "void"]] = {
    "requested": "requested",
    "granted": "granted",
    "rejected": "refused",
    "withdrawn": "withdrawn",
    "expired": "void",
    "void": "void",
}
_OUTING_STATES: dict[str, Literal["requested", "granted", "refused", "withdrawn"]] = {
    "requested": "requested",
    "granted": "granted",
    "rejected": "refused",
    "withdrawn": "withdrawn",
    "expired": "refused",
}


class StoredLeave(msgspec.Struct, frozen=True):
    """A leave as it stands, with what is known of its certificates; ``until`` is the return where it came earlier."""

    id: str
    person: str
    sort: LeaveSort
    state: str
    since: int
    until: int
    asked: int
    arrived: int
    clause: str | None
    certificate: int
    due: str | None
    certs: str
    seen: int | None

    def fact(self, zone: str, terms: Terms, now: int) -> Leave:
        """What rules judge by: a sick leave whose certificate is missing when it is due excuses nothing (R-LEV-13)."""
        state, clause = _LEAVE_STATES[self.state], self.clause
        fact = Leave(self.id, self.person, self.sort, self.since, self.until, state, self.asked, self.arrived, clause)
        if state != "granted" or not self.certificate:
            return fact
        spans = [(first, last) for first, _, last in (one.partition("/") for one in self.certs.split())]
        known = rules.Certified(self.since, self.until, zone, self.due, spans, self.seen)
        standing, why = rules.standing(known, now, terms)
        if standing == "waiting":
            return msgspec.structs.replace(fact, awaits=rules.latest(known))
        return msgspec.structs.replace(fact, state="invalid", clause=why) if standing == "invalid" else fact


def leaves(org: str, person: str, since: int, until: int) -> Steps[list[StoredLeave]]:
    """The person's leaves that reach into a span, in whatever state, in order of start."""
    rows = yield Query(
        "SELECT v.id, v.person, v.sort, v.state, v.since, v.until, v.asked, o.received, v.clause, v.certificate, "
        "v.due, v.certs, v.seen FROM leave_asked v JOIN op o ON o.id = v.id "
        "WHERE v.org = ? AND v.person = ? AND v.since < ? AND v.until > ? ORDER BY v.since, v.id",
        (org, person, until, since),
    )
    return [StoredLeave(*row) for row in rows]


def outings(org: str, person: str, since: int, until: int) -> Steps[list[Outing]]:
    """The person's outings that reach into a span, in order of start."""
    rows = yield Query(
        "SELECT id, person, since, until, state, business FROM outing "
        "WHERE org = ? AND person = ? AND since < ? AND until > ? ORDER BY since, id",
        (org, person, until, since),
    )
    return [
        Outing(id_, who, begins, ends, _OUTING_STATES[state], bool(business))
        for id_, who, begins, ends, state, business in rows
    ]


def on_leave(org: str, people: set[str], since: int, until: int) -> Steps[set[str]]:
    """Which of these people have leave, granted, at some time in a span: their shifts there are covered by leave."""
    rows = yield Query(
        "SELECT DISTINCT person FROM leave_asked "
        "WHERE org = ? AND person = ANY(?*) AND state = 'granted' AND since < ? AND until > ?",
        (org, people, until, since),
    )
    return {row[0] for row in rows}


class OpenRequest(msgspec.Struct, frozen=True):
    """A leave that nobody has decided: until when that must be (UTC ms), and of which team."""

    id: str
    deadline: int
    team: str | None


def open_requests(org: str, now: int) -> Steps[list[OpenRequest]]:
    """Leaves of an org that wait for a decision, soonest first."""
    rows = yield Query(
        "SELECT id, deadline, team FROM leave_asked WHERE org = ? AND state = 'requested' AND deadline > ? "
        "ORDER BY deadline, id",
        (org, now),
    )
    return [OpenRequest(*row) for row in rows]
