"""What swaps beyond the cap cost where a regulation prices them (R-SWP-07, I-06): proposals, taken by nobody."""

from __future__ import annotations

from collections.abc import Iterable

from gatehouse.rules import parameters as p
from gatehouse.rules.swap import Agreement
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import Proposal


def over_cap(person: str, month: str, agreements: Iterable[Agreement], terms: Terms) -> tuple[Proposal, ...]:
    """One for each agreement in effect from number cap+1 of the month on, in the order they arrived.

    ``terms`` are those of the person's team in that month. Pending ones hold their number and cost nothing yet.
    """
    cap, mode, price = terms[p.SWAP_CAP], terms[p.OVER_CAP_MODE], terms[p.OVER_CAP_PENALTY]
    if cap.value is None or mode.value != "allow_with_points" or price.value is None:
        return ()
    counted = sorted(
        (one for one in agreements if one.by == person and one.counts and one.date[:7] == month),
        key=lambda one: one.n,
    )
    return tuple(
        Proposal(
            f"over_cap:{one.id}",
            "over_cap",
            person,
            one.date,
            price.clause,
            price.value,
            {"nth": nth, "cap": cap.value},
        )
        for nth, one in enumerate(counted, 1)
        if nth > cap.value and one.state == "approved"
    )
