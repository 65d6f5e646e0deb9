"""What the benchmarks are made of goes on for as long as they do."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from tests import estate
from tests.bench import estate as bench
from tests.bench.raw import hello
from tests.bench.returning import Returning
from tests.served import served


def test_the_bare_server_waits_while_a_database_is_filled() -> None:
    """A million visits are made between two measurements on one connection; servers close silent ones after 5 s."""
    with hello() as wire:
        assert wire.request("/", b"{}") == b"{}"
        time.sleep(6.5)
        assert wire.request("/", b"{}") == b"{}"


async def test_a_device_of_a_long_run_gets_another_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is over after ten minutes, a run of an hour is not."""
    monkeypatch.setattr(bench, "PASSWORD", estate.PASSWORD)
    async with served(f"sqlite:///{tmp_path / 'gate.db'}", tmp_path) as server:
        built = server.estate
        gate = bench.Gate(built.org, built.site, built.east)
        enrolled = await asyncio.to_thread(bench.Enrolled, server.port, gate, 1, "G1")
        phone, other = (Returning(enrolled, [], server.port, seed) for seed in (1, 2))
        await phone.look()
        first = enrolled.token
        built.clock.ms += 11 * 60_000
        await phone.look()
        second = enrolled.token
        assert second != first
        await other.look()
        assert enrolled.token == second
        assert (phone.pulls, other.pulls) == (2, 1)
        for one in (phone, other):
            assert one._wire._streams is not None
            _, writer = one._wire._streams
            one.close()
            await writer.wait_closed()
