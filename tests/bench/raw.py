"""The raw limits beside each figure: the same bytes through the same driver, with no protocol and no bookkeeping."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import msgspec
from tests.bench.estate import BATCH
from tests.bench.serving import free_port, wait_for
from tests.bench.wire import Wire

from gatehouse_sync.protocol import Push

_TABLE = "CREATE TABLE raw (id text PRIMARY KEY, seq bigint NOT NULL, head text NOT NULL, private text, salt text)"
_INDEX = "CREATE INDEX raw_seq ON raw (seq)"
RawRow = tuple[str, int, str, str | None, str | None]


def rows_of(frames: list[bytes]) -> list[RawRow]:
    """The ops of these frames as rows."""
    rows: list[RawRow] = []
    for frame in frames:
        for op in msgspec.json.decode(frame, type=Push).ops:
            head = op.head or ""
            rows.append((msgspec.json.decode(head)["id"], len(rows), head, op.private, op.salt))
    return rows


def sqlite_insert(folder: Path, rows: list[RawRow], batch: int = BATCH) -> float:
    """Rows per second with executemany, WAL, synchronous=FULL and a commit per batch."""
    path = folder / "raw.db"
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(_TABLE)
        connection.execute(_INDEX)
        started = time.perf_counter()
        for first in range(0, len(rows), batch):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO raw VALUES (?, ?, ?, ?, ?)", rows[first : first + batch])
            connection.execute("COMMIT")
        return len(rows) / (time.perf_counter() - started)
    finally:
        connection.close()
        for left in folder.glob("raw.db*"):
            left.unlink()


async def postgres_insert(url: str, rows: list[RawRow], batch: int = BATCH) -> float:
    """Rows per second with asyncpg and unnest, a commit per batch."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DROP TABLE IF EXISTS raw")
        await connection.execute(_TABLE)
        await connection.execute(_INDEX)
        sql = "INSERT INTO raw SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[])"
        started = time.perf_counter()
        for first in range(0, len(rows), batch):
            await connection.execute(sql, *map(list, zip(*rows[first : first + batch], strict=True)))
        return len(rows) / (time.perf_counter() - started)
    finally:
        await connection.execute("DROP TABLE IF EXISTS raw")
        await connection.close()


def select_and_gzip(database: Path, page: int) -> tuple[float, float]:
    """Visits per second, and bytes of each, when their stored bodies are read by key and packed page by page."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    try:
        started = time.perf_counter()
        count = size = 0
        after = ""
        sql = "SELECT id, body FROM entity WHERE kind = 'visit' AND id > ? ORDER BY id LIMIT ?"
        while rows := connection.execute(sql, (after, page)).fetchall():
            packer = zlib.compressobj(6, zlib.DEFLATED, 31)
            packed = packer.compress(("[" + ",".join(row[1] for row in rows) + "]").encode()) + packer.flush()
            count, size, after = count + len(rows), size + len(packed), rows[-1][0]
        return count / (time.perf_counter() - started), size / count
    finally:
        connection.close()


@contextmanager
def hello() -> Iterator[Wire]:
    """A connection to an ASGI application that answers at once."""
    with bare_server() as port, Wire(port) as wire:
        yield wire


@contextmanager
def bare_server() -> Iterator[int]:
    """The port of that application, which also holds sockets and sends to all of them."""
    port = free_port()
    process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("hello.py")), str(port)])
    try:
        wait_for(port, "/", process)
        yield port
    finally:
        process.terminate()
        process.wait()
