"""A slice of `make engine`, and that the harness sees: planted faults turn it red."""

from __future__ import annotations

import asyncio

import pytest
from tests.engine.faults import FAULTS, planted
from tests.engine.run import histories

STEPS = 25


@pytest.mark.timeout(240)
def test_ten_histories_of_the_browsers_engine_hold_all_invariants() -> None:
    result = asyncio.run(histories("sqlite", 1, 10, STEPS))
    assert result.failed == {}
    assert result.histories == 10
    assert result.acts > 50


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_finds_its_place(fault: object) -> None:
    """The sources moved on: what is to be planted still can be."""
    name = fault.name  # type: ignore[attr-defined]  # parametrize gives an object
    with planted(name) as sources:
        assert sources.is_dir()
