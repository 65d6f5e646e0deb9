"""TH27, P29, P30: an older database put back shows nothing that was erased, and serves nobody who was shut out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.backend.backup.test_take import command, environment, file_of, keep_key
from tests.dump import ask
from tests.estate import MINUTE, Estate, Phone, codes, opened
from tests.rewind import come_back, rewind, sealing, snapshot

from gatehouse.audit.keys import SigningKey, VerifyingKey
from gatehouse.audit.ledger import FILE, PURPOSE, Entry, Ledger
from gatehouse.audit.verify import verify
from gatehouse.backup.take import take
from gatehouse.errors import Problem
from gatehouse.replication.withdrawn import agree

CANARY = "金丝雀王"


def ledger_of(estate: Estate, folder: Path) -> Ledger:
    return Ledger(folder / FILE, estate.key.secret(PURPOSE))


async def shut_out(estate: Estate) -> tuple[Phone, Phone, str]:
    """A phone that will be revoked, one whose person will be dismissed, a visit that will be erased."""
    lost, leaver = sealing(await estate.phone("G1")), sealing(await estate.phone("G2"))
    visit = lost.arrive(name=CANARY, unit="1-101")
    await lost.sync()
    await leaver.sync()
    return lost, leaver, visit


async def withdraw(estate: Estate, lost: Phone, leaver: Phone, visit: str) -> Phone:
    boss = await estate.phone("M1")
    await boss.pull()
    boss.act("visit.erase", {"reason": "request"}, visit)
    assert codes(await boss.drain()) == [("applied", None)]
    estate.admin.act("device.revoke", {"device": lost.id})
    estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms}, leaver.person)
    assert set(codes(await estate.admin.drain())) == {("applied", None)}
    return boss


async def holds(estate: Estate, text: str) -> int:
    """How many rows of records and ops show a text."""
    sql = "SELECT (SELECT COUNT(*) FROM entity WHERE body LIKE ?) + (SELECT COUNT(*) FROM op WHERE private LIKE ?)"
    return int((await ask(estate.database, sql, f"%{text}%", f"%{text}%"))[0][0])


async def sound(estate: Estate) -> list[str]:
    stamps = [phone.device.stamp for phone in estate.phones if phone.device.stamp is not None]
    return [str(one) for one in await verify(estate.database, VerifyingKey(estate.key.public), stamps)]


@pytest.mark.path("P29", "P30")
async def test_erased_stays_erased_and_revoked_stays_revoked(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url) as estate:
        ledger = estate.core.ledger = ledger_of(estate, tmp_path)
        lost, leaver, visit = await shut_out(estate)
        then = await snapshot(estate)
        await withdraw(estate, lost, leaver, visit)
        estate.clock.forward(MINUTE)
        await rewind(estate, then)
        assert await holds(estate, CANARY) > 0, "the copy did not hold it: nothing is at stake"
        replayed = await agree(estate.core, ledger)
        assert replayed == {"device.revoke": 1, "person.dismiss": 1, "visit.erase": 1}
        assert await holds(estate, CANARY) == 0
        with pytest.raises(Problem, match="device_revoked"):
            await lost.pull()
        with pytest.raises(Problem, match="session_ended"):
            await leaver.pull()
        late = lost.arrive(unit="9-909")
        assert codes(await lost.drain()) == [("parked", "after_revocation")]
        assert late is not None
        assert await agree(estate.core, ledger) == {}, "the next start replays nothing"
        assert await sound(estate) == []


async def test_processes_that_start_together_replay_once(postgres_url: str, tmp_path: Path) -> None:
    """Three real processes of one machine come up over a database put back: none fails, and one replays."""
    async with opened(postgres_url) as estate:
        keep_key(estate, tmp_path)
        estate.core.ledger = ledger_of(estate, tmp_path)
        lost, leaver, visit = await shut_out(estate)
        then = await snapshot(estate)
        await withdraw(estate, lost, leaver, visit)
        await rewind(estate, then)
        starting = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", START), env=environment(postgres_url, tmp_path), stdout=asyncio.subprocess.PIPE
            )
            for _ in range(3)
        ]
        said = [(await one.communicate())[0].decode().strip() for one in starting]
        assert sorted(said) == ["0", "0", "3"]
        assert await holds(estate, CANARY) == 0
        assert await sound(estate) == []


START = """
import asyncio
from gatehouse.app import core_of, prepare_database, start_database
from gatehouse.replication.withdrawn import agree
from gatehouse.settings import load
async def main():
    settings = load()
    database = prepare_database(settings)
    await start_database(database)
    core = core_of(settings, database)
    print(sum((await agree(core, core.ledger)).values()))
    await database.close()
