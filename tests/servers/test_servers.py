"""Two real processes on one PostgreSQL, a slice of what `make servers` does at length."""

from __future__ import annotations

from pathlib import Path

from tests.servers import swaps
from tests.servers.cluster import cluster
from tests.servers.device import Wires


async def test_swaps_at_once_over_two_processes_happened_one_after_another(postgres_url: str, tmp_path: Path) -> None:
    """T13, T14, T15: every decision is the one a serial order gives, in real time; every loser is told."""
    async with cluster(postgres_url, tmp_path, 2, seed=1) as servers:
        wires = Wires([node.origin for node in servers.nodes])
        ran = await swaps.run(servers, wires, seed=1, swaps=150, expire=False)
        await wires.close()
    assert ran.anomalies == []
    assert (ran.untold, ran.differing, ran.faults) == ([], [], 0)
    assert ran.swaps >= 150
    assert ran.decided["swap.approve applied"] > 20
    assert ran.decided["swap.accept refused wrong_state"] > 20
