"""A slice of `make engine`; and that the faults to plant, which must turn it red, still find their places."""

from __future__ import annotations

import asyncio

import pytest
from tests.engine.faults import FAULTS, Fault, planted
from tests.engine.run import histories

COUNT, STEPS = 10, 20


@pytest.mark.timeout(300)
@pytest.mark.trap("T5")
def test_ten_histories_of_the_browsers_engine_hold_all_invariants() -> None:
    result = asyncio.run(histories("sqlite", 1, COUNT, STEPS))
    assert result.failed == {}
    assert result.histories == COUNT
    assert result.acts > 3 * COUNT


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_to_plant_finds_its_place(fault: Fault) -> None:
    """The sources moved on: every fault still changes them."""
    with planted(fault.name) as sources:
        for edit in fault.edits:
            assert edit.new in (sources / edit.file).read_text()
