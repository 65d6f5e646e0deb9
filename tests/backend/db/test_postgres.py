"""What is PostgreSQL's alone: limits on every wait, lost connections, deadlocks."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest

from gatehouse.db import Busy, DatabaseAway, DatabaseUnusable, PostgresDatabase, rerun
from gatehouse.errors import as_problem


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    engine = PostgresDatabase(postgres_url, connections=3, lock_wait=0.2, idle_wait=0.3, command_wait=5)
    await engine.open()
    await engine.run_ddl("CREATE TABLE tally (id text PRIMARY KEY, n bigint)")
    await engine.run_ddl("INSERT INTO tally VALUES ('a', 0), ('b', 0)")
    yield engine
    await engine.close()


async def in_use(engine: PostgresDatabase) -> int:
    assert engine.pool is not None
    return int(engine.pool.get_size() - engine.pool.get_idle_size())


async def test_the_limits_hold_on_every_connection(database: PostgresDatabase) -> None:
    names = ("application_name", "plan_cache_mode", "lock_timeout", "idle_in_transaction_session_timeout", "jit")
    found = await database.read(_show(*names, "transaction_isolation", "transaction_read_only"))
    assert found == ["gatehouse", "force_custom_plan", "200ms", "300ms", "off", "repeatable read", "on"]
    async with database.write() as tx:
        assert await tx.run(_show("transaction_isolation", "transaction_read_only")) == ["read committed", "off"]


def _show(*names: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - asyncpg's connection has no type to name
    async def work(connection):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - as above
        return [await connection.fetchval(f"SHOW {name}") for name in names]

    return work


async def test_a_connection_killed_inside_a_transaction_is_replaced(database: PostgresDatabase) -> None:
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)) as caught:
        async with database.write() as tx:
            pid = await tx.connection.fetchval("SELECT pg_backend_pid()")
            await tx.connection.execute("UPDATE tally SET n = 1")
            killer = await asyncpg.connect(database.config["dsn"])
            await killer.execute("SELECT pg_terminate_backend($1)", pid)
            await killer.close()
            await tx.connection.execute("UPDATE tally SET n = 2")
    assert as_problem(caught.value).code == "storage_away"
    assert await in_use(database) == 0
    assert await database.read(lambda connection: connection.fetchval("SELECT max(n) FROM tally")) == 0


async def test_a_transaction_left_idle_is_ended_by_the_server(database: PostgresDatabase) -> None:
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        async with database.write() as tx:
            await tx.connection.execute("UPDATE tally SET n = 1")
            await asyncio.sleep(0.6)
    assert await in_use(database) == 0
    assert await database.read(lambda connection: connection.fetchval("SELECT max(n) FROM tally")) == 0


@pytest.mark.trap("T15")
@pytest.mark.path("P14")
async def test_a_deadlock_is_run_again_until_both_are_through(postgres_url: str) -> None:
    engine = PostgresDatabase(postgres_url, connections=3, lock_wait=5)
    await engine.open()
    await engine.run_ddl("CREATE TABLE tally (id text PRIMARY KEY, n bigint)")
    await engine.run_ddl("INSERT INTO tally VALUES ('a', 0), ('b', 0)")
    runs = 0

    async def add(first: str, second: str) -> None:
        async def body() -> None:
            nonlocal runs
            runs += 1
            async with engine.write() as tx:
                for name in (first, second):
                    await tx.connection.execute("UPDATE tally SET n = n + 1 WHERE id = $1", name)
                    await asyncio.sleep(0.05)

        await rerun(body)

    try:
        await asyncio.gather(add("a", "b"), add("b", "a"))
        assert await engine.read(lambda connection: connection.fetchval("SELECT min(n) FROM tally")) == 2
        assert runs > 2
    finally:
        await engine.close()


async def test_a_lock_that_never_comes_ends_with_busy(database: PostgresDatabase) -> None:
    runs = 0

    async def body() -> None:
        nonlocal runs
        runs += 1
        async with database.write() as tx:
            await tx.connection.execute("UPDATE tally SET n = n + 1")

    holder = await asyncpg.connect(database.config["dsn"])
    try:
        await holder.execute("BEGIN; UPDATE tally SET n = 9")
        with pytest.raises(Busy):
            await rerun(body, runs=2)
    finally:
        await holder.close()
    assert runs == 2
    assert await in_use(database) == 0


async def test_an_address_that_does_not_answer_says_so_without_the_password(postgres_url: str) -> None:
    engine = PostgresDatabase("postgresql://gate:secret@127.0.0.1:9/gatehouse")
    with pytest.raises(DatabaseUnusable) as caught:
        await engine.open()
    assert "secret" not in str(caught.value)
    missing = PostgresDatabase(postgres_url.replace("/gatehouse_", "/missing_"))
    with pytest.raises(DatabaseUnusable, match="does not exist"):
        await missing.open()
    assert missing.pool is None


async def test_a_server_that_is_gone_is_away_and_found_again(postgres_url: str, tmp_path: Path) -> None:
    """F4: a socket's file that is not there is no refused connection, and is to be tried again all the same."""
    parts = urlsplit(postgres_url)
    folder = parse_qs(parts.query)["host"][0]
    door = tmp_path / "socket"
    door.symlink_to(folder)
    engine = PostgresDatabase(urlunsplit(parts._replace(query=f"host={door}")), connections=2)
    await engine.open()
    assert engine.pool is not None
    await engine.pool.expire_connections()
    door.unlink()
    with pytest.raises(DatabaseAway) as caught:
        async with engine.write():
            pass
    assert as_problem(caught.value).code == "storage_away"
    with pytest.raises(DatabaseAway):
        await engine.read(lambda connection: connection.fetchval("SELECT 1"))
    door.symlink_to(folder)
    assert await engine.read(lambda connection: connection.fetchval("SELECT 1")) == 1
    await engine.close()


async def test_a_connection_lost_behind_the_commit_costs_nobody_the_answer(database: PostgresDatabase) -> None:
    """What is committed is not told as a failure because the connection could not be given back."""
    async with database.write() as tx:
        await tx.connection.execute("UPDATE tally SET n = 7")
        await tx.commit()
        tx.connection.terminate()
        await asyncio.sleep(0.05)
    assert await in_use(database) == 0
    assert await database.read(lambda connection: connection.fetchval("SELECT max(n) FROM tally")) == 7
