"""``gatehouse doctor``: what it finds, and that it names the mend."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gatehouse.app import KEY_FILE, open_database
from gatehouse.audit.keys import SigningKey
from gatehouse.doctor import main
from gatehouse.settings import Settings


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


def test_an_open_address_without_tls_is_warned_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(settings(tmp_path, "0.0.0.0")) == 0
    assert "phones need HTTPS" in capsys.readouterr().out
