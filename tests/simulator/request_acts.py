"""What people ask their superiors for in a history: leave, outings, corrections; and what is said of them."""

from __future__ import annotations

from typing import Any

from tests.estate import DAY, HOUR
from tests.simulator.device import SimPhone, pick
from tests.simulator.gate_acts import person_phone, rows
from tests.simulator.world import World

KINDS = ("leave", "outing", "correction")
NOTED = frozenset({"leave.reject", "outing.reject", "correction.reject"})


async def request(world: World) -> None:
    """Somebody asks for something, says yes or no to it, or takes it back: also what they only heard of."""
    phone = person_phone(world)
    if phone is None:
        return
    made = [one for one in world.recorded_acts.values() if one.kind.endswith(".request") and "swap" not in one.kind]
    if made and world.dice.random() < 0.6:
        seen = {body["id"] for kind in KINDS for body in rows(phone, kind)}
        one = pick(world.dice, made, lambda act: act.op in seen) or world.dice.choice(made)
        _answer(world, phone, one.kind.partition(".")[0], one.op)
    else:
        _ask(world, phone)


def _answer(world: World, phone: SimPhone, kind: str, entity: str) -> None:
    dice = world.dice
    kinds = ["approve", "approve", "reject", "withdraw"]
    kinds += {"leave": ["certify", "return", "expire"], "outing": ["expire"], "correction": ["moot"]}[kind]
    name = f"{kind}.{dice.choice(kinds)}"
    fields: dict[str, Any] = {"note": "没有依据"} if name in NOTED else {}
    if name == "leave.certify":
        fields = {"first": "2026-03-02", "last": f"2026-03-{dice.randint(2, 9):02}"}
    if name == "correction.moot":
        fields = {"punch": entity}
    phone.record(name, fields, entity)


def _ask(world: World, phone: SimPhone) -> None:
    dice, now = world.dice, phone.device.now()
    shift = pick(dice, rows(phone, "shift"), lambda body: body["f"]["person"] == phone.person)
    choice = dice.random()
    if shift is not None and choice < 0.4:
        direction = dice.choice(("in", "out"))
        claimed = shift["f"]["start" if direction == "in" else "end"]
        given = {"shift": shift["id"], "direction": direction, "claimed": claimed, "cause": "forgot"}
        phone.record("correction.request", {**given, "reason": "忘了"})
    elif shift is not None and choice < 0.7:
        start = shift["f"]["start"]
        given = {"shift": shift["id"], "since": start, "until": start + HOUR, "business": dice.random() < 0.5}
        phone.record("outing.request", given)
    elif choice < 0.75:
        since = now - dice.randint(1, 4) * HOUR
        given = {"post": world.places.posts[0], "since": since, "until": now, "reason": "停电"}
        phone.record("outage.declare", given)
    else:
        since = shift["f"]["start"] if shift is not None else now + dice.randint(1, 60) * HOUR
        given = {"sort": dice.choice(("personal", "sick", "official")), "since": since, "until": since + DAY}
        if dice.random() < 0.2:
            given["person"] = dice.choice(list(world.places.people.values()))
        phone.record("leave.request", {**given, "reason": "家里有事"})
