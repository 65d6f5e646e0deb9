"""Migrations: all or nothing, once, and never on a database from the future."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest

from gatehouse.db import Database, SchemaRefused, SQLiteDatabase, StorageError
from gatehouse.db.copy import copy_sqlite
from gatehouse.db.engine import database_of
from gatehouse.db.migrate import migrate, pending
from gatehouse.db.migration import Migration, in_order, known, statements


def step(name: str, script: str) -> Migration:
    return Migration(name, script, script)


FIRST = step("0001_gate", "CREATE TABLE gate (id text PRIMARY KEY); CREATE TABLE lane (gate text REFERENCES gate(id));")
SECOND = step("0002_note", "ALTER TABLE gate ADD COLUMN note text;\nINSERT INTO gate VALUES ('a', 'one; two');")
BROKEN = step("0002_broken", "CREATE TABLE half (id text); CREATE TABLE gate (id text);")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    engine = database_of(database_url)
    await engine.open()
    yield engine
    await engine.close()


async def column(engine: Database, sql: str) -> list[object]:
    if isinstance(engine, SQLiteDatabase):
        return await engine.read(lambda connection: [row[0] for row in connection.execute(sql)])

    rows = await engine.read(lambda connection: connection.fetch(sql))
    return [row[0] for row in rows]


async def test_steps_are_applied_in_order_once_and_noted(database: Database) -> None:
    assert await pending(database, [FIRST, SECOND]) == ("0001_gate", "0002_note")
    assert await migrate(database, [FIRST], clock=lambda: 5, app_version="1.0") == ("0001_gate",)
    assert await migrate(database, [SECOND, FIRST], clock=lambda: 6, app_version="1.1") == ("0002_note",)
    assert await migrate(database, [FIRST, SECOND]) == ()
    assert await pending(database, [FIRST, SECOND]) == ()
    assert await column(database, "SELECT note FROM gate") == ["one; two"]
    noted = "SELECT id || ' ' || applied_ms || ' ' || app_version FROM schema_migration ORDER BY id"
    assert await column(database, noted) == ["0001_gate 5 1.0", "0002_note 6 1.1"]


async def test_a_step_that_fails_leaves_nothing_of_any_step(database: Database) -> None:
    with pytest.raises(SchemaRefused, match="0002_broken"):
        await migrate(database, [FIRST, BROKEN])
    assert await pending(database, [FIRST]) == ("0001_gate",)
    assert await migrate(database, [FIRST, SECOND]) == ("0001_gate", "0002_note")


async def test_a_database_from_a_newer_version_is_refused(database: Database) -> None:
    await migrate(database, [FIRST, SECOND])
    with pytest.raises(SchemaRefused, match="0002_note"):
        await migrate(database, [FIRST])
    with pytest.raises(SchemaRefused, match="0002_note"):
        await pending(database, [FIRST])


async def test_processes_that_start_together_migrate_once(postgres_url: str) -> None:
    engines = [database_of(postgres_url) for _ in range(3)]
    for engine in engines:
        await engine.open()
    slow = FIRST._replace(postgres=FIRST.postgres + "SELECT pg_sleep(0.1);")
    try:
        done = await asyncio.gather(*(migrate(engine, [slow]) for engine in engines))
        assert sorted(done) == [(), (), ("0001_gate",)]
    finally:
        for engine in engines:
            await engine.close()


async def test_a_table_in_use_is_waited_for_by_trying_again(postgres_url: str) -> None:
    engine = database_of(postgres_url)
    await engine.open()
    try:
        await migrate(engine, [FIRST])
        async with engine.write():
            await engine.run_ddl("INSERT INTO gate VALUES ('busy')")
            migration = asyncio.create_task(_in_fresh_context(engine))
            await asyncio.sleep(2.3)  # longer than one try
            assert not migration.done()
        assert await migration == ("0002_note",)
    finally:
        await engine.close()


async def test_nobody_queues_behind_a_step_that_waits_for_its_table(postgres_url: str) -> None:
    """Somebody reads the table in a long transaction; others still read and write it meanwhile."""
    engine = database_of(postgres_url)
    await engine.open()
    other = await asyncpg.connect(postgres_url)
    try:
        await migrate(engine, [FIRST])
        async with engine.write():
            await engine.run_ddl("SELECT 1 FROM gate")
            migration = asyncio.create_task(_in_fresh_context(engine))
            await asyncio.sleep(0.3)
            await other.execute("SET lock_timeout = '1s'")
            for number in range(20):
                await other.execute("INSERT INTO gate VALUES ($1)", str(number))
                await asyncio.sleep(0.05)
            assert not migration.done()
        assert await migration == ("0002_note",)
    finally:
        await other.close()
        await engine.close()


async def _in_fresh_context(engine: Database) -> tuple[str, ...]:
    engine.current_transaction.set(None)
    return await migrate(engine, [FIRST, SECOND])


async def test_a_copy_is_kept_before_a_filled_sqlite_file_changes(sqlite_url: str) -> None:
    engine = database_of(sqlite_url)
    assert isinstance(engine, SQLiteDatabase)
    await engine.open()
    try:
        await migrate(engine, [FIRST], clock=lambda: 5)
        assert not list(engine.file.parent.glob("*.before-*"))
        await engine.run_ddl("INSERT INTO gate VALUES ('kept')")
        await migrate(engine, [FIRST, SECOND], clock=lambda: 6)
    finally:
        await engine.close()
    copies = list(engine.file.parent.glob("*.before-*"))
    assert [copy.name for copy in copies] == ["gatehouse.db.before-0002_note-6"]
    assert copies[0].stat().st_mode & 0o777 == 0o600
    kept = sqlite3.connect(f"file:{copies[0]}?mode=ro&immutable=1", uri=True)
    assert kept.execute("SELECT * FROM gate").fetchall() == [("kept",)]
    kept.close()


async def test_rows_that_lose_their_parent_stop_a_sqlite_migration(sqlite_url: str) -> None:
    engine = database_of(sqlite_url)
    await engine.open()
    orphan = step(
        "0002_orphan",
        "CREATE TABLE child (gate text REFERENCES gate(id) DEFERRABLE INITIALLY DEFERRED);"
        "INSERT INTO child VALUES ('nowhere');",
    )
    try:
        with pytest.raises(SchemaRefused, match="child"):
            await migrate(engine, [FIRST, orphan])
    finally:
        await engine.close()


def test_a_copy_that_cannot_be_written_leaves_no_file(tmp_path: Path) -> None:
    source = sqlite3.connect(":memory:")
    source.execute("CREATE TABLE t (a)")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "inside").touch()
    with pytest.raises(StorageError, match="could not be copied"):
        copy_sqlite(source, tmp_path / "taken")
    source.close()
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_script_is_cut_where_sqlite_sees_the_end_of_a_statement() -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = 'x;y'; DELETE FROM c; END;"
    script = f"-- about a; b\nCREATE TABLE a (b); \n\n{trigger}\nINSERT INTO a VALUES (';');\n-- the end\n"
    assert list(statements(script)) == ["-- about a; b\nCREATE TABLE a (b);", trigger, "INSERT INTO a VALUES (';');"]
    with pytest.raises(ValueError, match="inside a statement"):
        list(statements("CREATE TABLE a (b); INSERT INTO a VALUES ('"))


@pytest.mark.parametrize("names", [["0002_b"], ["0001_a", "0001_b"], ["0001_a", "0003_c"], ["1_a"]])
def test_numbers_have_no_gap_and_no_double(names: list[str]) -> None:
    with pytest.raises(ValueError, match="should have number"):
        in_order([step(name, "") for name in names])


async def test_the_shipped_schema_is_the_same_on_both_databases(sqlite_url: str, postgres_url: str) -> None:
    columns = []
    for url in (sqlite_url, postgres_url):
        engine = database_of(url)
        await engine.open()
        try:
            assert await migrate(engine) == tuple(step.id for step in known())
            if isinstance(engine, SQLiteDatabase):
                sql = (
                    "SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c"
                    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
                )
            else:
                sql = (
                    "SELECT table_name || '.' || column_name FROM information_schema.columns"
                    " WHERE table_schema = 'public'"
                )
            columns.append(sorted(str(name) for name in await column(engine, sql)))
        finally:
            await engine.close()
    assert columns[0] == columns[1]
    assert "schema_migration.id" in columns[0]
