"""Swaps asked for, accepted by two, decided by two, withdrawn and expired at once, over several processes."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec
from tests.estate import DAY, HOUR, T0, Phone
from tests.servers.cluster import Cluster
from tests.servers.device import Live, Wires
from tests.servers.elle import OPEN, Anomaly, Done, check

from gatehouse_sync.ids import derived

AGENTS, SUPERVISORS = 8, 2
DAYS, A_DAY = 24, 3
AT_ONCE = 32
SOON_MS = 4_000
EXPIRY_S = 75.0


class Swapped(msgspec.Struct):
    """What a run of swaps came to."""

    swaps: int
    acts: int
    decided: Counter[str]
    """``swap.approve applied``, ``swap.accept refused wrong_state``: how often."""
    anomalies: list[Anomaly]
    untold: list[str]
    """Refused acts whose author's device does not hold the notice."""
    differing: list[str]
    """Devices that hold another state of a shift or swap than the database."""
    seconds: float
    faults: int


class Desk:
    """One person's phone, which sends what they do as soon as it can."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.times: dict[str, tuple[float, float]] = {}
        self._waiting: dict[str, tuple[float, asyncio.Future[tuple[str, str | None]]]] = {}
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._send())

    @property
    def person(self) -> str:
        return self.live.phone.person

    async def act(self, kind: str, fields: Mapping[str, Any], entity: str | None = None) -> tuple[str, str, str | None]:
        """Record and send; gives the act's id, decision and code."""
        if self._task.done():
            self._task.result()
        id_ = self.live.phone.act(kind, fields, entity)
        answer: asyncio.Future[tuple[str, str | None]] = asyncio.get_running_loop().create_future()
        self._waiting[id_] = time.monotonic(), answer
        self._wake.set()
        return id_, *(await answer)

    async def _send(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self.live.phone.frame() is not None:
                    for _n, op, d, code in await self.live.push_surely():
                        if op in self._waiting:
                            invoked, answer = self._waiting.pop(op)
                            self.times[op] = invoked, time.monotonic()
                            answer.set_result((d, code))
                self.live.phone.device.outbox.clear()
        except Exception as failure:
            for _, answer in self._waiting.values():
                answer.set_exception(failure)
            raise

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


class Team:
    """A team with shifts three of which overlap each day, so that whoever takes one may not take the others."""

    def __init__(self, cluster: Cluster, wires: Wires, seed: int) -> None:
        self.cluster, self.wires, self.dice = cluster, wires, random.Random(seed)
        self.agents: list[Desk] = []
        self.supervisors: list[Desk] = []
        self.owner: dict[str, tuple[str, str]] = {}
        """Shift: whose it is and by which version, as far as these people have heard."""
        self.free: list[str] = []
        self.expiring: list[asyncio.Task[None]] = []
        self.swaps = 0

    async def build(self) -> None:
        estate = self.cluster.estate
        self.team = estate.admin.act("team.create", {"name": "客服一班", "site": estate.site})
        staff = [(f"S{i}", "supervisor") for i in range(SUPERVISORS)] + [(f"B{i}", "agent") for i in range(AGENTS)]
        for staff_no, role in staff:
            person = estate.admin.act("person.create", {"name": f"客服{staff_no}", "staff_no": staff_no})
            estate.people[staff_no] = person
            estate.admin.act("person.assign", {"team": self.team, "since": T0}, person)
            of_team = {"team": self.team} if role == "supervisor" else {}
            given = {"person": person, "role": role, "site": estate.site, "since": T0, **of_team}
            estate.admin.act("role.grant", given)
            await estate.password(person)
        await estate.admin.drain()
        for number, (staff_no, role) in enumerate(staff):
            at = number % len(self.wires.origins)
            desk = Desk(Live(await estate.phone(staff_no), self.wires, random.Random(number), at))
            (self.supervisors if role == "supervisor" else self.agents).append(desk)
        today = estate.clock.ms // DAY * DAY
        async with asyncio.TaskGroup() as group:
            for day in range(DAYS):
                for i, agent in enumerate(self.dice.sample(self.agents, A_DAY)):
                    group.create_task(self._assigned(agent, today + (day + 2) * DAY + (8 + 2 * i) * HOUR))

    async def _assigned(self, agent: Desk, start: int) -> str | None:
        """A shift of eight hours; None when the agent has another then."""
        fields = {
            "person": agent.person,
            "post": self.cluster.estate.east,
            "team": self.team,
            "date": time.strftime("%Y-%m-%d", time.gmtime(start / 1000)),
            "start": start,
            "end": start + 8 * HOUR,
            "label": "早",
        }
        shift, d, _code = await self.supervisors[0].act("shift.assign", fields)
        if d != "applied":
            return None
        self.owner[shift] = agent.person, shift
        self.free.append(shift)
        return shift

    def desk_of(self, person: str) -> Desk:
        return next(one for one in self.agents if one.person == person)

    async def _pause(self, longest: float = 0.03) -> None:
        await asyncio.sleep(self.dice.random() * longest)

    async def one(self) -> None:
        """A shift is given away: asked for once or twice, accepted by two, decided by two, maybe withdrawn."""
        while not self.free:  # noqa: ASYNC110 - any of the others may give one back
            await asyncio.sleep(0.005)
        shift = self.free.pop(self.dice.randrange(len(self.free)))
        rivals = 2 if self.dice.random() < 0.25 else 1
        await asyncio.gather(*(self._swap(shift) for _ in range(rivals)))
        self.free.append(shift)

    async def _swap(self, shift: str) -> None:
        dice = self.dice
        owner, version = self.owner[shift]
        by = self.desk_of(owner)
        others = dice.sample([one for one in self.agents if one is not by], 3)
        asked = [] if dice.random() < 0.2 else sorted(one.person for one in others)
        request = {"give": shift, "give_ver": version, "mode": "give_away", "asked": asked}
        swap, d, _code = await by.act("swap.request", request)
        self.swaps += 1
        if d != "applied":
            return
        first, second, third = others
        steps = [self._do(first, "swap.accept", swap), self._do(second, "swap.accept", swap)]
        if dice.random() < 0.15:
            steps.append(self._do(by, "swap.withdraw", swap))
        if asked and dice.random() < 0.15:
            steps.append(self._do(third, "swap.decline", swap))
        if dice.random() < 0.85:  # else all at once
            await asyncio.gather(*steps)
            steps = []
        for boss in self.supervisors:
            verdict = "swap.approve" if dice.random() < 0.8 else "swap.reject"
            steps.append(self._do(boss, verdict, swap, shift))
        if dice.random() < 0.2:
            steps.append(self._do(by, "swap.withdraw", swap))
        await asyncio.gather(*steps)
        await self._do(by, "swap.withdraw", swap)  # what is still open; a second time it is told why not

    async def _do(self, desk: Desk, kind: str, swap: str, shift: str = "") -> None:
        await self._pause()
        op, d, _code = await desk.act(kind, {"note": "不行"} if kind == "swap.reject" else {}, swap)
        if kind == "swap.approve" and d == "applied":
            await self._heard(swap, shift, op)

    async def _heard(self, swap: str, shift: str, op: str) -> None:
        """Whose the shift is now: the people of the team read it from their rows."""
        rows = await self.cluster.ask("SELECT body::json->'f'->>'accepted_by' FROM entity WHERE id = $1", swap)
        self.owner[shift] = rows[0][0], op

    async def expire_one(self) -> None:
        """A swap of a shift about to begin, which some still try to move while the processes let it expire."""
        start = self.cluster.estate.clock.ms + SOON_MS
        agent = self.dice.choice(self.agents)
        shift = await self._assigned(agent, start)
        if shift is None:
            return
        self.free.remove(shift)
        request = {"give": shift, "give_ver": shift, "mode": "give_away", "asked": []}
        swap, d, _code = await agent.act("swap.request", request)
        self.swaps += 1
        if d == "applied":
            others = [one for one in self.agents if one is not agent]
            await self._do(self.dice.choice(others), "swap.accept", swap)
            self.expiring.append(asyncio.create_task(self._late(agent, swap, shift)))

    async def _late(self, agent: Desk, swap: str, shift: str) -> None:
        await self._pause(EXPIRY_S / 2)
        boss = self.dice.choice(self.supervisors)
        late = [(boss, self.dice.choice(["swap.approve", "swap.reject"]), swap, shift)]
        if self.dice.random() < 0.3:
            late.append((agent, "swap.withdraw", swap, shift))
        await asyncio.gather(*(self._do(*one) for one in late[: self.dice.randint(0, 2)]))

    # When it is over.

    async def history(self) -> list[Done]:
        """All acts on swaps and shifts, as the log has them, with the times that the devices saw."""
        times = {op: when for desk in (*self.agents, *self.supervisors) for op, when in desk.times.items()}
        rows = await self.cluster.ask(
            "SELECT o.id, o.kind, o.actor, o.n, o.d, o.code, o.head, l.leaf FROM op o "
            "JOIN log l ON l.org = o.org AND l.n = o.n WHERE o.kind LIKE 'swap.%' OR o.kind = 'shift.assign'"
        )
        return [done(row, times.get(row[0])) for row in rows]

    async def result(self, began: float) -> Swapped:
        history = await self.history()
        ends = await self.cluster.ask("SELECT id, person FROM shift")
        states = await self.cluster.ask("SELECT id, state FROM swap")
        anomalies = check(history, {row[0]: row[1] for row in ends}, {row[0]: row[1] for row in states})
        for desk in (*self.agents, *self.supervisors):
            await desk.live.pull()
        decided = Counter(" ".join(filter(None, (one.kind, one.d, one.code))) for one in history)
        swaps = sum(one.kind == "swap.request" for one in history)
        return Swapped(
            swaps,
            len(history),
            decided,
            anomalies,
            self._untold(history),
            self._differing(dict(map(tuple, ends)), dict(map(tuple, states))),
            time.monotonic() - began,
            self.wires.faults,
        )

    def _untold(self, history: list[Done]) -> list[str]:
        """I10: whoever was refused holds a notice that says so."""
        refused: dict[str, list[str]] = defaultdict(list)
        for one in history:
            if one.d == "refused":
                refused[one.actor].append(one.id)
        return [
            op
            for desk in (*self.agents, *self.supervisors)
            for op in refused[desk.person]
            if desk.live.phone.row(derived("notice", op, desk.person)) is None
        ]

    def _differing(self, ends: dict[str, str], states: dict[str, str]) -> list[str]:
        wrong = []
        for desk in (*self.agents, *self.supervisors):
            phone: Phone = desk.live.phone
            held = {(row["id"], row["f"]["person"]) for row in phone.rows("shift")}
            stand = {(row["id"], row["f"]["state"]) for row in phone.rows("swap")}
            whole = held == set(ends.items()) and stand == set(states.items())
            if not (whole if desk in self.supervisors else held <= set(ends.items()) and stand <= set(states.items())):
                wrong.append(phone.id)
        return wrong


def done(row: Any, when: tuple[float, float] | None) -> Done:
    """One act from its rows."""
    id_, kind, actor, n, d, code, head, leaf = row
    said = msgspec.json.decode(head)
    values = said["values"]
    because = msgspec.json.decode(leaf)["decision"].get("because")
    return Done(
        id=id_,
        kind=kind,
        actor=actor,
        n=n,
        d=d,
        code=code,
        because=(because[0], because[1], because[3]) if because else None,
        invoked=when[0] if when else None,
        ok=when[1] if when else None,
        swap=said["entity"] if kind not in {"swap.request", "shift.assign"} else "",
        shift=values.get("give", ""),
        version=values.get("give_ver", ""),
        asked=tuple(values.get("asked", ())),
        person=values.get("person", ""),
        start=values.get("start", 0),
        end=values.get("end", 0),
    )


async def run(cluster: Cluster, wires: Wires, seed: int, swaps: int, *, expire: bool = True) -> Swapped:
    """At least ``swaps`` swaps, 32 at once; with ``expire`` one in twenty is left until its shift begins."""
    team = Team(cluster, wires, seed)
    began = time.monotonic()
    try:
        await team.build()

        async def worker(number: int) -> None:
            while team.swaps < swaps:
                if expire and number == 0:
                    await team.expire_one()
                    await asyncio.sleep(0.25)
                else:
                    await team.one()

        async with asyncio.TaskGroup() as group:
            for number in range(AT_ONCE):
                group.create_task(worker(number))
        await asyncio.gather(*team.expiring)
        until = time.monotonic() + EXPIRY_S
        while expire and await _open(cluster) and time.monotonic() < until:  # noqa: ASYNC110 - it is the database's
            await asyncio.sleep(1)
        return await team.result(began)
    finally:
        for desk in (*team.agents, *team.supervisors):
            await desk.close()


async def _open(cluster: Cluster) -> bool:
    rows = await cluster.ask("SELECT COUNT(*) FROM swap WHERE state = ANY($1)", sorted(OPEN))
    return bool(rows[0][0])
