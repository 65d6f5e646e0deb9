"""What people at the gate and on shift do in a history: visitors, notices, punches, swaps, rosters."""

from __future__ import annotations

from typing import Any

from tests.dump import ask
from tests.estate import DAY, HOUR
from tests.rosters import KEPT, OFF, values
from tests.simulator.device import SimPhone, pick
from tests.simulator.world import World
from tests.versions import FIRST, VISIT, released

from gatehouse.errors import Problem
from gatehouse_sync import chain

BUSY = 3
"""How many visits a person's acts are about at a time: few, so that people meet."""


def person_phone(world: World, *names: str) -> SimPhone | None:
    """A device, one of these if any are named, with somebody signed in."""
    phones = [phone for name, phone in world.phones.items() if not names or name in names]
    found: SimPhone | None = pick(world.dice, phones, lambda phone: phone.signed_in and not phone.lost)
    return found


def rows(phone: SimPhone, kind: str) -> list[dict[str, Any]]:
    """What a person sees of one kind, the newest last."""
    return [body for _, body in sorted(phone.device.view(phone.person).items()) if body["kind"] == kind]


async def gate(world: World) -> None:
    """One to three acts about visitors."""
    phone = person_phone(world)
    if phone is None:
        return
    for _ in range(world.dice.randint(1, 3)):
        _gate(world, phone)


def _gate(world: World, phone: SimPhone) -> None:
    dice, places = world.dice, world.places
    visits = [body["id"] for body in rows(phone, "visit")][-BUSY:]
    post = dice.choices(places.posts[:3], (10, 10, 1))[0]
    site = places.sites[1] if post == places.posts[2] else places.sites[0]
    choice = dice.random()
    if not visits or choice < 0.2:
        fields = {"site": site, "post": post, "category": dice.choice(("courier", "contractor")), **_visitor(world)}
        phone.record("visit.arrive", fields)
    elif choice < 0.66:
        _amend(world, phone, dice.choice(visits))
    elif choice < 0.76:
        phone.record("visit.leave", {"left_post": post}, dice.choice(visits))
    elif choice < 0.8:
        phone.record("visit.exit", {"site": site, "left_post": post, "name": "无记录"})
    elif choice < 0.86:
        phone.record("visit.join", {"joined": dice.choice(visits)}, dice.choice(visits))
    elif choice < 0.9:
        # Read out over the radio: another phone's visit that is not here yet, or none at all.
        known = [one.op for one in world.recorded_acts.values() if one.kind == "visit.arrive"]
        phone.record("visit.leave", {"left_post": post}, dice.choice([*known[-8:], world.estate.id()]))
    elif choice < 0.94:
        # No such gate: refused.
        phone.record("visit.arrive", {"site": places.sites[0], "post": world.estate.id(), "category": "courier"})
    elif phone.name in {"A1", "S1", "M1"}:
        phone.record("visit.erase", {"reason": "request"}, dice.choice(visits))


def _amend(world: World, phone: SimPhone, visit: str) -> None:
    if not phone.newer:
        with released(spec=FIRST, entity=VISIT):
            phone.record("visit.amend", _visitor(world, least=1), visit)
        return
    with released():
        fields = _visitor(world, least=1)
        if "unit" in fields:
            fields["lane"] = fields.pop("unit")
        phone.record("visit.amend", {**fields, "source": world.dice.choice(("seen", "told"))}, visit)
        world.count("fault newer_kind_sent")


async def meet(world: World) -> None:
    """Two people write the same field of the same visit, neither knowing of the other."""
    phones = [phone for phone in world.phones.values() if phone.signed_in and not phone.newer]
    shown = {phone.name: {body["id"] for body in rows(phone, "visit")} for phone in phones}
    pairs = [(a, b) for a in phones for b in phones if a.name < b.name and shown[a.name] & shown[b.name]]
    if not pairs:
        return
    dice = world.dice
    one, two = dice.choice(pairs)
    visit = dice.choice(sorted(shown[one.name] & shown[two.name])[-BUSY:])
    field = dice.choice(("id_kind", "plate", "unit", "name"))
    values = {
        "id_kind": ("id_card", "permit"),
        "plate": ("粤B11111", "粤B22222"),
        "unit": ("1-101", "2-202"),
        "name": ("王一", "王二"),
    }
    for phone, value in zip((one, two), values[field], strict=True):
        with released(spec=FIRST, entity=VISIT):
            phone.record("visit.amend", {field: value}, visit)


def _visitor(world: World, least: int = 0) -> dict[str, Any]:
    dice = world.dice
    given: dict[str, Any] = {
        "unit": f"{dice.randint(1, 9)}-{dice.randint(101, 105)}",
        "name": f"访客{dice.randint(1, 99)}",
        "note": f"备注{dice.randint(1, 99)}",
        "id_kind": dice.choice(("none", "id_card", "permit")),
        "plate": f"粤B{dice.randint(10000, 99999)}",
        "items": sorted(dice.sample(["工具箱", "梯子", "油漆", "电缆"], 2)),
    }
    names = [
        dice.choice(("unit", "unit", "id_kind", "name", "plate", "note", "items")) for _ in range(dice.randint(1, 2))
    ]
    return {name: given[name] for name in names[: max(least, dice.randint(0, 2))]}


