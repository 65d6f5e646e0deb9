"""What is SQLite's alone: durability settings, one process, snapshots that do not linger, a disk that fails."""

import asyncio
import errno
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from piccolo.engine.exceptions import TransactionError
from piccolo.engine.sqlite import TransactionType

from gatehouse.db import DatabaseInUse, DatabaseUnusable, SQLiteDatabase, TransactionLost, open_engine


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SQLiteDatabase]:
    engine = SQLiteDatabase(tmp_path / "gatehouse.db")
    await engine.open()
    await engine.run_ddl("CREATE TABLE tally (id text PRIMARY KEY, n bigint)")
    await engine.run_ddl("INSERT INTO tally VALUES ('a', 0), ('b', 0)")
    yield engine
    await engine.close()


def read_n(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT n FROM tally WHERE id = 'a'").fetchone()[0])


async def set_n(engine: SQLiteDatabase, n: int) -> None:
    async with engine.write() as tx:
        await tx.run(lambda connection: connection.execute("UPDATE tally SET n = ?", (n,)).rowcount, commit=True)


async def test_what_is_committed_is_on_disk_and_private(database: SQLiteDatabase) -> None:
    def settings(connection: sqlite3.Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "fullfsync", "busy_timeout", "trusted_schema")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    async with database.write() as tx:
        assert await tx.run(settings) == ["wal", 2, 1, 1, 10_000, 0]
    for name in ("gatehouse.db", "gatehouse.db-wal", "gatehouse.db.lock"):
        assert (database.file.parent / name).stat().st_mode & 0o777 == 0o600


async def test_a_reader_can_neither_write_nor_checkpoint(database: SQLiteDatabase) -> None:
    for statement in ("DELETE FROM tally", "PRAGMA user_version = 1", "CREATE TABLE other (a)"):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await database.read(lambda connection, sql=statement: connection.execute(sql).fetchall())  # type: ignore[misc]  # the default binds the loop's value
    with pytest.raises(sqlite3.OperationalError):
        await database.read(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())


async def test_a_failed_read_leaves_no_old_snapshot_behind(database: SQLiteDatabase) -> None:
    def broken(connection: sqlite3.Connection) -> None:
        cursor = connection.execute("SELECT * FROM tally")
        assert cursor.fetchone() == ("a", 0)
        raise LookupError

    kept = []
    for _ in range(4):  # both readers, twice
        with pytest.raises(LookupError) as caught:
            await database.read(broken)
        kept.append(caught.value)  # and with it the frames that held the cursor
    await set_n(database, 5)
    assert [await database.read(read_n) for _ in range(4)] == [5] * 4


async def test_an_open_cursor_is_not_handed_out(database: SQLiteDatabase) -> None:
    for _ in range(4):
        with pytest.raises(TypeError, match="cursor"):
            await database.read(lambda connection: connection.execute("SELECT * FROM tally"))
    await set_n(database, 5)
    assert [await database.read(read_n) for _ in range(4)] == [5] * 4


async def test_the_two_readers_work_side_by_side(database: SQLiteDatabase) -> None:
    def count_up(connection: sqlite3.Connection) -> int:
        sql = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 300000) SELECT max(x) FROM c"
        return int(connection.execute(sql).fetchone()[0])

    slow = asyncio.create_task(database.read(count_up))
    await asyncio.sleep(0)
    assert await database.read(read_n) == 0
    assert not slow.done()
    assert await slow == 300_000


