"""Push when something of ours fails: a handler, the database, the task itself (P14, I11)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import msgspec
import pytest
from structlog.testing import capture_logs
from tests.dump import ask, dump
from tests.estate import Estate, codes

from gatehouse.db.sqlite import SQLiteDatabase
from gatehouse.db.steps import Query, Steps
from gatehouse.errors import Problem, as_problem
from gatehouse.replication import feed
from gatehouse.replication.registry import Act, Handler
from gatehouse_sync import canon
from gatehouse_sync.protocol import PushReply

NAME = "不该出现的名字"


def break_handler(estate: Estate, kind: str, **parts: Callable[..., Any]) -> Handler:
    """Replace parts of a kind's handler; gives the old one."""
    handlers = estate.core.registry.handlers
    old = handlers[kind]
    handlers[kind] = msgspec.structs.replace(old, **parts)
    return old


def raising(*_args: Any, **_more: Any) -> Any:
    raise ValueError(f"cannot handle {NAME}")


@pytest.mark.parametrize("part", ["rule", "site", "refs", "effect"])
@pytest.mark.path("P6", "P14")
async def test_an_act_whose_handler_raises_is_held_alone(estate: Estate, part: str) -> None:
    """P14, P6: the rest of the batch is applied; the log names the failure and no value; a person releases it."""
    phone, manager = await estate.phone("G1"), await estate.phone("M1")
    visit = phone.arrive(name=NAME)
    phone.act("visit.join", {"joined": estate.id()}, visit)
    phone.amend(visit, unit="1-101")
    other = phone.arrive()
    broken = break_handler(estate, "visit.amend", **{part: raising})
    with capture_logs() as logs:
        results = await phone.drain()
    assert codes(results) == [
        ("applied", None),
        ("refused", "unknown_reference"),
        ("parked", "server_fault"),
        ("applied", None),
    ]
    assert NAME not in str(logs)
    assert [entry["event"] for entry in logs].count("op_failed_alone") == 2
    estate.core.registry.handlers["visit.amend"] = broken
    manager.act("op.release", {"op": phone.device.outbox[2].op.head.id})
    assert codes(await manager.sync()) == [("applied", None)]
    assert manager.row(visit)["f"]["unit"] == "1-101"  # type: ignore[index]  # a missing row fails the test
    assert manager.row(other) is not None


async def test_a_bad_act_that_waits_does_not_stop_the_record_it_waits_for(estate: Estate) -> None:
    """I11: another person's record arrives; what fails when it comes free is held for a person."""
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive(unit="1-101")
    other.amend(visit, unit="2-201")
    assert codes(await other.drain()) == [("parked", "entity_unknown")]
    broken = break_handler(estate, "visit.amend", rule=raising)
    assert codes(await phone.drain()) == [("applied", None)]
    held = other.device.outbox[0].op.head.id
    assert await ask(estate.database, "SELECT d, code FROM op WHERE id = ?", held) == [("parked", "server_fault")]
    estate.core.registry.handlers["visit.amend"] = broken
    estate.admin.act("op.release", {"op": held})
    assert codes(await estate.admin.sync()) == [("applied", None)]
    assert estate.admin.row(visit)["f"]["unit"] == "2-201"  # type: ignore[index]  # a missing row fails the test


@pytest.mark.path("P14")
async def test_a_statement_that_fails_is_undone_to_its_savepoint(estate: Estate) -> None:
    """P14: the database refuses one op's rows; what stood before it in the transaction stays."""

    def effect(_act: Act, _decision: Any, _batch: Any) -> Any:
        yield Query("UPDATE device SET flags = 'half'")
        yield Query("INSERT INTO site (id) VALUES (NULL)")

    phone = await estate.phone("G1")
    first = phone.arrive()
    phone.amend(first, unit="1-101")
    second = phone.arrive()
    break_handler(estate, "visit.amend", effect=effect)
    assert [d for d, _ in codes(await phone.sync())] == ["applied", "parked", "applied"]
    assert phone.row(first) is not None
    assert phone.row(second) is not None
    assert await ask(estate.database, "SELECT COUNT(*) FROM device WHERE flags = 'half'") == [(0,)]


@pytest.mark.path("P14")
async def test_one_by_one_and_at_once_give_the_same(estate: Estate) -> None:
    """The fallback is the same decision, op by op: only the failing act differs."""
    phone = await estate.phone("G1")
    visit = phone.arrive(unit="1-101")
    phone.amend(visit, unit="1-102")
    phone.leave(estate.id())
    phone.arrive(post=estate.id())
    phone.act("visit.exit", {"site": estate.site, "left_post": estate.west})
    phone.leave(visit, estate.west)
    raw = phone.raw()
    failed = False

    def once(*_args: Any) -> Any:
        nonlocal failed
        if not failed:
            failed = True
            raise ValueError
        return None

    break_handler(estate, "visit.exit", rule=once)
    reply = await estate.push(raw)
    assert isinstance(reply, PushReply)
    assert failed
    assert codes(reply.results) == [
        ("applied", None),
        ("applied", None),
        ("parked", "entity_unknown"),
        ("refused", "unknown_reference"),
        ("applied", None),
        ("applied", None),
    ]
    assert await ask(estate.database, "SELECT last_post FROM device WHERE id = ?", phone.id) == [(estate.west,)]


