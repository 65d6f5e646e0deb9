"""When visitors of which kind come to which gate, and how long they stay, as data."""

from __future__ import annotations

from typing import Final

import msgspec

from gatehouse.demo.people import EAST, FREIGHT, GARAGE, HOME, LOBBY, OFFICE, WEST


class Habit(msgspec.Struct, frozen=True):
    """How one kind of visitor behaves at one site.

    Attributes:
        share: visits of 100 on a weekday, and on a day at the weekend.
        hours: ``(from, before, weight)`` of local hours.
        stay: shortest and longest stay, minutes.
        posts: gates with their weights.
    """

    share: tuple[int, int]
    hours: tuple[tuple[int, int, int], ...]
    stay: tuple[int, int]
    posts: dict[str, int]


_MEALS = ((6, 10, 2), (10, 11, 3), (11, 13, 12), (13, 17, 2), (17, 20, 11), (20, 23, 5), (23, 24, 2), (0, 2, 1))

HABITS: Final[dict[str, dict[str, Habit]]] = {
    HOME: {
        "courier": Habit((27, 25), ((8, 12, 8), (12, 14, 4), (14, 19, 8), (19, 21, 2)), (6, 35), {EAST: 6, WEST: 3}),
        "takeaway": Habit((26, 27), _MEALS, (4, 15), {EAST: 5, WEST: 4}),
        "resident_guest": Habit(
            (15, 31), ((9, 12, 5), (12, 18, 4), (18, 22, 6), (22, 24, 1)), (50, 300), {EAST: 4, WEST: 3, GARAGE: 4}
        ),
        "contractor": Habit((17, 4), ((8, 10, 10), (10, 12, 4), (13, 16, 5)), (120, 540), {GARAGE: 5, WEST: 2}),
        "agent": Habit((6, 8), ((10, 12, 4), (13, 18, 5)), (20, 70), {EAST: 3, WEST: 1}),
        "official": Habit((3, 1), ((9, 12, 5), (14, 17, 4)), (30, 150), {EAST: 1}),
        "other": Habit((6, 4), ((7, 23, 3), (23, 24, 1), (0, 7, 1)), (10, 90), {EAST: 2, WEST: 1, GARAGE: 1}),
    },
    OFFICE: {
        "courier": Habit((27, 25), ((8, 12, 8), (12, 14, 3), (14, 19, 8)), (6, 30), {FREIGHT: 5, LOBBY: 3}),
        "takeaway": Habit((27, 22), _MEALS, (4, 12), {LOBBY: 6, FREIGHT: 1}),
        "interview": Habit((11, 4), ((9, 12, 6), (13, 17, 6)), (40, 110), {LOBBY: 1}),
        "contractor": Habit((13, 20), ((7, 10, 8), (10, 12, 3), (13, 17, 4), (20, 23, 2)), (90, 480), {FREIGHT: 1}),
        "agent": Habit((5, 6), ((10, 12, 4), (14, 17, 5)), (25, 80), {LOBBY: 1}),
        "official": Habit((3, 1), ((9, 12, 5), (14, 17, 4)), (30, 150), {LOBBY: 1}),
        "other": Habit(
            (14, 22), ((8, 12, 6), (13, 18, 6), (18, 22, 2), (22, 24, 1)), (25, 150), {LOBBY: 4, FREIGHT: 1}
        ),
    },
}

PER_DAY: Final = {HOME: ((68, 80), (78, 90)), OFFICE: ((74, 90), (60, 66))}
"""Fewest and most visits of a site on a weekday, and on a day at the weekend."""

OTHER_GATE: Final = {EAST: (WEST,), WEST: (EAST,), GARAGE: (EAST, WEST), LOBBY: (FREIGHT,), FREIGHT: (LOBBY,)}
"""Where those go out who do not leave where they came in."""
