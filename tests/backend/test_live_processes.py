"""Live over several processes on one PostgreSQL: pokes cross, and one that was not told learns of it (P24, I5)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest
import websockets
from tests.estate import Estate
from tests.listening import closed, listening, told
from tests.served import served
from tests.servers.gag import gagged

from gatehouse.replication import hub_postgres


@pytest.mark.path("P24")
async def test_pokes_cross_between_processes_on_postgres(postgres_url: str, tmp_path: Path) -> None:
    """P24: two apps on one database; a scope that moved, a person cut off, a device revoked."""
    async with served(postgres_url, tmp_path) as one, served(postgres_url, tmp_path, build=False) as two:
        share(one.estate, two.estate)
        writer, reader = await one.estate.phone("G1"), await one.estate.phone("G2")
        other = await one.estate.phone("G3")
        async with listening(two, reader) as line, listening(two, other) as second:
            writer.arrive()
            await writer.drain()
            head = (await reader.pull_once()).heads[f"site:{one.estate.site}"]
            assert (await told(line))["poke"][f"site:{one.estate.site}"] == head
            one.estate.admin.act("role.end", {"until": one.estate.clock.ms}, one.estate.roles["G2"])
            one.estate.admin.act("device.revoke", {"device": other.id})
            await one.estate.admin.drain()
            assert await closed(line) == 4409
            assert await closed(second) == 4403


def share(one: Estate, two: Estate) -> None:
    """The second process was made with the same key; both read the same clock."""
    assert one.key.public == two.key.public
    two.clock.ms = one.clock.ms


@pytest.mark.trap("T35")
@pytest.mark.path("P24")
async def test_a_lost_listen_connection_comes_back_and_everybody_is_poked(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P24: the backend is killed; what was missed meanwhile is pulled."""
    monkeypatch.setattr(hub_postgres, "RETRY_S", (0.05, 0.05))
    async with served(postgres_url, tmp_path) as server:
        phone = await server.estate.phone("G1")
        async with listening(server, phone) as line:
            killer = await asyncpg.connect(postgres_url)
            killed = await killer.fetchval(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'gatehouse-listen'"
            )
            await killer.close()
            assert killed == 1
            poke = (await told(line))["poke"]
            assert set(poke) == set((await phone.pull_once()).grants.scopes)
            assert set(poke.values()) == {0}


@pytest.mark.trap("T35")
@pytest.mark.path("P24")
async def test_a_new_listen_connection_that_goes_silent_at_its_first_word_is_given_up(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P24: the backend is killed, and the LISTEN of the next one gets no answer: the process does not stay deaf."""
    monkeypatch.setattr(hub_postgres, "RETRY_S", (0.05, 0.05))
    monkeypatch.setattr(hub_postgres, "ANSWER_S", 0.5)
    async with gagged(postgres_url, tmp_path / "way") as (way, gag), served(way, tmp_path) as server:
        phone = await server.estate.phone("G1")
        async with listening(server, phone) as line:
            gag.silent.add("listen")
            killer = await asyncpg.connect(postgres_url)
            await killer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'gatehouse-listen'"
            )
            await killer.close()
            async with asyncio.timeout(10):
                while not any(b"LISTEN" in data for data in gag.swallowed):  # noqa: ASYNC110 - the gag tells nobody
                    await asyncio.sleep(0.01)
            gag.silent.clear()
            poke = (await told(line))["poke"]
            assert set(poke) == set((await phone.pull_once()).grants.scopes)
            assert set(poke.values()) == {0}


@pytest.mark.trap("T20")
@pytest.mark.path("P24")
async def test_a_process_that_was_not_told_sends_no_rows_and_closes_what_it_must(
    postgres_url: str, tmp_path: Path
) -> None:
    """P24, I5: the other process cannot tell; this one learns of the change from the next push that it takes itself."""
    async with served(postgres_url, tmp_path) as one, served(postgres_url, tmp_path, build=False) as two:
        share(one.estate, two.estate)
        one.estate.core.hub.elsewhere = lambda *_: None
        phone, other = await one.estate.phone("G1"), await one.estate.phone("G2")
        writer = await one.estate.phone("M1")
        async with listening(two, phone) as line, listening(two, other) as calm:
            one.estate.admin.act("role.end", {"until": one.estate.clock.ms}, one.estate.roles["G1"])
            await one.estate.admin.drain()
            writer.arrive(unit="9-901")
            answer = await two.post("/api/sync/push", writer.raw())
            assert answer.status_code == 200, answer.text
            with pytest.raises(websockets.ConnectionClosed) as end:
                while True:
                    assert "9-901" not in str(await told(line))
            assert end.value.rcvd is not None
            assert end.value.rcvd.code == 4409
            assert "poke" in await told(calm)  # looked at again, and found to be what it was
            writer.device._acknowledge(writer.device.n)
            writer.arrive(unit="9-902")
            await two.post("/api/sync/push", writer.raw())
            assert "9-902" in str(await told(calm))


async def test_a_change_that_nobody_told_of_is_found_by_looking(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I5: the process that ended the role died before it could tell; nobody pushes anything."""
    monkeypatch.setattr(hub_postgres, "HEARTBEAT_S", 0.1)
    async with served(postgres_url, tmp_path) as one, served(postgres_url, tmp_path, build=False) as two:
        share(one.estate, two.estate)
        one.estate.core.hub.elsewhere = lambda *_: None
        phone, other = await one.estate.phone("G1"), await one.estate.phone("G2")
        async with listening(two, phone) as line, listening(two, other) as calm:
            one.estate.admin.act("role.end", {"until": one.estate.clock.ms}, one.estate.roles["G1"])
            await one.estate.admin.drain()
            assert await closed(line) == 4409
            await calm.send('"ping"')
            assert await told(calm) == "pong"
