"""What other features ask about corrections and outages."""

from __future__ import annotations

from typing import Literal

from gatehouse.db.steps import Query, Steps
from gatehouse.rules.facts import Correction, Outage

_STATES: dict[str, Literal["requested", "granted", "refused", "withdrawn", "moot"]] = {
    "requested": "requested",
    "granted": "granted",
    "rejected": "refused",
    "withdrawn": "withdrawn",
    "moot": "moot",
}


def corrections(org: str, person: str, month: str) -> Steps[list[Correction]]:
    """The person's applications for shifts of a month (``YYYY-MM``), whatever became of them, in order of asking."""
    rows = yield Query(
        "SELECT c.id, c.person, c.shift, c.direction, c.claimed, c.asked, o.received, c.state, c.segment "
        "FROM correction c JOIN op o ON o.id = c.id WHERE c.org = ? AND c.person = ? AND c.month = ? "
        "ORDER BY c.asked, c.id",
        (org, person, month),
    )
    return [
        Correction(id_, who, shift, direction, claimed, asked, arrived, _STATES[state], segment)
        for id_, who, shift, direction, claimed, asked, arrived, state, segment in rows
    ]


def outages(org: str, posts: set[str], since: int, until: int) -> Steps[list[Outage]]:
    """When nobody could punch at these posts, as far as it reaches into a span."""
    rows = yield Query(
        "SELECT id, post, since, until FROM outage WHERE org = ? AND post = ANY(?*) AND since < ? AND until > ? "
        "ORDER BY since, id",
        (org, posts, until, since),
    )
    return [Outage(*row) for row in rows]
