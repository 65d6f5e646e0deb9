"""Many at once: no number is skipped, nothing counts twice, nothing waits for good (I2, I7, I12)."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs
from tests.dump import ask
from tests.estate import MINUTE, Estate, Phone, codes, opened
from tests.team import Team

from gatehouse.db.postgres import PostgresDatabase
from gatehouse.db.sqlite import SQLiteDatabase
from gatehouse.db.steps import Query, Row, Steps, read, write
from gatehouse.replication.facts import Facts
from gatehouse.roster.queries import load_shifts
from gatehouse_sync import canon
from gatehouse_sync.protocol import PullReply, PushReply

WRITERS, PUSHES, EACH = 8, 25, 10


@pytest.mark.trap("T1")
async def test_a_cursor_never_skips_a_row_committed_late(estate: Estate) -> None:
    """T1, I12: 8 phones push 2,000 visits to one site while another pulls without pause."""
    writers = [await estate.phone(staff_no) for staff_no in ("G1", "G2", "G3", "M1") * 2]
    reader = await estate.phone("G1")
    frames: list[list[bytes]] = []
    for phone in writers:
        phone.device.batch = EACH
        mine = []
        for _ in range(PUSHES):
            for _ in range(EACH):
                phone.arrive()
            mine.append(phone.raw())
            phone.device._acknowledge(phone.device.n)
        frames.append(mine)
    done = asyncio.Event()
    dice = random.Random(7)

    async def run(mine: list[bytes]) -> None:
        for raw in mine:
            await asyncio.sleep(dice.random() * 0.004)
            reply = await estate.push(raw)
            assert isinstance(reply, PushReply)
            assert codes(reply.results) == [("applied", None)] * EACH

    async def poll() -> int:
        pulls = 0
        while not done.is_set():
            await reader.pull_once(limit=200)
            pulls += 1
        return pulls

    polling = asyncio.create_task(poll())
    await asyncio.gather(*(run(mine) for mine in frames))
    done.set()
    assert await polling > 5
    replies = await reader.pull()
    assert replies[-1].reset == []
    stored = {row[0] for row in await ask(estate.database, "SELECT id FROM visit")}
    assert len(stored) == WRITERS * PUSHES * EACH
    assert {body["id"] for body in reader.rows("visit")} == stored
    assert (await reader.pull_once(digests=True)).reset == []


@pytest.mark.trap("T1")
async def test_the_same_poller_behind_a_serial_number_does_skip(postgres_url: str) -> None:
    """The control of the test above: numbers of a sequence, given out before the commit, lose rows to a cursor."""
    database = PostgresDatabase(postgres_url)
    await database.open()
    try:
        await database.run_ddl("CREATE TABLE serial_feed (seq bigserial PRIMARY KEY, writer bigint)")
        done = asyncio.Event()
        seen: set[int] = set()

        async def run(writer: int) -> None:
            dice = random.Random(writer)
            for _ in range(50):
                pause = dice.random() * 0.006

                def steps(pause: float = pause) -> Steps[None]:
                    yield Query("INSERT INTO serial_feed (writer) VALUES (?)", (writer,))
                    yield Query(f"SELECT pg_sleep({pause})")

                await write(database, steps)

        async def poll() -> None:
            cursor = 0
            while not done.is_set():
                rows = await read(database, _behind(cursor))
                seen.update(row[0] for row in rows)
                cursor = max([cursor, *(row[0] for row in rows)])

        polling = asyncio.create_task(poll())
        await asyncio.gather(*(run(writer) for writer in range(WRITERS)))
        await asyncio.sleep(0.05)
        done.set()
        await polling
        stored = {row[0] for row in await ask(database, "SELECT seq FROM serial_feed")}
        assert len(stored) == WRITERS * 50
        assert stored - seen, "the control skips nothing, so the test above proves nothing"
    finally:
        await database.close()


def _behind(cursor: int) -> Steps[list[Row]]:
    return (yield Query("SELECT seq FROM serial_feed WHERE seq > ? ORDER BY seq", (cursor,)))


@pytest.mark.trap("T31")
@pytest.mark.path("P7")
async def test_two_pushes_of_one_chain_at_once_count_once(estate: Estate) -> None:
    """T31: two tabs send the same outbox; both get the same answer."""
    phone = await estate.phone("G1")
    visit = phone.arrive()
    phone.leave(visit)
    raw = phone.raw()
    replies = await asyncio.gather(*(estate.push(raw) for _ in range(6)))
    assert all(isinstance(reply, PushReply) for reply in replies)
    assert {msgspec.json.encode(reply.results) for reply in replies if isinstance(reply, PushReply)} == {
        msgspec.json.encode([[1, visit, "applied", None], [2, phone.device.outbox[1].op.head.id, "applied", None]])
    }
    assert await ask(estate.database, "SELECT COUNT(*) FROM log WHERE op = ?", visit) == [(1,)]


@pytest.mark.trap("T7")
@pytest.mark.path("P7")
async def test_two_devices_with_one_id_at_once(estate: Estate) -> None:
    """P7: one of them is first, the other is told; neither is lost or parked."""
    one, two = await estate.phone("G1"), await estate.phone("G2")
    original = estate.dice.randbytes(10)
    ids = []
    for phone in (one, two):
        phone.device.random = lambda n: (original * 4)[:n]
        ids.append(phone.arrive())
        phone.device.random = estate.dice.randbytes
    assert ids[0] == ids[1]
    replies = await asyncio.gather(estate.push(one.raw()), estate.push(two.raw()))
    results = [reply.results[0][2:] for reply in replies if isinstance(reply, PushReply)]
    assert sorted(results, key=str) == [("applied", None), ("refused", "op_id_reused")]


async def crossed(estate: Estate, one: Phone, two: Phone) -> None:
    """Push both at once, in the order that hurts."""
    first, second = canon.encode(one.frame()), canon.encode(two.frame())
    replies = await asyncio.gather(estate.push(first), estate.push(second))
    for phone, reply in zip((one, two), replies, strict=True):
        phone.device.pushed(reply)


@pytest.mark.parametrize("turn", range(6))
@pytest.mark.trap("T24")
@pytest.mark.path("P17")
async def test_an_act_and_the_record_it_waits_for_never_miss_each_other(estate: Estate, turn: int) -> None:
    """I7, P17: both are on their way at the same moment, on two connections."""
    one, two = await estate.phone("G1"), await estate.phone("G2")
    visits = [one.arrive() for _ in range(4)]
    for visit in visits:
        two.amend(visit, unit="2-201")
    await crossed(estate, *((one, two) if turn % 2 else (two, one)))
    rows = await ask(estate.database, "SELECT d FROM op WHERE kind = 'visit.amend'")
    assert rows == [("applied",)] * 4
    assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]


@pytest.mark.path("P17")
async def test_two_managers_release_one_act_at_once(estate: Estate) -> None:
    """P17: it counts once; the second is told that nothing is held any more."""
    phone, manager = await estate.phone("G1"), await estate.phone("M1")
    visit = phone.arrive()
    estate.admin.act("device.revoke", {"device": phone.id})
    await estate.admin.drain()
    assert codes(await phone.drain()) == [("parked", "after_revocation")]
    for one in (manager, estate.admin):
        one.act("op.release", {"op": visit})
    await crossed(estate, manager, estate.admin)
    rows = await ask(estate.database, "SELECT d, code FROM op WHERE kind = 'op.release'")
    assert sorted(rows, key=str) == [("applied", None), ("refused", "not_held")]
    assert await ask(estate.database, "SELECT COUNT(*) FROM log WHERE op = ?", visit) == [(2,)]
    await manager.pull()
    assert (await manager.pull_once(digests=True)).reset == []


@pytest.mark.path("P16")
async def test_commits_that_share_no_stream_take_turns_at_the_logs_head(estate: Estate) -> None:
    """Each gets its own numbers of the log at once: none is taken apart because another had them first."""
    phones = [await estate.phone(staff_no) for staff_no in ("G1", "G2", "G3", "M1")]
    for phone in phones:  # the rows about devices share streams: they go first
        phone.act("punch.record", {"direction": "in", "site": estate.site, "post": estate.east})
        await phone.sync()
    with capture_logs() as logs:
        for _ in range(6):
            estate.clock.forward(MINUTE)
            for phone in phones:
                phone.act("punch.record", {"direction": "out", "site": estate.site, "post": estate.east})
            replies = await asyncio.gather(*(estate.push(canon.encode(phone.frame())) for phone in phones))
            for phone, reply in zip(phones, replies, strict=True):
                phone.device.pushed(reply)
    assert [one["event"] for one in logs if one["log_level"] != "info"] == []


@pytest.mark.trap("T15")
@pytest.mark.path("P14")
async def test_writers_on_the_same_records_in_opposite_order_all_get_through(estate: Estate) -> None:
    """Lock order: deadlocks are run again, nobody is refused for them."""
    author = await estate.phone("G1")
    visits = [author.arrive() for _ in range(6)]
    await author.drain()
    phones = [await estate.phone(staff_no) for staff_no in ("G1", "G2", "G3", "M1")]
    for i, phone in enumerate(phones):
        await phone.pull()
        for visit in visits if i % 2 else visits[::-1]:
            phone.amend(visit, pass_no=str(i))
    replies = await asyncio.gather(*(estate.push(phone.raw()) for phone in phones))
    for reply in replies:
        assert isinstance(reply, PushReply)
        assert {d for d, _ in codes(reply.results)} <= {"applied", "merged"}
    await author.pull()
    assert (await author.pull_once(digests=True)).reset == []


@pytest.mark.trap("T3")
@pytest.mark.path("P21", "P22")
async def test_a_pull_sees_whole_transactions_while_pushes_go_on(estate: Estate) -> None:
    """P21, P22: heads, pages and the acknowledged number of one snapshot; the digest agrees at every moment."""
    phone, reader = await estate.phone("G1"), await estate.phone("G2")
    for _ in range(30):
        visit = phone.arrive()
        phone.leave(visit)
    phone.device.batch = 4

    async def write_all() -> None:
        await phone.drain()

    async def check() -> None:
        for _ in range(20):
            await reader.pull()
            for body in reader.rows("visit"):
                assert "left" in body["f"]
            replies: list[PullReply] = await reader.pull(digests=True)
            assert all(reply.reset == [] for reply in replies)

    await asyncio.gather(write_all(), check())
    if isinstance(estate.database, SQLiteDatabase):
        await reader.pull()
    await reader.pull()
    assert len(reader.rows("visit")) == 30


@pytest.mark.trap("T24")
@pytest.mark.path("P17")
async def test_a_record_that_arrives_between_two_looks_is_not_missed(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P17: the record was absent when it was looked for, and its act was there a moment later."""
    original = Facts._load_history
    delayed: list[bool] = []

    def slowly(self: Facts, entities: set[str]) -> Steps[None]:
        if not delayed:
            delayed.append(True)
            yield Query("SELECT pg_sleep(0.5)")
        yield from original(self, entities)

    async with opened(postgres_url) as estate:
        one, two = await estate.phone("G1"), await estate.phone("G2")
        visit = one.arrive()
        two.amend(visit, unit="2-201")
        monkeypatch.setattr(Facts, "_load_history", slowly)
        amending = asyncio.create_task(estate.push(two.raw()))
        await asyncio.sleep(0.2)
        await one.push()
        reply = await amending
        assert isinstance(reply, PushReply)
        assert codes(reply.results) == [("applied", None)]


