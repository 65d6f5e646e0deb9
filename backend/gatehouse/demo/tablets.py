"""Devices of the demo: they enrol, sign people in, act, push and pull as a browser does, under the demo's clock."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import msgspec

from gatehouse.audit.keys import SigningKey
from gatehouse.demo.people import PASSWORD
from gatehouse.devices.enrol import Enrolment
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.identity.sign_in import token_hash
from gatehouse.replication.core import Replication
from gatehouse.replication.pull import pull
from gatehouse.replication.push import push
from gatehouse.web import app_of, built_app
from gatehouse_sync.device import Clocks, Device, Person
from gatehouse_sync.ids import uuid7
from gatehouse_sync.protocol import CertificateBody, EnrolRequest, PushReply, SignedIn, SignInRequest

BATCH = 200
LAGS = "地库岗平板"
"""The device whose app was not updated yet."""
_SOURCE = "demo"


class Clock:
    """The demo's time, UTC ms: the server's and, but for their errors, the devices'."""

    def __init__(self, ms: int) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms


class World(msgspec.Struct, frozen=True):
    """The server as its devices meet it, in process."""

    core: Replication
    enrolment: Enrolment
    clock: Clock


class Tablet:
    """One enrolled device and who is signed in on it. Its key exists in memory only and goes with it."""

    def __init__(self, world: World, device: Device) -> None:
        self.world = world
        self.device = device
        self.people: dict[str, str] = {}
        self.current: str | None = None

    @classmethod
    async def enrol(cls, world: World, staff_no: str, label: str, error_ms: int) -> Tablet:
        """Enrol by a person's sign-in; the device's clock is off by ``error_ms``."""
        key, clock, booted = SigningKey.generate(), world.clock, world.clock.ms
        chain = uuid7(clock.ms, os.urandom(10))
        signed = await world.enrolment.enrol(EnrolRequest(staff_no, PASSWORD, key.public, chain, label), _SOURCE)
        clocks = Clocks(lambda: clock.ms + error_ms, lambda: clock.ms - booted, chain[:8])
        tablet = cls(world, Device(signed.device, signed.org, chain, key.sign, clocks, os.urandom))
        tablet.device.batch = BATCH
        folder = built_app()
        served = app_of(folder) if folder is not None else None
        if served is not None:
            tablet.device.app = f"{served.partition('+')[0]}+index-earlier.js" if label == LAGS else served
            tablet.device.kept = True
        tablet.device.hear_anchor(world.core.signer.anchor(clock.ms))
        tablet._add(staff_no, signed)
        await tablet.pull()
        return tablet

    def _add(self, staff_no: str, signed: SignedIn) -> None:
        auth = msgspec.json.decode(signed.certificates[-1].body, type=CertificateBody).id
        self.device.people[signed.person] = Person(signed.person, auth, signed.session)
        self.people[staff_no] = signed.person
        self.current = signed.person

    async def know(self, staff_no: str) -> None:
        """Have a person signed in here, beside whoever works here."""
        if staff_no not in self.people:
            request, current = SignInRequest(staff_no, PASSWORD), self.current
            self._add(staff_no, await self.world.enrolment.sign_in(request, self._claim(), _SOURCE))
            self.current = current

    async def take_over(self, staff_no: str) -> None:
        """Let another person work here: signed in the first time, else by a switch; then up to date."""
        await self.know(staff_no)
        if self.people[staff_no] != self.current:
            self.current = self.people[staff_no]
            await self.pull()

    def act(self, kind: str, fields: Mapping[str, Any], entity: str | None = None) -> str:
        """Record an act of who is signed in; gives its id."""
        return self.device.act(self._person(), kind, fields, entity)

    def act_for(self, staff_no: str, kind: str, fields: Mapping[str, Any], entity: str | None = None) -> str:
        """Record a quick act of somebody who is known here, and does not take over; gives its id."""
        return self.device.act(self.people[staff_no], kind, fields, entity)

    async def push(self, most: int | None = None) -> None:
        """Send what waits, in batches; with ``most`` only one batch of so many arrives."""
        device = self.device
        device.batch = BATCH if most is None else most
        while (frame := device.push()) is not None:
            reply = await push(self.world.core, msgspec.json.encode(frame))
            if not isinstance(reply, PushReply):
                raise TypeError(f"the demo's push was answered by {type(reply).__name__}")
            device.pushed(reply)
            if most is not None:
                break
        device.outbox = [kept for kept in device.outbox if kept.n > device.acked]

    async def pull(self) -> None:
        """Bring the rows of who is signed in up to date, and forget visits that are over."""
        person = self._person()
        session = self.device.people[person].session
        more = True
        while more:
            request = self.device.pull(person)
            reply = await pull(self.world.core, request, self._claim(), token_hash(session) if session else None)
            self.device.pulled(person, reply)
            more = reply.more
        rows = self.device.people[person].store.rows
        for id_ in [id_ for id_, held in rows.items() if "left" in held.body["f"]]:
            del rows[id_]

    def _person(self) -> str:
        if self.current is None:
            raise RuntimeError("nobody is signed in on this tablet")
        return self.current

    def _claim(self) -> DeviceClaim:
        return DeviceClaim(self.device.id, self.device.chain, self.device.org)
