"""What other features ask about swaps."""

from __future__ import annotations

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse.roster.queries import LONGEST_MS
from gatehouse.rules.swap import Agreement
from gatehouse_sync.apply import Body

_body = msgspec.json.Decoder(Body)


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


class Swapped(msgspec.Struct, frozen=True):
    """A swap in effect that moved a shift: whose it was and is, and what the two wrote for each other (R-SWP-03)."""

    id: str
    shift: str
    starts: int
    ends: int
    was: str
    now: str
    handover: tuple[str, ...]


def swapped(org: str, post: str, since: int, until: int) -> Steps[list[Swapped]]:
    """Shifts on a post that meet a span and came to their people by swaps: what a handover must record (R-SWP-20)."""
    rows = yield Query(
        "SELECT h.id, h.starts, h.ends, h.person, e.body FROM shift h "
        "JOIN swap s ON (s.give = h.id OR s.take = h.id) AND s.state = 'approved' JOIN entity e ON e.id = s.id "
        "WHERE h.org = ? AND h.post = ? AND h.starts >= ? AND h.starts < ? AND h.ends > ? AND h.cancelled IS NULL "
        "ORDER BY h.starts, h.id, s.id",
        (org, post, since - LONGEST_MS, until, since),
    )
    found = [(*row[:4], _body.decode(row[4])) for row in rows]
    return [
        Swapped(
            body["id"],
            shift,
            starts,
            ends,
            body["by"] if body["f"]["give"] == shift else body["f"]["accepted_by"],
            person,
            tuple(str(note[3]) for note in body["f"].get("handover", ())),
        )
        for shift, starts, ends, person, body in found
    ]


def agreements(org: str, person: str, month: str) -> Steps[list[Agreement]]:
    """The swaps a person asked for whose given shift lies in a month, in the order in which they arrived (I-23)."""
    rows = yield Query(
        "SELECT s.id, s.person, s.month, s.state, (SELECT n FROM op o WHERE o.id = s.id), s.repays FROM swap s "
        "WHERE s.org = ? AND s.person = ? AND s.month = ?",
        (org, person, month),
    )
    return sorted((Agreement(*row) for row in rows), key=lambda one: one.n)


def repays_open(org: str, person: str) -> Steps[list[str]]:
    """Swaps in effect in which the person still owes a shift, or is owed one (I-42), oldest first."""
    rows = yield Query(
        "SELECT id FROM swap WHERE org = ? AND (person = ? OR accepted_by = ?) AND state = 'approved' "
        "AND mode = 'give_away' AND repays IS NULL AND repaid IS NULL ORDER BY id",
        (org, person, person),
    )
    return [row[0] for row in rows]
