"""``gatehouse backup``: whole while the server writes, proved before it has its name, and no key in it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import sys
import time
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from tests.dump import ask
from tests.estate import Estate, Phone, opened
from tests.schema import step_back
from tests.served import Served, served

from gatehouse import cli
from gatehouse.app import KEY_FILE
from gatehouse.audit.keys import SigningKey, VerifyingKey
from gatehouse.audit.verify import checks, verify
from gatehouse.backup import names
from gatehouse.backup.prove import BackupRefused
from gatehouse.backup.take import prune, take
from gatehouse.db.failures import SchemaRefused
from gatehouse.db.sqlite import SQLiteDatabase
from gatehouse.db.steps import on_sqlite
from gatehouse_sync.protocol import PushReply

NOW = 1_772_409_600_000


def keep_key(estate: Estate, folder: Path) -> None:
    """The estate's key as the file a server has."""
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / KEY_FILE).write_bytes(estate.key.secret_key.private_bytes(*form))
    (folder / KEY_FILE).chmod(0o600)


def environment(url: str, folder: Path) -> dict[str, str]:
    """What a command's process is told of the installation."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
    return {**others, "GATEHOUSE_DATABASE_URL": url, "GATEHOUSE_DATA": str(folder)}


async def command(url: str, folder: Path, *words: str) -> tuple[int, str, str]:
    """``gatehouse …`` in a process of its own: exit code, what it said, what it complained of."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gatehouse.cli", *words),
        env=environment(url, folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    return process.returncode or 0, said.decode(), complained.decode()


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def by_hand(estate: Estate, *statements: str) -> None:
    """Change the database as no handler would."""

    def work(connection: sqlite3.Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    estate.tampered = True
    assert isinstance(estate.database, SQLiteDatabase)
    await estate.database.writer.run(work)


def held(copy: Path) -> set[str]:
    """Ids of the acts in a copy's log."""
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        return {row[0] for row in connection.execute("SELECT op FROM log WHERE op IS NOT NULL")}


def findings(copy: Path, key: SigningKey) -> list[object]:
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        return [*on_sqlite(connection, checks(VerifyingKey(key.public), ()))]


class Load:
    """Phones that push one act after another over HTTP until told to stop."""

    def __init__(self, server: Served) -> None:
        self.server, self.going = server, True
        self.acknowledged: set[str] = set()
        self.slowest = 0.0

    async def one(self, phone: Phone) -> None:
        while self.going:
            phone.arrive(unit="1-101", name="张三")
            began = time.perf_counter()
            answer = await self.server.post("/api/sync/push", phone.raw())
            self.slowest = max(self.slowest, time.perf_counter() - began)
            assert answer.status_code == 200, answer.text
            reply = msgspec.json.decode(answer.content, type=PushReply)
            phone.device.pushed(reply)
            self.acknowledged.update(op for _n, op, _d, _code in reply.results if op is not None)


async def test_under_load_nothing_acknowledged_is_lost_and_every_copy_verifies(tmp_path: Path) -> None:
    """F27: the command runs in its own process while phones push; the copy holds all that was acknowledged before."""
    url = f"sqlite:///{tmp_path / 'g.db'}"
    async with served(url, tmp_path) as server:
        estate = server.estate
        keep_key(estate, tmp_path)
        load = Load(server)
        phones = [await estate.phone(staff_no) for staff_no in ("G1", "G2", "G3")]
        working = [asyncio.create_task(load.one(phone)) for phone in phones]
        for number in range(3):
            await asyncio.sleep(0.3)
            before = set(load.acknowledged)
            target = tmp_path / f"copy-{number}.db"
            code, said, complained = await command(url, tmp_path, "backup", str(target))
            assert (code, complained) == (0, "")
            assert "verified" in said
            assert len(load.acknowledged) > len(before), "the server stood still"
            assert before <= held(target)
            assert findings(target, estate.key) == []
        load.going = False
        await asyncio.gather(*working)
        logged = {row[0] for row in await ask(estate.database, "SELECT op FROM log WHERE op IS NOT NULL")}
        assert load.acknowledged <= logged
        assert await verify(estate.database, VerifyingKey(estate.key.public)) == []


async def test_a_copy_ends_although_every_step_meets_a_push(
    on_sqlite: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The snapshot is held: a copy that followed the writer would begin again after each of these pushes."""
    phone = await on_sqlite.phone("G1")
    loop, pauses = asyncio.get_running_loop(), 0

    def meet(_seconds: float) -> None:
        nonlocal pauses
        pauses += 1
        assert pauses < 500, "the copy began again and again"
        phone.arrive()
        asyncio.run_coroutine_threadsafe(phone.push(), loop).result(10)

    monkeypatch.setattr("gatehouse.backup.take.STEP_PAGES", 8)
    monkeypatch.setattr("gatehouse.backup.take.time.sleep", meet)
    file, target = file_of(on_sqlite.url), tmp_path / "copy.db"
    taken = await asyncio.to_thread(take, file, target, VerifyingKey(on_sqlite.key.public))
    assert pauses > 5
    assert taken.report.proved
    live = (await ask(on_sqlite.database, "SELECT n FROM org_head"))[0][0]
    assert live == taken.report.orgs[0].n + pauses


async def test_the_copy_is_one_private_file_without_the_key(on_sqlite: Estate, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    keep_key(on_sqlite, folder)
    code, said, _ = await command(on_sqlite.url, folder, "backup")
    assert code == 0
    (copy,) = (folder / names.FOLDER).iterdir()
    assert names.made(copy) is not None
    assert copy.stat().st_mode & 0o777 == 0o600
    assert (folder / names.FOLDER).stat().st_mode & 0o777 == 0o700
    head = (await ask(on_sqlite.database, "SELECT org, n, epoch FROM org_head"))[0]
    assert f"log of {head[0]} up to {head[1]}, epoch {head[2]}" in said
    assert str(folder / KEY_FILE) in said
    secret = on_sqlite.key.secret_key.private_numbers().private_value.to_bytes(32, "big")
    assert secret not in copy.read_bytes()
    assert b"PRIVATE KEY" not in copy.read_bytes()


async def test_a_stopped_server_is_copied_and_left_as_it_was(tmp_path: Path, sqlite_url: str) -> None:
    async with opened(sqlite_url) as estate:
        keep_key(estate, tmp_path)
    before = held(file_of(sqlite_url))
    code, said, complained = await command(sqlite_url, tmp_path, "backup", str(tmp_path / "c.db"))
    assert (code, complained) == (0, ""), said
    assert held(file_of(sqlite_url)) == before == held(tmp_path / "c.db")


async def test_it_neither_writes_nor_checkpoints(on_sqlite: Estate, tmp_path: Path) -> None:
    """Even where its connection is the last to close, as after a crash: the log stays for the server to read."""
    phone = await on_sqlite.phone("G1")
    visit = phone.arrive()
    await phone.push()
    file = file_of(on_sqlite.url)
    crashed = tmp_path / "crashed" / file.name
    crashed.parent.mkdir()
    for side in ("", "-wal"):
        shutil.copy(file.with_name(file.name + side), crashed.with_name(crashed.name + side))
    log = crashed.with_name(crashed.name + "-wal")
    before = await asyncio.to_thread(lambda: (crashed.read_bytes(), log.read_bytes()))
    assert len(before[1]) > 0
    await asyncio.to_thread(take, crashed, tmp_path / "c.db", VerifyingKey(on_sqlite.key.public))
    assert await asyncio.to_thread(lambda: (crashed.read_bytes(), log.read_bytes())) == before
    assert visit in held(tmp_path / "c.db")


async def test_a_copy_that_does_not_verify_is_not_kept(on_sqlite: Estate, tmp_path: Path) -> None:
    await by_hand(on_sqlite, "UPDATE entity SET body = replace(body, '翠湖', '碧湖')")
    file, folder = file_of(on_sqlite.url), tmp_path / "copies"
    folder.mkdir()
    with pytest.raises(BackupRefused, match=r"not kept.*fold"):
        await asyncio.to_thread(take, file, folder / "c.db", VerifyingKey(on_sqlite.key.public))
    assert list(folder.iterdir()) == []
    taken = await asyncio.to_thread(take, file, folder / "c.db", None)
    assert not taken.report.proved


async def test_a_copy_whose_text_cannot_be_read_is_refused_with_a_sentence(on_sqlite: Estate, tmp_path: Path) -> None:
    """One byte of a stored record is another: no JSON any more."""
    await by_hand(on_sqlite, "UPDATE entity SET body = '[' || substr(body, 2) WHERE kind = 'site'")
    with pytest.raises(BackupRefused, match="does not verify: something that is stored cannot be read"):
        await asyncio.to_thread(take, file_of(on_sqlite.url), tmp_path / "c.db", VerifyingKey(on_sqlite.key.public))


async def test_another_servers_key_is_told_apart_from_damage(on_sqlite: Estate, tmp_path: Path) -> None:
    file = file_of(on_sqlite.url)
    await on_sqlite.phone("G1")
    with pytest.raises(BackupRefused, match="another server key"):
        await asyncio.to_thread(take, file, tmp_path / "c.db", VerifyingKey(SigningKey.generate().public))


async def test_an_older_schema_is_verified_too(on_sqlite: Estate, tmp_path: Path) -> None:
    """A copy taken by the new version before its first start."""
    on_sqlite.tampered = True
    await step_back(on_sqlite.database, "0003")
    file = file_of(on_sqlite.url)
    taken = await asyncio.to_thread(take, file, tmp_path / "c.db", VerifyingKey(on_sqlite.key.public))
    assert taken.report.proved
    with contextlib.closing(sqlite3.connect(taken.path)) as connection:
        assert connection.execute("SELECT MAX(id) FROM schema_migration").fetchone() == ("0002_jobs",)


async def test_a_newer_schema_is_refused(on_sqlite: Estate, tmp_path: Path) -> None:
    await by_hand(on_sqlite, "INSERT INTO schema_migration VALUES ('9999_later', 0, '9')")
    with pytest.raises(SchemaRefused, match="9999_later"):
        file = file_of(on_sqlite.url)
        await asyncio.to_thread(take, file, tmp_path / "c.db", VerifyingKey(on_sqlite.key.public))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["backup"], "There is no server key at"),
        (["backup", "--no-verify"], "There is no database at"),
        (["backup", "--no-verify", "{}"], "is a folder"),
        (["backup", "--no-verify", "{}/here.db"], "exists already"),
        (["backup", "--no-verify", "{}/no/such/file.db"], "There is no folder"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("gatehouse.logs.configure", lambda: None)  # it would keep this test's stream
    (tmp_path / "here.db").touch()
    for name, value in environment(f"sqlite:///{tmp_path}/g.db", tmp_path).items():
        monkeypatch.setenv(name, value)
    if len(words) > 2:
        (tmp_path / "g.db").touch()
    assert cli.main([word.format(tmp_path) for word in words]) == 1
    assert sentence in capsys.readouterr().err


def test_pruning_takes_spare_copies_and_old_scraps_only(tmp_path: Path) -> None:
    hour = 3_600_000
    for number in range(16):
        (tmp_path / names.name(NOW + 20 * hour - number * hour, "db")).touch()
    kept = ["mine.db", "gatehouse-20260302T000000Z-unverified.db", "gatehouse-20200101T000000Z.dump", "new.part"]
    for name in (*kept, "old.part"):
        (tmp_path / name).touch()
    os.utime(tmp_path / "old.part", (1, 1))
    gone = prune(tmp_path, NOW + 20 * hour)
    # The two oldest; the older is the first of its month and stays.
    assert [path.name for path in gone] == [names.name(NOW + 6 * hour, "db")]
    assert not (tmp_path / "old.part").exists()
    assert all((tmp_path / name).exists() for name in kept)