async def test_a_full_disk_rolls_back_and_is_told(database: SQLiteDatabase) -> None:
    def fill(connection: sqlite3.Connection) -> None:
        for number in range(10_000):
            connection.execute("INSERT INTO tally VALUES (?, ?)", (f"{number}" * 50, number))

    pages = await database.read(lambda connection: connection.execute("PRAGMA page_count").fetchone()[0])
    await database.run_ddl(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        async with database.write() as tx:
            await tx.run(fill)
    with pytest.raises(TransactionLost):
        async with database.write() as tx:
            with pytest.raises(sqlite3.OperationalError, match="full"):
                await tx.run(fill)
            # SQLite has ended the transaction by itself: this must not be committed on its own.
            await tx.run(lambda connection: connection.execute("UPDATE tally SET n = 9").rowcount)
    assert await database.read(lambda connection: connection.execute("SELECT * FROM tally").fetchall()) == [
        ("a", 0),
        ("b", 0),
    ]
    await database.run_ddl("PRAGMA max_page_count = 1000000")
    await set_n(database, 3)
    assert await database.read(read_n) == 3


async def test_work_that_commits_by_itself_is_refused(database: SQLiteDatabase) -> None:
    with pytest.raises(TransactionLost):
        async with database.write() as tx:
            await tx.run(lambda connection: connection.commit())
    await set_n(database, 3)


async def test_a_failed_commit_gives_the_write_lock_back_at_once(database: SQLiteDatabase) -> None:
    await database.run_ddl("CREATE TABLE child (tally text REFERENCES tally(id) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(sqlite3.IntegrityError):
        async with database.write() as tx:
            await tx.run(lambda connection: connection.execute("INSERT INTO child VALUES ('nobody')").rowcount)
    assert not await database.writer.run(lambda connection: connection.in_transaction)


async def test_a_transaction_with_nothing_in_it_does_not_begin(database: SQLiteDatabase) -> None:
    async with database.write():
        pass
    async with database.write() as tx:
        await tx.commit()
    await set_n(database, 3)


async def test_deferred_transactions_are_refused(database: SQLiteDatabase) -> None:
    with pytest.raises(TransactionError, match="read"):
        database.transaction(TransactionType.deferred)


async def test_a_transaction_that_only_reads_so_far_holds_the_write_lock(database: SQLiteDatabase) -> None:
    """T15: what it read stays true until it writes, also against another process; a deferred one would fail there."""
    other = sqlite3.connect(database.file, timeout=0, isolation_level=None)
    async with database.write() as tx:
        n = await tx.run(read_n)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("UPDATE tally SET n = 7")
        await tx.run(lambda connection: connection.execute("UPDATE tally SET n = ?", (n + 1,)).rowcount)
    assert other.execute("SELECT n FROM tally WHERE id = 'a'").fetchone() == (1,)
    other.close()


async def test_vacuum_runs_outside_a_transaction(database: SQLiteDatabase) -> None:
    await database.run_ddl("VACUUM")
    await set_n(database, 3)


async def test_the_log_is_emptied_at_the_end(database: SQLiteDatabase) -> None:
    await set_n(database, 3)
    assert database.file.with_name("gatehouse.db-wal").stat().st_size > 0
    await database.close()
    assert not database.file.with_name("gatehouse.db-wal").exists()


HOLD = """
import asyncio, sys
from pathlib import Path
from gatehouse.db import SQLiteDatabase
async def main():
    await SQLiteDatabase(Path(sys.argv[1])).open()
    print("open", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_a_second_process_is_refused_until_the_first_dies(tmp_path: Path) -> None:
    file = tmp_path / "gatehouse.db"
    other = tmp_path / "link.db"
    other.symlink_to(file)
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs on this loop
        [sys.executable, "-c", HOLD, str(file)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        for name in (file, other):
            with pytest.raises(DatabaseInUse, match=f"process {holder.pid}"):
                await open_engine(f"sqlite:///{name}", ())
        holder.send_signal(signal.SIGKILL)
    engine = await open_engine(f"sqlite:///{file}", ())
    with pytest.raises(DatabaseInUse):
        await SQLiteDatabase(file).open()
    await engine.close()


@pytest.mark.parametrize("content", [b"not a database, but a text file of some length" * 20, None])
async def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "gatehouse.db"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(DatabaseUnusable, match=r"gatehouse\.db"):
        await open_engine(f"sqlite:///{file}", ())
    if content is not None:
        assert file.read_bytes() == content
        file.unlink()
        await (await open_engine(f"sqlite:///{file}", ())).close()


async def test_a_disk_that_does_not_confirm_names_is_not_served_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F6: SQLite goes on when the sync of the folder fails in which it made its log."""
    url = f"sqlite:///{tmp_path / 'gatehouse.db'}"
    await (await open_engine(url, ())).close()

    def fails(folder: Path) -> None:
        assert (folder / "gatehouse.db-wal").exists()
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("gatehouse.db.sqlite_connection.to_disk", fails)
    with pytest.raises(DatabaseUnusable, match="does not confirm"):
        await open_engine(url, ())
    monkeypatch.undo()
    await (await open_engine(url, ())).close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite://:memory:", "not supported"),
        ("sqlite:///:memory:", "not supported"),
        ("sqlite:///", "not supported"),
        ("sqlite://relative.db", "three slashes"),
        ("mysql://user:secret@host/db", "must begin with"),
    ],
)
async def test_an_address_that_cannot_be_used_says_why(url: str, sentence: str) -> None:
    with pytest.raises(DatabaseUnusable, match=sentence) as caught:
        await open_engine(url, ())
    assert "secret" not in str(caught.value)


async def test_a_relative_path_is_taken_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await (await open_engine("sqlite:///new folder/100%?.db", ())).close()
    assert (tmp_path / "new folder" / "100%?.db").exists()


# The operating system refuses to let files grow: a real write error under COMMIT, and none before it.
FAILING_DISK = """
import asyncio, resource, sqlite3, sys
from pathlib import Path
from gatehouse.db import SQLiteDatabase, StorageBroken
def insert(connection):
    connection.executemany("INSERT INTO tally VALUES (?)", [("x" * 500,)] * 100)
async def main():
    engine = SQLiteDatabase(Path(sys.argv[1]))
    await engine.open()
    await engine.run_ddl("CREATE TABLE tally (text text)")
    async with engine.write() as tx:
        await tx.run(insert, commit=True)
    size = Path(sys.argv[1] + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 5000, resource.RLIM_INFINITY))
    try:
        async with engine.write() as tx:
            await tx.run(insert)
    except sqlite3.OperationalError as failure:
        print(failure.sqlite_errorname.split("_")[1])
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    try:
        async with engine.write() as tx:
            await tx.run(insert)
    except StorageBroken:
        print("refused", engine.broken)
    print(await engine.read(lambda connection: connection.execute("SELECT count(*) FROM tally").fetchone()[0]))
    await engine.close()
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size to fail with")
async def test_after_a_disk_error_under_commit_nothing_more_is_written(tmp_path: Path) -> None:
    file = tmp_path / "gatehouse.db"
    run = subprocess.run(  # noqa: ASYNC221 - nothing else runs on this loop
        [sys.executable, "-c", FAILING_DISK, str(file)], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["IOERR", "refused", "True", "100"]
    engine = SQLiteDatabase(file)
    await engine.open()
    try:
        found = await engine.read(lambda connection: connection.execute("SELECT count(*) FROM tally").fetchone()[0])
        assert found == 100
        assert await engine.read(lambda connection: connection.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"
    finally:
        await engine.close()
