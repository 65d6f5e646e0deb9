"""Estates for histories: many orgs in one database, each with its guards, a team with shifts, and an admin."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import serialization
from tests.estate import DAY, HASH, HOUR, PASSWORD, T0, Estate, Key, Phone

from gatehouse.app import KEY_FILE
from gatehouse.estate.found import found
from gatehouse_sync import protocol

STAFF = (
    ("G1", "李卫国", "guard"),
    ("G2", "王建军", "guard"),
    ("G3", "赵小兵", "guard"),
    ("B1", "郑小燕", "agent"),
    ("B2", "吴丽丽", "agent"),
    ("S1", "周主管", "supervisor"),
    ("M1", "陈经理", "manager"),
)
FIRST_SHIFT = 40
"""Days after which shifts begin: further off than all nights of all histories on one server."""


class Place(msgspec.Struct, frozen=True):
    """One org as its history needs to know it."""

    org: str
    site: str
    posts: list[str]
    people: dict[str, str]
    password: str = PASSWORD


class Estates(Estate):
    """The server side of many orgs, before the server itself starts."""

    async def phone(self, staff_no: str, label: str = "phone", *, skew: int = 0) -> Phone:
        """Enrol a new phone for a person of the newest org: staff numbers are the same in all of them."""
        key, chain = Key(self.dice), self.id()
        frame = protocol.EnrolRequest(staff_no, PASSWORD, key.public, chain, label, org=self.org)
        phone = Phone(self, key, chain, await self.enrolment.enrol(frame, "test"), skew)
        self.phones.append(phone)
        return phone

    async def place(self, number: int) -> Place:
        """One more org."""
        made = await found(self.core, f"物业 {number}", "管理员", "A001", HASH)
        self.org, self.people, self.roles = made.org, {"A001": made.admin}, {}
        self.admin = admin = await self.phone("A001", "办公室")
        self.site = admin.act("site.create", {"name": "翠湖花园", "zone": "Asia/Shanghai"})
        posts = [
            admin.act("post.create", {"site": self.site, "name": name, "order": order})
            for order, name in enumerate(("东门岗", "西门岗"), 1)
        ]
        team = admin.act("team.create", {"name": "客服一班", "site": self.site})
        for staff_no, name, role in STAFF:
            person = admin.act("person.create", {"name": name, "staff_no": staff_no})
            self.people[staff_no] = person
            more = {"team": team} if role == "supervisor" else {}
            if staff_no[0] in "BS":
                admin.act("person.assign", {"team": team, "since": T0}, person)
            given = {"person": person, "role": role, "site": self.site, "since": T0, **more}
            self.roles[staff_no] = admin.act("role.grant", given)
            await self.password(person)
        await admin.drain()
        boss = await self.phone("S1")
        for day in range(6):
            begins = T0 + (FIRST_SHIFT + day) * DAY
            date = dt.datetime.fromtimestamp(begins / 1000, dt.UTC).date().isoformat()
            shift = {"person": self.people[("B1", "B2")[day % 2]], "post": posts[0], "team": team, "date": date}
            boss.act("shift.assign", {**shift, "start": begins, "end": begins + 8 * HOUR, "label": "早"})
        results = await boss.drain()
        assert {d for _n, _op, d, _code in results} == {"applied"}, results
        return Place(made.org, self.site, posts, dict(self.people))


async def built(url: str, data: Path, seed: int, count: int) -> tuple[list[Place], int]:
    """``count`` orgs in the database; the server's key lies in ``data``. Gives them, and what the time is then."""
    estate = Estates(url, seed)
    pem = estate.key.secret_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = data / KEY_FILE
    key.write_bytes(pem)
    key.chmod(0o600)
    await estate.start()
    try:
        return [await estate.place(number) for number in range(count)], estate.clock.ms
    finally:
        await estate.close()
