"""The ledger and the database, each made to hold what the other does (PROTOCOL 14.7)."""

from __future__ import annotations

from collections import Counter

import structlog

from gatehouse.audit.ledger import Entry, Held, Ledger
from gatehouse.db.engine import Database
from gatehouse.db.steps import Query, Steps, read
from gatehouse.replication import server_acts
from gatehouse.replication.core import Replication
from gatehouse.replication.server_acts import ServerAct
from gatehouse_sync.ids import derived

_log = structlog.get_logger()
_ORDER = ("device.revoke", "person.dismiss", "visit.erase")


async def agree(core: Replication, ledger: Ledger) -> Counter[str]:
    """Replay into the database what only the ledger holds, then note what only the database does.

    Done before the port opens: a database put back from an older copy serves nobody who was shut out, and shows
    nothing that was erased. Gives how many of each kind were replayed.

    Raises:
        OSError: the ledger cannot be read or written.
    """
    held = ledger.read()
    for fault in held.faults:
        _log.error("ledger_broken", line=fault.line, what=fault.what)
    replayed: Counter[str] = Counter()
    if await _lost(core, held):
        with ledger.alone():  # and asked again: another process may have been first
            replayed = await _replay(core, await _lost(core, held))
    ledger.append(await entries(core.database))
    return replayed


async def _lost(core: Replication, held: Held) -> list[Entry]:
    stored = {one.key: one for one in await entries(core.database)}
    return [one for key, one in held.entries.items() if _says_more(one, stored.get(key))]


def _says_more(one: Entry, stored: Entry | None) -> bool:
    return stored is None or (one.made > stored.made and one.at != stored.at)


async def entries(database: Database) -> list[Entry]:
    """What the database says was withdrawn, of all orgs."""
    return await read(database, _entries())


def _entries() -> Steps[list[Entry]]:
    rows = yield Query("SELECT at, kind, made, org, subject FROM withdrawn ORDER BY made, kind, subject")
    return [Entry(*row) for row in rows]


async def _replay(core: Replication, lost: list[Entry]) -> Counter[str]:
    """The server does again what was done, as of then; what is not back yet waits for its record like any act."""
    done: Counter[str] = Counter()
    for org in sorted({one.org for one in lost}):
        if not await read(core.database, _known(org)):
            continue  # the copy is older than the org
        of_org = [one for one in lost if one.org == org and one.kind in _ORDER]
        of_org.sort(key=lambda one: (_ORDER.index(one.kind), one.made, one.subject))
        # What waits for a record that is not back was replayed at an earlier start.
        waiting = await read(core.database, _held([_id(one) for one in of_org]))
        fresh = [one for one in of_org if _id(one) not in waiting]
        if fresh:
            await server_acts.act(core, org, [_act(one) for one in fresh])
            done.update(one.kind for one in fresh)
    return done


def _known(org: str) -> Steps[bool]:
    return bool((yield Query("SELECT 1 FROM org_head WHERE org = ?", (org,))))


def _held(ids: list[str]) -> Steps[set[str]]:
    return {row[0] for row in (yield Query("SELECT id FROM op WHERE id = ANY(?*)", (ids,)))}


def _id(one: Entry) -> str:
    return derived("ledger", one.kind, one.subject, str(one.made))


def _act(one: Entry) -> ServerAct:
    match one.kind:
        case "device.revoke":
            return ServerAct(one.kind, {"device": one.subject}, id=_id(one), at=one.at)
        case "person.dismiss":
            return ServerAct(one.kind, {"dismissed": one.at}, one.subject, id=_id(one), at=one.made)
        case _:
            return ServerAct(one.kind, {"reason": "request"}, one.subject, id=_id(one), at=one.at)
