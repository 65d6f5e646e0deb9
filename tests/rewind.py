"""A database that goes back in time, on either engine: every table as it was, under a new epoch."""

from __future__ import annotations

import msgspec
from tests.dump import TABLES
from tests.estate import Estate, Phone

from gatehouse.audit.fold import FOLDED
from gatehouse.audit.seal import Private, seal
from gatehouse.backup.restore import begin_anew
from gatehouse.db.postgres import PostgresDatabase
from gatehouse.db.steps import Query, Row, Steps, read, write
from gatehouse.errors import Problem

Snapshot = dict[str, list[Row]]


async def snapshot(estate: Estate) -> Snapshot:
    """Every row of every table."""

    def steps() -> Steps[Snapshot]:
        found = {}
        for table in TABLES:
            found[table] = yield Query(f"SELECT * FROM {table}")
        return found

    return await read(estate.database, steps())


async def rewind(estate: Estate, then: Snapshot, *, known: bool = True, anew: bool = True) -> None:
    """Put the rows of ``then`` back, begin an epoch as a restore does, and start the server anew.

    ``known``: the database that is replaced could be read, so that its epochs are known to have ended. Not ``anew``:
    somebody put it back by hand, and no epoch begins.
    """

    def steps() -> Steps[None]:
        rows = yield Query("SELECT org, epoch FROM org_head UNION SELECT org, epoch FROM ended_epoch")
        lost: dict[str, set[str]] = {}
        for org, epoch in rows if known else []:
            lost.setdefault(org, set()).add(epoch)
        for table, held in then.items():
            yield Query(f"DELETE FROM {table}")
            for row in held:
                yield Query(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        if isinstance(estate.database, PostgresDatabase):
            yield Query("SELECT setval(pg_get_serial_sequence('scope_head', 'id'), (SELECT MAX(id) FROM scope_head))")
        if anew:
            yield from begin_anew(lost, estate.clock.ms, estate.dice.randbytes)

    await write(estate.database, steps)
    await estate.restart()


def sealing(phone: Phone) -> Phone:
    """The phone seals what is acknowledged to its server."""
    public = phone.estate.core.signer.seal_key.key

    def sealed(op: str, com: str, private: str, salt: str) -> str:
        return seal(public, op, com, Private(private, salt))

    phone.device.seal = sealed
    return phone


async def come_back(phone: Phone) -> None:
    """What a device does when it is online again: it pulls, and pushes what the server turns out to lack."""
    for _ in range(2):
        try:
            await phone.pull()
        except Problem as problem:
            assert problem.code == "unknown_device"  # noqa: PT017 - what a device goes on from
            phone.device.present, phone.device.acked = True, 0
        await phone.drain()
    await phone.pull(digests=True)


class State(msgspec.Struct):
    """What must come out as it was: decisions by op, records by id, which acts have their private part."""

    decisions: dict[str, object]
    records: dict[str, object]
    private: dict[str, bool]


async def state(estate: Estate) -> State:
    """The present decision of every op, and every record but for its version and what is no consequence of ops."""

    def steps() -> Steps[State]:
        rows = yield Query(
            "SELECT o.id, o.private IS NOT NULL, "
            "(SELECT leaf FROM log l WHERE l.org = o.org AND l.n = o.n) FROM op o WHERE o.kind IS NOT NULL"
        )
        decisions: dict[str, object] = {}
        for id_, _, leaf in rows:
            decision = msgspec.json.decode(leaf)["decision"]
            decision.pop("was", None)
            decisions[id_] = decision
        entities = yield Query("SELECT id, kind, body FROM entity")
        records: dict[str, object] = {}
        for id_, kind, text in entities:
            body = msgspec.json.decode(text)
            body.pop("ver")
            if kind == "notice":
                body.pop("erased", None)  # of one without values it only says which came first, it or the erasure
            if kind == "outcome" and body["f"]["d"] == "applied":
                continue  # it had been held; this time it never was
            if kind in FOLDED:
                records[id_] = body
        return State(decisions, records, {row[0]: bool(row[1]) for row in rows})

    return await read(estate.database, steps())


def differing(before: State, after: State) -> list[str]:
    """What did not come out as it was; an outcome's reason to exist may have gone, and that is no loss."""
    wrong = [f"lost {op}" for op in before.decisions.keys() - after.decisions.keys()]
    for op in before.decisions.keys() & after.decisions.keys():
        if before.decisions[op] != after.decisions[op]:
            wrong.append(f"decided otherwise {op}: {before.decisions[op]} / {after.decisions[op]}")
        if before.private[op] and not after.private[op]:
            wrong.append(f"without its private part {op}")
    for id_, body in before.records.items():
        if body != after.records.get(id_):
            wrong.append(f"another record {id_}: {body} / {after.records.get(id_)}")
    return wrong
