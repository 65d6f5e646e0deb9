"""One history: its steps in order, the healing, and what is checked then."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack

import msgspec
from tests.dump import TABLES, dump
from tests.simulator import attendance_acts, faults, gate_acts, office_acts, pokes, request_acts
from tests.simulator.databases import Backing
from tests.simulator.device import NOBODY, SimPhone
from tests.simulator.estate import Image
from tests.simulator.judge import judged
from tests.simulator.plan import WEIGHTS, Step, Told
from tests.simulator.world import World, hooked
from tests.versions import released

from gatehouse.attendance.worker import recompute_all
from gatehouse.replication import newer
from gatehouse.swaps.expire import expire

DRAIN = 20
"""Exchanges after which every outbox is empty once the network is well (I7)."""
Act = Callable[[World], Awaitable[None]]


def _acts() -> dict[str, Act]:
    found: dict[str, Act] = {}
    for name in WEIGHTS:
        for module in (gate_acts, office_acts, request_acts, attendance_acts, faults, pokes):
            if hasattr(module, name):
                found[name] = getattr(module, name)
    return found


ACTS = _acts()


class Ended(msgspec.Struct):
    """How a history ended: the checks that failed, with what is wrong; what was told; a digest of the database."""

    wrong: dict[str, list[str]]
    told: Told
    digest: str


async def run(backing: Backing, image: Image, steps: Sequence[Step], *, seal: bool = True) -> Ended:
    """Run a history from its template to its checks."""
    await backing.thaw()
    told = Told()
    with ExitStack() as releases:
        world = World(backing.database, image, told)
        releases.enter_context(hooked(world))
        try:
            for step in steps:
                await take(world, step, releases)
            await heal(world, releases)
            wrong: dict[str, list[str]] = await judged(world)
            digest = await fingerprint(world) if seal else ""
        except Exception as error:  # noqa: BLE001 - a history that cannot be told or judged to its end is a finding
            frame = _where(error)
            return Ended({"told": [f"{type(error).__name__}: {error} at {frame}"]}, told, "")
        for check, text in world.wrong:
            wrong.setdefault(check, []).append(text)
    return Ended(wrong, told, digest)


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    last = ""
    while trace is not None:
        last = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} < " + last
        trace = trace.tb_next
    return last[:300]


async def take(world: World, step: Step, releases: ExitStack) -> None:
    """Let time pass, and one step happen."""
    world.dice = random.Random(step.seed)
    world.estate.dice.seed(step.seed ^ 0x5EED)
    world.estate.clock.forward(step.after)
    await world.pump()
    if step.name == "new_server":
        update(world, releases)
    else:
        await ACTS[step.name](world)
    world.count(f"step {step.name}")


def update(world: World, releases: ExitStack) -> None:
    """The server is of the next release from now on, and so are apps started anew."""
    if not world.newest:
        world.newest = True
        releases.enter_context(released())
        world.count("fault server_upgrade")
        world.tell("server", "is updated to the next release")
        world.restart()


async def heal(world: World, releases: ExitStack) -> None:
    """Everything works again: lines, clocks, handlers; everybody is online, and what is held is decided by somebody."""
    world.tell("everybody", "all is well from now on")
    world.dice = random.Random(7)
    world.estate.dice.seed(7)
    world.fall, world.estate.behind = None, 0
    world.raising.clear()
    world.restart()
    world.network.settle()
    world.well = True
    await world.pump()
    if any(phone.newer for phone in world.phones.values()):
        update(world, releases)
    world.estate.clock.forward(60_000)
    for phone in world.phones.values():
        phone.falls = phone.exchange = None
    for left in (2, 1, 0):
        for phone in world.phones.values():
            if left:  # what the server lost is known only by a pull
                await all_pulled(world, phone)
            await online(world, phone)
        await newer.judge(world.estate.core)
        await recompute_all(world.estate.core)
        world.told.counts["act swap.expire by the server"] += await expire(world.estate.core)
        if left:
            await answered(world)
        world.estate.clock.forward(120_000)
    world.digests = True
    # A pull brings a newer anchor, the next one renews the phone's own row by it, and the others see that after.
    for _ in range(3):
        for phone in world.phones.values():
            await all_pulled(world, phone)


async def answered(world: World) -> None:
    """People answer some of what needs them, and the office decides about all that is held."""
    for phone in world.phones.values():
        if phone.signed_in and phone.person in phone.device.people:
            for notice in phone.notices()[:2]:
                gate_acts.answer(world, phone, notice)
    office = world.phones["A1"]
    if office.signed_in and not office.device.revoked:
        await gate_acts.settle_held(world, office, 99)


async def online(world: World, phone: SimPhone) -> None:
    """A phone has all the time it needs: it must be through within a stated number of exchanges (I7)."""
    phone.device.batch = 500
    for _ in range(DRAIN):
        phone.exchange = None
        if phone.device.needs_rechain is None and phone.device.push() is None:
            break
        await world.ask(phone, "push")
    else:
        world.wrong.append(("stuck", f"{phone.name}'s outbox did not drain"))


async def all_pulled(world: World, phone: SimPhone) -> None:
    """Pull until nothing is new; who was signed out by the server signs in again, if that is allowed."""
    for attempt in range(DRAIN):
        if phone.device.revoked:
            return
        if phone.person == NOBODY and not phone.kiosk and attempt < 2:
            await gate_acts.sign_in(world, phone, "A001" if phone.name == "A1" else phone.name[:2])
        phone.exchange, phone.more = None, True
        await world.ask(phone, "pull")
        if not phone.more:
            return


async def fingerprint(world: World) -> str:
    """A hash of every row of every table: the same seed gives the same on either database, in any process (I6)."""
    skipped = {"sign_in_throttle", "credential"}  # when somebody guessed; hashes salted anew in each process
    found = await dump(world.estate.database, tuple(table for table in TABLES if table not in skipped))
    return hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()[:16]
