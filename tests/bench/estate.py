"""An estate with one gate, devices enrolled over HTTP, and frames of visits signed before any clock starts."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import msgspec
from tests.bench.wire import Wire, post

from gatehouse.app import KEY_FILE, make_core, open_database
from gatehouse.audit.keys import SigningKey
from gatehouse.estate.found import found
from gatehouse.identity import passwords
from gatehouse.replication.server_acts import ServerAct, act
from gatehouse.settings import Settings
from gatehouse_sync import protocol
from gatehouse_sync.device import Clocks, Device, Person
from gatehouse_sync.ids import uuid7

PASSWORD = "bench-only-password"
LOGIN = "B1"
BATCH = 100
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文建国"
_PURPOSES = ("送快递", "送外卖", "看房", "维修空调", "探亲访友", "面试", "搬家", "水电抄表")
_CATEGORIES = ("resident_guest", "courier", "takeaway", "contractor", "agent", "official", "interview", "other")


class Gate(msgspec.Struct, frozen=True):
    """Where the visits happen."""

    org: str
    site: str
    post: str


def wall() -> int:
    """UTC milliseconds."""
    return time.time_ns() // 1_000_000


async def open_gate(url: str, data: Path) -> Gate:
    """Found an org with a site and a gate, before the server starts."""
    database = await open_database(Settings(database_url=url, data=data))
    try:
        core = make_core(database, SigningKey.from_file(data / KEY_FILE))
        founded = await found(core, "Bench", "Bench", LOGIN, passwords.hashed_demo(PASSWORD))
        site, gate = uuid7(wall(), os.urandom(10)), uuid7(wall(), os.urandom(10))
        await act(
            core,
            founded.org,
            [
                ServerAct("site.create", {"name": "Bench", "zone": "Asia/Shanghai"}, id=site),
                ServerAct("post.create", {"site": site, "name": "A", "order": 1}, id=gate),
            ],
        )
    finally:
        await database.close()
    return Gate(founded.org, site, gate)


class Enrolled:
    """A device as a browser would be one: its key, its session, its token, its connection."""

    def __init__(self, port: int, gate: Gate, seed: int, login: str = LOGIN) -> None:
        self.port, self.gate = port, gate
        self._random = random.Random(seed)
        self._key = SigningKey.generate()
        chain = uuid7(wall(), os.urandom(10))
        answer = post(
            port,
            "/api/devices/enrol",
            {"login": login, "password": PASSWORD, "key": self._key.public, "chain": chain, "label": f"bench {seed}"},
        )
        self.signed_in = msgspec.convert(answer, protocol.SignedIn)
        sign_in = msgspec.json.decode(self.signed_in.certificates[1].body)["id"]
        started = time.monotonic()
        clocks = Clocks(wall, lambda: int((time.monotonic() - started) * 1000), f"run{seed}")
        self.device = Device(self.signed_in.device, gate.org, chain, self._key.sign, clocks, os.urandom)
        self.person = self.signed_in.person
        self.device.people[self.person] = Person(self.person, sign_in, self.signed_in.session)
        self.token = ""
        self.renew()

    def renew(self) -> None:
        """A new token, for ten minutes."""
        with Wire(self.port) as wire:
            info = msgspec.json.decode(wire.exchange(b"GET /api/sync/server HTTP/1.1\r\nhost: bench\r\n\r\n"))
        self.device.hear_anchor(info["anchor"])
        asked = protocol.TokenRequest(self.device.id, self.device.chain, info["anchor"], "")
        signed = msgspec.structs.replace(asked, sig=self._key.sign(protocol.token_message(asked)))
        self.token = str(post(self.port, "/api/devices/token", msgspec.to_builtins(signed))["token"])

    def wire(self) -> Wire:
        """A connection with this device's credentials."""
        return Wire(
            self.port,
            {
                "x-gatehouse-device": self.token,
                "authorization": f"Bearer {self.signed_in.session}",
                "accept-encoding": "gzip",
            },
        )

    def visit(self) -> dict[str, str | int]:
        """A visitor's record of 12 fields, about 400 bytes as compact JSON."""
        pick = self._random.choice
        number = self._random.randrange
        return {
            "site": self.gate.site,
            "post": self.gate.post,
            "category": pick(_CATEGORIES),
            "name": pick(_SURNAMES) + pick(_GIVEN) + pick(_GIVEN),
            "phone": f"1{number(3, 10)}{number(10**9):09}",
            "plate": f"粤{pick('ABCDEFGS')}{number(10**5):05}",
            "host": pick(_SURNAMES) + pick(_GIVEN),
            "unit": f"{number(1, 30)}-{number(1, 33)}0{number(1, 5)}",
            "purpose": pick(_PURPOSES),
            "companions": number(0, 4),
            "pass_no": f"P{number(10**6):06}",
            "expected_out": wall() + number(15, 240) * 60_000,
        }

    def frames(self, count: int, size: int = BATCH) -> list[bytes]:
        """Signed frames of ``count`` new visits, ``size`` in each, as requests ready to be sent.

        They follow each other on the chain and are to be sent in order; the device takes them for acknowledged.
        """
        made = []
        for _ in range(count // size):
            for _ in range(size):
                self.device.act(self.person, "visit.arrive", self.visit())
            made.extend(self.drain())
        return made

    def drain(self) -> list[bytes]:
        """What the device has recorded, as signed frames; it takes them for acknowledged."""
        made = []
        while (frame := self.device.push()) is not None:
            made.append(msgspec.json.encode(frame))
            self.device.pushed(protocol.Need(frame.first + len(frame.ops)))
        self.device.outbox.clear()
        return made
