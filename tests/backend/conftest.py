"""An estate to test on, once on each database."""

from collections.abc import AsyncIterator

import pytest
from tests.estate import Estate, opened


@pytest.fixture
async def estate(database_url: str) -> AsyncIterator[Estate]:
    """A built estate, once on SQLite and once on PostgreSQL."""
    async with opened(database_url) as made:
        yield made


@pytest.fixture
async def on_sqlite(sqlite_url: str) -> AsyncIterator[Estate]:
    """A built estate on SQLite alone, for what no database decides."""
    async with opened(sqlite_url) as made:
        yield made
