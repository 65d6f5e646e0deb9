"""What goes wrong in a history: lines, phones, profiles, clocks, the server, its program and its database."""

from __future__ import annotations

from collections.abc import Sequence

from tests.estate import DAY, HOUR, MINUTE, PASSWORD, Key
from tests.rewind import rewind, snapshot
from tests.simulator.device import SimPhone, pick
from tests.simulator.gate_acts import gate
from tests.simulator.network import Message
from tests.simulator.world import Fall, Place, World

from gatehouse.attendance.worker import recompute_all
from gatehouse.corrections.moot import settle_moot
from gatehouse.db.steps import write
from gatehouse.errors import Problem
from gatehouse.leave.expire import expire as expire_requests
from gatehouse.replication import newer
from gatehouse.replication.prune import prune
from gatehouse.swaps.expire import expire
from gatehouse_sync import canon, chain, protocol
from gatehouse_sync.chain import End
from gatehouse_sync.device import Kept

RAISING = ("visit.join", "visit.amend", "swap.accept", "punch.record", "shift.assign", "role.grant")


def any_phone(world: World) -> SimPhone | None:
    """One that takes part."""
    found: SimPhone | None = pick(world.dice, list(world.phones.values()), lambda phone: not phone.lost)
    return found


# Lines.


async def exchange(world: World) -> None:
    """A phone is online for a moment: it pushes what fits and pulls a page or all."""
    phone = any_phone(world)
    if phone is None:
        return
    phone.device.batch = world.dice.choice((1, 3, 500))
    await world.ask(phone, "push")
    if world.dice.random() < 0.8:
        await world.ask(phone, "pull", limit=world.dice.choice((2, 1000, 1000)))


async def sync(world: World) -> None:
    """A phone is online for long enough."""
    phone = any_phone(world)
    if phone is None:
        return
    phone.device.batch = 500
    for _ in range(3):
        await world.ask(phone, "push")
        await world.ask(phone, "pull")


async def partition(world: World) -> None:
    """A phone's requests no longer arrive, or the replies do not, or both."""
    phone = any_phone(world)
    if phone is None:
        return
    way = world.dice.choice(("out", "in", "both"))
    if way != "in":
        world.network.mute.add(phone.name)
    if way != "out":
        world.network.deaf.add(phone.name)
    world.tell(phone.name, f"its line is cut ({way})")


async def join_up(world: World) -> None:
    """Cut lines work again."""
    world.network.mute.clear()
    world.network.deaf.clear()
    world.tell("network", "all lines work again")


async def reorder(world: World) -> None:
    """The second half of a batch comes before the first."""
    phone = any_phone(world)
    if phone is None or phone.device.needs_rechain is not None:
        return
    waiting = [kept for kept in phone.device.outbox if kept.n > phone.device.acked]
    if len(waiting) > 1:
        half = len(waiting) // 2
        late = canon.encode(phone.device.frame(waiting[half:], waiting[half].n))
        await world.serve(Message("request", "push", phone.name, -1, -1, late))
        world.count("fault reorder")
        world.tell(phone.name, f"the last {len(waiting) - half} of its acts arrive first")


async def repeat(world: World) -> None:
    """A proxy sends old frames again."""
    for raw in world.dice.sample(world.sent, min(len(world.sent), 3)):
        await world.serve(Message("request", "push", "G1", -1, -1, raw))
        world.count("fault repeat")


# Phones.


async def crash_before_commit(world: World) -> None:
    """An app ends before what it was about to store is on its disk: an act, of which nobody was told, or a reply."""
    await _crash(world, commits=False)


async def crash_after_commit(world: World) -> None:
    """An app ends right behind a commit."""
    await _crash(world, commits=True)


async def _crash(world: World, *, commits: bool) -> None:
    phone = any_phone(world)
    if phone is None:
        return
    if world.dice.random() < 0.6:
        phone.falls = "after" if commits else "before"
        await world.ask(phone, world.dice.choice(("push", "pull")))
        return
    disk, recorded = phone.save(), dict(world.recorded_acts)
    await gate(world)
    if commits:
        phone.die()
        world.count("fault crash_after_commit")
        world.tell(phone.name, "its app ends and starts again")
        return
    lost = [op for op, one in world.recorded_acts.items() if op not in recorded and one.phone == phone.name]
    for op in lost:
        del world.recorded_acts[op]
    phone.die(disk)
    world.count("fault crash_before_commit")
    world.tell(phone.name, f"its app ended before {len(lost)} acts were stored: nobody was told they are")


