"""Level by level: who decides about a person's request, and whom it may be addressed to (R-LEV-04, R-LEV-10, I-40)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

Level = Literal["superior", "supervisor", "manager", "administration"]


class Ranks(msgspec.Struct, frozen=True):
    """Who stands where around one person, at one instant; only people who are still here.

    Attributes:
        superiors: the direct superior of a person, by person, as far up as known.
        supervisors: of the person's team.
        managers: of the team's site.
        administration: who runs the organisation.
        deputies: who stands in for whom (the absent one: the deputies).
    """

    superiors: Mapping[str, str] = {}
    supervisors: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    administration: tuple[str, ...] = ()
    deputies: Mapping[str, tuple[str, ...]] = {}


def deciders(level: Level, person: str, ranks: Ranks) -> tuple[str, ...]:
    """Who may decide about the person's request on that level, deputies included; never the person (I-40).

    Where a level is empty, or is the person's own, the next one above decides.
    """
    named = _among(person, [ranks.superiors[person]] if person in ranks.superiors else [])
    leads = person in ranks.supervisors or person in ranks.managers
    supervisors = _among(person, () if leads else ranks.supervisors)
    managers = _among(person, () if person in ranks.managers else ranks.managers)
    top = _among(person, ranks.administration)
    # On one's own level the direct superior comes before whoever else is higher up.
    own = named if leads else ()
    order = {
        "superior": (named, supervisors, managers, top),
        "supervisor": (supervisors, named, managers, top),
        "manager": (managers, own, top, named),
        "administration": (top, managers, named),
    }[level]
    found = next((one for one in order if one), ())
    standing_in = [deputy for one in found for deputy in ranks.deputies.get(one, ())]
    return _among(person, [*found, *standing_in])


def may_address(person: str, levels: tuple[Level, ...], ranks: Ranks) -> tuple[str, ...]:
    """To whom a request may be put: the first level, and the direct superior, who passes it on."""
    first = deciders(levels[0], person, ranks)
    return _among(person, [*first, *deciders("superior", person, ranks)])


def is_above(who: str, person: str, levels: tuple[Level, ...], ranks: Ranks) -> bool:
    """Whether somebody stands higher up in the person's own line: asking there skips a level; else it is another's."""
    above, at = set(), person
    while (at := ranks.superiors.get(at, "")) and at not in above:
        above.add(at)
    later = {one for level in levels for one in deciders(level, person, ranks)}
    return who in above | later | {*ranks.managers, *ranks.administration}


def _among(person: str, people: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*people} - {person}))
