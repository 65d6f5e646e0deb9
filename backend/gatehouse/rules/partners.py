"""Who could take a shift, and in coarse words why another could not: nobody learns a colleague's reasons from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from gatehouse.rules.facts import Turn
from gatehouse.rules.swap import Member, SwapCase, TermsOn, check

Why = Literal["busy", "rest", "skill", "limit"]
_WHY: dict[str, Why] = {"on_leave": "busy", "back_to_back": "rest", "swap_skill": "skill"}


class Fit(msgspec.Struct, frozen=True, omit_defaults=True):
    """A colleague, or a shift of theirs, with what speaks against it (None: nothing) and the clause it rests on."""

    id: str
    why: Why | None = None
    clause: str | None = None


def partners(
    case: SwapCase, members: Iterable[Member], terms: TermsOn, statutory: Callable[[str], bool]
) -> tuple[Fit, ...]:
    """Each of these people as who takes the shift that ``case`` gives away."""
    return tuple(_fit(one.id, msgspec.structs.replace(case, taker=one, take=None), terms, statutory) for one in members)


def takes(
    case: SwapCase, colleague: Member, shifts: Iterable[Turn], terms: TermsOn, statutory: Callable[[str], bool]
) -> tuple[Fit, ...]:
    """Each of a colleague's shifts as the one that is given back."""
    return tuple(
        _fit(one.id, msgspec.structs.replace(case, taker=colleague, take=one), terms, statutory) for one in shifts
    )


def _fit(id_: str, case: SwapCase, terms: TermsOn, statutory: Callable[[str], bool]) -> Fit:
    if meets(case):
        return Fit(id_, "busy", "I-08")
    found = check(case, terms, statutory)
    return Fit(id_) if found is None else Fit(id_, _WHY.get(found.code, "limit"), found.clause)


def meets(case: SwapCase) -> bool:
    """Whether somebody would have two shifts at the same time."""
    legs = list(case.legs())
    moving = {leg.id for leg, _, _ in legs}
    return any(
        leg.starts < one.ends and one.starts < leg.ends
        for leg, _, taker in legs
        if taker is not None
        for one in taker.turns
        if one.id not in moving
    )
