"""What is checked when a history has ended: the invariants, and the database against the model."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.dump import ask
from tests.simulator import checks
from tests.simulator.checks import Holding
from tests.simulator.device import NOBODY, SimPhone
from tests.simulator.model import Decided, Model
from tests.simulator.world import World

from gatehouse.attendance.proof import differing
from gatehouse.attendance.worker import recompute_all
from gatehouse.db.engine import Database
from gatehouse.db.steps import read
from gatehouse.replication.fleet import row_id
from gatehouse_sync import canon


async def judged(world: World) -> dict[str, list[str]]:
    """The checks that failed, with what is wrong."""
    estate, org = world.estate, world.places.org
    database, now = estate.database, estate.core.now()
    stamps = [phone.device.stamp for phone in world.phones.values() if phone.device.stamp is not None]
    # Two profiles that are one device to the office are by turns the one it heard of last.
    restless = {row_id(device) for device in world.doubtful}
    held = [holding(phone) for phone in world.phones.values() if takes_part(phone)]
    # What could not be sent as it is stands in the log without its id, and is shown on its device as needing somebody.
    unsendable = {
        one.op.head.id
        for phone in world.phones.values()
        for one in phone.device.outbox
        if one.stub and one.d == "refused"
    }
    excused = set(world.gone) | unsendable
    if world.restored:
        # A device that was revoked gets no pull, and so never hears that the server lacks what it still holds.
        revoked = [phone for phone in world.phones.values() if phone.device.revoked]
        excused |= {one.op.head.id for phone in revoked for one in phone.device.outbox}
    acknowledged = world.acknowledged - (excused if world.restored else set())
    found = {
        "lost": await checks.lost(database, acknowledged, world.recorded_acts)
        if not excused
        else await _lost(world, acknowledged, excused),
        "untold": await checks.untold(database),
        "doubled": await checks.doubled(database),
        "unsound": await checks.unsound(database, estate.key.public, stamps),
        "diverged": await checks.diverged(database, org, held, now, restless),
        "trespass": await checks.trespass(database, org, held, now),
        "stuck": await checks.stuck(database) + _unsent(world),
        "out_of_time": await checks.out_of_time(database, estate.latest),
        "overstated": await _overstated(world),
        "model": await modelled(database, org, trusting=world.restored > 0),
    }
    found["derived"] = await _derived(world)
    return {name: wrong for name, wrong in found.items() if wrong}


async def _derived(world: World) -> list[str]:
    """I3: months that are not what the facts give, once the worker has had its turn; last, for that changes rows."""
    core = world.estate.core
    await recompute_all(core)
    found = await read(core.database, differing(core.now()))
    return [f"month {one.month} of {one.person} does not follow from its facts" for one in found]


async def _lost(world: World, acknowledged: set[str], excused: set[str]) -> list[str]:
    """I1 where acts are gone with their profile or storage: those never confirmed, and after a restore the others."""
    wrong = await checks.lost(world.estate.database, acknowledged, ())
    return wrong + await checks.lost(world.estate.database, (), world.recorded_acts, excused)


def takes_part(phone: SimPhone) -> bool:
    """Whether the phone still pulls."""
    return not phone.device.revoked and not phone.lost and phone.person in phone.device.people


def holding(phone: SimPhone) -> Holding:
    """What a phone holds for whoever is signed in, and shows of it, without acts that wait for somebody."""
    who = phone.device.people[phone.person]
    parked = [one.op.head for one in phone.device.outbox if one.d == "parked"]
    waiting = {head.entity for head in parked} | {head.values.get("notice") for head in parked}
    shown = phone.device.view(phone.person) if phone.person != NOBODY else {}
    return Holding(
        phone.name,
        phone.device.id,
        phone.person if phone.person != NOBODY else None,
        {id_: (row.body, frozenset(row.scopes)) for id_, row in who.store.rows.items()},
        phone.device.now(),
        {id_: body for id_, body in shown.items() if id_ not in waiting and id_ in who.store.rows},
    )


def _unsent(world: World) -> list[str]:
    """I7: outboxes that are not empty."""
    return [
        f"still to send: {phone.name}"
        for phone in world.phones.values()
        if phone.device.push() is not None or phone.device.needs_rechain is not None
    ]


async def _overstated(world: World) -> list[str]:
    """P27 of what can never arrive: acts that went with an evicted storage."""
    if world.clock_went_back or world.restored:
        return []
    logged = {row[0] for row in await ask(world.estate.database, "SELECT op FROM log WHERE op IS NOT NULL")}
    earliest: dict[str, int] = {}
    for op, one in world.recorded_acts.items():
        if op not in logged and one.device not in world.doubtful:
            earliest[one.device] = min(one.at, earliest.get(one.device, one.at))
    return await checks.overstated(world.estate.database, earliest)


async def modelled(database: Database, org: str, *, trusting: bool) -> list[str]:
    """The database against the model of its log."""
    model = Model(trusting=trusting)
    for one in await decided(database, org):
        model.take(one)
    rows = await ask(database, "SELECT kind, body FROM entity WHERE org = ?", org)
    bodies: dict[str, list[Any]] = {}
    for kind, text in rows:
        bodies.setdefault(kind, []).append(canon.decode(text))
    wrong = list(model.wrong)
    visits = {body["id"]: _plain(body["f"]) for body in bodies.get("visit", [])}
    wrong += _differing("visit", visits, {id_: visit.fields for id_, visit in model.visits.items()})
    owners = {body["id"]: body["f"]["person"] for body in bodies.get("shift", [])}
    wrong += _differing("shift", owners, model.owners)
    swaps = {body["id"]: body["f"]["state"] for body in bodies.get("swap", [])}
    wrong += _differing("swap", swaps, model.swaps)
    punches = {body["id"]: body["by"] for body in bodies.get("punch", [])}
    wrong += _differing("punch", punches, model.punches)
    inside = {row[0] for row in await ask(database, "SELECT id FROM visit WHERE arrived > 0 AND departed IS NULL")}
    wrong += [f"inside or not: {id_}" for id_ in inside ^ model.inside]
    return wrong


def _differing(what: str, here: dict[str, Any], there: dict[str, Any]) -> list[str]:
    return [
        f"{what} {id_}: {here.get(id_)}, by the model {there.get(id_)}"
        for id_ in here.keys() | there.keys()
        if here.get(id_) != there.get(id_)
    ]


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Notes without who wrote them."""
    if "note" not in fields:
        return fields
    return {**fields, "note": sorted(entry[3] for entry in fields["note"])}


