"""What must be true of a database after a crash: all that was promised is in it, once, and it verifies."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
from tests.crash.clients import Client

from gatehouse.app import KEY_FILE
from gatehouse.audit.keys import SigningKey, VerifyingKey
from gatehouse.audit.verify import checks, verify
from gatehouse.db.postgres import PostgresDatabase
from gatehouse.db.sqlite_connection import connect_reader
from gatehouse.db.steps import Query, Row, Steps, on_sqlite, read

Logged = dict[str, tuple[int, str]]
"""For each op: how many leaves of the log are its arrival, and its decision."""


class Verdict(msgspec.Struct):
    """What was found wrong, and how much was looked at; verdicts add up."""

    promised: int = 0
    recorded: int = 0
    lost: list[str] = []
    """Acknowledged and not there, or there with another decision."""
    doubled: list[str] = []
    corrupt: list[str] = []

    def add(self, other: Verdict) -> None:
        """Take in another's findings."""
        self.promised += other.promised
        self.recorded += other.recorded
        self.lost += other.lost
        self.doubled += other.doubled
        self.corrupt += other.corrupt

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not (self.lost or self.doubled or self.corrupt)


def public_key(data: Path) -> VerifyingKey:
    """The public half of the server's key."""
    return VerifyingKey(SigningKey.from_file(data / KEY_FILE).public)


def _logged(ids: Iterable[str]) -> Steps[Logged]:
    """The arrivals and decisions of these ops."""
    wanted = list(ids)
    rows = yield Query("SELECT op, COUNT(*) FROM log WHERE type = 'op' AND op = ANY(?*) GROUP BY op", (wanted,))
    decided: dict[str, str] = dict((yield Query("SELECT id, d FROM op WHERE id = ANY(?*)", (wanted,))))
    return {op: (count, decided.get(op, "nothing")) for op, count in rows}


def _integrity() -> Steps[list[str]]:
    rows = yield Query("PRAGMA integrity_check", ())
    return [] if rows == [("ok",)] else [str(row[0]) for row in rows]


def compare(clients: Sequence[Client], held: Logged) -> Verdict:
    """The clients' promises against what the log holds."""
    found = Verdict()
    for client in clients:
        found.promised += len(client.promised)
        found.recorded += len(client.recorded)
        found.lost += client.broken
        for op, promise in client.promised.items():
            count, d = held.get(op, (0, "nothing"))
            if count == 0 or d != promise.d:
                found.lost.append(f"{op} was acknowledged as {promise.d} and is {d} (number {promise.n})")
        unsent = set(client.unsure)
        waiting = [op for op in client.recorded if op not in held and op not in unsent]
        found.lost += [f"{op} is neither here nor in the outbox" for op in waiting]
        found.doubled += [op for op in client.recorded if held.get(op, (0, ""))[0] > 1]
    return found


def all_ids(clients: Sequence[Client]) -> list[str]:
    """Everything any of them recorded."""
    return [op for client in clients for op in client.recorded]


def sqlite_rows(file: Path, sql: str) -> list[Row]:
    """As the last commit left them; a server may be running."""
    with closing(connect_reader(file)) as connection:
        found: list[Row] = connection.execute(sql).fetchall()
        return found


def sqlite_logged(file: Path, ids: Iterable[str]) -> Logged:
    """As the last commit left it; a server may be running."""
    with closing(connect_reader(file)) as connection:
        return on_sqlite(connection, _logged(ids))


def sqlite_whole(file: Path, key: VerifyingKey, clients: Sequence[Client] = ()) -> list[str]:
    """Pages, indexes, and the log upwards, stamps of the clients included: what is wrong."""
    stamps = [client.device.stamp for client in clients if client.device.stamp is not None]
    with closing(connect_reader(file)) as connection:
        connection.execute("BEGIN")
        wrong = on_sqlite(connection, _integrity())
        if not wrong:
            wrong = [f"{one.check} {one.whose} {one.where}" for one in on_sqlite(connection, checks(key, stamps))]
    return wrong


def sqlite_verdict(file: Path, data: Path, clients: Sequence[Client]) -> Verdict:
    """Everything, of an SQLite file."""
    found = compare(clients, sqlite_logged(file, all_ids(clients)))
    try:
        found.corrupt += sqlite_whole(file, public_key(data), clients)
    except sqlite3.Error as failure:
        found.corrupt.append(str(failure))
    return found


def postgres_logged(url: str, ids: Iterable[str]) -> Logged:
    """As the last commit left it."""

    async def ask() -> Logged:
        database = PostgresDatabase(url, connections=1)
        await database.open()
        try:
            return await read(database, _logged(ids))
        finally:
            await database.close()

    return asyncio.run(ask())


def postgres_verdict(url: str, data: Path, clients: Sequence[Client]) -> Verdict:
    """Everything, of a PostgreSQL database."""
    stamps = [client.device.stamp for client in clients if client.device.stamp is not None]

    async def ask() -> list[str]:
        database = PostgresDatabase(url, connections=1)
        await database.open()
        try:
            findings = await verify(database, public_key(data), stamps)
        finally:
            await database.close()
        return [f"{one.check} {one.whose} {one.where}" for one in findings]

    found = compare(clients, postgres_logged(url, all_ids(clients)))
    found.corrupt += asyncio.run(ask())
    return found
