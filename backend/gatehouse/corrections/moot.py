"""Applications whose real punch has come since: acts of the server, which a job can redo (I-56)."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from gatehouse.approvals.queries import spans_of
from gatehouse.corrections.queries import corrections
from gatehouse.db.steps import Query, Steps, read
from gatehouse.policy.queries import load_book
from gatehouse.replication.core import Replication
from gatehouse.replication.recurring import forever
from gatehouse.replication.server_acts import ServerAct, act_everywhere
from gatehouse.roster.queries import LONGEST_MS
from gatehouse.rules.facts import Punch, Turn
from gatehouse.rules.lacking import answered
from gatehouse_sync.apply import Body

EVERY_S = 30.0
DAY_MS = 86_400_000
LOOKED_BACK_MS = 62 * DAY_MS
"""A punch that comes later than that changes no application."""
_body = msgspec.json.Decoder(Body)


class _Asked(NamedTuple):
    """An application that may be moot; ``starts`` and ``ends`` are its shift's."""

    org: str
    id: str
    person: str
    shift: str
    month: str
    starts: int
    ends: int


def _answered(now: int) -> Steps[list[tuple[str, str, str]]]:
    """Applications that count and whose real punch has come: org, id, the punch."""
    rows = yield Query(
        "SELECT c.org, c.id, c.person, c.shift, c.month, s.starts, s.ends FROM correction c "
        "JOIN shift s ON s.id = c.shift WHERE c.state IN ('requested', 'granted', 'rejected') AND c.asked > ? "
        "AND EXISTS (SELECT 1 FROM punch p JOIN op o ON o.id = p.id WHERE p.person = c.person "
        "AND p.direction = c.direction AND p.punched <= c.asked AND o.received > c.asked "
        "AND p.punched >= s.starts - ? AND p.punched <= s.ends + ?) ORDER BY c.org, c.id",
        (now - LOOKED_BACK_MS, DAY_MS, DAY_MS),
    )
    found = []
    for asked in (_Asked(*row) for row in rows):
        punch = yield from _punch_of(asked)
        if punch is not None:
            found.append((asked.org, asked.id, punch.id))
    return found


def _punch_of(asked: _Asked) -> Steps[Punch | None]:
    """The punch that has come for it, if there is one."""
    since, until = asked.starts - DAY_MS, asked.ends + DAY_MS
    turns = yield from _turns(asked, since - LONGEST_MS, until)
    made = next(one for one in (yield from corrections(asked.org, asked.person, asked.month)) if one.id == asked.id)
    turn = next((one for one in turns if one.id == asked.shift), None)
    if turn is None:  # taken off the roster since
        return None
    rows = yield Query(
        "SELECT p.id, p.direction, p.punched, o.received, p.shift FROM punch p JOIN op o ON o.id = p.id "
        "WHERE p.org = ? AND p.person = ? AND p.punched >= ? AND p.punched <= ?",
        (asked.org, asked.person, since, until),
    )
    punches = [
        Punch(id_, asked.person, direction, at, at, at, received, shift=shift)
        for id_, direction, at, received, shift in rows
    ]
    book = yield from load_book(asked.org)
    return answered(turn, made, turns, punches, book.on(turn.team, turn.date))


def _turns(asked: _Asked, since: int, until: int) -> Steps[list[Turn]]:
    rows = yield Query(
        "SELECT e.body, s.zone FROM shift h JOIN entity e ON e.id = h.id JOIN post p ON p.id = h.post "
        "JOIN site s ON s.id = p.site "
        "WHERE h.org = ? AND h.person = ? AND h.starts >= ? AND h.starts <= ? AND h.cancelled IS NULL",
        (asked.org, asked.person, since, until),
    )
    return [_turn(_body.decode(text), zone) for text, zone in rows]


def _turn(shift: Body, zone: str) -> Turn:
    fields = shift["f"]
    where = fields["team"], fields["post"], fields["site"], zone
    return Turn(shift["id"], fields["person"], *where, fields["date"], fields["label"], spans_of(fields, zone))


async def settle_moot(core: Replication) -> int:
    """Mark what is moot; gives how many. Running it twice, or in two processes at once, does no harm."""
    found = [
        (org, ServerAct("correction.moot", {"punch": punch}, entity=id_))
        for org, id_, punch in await read(core.database, _answered(core.now()))
    ]
    return await act_everywhere(core, found)


async def settle_moot_forever(core: Replication) -> None:
    """Look every half minute."""
    await forever(core, EVERY_S, "moot_failed", lambda: settle_moot(core))
