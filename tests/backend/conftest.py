"""An estate to test on, once on each database, verified from its log upwards when the test is over."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.estate import Estate, opened
from tests.served import Served, served

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify


@pytest.fixture
async def estate(database_url: str) -> AsyncIterator[Estate]:
    """A built estate, once on SQLite and once on PostgreSQL."""
    async with opened(database_url) as made:
        yield made
        await _sound(made)


@pytest.fixture
async def on_sqlite(sqlite_url: str) -> AsyncIterator[Estate]:
    """A built estate on SQLite alone, for what no database decides."""
    async with opened(sqlite_url) as made:
        yield made
        await _sound(made)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """One real server on SQLite for all tests of a module."""
    folder = tmp_path_factory.mktemp("served")
    async with served(f"sqlite:///{folder / 'g.db'}", folder) as running:
        yield running


async def _sound(estate: Estate) -> None:
    """I3, I4: whatever the test did, chains, log, stamps, records, feeds and digests agree."""
    if estate.tampered:
        return
    stamps = [phone.device.stamp for phone in estate.phones if phone.device.stamp is not None]
    assert await verify(estate.database, VerifyingKey(estate.key.public), stamps) == []
