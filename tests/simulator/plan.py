"""What a history is made of: its steps, which follow from its seed, and what is told of them."""

from __future__ import annotations

import random
from collections import Counter

import msgspec

ACTS = {
    "gate": 24,
    "meet": 7,
    "settle": 10,
    "clock": 5,
    "tablet_punch": 4,
    "swap": 16,
    "roster": 4,
    "office": 9,
    "staff": 3,
    "move": 4,
    "deputy": 2,
    "held": 4,
    "kiosk": 2,
    "switch": 4,
    "bad_op": 3,
    "bring_in": 1,
    "robot": 1,
    "policy": 2,
    "request": 9,
    "attendance": 5,
}
NETWORK = {"exchange": 44, "sync": 16, "partition": 4, "join_up": 4, "poke": 8, "reorder": 3, "repeat": 3}
FAULTS = {
    "wait": 6,
    "long_wait": 1,
    "crash_before_commit": 3,
    "crash_after_commit": 3,
    "server_crash": 8,
    "server_restart": 2,
    "clock_jump": 3,
    "server_clock_back": 2,
    "back_up_profile": 4,
    "roll_back": 3,
    "clone": 1,
    "evict": 1,
    "lose_key": 1,
    "revoke": 1,
    "new_app": 2,
    "new_server": 1,
    "handler_raises": 2,
    "handler_mended": 2,
    "back_up": 4,
    "restore": 2,
    "jobs": 4,
}
WEIGHTS = {**ACTS, **NETWORK, **FAULTS}


class Step(msgspec.Struct, frozen=True):
    """One step: its name, the seed of its own dice, and how long after the one before it comes, ms.

    With dice of its own a step is the same whatever other steps are left out, which is what makes stories shrink.
    """

    name: str
    seed: int
    after: int


def steps_of(seed: int, count: int) -> list[Step]:
    """The steps of a history. Its rarer faults come in some histories and not in others."""
    dice = random.Random(seed)
    weights = dict(WEIGHTS)
    for name in FAULTS:
        weights[name] *= dice.choice((0, 1, 1, 3))
    names = dice.choices(list(weights), list(weights.values()), k=count)
    return [Step(name, dice.getrandbits(48), dice.choice((0, 1_000, 20_000, 300_000, 1_500_000))) for name in names]


class Told(msgspec.Struct):
    """What happened in a history: a line for each thing, and how often what happened."""

    lines: list[str] = []
    counts: Counter[str] = msgspec.field(default_factory=Counter)
