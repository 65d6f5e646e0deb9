"""The invariants of the design, asked of an estate after its story: each gives what is wrong, or nothing."""

from __future__ import annotations

from tests.estate import Phone
from tests.simulator import checks
from tests.simulator.checks import Holding
from tests.story import Story


async def lost(story: Story) -> list[str]:
    """I1, I10: acknowledged acts the log does not hold, and recorded acts that ended in no decision."""
    database = story.estate.database
    wrong = await checks.lost(database, story.acknowledged, [op for _, op in story.recorded])
    wrong += await checks.untold(database)
    for phone, op in story.recorded:
        kept = [one for one in phone.device.outbox if one.op.head.id == op]
        seen = [body for body in phone.rows("outcome") if body["f"].get("op") == op]
        if kept and kept[0].d is None and kept[0].n > phone.device.acked and not seen:
            wrong.append(f"no decision its author can see: {op}")
    return wrong


async def doubled(story: Story) -> list[str]:
    """I2: acts decided or carried out more than once."""
    return await checks.doubled(story.estate.database)


async def unsound(story: Story) -> list[str]:
    """I3 and I4 on the server: chains, log, stamps, fold, feeds, digests."""
    stamps = [phone.device.stamp for phone in story.estate.phones if phone.device.stamp is not None]
    return await checks.unsound(story.estate.database, story.estate.key.public, stamps)


async def diverged(story: Story) -> list[str]:
    """I3 on the phones: rows that differ from the server's, both shaded to the same time, and views that do."""
    estate = story.estate
    held = [_holding(phone) for phone in story.phones]
    return await checks.diverged(estate.database, estate.org, held, estate.clock.ms)


def _holding(phone: Phone) -> Holding:
    store = phone.device.people[phone.person].store
    waiting = {one.op.head.entity for one in phone.device.outbox if one.d == "parked"}
    shown = phone.device.view(phone.person).items()
    return Holding(
        phone.person,
        phone.id,
        phone.person,
        {id_: (row.body, frozenset(row.scopes)) for id_, row in store.rows.items()},
        phone.device.now(),
        {id_: body for id_, body in shown if id_ in store.rows and id_ not in waiting},
    )


async def trespass(story: Story) -> list[str]:
    """I5: rows a phone holds outside its grants."""
    estate = story.estate
    held = [_holding(phone) for phone in story.phones]
    return await checks.trespass(estate.database, estate.org, held, estate.clock.ms)


async def stuck(story: Story) -> list[str]:
    """I7, P17: acts that wait for what has come, and outboxes that are not empty."""
    wrong = await checks.stuck(story.estate.database)
    return wrong + [f"still to send: {phone.person}" for phone in story.phones if phone.frame() is not None]


async def reset(story: Story) -> list[str]:
    """P26: scopes that had to be sent again although nobody spoilt a phone's rows."""
    return story.resets


async def out_of_time(story: Story) -> list[str]:
    """I8: instants outside the interval in which the act can have been made."""
    return await checks.out_of_time(story.estate.database, story.estate.clock.ms)


CHECKS = {
    "lost": lost,
    "doubled": doubled,
    "unsound": unsound,
    "diverged": diverged,
    "trespass": trespass,
    "stuck": stuck,
    "reset": reset,
    "out_of_time": out_of_time,
}


async def broken(story: Story) -> dict[str, list[str]]:
    """Every invariant that does not hold, with what is wrong."""
    found = {name: await check(story) for name, check in CHECKS.items()}
    return {name: wrong for name, wrong in found.items() if wrong}
