"""What other features ask about swaps."""

from __future__ import annotations

import msgspec

from gatehouse.db.steps import Query, Steps


class OpenSwap(msgspec.Struct, frozen=True):
    """A swap that is not decided: its state, when that must be at the latest (UTC ms), and where the shift lies."""

    id: str
    state: str
    deadline: int
    team: str
    team_name: str
    post_name: str
    site: str


def open_swaps(org: str, now: int) -> Steps[list[OpenSwap]]:
    """Swaps of an org that wait for a colleague (``requested``) or a supervisor (``accepted``), soonest first."""
    rows = yield Query(
        "SELECT s.id, s.state, s.deadline, t.id, t.name, p.name, p.site FROM swap s JOIN shift h ON h.id = s.give "
        "JOIN team t ON t.id = h.team JOIN post p ON p.id = h.post "
        "WHERE s.org = ? AND s.state IN ('requested', 'accepted') AND s.deadline > ? ORDER BY s.deadline, s.id",
        (org, now),
    )
    return [OpenSwap(*row) for row in rows]
