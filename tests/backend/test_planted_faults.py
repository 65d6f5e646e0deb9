"""Planted faults: each invariant is seen red when the code that holds it is broken on purpose.

A mutant is caught when a story under it breaks the invariant named, or cannot be told to its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from tests.dump import dump
from tests.estate import Estate, opened
from tests.invariants import broken
from tests.story import Story
from tests.team import Team

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.db.engine import Database
from gatehouse.db.steps import Query, Steps, write
from gatehouse.replication import batch, batch_rows, commit, feed, grants, pull, push
from gatehouse.replication.batch import Batch
from gatehouse.replication.decide import decide
from gatehouse.replication.facts import Facts, Stored, encode_body
from gatehouse_sync import chain, clock, merge, notices, shade, stamp
from gatehouse_sync.apply import Body, apply
from gatehouse_sync.chain import Need
from gatehouse_sync.clock import Interval

SEEDS = range(1, 7)
STEPS = 160
Patch = pytest.MonkeyPatch


class _UndoneError(Exception):
    """Takes a transaction back."""


def acknowledge_without_commit(patch: Patch) -> None:
    """Every seventh push is answered and rolled back."""
    original, count = commit.settle, 0

    async def settle(database: Database, make: Callable[[], Steps[Any]]) -> Any:
        nonlocal count
        count += 1
        if count % 7:
            return await original(database, make)
        kept: list[Any] = []

        def undone() -> Steps[Any]:
            kept.append((yield from make()))
            raise _UndoneError

        try:
            await original(database, undone)
        except _UndoneError:
            return kept[0]

    patch.setattr("gatehouse.replication.push.settle", settle)


def forget_what_is_known(patch: Patch) -> None:
    """An op that comes again in a new chain is taken for a new one."""

    def load_nothing(_self: Any, _wanted: set[str]) -> Steps[None]:
        yield from ()

    patch.setattr(Facts, "load_ops", load_nothing)
    patch.setattr(Facts, "_load_history", load_nothing)


def let_the_last_writer_win(patch: Patch) -> None:
    """The rows forget who lost; the log does not."""

    def last(body: Body | None, op: Any, decision: Any) -> Body | None:
        return apply(body, op, msgspec.structs.replace(decision, f={}))

    patch.setattr(batch, "apply", last)


def keep_a_row_back(patch: Patch) -> None:
    """A page without its last row."""
    original = feed.read_page

    def read_page(*args: Any) -> Steps[Any]:
        page = yield from original(*args)
        return msgspec.structs.replace(page, rows=page.rows[:-1] if len(page.rows) > 3 else page.rows)

    patch.setattr(feed, "read_page", read_page)


def number_rows_by_the_log_alone(patch: Patch) -> None:
    """A row written beside no op keeps the log's number."""

    def entity_rows(self: Batch, positions: dict[int, int], head_n: int) -> list[Any]:
        found = []
        for id_, before in self.changed.items():
            body = self.facts.bodies[id_]
            n = positions.get(self.beside[id_], head_n)
            after = Stored(body, n, shade.expiry_day(body), body["ver"])
            found.append((id_, after, before, encode_body(body)))
        return found

    patch.setattr(batch_rows, "entity_rows", entity_rows)


def break_the_running_hash(patch: Patch) -> None:
    """A leaf no longer covers those before it."""
    other = {**vars(stamp), "log_hash": lambda _previous, leaf: stamp.log_hash(b"", leaf)}
    patch.setattr(feed, "stamp", SimpleNamespace(**other))


def never_drop_a_role(patch: Patch) -> None:
    """A role that ended still opens its site."""
    original = grants.scopes_for

    def scopes_for(person: Any, device: str, post: str | None, sites: Any, now: int) -> list[str]:
        if person is not None:
            person.roles = [msgspec.structs.replace(role, until=None) for role in person.roles]
        return original(person, device, post, sites, now)

    patch.setattr(pull, "scopes_for", scopes_for)


def release_nothing(patch: Patch) -> None:
    """What waits goes on waiting."""

    def release(_self: Batch, _cause: str) -> Steps[None]:
        yield from ()

    patch.setattr(Batch, "_release", release)


def ask_for_more_for_ever(patch: Patch) -> None:
    """A server that always lacks something."""
    patch.setattr(chain, "judge", lambda *_: Need(1))


def believe_the_wall_clock(patch: Patch) -> None:
    """The stated time, not clamped."""
    original = clock.interval

    def interval(t: Any, anchor_ms: int | None, received: int, floor: int = 0) -> Interval:
        return msgspec.structs.replace(original(t, anchor_ms, received, floor), at=t.wall)

    patch.setattr(clock, "interval", interval)


def tell_no_outcome(patch: Patch) -> None:
    """The device never hears what became of a held or refused act."""
    patch.setattr(Batch, "_outcome", lambda *_: None)


def tell_no_notice(patch: Patch) -> None:
    patch.setattr(batch, "notices", SimpleNamespace(**{**vars(notices), "notices": lambda *_: []}))


