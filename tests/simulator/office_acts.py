"""What the office does in a history: places, people, roles, tablets, files, robots."""

from __future__ import annotations

from typing import Any

from tests.estate import DAY, HASH, HOUR
from tests.simulator.device import SimPhone, pick
from tests.simulator.gate_acts import person_phone, rows
from tests.simulator.world import World

from gatehouse.db.steps import Steps, write
from gatehouse.errors import Problem
from gatehouse.estate.queries import admin
from gatehouse.identity import passwords
from gatehouse.replication.bulk import act_at_once
from gatehouse.replication.server_acts import ServerAct
from gatehouse.robots.manage import Asker, RobotRequest, make
from gatehouse.robots.send import Sender
from gatehouse.sheets.bring_in import LOOKS_AT

_ENTITIES = ("site", "post", "team", "building", "unit", "resident", "vehicle", "template", "person")


def office_phone(world: World) -> SimPhone | None:
    """The office's device, if its admin is signed in there."""
    phone = person_phone(world, "A1")
    return phone if phone is not None and phone.person == world.places.people["A001"] else None


async def office(world: World) -> None:
    """The admin makes something, or changes it."""
    phone = office_phone(world)
    if phone is None:
        return
    dice = world.dice
    kind = dice.choice(_ENTITIES)
    there = {"post": world.places.posts[1:], "site": world.places.sites[1:]}.get(kind, [])
    made = there + [one.op for one in world.recorded_acts.values() if one.kind == f"{kind}.create"]
    if made and dice.random() < 0.6:
        phone.record(f"{kind}.amend", _changed(world, kind), dice.choice(made))
        return
    for one in {"unit": ("building", "unit"), "resident": ("building", "unit", "resident")}.get(kind, (kind,)):
        fields = _made(world, one)
        if fields is not None:
            phone.record(f"{one}.create", fields)


def _number(world: World) -> int:
    world.offices += 1
    return world.offices


def _made(world: World, kind: str) -> dict[str, Any] | None:
    number, site = _number(world), world.dice.choice(world.places.sites)
    made = {one.kind: one.op for one in world.recorded_acts.values()}
    building, unit = made.get("building.create"), made.get("unit.create")
    fields: dict[str, dict[str, Any] | None] = {
        "site": {"name": f"三期{number}", "zone": "Asia/Shanghai"},
        "post": {"site": site, "name": f"岗{number}", "order": number},
        "building": {"site": site, "name": f"{number}栋", "order": number},
        "team": {"name": f"二班{number}", "site": site},
        "unit": None if building is None else {"building": building, "name": f"{number}01", "floor": 1},
        "resident": None if unit is None else {"unit": unit, "name": f"住户{number}", "relation": "owner"},
        "vehicle": {"site": site, "plate": f"粤B{10000 + world.dice.randint(1, 99)}", "category": "resident"},
        "template": {"name": f"早班{number}", "label": "早", "segments": "08:00-16:00", "order": number},
        "person": {"name": "新人", "staff_no": f"N{world.dice.randint(1, 30)}"},
    }
    return fields[kind]


def _changed(world: World, kind: str) -> dict[str, Any]:
    number = _number(world)
    if kind == "vehicle":
        return {"plate": f"粤C{10000 + number}"}
    if kind in {"site", "post", "team", "building", "unit", "template"} and world.dice.random() < 0.3:
        return {"closed": world.estate.clock.ms}
    return {"name": f"改名{number}"}


async def staff(world: World) -> None:
    """People come, change teams, and go."""
    phone = office_phone(world)
    if phone is None:
        return
    dice, places, now = world.dice, world.places, world.estate.clock.ms
    staff_no = dice.choice(("G1", "G2", "B1", "B2", "S2"))
    person = places.people[staff_no]
    choice = dice.random()
    if choice < 0.45:
        team = dice.choice(
            [places.team, *[one.op for one in world.recorded_acts.values() if one.kind == "team.create"]]
        )
        phone.record("person.assign", {"team": team, "since": now + dice.choice((-HOUR, 0, HOUR))}, person)
        world.count("fault transfer")
    elif choice < 0.6:
        new = phone.record("person.create", {"name": "新来的", "staff_no": f"X{_number(world)}"})
        phone.record("role.grant", {"person": new, "role": "guard", "site": places.sites[0], "since": now})
    elif choice < 0.75:
        phone.record("person.amend", {"grade": f"G{dice.randint(1, 9)}"}, person)
    elif choice < 0.85 and dice.random() < 0.5:
        phone.record("person.dismiss", {"dismissed": now + dice.choice((0, HOUR))}, person)
        world.count("fault dismissal")


async def move(world: World) -> None:
    """A role ends or begins: scopes are lost and gained."""
    phone = office_phone(world)
    if phone is None:
        return
    dice, places, now = world.dice, world.places, world.estate.clock.ms
    staff_no = dice.choice(("G1", "G2", "B1", "S1"))
    roles = places.roles[staff_no]
    world.places.roles[staff_no] = roles
    if roles and dice.random() < 0.5:
        phone.record("role.end", {"until": now + dice.choice((0, 0, HOUR))}, roles[-1])
        places.roles[staff_no] = roles[:-1]
        world.count("fault scope_loss")
        return
    given = {"person": places.people[staff_no], "role": "supervisor" if staff_no == "S1" else "guard", "since": now}
    given |= {"site": dice.choice(places.sites), **({"team": places.team} if staff_no == "S1" else {})}
    places.roles[staff_no] = [*roles, phone.record("role.grant", given)]
    world.count("fault scope_gain")


