"""Live pokes in a history: a socket's frames, taken late, in part, or lost with their socket (P24)."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.simulator.device import SimPhone, pick
from tests.simulator.world import World

from gatehouse.db.steps import read
from gatehouse.errors import Problem
from gatehouse.replication.hub import REGRANT, Subscriber
from gatehouse.replication.live import _standing
from gatehouse_sync.page import apply_page
from gatehouse_sync.protocol import Page


async def poke(world: World) -> None:
    """A phone opens its socket, or takes what has come over it; sometimes the socket dies with what was in it."""
    phones = list(world.phones.values())
    waiting = pick(world.dice, phones, lambda one: one.subscriber is not None and one.subscriber[0].frames)
    phone = waiting or pick(world.dice, phones, lambda one: not one.device.revoked and one.signed_in)
    if phone is None or phone.name in world.network.mute | world.network.deaf:
        return
    if phone.subscriber is None:
        await world.ask(phone, "pull")
        if phone.signed_in and not phone.device.revoked:
            await _open(world, phone)
        return
    subscriber, ends = phone.subscriber
    if world.dice.random() < 0.2 or subscriber.close_code is not None:
        world.count("fault poke_lost")
        leave(world, phone)
        return
    if ends is not None and world.estate.core.now() >= ends:
        leave(world, phone)
        return
    await subscriber.look_again()  # sooner or later; until then nothing but numbers came
    for frame in subscriber.take():
        if not _taken(world, phone, msgspec.json.decode(frame)):
            world.count("fault poke_stale")
            await world.ask(phone, "pull")
            return


def leave(world: World, phone: SimPhone) -> None:
    """The socket is gone."""
    phone.leave_live()
    world.tell(phone.name, "its socket is gone")


async def _open(world: World, phone: SimPhone) -> None:
    core, claim, session = world.estate.core, phone.claim(), phone.session_hash()
    try:
        standing = await read(core.database, _standing(claim, session, core.now()))
    except Problem as problem:
        phone.unheard(problem)
        return

    async def look_again() -> None:
        try:
            again = await read(core.database, _standing(claim, session, core.now()))
        except Problem:
            subscriber.close(REGRANT)
            return
        if again.same(standing):
            subscriber.granted = max(subscriber.granted, again.granted)
        else:
            subscriber.close(REGRANT)

    subscriber = Subscriber(
        standing.device, standing.person, standing.scopes, standing.org, standing.granted, look_again
    )
    phone.subscriber = (subscriber, standing.until)
    core.hub.subscribe(subscriber)
    world.count("socket")


def _taken(world: World, phone: SimPhone, frame: dict[str, Any]) -> bool:
    """Whether the frame was a page that went in; with acts in the replay every poke is bare."""
    who = phone.device.people.get(phone.person)
    page = frame.get("page")
    if who is None or page is None:
        return False
    if any(kept.n > who.mark or kept.d == "parked" for kept in phone.device.outbox):
        return False
    if page["scope"] not in who.store.cursors:
        return False
    world.count("poke page")
    return apply_page(who.store, msgspec.json.decode(msgspec.json.encode(page), type=Page)) is not None
