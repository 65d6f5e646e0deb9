"""A small estate for tests, in process: an org with a site, two gates and its people, on a clock and dice of its own.

The same seed gives the same estate byte for byte, signatures included, on either database.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from gatehouse.app import make_core, start_database
from gatehouse.audit.keys import SigningKey
from gatehouse.db.engine import bind, database_of
from gatehouse.db.steps import Steps, write
from gatehouse.devices.enrol import Enrolment
from gatehouse.devices.tokens import DeviceClaim, TokenMint
from gatehouse.estate.found import found
from gatehouse.identity import passwords
from gatehouse.identity.sign_in import token_hash
from gatehouse.policy.queries import forget
from gatehouse.replication.core import Replication
from gatehouse.replication.pull import pull
from gatehouse.replication.push import push
from gatehouse_sync import canon, protocol
from gatehouse_sync.apply import Body
from gatehouse_sync.chain import End
from gatehouse_sync.device import Clocks, Device, Person
from gatehouse_sync.ids import uuid7
from gatehouse_sync.protocol import Need, NeedCerts, PullReply, Push, PushReply, Rechain

T0 = 1_772_409_600_000
"""2026-03-02 00:00 UTC, when every estate begins."""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
PASSWORD = "a public password of the tests"
HASH = passwords.hashed_demo(PASSWORD)
_SIGN = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

Answer = PushReply | Need | Rechain | NeedCerts


class Key(SigningKey):
    """A signing key made from dice, whose signatures repeat."""

    def __init__(self, dice: random.Random) -> None:
        self.secret_key = ec.derive_private_key(dice.randrange(1, _ORDER), ec.SECP256R1())
        super().__init__(self.secret_key)

    def sign(self, message: bytes) -> str:
        r, s = decode_dss_signature(self.secret_key.sign(message, _SIGN))
        return canon.b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


class Clock:
    """True time, moved by hand."""

    def __init__(self) -> None:
        self.ms = T0

    def now(self) -> int:
        return self.ms

    def forward(self, ms: int) -> None:
        self.ms += ms


class Estate:
    """The server side, and the phones that belong to it. ``start`` or a served app opens the database first."""

    def __init__(self, url: str, seed: int = 1, clock: Clock | None = None) -> None:
        self.url = url
        self.dice = random.Random(seed)
        self.clock = clock or Clock()
        self.key = Key(self.dice)
        self.phones: list[Phone] = []
        self.tampered = False
        """Set by a test that breaks the database on purpose, so that it is not verified in the end."""
        self.database = database_of(url)
        bind(self.database)
        self.boot()

    def boot(self) -> None:
        """A new process over the same database and key: nothing remembered in memory."""
        forget()
        self.core: Replication = make_core(self.database, self.key, self.clock.now, self.dice.randbytes)
        self.mint = TokenMint(self.key.secret("device-token"))
        self.enrolment = Enrolment(
            self.database, self.core.signer, self.core.chains, self.mint, self.core.now, self.core.random
        )

    async def start(self) -> None:
        await start_database(self.database)

    async def restart(self) -> None:
        """The process ends and another begins on the same files."""
        await self.database.close()
        self.database = database_of(self.url)
        bind(self.database)
        self.boot()
        await self.database.open()

    def id(self) -> str:
        return uuid7(self.clock.ms, self.dice.randbytes(10))

    async def build(self) -> None:
        """Found the org; an admin sets up a site, two gates, three guards and a manager."""
        founded = await found(self.core, "翠湖物业", "管理员", "A001", HASH)
        self.org, self.admin_id = founded.org, founded.admin
        self.admin = await self.phone("A001", "办公室")
        self.site = self.admin.act("site.create", {"name": "翠湖花园", "zone": "Asia/Shanghai"})
        self.east = self.admin.act("post.create", {"site": self.site, "name": "东门岗", "order": 1})
        self.west = self.admin.act("post.create", {"site": self.site, "name": "西门岗", "order": 2})
        self.people: dict[str, str] = {}
        self.roles: dict[str, str] = {}
        for staff_no, name, role in (
            ("G1", "李卫国", "guard"),
            ("G2", "王建军", "guard"),
            ("G3", "赵小兵", "guard"),
            ("M1", "陈经理", "manager"),
        ):
            await self.hire(staff_no, name, role, self.site)
        await self.admin.drain()

    async def hire(self, staff_no: str, name: str, role: str, site: str, **dates: int) -> str:
        """The admin's acts that make a person with one role; they count once pushed."""
        person = self.admin.act("person.create", {"name": name, "staff_no": staff_no})
        self.people[staff_no] = person
        self.roles[staff_no] = self.admin.act(
            "role.grant", {"person": person, "role": role, "site": site, "since": T0, **dates}
        )
        await self.password(person)
        return person

    async def password(self, person: str) -> None:
        """Let a person sign in with the tests' password."""

        def steps() -> Steps[None]:
            yield passwords.store(person, self.org, HASH)

        await write(self.database, steps)

    async def phone(self, staff_no: str, label: str = "phone", *, skew: int = 0) -> Phone:
        """Enrol a new phone for a person."""
        key, chain = Key(self.dice), self.id()
        frame = protocol.EnrolRequest(staff_no, PASSWORD, key.public, chain, label)
        signed = await self.enrolment.enrol(frame, "test")
        phone = Phone(self, key, chain, signed, skew)
        self.phones.append(phone)
        return phone

    async def push(self, raw: bytes) -> Answer:
        """What the server answers to a push's bytes."""
        return await push(self.core, raw)

    async def close(self) -> None:
        await self.database.close()