async def clock_jump(world: World) -> None:
    """Somebody sets a phone's clock, or a zone is wrong."""
    phone = any_phone(world)
    if phone is not None:
        phone.skew = world.dice.choice((0, -3 * HOUR, 26 * HOUR, -56 * 365 * DAY, 5 * 365 * DAY, -2 * MINUTE))
        world.count("fault clock_jump")
        world.tell(phone.name, f"its clock is {phone.skew // MINUTE} min wrong")


async def back_up_profile(world: World) -> None:
    """A phone's profile is copied."""
    phone = any_phone(world)
    if phone is not None and phone.profile is None:
        phone.profile = phone.save()
        world.tell(phone.name, "its profile is copied")


async def roll_back(world: World) -> None:
    """A phone goes on from an older copy of its profile: what came since is gone with the profile it was in."""
    phone = pick(world.dice, list(world.phones.values()), lambda one: one.profile is not None and not one.lost)
    if phone is None or phone.device.revoked:
        return
    before = {kept.op.head.id for kept in phone.device.outbox}
    disk, phone.profile = phone.profile, None
    phone.die(disk)
    kept = {one.op.head.id for one in phone.device.outbox}
    _forget(world, before - kept, "rolled back")
    world.doubtful.add(phone.device.id)
    world.count("fault roll_back")
    world.tell(phone.name, f"its profile is rolled back; {len(before - kept)} acts are gone from it")


def _forget(world: World, ops: set[str], why: str) -> None:
    elsewhere = {kept.op.head.id for phone in world.phones.values() for kept in phone.device.outbox}
    world.gone.update(dict.fromkeys(ops - elsewhere, why))


async def clone(world: World) -> None:
    """Two devices go on from one profile."""
    phone = pick(world.dice, list(world.phones.values()), lambda one: not one.lost and not one.kiosk)
    twin = f"{phone.name}-twin" if phone is not None else ""
    if phone is None or twin in world.phones or phone.name.endswith("-twin") or phone.device.revoked:
        return
    world.phones[twin] = SimPhone(world, twin, phone.save(), phone.keys)
    world.phones[twin].newer = phone.newer
    world.doubtful.add(phone.device.id)
    world.count("fault clone")
    world.tell(phone.name, f"its profile is cloned onto {twin}")


async def evict(world: World) -> None:
    """A browser throws a site's storage away, with the key, the chain and what was not sent."""
    phone = pick(world.dice, list(world.phones.values()), lambda one: not one.lost and one.name not in {"A1", "K1"})
    if phone is None or _cut_off(world, phone):
        return
    ops = {kept.op.head.id for kept in phone.device.outbox}
    unsent = len(phone.unsent())
    if await _enrol(world, phone, None):
        _forget(world, ops, "evicted")
        world.count("fault evict")
        world.tell(
            phone.name, f"its browser threw everything away, {unsent} unsent acts too; it enrols as a new device"
        )


async def lose_key(world: World) -> None:
    """A browser keeps the outbox and loses the key: the device enrols again, following its old chain."""
    phone = pick(world.dice, list(world.phones.values()), lambda one: not one.lost and one.name not in {"A1", "K1"})
    if phone is None or _cut_off(world, phone):
        return
    old = phone.device
    follows = End(old.chain, old.link.hex(), old.n)
    unsent, certificates = len(phone.unsent()), old.certificates
    if not await _enrol(world, phone, follows, old.outbox):
        return
    phone.device.certificates = [*certificates, *phone.device.certificates][-protocol.MAX_CERTS :]
    world.count("fault lost_key")
    world.tell(phone.name, f"it lost its key and enrols again, with {unsent} unsent acts among {len(old.outbox)}")


def _cut_off(world: World, phone: SimPhone) -> bool:
    return phone.name in world.network.mute | world.network.deaf