async def deputy(world: World) -> None:
    """Someone absent names who stands in, or takes that back."""
    phone = person_phone(world, "S1", "A1", "M1")
    if phone is None:
        return
    named = rows(phone, "deputy")
    if named and world.dice.random() < 0.5:
        phone.record("deputy.end", {"until": world.estate.clock.ms}, world.dice.choice(named)["id"])
        return
    absent = phone.person if phone.name != "A1" else world.places.people["S1"]
    since = world.estate.clock.ms
    given = {"absent": absent, "deputy": world.places.people["S2"], "since": since, "until": since + 2 * DAY}
    phone.record("deputy.name", given)


async def kiosk(world: World) -> None:
    """A device is made a post's tablet, moved to another post, or given back to one person."""
    phone = office_phone(world)
    target = pick(world.dice, list(world.phones.values()), lambda one: one.name in {"K1", "B1"} and not one.lost)
    if phone is None or target is None:
        return
    post = world.dice.choice([*world.places.posts[:2], None])
    if target.name != "K1" and target.kiosk:
        post = None
    target.kiosk = post is not None
    given = {"device": target.device.id, "label": "平板"}
    phone.record("device.kiosk", given if post is None else {**given, "post": post})


async def revoke(world: World) -> None:
    """A device is reported stolen."""
    phone = office_phone(world)
    target = pick(world.dice, list(world.phones.values()), lambda one: one.name not in {"A1", "S1"} and not one.lost)
    if phone is not None and target is not None:
        phone.record("device.revoke", {"device": target.device.id})
        world.count("fault device_revoked")


async def bring_in(world: World) -> None:
    """A file of posts is brought in: what its rows come to, at once, as acts of the server at the admin's word."""
    phone = office_phone(world)
    if phone is None or phone.session is None or phone.name in world.network.mute | world.network.deaf:
        return
    core, number, org, person = world.estate.core, _number(world), world.places.org, phone.person
    run = {"by": person, "what": "posts", "sha": f"{number:064x}", "rows": 1}
    post = {"site": world.places.sites[0], "name": f"岗亭{number}", "order": number}

    def plan() -> Steps[list[ServerAct]]:
        yield from ()
        return [ServerAct("import.run", run), ServerAct("post.create", post)]

    def first() -> Steps[None]:
        yield from admin(phone.claim(), phone.session_hash(), core.now())

    async def work() -> bool:
        await act_at_once(core, org, plan, first, LOOKS_AT)
        return True

    try:
        if await world.guarded(work):
            world.count("act import.run")
            world.tell(phone.name, "brings in a file of posts")
    except Problem as problem:
        world.tell(phone.name, f"cannot bring in a file: {problem.code}")


async def policy(world: World) -> None:
    """A team is put under a regulation, a parameter is set for it or that ends, a day is made a holiday."""
    phone = office_phone(world)
    if phone is None:
        return
    dice, team, reason = world.dice, world.places.team, "试行"
    since = f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    made = [one.op for one in world.recorded_acts.values() if one.kind == "override.make"]
    choice = dice.random()
    if choice < 0.35:
        pack = dice.choice(("ecom", "gold", "none", "nowhere"))
        phone.record("policy.choose", {"team": team, "pack": pack, "since": since})
    elif choice < 0.65:
        given = {"team": team, "key": "swap.monthly_cap", "value": str(dice.randint(-1, 5))}
        override = phone.record("override.make", {**given, "since": since, "reason": reason})
        if dice.random() < 0.3:
            phone.record("override.end", {"until": since}, override)
    elif choice < 0.85 and made:
        phone.record("override.end", {"until": since}, dice.choice(made))
    else:
        phone.record("holiday.set", {"date": since, "sort": dice.choice(("statutory", "makeup")), "name": "假日"})


async def robot(world: World) -> None:
    """A robot is set up; the server writes that down."""
    phone = office_phone(world)
    if phone is None or phone.name in world.network.mute | world.network.deaf:
        return
    origin = "https://oapi.dingtalk.com"
    wanted = RobotRequest(
        platform="dingtalk",
        name="值班群",
        tells=["devices"],
        zone="Asia/Shanghai",
        language="zh-CN",
        url=f"{origin}/robot/send?access_token={_number(world):064x}",
        secret=None,
        link="https://gate.example",
    )
    asker = Asker(phone.claim(), phone.session_hash())
    try:
        if await world.guarded(lambda: make(world.estate.core, Sender(frozenset()), asker, wanted)):
            world.count("act robot.change")
    except Problem as problem:
        world.tell(phone.name, f"cannot set up a robot: {problem.code}")


async def password(world: World, person: str) -> None:
    """Let a person sign in with the tests' password."""

    def steps() -> Steps[None]:
        yield passwords.store(person, world.places.org, HASH)

    await write(world.estate.database, steps)