async def settle(world: World) -> None:
    """A notice is settled: taken note of, or one of two values chosen."""
    phone = pick(
        world.dice, list(world.phones.values()), lambda one: one.person in one.device.people and bool(one.notices())
    )
    if phone is None or not phone.signed_in:
        return
    told = phone.notices()
    answer(world, phone, world.dice.choice([one for one in told if one["f"]["fields"]] or told))


def answer(world: World, phone: SimPhone, notice: dict[str, Any]) -> None:
    """What a person does about a notice."""
    sides = notice["f"]["fields"]
    if not sides or sides[0][1] is None or sides[0][0] not in {"unit", "id_kind", "plate"} or world.dice.random() < 0.2:
        phone.record("notice.close", {"notice": notice["id"]})
        return
    given = {"notice": notice["id"], "choice": world.dice.choice(("mine", "theirs")), sides[0][0]: sides[0][1]}
    phone.record("conflict.resolve", given, notice["f"]["about"])


# On shift.


async def clock(world: World) -> None:
    """Somebody clocks in or out under their own sign-in."""
    phone = person_phone(world)
    if phone is None:
        return
    mine = [body["id"] for body in rows(phone, "shift") if body["f"]["person"] == phone.person]
    fields = {"direction": world.dice.choice(("in", "out")), "site": world.places.sites[0]}
    shift = world.dice.choice([*mine[:2], None])
    phone.record("punch.record", {**fields, "post": world.places.posts[0], **({"shift": shift} if shift else {})})


async def tablet_punch(world: World) -> None:
    """Somebody clocks in on the tablet, picked by name, without a sign-in."""
    phone = pick(world.dice, list(world.phones.values()), lambda one: one.kiosk and not one.lost)
    badges = [] if phone is None or phone.person not in phone.device.people else phone.rows("badge")
    if phone is None or not badges:
        return
    badge = world.dice.choice(badges)["f"]
    phone.known(badge["person"])
    before = phone.device.people[badge["person"]].auth
    phone.device.people[badge["person"]].auth = "none"
    fields = {"direction": "in", "site": world.places.sites[0], "post": badge["post"], "again": True}
    phone.record("punch.record", fields, person=badge["person"])
    phone.device.people[badge["person"]].auth = before
    world.count("act punch.record unsigned")


async def swap(world: World) -> None:
    """Somebody does something about a swap: asks for one, or moves one on."""
    phone = person_phone(world)
    if phone is None:
        return
    dice, now = world.dice, phone.device.now()
    swaps = rows(phone, "swap")[-BUSY:]
    if swaps and dice.random() < 0.8:
        body = dice.choice(swaps)
        mine, asked = body["by"] == phone.person, phone.person in body["f"].get("asked", ())
        kinds = (
            ["swap.withdraw"]
            if mine
            else ["swap.accept", "swap.accept", "swap.decline", "swap.decline"]
            if asked
            else []
        )
        if phone.name in {"S1", "A1", "M1"} or dice.random() < 0.1:
            kinds += ["swap.approve", "swap.approve", "swap.reject"]
        if not kinds or dice.random() < 0.05:
            kinds = ["swap.accept", "swap.withdraw", "swap.expire"]
        if dice.random() < 0.1:
            kinds = ["swap.brief", "swap.settle"]
        kind = dice.choice(kinds)
        said = {"swap.reject": {"note": "人手不够"}, "swap.brief": {"handover": "钥匙在抽屉"}}
        phone.record(kind, said.get(kind, {}), body["id"])
        return
    shifts = [body for body in rows(phone, "shift") if body["f"]["start"] > now]
    give = pick(dice, shifts, lambda body: body["f"]["person"] == phone.person)
    if give is None:
        return
    staff = {"G1", "B1"} if dice.random() < 0.8 else {"G1", "G2", "B1", "B2"}
    people = [one for no, one in world.places.people.items() if no in staff and one != phone.person]
    given: dict[str, Any] = {"give": give["id"], "give_ver": give["ver"], "reason": "家里有事"}
    take = pick(dice, shifts, lambda body: body["f"]["person"] in people)
    if take is not None and dice.random() < 0.4:
        given |= {"mode": "exchange", "take": take["id"], "take_ver": take["ver"], "asked": [take["f"]["person"]]}
    else:
        given |= {"mode": "give_away", "asked": sorted(dice.sample(people, dice.randint(1, len(people))))}
    phone.record("swap.request", given)


