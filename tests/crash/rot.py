"""Bit rot: one byte of a database file is another, 200 times over; the proof of a backup must notice, or nobody can.

What is asked is what every backup asks of its copy: pages and indexes by SQLite, then the log upwards. A byte that
neither notices must be one that no query can see: every row of every table reads as before. Values that do not follow
from the log (``UNLOGGED``) are counted by themselves: no proof can speak of them.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import msgspec
from tests.crash import check
from tests.crash.clients import enrol
from tests.crash.server import folder, sqlite_estate

from gatehouse.audit.keys import VerifyingKey
from gatehouse.backup.prove import BackupRefused, prove_sqlite

ACTS = 400
UNLOGGED = frozenset(
    {
        *("credential.hash", "credential.org", "credential.person", "sign_in_throttle", "session"),
        *("device", "chain.org", "chain.earliest", "site_key", "withdrawn", "dirty", "month_wait", "hold.waits_on"),
        *("entity.about", "entity.full_until", "org_head.epoch", "org_head.granted", "scope_head.floor"),
        *("schema_migration.applied_ms", "schema_migration.app_version"),
    }
)
"""Tables and columns of what is never an act: accounts, sign-ins, what devices said of themselves, keys, caches."""


class Result(msgspec.Struct):
    """What flipped bytes did."""

    flips: int = 0
    by_pages: int = 0
    """Noticed by SQLite's own check."""
    by_log: int = 0
    """Noticed by the log or what follows from it."""
    unused: int = 0
    """Seen by no query."""
    unlogged: Counter[str] = msgspec.field(default_factory=Counter)
    """Changed a value that the log does not speak of: by table and column."""
    unnoticed: Counter[str] = msgspec.field(default_factory=Counter)
    """Changed a value and was not noticed: by table and column."""


def run(flips: int, seed: int) -> Result:
    """So many copies of one database, each with one byte changed."""
    result = Result()
    rng = random.Random(seed)
    with folder() as home:
        server, gate = sqlite_estate(home)
        try:
            if not server.start():
                raise RuntimeError(server.said())
            clients = enrol(server.port, gate, 3, seed)
            for number in range(ACTS):
                clients[number % 3].act()
                clients[number % 3].push()
            for client in clients:
                client.close()
        finally:
            server.stop()
        whole = server.data / "gatehouse.db"
        key = check.public_key(server.data)
        before = values(whole)
        for _ in range(flips):
            copy = home / "copy.db"
            shutil.copyfile(whole, copy)
            _flip(copy, rng)
            _judge(copy, key, before, result)
    return result


def _flip(file: Path, rng: random.Random) -> None:
    """Another value in one byte."""
    with file.open("r+b") as opened:
        place = rng.randrange(file.stat().st_size)
        opened.seek(place)
        old = opened.read(1)[0]
        opened.seek(place)
        opened.write(bytes([old ^ rng.randrange(1, 256)]))


def _judge(file: Path, key: VerifyingKey, before: dict[str, str], result: Result) -> None:
    result.flips += 1
    try:
        prove_sqlite(file, key)
    except BackupRefused as refusal:
        if "verify" in str(refusal):
            result.by_log += 1
        else:
            result.by_pages += 1
    else:
        try:
            after = values(file)
        except (sqlite3.Error, UnicodeDecodeError):  # a name in the schema is another
            after = {}
        # A changed schema changes the names of the rest.
        names = sorted(before.keys() | after.keys())
        changed = [name for name in names if before.get(name) != after.get(name)]
        if "schema" in changed:
            changed = ["schema"]
        result.unused += not changed
        for name in changed:
            outside = not UNLOGGED.isdisjoint({name, name.partition(".")[0]})
            (result.unlogged if outside else result.unnoticed)[name] += 1


def values(file: Path) -> dict[str, str]:
    """A hash for each column of each table, over all its rows, and one for the schema: all that a query can see."""
    found = {}
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?immutable=1", uri=True)) as connection:
        connection.text_factory = lambda text: text.decode(errors="surrogateescape")
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
        schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").fetchall()
        found["schema"] = _hash(schema)
        for (table,) in tables:
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            rows.sort(key=repr)
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for at, column in enumerate(columns):
                found[f"{table}.{column}"] = _hash([(row[at],) for row in rows])
    return found


def _hash(rows: list[tuple[object, ...]]) -> str:
    return hashlib.sha256(repr(rows).encode(errors="surrogatepass")).hexdigest()
