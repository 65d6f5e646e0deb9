"""I1 to I8, I10 to I12 after small seeded stories on both databases; the same story gives the same bytes on both."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.dump import TABLES, dump
from tests.estate import Estate, opened
from tests.invariants import broken
from tests.story import Story

SEEDS = range(1, 9)
STEPS = 160


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.trap("T9")
@pytest.mark.path("P15")
async def test_after_the_network_heals_everything_holds(on_sqlite: Estate, seed: int) -> None:
    """I1 to I5, I7, I8, I10: offline phones, lost replies, repeats, reordering, cuts, forks, restarts, wrong clocks."""
    story = Story(on_sqlite, seed)
    await story.run(STEPS)
    await story.heal()
    assert await broken(story) == {}
    assert len(story.recorded) > 30


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.path("P16")
def test_both_databases_give_the_same_bytes(tmp_path: Path, postgres_url: str, seed: int) -> None:
    """I6: rows, feeds, digests, log and its hashes; ids, keys and signatures follow the seed."""

    async def tell(url: str) -> dict[str, list[tuple[object, ...]]]:
        async with opened(url, seed) as estate:
            story = Story(estate, seed)
            await story.run(STEPS)
            await story.heal()
            assert await broken(story) == {}
            return await dump(estate.database, tuple(table for table in TABLES if table != "sign_in_throttle"))

    assert asyncio.run(tell(f"sqlite:///{tmp_path / 'g.db'}")) == asyncio.run(tell(postgres_url))
