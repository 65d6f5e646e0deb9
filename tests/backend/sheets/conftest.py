"""An admin at a desk, on each database."""

import pytest
from tests.estate import Estate
from tests.sheets import Office


@pytest.fixture
async def office(estate: Estate) -> Office:
    return Office(estate.admin)
