"""The estate that every history begins with: built once by ops through the real handlers, then copied."""

from __future__ import annotations

import random
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from tests.estate import DAY, HASH, HOUR, T0, Clock, Estate, Key, Phone
from tests.simulator.databases import Backing
from tests.simulator.device import NOBODY, SimPhone
from tests.simulator.estate import Image, Places

from gatehouse.db.engine import bind
from gatehouse.estate.found import found
from gatehouse_sync import ops
from gatehouse_sync.device import Person

PHONES = ("G1", "B1", "S1")
"""Whose phones there are besides the tablet and the office."""
MORE = ("B2", "G2", "M1", "G3")
STAFF = (
    ("G1", "李卫国", "guard"),
    ("G2", "王建军", "guard"),
    ("G3", "赵小兵", "guard"),
    ("B1", "周晓梅", "agent"),
    ("B2", "吴海燕", "agent"),
    ("S1", "郑主管", "supervisor"),
    ("S2", "孙代班", "agent"),
    ("M1", "陈经理", "manager"),
    ("A002", "林主任", "admin"),
)


class _Estate(Estate):
    """One over a database that is open already."""

    def __init__(self, backing: Backing) -> None:
        self.url = ""
        self.dice = random.Random(1)
        self.clock = Clock()
        self.key = Key(self.dice)
        self.phones = []
        self.tampered = False
        self.database = backing.database
        bind(self.database)
        self.boot()


async def build(backing: Backing, devices: int = 5) -> Image:
    """Found an org with two sites, three posts, a team and its shifts; enrol the devices; remember all of it."""
    estate = _Estate(backing)
    founded = await found(estate.core, "翠湖物业", "管理员", "A001", HASH)
    estate.org, estate.admin_id = founded.org, founded.admin
    admin = estate.admin = await estate.phone("A001", "办公室")
    sites = [admin.act("site.create", {"name": name, "zone": "Asia/Shanghai"}) for name in ("翠湖花园", "翠湖二期")]
    names = ((0, "东门岗"), (0, "西门岗"), (1, "北门岗"))
    posts = [
        admin.act("post.create", {"site": sites[site], "name": name, "order": order})
        for order, (site, name) in enumerate(names)
    ]
    estate.site, estate.east, estate.west = sites[0], posts[0], posts[1]
    estate.people, estate.roles = {"A001": founded.admin}, {}
    team = admin.act("team.create", {"name": "一班", "site": sites[0]})
    await _staff(estate, team)
    await admin.drain()
    phones = {no: await estate.phone(no) for no in (*PHONES, *MORE[: max(0, devices - 5)])}
    shifts = await _shifts(estate, phones["S1"], team)
    tablet = await estate.phone("M1", "平板")
    admin.act("device.kiosk", {"device": tablet.id, "post": posts[0], "label": "东门平板"})
    await admin.drain()
    tablet.session, tablet.person = None, NOBODY
    tablet.device.people.clear()
    tablet.device.people[NOBODY] = Person(NOBODY, ops.NO_AUTH, None)
    named = {**phones, "K1": tablet, "A1": admin}
    for phone in named.values():
        await phone.pull()
    await backing.freeze()
    places = Places(
        estate.org, sites, posts, team, estate.people, {no: [role] for no, role in estate.roles.items()}, shifts
    )
    once = ec.derive_private_key(estate.dice.randrange(1, 2**250), ec.SECP256R1())
    disks = {name: (_disk(phone), phone.key) for name, phone in named.items()}
    return Image(places, estate.clock.ms, estate.key, once, disks)


def _disk(phone: Phone) -> bytes:
    """The phone's device as a simulated one writes it."""
    made = object.__new__(SimPhone)
    made.device, made.key, made.keys = phone.device, phone.key, [phone.key]
    made.person, made.session, made.kiosk = phone.person, phone.session, phone.session is None
    return made.save()


async def _staff(estate: Estate, team: str) -> None:
    for staff_no, name, role in STAFF:
        site = None if role == "admin" else estate.site
        person = estate.admin.act("person.create", {"name": name, "staff_no": staff_no})
        estate.people[staff_no] = person
        given: dict[str, Any] = {"person": person, "role": role, "since": T0}
        given |= {"site": site} if site is not None else {}
        given |= {"team": team} if role == "supervisor" else {}
        estate.roles[staff_no] = estate.admin.act("role.grant", given)
        if role in {"guard", "agent", "supervisor"}:
            estate.admin.act("person.assign", {"team": team, "since": T0}, person)
        await estate.password(person)


async def _shifts(estate: Estate, boss: Phone, team: str) -> list[str]:
    await boss.pull()
    made = []
    for day in range(1, 6):
        for i, staff_no in enumerate(("G1", "B1", "G2", "B2")):
            start = T0 + day * DAY + (8 * HOUR if (day + i) % 2 else 20 * HOUR)
            made.append(
                boss.act(
                    "shift.assign",
                    {
                        "person": estate.people[staff_no],
                        "post": estate.east if i % 2 else estate.west,
                        "team": team,
                        "date": f"2026-03-{2 + day:02}",
                        "start": start,
                        "end": start + 8 * HOUR,
                        "label": "早",
                    },
                )
            )
    await boss.sync()
    return made
