"""What every database engine of ours promises, on both databases."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from piccolo.engine.exceptions import TransactionError
from tests.contracts.tally import (
    CONNECTIONS,
    DDL,
    Strict,
    Tally,
    assert_free,
    backends,
    count,
    empty_context,
    enter,
    later,
    one_read,
    orphan,
    raw,
    two_reads,
    value,
)

from gatehouse.db import Busy, Database, PostgresDatabase, SQLiteDatabase, TransactionLost, unit_of_work
from gatehouse.db.engine import bind, database_of, open_engine


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    engine = database_of(database_url)
    if isinstance(engine, PostgresDatabase):
        engine = PostgresDatabase(database_url, connections=CONNECTIONS, acquire_wait=5, lock_wait=5)
    await engine.open()
    bind(engine, (Tally, Strict))
    for statement in DDL:
        await engine.run_ddl(statement)
    await Tally.insert(Tally(id="a", n=0))
    yield engine
    await engine.close()


async def test_what_is_committed_is_there_after_reopening(database: Database, database_url: str) -> None:
    async with unit_of_work():
        await Tally.insert(Tally(id="b", n=7))
    await database.close()
    again = await open_engine(database_url, (Tally, Strict))
    try:
        assert await count(again) == 2
    finally:
        await again.close()


async def test_a_failed_commit_neither_leaks_nor_locks(database: Database) -> None:
    for attempt in range(3 * CONNECTIONS):
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            async with unit_of_work():
                await Tally.insert(Tally(id=f"lost{attempt}", n=0))
                await orphan(f"o{attempt}")
    await assert_free(database)
    assert await count(database) == 1


async def test_a_commit_inside_the_block_that_fails_is_rolled_back(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with unit_of_work() as tx:
            await orphan("o")
            await tx.commit()
    await assert_free(database)
    assert await Strict.count() == 0


async def test_an_exception_rolls_everything_back(database: Database) -> None:
    with pytest.raises(LookupError):
        async with unit_of_work():
            await Tally.insert(Tally(id="b", n=0))
            raise LookupError
    await assert_free(database)
    assert await count(database) == 1


async def test_a_storm_of_cancelled_requests_leaves_nothing_behind(database: Database) -> None:
    threads = threading.active_count()
    inside = 0

    async def request(number: int) -> None:
        nonlocal inside
        async with unit_of_work():
            inside += 1
            await Tally.insert(Tally(id=f"s{number}", n=number))
            await asyncio.sleep(0.001 * (number % 5))
            await Tally.update({Tally.n: Tally.n + 1}).where(Tally.id == "a")

    tasks = [asyncio.create_task(request(number)) for number in range(100)]
    for number, task in enumerate(tasks):
        await asyncio.sleep(0.001 * (number % 3))
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    done = sum(outcome is None for outcome in outcomes)
    cancelled = sum(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    assert done + cancelled == 100
    assert cancelled > 0
    assert inside > 0
    # A request that was cancelled while its COMMIT was under way is stored all the same, but whole.
    assert await value() == await count(database) - 1 >= done
    await assert_free(database)
    assert threading.active_count() <= threads


async def test_a_second_cancellation_does_not_cut_the_rollback_short(database: Database) -> None:
    entered = asyncio.Event()

    async def request() -> None:
        async with unit_of_work():
            await Tally.insert(Tally(id="b", n=0))
            entered.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(request())
    await entered.wait()
    for _ in range(5):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    await assert_free(database)
    assert await count(database) == 1


@pytest.mark.trap("T15")
async def test_twenty_tasks_that_read_modify_and_write_all_succeed(database: Database) -> None:
    async def add() -> None:
        for _ in range(5):
            async with unit_of_work():
                if isinstance(database, PostgresDatabase):
                    # The row lock; on SQLite the transaction itself has to keep others out.
                    await Tally.update({Tally.n: Tally.n}).where(Tally.id == "a")
                seen = await value()
                await asyncio.sleep(0.001)
                await Tally.update({Tally.n: seen + 1}).where(Tally.id == "a")

    await asyncio.gather(*(add() for _ in range(20)))
    assert await value() == 100
    await assert_free(database)


async def test_a_nested_transaction_is_refused(database: Database) -> None:
    async with unit_of_work():
        await Tally.insert(Tally(id="b", n=0))
        with pytest.raises(TransactionError, match="savepoint"):
            unit_of_work()
        with pytest.raises(TransactionError, match="savepoint"):
            database.transaction(allow_nested=True)
    assert await count(database) == 2
    await assert_free(database)


async def test_a_savepoint_takes_back_its_block_only(database: Database) -> None:
    async with unit_of_work() as tx:
        await Tally.insert(Tally(id="kept", n=0))
        with pytest.raises(LookupError):
            async with tx.savepoint():
                await Tally.insert(Tally(id="taken back", n=0))
                raise LookupError
        async with tx.savepoint():
            await Tally.insert(Tally(id="kept too", n=0))
            with pytest.raises(Exception, match=r"(?i)unique"):
                async with tx.savepoint():
                    await Tally.insert(Tally(id="kept", n=9))
    names = await Tally.select(Tally.id).order_by(Tally.id).output(as_list=True)
    assert names == ["a", "kept", "kept too"]
    await assert_free(database)


async def test_a_cancelled_savepoint_block_is_taken_back(database: Database) -> None:
    with pytest.raises(TimeoutError):
        async with unit_of_work() as tx:
            await Tally.insert(Tally(id="b", n=0))
            async with asyncio.timeout(0.02), tx.savepoint():
                await Tally.insert(Tally(id="c", n=0))
                await asyncio.sleep(60)
    await assert_free(database)
    assert await count(database) == 1


async def test_a_swallowed_error_can_not_be_committed(database: Database) -> None:
    with pytest.raises(TransactionLost):
        async with unit_of_work():
            await Tally.insert(Tally(id="b", n=0))
            with pytest.raises(Exception, match=r"(?i)unique"):
                await Tally.insert(Tally(id="b", n=1))
    await assert_free(database)
    assert await count(database) == 1


async def test_a_transaction_sees_its_own_writes_and_others_do_not(database: Database) -> None:
    async with unit_of_work():
        await Tally.update({Tally.n: 5}).where(Tally.id == "a")
        assert await value() == 5
        outside = asyncio.create_task(value(), context=empty_context())
        assert await outside == 0
    assert await value() == 5


async def test_piccolo_and_the_raw_driver_share_the_transaction(database: Database) -> None:
    with pytest.raises(LookupError):
        async with unit_of_work() as tx:
            await Tally.update({Tally.n: 5}).where(Tally.id == "a")
            assert await raw(database, tx, "UPDATE tally SET n = n + 1 RETURNING n") == 6
            assert await value() == 6
            raise LookupError
    assert await value() == 0


async def test_a_read_keeps_its_snapshot_while_a_writer_commits(database: Database) -> None:
    first, second = await two_reads(database, between=lambda: Tally.update({Tally.n: 9}, force=True).run())
    assert (first, second) == (0, 0)
    assert await value() == 9


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        if isinstance(database, SQLiteDatabase):
            await database.read(lambda connection: connection.execute("UPDATE tally SET n = 1").fetchall())
        else:
            await database.read(lambda connection: connection.execute("UPDATE tally SET n = 1"))
    await assert_free(database)


async def test_a_read_inside_a_transaction_is_refused(database: Database) -> None:
    async with unit_of_work():
        with pytest.raises(TransactionError, match="own writes"):
            await one_read(database)
    assert await one_read(database) == 0


async def test_an_error_after_commit_leaves_the_commit_and_frees_everything(database: Database) -> None:
    with pytest.raises(LookupError):
        async with unit_of_work() as tx:
            await Tally.update({Tally.n: 5}).where(Tally.id == "a")
            await tx.commit()
            with pytest.raises(TransactionError, match="ended"):
                await value()
            raise LookupError
    assert await value() == 5
    await assert_free(database)


async def test_a_rollback_inside_the_block_ends_it(database: Database) -> None:
    async with unit_of_work() as tx:
        await Tally.update({Tally.n: 5}).where(Tally.id == "a")
        await tx.rollback()
        with pytest.raises(TransactionError, match="ended"):
            await value()
    assert await value() == 0
    await assert_free(database)


async def test_a_task_started_inside_a_transaction_is_refused(database: Database) -> None:
    async with unit_of_work():
        with pytest.raises(TransactionError, match="another task"):
            await asyncio.create_task(value())
        late = asyncio.create_task(later(value))
    with pytest.raises(TransactionError, match="another task"):
        await late
    await assert_free(database)


async def test_waiting_for_room_ends_with_busy(database_url: str) -> None:
    engine: Database
    if database_url.startswith("sqlite"):
        plain = database_of(database_url)
        assert isinstance(plain, SQLiteDatabase)
        engine = SQLiteDatabase(plain.file, write_wait=0.1)
    else:
        engine = PostgresDatabase(database_url, connections=1, acquire_wait=0.5)
    await engine.open()
    try:
        async with engine.write():
            with pytest.raises(Busy):
                await asyncio.create_task(enter(engine), context=empty_context())
        await enter(engine)
    finally:
        await engine.close()


async def test_closing_joins_every_thread_and_connection(database_url: str) -> None:
    threads = threading.active_count()
    for _ in range(3):
        engine = await open_engine(database_url, (Tally, Strict))
        await engine.run_ddl("CREATE TABLE IF NOT EXISTS tally (id TEXT PRIMARY KEY, n BIGINT NOT NULL)")
        await Tally.count()
        await engine.close()
        await engine.close()
    # asyncio's own helper threads may stay; ours may not.
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("sqlite")]
    if database_url.startswith("postgresql"):
        assert threading.active_count() <= threads
        assert await backends(database_url) == 0


async def test_a_closed_database_says_so(database: Database) -> None:
    await database.close()
    with pytest.raises(TransactionError, match="not open"):
        await Tally.count()
    with pytest.raises(TransactionError, match="not open"):
        async with database.write():
            pass