async def _enrol(world: World, phone: SimPhone, follows: End | None, outbox: Sequence[Kept] = ()) -> bool:
    """The phone becomes a new device of a guard, with the ``outbox`` it had."""
    estate, staff_no = world.estate, phone.name[:2]
    key, chain_id = Key(estate.dice), estate.id()
    frame = protocol.EnrolRequest(staff_no, PASSWORD, key.public, chain_id, "phone", follows)
    try:
        signed = await world.guarded(lambda: estate.enrolment.enrol(frame, "test"))
    except Problem as problem:
        world.tell(phone.name, f"cannot enrol: {problem.code}")
        return False
    if signed is None:
        return False
    phone.keys.append(key)
    phone.key, phone.profile, phone.kiosk = key, None, False
    phone.die()
    device = phone.device
    device.id, device.chain, device.follows, device.sign = signed.device, chain_id, None, key.sign
    device.outbox, device.people, device.certificates = list(outbox), {}, list(signed.certificates)
    device.anchor = device.stamp = device.needs_rechain = None
    device.revoked = False
    device.n = device.acked = 0
    if follows is not None:
        device.rechain(chain_id, key.sign, follows)
    else:
        device.link = device._acked_link = chain.root(device.id, chain_id, None)
    phone.seat(signed)
    return True


async def new_app(world: World) -> None:
    """A phone's app is updated before the server is."""
    phone = any_phone(world)
    if phone is not None and not phone.newer:
        phone.newer = True
        world.count("fault kind_upgrade")
        world.tell(phone.name, "its app is of the next release")


# The server.


async def server_crash(world: World) -> None:
    """At one of the next requests the server's process ends."""
    places: tuple[Place, ...] = ("before", "after", "replying")
    world.fall = Fall(world.dice.choice(places), world.dice.randrange(30))


async def server_restart(world: World) -> None:
    """The server is restarted in good order."""
    world.count("fault server_restart")
    world.tell("server", "restarts")
    world.restart()


async def server_clock_back(world: World) -> None:
    """The server's machine has its clock set back, and its process begins anew."""
    world.estate.behind = world.dice.choice((0, 5 * MINUTE, 90 * MINUTE))
    if world.estate.behind:
        world.clock_went_back = True
        world.count("fault server_clock_back")
        world.tell("server", f"restarts with its clock {world.estate.behind // MINUTE} min behind")
    world.restart()


async def handler_raises(world: World) -> None:
    """A release has a bug: the handler of one kind fails."""
    kind = world.dice.choice(RAISING)
    world.raising.add(kind)
    world.break_handler(kind)
    world.count("fault handler_raises")
    world.tell("server", f"its handler of {kind} fails from now on")


async def handler_mended(world: World) -> None:
    """The next release has it no more."""
    if world.raising:
        world.raising.clear()
        world.restart()
        world.tell("server", "its handlers work again")


async def jobs(world: World) -> None:
    """The server's jobs have their turn: expiry, pruning, what an older server could not read."""
    core = world.estate.core

    async def all_of_them() -> int:
        await write(core.database, lambda: prune(core.now()))
        expired = await expire(core)
        world.told.counts["act swap.expire by the server"] += expired
        overdue = await expire_requests(core) + await settle_moot(core)
        months = await recompute_all(core)
        return expired + overdue + months + await newer.judge(core)

    world.count("fault jobs")
    done = await world.guarded(all_of_them)
    if done:
        world.tell("server", f"its jobs expired or judged {done}")


async def back_up(world: World) -> None:
    """The database is copied."""
    if world.backup is None:
        world.backup = (await snapshot(world.estate), world.estate.clock.ms)
        world.tell("server", "its database is backed up")


async def restore(world: World) -> None:
    """The database goes back to the copy; in one case of two what is replaced can still be read."""
    if world.backup is None:
        return
    then, at = world.backup
    known = world.dice.random() < 0.5
    await rewind(world.estate, then, known=known)
    world.restart()
    world.restored += 1
    world.count("fault restore" if known else "fault restore_unread")
    world.tell("server", f"its database goes back {(world.estate.clock.ms - at) // MINUTE} min to its backup")


# Time.


async def wait(world: World) -> None:
    """Hours go by."""
    world.estate.clock.forward(world.dice.randint(1, 9) * HOUR)


async def long_wait(world: World) -> None:
    """Days go by: visits are shaded, rows past keeping go."""
    days = world.dice.choice((1, 2, 3, 32))
    world.estate.clock.forward(days * DAY)
    world.count("fault retention" if days > 30 else "fault days")
    world.tell("clock", f"{days} days go by")
