"""The world of one history: estate, devices, clock, network, what was recorded, and the server that may fall over."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, Literal, TypeVar

import msgspec
from tests.dump import ask
from tests.estate import Key
from tests.simulator.device import SimPhone, Waiting
from tests.simulator.estate import Image, Recorded, SimEstate
from tests.simulator.network import Message, Network, Verb, fate
from tests.simulator.plan import Told

from gatehouse.db.engine import Database
from gatehouse.db.steps import Steps
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.replication import commit
from gatehouse.replication.pull import pull
from gatehouse.replication.push import push
from gatehouse_sync import canon, protocol
from gatehouse_sync.protocol import Need, NeedCerts, PullReply, PullRequest, PushReply, Rechain

T = TypeVar("T")
Place = Literal["before", "after", "replying"]
GIVEN_UP = 30_000
"""After so many ms without a reply a device asks anew."""
SERVER_FAULT = 500
REPLIES: dict[str, Any] = {one.__name__: one for one in (PushReply, Need, NeedCerts, Rechain, PullReply)}
EXPECTED = frozenset({"unknown_device", "session_ended", "not_signed_in", "device_revoked"})
"""What a sound frame may earn; a device knows how to go on from these. After any other it asks again."""


class ServerCrash(BaseException):
    """The server's process ends here. No handler of the product may catch it."""


class Fall(msgspec.Struct):
    """Where the server's process is to end: at a statement of its next transaction, behind its commit, or answering."""

    where: Place
    statement: int


class PullCall(msgspec.Struct, frozen=True):
    """A pull with what its headers prove."""

    request: PullRequest
    claim: DeviceClaim
    session: bytes | None