def shut_the_door_on_errors(patch: Patch) -> None:
    """One act that cannot be handled stops its whole push."""

    def failing(act: Any, *args: Any, **more: Any) -> Any:
        if act.op.head.kind == "visit.join":
            raise ValueError
        return decide(act, *args, **more)

    patch.setattr(batch, "decide", failing)
    patch.setattr(push, "_PARKED", "whole")


MUTANTS: dict[Callable[[Patch], None], set[str]] = {
    acknowledge_without_commit: {"lost"},
    forget_what_is_known: {"doubled", "told"},
    let_the_last_writer_win: {"unsound"},
    keep_a_row_back: {"diverged", "reset"},
    number_rows_by_the_log_alone: {"diverged", "reset"},
    break_the_running_hash: {"unsound"},
    never_drop_a_role: {"trespass"},
    release_nothing: {"stuck", "told"},
    ask_for_more_for_ever: {"told"},
    believe_the_wall_clock: {"out_of_time"},
    tell_no_outcome: {"unsound"},
    tell_no_notice: {"unsound"},
    shut_the_door_on_errors: {"told"},
}


async def tell(url: str, seed: int) -> set[str]:
    """The invariants a story breaks; ``told`` when it could not be told to its end."""
    try:
        async with opened(url, seed) as estate:
            story = Story(estate, seed)
            await story.run(STEPS)
            await story.heal()
            return set(await broken(story))
    except Exception:  # noqa: BLE001  # a mutant may fail in any way
        return {"told"}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
@pytest.mark.trap("T9")
@pytest.mark.path("P16")
def test_a_planted_fault_is_seen(tmp_path: Path, mutant: Callable[[Patch], None]) -> None:
    """One of a few short stories goes red, for the invariant that the fault breaks."""
    seen: set[str] = set()
    for seed in SEEDS:
        with pytest.MonkeyPatch.context() as patch:
            mutant(patch)
            seen |= asyncio.run(tell(f"sqlite:///{tmp_path / str(seed)}.db", seed))
        if seen & MUTANTS[mutant]:
            return
    pytest.fail(f"{mutant.__name__} was not seen; red were {sorted(seen)}")


def test_another_merge_gives_other_bytes(tmp_path: Path) -> None:
    """I6: the comparison of two databases sees one decision that differs."""

    async def story(name: str) -> Any:
        async with opened(f"sqlite:///{tmp_path / name}.db") as estate:
            told = Story(estate, 1)
            await told.run(STEPS)
            await told.heal()
            return await dump(estate.database)

    same = [asyncio.run(story(name)) for name in ("a", "b")]
    assert same[0] == same[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "_result", lambda *_: "lost")
        assert asyncio.run(story("c")) != same[0]


TAMPERINGS = {
    "a leaf": "UPDATE log SET leaf = replace(leaf, 'applied', 'refused') WHERE n = 20",
    "a leaf taken out": "DELETE FROM log WHERE n = 20",
    "the last leaf taken out": "DELETE FROM log WHERE n = (SELECT MAX(n) FROM log)",
    "two leaves exchanged": "UPDATE log SET leaf = (SELECT leaf FROM log WHERE n = 21) WHERE n = 20",
    "a hash": "UPDATE log SET hash = zeroblob(32) WHERE n = 20",
    "the head of the log": "UPDATE org_head SET n = n - 1",
    "an act's public part": "UPDATE op SET head = replace(head, '-101', '-909') WHERE kind = 'visit.arrive'",
    "an act's private part": "UPDATE op SET private = replace(private, '访客', '假客') WHERE kind = 'visit.arrive'",
    "a private part taken out": "UPDATE op SET private = NULL, salt = NULL WHERE kind = 'visit.arrive'",
    "who did it": "UPDATE op SET actor = (SELECT MIN(id) FROM person) WHERE kind = 'visit.arrive'",
    "a decision": "UPDATE op SET d = 'refused' WHERE kind = 'visit.arrive'",
    "an act taken out": "DELETE FROM op WHERE id = (SELECT MIN(id) FROM op WHERE kind = 'visit.arrive')",
    "a record": "UPDATE entity SET body = replace(body, '-101', '-909') WHERE kind = 'visit'",
    "a record's version": "UPDATE entity SET ver = id WHERE kind = 'visit'",
    "what sort of record": "UPDATE entity SET kind = 'shift' WHERE kind = 'visit'",
    "a record taken out": "DELETE FROM entity WHERE id = (SELECT MIN(id) FROM entity WHERE kind = 'visit')",
    "a record made up": "INSERT INTO entity SELECT 'x', org, kind, n, ver, day, full_until, about, body FROM entity "
    "WHERE kind = 'visit' LIMIT 1",
    "a feed": "DELETE FROM feed WHERE seq = (SELECT MAX(seq) FROM feed)",
    "a digest": "UPDATE scope_day SET sum = sum + 1 WHERE day = 0",
    "a link": "UPDATE op SET link = zeroblob(32) WHERE cn = 2",
    "the end of a chain": "UPDATE chain SET n = n + 1",
    "a push's signature": "UPDATE push_proof SET sig = (SELECT sig FROM certificate LIMIT 1) WHERE n = 8",
    "what a push signed": "UPDATE push_proof SET message = CAST(replace(CAST(message AS TEXT), '\"count\":8', "
    "'\"count\":7') AS BLOB) WHERE n = 8",
    "a push's proof taken out": "DELETE FROM push_proof WHERE n = 8",
    "a certificate": "UPDATE certificate SET body = replace(body, 'personal', 'kiosk')",
    "whose certificate": "UPDATE certificate SET person = (SELECT MIN(id) FROM person) WHERE type = 'sign_in'",
    "a hold": "INSERT INTO hold (op, org, waits_on) SELECT id, org, 'x' FROM op LIMIT 1",
}


