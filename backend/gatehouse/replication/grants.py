"""Who may what, and who may hold which scopes: dated roles (P11, P12, P23)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse_sync.clock import Interval
from gatehouse_sync.protocol import Grants

ANYWHERE = "*"
"""Where a kind asks for a role but not for a place."""


class RoleFacts(msgspec.Struct, frozen=True):
    """A role from ``since`` (inclusive) to ``until`` (exclusive), at a site, for a team, or in the whole org."""

    id: str
    role: str
    site: str | None
    team: str | None
    since: int
    until: int | None

    def holds(self, at: int) -> bool:
        """Whether it holds at that instant."""
        return self.since <= at and (self.until is None or at < self.until)


class PersonFacts(msgspec.Struct):
    """A person as far as decisions ask."""

    id: str
    org: str
    dismissed: int | None
    roles: list[RoleFacts]
    teams: list[tuple[int, str]] = []
    """Since when of which team, oldest first; the newest may be still to come."""

    def team_at(self, at: int) -> str | None:
        """The team at that instant, or None."""
        return next((team for since, team in reversed(self.teams) if since <= at), None)


def load_people(ids: Iterable[str]) -> Steps[dict[str, PersonFacts]]:
    """People by id, with all their roles and teams."""
    wanted = set(ids)
    rows = yield Query("SELECT id, org, dismissed FROM person WHERE id = ANY(?*)", (wanted,))
    people = {row[0]: PersonFacts(row[0], row[1], row[2], []) for row in rows}
    rows = yield Query("SELECT person, id, role, site, team, since, until FROM role WHERE person = ANY(?*)", (wanted,))
    for person, *role in rows:
        people[person].roles.append(RoleFacts(*role))
    yield from _stand_in(people, wanted)
    rows = yield Query(
        "SELECT t.person, t.since, t.team FROM person_team t LEFT JOIN op o ON o.id = t.id "
        "WHERE t.person = ANY(?*) ORDER BY t.since, o.n",
        (wanted,),
    )
    for person, since, team in rows:
        people[person].teams.append((since, team))
    return people


def _stand_in(people: dict[str, PersonFacts], wanted: set[str]) -> Steps[None]:
    """Give deputies the roles in charge of whom they stand in for, from the first to the last instant of both."""
    rows = yield Query(
        "SELECT d.id, d.deputy, r.role, r.site, r.team, d.since, d.until, r.since, r.until FROM deputy d "
        "JOIN role r ON r.person = d.absent WHERE d.deputy = ANY(?*) AND r.role IN ('supervisor', 'manager')",
        (wanted,),
    )
    for id_, deputy, role, site, team, since, until, role_since, role_until in rows:
        last = until if role_until is None else min(until, role_until)
        people[deputy].roles.append(RoleFacts(id_, role, site, team, max(since, role_since), last))


def entitled(person: PersonFacts, roles: frozenset[str], site: str | None, t: Interval) -> tuple[bool, bool]:
    """Whether one of the roles reached the site at the corrected time, and whether the interval leaves doubt.

    A routine end of a role is judged at the corrected device time; a straddle is a flag, never a refusal (P11).
    """
    return held(
        [role for role in person.roles if role.role in roles and (site == ANYWHERE or role.site in {None, site})], t
    )


def held(roles: Sequence[RoleFacts], t: Interval) -> tuple[bool, bool]:
    """Whether one of the roles held at the corrected time, and whether the interval leaves doubt."""
    found = sure = False
    for role in roles:
        found = found or role.holds(t.at)
        sure = sure or (role.holds(t.earliest) and role.holds(t.latest))
    return found, found and not sure


def scopes_for(person: PersonFacts | None, device: str, post: str | None, sites: Sequence[str], now: int) -> list[str]:
    """The scopes a device may hold now (P12).

    Args:
        person: who is signed in, or None.
        device: the device.
        post: the post a kiosk belongs to.
        sites: all sites of the org, for roles without one.
        now: UTC ms.
    """
    scopes = {f"device:{device}"}
    if post is not None:
        scopes.add(f"post:{post}")
    if person is not None and (person.dismissed is None or now < person.dismissed):
        scopes |= {f"person:{person.id}", f"org:{person.org}"}
        if (team := person.team_at(now)) is not None:
            scopes.add(f"team:{team}")
        for role in person.roles:
            if not role.holds(now):
                continue
            scopes |= {f"site:{site}" for site in ([role.site] if role.site is not None else sites)}
            if role.role == "admin" and role.site is None:
                scopes.add(f"office:{person.org}")
            if role.role == "supervisor" and role.team is not None:
                scopes |= {f"team:{role.team}", f"lead:{role.team}"}
    return sorted(scopes)


def next_change(person: PersonFacts | None, now: int) -> int | None:
    """The next instant at which a role or team begins or ends, or None: a socket's grants hold until then (P24)."""
    if person is None:
        return None
    instants = [one for role in person.roles for one in (role.since, role.until) if one is not None]
    instants += [since for since, _ in person.teams]
    if person.dismissed is not None:
        instants.append(person.dismissed)
    return min((one for one in instants if one > now), default=None)


def grants_of(scopes: list[str]) -> Grants:
    """The scopes with a version that changes exactly when they do."""
    return Grants(hashlib.sha256("\n".join(scopes).encode()).hexdigest()[:16], scopes)
