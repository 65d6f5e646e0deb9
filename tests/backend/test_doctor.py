"""``gatehouse doctor``: what it finds, and that it names the mend."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gatehouse import machine
from gatehouse.app import KEY_FILE, core_of, open_database, prepare_database, start_database
from gatehouse.attendance import anew
from gatehouse.attendance.worker import recompute_all
from gatehouse.audit.keys import SigningKey
from gatehouse.backup import names, notes
from gatehouse.db.steps import Query, Steps, write
from gatehouse.demo.load import load_demo
from gatehouse.doctor import main
from gatehouse.settings import Settings
from gatehouse_sync import canon


def settings(folder: Path, host: str = "127.0.0.1") -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'g.db'}", data=folder, host=host)


def test_a_fresh_folder_is_warned_about_and_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(settings(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "there is no server key yet" in said
    assert "migrations wait: 0001_path" in said


def test_a_migrated_database_and_its_key_are_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def once() -> None:
        await (await open_database(settings(tmp_path))).close()

    asyncio.run(once())
    SigningKey.from_file(tmp_path / KEY_FILE)
    assert main(settings(tmp_path)) == 0
    assert "has this version's schema" in capsys.readouterr().out


def test_a_key_others_can_read_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    SigningKey.from_file(tmp_path / KEY_FILE)
    (tmp_path / KEY_FILE).chmod(0o644)
    assert main(settings(tmp_path)) == 1
    assert "chmod 600" in capsys.readouterr().out


def test_a_running_server_is_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is taken: by the server, as it should be."""
    from gatehouse.db.process_lock import ProcessLock  # noqa: PLC0415 - only this test plays the other process

    lock = ProcessLock(tmp_path / "g.db")
    lock.acquire()
    try:
        assert main(settings(tmp_path)) == 0
    finally:
        lock.release()
    assert "the server is running" in capsys.readouterr().out


@pytest.mark.skipif(not Path("/proc/self/fdinfo").exists(), reason="only Linux tells who has a file open")
def test_a_second_writer_fails_and_a_reader_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A real other process, on the real database."""

    async def once() -> None:
        await (await open_database(settings(tmp_path))).close()

    asyncio.run(once())
    play = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], uri=True); "
        "c.execute('SELECT 1 FROM sqlite_master').fetchall(); print('open', flush=True); input()"
    )
    said = ""
    for mode, code in (("ro", 0), ("rw", 1)):
        command = [sys.executable, "-c", play, f"file:{tmp_path / 'g.db'}?mode={mode}"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "open\n"
            assert main(settings(tmp_path)) == code, mode
            other.communicate("\n")
            said = capsys.readouterr().out
            assert (f"(process {other.pid})" in said) is bool(code)
    assert "a second writer" in said


def test_a_disk_over_a_network_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    here = str(tmp_path.resolve()).replace(" ", "\\040")
    lines = ["/dev/a / ext4 rw 0 0", f"server:/x {here} nfs4 rw 0 0", f"/dev/b {here}/inner xfs rw 0 0"]
    mounts.write_text("\n".join(lines) + "\n")
    assert machine.file_system(tmp_path, mounts) == "nfs4"
    assert machine.file_system(tmp_path / "inner" / "deep", mounts) == "xfs"
    assert machine.file_system(tmp_path.parent, mounts) == "ext4"
    assert machine.file_system(tmp_path, tmp_path / "none") is None
    monkeypatch.setattr(machine, "file_system", lambda _folder: "nfs4")
    assert main(settings(tmp_path)) == 1
    assert "a network file system (nfs4)" in capsys.readouterr().out


@pytest.mark.parametrize(("kept", "level"), [(True, "ok"), (False, "warn"), (None, "ok")])
def test_the_clock(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kept: bool | None, level: str
) -> None:
    assert machine.clock_is_kept() in {True, False, None}
    monkeypatch.setattr(machine, "clock_is_kept", lambda: kept)
    assert main(settings(tmp_path)) == 0
    (line,) = [
        line
        for line in capsys.readouterr().out.splitlines()
        if "clock is synchronised" in line or "that this machine's clock" in line
    ]
    assert line.split()[0] == level


def test_an_old_library_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert machine.too_old() == []
    monkeypatch.setattr("gatehouse.machine.importlib.metadata.version", lambda _name: "2.19.0")
    assert main(settings(tmp_path)) == 1
    assert "too old to be safe: litestar 2.19.0" in capsys.readouterr().out


NOW = 1_772_409_600_000
DAY = 24 * 3_600_000


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What the doctor says at a fixed time."""
    monkeypatch.setattr("gatehouse.doctor.time.time_ns", lambda: NOW * 1_000_000)

    def tell() -> str:
        assert main(settings(tmp_path)) == 0
        return capsys.readouterr().out

    return tell