asyncio.run(main())
"""


async def test_what_the_copy_never_held_is_shut_out_as_it_comes(database_url: str, tmp_path: Path) -> None:
    """The copy is older than the phone and than the visit: both come back only to be retired and erased."""
    async with opened(database_url) as estate:
        ledger = estate.core.ledger = ledger_of(estate, tmp_path)
        then = await snapshot(estate)
        lost, leaver, visit = await shut_out(estate)
        lost.amend(visit, host=CANARY)
        await lost.sync()
        boss = await withdraw(estate, lost, leaver, visit)
        estate.clock.forward(MINUTE)
        await rewind(estate, then)
        assert sum((await agree(estate.core, ledger)).values()) == 3
        await agree(estate.core, ledger)
        for phone in (lost, boss, leaver):
            phone.device.present, phone.device.acked = True, 0
            await phone.drain()
        assert await holds(estate, CANARY) == 0
        body = (await ask(estate.database, "SELECT body FROM entity WHERE id = ?", visit))[0][0]
        assert '"erased":true' in body
        revoked = await ask(estate.database, "SELECT revoked FROM device WHERE id = ?", lost.id)
        assert revoked[0][0] is not None
        with pytest.raises(Problem, match="device_revoked"):
            await lost.pull()
        assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]
        assert await sound(estate) == []


async def test_the_line_is_on_disk_before_the_reply_and_names_nobody(on_sqlite: Estate, tmp_path: Path) -> None:
    estate = on_sqlite
    ledger = estate.core.ledger = ledger_of(estate, tmp_path)
    lost, leaver, visit = await shut_out(estate)
    await withdraw(estate, lost, leaver, visit)
    held = ledger.read()
    assert held.faults == []
    assert {(one.kind, one.subject) for one in held.entries.values()} == {
        ("visit.erase", visit),
        ("device.revoke", lost.id),
        ("person.dismiss", leaver.person),
    }
    text = (tmp_path / FILE).read_text()
    assert CANARY not in text
    assert "李卫国" not in text
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


async def test_a_ledger_that_cannot_be_written_withholds_the_reply_until_it_can(
    on_sqlite: Estate, tmp_path: Path
) -> None:
    """Others are served; the act is stored, and answered once its line is on disk."""
    estate = on_sqlite
    ledger = estate.core.ledger = Ledger(tmp_path / "away" / FILE, estate.key.secret(PURPOSE))
    lost, leaver, _ = await shut_out(estate)
    estate.admin.act("device.revoke", {"device": lost.id})
    for _ in range(2):
        with pytest.raises(Problem, match="storage_away"):
            await estate.push(estate.admin.raw())
    leaver.arrive()
    assert codes(await leaver.drain()) == [("applied", None)]
    (tmp_path / "away").mkdir()
    assert codes(await estate.admin.drain()) == [("applied", None)]
    assert [one.subject for one in ledger.read().entries.values()] == [lost.id]


async def test_a_crash_between_the_commit_and_the_line_is_mended_at_the_next_start(
    on_sqlite: Estate, tmp_path: Path
) -> None:
    estate = on_sqlite
    ledger = ledger_of(estate, tmp_path)
    lost, leaver, visit = await shut_out(estate)
    await withdraw(estate, lost, leaver, visit)
    assert not ledger.path.exists()
    assert await agree(estate.core, ledger) == {}
    assert len(ledger.read().entries) == 3


def entry(n: int) -> Entry:
    return Entry(at=n, kind="visit.erase", made=n, org="o", subject=f"v{n}")


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


Change = Callable[[list[bytes]], list[bytes]]
FAULTS: dict[str, tuple[Change, list[tuple[int, str]] | None, set[str]]] = {
    "a line cut out": (lambda text: [text[0], *text[2:]], [(2, "gap")], {"v1", "v3", "v4"}),
    "a line altered": (lambda text: [text[0], text[1].replace(b"v2", b"v9"), *text[2:]], None, {"v1", "v3", "v4"}),
    "half a line in the middle": (lambda text: [text[0], text[1][:30] + b"\n", *text[2:]], None, {"v1", "v3", "v4"}),
    "lines in another order": (lambda text: [text[1], text[0], *text[2:]], None, {"v1", "v2", "v3", "v4"}),
    "no text": (lambda text: [text[0], b"\xff\xfe\n", *text[1:]], [(2, "altered")], {"v1", "v2", "v3", "v4"}),
    "an end half-written": (lambda text: [*text[:3], text[3][:-20]], [(4, "torn")], {"v1", "v2", "v3"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_spoilt_ledger_is_noticed_and_the_rest_of_it_counts(tmp_path: Path, fault: str) -> None:
    change, faults, left = FAULTS[fault]
    ledger = Ledger(tmp_path / FILE, b"s" * 32)
    ledger.append([entry(n) for n in range(1, 5)])
    ledger.path.write_bytes(b"".join(change(lines(ledger.path))))
    held = ledger.read()
    assert held.faults
    if faults is not None:
        assert [(one.line, one.what) for one in held.faults] == faults
    assert {one.subject for one in held.entries.values()} == left
    assert ledger.append([entry(5)]) == 1
    assert "v5" in {one.subject for one in ledger.read().entries.values()}


def test_an_end_half_written_is_written_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / FILE, b"s" * 32)
    ledger.append([entry(1), entry(2)])
    ledger.path.write_bytes(ledger.path.read_bytes()[:-9])
    ledger.append([entry(2)])
    assert ledger.read().faults == []
    assert len(ledger.read().entries) == 2


def test_another_key_makes_no_line_of_ours(tmp_path: Path) -> None:
    Ledger(tmp_path / FILE, b"t" * 32).append([entry(1)])
    held = Ledger(tmp_path / FILE, b"s" * 32).read()
    assert (held.entries, [one.what for one in held.faults]) == ({}, ["altered"])


def test_two_processes_append_to_one_chain(tmp_path: Path) -> None:
    one, two = Ledger(tmp_path / FILE, b"s" * 32), Ledger(tmp_path / FILE, b"s" * 32)
    for n in range(1, 9):
        assert (one if n % 2 else two).append([entry(n), entry(1)]) == 1
    assert (one.read().faults, one.read().lines) == ([], 8)


async def test_restore_tells_what_it_replayed_and_never_shortens_the_ledger(on_sqlite: Estate, tmp_path: Path) -> None:
    """TH27: by the commands, on a new machine too, where only the backup and its ledger came along."""
    estate = on_sqlite
    keep_key(estate, tmp_path)
    estate.core.ledger = ledger_of(estate, tmp_path)
    lost, leaver, visit = await shut_out(estate)
    old = tmp_path / "old.db"
    await asyncio.to_thread(take, file_of(estate.url), old, None)
    await withdraw(estate, lost, leaver, visit)
    new = tmp_path / "new.db"
    code, said, _ = await command(estate.url, tmp_path, "backup", str(new))
    assert (code, "Keep the two together" in said) == (0, True)
    await estate.database.close()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    keep_key(estate, elsewhere)
    old_there = elsewhere / "old.db"
    old_there.write_bytes(old.read_bytes())
    (elsewhere / "old.db.ledger").write_bytes((tmp_path / "new.db.ledger").read_bytes())
    for folder, copy in ((tmp_path, old), (elsewhere, old_there)):
        url = estate.url if folder == tmp_path else f"sqlite:///{elsewhere / 'gatehouse.db'}"
        length = len(ledger_of(estate, folder).read().entries)
        code, said, complained = await command(url, folder, "restore", str(copy))
        assert (code, complained) == (0, "")
        assert "1 revoked devices, 1 people dismissed, 1 visits erased" in said
        assert len(ledger_of(estate, folder).read().entries) == 3 >= length
        code, said, _ = await command(url, folder, "doctor")
        assert "erasures is whole: 3 lines" in said
    await estate.restart()
    assert await holds(estate, CANARY) == 0
    with pytest.raises(Problem, match="device_revoked"):
        await lost.pull()


async def test_the_doctor_names_a_line_cut_out(on_sqlite: Estate, tmp_path: Path) -> None:
    keep_key(on_sqlite, tmp_path)
    ledger = Ledger(tmp_path / FILE, SigningKey.from_file(tmp_path / "server-key.pem").secret(PURPOSE))
    ledger.append([entry(n) for n in range(1, 4)])
    text = lines(ledger.path)
    ledger.path.write_bytes(text[0] + text[2])
    await on_sqlite.database.close()
    code, said, _ = await command(on_sqlite.url, tmp_path, "doctor")
    await on_sqlite.restart()
    assert code == 1
    assert "line 2 (gap)" in said


async def test_a_phone_that_returns_after_the_replay_finds_its_visit_erased(on_sqlite: Estate, tmp_path: Path) -> None:
    """The private part that a phone kept sealed is not stored again."""
    estate = on_sqlite
    ledger = estate.core.ledger = ledger_of(estate, tmp_path)
    keeper = sealing(await estate.phone("G1"))
    then = await snapshot(estate)
    visit = keeper.arrive(name=CANARY)
    await keeper.sync()
    boss = await estate.phone("M1")
    await boss.pull()
    boss.act("visit.erase", {"reason": "request"}, visit)
    await boss.drain()
    await rewind(estate, then)
    await agree(estate.core, ledger)
    await come_back(keeper)
    assert await holds(estate, CANARY) == 0
    assert (keeper.row(visit) or {}).get("erased")
