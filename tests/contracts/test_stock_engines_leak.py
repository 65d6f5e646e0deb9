"""Why we have engines of our own: Piccolo's break the contract of test_engine.py.

A control of that suite. When one of these fails, Piccolo has been mended and the subclass may shrink.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest
from piccolo.columns import BigInt, Text
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine
from piccolo.table import Table


class Stock(Table, tablename="stock"):
    """A row to fight over, with a foreign key that is checked at COMMIT."""

    id = Text(primary_key=True)
    n = BigInt()
    parent = Text(null=True, default=None)


DDL = (
    "CREATE TABLE stock (id TEXT PRIMARY KEY, n BIGINT, parent TEXT REFERENCES stock(id) DEFERRABLE INITIALLY DEFERRED)"
)


@pytest.fixture
async def sqlite(tmp_path: Path) -> SQLiteEngine:
    engine = SQLiteEngine(path=str(tmp_path / "stock.db"), timeout=0.2)
    Stock._meta._db = engine
    await engine.run_ddl("PRAGMA journal_mode = WAL")
    await engine.run_ddl(DDL)
    await Stock.insert(Stock(id="a", n=0))
    return engine


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[PostgresEngine]:
    # Piccolo connects from the constructor, in a thread if a loop is running.
    engine = await asyncio.to_thread(PostgresEngine, config={"dsn": postgres_url})
    await engine.start_connection_pool(min_size=1, max_size=2)
    Stock._meta._db = engine
    await engine.run_ddl(DDL)
    await Stock.insert(Stock(id="a", n=0))
    yield engine
    assert engine.pool is not None
    engine.pool.terminate()


async def fail_at_commit(engine: SQLiteEngine | PostgresEngine, name: str) -> object:
    """Break a foreign key at COMMIT; gives the transaction that Piccolo leaves open."""
    transaction = engine.transaction()
    with pytest.raises((sqlite3.IntegrityError, asyncpg.ForeignKeyViolationError)):
        async with transaction:
            await Stock.insert(Stock(id=name, n=0, parent="nobody"))
    # The context still holds it, so every later query of this task would go into the broken transaction.
    engine.current_transaction.set(None)
    return transaction


async def test_a_failed_commit_keeps_sqlites_write_lock(sqlite: SQLiteEngine) -> None:
    left = await fail_at_commit(sqlite, "b")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await Stock.update({Stock.n: 1}, force=True)
    await left.connection.close()  # type: ignore[attr-defined]  # a slot that Piccolo does not declare on the base
    await Stock.update({Stock.n: 1}, force=True)


async def test_failed_commits_empty_the_postgres_pool(postgres: PostgresEngine) -> None:
    kept = [await fail_at_commit(postgres, name) for name in ("b", "c")]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await Stock.count()
    assert len(kept) == 2


async def test_deferred_transactions_lose_against_each_other(sqlite: SQLiteEngine) -> None:
    async def add() -> None:
        async with sqlite.transaction():
            seen = await Stock.select(Stock.n).where(Stock.id == "a").first()
            assert seen is not None
            await asyncio.sleep(0.005)
            await Stock.update({Stock.n: seen["n"] + 1}).where(Stock.id == "a")

    outcomes = await asyncio.gather(*(add() for _ in range(10)), return_exceptions=True)
    locked = [outcome for outcome in outcomes if isinstance(outcome, sqlite3.OperationalError)]
    assert locked


async def test_a_swallowed_error_is_committed_as_if_it_had_been_stored(postgres: PostgresEngine) -> None:
    async with postgres.transaction():
        await Stock.insert(Stock(id="b", n=0))
        with pytest.raises(asyncpg.UniqueViolationError):
            await Stock.insert(Stock(id="b", n=1))
    # No exception came out of the block, and yet:
    assert not await Stock.exists().where(Stock.id == "b")


async def test_a_nested_transaction_is_not_one(sqlite: SQLiteEngine) -> None:
    async with sqlite.transaction():
        with pytest.raises(LookupError):
            async with sqlite.transaction():
                await Stock.insert(Stock(id="b", n=0))
                raise LookupError
    assert await Stock.exists().where(Stock.id == "b")