class World:
    """One history's."""

    def __init__(self, database: Database, image: Image, told: Told) -> None:
        self.told, self.places, self.seal_once = told, deepcopy(image.places), image.seal_once
        self.estate = SimEstate(database, image)
        self.network = Network()
        self.digests = False
        """Every pull states its digests."""
        self.well = False
        """The network delivers everything at once."""
        self.dice = random.Random(0)
        self.phones: dict[str, SimPhone] = {}
        self.fall: Fall | None = None
        self.raising: set[str] = set()
        self.newest = False
        """The server is of the next release."""
        self.recorded_acts: dict[str, Recorded] = {}
        self.acknowledged: set[str] = set()
        self.gone: dict[str, str] = {}
        """Acts that no device holds any more, and why."""
        self.doubtful: set[str] = set()
        """Devices of whose profile there were two, or an older one: nobody can say what they have not sent."""
        self.sent: list[bytes] = []
        self.wrong: list[tuple[str, str]] = []
        self.backup: Any = None
        self.restored = 0
        self.clock_went_back = False
        self.offices = 0
        for name, (disk, key) in image.disks.items():
            self.phones[name] = SimPhone(self, name, disk, [key])

    # Telling.

    def tell(self, who: str, what: str) -> None:
        """One more line of the story."""
        self.told.lines.append(f"{who}: {what}")

    def count(self, what: str) -> None:
        """Something happened once more."""
        self.told.counts[what] += 1

    def recorded(self, phone: SimPhone, op: str) -> str:
        """Somebody was told that this act is recorded."""
        head = phone.device.outbox[-1].op.head
        now = self.estate.core.now()
        self.recorded_acts[op] = Recorded(op, phone.name, phone.device.id, head.actor, head.kind, now)
        self.count(f"act {head.kind}")
        entity = f" of {head.entity[-4:]}" if head.entity != head.id else ""
        values = {
            name: value for name, value in {**head.values}.items() if not isinstance(value, str) or len(value) < 30
        }
        self.tell(phone.name, f"{head.kind}{entity} {values or ''} [{op[-4:]}]")
        return op

    # The network.

    async def ask(self, phone: SimPhone, verb: Verb, *, limit: int = protocol.PAGE_ROWS) -> None:
        """The phone makes one request, unless it waits for the reply to another or has nothing to send."""
        now = self.estate.clock.ms
        if phone.lost or (phone.exchange is not None and now < phone.exchange.until):
            return
        device = phone.device
        if verb == "push":
            if device.needs_rechain is not None:
                await self.rechain(phone)
            frame = device.push()
            if frame is None:
                return
            body = canon.encode(frame)
            self.sent = [*self.sent[-40:], body]
        else:
            if device.revoked:
                return
            digests = self.dice.random() < 0.3 or self.digests
            call = PullCall(device.pull(phone.person, limit, digests=digests), phone.claim(), phone.session_hash())
            body = msgspec.json.encode(call)
        phone.requests += 1
        phone.exchange = Waiting(phone.requests, verb, phone.person, now + GIVEN_UP)
        self.count(f"exchange {verb}")
        self.send(Message("request", verb, phone.name, phone.life, phone.requests, body))
        await self.pump()

    async def rechain(self, phone: SimPhone) -> None:
        """A new chain with a new key, vouched for by the old one."""
        follows = phone.device.needs_rechain
        assert follows is not None
        if phone.name in self.network.mute | self.network.deaf:
            return
        key, chain, estate = Key(self.estate.dice), self.estate.id(), self.estate
        bare = protocol.RechainRequest(phone.device.id, chain, key.public, follows, "")
        request = msgspec.structs.replace(bare, sig=phone.key.sign(protocol.rechain_message(bare)))
        try:
            done = await self.guarded(lambda: estate.enrolment.rechain(request))
        except Problem as problem:
            phone.unheard(problem)
            return
        if done is None:
            return
        self.count("rechain")
        self.tell(phone.name, "begins a new chain")
        phone.keys.append(key)
        phone.key = key
        phone.device.certificates.append(done.certificate)
        phone.device.rechain(chain, key.sign, follows)

    def send(self, message: Message) -> None:
        """Put a message on its way; what becomes of it is for the dice."""
        if self.network.blocks(message):
            self.count(f"fault partition_{'out' if message.way == 'request' else 'in'}")
            self.tell(message.phone, f"{message.verb} {message.way} meets a cut line")
            return
        what, arrivals = ("well", [(0, message.body)]) if self.well else fate(self.dice, message)
        if what != "well":
            self.count(f"fault {what}_{message.way}")
            self.tell(message.phone, f"{message.verb} {message.way}: {what}")
        spoilt = what in {"truncate", "corrupt"}
        for delay, body in arrivals:
            self.network.put(self.estate.clock.ms + delay, msgspec.structs.replace(message, body=body, spoilt=spoilt))

    async def pump(self) -> None:
        """Everything that has arrived by now is taken in, and what is answered at once."""
        while (message := self.network.due(self.estate.clock.ms)) is not None:
            if self.network.blocks(message):
                self.count(f"fault partition_{'out' if message.way == 'request' else 'in'}")
            elif message.way == "request":
                await self.serve(message)
            else:
                await self.hear(message)

    # The server.

    async def serve(self, message: Message) -> None:
        """The server takes a request in and answers, unless it falls over."""
        core = self.estate.core
        problem: str | None = None
        answer: Any = None
        try:
            if message.verb == "push":
                answer = await self.guarded(lambda: push(core, message.body))
            else:
                call = msgspec.json.decode(message.body, type=PullCall)
                answer = await self.guarded(lambda: pull(core, call.request, call.claim, call.session))
        except Problem as earned:
            if earned.status >= SERVER_FAULT:
                raise
            if earned.code not in EXPECTED and not message.spoilt:
                self.wrong.append(("told", f"{message.phone}'s {message.verb} earned {earned.code}"))
            problem = earned.code
        except msgspec.DecodeError:
            assert message.spoilt
            problem = "bad_json"
        else:
            if answer is None:
                return
        if self.fall is not None and self.fall.where == "replying":
            self.crash("before its reply")
            return
        body = b"" if answer is None else type(answer).__name__.encode() + b"\n" + msgspec.json.encode(answer)
        self.send(msgspec.structs.replace(message, way="reply", body=body, problem=problem))

    async def guarded(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """The server at work; None when it fell over."""
        try:
            return await work()
        except ServerCrash as crash:
            self.crash(str(crash))
            return None

    def crash(self, where: str) -> None:
        """The server's process is gone, and another begins."""
        self.fall = None
        self.count(f"fault server_crash {where}")
        self.tell("server", f"crashes {where}, starts again")
        self.restart()

    def restart(self) -> None:
        """Another process over the same database."""
        for phone in self.phones.values():
            phone.subscriber = None
        self.estate.boot()
        for kind in self.raising:
            self.break_handler(kind)

    def break_handler(self, kind: str) -> None:
        """The handler of a kind raises from now on."""

        def raises(*_: object) -> None:
            raise ZeroDivisionError(kind)

        handlers = self.estate.core.registry.handlers
        handlers[kind] = msgspec.structs.replace(handlers[kind], rule=raises)

    async def transaction(
        self, original: Callable[..., Awaitable[T]], database: Database, make: Callable[[], Steps[T]]
    ) -> T:
        """A transaction of the product, which may be where the server falls."""
        fall = self.fall
        if fall is None or fall.where == "replying":
            return await original(database, make)
        self.fall = None
        if fall.where == "before":
            return await original(database, lambda: cut_short(make(), fall.statement))
        await original(database, make)
        raise ServerCrash("after its commit")

    # Hearing.

    async def hear(self, message: Message) -> None:
        """A reply reaches its phone, if the request it belongs to still waits."""
        phone = self.phones[message.phone]
        waits = phone.exchange
        if phone.life != message.life or waits is None or waits.number != message.exchange:
            self.count("fault late_reply")
            return
        reply: Any = None
        before = phone.save() if phone.falls is not None else None
        phone.exchange = None
        if message.problem is not None:
            if message.problem in EXPECTED:
                phone.unheard(Problem(message.problem))
        else:
            name, _, body = message.body.partition(b"\n")
            try:
                reply = msgspec.json.decode(body, type=REPLIES[name.decode()])
            except (msgspec.DecodeError, KeyError):
                assert message.spoilt
                return
            if isinstance(reply, PullReply):
                await self.pulled(phone, waits.person, reply)
            else:
                phone.device.pushed(reply)
        if before is not None:
            when, phone.falls = phone.falls, None
            self.count(f"fault crash_{when}_commit")
            self.tell(phone.name, f"dies {when} it stored the reply to its {message.verb}")
            phone.die(before if when == "before" else None)
        elif isinstance(reply, PushReply):
            self.acknowledged.update(op for _n, op, _d, _code in reply.results if op is not None)

    async def pulled(self, phone: SimPhone, person: str, reply: PullReply) -> None:
        """A pull's reply, and what must hold whenever one was taken in."""
        if person not in phone.device.people or phone.person != person:
            return
        who = phone.device.people[person]
        for scope in reply.reset:
            epoch, seq = who.store.cursors.get(scope, ("", 0))
            if epoch == reply.epoch and not await self._pruned(scope, seq):
                self.wrong.append(("reset", f"{phone.name} must fetch {scope} again"))
        if reply.grants.version != who.grants:
            phone.leave_live()
        phone.device.pulled(person, reply)
        phone.more = reply.more
        if person not in phone.device.people:  # dismissed: their database had to be deleted
            phone.sign_out()
            return
        allowed = set(reply.grants.scopes)
        for id_, row in who.store.rows.items():
            if not row.scopes <= allowed:
                self.wrong.append(("trespass", f"{phone.name} holds {id_} of {row.scopes - allowed}"))

    async def _pruned(self, scope: str, seq: int) -> bool:
        rows = await ask(self.estate.database, "SELECT floor FROM scope_head WHERE scope = ?", scope)
        return bool(rows) and seq < rows[0][0]


def cut_short(steps: Steps[T], count: int) -> Steps[T]:
    """The steps, until the process ends before one of them, or at the latest before the commit."""
    try:
        step = next(steps)
        while True:
            count -= 1
            if count < 0:
                raise ServerCrash("before its commit")
            try:
                rows = yield step
            except Exception as error:  # noqa: BLE001 - what a statement failed with is the product's to handle
                step = steps.throw(error)
            else:
                step = steps.send(rows)
    except StopIteration:
        raise ServerCrash("before its commit") from None


@contextmanager
def hooked(world: World) -> Iterator[None]:
    """For as long as the history runs, the world sees every transaction that decides."""
    module: Any = commit
    original = module.write

    async def write(database: Database, make: Callable[[], Steps[Any]]) -> Any:
        return await world.transaction(original, database, make)

    module.write = write
    try:
        yield
    finally:
        module.write = original
