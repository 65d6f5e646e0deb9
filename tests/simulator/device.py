"""A simulated device: the shared Python device with a virtual disk, clocks that may be wrong, a run that may end."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from tests.estate import Key, Phone

from gatehouse.audit.seal import Private, seal
from gatehouse.errors import Problem
from gatehouse.identity.sign_in import token_hash
from gatehouse_sync import ops
from gatehouse_sync.device import Clocks, Device, Person

if TYPE_CHECKING:
    from tests.simulator.world import World

NOBODY = ""
"""Whose database a device fills while nobody is signed in: what its post and it itself may see."""
_KEPT = ("id", "org", "chain", "follows", "n", "link", "acked", "_acked_link", "outbox", "people", "certificates")
_ALSO = ("anchor", "stamp", "needs_rechain", "revoked")


class Waiting(msgspec.Struct, frozen=True):
    """A request that waits for its reply: for whom it pulls, and when it is given up, UTC ms."""

    number: int
    verb: str
    person: str
    until: int


class SimPhone(Phone):
    """One device of a history.

    Everything it knows after its run ended comes from ``disk``: the bytes of what was committed. A key is a handle into
    the browser's key store, which the bytes only name.
    """

    def __init__(self, world: World, name: str, disk: bytes, keys: list[Key]) -> None:
        self.world, self.estate, self.name = world, world.estate, name
        self.keys = list(keys)
        self.life = 0
        self.exchange: Waiting | None = None
        self.falls: Literal["before", "after"] | None = None
        """Around which local commit its run ends, at the next reply."""
        self.requests = 0
        self.more = True
        """The server had more than the last pull took, or has not answered it."""
        self.subscriber: Any = None
        self.newer = False
        """Its app is of the next release."""
        self.lost = False
        """Its browser lost it, or it was revoked and wiped: it takes no more part."""
        self.skew = 0
        self.kiosk = False
        self.profile: bytes | None = None
        """A copy of its disk that somebody made."""
        self.load(disk)

    # The disk.

    def save(self) -> bytes:
        """What is committed now, as bytes."""
        kept = {name: getattr(self.device, name) for name in (*_KEPT, *_ALSO)}
        return pickle.dumps((kept, self.keys.index(self.key), self.person, self.session, self.kiosk))

    def load(self, disk: bytes) -> None:
        """A new run of the app on these bytes; nothing else is remembered."""
        kept, key, self.person, self.session, self.kiosk = pickle.loads(disk)
        self.key = self.keys[key]
        self.life += 1
        self.exchange = None
        self.leave_live()
        self.boot_ms = self.estate.clock.ms - 1_000
        clocks = Clocks(self.wall, self.mono, f"{self.name}-{self.life}")
        self.device = Device(kept["id"], kept["org"], kept["chain"], self.key.sign, clocks, self.estate.dice.randbytes)
        for name, value in kept.items():
            setattr(self.device, name, value)
        public = self.estate.core.signer.seal_key.key
        once = self.world.seal_once

        def sealed(op: str, com: str, private: str, salt: str) -> str:
            return seal(public, op, com, Private(private, salt), once)

        self.device.seal = sealed

    def die(self, disk: bytes | None = None) -> None:
        """The run ends; the next begins from what was committed (or from an older copy of the disk)."""
        self.load(self.save() if disk is None else disk)

    def leave_live(self) -> None:
        """The socket is gone."""
        if getattr(self, "subscriber", None) is not None:
            self.estate.core.hub.unsubscribe(self.subscriber[0])
        self.subscriber = None

    # Who is there.

    def known(self, person: str, auth: str | None = None) -> Person:
        """A person's database here; made if there is none."""
        if person not in self.device.people:
            self.device.people[person] = Person(person, auth or ops.NO_AUTH, None)
        return self.device.people[person]

    @property
    def signed_in(self) -> bool:
        """Whether somebody is."""
        return self.person != NOBODY

    def sign_out(self) -> None:
        """Nobody is signed in from now on."""
        self.person, self.session = NOBODY, None
        self.known(NOBODY)

    def session_hash(self) -> bytes | None:
        """The session's name at the server."""
        return token_hash(self.session) if self.session is not None else None

    # Acts.

    def record(self, kind: str, fields: dict[str, Any], entity: str | None = None, person: str | None = None) -> str:
        """Record an act: committed when this returns."""
        who = self.person if person is None else person
        return self.world.recorded(self, self.device.act(who, kind, fields, entity))

    def unsent(self) -> list[str]:
        """Acts no reply has confirmed."""
        return [kept.op.head.id for kept in self.device.outbox if kept.n > self.device.acked]

    def unheard(self, problem: Problem) -> None:
        """Go on after a frame that the server would not take."""
        match problem.code:
            case "unknown_device":
                # A server put back to before the enrolment: the certificates bring it back, and everything is sent.
                self.device.needs_rechain = None
                self.device.present, self.device.acked = True, 0
            case "session_ended" | "not_signed_in":
                self.sign_out()
            case "device_revoked":
                self.device.people.clear()
                self.sign_out()
                self.device.revoked = True
            case _:
                raise problem

    def drop_outbox_after(self, op: str) -> None:
        """Forget the acts behind this one; for a copy of a profile."""
        at = next(i for i, kept in enumerate(self.device.outbox) if kept.op.head.id == op)
        del self.device.outbox[at + 1 :]


def pick(dice: random.Random, things: list[Any], fit: Callable[[Any], bool] = bool) -> Any:
    """One of the things that fit, or None."""
    good = [one for one in things if fit(one)]
    return dice.choice(good) if good else None