@pytest.mark.trap("T15", "T16")
async def test_two_shifts_at_one_time_do_not_both_go_to_one_colleague(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T15: two approvals at once, of swaps that know nothing of each other but who takes them."""
    async with opened(postgres_url) as estate:
        team = await Team(estate).build()
        await team.assign("B3", 5)  # the tablet knows them, so that only the shifts stand in the way
        early = await team.assign("B1", 3, start=8)
        late = await team.assign("B2", 3, start=12)
        swaps = [team.request("B1", early, ["B3"]), team.request("B2", late, ["B3"])]
        taker, bosses = team.phones["B3"], (team.phones["S1"], team.phones["S3"])
        for phone in (team.phones["B1"], team.phones["B2"]):
            await phone.drain()
        for swap, boss in zip(swaps, bosses, strict=True):
            taker.act("swap.accept", {}, swap)
            boss.act("swap.approve", {}, swap)
        assert codes(await taker.drain()) == [("applied", None)] * 2  # neither is theirs yet

        def slowly(*given: Any) -> Steps[None]:
            yield from load_shifts(*given)
            yield Query("SELECT pg_sleep(0.3)")

        monkeypatch.setattr("gatehouse.swaps.ops.load_shifts", slowly)
        await crossed(estate, *bosses)
        rows = await ask(estate.database, "SELECT d, code FROM op WHERE kind = 'swap.approve'")
        assert sorted(rows, key=str) == [("applied", None), ("refused", "overlap")]


@pytest.mark.trap("T15")
@pytest.mark.path("P14")
async def test_rivals_decided_at_once_do_not_wait_in_circles(postgres_url: str) -> None:
    """What a command locks as it goes: PostgreSQL ends no transaction, and nobody waits for its deadlock timeout."""
    async with opened(postgres_url) as estate:
        team = await Team(estate).build()
        owner, bosses = team.phones["B1"], (team.phones["S1"], team.phones["S3"])
        rivals: list[list[str]] = []
        for day in range(3, 11):
            shift = await team.assign("B1", day)
            rivals.append([team.request("B1", shift, ["B3"]), team.request("B1", shift, ["B4"])])
        await owner.drain()
        for pair in rivals:
            for taker, swap in zip(("B3", "B4"), pair, strict=True):
                team.phones[taker].act("swap.accept", {}, swap)
        for taker in ("B3", "B4"):
            await team.phones[taker].drain()
        for pair in rivals:
            for boss, swap in zip(bosses, pair, strict=True):
                boss.act("swap.approve", {}, swap)
            await crossed(estate, *bosses)
        rows = await ask(estate.database, "SELECT d, code, COUNT(*) FROM op WHERE kind = 'swap.approve' GROUP BY 1, 2")
        assert sorted(rows, key=str) == [("applied", None, 8), ("refused", "wrong_state", 8)]
        await asyncio.sleep(1.1)  # statistics are told a second late at most
        sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        assert await ask(estate.database, sql) == [(0,)]
