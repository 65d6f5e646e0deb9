"""Who may what, and who may hold which scopes: dated roles (P11, P12, P23)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from operator import itemgetter

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


_PEOPLE = (
    "SELECT 'person', id, org, '', CAST(NULL AS text), CAST(NULL AS text), CAST(0 AS bigint), dismissed "
    "FROM person WHERE id = ANY(?*) "
    "UNION ALL SELECT 'role', person, id, role, site, team, since, until FROM role WHERE person = ANY(?*) "
    # Deputies have the roles in charge of whom they stand in for, from the first to the last instant of both.
    "UNION ALL SELECT 'role', d.deputy, d.id, r.role, r.site, r.team, "
    "CASE WHEN d.since > r.since THEN d.since ELSE r.since END, "
    "CASE WHEN d.until > r.until THEN r.until ELSE d.until END FROM deputy d "
    "JOIN role r ON r.person = d.absent WHERE d.deputy = ANY(?*) AND r.role IN ('supervisor', 'manager') "
    "UNION ALL SELECT 'team', t.person, t.team, '', NULL, NULL, t.since, COALESCE(o.n, 0) "
    "FROM person_team t LEFT JOIN op o ON o.id = t.id WHERE t.person = ANY(?*)"
)


def load_people(ids: Iterable[str]) -> Steps[dict[str, PersonFacts]]:
    """People by id, with all their roles and teams."""
    wanted = set(ids)
    rows = yield Query(_PEOPLE, (wanted,) * 4)
    people = {row[1]: PersonFacts(row[1], row[2], row[7], []) for row in rows if row[0] == "person"}
    for _, person, *role in (row for row in rows if row[0] == "role"):
        people[person].roles.append(RoleFacts(*role))
    # Of two teams since one instant the one that was logged later counts.
    for _, person, team, *_, since, _n in sorted((row for row in rows if row[0] == "team"), key=itemgetter(6, 7)):
        people[person].teams.append((since, team))
    return people


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
