"""What is past keeping when a device hears of it, or never does: nobody stays inside for ever on a screen."""

from __future__ import annotations

import pytest
from tests.estate import DAY, Estate, Phone

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.db.steps import write
from gatehouse.replication.prune import prune

LONG = 32 * DAY


async def left_unheard(estate: Estate) -> tuple[Phone, Phone, str]:
    """G1's visit, which G2 holds as open; G1 records offline that the visitor left, and it arrives 32 days later."""
    here, away = await estate.phone("G1"), await estate.phone("G2")
    visit = here.arrive(name="张三")
    await here.sync()
    await away.pull()
    here.leave(visit)
    estate.clock.forward(LONG)
    await here.sync()
    return here, away, visit


@pytest.mark.path("P25")
async def test_a_visit_that_is_past_keeping_when_it_closes_goes_from_who_holds_it_open(estate: Estate) -> None:
    _, away, visit = await left_unheard(estate)
    replies = await away.pull(digests=True)
    assert away.row(visit) is None
    assert [reply.reset for reply in replies] == [[]]


async def test_a_device_that_comes_back_after_pruning_begins_the_scope_anew(estate: Estate) -> None:
    _, away, visit = await left_unheard(estate)
    await write(estate.database, lambda: prune(estate.clock.ms + 2 * DAY))
    (reply,) = await away.pull()
    assert reply.reset == [f"site:{estate.site}"]
    assert away.row(visit) is None


async def test_who_heard_of_the_end_needs_no_reset(estate: Estate) -> None:
    here, away = await estate.phone("G1"), await estate.phone("G2")
    visit = here.arrive()
    here.leave(visit)
    await here.sync()
    await away.pull()
    estate.clock.forward(LONG)
    await write(estate.database, lambda: prune(estate.clock.ms))
    (reply,) = await away.pull(digests=True)
    assert reply.reset == []
    assert visit not in away.device.view(away.person)


async def test_a_record_changed_between_its_last_day_and_the_pruning_verifies(estate: Estate) -> None:
    here = await estate.phone("G1")
    visit = here.arrive(unit="1-101")
    here.leave(visit)
    await here.sync()
    estate.clock.forward(LONG)
    here.amend(visit, unit="2-202")
    await here.sync()
    assert await verify(estate.database, VerifyingKey(estate.key.public)) == []
