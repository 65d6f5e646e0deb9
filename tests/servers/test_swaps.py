"""What the swaps of `make servers` are made of."""

from __future__ import annotations

import asyncio
import gc
import random
import warnings
from typing import Any

import pytest
from tests.servers import swaps
from tests.servers.swaps import Team


class Quiet(Team):
    """A team that notes what it would do."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.supervisors: list[Any] = ["S0", "S1"]
        self.done: list[str] = []

    async def _do(self, desk: Any, kind: str, swap: str, shift: str = "") -> None:
        self.done.append(f"{desk} {kind} {swap} {shift}")


def test_what_is_left_undone_at_a_swap_that_runs_out_was_never_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some swaps are left to expire with nothing tried, some with one act or two at the last moment."""
    monkeypatch.setattr(swaps, "EXPIRY_S", 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what other tests left to be collected
        warnings.filterwarnings("error", message="coroutine .* was never awaited")
        made = [_tried(seed) for seed in range(20)]
        gc.collect()
    assert {len(one) for one in made} == {0, 1, 2}
    assert {line.split()[1] for one in made for line in one} == {"swap.approve", "swap.reject", "swap.withdraw"}


def _tried(seed: int) -> list[str]:
    team = Quiet(seed)
    agent: Any = "B0"
    asyncio.run(team._late(agent, "swap", "shift"))
    return team.done
