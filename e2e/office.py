"""The admin's computer: it enrols over HTTP and pushes acts like any other device."""

import json
import os
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
from e2e.phone import PASSWORD
from e2e.server import Server

from gatehouse.audit.keys import SigningKey
from gatehouse_sync import canon
from gatehouse_sync.device import Clocks, Device, Person
from gatehouse_sync.ids import uuid7
from gatehouse_sync.protocol import CertificateBody, PushReply, SignedIn

HOUR = 3_600_000
SURNAMES = "赵钱孙李周吴郑王冯陈"
GIVEN = "东南西"


class Office:
    """Signed in as the demo's admin (or another person by staff number)."""

    def __init__(self, server: Server, staff_no: str = "1001") -> None:
        self.server = server
        self.crews: list[str] = []
        key, now = SigningKey.generate(), int(time.time() * 1000)
        chain = uuid7(now, os.urandom(10))
        wanted = {"login": staff_no, "password": PASSWORD, "key": key.public, "chain": chain, "label": "管理处电脑"}
        answer = httpx.post(f"{server.address}/api/devices/enrol", json=wanted, trust_env=False)
        assert answer.status_code == 201, answer.text
        signed = msgspec.json.decode(answer.content, type=SignedIn)
        clocks = Clocks(lambda: int(time.time() * 1000), lambda: int(time.monotonic() * 1000), chain[:8])
        self.device = Device(signed.device, signed.org, chain, key.sign, clocks, os.urandom)
        auth = msgspec.json.decode(signed.certificates[-1].body, type=CertificateBody).id
        self.person = signed.person
        self.device.people[self.person] = Person(self.person, auth, signed.session)

    def act(self, kind: str, fields: dict[str, Any], entity: str | None = None) -> str:
        return self.device.act(self.person, kind, fields, entity)

    def push(self) -> None:
        """Send everything; every act must be applied."""
        while (frame := self.device.push()) is not None:
            headers = {"content-type": "application/json"}
            address = f"{self.server.address}/api/sync/push"
            answer = httpx.post(address, content=canon.encode(frame), headers=headers, trust_env=False)
            assert answer.status_code == 200, answer.text
            reply = msgspec.json.decode(answer.content, type=PushReply)
            assert {result[2] for result in reply.results} <= {"applied"}, reply.results
            self.device.pushed(reply)

    def id_of(self, table: str, name: str) -> str:
        """The id of a post or team of the demo, by its name."""
        for (body,) in self.server.rows("SELECT body FROM entity WHERE kind = ?", table):
            found = json.loads(body)
            if found["f"].get("name") == name:
                return str(found["id"])
        raise AssertionError(f"no {table} is called {name}")

    def hire(self, people: dict[str, str], post: str, start: float = -1.0, hours: float = 8.0) -> dict[str, str]:
        """Guards who can sign in, by staff number and name, each with a shift; gives the shifts by staff number.

        The first one's shift begins so many hours from now, each further one's a day later.
        """
        now = int(time.time() * 1000)
        team, place = self.id_of("team", "日班组"), self.id_of("post", post)
        site = self.entity(place)["f"]["site"]
        since = now - 24 * HOUR
        hired, shifts = [], {}
        for i, (staff_no, name) in enumerate(people.items()):
            fields = {"name": name, "staff_no": staff_no, "team": team, "since": since}
            person = self.act("person.create", fields)
            self.act("role.grant", {"person": person, "role": "guard", "site": site, "since": since})
            begins = now + int((start + 24 * i) * HOUR)
            hired.append(person)
            shifts[staff_no] = self.act(
                "shift.assign", {"person": person, "post": place, "team": team, **span(begins, hours)}
            )
        self.push()
        self.server.kill()
        with closing(sqlite3.connect(self.server.data / "gatehouse.db")) as connection, connection:
            connection.executemany(
                "INSERT INTO credential SELECT ?, org, hash FROM credential WHERE person = ?",
                [(person, self.person) for person in hired],
            )
        self.server.start()
        return shifts

    def entity(self, id_: str) -> dict[str, Any]:
        """An entity as the server holds it."""
        ((body,),) = self.server.rows("SELECT body FROM entity WHERE id = ?", id_)
        found: dict[str, Any] = json.loads(body)
        return found

    def crew(self, post: str, many: int) -> list[str]:
        """New people with a shift of now at the post; their names, of which no two begin alike."""
        now = int(time.time() * 1000)
        team, place = self.id_of("team", "日班组"), self.id_of("post", post)
        known = len(self.crews)
        names = [f"{surname}{given}安" for given in GIVEN for surname in SURNAMES][known : known + many]
        self.crews += names
        for i, name in enumerate(names, known):
            fields = {"name": name, "staff_no": f"77{i:02}", "team": team, "since": now - 24 * HOUR}
            person = self.act("person.create", fields)
            self.act("shift.assign", {"person": person, "post": place, "team": team, **span(now - HOUR, 8)})
        self.push()
        return names


def span(begins: int, hours: float) -> dict[str, Any]:
    """The times of a shift, from an instant (UTC ms)."""
    date = datetime.fromtimestamp(begins / 1000, ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d")
    return {"start": begins, "end": begins + int(hours * HOUR), "date": date, "label": "日"}
