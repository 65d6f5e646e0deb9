"""A fleet that comes back at once to a server that lets two in: all of it arrives, once, and nobody comes too early."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import msgspec
import pytest
from tests.bench.patience import Patience
from tests.estate import Phone
from tests.served import Served, served

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.db.steps import Query, Row, Steps, read
from gatehouse_sync.protocol import PushReply

PHONES, ACTS, PLACES = 30, 40, 2
PUSH = "/api/sync/push"


@pytest.mark.trap("T38")
async def test_thirty_phones_drain_through_two_places(database_url: str, tmp_path: Path) -> None:
    async with served(database_url, tmp_path, push_places=PLACES) as server:
        estate = server.estate
        phones = [await estate.phone(f"G{1 + number % 3}", f"phone {number}") for number in range(PHONES)]
        made = {phone.id: [phone.arrive(name=f"访客{n}") for n in range(ACTS)] for phone in phones}
        asked = await asyncio.gather(*(_come_back(server, phone, seed) for seed, phone in enumerate(phones)))
        away = [seconds for one in asked for seconds in one]
        assert len(away) >= PHONES // 2, "the server was never full"
        assert all(seconds >= 1 for seconds in away)

        logged = await read(estate.database, _logged("visit.arrive"))
        assert sorted(logged) == sorted((device, op) for device, acts in made.items() for op in acts)
        everything = {op for acts in made.values() for op in acts}
        reader = phones[0]
        for _ in range(20):
            await server.pull(reader)
            if reader.device.people[reader.person].at_heads:
                break
        assert everything <= reader.device.people[reader.person].store.rows.keys()
        assert (
            f'gatehouse_turned_away_total{{line="long"}} {len(away)}.0' in (await server.http.get("/api/metrics")).text
        )
        stamps = [phone.device.stamp for phone in phones if phone.device.stamp is not None]
        assert await verify(estate.database, VerifyingKey(estate.key.public), stamps) == []


@pytest.mark.trap("T38")
async def test_one_who_is_turned_away_is_not_read_and_a_person_at_work_gets_in(sqlite_url: str, tmp_path: Path) -> None:
    async with served(sqlite_url, tmp_path, push_places=1) as server:
        slow, late, guard = [await server.estate.phone(name) for name in ("G1", "G2", "G3")]
        for phone in (slow, late):
            for n in range(ACTS):
                phone.arrive(name=f"访客{n}")
        guard.arrive(name="来人")
        reading, writing = await asyncio.open_connection("127.0.0.1", server.port)
        body = slow.raw()
        head = (
            f"POST {PUSH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        writing.write(head.encode() + body[:1000])
        await writing.drain()
        await asyncio.sleep(0.1)
        # It says how long it is and sends nothing of it: the answer must not wait for what will not be used.
        waiting, asking = await asyncio.open_connection("127.0.0.1", server.port)
        asking.write(head.encode())
        async with asyncio.timeout(5):
            answer = await waiting.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 503"), answer
        assert b"\r\nretry-after: 1\r\n" in answer.lower()
        asking.close()
        assert (await server.post(PUSH, guard.raw())).status_code == 200
        writing.write(body[1000:])
        async with asyncio.timeout(5):
            assert (await reading.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        writing.close()
        refused = await server.post(PUSH, late.raw())
        assert refused.status_code == 200, "the place is free again"


async def _come_back(server: Served, phone: Phone, seed: int) -> list[float]:
    """Push until nothing waits; gives what the server asked for whenever it was busy, seconds."""
    patience, asked = Patience(random.Random(seed)), []
    while phone.frame() is not None:
        answer = await server.post(PUSH, phone.raw())
        if answer.status_code == 503:
            assert answer.json()["code"] == "busy"
            asked.append(float(answer.headers["retry-after"]))
            await asyncio.sleep(patience.wait(asked[-1]))
            continue
        assert answer.status_code == 200, answer.text
        phone.device.pushed(msgspec.json.decode(answer.content, type=PushReply))
        patience.done()
    return asked


def _logged(kind: str) -> Steps[list[Row]]:
    """Device and id of every act of a kind that counts."""
    return (yield Query("SELECT device, id FROM op WHERE kind = ? AND d = 'applied'", (kind,)))
