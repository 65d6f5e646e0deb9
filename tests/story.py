"""Stories: a seeded run of an estate in which the network, the phones and the server fail, and then heal.

One seed makes one story, step for step, on either database. What was recorded, sent and answered is kept, so that a
test can hold the end against it.
"""

from __future__ import annotations

import random
from typing import Any

import msgspec
from tests.estate import HOUR, MINUTE, Answer, Estate, Phone

from gatehouse.errors import Problem
from gatehouse_sync import canon
from gatehouse_sync.protocol import Need, NeedCerts, PushReply, Rechain

GUARDS = ("G1", "G2", "G3", "M1")
SERVER_FAULT = 500
BUSY = 2
"""How many visits a person's acts are about at a time: few, so that people meet."""
DRAIN = 20
"""Exchanges after which every outbox is empty once the network is well (I7)."""


class Story:
    """A run of ``steps`` events; then ``heal``."""

    def __init__(self, estate: Estate, seed: int, *, erase: bool = True) -> None:
        self.estate = estate
        self.dice = random.Random(seed)
        self.erase = erase
        self.phones: list[Phone] = []
        self.recorded: list[tuple[Phone, str]] = []
        self.acknowledged: set[str] = set()
        self.sent: list[bytes] = []
        self.resets: list[str] = []

    async def run(self, steps: int) -> None:
        for staff_no in GUARDS:
            self.phones.append(await self.estate.phone(staff_no, skew=self.dice.choice((0, 0, -3 * HOUR, 26 * HOUR))))
            await self.phones[-1].pull()
        weighted = [self.act] * 9 + [self.exchange] * 9 + [self.lose_reply, self.repeat, self.reorder, self.cut] * 2
        weighted += [self.wait, self.reload, self.restart, self.move, self.fork, self.fork]
        for _ in range(steps):
            await self.dice.choice(weighted)()

    # What people do.

    async def act(self) -> None:
        """Some acts of one person, offline."""
        phone = self.dice.choice(self.phones)
        for _ in range(self.dice.randint(1, 3)):
            made = self._act(phone)
            if made is not None:
                self.recorded.append((phone, made))

    def _act(self, phone: Phone) -> str | None:  # noqa: PLR0911  # one line a deed
        dice, estate = self.dice, self.estate
        gate = dice.choice((estate.east, estate.west))
        shown = phone.device.view(phone.person).items()
        visits = [id_ for id_, body in shown if body["kind"] == "visit"][-BUSY:]
        notices = [body for body in phone.notices() if body["f"]["fields"]]
        choice = dice.random()
        if notices and choice < 0.3:
            return self._settle(phone, dice.choice(notices))
        if not visits or choice < 0.16:
            return phone.arrive(gate, name=f"访客{dice.randint(1, 99)}", unit=f"{dice.randint(1, 9)}-101")
        visit = dice.choice(visits)
        if choice < 0.72:
            return phone.amend(visit, **self._fields())
        if choice < 0.8:
            return phone.leave(visit, gate)
        if choice < 0.84:
            return phone.act("visit.exit", {"site": estate.site, "left_post": gate})
        if choice < 0.88:
            return phone.act("visit.join", {"joined": dice.choice(visits)}, visit)
        if choice < 0.9:
            return phone.arrive(estate.id())  # no such gate: refused
        if choice < 0.97:
            # Read out over the radio: not here yet, or never to come, or no visit at all.
            return phone.leave(dice.choice([*self._unsent(), estate.id(), dice.choice(self.recorded)[1]]))
        return phone.act("visit.erase", {"reason": "request"}, visit) if self.erase else None

    def _unsent(self) -> list[str]:
        """Visits that no other phone can know of yet."""
        acts = [kept.op.head for phone in self.phones for kept in phone.device.outbox if kept.n > phone.device.acked]
        return [head.id for head in acts if head.kind == "visit.arrive"]

    def _fields(self) -> dict[str, Any]:
        dice = self.dice
        fields: dict[str, Any] = {
            "unit": f"{dice.randint(1, 9)}-{dice.randint(101, 105)}",
            "note": f"备注{dice.randint(1, 99)}",
            "id_kind": dice.choice(("none", "id_card", "permit")),
            "plate": f"粤B{dice.randint(10000, 99999)}",
            "items": sorted(dice.sample(["工具箱", "梯子", "油漆", "电缆"], 2)),
        }
        names = {dice.choice(("unit", "unit", "id_kind", *sorted(fields))) for _ in range(dice.randint(1, 2))}
        return {name: fields[name] for name in sorted(names)}

    def _settle(self, phone: Phone, notice: dict[str, Any]) -> str:
        field, yours = notice["f"]["fields"][0][:2]
        if self.dice.random() < 0.5 or yours is None or field not in {"unit", "id_kind", "plate"}:
            return phone.act("notice.close", {"notice": notice["id"]})
        choice = self.dice.choice(("mine", "theirs"))
        given = {"notice": notice["id"], "choice": choice, field: yours}
        return phone.act("conflict.resolve", given, notice["f"]["about"])

    # What the network and the machines do.

    async def exchange(self) -> None:
        """A phone is online for a moment: it pushes what fits and pulls a page or all."""
        phone = self.dice.choice(self.phones)
        phone.device.batch = self.dice.choice((1, 3, 500))
        await self.push(phone)
        if self.dice.random() < 0.85:
            limit, digests = self.dice.choice((2, 1000, 1000)), self.dice.random() < 0.3
            self.resets += (await phone.pull_once(limit=limit, digests=digests)).reset

    async def push(self, phone: Phone, *, heard: bool = True) -> None:
        if phone.device.needs_rechain is not None:
            await phone.rechain(phone.device.needs_rechain)
        frame = phone.frame()
        if frame is None:
            return
        raw = canon.encode(frame)
        self.sent.append(raw)
        reply = await self.estate.push(raw)
        if heard:
            self.hear(phone, reply)

    def hear(self, phone: Phone, reply: Answer) -> None:
        phone.device.pushed(reply)
        if isinstance(reply, PushReply):
            self.acknowledged.update(op for _n, op, _d, _code in reply.results if op is not None)

    async def lose_reply(self) -> None:
        """The server commits, the phone never hears of it."""
        await self.push(self.dice.choice(self.phones), heard=False)

    async def repeat(self) -> None:
        """A proxy sends an old frame again, up to three times."""
        for raw in self.dice.sample(self.sent, min(len(self.sent), 3)):
            assert isinstance(await self.estate.push(raw), PushReply | Need | Rechain)

    async def reorder(self) -> None:
        """The second half of a batch comes before the first."""
        phone = self.dice.choice(self.phones)
        waiting = [kept for kept in phone.device.outbox if kept.n > phone.device.acked]
        if len(waiting) > 1 and phone.device.needs_rechain is None:
            half = len(waiting) // 2
            late = canon.encode(phone.device.frame(waiting[half:], waiting[half].n))
            assert not isinstance(await self.estate.push(late), NeedCerts)

    async def cut(self) -> None:
        """A frame is cut on its way, or a bit of it falls over."""
        frame = self.dice.choice(self.phones).frame()
        if frame is None:
            return
        raw = bytearray(canon.encode(frame))
        if self.dice.random() < 0.5:
            del raw[self.dice.randrange(len(raw)) :]
        else:
            # Not inside the ops: a private part is under its commitment, not under the frame's signature, so what
            # happens to it on the way is that op's decision (P4, P6).
            outside = [*range(raw.index(b'"ops"')), *range(raw.rindex(b'"prev"'), len(raw))]
            raw[self.dice.choice(outside)] ^= 1 << self.dice.randrange(7)
        try:
            reply = await self.estate.push(bytes(raw))
        except Problem as problem:
            if problem.status >= SERVER_FAULT:
                raise
        else:
            assert isinstance(reply, PushReply | Need | Rechain | NeedCerts)

    async def wait(self) -> None:
        self.estate.clock.forward(self.dice.randint(1, 90) * MINUTE)

    async def reload(self) -> None:
        """The app is started again: another run, another monotonic clock."""
        phone = self.dice.choice(self.phones)
        phone.device.clocks = msgspec.structs.replace(phone.device.clocks, run=f"run-{self.dice.randrange(10**6)}")
        phone.boot_ms = self.estate.clock.ms - self.dice.randint(0, 1000)

    async def restart(self) -> None:
        """The server's process ends and another begins."""
        await self.estate.restart()

    async def move(self) -> None:
        """A role ends, or comes back."""
        estate, dice = self.estate, self.dice
        staff_no = dice.choice(("G2", "G3"))
        if staff_no in estate.roles and dice.random() < 0.4:
            estate.admin.act("role.end", {"until": estate.clock.ms}, estate.roles.pop(staff_no))
        else:
            person = estate.people[staff_no]
            given = {"person": person, "role": "guard", "site": estate.site, "since": estate.clock.ms}
            estate.roles.setdefault(staff_no, estate.admin.act("role.grant", given))
        await self.push(estate.admin)

    async def fork(self) -> None:
        """A profile rolled back: the phone goes on from where it was a few acts ago, on a chain that has moved on."""
        phone = self.dice.choice(self.phones)
        device = phone.device
        waiting = [kept for kept in device.outbox if kept.n > device.acked]
        if len(waiting) < 2 or device.needs_rechain is not None:
            return
        await self.estate.push(canon.encode(device.frame(waiting, waiting[0].n)))
        gone = waiting[-1]
        device.outbox.remove(gone)
        device.n, device.link = waiting[-2].n, waiting[-2].link
        self.recorded = [one for one in self.recorded if one[1] != gone.op.head.id]
        self.recorded.append((phone, phone.arrive()))

    # The end.

    async def heal(self) -> None:
        """Everybody is online: outboxes drain, then everybody pulls until nothing is new."""
        for phone in [*self.phones, self.estate.admin]:
            for _ in range(DRAIN):
                if phone.device.needs_rechain is None and phone.frame() is None:
                    break
                phone.device.batch = 500
                await self.push(phone)
            else:
                raise AssertionError("an outbox did not drain")
        # A pull brings a newer anchor, the next one renews the phone's own row by it, and the others see that after.
        for _ in range(3):
            for phone in [*self.phones, self.estate.admin]:
                for reply in await phone.pull(digests=True):
                    self.resets += reply.reset