async def test_a_second_person_with_the_same_staff_number_is_refused(estate: Estate) -> None:
    """Not a fault of ours: an answer the admin can act on, in one push and in two, however the number is written."""
    create = {"name": "重名", "staff_no": "g1"}
    estate.admin.act("person.create", create)
    estate.admin.act("person.create", {**create, "staff_no": "N7"})
    estate.admin.act("person.create", {**create, "staff_no": "ｎ-7"})
    assert codes(await estate.admin.drain()) == [
        ("refused", "entity_exists"),
        ("applied", None),
        ("refused", "entity_exists"),
    ]


@pytest.mark.path("P14")
async def test_a_full_disk_is_no_acts_fault(estate: Estate) -> None:
    """P14, F5: the whole push is to be sent again; no act is parked that would be applied on a disk with space."""
    phone = await estate.phone("G1")
    visit = phone.arrive()
    phone.amend(visit, unit="1-101")
    raw, before = phone.raw(), await dump(estate.database)
    broken = break_handler(estate, "visit.amend", effect=no_space(estate))
    with pytest.raises((sqlite3.OperationalError, asyncpg.DiskFullError)) as caught:
        await estate.push(raw)
    assert as_problem(caught.value).code == "storage_full"
    assert await dump(estate.database) == before
    estate.core.registry.handlers["visit.amend"] = broken
    assert codes(await phone.drain()) == [("applied", None)] * 2


def no_space(estate: Estate) -> Callable[..., Any]:
    """An effect under which the database runs out of space, as it says so itself."""

    def effect(_act: Act, _decision: Any, _batch: Any) -> Any:
        yield Query("SELECT 1")
        if not isinstance(estate.database, SQLiteDatabase):
            raise asyncpg.DiskFullError("could not extend file")
        failure = sqlite3.OperationalError("database or disk is full")
        failure.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise failure

    return effect


@pytest.mark.parametrize("failure", ["SerializationError", "DeadlockDetectedError"])
@pytest.mark.trap("T15")
@pytest.mark.path("P14")
async def test_a_push_that_postgres_turns_away_is_run_again(
    estate: Estate, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    """P14: 40001 and 40P01 re-run the whole, and are nobody's refusal."""
    if isinstance(estate.database, SQLiteDatabase):
        pytest.skip("SQLite has one writer")
    original, failures = feed.lock_log, [getattr(asyncpg, failure)("planted")] * 2

    def lock_log(org: str) -> Any:
        if failures:
            raise failures.pop()
        return (yield from original(org))

    monkeypatch.setattr(feed, "lock_log", lock_log)
    phone = await estate.phone("G1")
    phone.arrive()
    assert codes(await phone.drain()) == [("applied", None)]
    assert failures == []


@pytest.mark.trap("T6")
@pytest.mark.path("P14")
async def test_a_push_given_up_half_way_leaves_nothing_or_all(estate: Estate) -> None:
    """F1 in small: the task is cancelled at every step; then the same bytes are pushed again and count once."""
    phone = await estate.phone("G1")
    visit = phone.arrive(name="张三")
    phone.leave(visit)
    raw = phone.raw()
    before = await dump(estate.database)
    for pause in range(12):
        task = asyncio.create_task(estate.push(raw))
        for _ in range(pause):
            await asyncio.sleep(0)
        await asyncio.sleep(pause * 0.001)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            held = await ask(estate.database, "SELECT COUNT(*) FROM op WHERE entity = ?", visit)
            assert held in ([(0,)], [(2,)])
            if held == [(0,)]:
                assert await dump(estate.database) == before
    assert codes(await phone.drain()) == [("applied", None)] * 2
    assert await ask(estate.database, "SELECT COUNT(*) FROM op WHERE entity = ?", visit) == [(2,)]


@pytest.mark.trap("T6")
@pytest.mark.path("P14")
async def test_a_commit_that_fails_stores_nothing_and_the_next_push_works(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T6: ops, rows, feed, log and the acknowledged number stand or fall together."""
    phone = await estate.phone("G1")
    phone.arrive()
    raw = phone.raw()
    before = await dump(estate.database)

    def fails(*_args: Any) -> Steps[None]:
        yield Query("SELECT 1")
        raise Problem("busy")

    with monkeypatch.context() as patch:
        patch.setattr(estate.core, "open_sites", fails)
        patch.setattr("gatehouse.replication.push._PARKED", "shy")
        with pytest.raises(Problem):
            await estate.push(raw)
    assert await dump(estate.database) == before
    assert codes(await phone.drain()) == [("applied", None)]


async def test_an_act_behind_one_of_another_org_is_no_way_in(estate: Estate) -> None:
    """TH9: the org comes from the device's chain; a head that names another is refused and told to the device alone."""
    phone = await estate.phone("G1")
    phone.arrive()
    kept = phone.device.outbox[0]
    head = canon.encode({**canon.decode(kept.head), "org": estate.id()}).decode()
    phone.device.outbox.clear()
    phone.device.n = 0
    phone.device.link = bytes.fromhex(phone.device.frame([], 1).prev)
    phone.device._record(kept.op, head, None, None)
    assert codes(await phone.sync()) == [("refused", "wrong_org")]
    assert phone.notices() == []
    assert [body["f"]["code"] for body in phone.rows("outcome")] == ["wrong_org"]


async def test_what_is_withdrawn_twice_in_one_push_is_one_batch(estate: Estate) -> None:
    """On either database: it is not replayed op by op."""
    phone = await estate.phone("G1")
    for _ in range(2):
        estate.admin.act("device.revoke", {"device": phone.id})
    with capture_logs() as logs:
        await estate.admin.drain()
    assert [one["event"] for one in logs] == []
    assert await ask(estate.database, "SELECT COUNT(*) FROM withdrawn") == [(1,)]
