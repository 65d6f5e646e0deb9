"""The invariants, asked of a database and of plain data: each check gives what is wrong, or nothing.

Whatever drives devices (these simulated ones, the browser's engine) can call them. What a device may hold is worked out
here anew from the tables of roles and teams, not by the code that answers pulls.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
from tests.dump import ask

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.db.engine import Database
from gatehouse.db.steps import Row
from gatehouse_sync import canon, scopes
from gatehouse_sync.apply import Body
from gatehouse_sync.ids import derived
from gatehouse_sync.shade import shade
from gatehouse_sync.stamp import Stamp


class Holding(msgspec.Struct, frozen=True):
    """What a device holds for the person signed in on it (None: for nobody), at ``now`` by its own knowledge, UTC ms.

    ``rows`` are bodies and the scopes that carry them, by id. ``shown`` is what its screens show, where that is known.
    """

    who: str
    device: str
    person: str | None
    rows: Mapping[str, tuple[Body, Collection[str]]]
    now: int
    shown: Mapping[str, Body] = {}


async def lost(
    database: Database, acknowledged: Iterable[str], recorded: Iterable[str], excused: Collection[str] = ()
) -> list[str]:
    """I1: acts that are not in the log though a reply confirmed them, or though a device that still has them is done.

    ``excused`` are acts that no device holds any more.
    """
    held = {row[0] for row in await ask(database, "SELECT op FROM log WHERE op IS NOT NULL")}
    # What is no act stands in the log under a name of the server's; the id that it claims stands beside.
    held |= {row[0] for row in await ask(database, "SELECT entity FROM op WHERE kind IS NULL AND entity IS NOT NULL")}
    wrong = [f"acknowledged but not logged: {op}" for op in set(acknowledged) - held - set(excused)]
    return wrong + [f"recorded but not logged: {op}" for op in set(recorded) - held - set(excused)]


async def untold(database: Database) -> list[str]:
    """I10: acts with a decision of which their author or their device is not told."""
    rows = await ask(
        database,
        "SELECT o.id, o.actor, o.d, o.org, p.org FROM op o JOIN device d ON d.id = o.device AND d.kind <> 'server' "
        "LEFT JOIN person p ON p.id = o.actor WHERE o.d <> 'applied' AND o.kind IS NOT NULL",
    )
    there = {row[0] for row in await ask(database, "SELECT id FROM entity WHERE kind IN ('notice', 'outcome')")}
    wrong = []
    for op, actor, d, org, home in rows:
        if derived("outcome", op) not in there:
            wrong.append(f"no outcome of {op} ({d})")
        if d in {"refused", "returned"} and org == home and derived("notice", op, actor) not in there:
            wrong.append(f"no notice of {op} ({d})")
    return wrong


async def doubled(database: Database) -> list[str]:
    """I2: acts decided or carried out more than once."""
    sql = "SELECT op, COUNT(*) FROM log WHERE op IS NOT NULL AND type = 'op' GROUP BY op HAVING COUNT(*) > 1"
    wrong = [f"decided twice: {op}" for op, _ in await ask(database, sql)]
    for (body,) in await ask(database, "SELECT body FROM entity WHERE kind = 'visit'"):
        notes = [entry[0] for entry in canon.decode(body)["f"].get("note", [])]
        wrong += [f"written twice: {op}" for op in set(notes) if notes.count(op) > 1]
    return wrong


async def unsound(database: Database, public_key: str, stamps: Sequence[Stamp] = ()) -> list[str]:
    """I3 and I4 on the server: chains, log, stamps, fold, feeds, digests."""
    found = await verify(database, VerifyingKey(public_key), stamps)
    return [f"{one.check} {one.whose} {one.where}" for one in found]


async def diverged(
    database: Database, org: str, holdings: Iterable[Holding], now: int, restless: Collection[str] = ()
) -> list[str]:
    """I3 on the devices: rows other than the server's, both shaded to the same time, and views that are.

    ``restless`` are rows that change with every exchange.
    """
    bodies = [canon.decode(body) for (body,) in await ask(database, "SELECT body FROM entity WHERE org = ?", org)]
    carried = [(body, scopes.scopes_of(body, org)) for body in bodies if body["id"] not in restless]
    wrong = []
    for one in holdings:
        allowed = await may_hold(database, one.device, one.person, now)
        expected = {
            body["id"]: bare(seen)
            for body, by in carried
            if by & allowed and (seen := shade(body, b"", one.now)) is not None
        }
        held = {id_: shade(body, b"", one.now) for id_, (body, _) in one.rows.items()}
        here = {id_: bare(body) for id_, body in held.items() if body is not None and id_ not in restless}
        wrong += [f"{one.who} holds another {id_}" for id_ in expected.keys() & here if expected[id_] != here[id_]]
        wrong += [f"{one.who} lacks {id_}" for id_ in expected.keys() - here]
        shown = {id_: bare(body) for id_, body in one.shown.items() if id_ not in restless}
        wrong += [f"{one.who} shows another {id_}" for id_, body in shown.items() if here.get(id_) != body]
    return wrong


def bare(body: Body) -> bytes:
    """A row without its keyed hashes, which need the site's key."""
    return canon.encode({name: value for name, value in body.items() if name != "h"})


