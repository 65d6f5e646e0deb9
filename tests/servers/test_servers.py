"""Two real processes on one PostgreSQL: a slice of what `make servers` does at length behind a proxy."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest
import pytest_asyncio
from tests.servers import deaf, order, swaps
from tests.servers.cluster import Cluster, cluster
from tests.servers.device import Live, Wires
from tests.servers.gag import Gag, gagged

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Cluster, Gag]]:
    """Two processes for all tests here; the second reaches the database through a gag."""
    name, folder = f"servers_{uuid.uuid4().hex}", tmp_path_factory.mktemp("servers")
    admin = await asyncpg.connect(postgres_server)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    url = urlunsplit(urlsplit(postgres_server)._replace(path=f"/{name}"))
    async with gagged(url, folder / "way") as (last, gag), cluster(url, folder / "data", 2, seed=1, last=last) as made:
        yield made, gag
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.mark.trap("T1")
async def test_a_poller_skips_nothing_that_two_processes_commit_late(both: tuple[Cluster, Gag]) -> None:
    """T1, I12: commits held for up to 50 ms; a poller of serial numbers in the same transactions does skip."""
    polled = await order.poll(both[0], 400)
    assert (polled.rows, polled.missed, polled.faults) == (400, 0, 0)
    assert polled.pulls > 2
    assert polled.serial_missed > 0, "the control skips nothing, so this test proves nothing"


@pytest.mark.parametrize(("way", "revoked"), [(deaf.WAYS[2], "device"), (deaf.WAYS[0], "role")])
@pytest.mark.path("P24")
async def test_no_row_goes_out_after_a_revocation_that_was_not_heard_of(
    both: tuple[Cluster, Gag], way: str, revoked: str
) -> None:
    """P24, I5: the one that revoked cannot tell, or the process of the socket does not hear."""
    heard = await deaf.run(*both, way, revoked, pushes=5, wait=False)
    assert (heard.leaked, heard.sent) == (0, 6)
    assert heard.code == {"role": 4409, "device": 4403}[revoked]


@pytest.mark.trap("T13", "T14")
async def test_swaps_at_once_over_two_processes_happened_one_after_another(both: tuple[Cluster, Gag]) -> None:
    """T13, T14, T15: every decision is the one a serial order gives, in real time; every loser is told."""
    servers = both[0]
    wires = Wires([node.origin for node in servers.nodes])
    ran = await swaps.run(servers, wires, seed=1, swaps=60, expire=False)
    await wires.close()
    assert ran.anomalies == []
    assert (ran.untold, ran.differing, ran.faults) == ([], [], 0)
    assert ran.decided["swap.approve applied"] > 10
    assert ran.decided["swap.accept refused wrong_state"] > 10
    assert await servers.deadlocks() == 0


async def test_a_process_killed_while_it_takes_a_push_loses_and_doubles_nothing(both: tuple[Cluster, Gag]) -> None:
    """I1, I2: the device sends it again to the other one."""
    servers = both[0]
    wires = Wires([node.origin for node in servers.nodes])
    live = Live(await servers.estate.phone("G1"), wires, random.Random(1))
    made = []
    for number in range(20):
        made += [live.phone.arrive() for _ in range(20)]
        live.at = 0 if number == 4 else None
        pushing = asyncio.create_task(live.push_once())
        if number == 4:
            await asyncio.sleep(0.01)
            await servers.nodes[0].kill()
            live.at = 1
        await pushing
        await live.drain()
        if number == 4:
            live.wires.origins[0] = live.wires.origins[1]
    await wires.close()
    rows = await servers.ask("SELECT op, COUNT(*) FROM log WHERE op = ANY($1) GROUP BY op", made)
    assert {row[0] for row in rows} == set(made)
    assert {row[1] for row in rows} == {1}
