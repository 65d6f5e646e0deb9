"""The bad input that a database could take amiss, once more on PostgreSQL, whose own types are stricter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.bad import FRAMES, HEADS, a_phone, decided, texts_are_kept
from tests.dump import dump, dump_in_peace
from tests.served import Served, served


@pytest.fixture
async def server(postgres_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_url, tmp_path) as running:
        yield running


@pytest.mark.path("P5")
async def test_bad_frames_leave_no_trace(server: Served) -> None:
    phone = await a_phone(server)
    raw = phone.raw()
    before = await dump_in_peace(server.estate.database)
    for name, make, status, code in FRAMES:
        answer = await server.post("/api/sync/push", make(raw))
        assert (answer.status_code, answer.json()["code"]) == (status, code), name
    assert await dump(server.estate.database) == before
    assert (await server.post("/api/sync/push", raw)).json()["results"][0][2] == "applied"


@pytest.mark.trap("T39")
@pytest.mark.path("P6")
async def test_bad_ops_are_refused(server: Served) -> None:
    phone = await server.estate.phone("G1")
    found = await decided(server, phone, *((make(phone), None, None) for _, make in HEADS))
    assert found[1:-1] == [("refused", "malformed")] * len(HEADS)
    assert found[0] == found[-1] == ("applied", None)


async def test_texts_are_kept_as_typed_or_refused_whole(server: Served) -> None:
    await texts_are_kept(server)
