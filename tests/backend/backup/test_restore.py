"""``gatehouse restore``: the copy comes back under a new epoch, devices give back what it lost, nothing is deleted."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from tests.backend.backup.test_take import by_hand, command, file_of, findings, held, keep_key
from tests.dump import ask
from tests.estate import Estate, Phone, codes
from tests.schema import step_back
from tests.simulator.checks import bare

from gatehouse.audit.keys import SigningKey, VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.backup import restore as module
from gatehouse.backup.prove import BackupRefused
from gatehouse.backup.restore import Restored, restore
from gatehouse.backup.take import take
from gatehouse.db.failures import SchemaRefused, StorageError
from gatehouse.db.steps import Steps
from gatehouse.errors import Problem
from gatehouse_sync.page import apply_page
from gatehouse_sync.protocol import Page


async def back_up(estate: Estate, target: Path) -> Path:
    await asyncio.to_thread(take, file_of(estate.url), target, VerifyingKey(estate.key.public))
    return target


async def put_back(estate: Estate, copy: Path) -> Restored:
    """Stop the server, restore, start it."""
    await estate.database.close()
    done = await restore(copy, file_of(estate.url), VerifyingKey(estate.key.public), estate.clock.ms)
    await estate.restart()
    return done


async def epoch(estate: Estate) -> str:
    return str((await ask(estate.database, "SELECT epoch FROM org_head"))[0][0])


async def come_back(phone: Phone) -> None:
    """What a device does when it is online again: it pulls, and pushes what the server turns out to lack."""
    for _ in range(2):
        try:
            await phone.pull()
        except Problem as problem:
            assert problem.code == "unknown_device"  # noqa: PT017 - what a device goes on from
            phone.device.present = True
            phone.device.acked = 0
        await phone.drain()
    await phone.pull(digests=True)


async def unequal(estate: Estate, phones: list[Phone]) -> list[str]:
    """Visits that a phone has otherwise than the server, or not at all."""
    rows = await ask(estate.database, "SELECT body FROM entity WHERE kind = 'visit'")
    true = {body["id"]: bare(body) for body in (msgspec.json.decode(text) for (text,) in rows)}
    return [
        f"{phone.person} {visit}"
        for phone in phones
        for visit in true.keys() | {body["id"] for body in phone.rows("visit")}
        if true.get(visit) != next((bare(body) for body in phone.rows("visit") if body["id"] == visit), None)
    ]


@pytest.mark.trap("T34")
@pytest.mark.path("P28")
async def test_devices_give_back_what_the_database_lost(on_sqlite: Estate, tmp_path: Path) -> None:
    """P28: three phones push, backup, more pushes, restore, they return: each act is logged once, rows are the fold."""
    estate = on_sqlite
    phones = [await estate.phone(staff_no) for staff_no in ("G1", "G2", "G3")]
    made = []
    for phone in phones:
        made += [phone.arrive(unit="1-101", name="张三") for _ in range(3)]
        await phone.sync()
    copy = await back_up(estate, tmp_path / "copy.db")
    for phone in phones:
        await phone.pull()
        made += [phone.arrive(unit="2-202"), phone.amend(made[0], note=f"备注 {phone.person}"), phone.leave(made[3])]
        await phone.sync()
    waiting = phones[2].arrive(unit="3-303")
    before, ended = await epoch(estate), held(file_of(estate.url))
    done = await put_back(estate, copy)
    begun = await epoch(estate)
    assert begun != before
    leaf = await ask(estate.database, "SELECT leaf FROM log WHERE type = 'epoch'")
    assert f'"ended":"{before}"' in leaf[0][0]
    logged = {row[0] for row in await ask(estate.database, "SELECT op FROM log WHERE op IS NOT NULL")}
    assert not {*made} <= logged, "the copy held it all: nothing was at stake"
    for phone in phones:
        await come_back(phone)
    for phone in phones:
        await phone.pull()
    counted = await ask(estate.database, "SELECT op, COUNT(*) FROM log WHERE type = 'op' GROUP BY op")
    assert {op: n for op, n in counted if op in {*made, waiting}} == dict.fromkeys((*made, waiting), 1)
    stamps = [phone.device.stamp for phone in phones if phone.device.stamp is not None]
    assert await verify(estate.database, VerifyingKey(estate.key.public), stamps) == []
    assert await unequal(estate, phones) == []
    # The echoes of the epoch that ended mint nothing more, and what was replaced is still there, whole.
    assert await epoch(estate) == begun
    assert done.aside is not None
    assert ended <= held(done.aside)
    assert findings(done.aside, estate.key) == []


async def test_a_phone_enrolled_after_the_backup_shows_its_certificate_and_gives_back_too(
    on_sqlite: Estate, tmp_path: Path
) -> None:
    estate = on_sqlite
    copy = await back_up(estate, tmp_path / "copy.db")
    late = await estate.phone("G2")
    visit = late.arrive(unit="1-101")
    await late.sync()
    await put_back(estate, copy)
    late.device.present, late.device.acked = True, 0
    assert codes(await late.drain()) == [("applied", None)]
    assert await ask(estate.database, "SELECT COUNT(*) FROM log WHERE op = ?", visit) == [(1,)]


def keep_the_epoch(*_: object) -> Steps[None]:
    """The fault: nothing is minted."""
    yield from ()


@pytest.mark.parametrize("minted", [True, False])
async def test_without_a_new_epoch_a_phone_would_keep_rows_that_are_gone(
    on_sqlite: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minted: bool
) -> None:
    """The control without the mint must fail: numbers are handed out again to a phone that knew them by the socket.

    Its stamp is older than the copy, so its echo contradicts nothing; whoever pushed what it saw never comes back.
    Only the hourly digest would tell.
    """
    estate = on_sqlite
    gone, listener, other = [await estate.phone(staff_no) for staff_no in ("G1", "G2", "G3")]
    for phone in (gone, listener, other):
        await phone.sync()
    copy = await back_up(estate, tmp_path / "copy.db")
    scope = f"site:{estate.site}"
    epoch_, after = listener.device.people[listener.person].store.cursors[scope]
    lost = gone.arrive(unit="1-101")
    await gone.sync()
    theirs = gone.device.people[gone.person].store
    row = theirs.rows[lost]
    # As the live socket brings it: a page without a stamp.
    raw = {"scope": scope, "epoch": epoch_, "after": after, "upto": theirs.cursors[scope][1], "gone": []}
    page = msgspec.convert({**raw, "rows": [(row.n, msgspec.Raw(msgspec.json.encode(row.body)))]}, Page)
    apply_page(listener.device.people[listener.person].store, page)
    if not minted:
        monkeypatch.setattr(module, "begin_anew", keep_the_epoch)
        estate.tampered = True
    await put_back(estate, copy)
    found = other.arrive(unit="2-202")
    await other.sync()
    await listener.pull()
    seen = {body["id"] for body in listener.rows("visit")}
    assert (seen == {found}) is minted


async def test_restoring_the_same_copy_twice_mints_twice_and_keeps_both(on_sqlite: Estate, tmp_path: Path) -> None:
    """The second restore ends the epoch of the first as well, so its stamps reset their device and mint nothing."""
    estate = on_sqlite
    phone = await estate.phone("G1")
    await phone.sync()
    copy = await back_up(estate, tmp_path / "copy.db")
    first = await put_back(estate, copy)
    visit = phone.arrive(unit="1-101")
    await phone.sync()
    between = await epoch(estate)
    second = await put_back(estate, copy)
    assert first.aside != second.aside
    begun = await epoch(estate)
    assert begun != between
    await come_back(phone)
    assert await epoch(estate) == begun
    assert await ask(estate.database, "SELECT COUNT(*) FROM log WHERE op = ?", visit) == [(1,)]


async def test_an_older_copy_is_migrated_first(on_sqlite: Estate, tmp_path: Path) -> None:
    estate = on_sqlite
    phone = await estate.phone("G1")
    visit = phone.arrive(unit="1-101")
    await phone.sync()
    await step_back(estate.database, "0003")
    copy = await back_up(estate, tmp_path / "copy.db")
    await put_back(estate, copy)
    await come_back(phone)
    assert {body["id"] for body in phone.rows("visit")} == {visit}


async def test_a_damaged_database_gives_way_and_is_kept_with_its_log(on_sqlite: Estate, tmp_path: Path) -> None:
    estate = on_sqlite
    copy = await back_up(estate, tmp_path / "copy.db")
    await estate.database.close()
    file = file_of(estate.url)
    rubbish = b"not a database any more" * 100
    _write(file, rubbish)
    _write(file.with_name(file.name + "-wal"), b"nor is this its log")
    done = await restore(copy, file, VerifyingKey(estate.key.public), estate.clock.ms)
    await estate.restart()
    assert done.unread is not None
    assert done.aside is not None
    assert _read(done.aside) == rubbish
    assert _read(done.aside.with_name(done.aside.name + "-wal")) == b"nor is this its log"


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def _read(file: Path) -> bytes:
    return file.read_bytes()


async def test_into_an_empty_folder(on_sqlite: Estate, tmp_path: Path) -> None:
    copy = await back_up(on_sqlite, tmp_path / "copy.db")
    place = tmp_path / "new" / "g.db"
    done = await restore(copy, place, VerifyingKey(on_sqlite.key.public), on_sqlite.clock.ms)
    assert (done.aside, done.unread) == (None, None)
    assert findings(place, on_sqlite.key) == []
    with contextlib.closing(sqlite3.connect(place)) as connection:
        (leaf,) = connection.execute("SELECT leaf FROM log WHERE type = 'epoch'").fetchone()
    assert f'"ended":"{await epoch(on_sqlite)}"' in leaf
    assert place.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in place.parent.iterdir()) == ["g.db", "g.db.lock"]


def spoil(copy: Path, change: Callable[[sqlite3.Connection], object]) -> None:
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        change(connection)
        connection.commit()


def flip(copy: Path, at: int) -> None:
    raw = bytearray(copy.read_bytes())
    raw[at] ^= 0xFF
    copy.write_bytes(raw)


def cut(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-4096])


# A bit of a file's own schema rots: no query fails, and no page is broken.
RENAMED = "UPDATE sqlite_schema SET sql = replace(sql, 'bigint', 'bigins') WHERE name = 'visit'"


def rename(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA writable_schema = 1")
    connection.execute(RENAMED)


NEWER = "INSERT INTO schema_migration VALUES ('9999_later', 0, '9')"
FAULTS: dict[str, tuple[Callable[[Path], object], type[StorageError], str]] = {
    "a changed record": (
        lambda copy: spoil(copy, lambda c: c.execute("UPDATE entity SET body = replace(body, '翠', '碧')")),
        BackupRefused,
        "does not verify: .*fold",
    ),
    "a log cut short": (
        lambda copy: spoil(copy, lambda c: c.execute("DELETE FROM log WHERE n = (SELECT MAX(n) FROM log)")),
        BackupRefused,
        "does not verify",
    ),
    "a changed typed row": (
        lambda copy: spoil(copy, lambda c: c.execute("UPDATE site SET name = name || 's'")),
        BackupRefused,
        "does not verify: .*projection",
    ),
    "a changed time of arrival": (
        lambda copy: spoil(copy, lambda c: c.execute("UPDATE op SET received = received - 1")),
        BackupRefused,
        "does not verify: .*received",
    ),
    "a changed device of an act": (
        lambda copy: spoil(copy, lambda c: c.execute("UPDATE op SET device = device || 'x' WHERE chain IS NULL")),
        BackupRefused,
        "does not verify: .*op_device",
    ),
    "a changed schema": (lambda copy: spoil(copy, rename), BackupRefused, "its visit is not as this version makes it"),
    "a newer schema": (lambda copy: spoil(copy, lambda c: c.execute(NEWER)), SchemaRefused, "9999_later"),
    "another program's file": (
        lambda copy: spoil(
            copy.rename(copy.with_name("old")).with_name("copy.db"), lambda c: c.execute("CREATE TABLE o (a)")
        ),
        BackupRefused,
        "no database of Gatehouse",
    ),
    "a text": (lambda copy: copy.write_text("hello"), BackupRefused, "no SQLite database"),
    "an empty file": (lambda copy: copy.write_bytes(b""), BackupRefused, "no SQLite database"),
    "a dump": (lambda copy: copy.write_bytes(b"PGDMP\x01"), BackupRefused, "dump of PostgreSQL"),
    "half a file": (cut, StorageError, "damaged|malformed"),
    "no file": (lambda copy: copy.rename(copy.with_name("gone.db")), BackupRefused, "There is no file"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_is_no_good_copy_changes_nothing(on_sqlite: Estate, tmp_path: Path, fault: str) -> None:
    estate = on_sqlite
    change, failure, sentence = FAULTS[fault]
    copy = await back_up(estate, tmp_path / "copy.db")
    change(copy)
    await estate.database.close()
    file = file_of(estate.url)
    before = _read(file), _names(tmp_path)
    with pytest.raises(failure, match=sentence):
        await restore(copy, file, VerifyingKey(estate.key.public), estate.clock.ms)
    assert (_read(file), _names(tmp_path)) == before
    await estate.restart()


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_another_servers_key_is_refused(on_sqlite: Estate, tmp_path: Path) -> None:
    copy = await back_up(on_sqlite, tmp_path / "copy.db")
    with pytest.raises(BackupRefused, match="another server key"):
        await restore(copy, tmp_path / "n.db", VerifyingKey(SigningKey.generate().public), on_sqlite.clock.ms)


async def test_a_running_server_is_not_replaced(on_sqlite: Estate, tmp_path: Path) -> None:
    keep_key(on_sqlite, tmp_path)
    copy = await back_up(on_sqlite, tmp_path / "copy.db")
    code, _, complained = await command(on_sqlite.url, tmp_path, "restore", str(copy))
    assert code == 1
    assert "stop it first" in complained
    await by_hand(on_sqlite, "SELECT 1")
    on_sqlite.tampered = False


async def test_the_command_tells_what_it_did(on_sqlite: Estate, tmp_path: Path) -> None:
    estate = on_sqlite
    keep_key(estate, tmp_path)
    copy = await back_up(estate, tmp_path / "copy.db")
    await estate.database.close()
    code, said, complained = await command(estate.url, tmp_path, "restore", str(copy))
    await estate.restart()
    assert (code, complained) == (0, "")
    assert f"epoch {await epoch(estate)}" in said
    assert "is kept as" in said
    own = await command(estate.url, tmp_path, "restore", str(file_of(estate.url)))
    assert own[0] == 1
    assert "is the database itself" in own[2]
