"""What other features ask about closed periods."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from gatehouse.db.steps import Query, Steps
from gatehouse.replication.facts import Facts

_CLOSED = "periods"


def closed_months(org: str, teams: Collection[str], month: str) -> Steps[dict[str, dict[str, Any]]]:
    """Of these teams those whose month (``YYYY-MM``) is closed: the period, when it was closed and by whom."""
    rows = yield Query(
        "SELECT team, id, closed, by_person FROM period WHERE org = ? AND team = ANY(?*) AND month = ? "
        "AND state = 'closed' ORDER BY team, id",
        (org, list(teams), month),
    )
    return {team: {"at": closed, "by": by, "id": id_} for team, id_, closed, by in rows}


def note_closed(facts: Facts, team: str, month: str) -> Steps[None]:
    """Load whether a team's month is closed, for a rule inside a push; for a handler's ``prepare``."""
    if (_CLOSED, f"{team} {month}") not in facts.noted:
        found = yield from closed_months(facts.org, [team], month)
        facts.noted[_CLOSED, f"{team} {month}"] = found.get(team, {}).get("id")


def is_closed(facts: Facts, team: str, month: str) -> bool:
    """Whether the team's month, asked for with ``note_closed``, is closed now, this very push included."""
    period = facts.noted.get((_CLOSED, f"{team} {month}"))
    made = [body for body in facts.bodies.values() if body["kind"] == "period"]
    if any((one["f"]["team"], one["f"]["month"], one["f"]["state"]) == (team, month, "closed") for one in made):
        return True
    body = facts.bodies.get(period) if isinstance(period, str) else None
    return period is not None and (body is None or body["f"]["state"] == "closed")