async def trespass(database: Database, org: str, holdings: Iterable[Holding], now: int) -> list[str]:
    """I5: rows a device holds outside its grants."""
    wrong = []
    for one in holdings:
        allowed = await may_hold(database, one.device, one.person, now)
        for id_, (body, carriers) in one.rows.items():
            if not set(carriers) <= allowed or not scopes.scopes_of(body, org) & allowed:
                wrong.append(f"{one.who} holds {id_} ({body['kind']}) of {sorted(set(carriers) - allowed)}")
    return wrong


async def may_hold(database: Database, device: str, person: str | None, now: int) -> set[str]:
    """The scopes a device may hold at an instant, from the tables alone (P12, P23)."""
    allowed = {f"device:{device}"}
    for kind, post in await ask(database, "SELECT kind, post FROM device WHERE id = ?", device):
        if kind == "kiosk":
            allowed.add(f"post:{post}")
    if person is None:
        return allowed
    ((org, gone),) = await ask(database, "SELECT org, dismissed FROM person WHERE id = ?", person)
    if gone is not None and gone <= now:
        return allowed
    allowed |= {f"person:{person}", f"org:{org}"}
    teams = await ask(
        database,
        "SELECT t.team FROM person_team t LEFT JOIN op o ON o.id = t.id WHERE t.person = ? AND t.since <= ? "
        "ORDER BY t.since DESC, o.n DESC",
        person,
        now,
    )
    allowed |= {f"team:{team}" for (team,) in teams[:1]}
    sql = "SELECT role, site, team, since, until FROM role WHERE person = ?"
    roles = await ask(database, sql, person)
    sites = [row[0] for row in await ask(database, "SELECT id FROM site WHERE org = ?", org)]
    return allowed.union(*(_of_role(role, org, sites, now) for role in roles + await _stood_in(database, person, now)))


async def _stood_in(database: Database, person: str, now: int) -> list[Row]:
    """The roles in charge of whom somebody stands in for now."""
    roles: list[Row] = []
    for absent, since, until in await ask(database, "SELECT absent, since, until FROM deputy WHERE deputy = ?", person):
        if since <= now < until:
            found = await ask(database, "SELECT role, site, team, since, until FROM role WHERE person = ?", absent)
            roles += [row for row in found if row[0] in {"supervisor", "manager"}]
    return roles


def _of_role(row: Row, org: str, sites: list[str], now: int) -> set[str]:
    role, site, team, since, until = row
    if since > now or (until is not None and until <= now):
        return set()
    scopes_ = {f"site:{one}" for one in ([site] if site is not None else sites)}
    if role == "admin" and site is None:
        scopes_.add(f"office:{org}")
    if role == "supervisor" and team is not None:
        scopes_ |= {f"team:{team}", f"lead:{team}"}
    return scopes_


async def stuck(database: Database) -> list[str]:
    """I7, P17: acts that wait for what has come."""
    sql = (
        "SELECT h.op FROM hold h JOIN entity e ON e.id = h.waits_on UNION "
        "SELECT h.op FROM hold h JOIN op o ON o.id = h.waits_on JOIN op p ON p.id = h.op "
        "WHERE p.code = 'behind_parked' AND o.d <> 'parked'"
    )
    return [f"waits for what is there: {op}" for (op,) in await ask(database, sql)]


async def out_of_time(database: Database, latest: int) -> list[str]:
    """I8: instants outside the interval in which the act can have been made; ``latest`` is the server's own, UTC ms."""
    wrong = []
    for (leaf,) in await ask(database, "SELECT leaf FROM log WHERE type <> 'epoch'"):
        earliest, late, at, _class = msgspec.json.decode(leaf)["decision"]["t"]
        if not earliest <= at <= late <= latest:
            wrong.append(leaf)
    return wrong


async def overstated(database: Database, unsent: Mapping[str, int]) -> list[str]:
    """P27: devices said to be complete up to a time after the earliest act they have not sent; instants by device."""
    rows = await ask(database, "SELECT id, complete_to FROM device WHERE revoked IS NULL")
    return [
        f"{device} is said to be complete to {to}, and has an act of {unsent[device]}"
        for device, to in rows
        if device in unsent and to > unsent[device]
    ]
