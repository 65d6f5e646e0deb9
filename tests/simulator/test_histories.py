"""A slice of `make simulate`: seeds that between them see every kind of act and every fault, on both databases."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
import structlog
from tests.backend.test_planted_faults import acknowledge_without_commit
from tests.simulator import story
from tests.simulator.coverage import missing
from tests.simulator.databases import backing, fresh
from tests.simulator.history import Ended, run
from tests.simulator.plan import Step, steps_of
from tests.simulator.run import SILENT
from tests.simulator.template import build

from gatehouse.db.postgres import PostgresDatabase
from gatehouse.replication import batch
from gatehouse.replication.batch import Batch
from gatehouse_sync import merge
from gatehouse_sync.apply import Body, apply
from gatehouse_sync.ops import Op

STEPS = 60
COVERING = (216, 162, 166, 61, 86, 129, 21, 28, 32, 126, 69, 139, 147, 241, 253, 14, 19, 40, 212)
BOTH = (216, 162, 166)
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The server tells of what it survives, at length."""
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(SILENT))
    yield
    structlog.configure(wrapper_class=before)


async def simulated(url: str, seeds: tuple[int, ...]) -> list[Ended]:
    database = backing(url)
    await database.open()
    try:
        image = await build(database)
        return [await run(database, image, steps_of(seed, STEPS)) for seed in seeds]
    finally:
        await database.close()


@pytest.mark.trap("T9")
@pytest.mark.path("P15")
def test_a_slice_of_histories_holds_and_sees_everything() -> None:
    """I1 to I5, I7, I8, I10 to I12; a run of many histories names such seeds."""
    ended = asyncio.run(simulated("sqlite", COVERING))
    assert {seed: one.wrong for seed, one in zip(COVERING, ended, strict=True) if one.wrong} == {}
    counts = sum((one.told.counts for one in ended), Counter[str]())
    assert missing(counts) == []


@pytest.mark.path("P15")
def test_the_same_seed_gives_the_same_bytes_on_both_databases(postgres_server: str) -> None:
    """I6, and that a history follows from its seed."""

    async def on_postgres() -> list[Ended]:
        return await simulated(await fresh(postgres_server, "simulated_slice"), BOTH)

    there, here, again = asyncio.run(on_postgres()), *(asyncio.run(simulated("sqlite", BOTH)) for _ in range(2))
    assert [one.wrong for one in (*there, *here)] == [{}] * 2 * len(BOTH)
    assert [one.digest for one in there] == [one.digest for one in here]
    assert [one.told.lines for one in again] == [one.told.lines for one in here]


def test_no_wait_of_the_database_ends_a_history_that_is_held_up(postgres_server: str) -> None:
    """The machine may be busy or stand still for a while: what a history says follows from its seed alone."""

    async def shortest() -> int:
        database = backing(await fresh(postgres_server, "simulated_waits"))
        await database.open()
        try:
            engine = database.database
            assert isinstance(engine, PostgresDatabase)
            connection = await engine.take()
            names = "('lock_timeout', 'idle_in_transaction_session_timeout')"
            rows = await connection.fetch(f"SELECT setting::bigint FROM pg_settings WHERE name IN {names}")
            await engine.give_back(connection)
            return int(min(row[0] for row in rows))
        finally:
            await database.close()

    assert asyncio.run(shortest()) >= 3_600_000


def let_the_last_writer_win(patch: Patch) -> None:
    """The rows forget who lost; the log does not."""

    def last(body: Body | None, op: Op, decision: Any) -> Body | None:
        return apply(body, op, msgspec.structs.replace(decision, f={}))

    patch.setattr(batch, "apply", last)


def judge_no_clock(patch: Patch) -> None:
    """Every concurrent write wins: log and rows agree, and only the model knows better."""
    patch.setattr(merge, "_result", lambda *_: "won")


def tell_nobody(patch: Patch) -> None:
    patch.setattr(Batch, "_outcome", lambda *_: None)


@pytest.mark.parametrize(
    ("mutant", "checks", "first"),
    [
        (let_the_last_writer_win, {"unsound", "model"}, 16),
        (judge_no_clock, {"model"}, 10),
        (tell_nobody, {"untold"}, 1),
        (acknowledge_without_commit, {"lost"}, 1),
    ],
)
def test_a_planted_fault_is_seen(mutant: Callable[[Patch], None], checks: set[str], first: int) -> None:
    """From a seed known to show it. The model alone sees a merge that is wrong everywhere in the same way."""

    async def seen() -> set[str]:
        database = backing("sqlite")
        await database.open()
        image = await build(database)
        for seed in range(first, first + 40):
            wrong = (await run(database, image, steps_of(seed, STEPS), seal=False)).wrong
            if checks <= wrong.keys():
                return set(wrong)
        return set()

    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        assert checks <= asyncio.run(seen())


def test_a_failing_history_is_told_in_few_steps() -> None:
    """Steps that do not matter are left out, and the command to run it again is there."""

    async def shrink() -> tuple[list[Step], str]:
        database = backing("sqlite")
        await database.open()
        image = await build(database)
        for seed in range(1, 40):
            steps = steps_of(seed, STEPS // 2)
            ended = await run(database, image, steps, seal=False)
            if "untold" in ended.wrong:
                fewer, shown = await story.shrunk(database, image, steps, {"untold"})
                return fewer, story.told(seed, fewer, shown, f"make simulate SEED={seed}")
        raise AssertionError("no history shows the planted fault")

    with pytest.MonkeyPatch.context() as patch:
        tell_nobody(patch)
        steps, text = asyncio.run(shrink())
    assert len(steps) <= 4
    assert "untold: no outcome of" in text
    assert "again: make simulate SEED=" in text


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(21_009, id="given back to a server whose clock went back"),
        pytest.param(50_156, id="a tablet that stood at a post within one push"),
        pytest.param(52_027, id="two keys lost around a restore"),
        pytest.param(74_091, id="a closed month whose bonus was lost"),
    ],
)
def test_a_seed_that_found_something_holds(seed: int) -> None:
    (ended,) = asyncio.run(simulated("sqlite", (seed,)))
    assert not ended.wrong