async def bad_op(world: World) -> None:
    """An app with a bug records what the server cannot take as an act: it is refused and nothing behind it waits."""
    phone = person_phone(world)
    if phone is None:
        return
    device, link = phone.device, phone.device.link
    fields = {"site": world.places.sites[0], "post": world.places.posts[0], "category": "courier", "name": "坏"}
    op = device.act(phone.person, "visit.arrive", fields)
    last = device.outbox[-1]
    how = world.dice.choice(("spaces", "commitment", "unsendable"))
    if how == "spaces":
        last.head = last.head.replace('"kv":', '"kv": ')
    elif how == "commitment":
        last.private = (last.private or "").replace("坏", "好")
    else:
        last.stub = True
    last.link = device.link = chain.advance(link, chain.head_hash(last.head.encode()))
    world.count(f"fault bad_op {how}")
    world.tell(phone.name, f"records what is no act ({how}) [{op[-4:]}]")


async def roster(world: World) -> None:
    """A supervisor assigns a shift, sometimes one that overlaps another, or publishes some days; people look."""
    dice, now = world.dice, world.estate.clock.ms
    what = dice.random()
    if what < 0.6:
        await (publish(world) if what < 0.4 else receive(world))
        return
    phone = person_phone(world, "S1", "M1", "A1")
    if phone is None:
        return
    day = now // DAY + dice.randint(0, 4)
    start = day * DAY + dice.choice((0, 8, 20)) * HOUR
    staff = dice.choice(("G1", "B1", "G2", "B2"))
    phone.record(
        "shift.assign",
        {
            "person": world.places.people[staff],
            "post": dice.choice(world.places.posts),
            "team": world.places.team,
            "date": "2026-03-05",
            "start": start,
            "end": start + 8 * HOUR,
            "label": "早",
        },
    )


async def publish(world: World) -> None:
    """A supervisor publishes a few days of a few people, upon the version that the device has, or an older one."""
    phone = person_phone(world, "S1", "M1", "A1")
    if phone is None:
        return
    dice, team = world.dice, world.places.team
    by_label = {body["f"]["label"]: body["id"] for body in rows(phone, "template") if "2" not in body["f"]["label"]}
    labels = [*by_label, OFF, KEPT, OFF]
    people = [world.places.people[staff] for staff in dice.sample(("G1", "B1", "G2", "B2"), dice.randint(1, 3))]
    days = {person: " ".join(["保"] * 2 + dice.choices(labels, k=5)) for person in people}
    if all(set(text.split()) == {KEPT} for text in days.values()):
        return
    version = max([body["f"]["version"] for body in rows(phone, "roster") if body["f"]["team"] == team], default=0)
    seen = max(0, version - dice.choice((0, 0, 0, 1)))
    phone.record("roster.publish", values(team, by_label, world.places.posts[:2], days, seen))


async def receive(world: World) -> None:
    """Somebody looks at their shifts: their device says that the version has been received."""
    phone = person_phone(world)
    found = rows(phone, "roster") if phone is not None and phone.person in world.places.people.values() else []
    if phone is not None and found:
        roster = world.dice.choice(found)["f"]
        phone.record("roster.receive", {"team": roster["team"], "version": roster["version"]})


async def held(world: World) -> None:
    """Someone in charge lets a held act go, or sends it back."""
    phone = person_phone(world, "A1", "S1", "M1")
    if phone is not None:
        await settle_held(world, phone, 2)


async def settle_held(world: World, phone: SimPhone, most: int) -> int:
    """Let go or send back some of what is held, as an office screen lists it; gives how many."""
    found = await ask(world.estate.database, "SELECT op FROM hold ORDER BY op")
    for (op,) in world.dice.sample(found, min(most, len(found))):
        if world.dice.random() < 0.6:
            phone.record("op.release", {"op": op})
        else:
            phone.record("op.return", {"op": op, "reason": "请重新填写"})
    return len(found)


async def switch(world: World) -> None:
    """Whoever is signed in on a device signs out, and somebody else signs in; or a tablet's person leaves it alone."""
    phone = pick(world.dice, list(world.phones.values()), lambda one: not one.lost and one.name not in {"A1", "S1"})
    if phone is None or phone.device.revoked:
        return
    if phone.signed_in:
        phone.record("session.end", {})
        phone.leave_live()
        phone.sign_out()
        world.count("fault user_switch")
        if phone.kiosk and world.dice.random() < 0.5:
            return
    await sign_in(world, phone, world.dice.choice(("G1", "G2", "B1", "B2", "M1")))


async def sign_in(world: World, phone: SimPhone, staff_no: str) -> bool:
    """Somebody signs in, if the device reaches the server and the server knows the person."""
    if phone.name in world.network.mute | world.network.deaf or staff_no not in world.places.people:
        return False
    try:
        await phone.sign_in(staff_no)
    except Problem as problem:
        world.tell(phone.name, f"{staff_no} cannot sign in: {problem.code}")
        return False
    phone.leave_live()
    world.tell(phone.name, f"{staff_no} signs in")
    return True
