"""The server side of a simulated world, and the built estate that every history begins with."""

from __future__ import annotations

import random

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from tests.estate import Clock, Estate, Key

from gatehouse.app import make_core
from gatehouse.db.engine import Database, bind
from gatehouse.devices.enrol import Enrolment
from gatehouse.devices.tokens import TokenMint


class Recorded(msgspec.Struct, frozen=True):
    """An act somebody was told is recorded: on which device, whose, when (true time, UTC ms)."""

    op: str
    phone: str
    device: str
    actor: str
    kind: str
    at: int


class Places(msgspec.Struct):
    """The ids a history begins with, by name."""

    org: str
    sites: list[str]
    posts: list[str]
    team: str
    people: dict[str, str]
    roles: dict[str, list[str]]
    shifts: list[str]


class Image(msgspec.Struct):
    """A built estate, to begin every history from."""

    places: Places
    ms: int
    key: Key
    seal_once: ec.EllipticCurvePrivateKey
    disks: dict[str, tuple[bytes, Key]]


class SimEstate(Estate):
    """The server side over a database that is there already."""

    def __init__(self, database: Database, image: Image) -> None:
        self.url = ""
        self.dice = random.Random(0)
        self.clock = Clock()
        self.clock.ms = image.ms
        self.behind = 0
        """How far the clock of the server's machine is behind the truth, ms."""
        self.latest = image.ms
        """The greatest instant the server ever read."""
        self.key = image.key
        self.phones = []
        self.tampered = False
        self.database = database
        bind(database)
        self.boot()

    async def restart(self) -> None:
        """A new process over the same connection: what a server knows of its database is in the database."""
        self.boot()

    def boot(self) -> None:
        """A new process: nothing remembered in memory, and nothing keeps its clock from running backwards."""
        last = 0

        def now() -> int:
            nonlocal last
            last = max(last, self.clock.ms - self.behind)
            self.latest = max(self.latest, last)
            return last

        self.core = make_core(self.database, self.key, now, self.dice.randbytes)
        self.mint = TokenMint(self.key.secret("device-token"))
        self.enrolment = Enrolment(self.database, self.core.signer, self.core.chains, self.mint, now, self.core.random)