def test_a_missing_backup_and_drill_are_warned_about(told: Callable[[], str]) -> None:
    said = told()
    assert "warn  there is no backup in" in said
    assert "warn  no backup has been put back" in said


@pytest.mark.parametrize(("age", "level"), [(8 * DAY, "ok   "), (8 * DAY + 1000, "warn ")])
def test_a_backup_and_a_drill_may_be_eight_days_old(
    tmp_path: Path, told: Callable[[], str], age: int, level: str
) -> None:
    folder = tmp_path / names.FOLDER
    notes.leave(folder, notes.DRILL, notes.Note(NOW - age, "gatehouse-x.db"))
    (folder / names.name(NOW - age, "db")).touch()
    (folder / names.name(NOW + DAY, "db")).touch()  # a clock was wrong once
    (folder / names.name(NOW, "db", proved=False)).touch()
    said = told()
    assert f"{level} the newest good backup is of {names.said(NOW - age)}" in said
    assert f"{level} gatehouse-x.db came back whole" in said


def test_a_failure_since_the_newest_backup_is_told_and_an_older_one_is_not(
    tmp_path: Path, told: Callable[[], str]
) -> None:
    folder = tmp_path / names.FOLDER
    notes.leave(folder, notes.FAILURE, notes.Note(NOW - DAY, "gatehouse backup: The disk is full."))
    assert "The disk is full." in told()
    (folder / names.name(NOW - 2 * DAY, "db")).touch()
    assert "one failed: gatehouse backup: The disk is full." in told()
    (folder / names.name(NOW, "db")).touch()
    assert "The disk is full." not in told()
    (folder / notes.FAILURE).write_text("{")
    assert "FAIL" not in told()


def test_an_open_address_without_tls_is_warned_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(settings(tmp_path, "0.0.0.0")) == 0
    assert "phones need HTTPS" in capsys.readouterr().out


def test_a_month_written_by_hand_fails_and_is_judged_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The demo's own months, whose worker has judged them as the server's would."""
    own = settings(tmp_path)

    async def once(change: bool) -> int:
        database = prepare_database(own)
        await start_database(database)
        core = core_of(own, database)
        try:
            marked = await write(database, lambda: anew.judge_anew(anew.program()))
            await recompute_all(core)
            if change:
                await write(database, wrong)
            return marked
        finally:
            await database.close()

    def wrong() -> Steps[None]:
        id_, text = (yield Query("SELECT id, body FROM entity WHERE kind = 'month' ORDER BY id LIMIT 1"))[0]
        body = json.loads(text)
        body["f"]["days"][0]["worked"] = 999
        yield Query("UPDATE entity SET body = ? WHERE id = ?", (canon.encode(body).decode(), id_))

    asyncio.run(load_demo(own, days=3))
    assert main(own) == 0
    assert "months are judged anew at the next start" in capsys.readouterr().out
    assert asyncio.run(once(change=False)) > 0
    assert main(own) == 0
    assert "every month is what its punches" in capsys.readouterr().out
    assert asyncio.run(once(change=True)) == 0
    assert main(own) == 1
    assert "requests give: 1 (" in capsys.readouterr().out
    assert main(own, judge=True) == 0
    assert asyncio.run(once(change=False)) > 0
    assert main(own) == 0
