"""``gatehouse drill``: the newest copy is really put back, and only a good end leaves a note."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest
from tests.backend.backup.test_take import command, file_of, keep_key
from tests.estate import Estate
from tests.schema import step_back

from gatehouse.audit.keys import VerifyingKey
from gatehouse.backup import names, notes
from gatehouse.backup.drill import drill
from gatehouse.backup.prove import BackupRefused
from gatehouse.backup.take import take


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / names.FOLDER
    place.mkdir()
    return place


def contents(folder: Path) -> list[tuple[str, bytes]]:
    return sorted((path.name, path.read_bytes()) for path in folder.iterdir())


async def copied(estate: Estate, folder: Path, ms: int) -> Path:
    target = folder / names.name(ms, "db")
    await asyncio.to_thread(take, file_of(estate.url), target, VerifyingKey(estate.key.public))
    return target


async def test_the_newest_copy_comes_back_beside_the_running_server(on_sqlite: Estate, tmp_path: Path) -> None:
    folder = tmp_path / names.FOLDER
    keep_key(on_sqlite, tmp_path)
    folder.mkdir()
    await copied(on_sqlite, folder, on_sqlite.clock.ms - 1000)
    phone = await on_sqlite.phone("G1")
    phone.arrive()
    await phone.push()
    newest = await copied(on_sqlite, folder, on_sqlite.clock.ms)
    content = contents(folder)
    code, said, complained = await command(on_sqlite.url, tmp_path, "drill")
    assert (code, complained) == (0, "")
    assert f"{newest.name} came back whole" in said
    note = notes.find(folder, notes.DRILL)
    assert note is not None
    assert note.text == newest.name
    (folder / notes.DRILL).unlink()
    assert contents(folder) == content


async def test_a_copy_that_rotted_does_not_pass_and_leaves_no_note(on_sqlite: Estate, folder: Path) -> None:
    copy = await copied(on_sqlite, folder, on_sqlite.clock.ms)
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE entity SET body = replace(body, '翠湖', '碧湖')")
        connection.commit()
    with pytest.raises(BackupRefused, match="does not verify"):
        await drill(folder, VerifyingKey(on_sqlite.key.public), on_sqlite.clock.ms)
    assert notes.find(folder, notes.DRILL) is None
    assert [name for name, _ in contents(folder)] == [copy.name]


async def test_an_older_schema_is_migrated_in_the_drill_alone(on_sqlite: Estate, folder: Path) -> None:
    on_sqlite.tampered = True
    await step_back(on_sqlite.database, "0003")
    copy = await copied(on_sqlite, folder, on_sqlite.clock.ms)
    before = copy.read_bytes()
    _, report = await drill(folder, VerifyingKey(on_sqlite.key.public), on_sqlite.clock.ms)
    assert report.proved
    assert copy.read_bytes() == before


async def test_without_a_copy_the_sentence_says_what_to_do(on_sqlite: Estate, tmp_path: Path) -> None:
    keep_key(on_sqlite, tmp_path)
    code, _, complained = await command(on_sqlite.url, tmp_path, "drill")
    assert code == 1
    assert "run `gatehouse backup` first" in complained