@pytest.mark.parametrize("sql", TAMPERINGS.values(), ids=TAMPERINGS.keys())
@pytest.mark.trap("T40")
@pytest.mark.path("P2", "P16")
async def test_a_database_changed_by_hand_does_not_verify(on_sqlite: Estate, sql: str) -> None:
    """I4, TH6, TH7: edits, deletions, exchanges and inventions are found; an untouched database has no finding."""
    phone = await on_sqlite.phone("G1")
    for i in range(4):
        phone.amend(phone.arrive(name=f"访客{i}", unit="1-101"), pass_no=str(i))
    await phone.sync()
    key = VerifyingKey(on_sqlite.key.public)
    assert await verify(on_sqlite.database, key) == []

    def tamper() -> Steps[None]:
        yield Query(sql)

    await write(on_sqlite.database, tamper)
    on_sqlite.tampered = True
    assert await verify(on_sqlite.database, key) != []


BESIDE = {
    "what an act changed further taken out": ("op_also", "DELETE FROM op_also"),
    "a further record made up": ("op_also", "INSERT INTO op_also SELECT MIN(id), MAX(id) FROM op"),
    "another act's": ("op_also", "UPDATE op_also SET op = (SELECT MIN(id) FROM op)"),
    "a tablet's post taken out": ("device_post", "DELETE FROM device_post WHERE n = 1"),
    "a post made up": ("device_post", "INSERT INTO device_post SELECT MIN(id), 1, NULL, 0, 0 FROM device"),
    "another post": ("device_post", "UPDATE device_post SET post = (SELECT MAX(id) FROM site) WHERE n = 2"),
    "when it was": ("device_post", "UPDATE device_post SET since = since - 1 WHERE n = 2"),
    "somebody's team taken out": ("person_team", "DELETE FROM person_team"),
    "another superior": ("person_team", "UPDATE person_team SET superior = person"),
    "since when": ("person_team", "UPDATE person_team SET since = since - 1"),
    "when it was known": ("device_post", "UPDATE device_post SET known = known + 1 WHERE n = 2"),
}


@pytest.mark.parametrize(("table", "sql"), BESIDE.values(), ids=BESIDE.keys())
async def test_what_is_kept_beside_the_log_must_follow_from_it(on_sqlite: Estate, table: str, sql: str) -> None:
    """I4: a row missing, too many or another; a swap and a tablet that moved have left some."""
    team = await Team(on_sqlite).build()
    swap = team.request("B1", await team.assign("B1", 3), ["B2"])
    await team.phones["B1"].sync()
    for staff_no, kind in (("B2", "swap.accept"), ("S1", "swap.approve")):
        team.phones[staff_no].act(kind, {}, swap)
        await team.phones[staff_no].drain()
    for post in (on_sqlite.east, on_sqlite.west):
        on_sqlite.admin.act("device.kiosk", {"device": team.phones["S2"].id, "post": post})
    await on_sqlite.admin.drain()
    key = VerifyingKey(on_sqlite.key.public)
    assert await verify(on_sqlite.database, key) == []

    def tamper() -> Steps[None]:
        yield Query(sql)

    await write(on_sqlite.database, tamper)
    on_sqlite.tampered = True
    assert {one.check for one in await verify(on_sqlite.database, key)} == {table}


@pytest.mark.trap("T40")
@pytest.mark.path("P28")
async def test_history_written_anew_contradicts_the_stamps_of_devices(on_sqlite: Estate) -> None:
    """TH7: a log rebuilt without its key cannot meet a stamp that a device holds."""
    phone = await on_sqlite.phone("G1")
    phone.arrive()
    await phone.sync()
    held = phone.device.stamp
    assert held is not None
    key = VerifyingKey(on_sqlite.key.public)
    assert await verify(on_sqlite.database, key, [held]) == []
    for other in (
        msgspec.structs.replace(held, hash="00" * 32),
        msgspec.structs.replace(held, n=held.n - 1),
        msgspec.structs.replace(held, n=held.n + 1),
        msgspec.structs.replace(held, sig=phone.key.sign(b"other")),
    ):
        assert [one.check for one in await verify(on_sqlite.database, key, [other])] == ["stamp"]