async def decided(database: Database, org: str) -> list[Decided]:
    """The newest decision of every act in the order of the log; one given back stands where it had stood.

    What made a record stands before all else about it, also when only the rest was given back.
    """
    ended: dict[str, int] = dict(await ask(database, "SELECT epoch, n FROM ended_epoch WHERE org = ?", org))
    rows = await ask(
        database,
        "SELECT l.n, l.leaf, o.device, o.head, o.private FROM log l JOIN op o ON o.id = l.op "
        "WHERE l.org = ? AND o.kind IS NOT NULL ORDER BY l.n",
        org,
    )
    found = []
    for n, leaf, device, head, private in rows:
        decision = msgspec.json.decode(leaf)["decision"]
        was = decision.get("was")
        place = (n, "", 0) if was is None else (ended.get(was[0], 0), was[0], was[1])
        values = msgspec.json.decode(private) if private is not None else {}
        found.append(Decided(place, device, msgspec.json.decode(head), values, decision))
    first: dict[str, tuple[int, str, int]] = {}
    for one in found:
        for entity in (one.head["entity"], *one.decision.get("also", ())):
            first[entity] = min(one.place, first.get(entity, one.place))

    def order(one: Decided) -> tuple[tuple[int, str, int], bool]:
        made = one.head["entity"] == one.head["id"]
        return (first[one.head["id"]] if made else one.place), not made

    return sorted(found, key=order)
