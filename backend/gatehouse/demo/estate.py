"""Founding the demo estate: an office computer, whose admin enters sites, posts, teams and people."""

from __future__ import annotations

from typing import Any

import msgspec

from gatehouse.db.steps import Steps, write
from gatehouse.demo.duty import HOURS
from gatehouse.demo.people import ADMIN, ORG, PASSWORD, POSTS, SITES, STAFF, TEAMS, ZONE, Employee
from gatehouse.demo.tablets import Tablet, World
from gatehouse.estate.found import found
from gatehouse.identity import passwords

OFFICE_COMPUTER = "管理处电脑"


class Estate(msgspec.Struct):
    """Ids by the names of people.py, and the office computer."""

    org: str
    computer: Tablet
    sites: dict[str, str] = {}
    posts: dict[str, str] = {}
    teams: dict[str, str] = {}
    people: dict[str, str] = {}
    templates: dict[str, str] = {}
    """By the kinds of duty.py."""


async def found_estate(world: World) -> Estate:
    """Found the org and enter all of it; everybody gets the public password."""
    hash_ = passwords.hashed_demo(PASSWORD)
    org = await found(world.core, ORG, ADMIN.name, ADMIN.staff_no, hash_)
    computer = await Tablet.enrol(world, ADMIN.staff_no, OFFICE_COMPUTER, 0)
    estate = Estate(org.org, computer, people={ADMIN.staff_no: org.admin})
    since = world.clock.ms
    for site in SITES:
        estate.sites[site] = computer.act("site.create", {"name": site, "zone": ZONE})
    for order, (post, site) in enumerate(POSTS.items(), 1):
        fields = {"site": estate.sites[site], "name": post, "order": order}
        estate.posts[post] = computer.act("post.create", fields)
    for team in TEAMS:
        estate.teams[team] = computer.act("team.create", {"name": team})
    for order, (kind, (first, last, label)) in enumerate(HOURS.items(), 1):
        times = {"name": f"{label}班", "label": label, "segments": f"{first:02}:00-{last:02}:00", "order": order}
        night = {"night": True} if kind == "night" else {}
        estate.templates[kind] = computer.act("template.create", {**times, **night})
    for one in STAFF:
        _enter(estate, one, since)
    await computer.push()
    await computer.pull()

    def steps() -> Steps[None]:
        for one in STAFF:
            yield passwords.store(estate.people[one.staff_no], estate.org, hash_)

    await write(world.core.database, steps)
    return estate


def _enter(estate: Estate, one: Employee, since: int) -> None:
    fields: dict[str, Any] = {"name": one.name, "staff_no": one.staff_no, "since": since}
    fields |= {"team": estate.teams[one.team], "shift": TEAMS[one.team]}
    if one.superior is not None:
        fields["superior"] = estate.people[one.superior]
    person = estate.people[one.staff_no] = estate.computer.act("person.create", fields)
    for site in one.sites or (None,):
        grant = {"person": person, "role": one.role, "since": since}
        if site is not None:
            grant["site"] = estate.sites[site]
        if one.role == "supervisor":
            grant["team"] = estate.teams[one.team]
        estate.computer.act("role.grant", grant)