class Phone:
    """One device with the person signed in on it, and its wire to the estate."""

    def __init__(self, estate: Estate, key: Key, chain: str, signed: protocol.SignedIn, skew: int) -> None:
        self.estate, self.key, self.skew = estate, key, skew
        self.boot_ms = estate.clock.ms - 1_000
        clocks = Clocks(self.wall, self.mono, "run-1")
        self.device = Device(signed.device, signed.org, chain, key.sign, clocks, estate.dice.randbytes)
        self.person = signed.person
        self.session: str | None = signed.session
        self.device.certificates = list(signed.certificates)
        self.device.hear_anchor(estate.core.signer.anchor(estate.clock.ms))
        self.seat(signed)

    @property
    def id(self) -> str:
        return self.device.id

    def wall(self) -> int:
        return self.estate.clock.ms + self.skew

    def mono(self) -> int:
        return self.estate.clock.ms - self.boot_ms

    def seat(self, signed: protocol.SignedIn) -> None:
        """A person sits down at this device: their certificate and their database."""
        auth = str(msgspec.json.decode(signed.certificates[-1].body)["id"])
        known = self.device.people.get(signed.person)
        if known is None:
            self.device.people[signed.person] = Person(signed.person, auth, signed.session)
        else:
            known.auth, known.session = auth, signed.session
        self.person, self.session = signed.person, signed.session

    async def sign_in(self, staff_no: str) -> None:
        """Another person signs in on this device."""
        frame = protocol.SignInRequest(staff_no, PASSWORD)
        signed = await self.estate.enrolment.sign_in(frame, self.claim(), "test")
        self.device.certificates += signed.certificates
        self.seat(signed)

    def claim(self) -> DeviceClaim:
        return DeviceClaim(self.device.id, self.device.chain, self.device.org)

    def token(self) -> str:
        return self.estate.mint.issue(self.claim(), self.estate.clock.ms)[0]

    # Acts.

    def act(
        self, kind: str, fields: Mapping[str, Any], entity: str | None = None, depends_on: tuple[str, ...] = ()
    ) -> str:
        return self.device.act(self.person, kind, fields, entity, depends_on)

    def arrive(self, post: str | None = None, **fields: Any) -> str:
        """A visitor comes in at the east gate."""
        estate = self.estate
        given = {"site": estate.site, "post": post or estate.east, "category": "courier", **fields}
        return self.act("visit.arrive", given)

    def amend(self, visit: str, **fields: Any) -> str:
        return self.act("visit.amend", fields, visit)

    def leave(self, visit: str, post: str | None = None) -> str:
        return self.act("visit.leave", {"left_post": post or self.estate.east}, visit)

    # The wire.

    def frame(self) -> Push | None:
        return self.device.push()

    def raw(self) -> bytes:
        """The next push as bytes; there is one."""
        frame = self.frame()
        assert frame is not None
        return canon.encode(frame)

    async def push(self) -> PushReply:
        """Push once; the frame is accepted."""
        reply = await self.estate.push(self.raw())
        assert isinstance(reply, PushReply), reply
        self.device.pushed(reply)
        return reply

    async def drain(self, most: int = 20) -> list[protocol.Outcome]:
        """Push until nothing waits, whatever the server asks for on the way (I7)."""
        results: list[protocol.Outcome] = []
        for _ in range(most):
            if self.device.needs_rechain is not None:
                await self.rechain(self.device.needs_rechain)
            frame = self.frame()
            if frame is None:
                return results
            reply = await self.estate.push(canon.encode(frame))
            self.device.pushed(reply)
            results += reply.results if isinstance(reply, PushReply) else []
        raise AssertionError(f"the outbox did not drain within {most} exchanges")

    async def rechain(self, follows: End) -> None:
        """A new chain with a new key, vouched for by the old key."""
        estate = self.estate
        new, chain = Key(estate.dice), estate.id()
        bare = protocol.RechainRequest(self.device.id, chain, new.public, follows, "")
        request = msgspec.structs.replace(bare, sig=self.key.sign(protocol.rechain_message(bare)))
        done = await estate.enrolment.rechain(request)
        self.device.certificates.append(done.certificate)
        self.key = new
        self.device.rechain(chain, new.sign, follows)

    async def pull(self, *, digests: bool = False, limit: int = protocol.PAGE_ROWS) -> list[PullReply]:
        """Pull until the server has no more; gives every reply."""
        replies = []
        while True:
            reply = await self.pull_once(digests=digests, limit=limit)
            replies.append(reply)
            if not reply.more:
                return replies

    async def pull_once(self, *, digests: bool = False, limit: int = protocol.PAGE_ROWS) -> PullReply:
        request = self.device.pull(self.person, limit, digests=digests)
        frame = msgspec.json.decode(msgspec.json.encode(request), type=protocol.PullRequest)
        session = token_hash(self.session) if self.session is not None else None
        reply = await pull(self.estate.core, frame, self.claim(), session)
        heard = msgspec.json.decode(msgspec.json.encode(reply), type=PullReply)
        self.device.pulled(self.person, heard)
        return heard

    async def sync(self) -> list[protocol.Outcome]:
        results = await self.drain()
        await self.pull()
        return results

    # What the screen shows.

    def row(self, entity: str) -> Body | None:
        """The confirmed row, or None."""
        held = self.device.people[self.person].store.rows.get(entity)
        return held.body if held is not None else None

    def view(self, entity: str) -> Body | None:
        return self.device.view(self.person).get(entity)

    def rows(self, kind: str) -> list[Body]:
        store = self.device.people[self.person].store
        return [held.body for _, held in sorted(store.rows.items()) if held.body["kind"] == kind]

    def notices(self) -> list[Body]:
        """Open notices of the person signed in."""
        return [body for body in self.rows("notice") if body["f"]["state"] == "open"]


@asynccontextmanager
async def opened(url: str, seed: int = 1) -> AsyncIterator[Estate]:
    """A built estate on a fresh database."""
    estate = Estate(url, seed)
    await estate.start()
    try:
        await estate.build()
        yield estate
    finally:
        await estate.close()


def codes(results: Sequence[protocol.Outcome]) -> list[tuple[str, str | None]]:
    """``(decision, code)`` of every result."""
    return [(d, code) for _n, _op, d, code in results]
