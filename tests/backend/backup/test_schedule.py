"""What the server does by itself: when it is due, in a process of its own, and never to its own harm."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from tests.backend.backup.test_postgres import WHEEL
from tests.backend.backup.test_take import keep_key
from tests.dump import ask
from tests.estate import Estate, opened

from gatehouse.app import create_app
from gatehouse.backup import names, notes, schedule
from gatehouse.backup.schedule import BACKING_UP, DRILL_MS, HOUR_MS, Lead, due, once
from gatehouse.backup.take import prune
from gatehouse.settings import Settings

NOW = 1_772_409_600_000


@pytest.mark.parametrize(
    ("newest", "failed", "expected"),
    [
        (None, None, True),
        (NOW - 6 * HOUR_MS, None, True),
        (NOW - 6 * HOUR_MS + 1, None, False),
        (None, NOW - HOUR_MS + 1, False),
        (None, NOW - HOUR_MS, True),
        (NOW, NOW - HOUR_MS, False),
        (None, NOW + HOUR_MS, True),  # a clock was wrong once
    ],
)
def test_when_it_is_due(newest: int | None, failed: int | None, expected: bool) -> None:
    assert due(newest, failed, 6 * HOUR_MS, NOW) is expected


def now() -> int:
    return time.time_ns() // 1_000_000


async def test_a_copy_is_made_beside_the_running_server_and_drilled(on_sqlite: Estate, tmp_path: Path) -> None:
    keep_key(on_sqlite, tmp_path)
    folder = tmp_path / names.FOLDER
    settings = Settings(database_url=on_sqlite.url, data=tmp_path)
    notes.leave(folder, notes.FAILURE, notes.Note(NOW, "an old failure"))
    await once(settings, now())
    ((_, copy),) = names.copies(folder, now())
    drilled = notes.find(folder, notes.DRILL)
    assert drilled is not None
    assert drilled.text == copy.name
    assert notes.find(folder, notes.FAILURE) is None
    assert {path.name for path in folder.iterdir()} == {copy.name, notes.DRILL}
    await once(settings, now())
    assert len(names.copies(folder, now())) == 1
    (copy.rename(folder / names.name(now() - DRILL_MS, "db"))).touch()
    await once(settings, now())
    assert len(names.copies(folder, now())) == 2


async def test_a_failure_is_noted_and_the_server_goes_on(on_sqlite: Estate, tmp_path: Path) -> None:
    """There is no key here, so nothing can be proved."""
    settings = Settings(database_url=on_sqlite.url, data=tmp_path)
    await once(settings, now())
    failure = notes.find(tmp_path / names.FOLDER, notes.FAILURE)
    assert failure is not None
    assert "gatehouse backup: There is no server key" in failure.text
    keep_key(on_sqlite, tmp_path)
    await once(settings, now())
    assert names.copies(tmp_path / names.FOLDER, now()) == [], "it is not tried again within the hour"
    phone = await on_sqlite.phone("G1")
    phone.arrive()
    await phone.push()


async def test_not_even_a_folder_stops_nothing(
    on_sqlite: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / names.FOLDER).write_text("in the way")
    monkeypatch.setattr(schedule, "FIRST_S", 0.0)
    monkeypatch.setattr(schedule, "LOOK_S", 0.01)
    tried = asyncio.Semaphore(0)

    async def count(*_: object) -> None:
        tried.release()
        raise NotADirectoryError

    monkeypatch.setattr(schedule, "once", count)
    running = asyncio.create_task(schedule.back_up_forever(Settings(database_url=on_sqlite.url, data=tmp_path)))
    for _ in range(3):
        await asyncio.wait_for(tried.acquire(), 10)
    running.cancel()


async def test_a_server_that_stops_ends_the_copy_it_was_making(
    on_sqlite: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe, program = tmp_path / "pid", tmp_path / "program"
    os.mkfifo(pipe)
    program.write_text(f"#!/bin/sh\necho $$ > {pipe}\nexec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setattr("gatehouse.backup.schedule.sys.executable", str(program))
    running = asyncio.create_task(once(Settings(database_url=on_sqlite.url, data=tmp_path), now()))
    child = int(await asyncio.to_thread(pipe.read_text))
    await asyncio.sleep(0.2)  # until the start of the child is over; asyncio itself ends one that is starting
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.mark.parametrize(("hours", "expected"), [(6, True), (0, False)])
async def test_the_server_starts_it_unless_it_is_off(
    on_sqlite: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, expected: bool
) -> None:
    started = False

    async def note(_settings: Settings) -> None:
        nonlocal started
        started = True

    monkeypatch.setattr("gatehouse.app.back_up_forever", note)
    settings = Settings(database_url=on_sqlite.url, data=tmp_path, backup_hours=hours)
    await on_sqlite.database.close()
    app = create_app(settings, on_sqlite.database, on_sqlite.core)
    async with app.lifespan():
        await asyncio.sleep(0)
        assert await ask(on_sqlite.database, "SELECT 1") == [(1,)]
    assert started is expected
    await on_sqlite.restart()


async def test_one_of_several_servers_backs_up_postgresql(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into the folder of whichever came first; when its session ends, another takes over."""
    monkeypatch.setenv("PATH", f"{WHEEL / 'pginstall18' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    async with opened(postgres_url) as estate:
        first, second = (Settings(database_url=postgres_url, data=tmp_path / name) for name in ("a", "b"))
        for settings in (first, second):
            settings.data.mkdir()
            keep_key(estate, settings.data)
        leads = Lead(first), Lead(second)
        try:
            assert [await lead.held() for lead in leads] == [True, False]
            assert [await lead.held() for lead in leads] == [True, False]
            await once(first, now())
            ((_, copy),) = names.copies(first.data / names.FOLDER, now())
            assert copy.suffix == ".dump"
            drilled = notes.find(first.data / names.FOLDER, notes.DRILL)
            assert drilled is not None
            assert drilled.text == copy.name
            await leads[0].let_go()
            until = time.monotonic() + 10
            while not await leads[1].held():
                assert time.monotonic() < until, "nobody backs up any more"
            await ask(estate.database, f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = {BACKING_UP}")
            await asyncio.sleep(0.1)
            assert await leads[0].held() is True, "a lost session holds no lock, and whoever asks first has it"
            assert await leads[1].held() is False
        finally:
            for lead in leads:
                await lead.let_go()


async def test_scheduled_dumps_are_pruned_as_copies_are(tmp_path: Path) -> None:
    months = [NOW - day * 24 * HOUR_MS for day in range(60)]
    for ending in ("db", "dump"):
        for at in months:
            (tmp_path / names.name(at, ending)).touch()
    gone = prune(tmp_path, NOW, "dump")
    assert {path.suffix for path in gone} == {".dump"}
    assert len(gone) == len(prune(tmp_path, NOW)) > 40
    assert len(names.copies(tmp_path, NOW)) == 2 * (60 - len(gone))
