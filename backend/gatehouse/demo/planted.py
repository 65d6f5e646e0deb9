"""What the screens should have to show today: who is inside, a conflict, a late tablet, a refusal, a doubtful exit."""

from __future__ import annotations

import random
from collections.abc import Iterator

from gatehouse.demo.people import (
    CONFLICTED,
    EAST,
    FREIGHT,
    GARAGE,
    HOME,
    LOBBY,
    OFFICE,
    OTHER_GATE,
    REFUSED,
    WEST,
)
from gatehouse.demo.steps import HOUR, MINUTE, Calendar, Step
from gatehouse.demo.visitors import full_name, phone, plate, unit, visitor

INSIDE = 12
"""Visitors of each site whose exit is still to come."""
SENT, HELD = 3, 4
"""Acts of the garage's tablet: sent by its last contact, and stated by it but not received."""
_RECENT_MS = 4 * HOUR

_GUESTS = {
    HOME: ("resident_guest", "resident_guest", "contractor", "agent", "other"),
    OFFICE: ("other", "contractor", "interview", "other", "official"),
}


def planted(calendar: Calendar, seed: int) -> Iterator[Step]:
    """The visits of today that the demo is about."""
    rng = random.Random(seed + 1)  # noqa: S311  # a story, not a secret
    yield from _late_tablet(rng, calendar)
    yield from _conflict(rng, calendar)
    yield from _twice_inside(rng, calendar)
    yield from _refused(rng, calendar)
    yield from _recent(rng, calendar, HOME, (EAST, WEST), INSIDE - SENT - 1 - 2)
    yield from _recent(rng, calendar, OFFICE, (LOBBY, LOBBY, FREIGHT), INSIDE)


def _late_tablet(rng: random.Random, calendar: Calendar) -> Iterator[Step]:
    """The garage's tablet loses the line in the middle of its last exchange."""
    yield Step(calendar.silent, GARAGE, "push")
    yield Step(calendar.silent + MINUTE, GARAGE, "pull")
    yield Step(calendar.silent + 3 * MINUTE, GARAGE, "pull")
    at = calendar.cutoff - 15 * MINUTE
    for i in range(SENT + HELD):
        category = rng.choice(("resident_guest", "contractor"))
        at += rng.randint(20, 100) * 1000
        fields = {"category": category, **visitor(rng, HOME, category)}
        yield Step(at, GARAGE, "arrive", f"garage {i}", fields)
    yield Step(calendar.cutoff, GARAGE, "part")


def _conflict(rng: random.Random, calendar: Calendar) -> Iterator[Step]:
    """Two gates correct one entry in the same offline half-hour, each as its guard saw the papers."""
    hour = _between_exchanges(calendar)
    fields = {
        "category": "resident_guest",
        "name": "温以宁",
        "phone": phone(rng),
        "unit": "6栋1803",
        "host": "徐女士",
        "id_kind": "none",
    }
    yield Step(hour - 25 * MINUTE, EAST, "arrive", "conflict", fields)
    yield Step(hour + 12 * MINUTE, EAST, "amend", "conflict", {"id_kind": "id_card"}, who=OTHER_GATE)
    yield Step(hour + 21 * MINUTE, WEST, "amend", "conflict", {"id_kind": "permit"}, who=CONFLICTED)


def _between_exchanges(calendar: Calendar) -> int:
    """A full hour some three hours ago: all tablets have just met and will not before the next."""
    return (calendar.now - 3 * HOUR) // HOUR * HOUR


def _twice_inside(rng: random.Random, calendar: Calendar) -> Iterator[Step]:
    """One car on record twice, at two gates: perhaps the first exit was missed, for a person to say."""
    car = plate(rng)
    first = {"category": "resident_guest", "name": full_name(rng), "plate": car, "unit": unit(rng, HOME)}
    yield Step(calendar.now - 200 * MINUTE, EAST, "arrive", "twice 1", first)
    yield Step(calendar.now - 35 * MINUTE, WEST, "arrive", "twice 2", {"category": "resident_guest", "plate": car})
    # And one who went out with no entry on record.
    seen = {"category": "other", "name": full_name(rng), "plate": plate(rng)}
    yield Step(calendar.now - 50 * MINUTE, EAST, "exit", "no entry", seen)


def _refused(rng: random.Random, calendar: Calendar) -> Iterator[Step]:
    """A guard lent to the other property for an hour: he has no role there."""
    fields = {"category": "contractor", **visitor(rng, OFFICE, "contractor")}
    yield Step(calendar.now - 6 * HOUR, FREIGHT, "arrive", "refused", fields, who=REFUSED)


def _recent(rng: random.Random, calendar: Calendar, site: str, posts: tuple[str, ...], count: int) -> Iterator[Step]:
    """So many arrivals of the last hours, the last of them minutes ago; one has outstayed."""
    for i in range(count):
        ago = _RECENT_MS * (count - i) // count - rng.randint(0, 8) * MINUTE
        at = calendar.now - max(ago, 3 * MINUTE)
        category = rng.choice(_GUESTS[site]) if i < count - 1 else "courier"
        fields = {"category": category, **visitor(rng, site, category)}
        if i == 0:
            fields["expected_out"] = calendar.now - 20 * MINUTE
        elif category in {"contractor", "resident_guest"}:
            fields["expected_out"] = at + 5 * HOUR
        yield Step(at, rng.choice(posts), "arrive", f"{site} now {i}", fields)
