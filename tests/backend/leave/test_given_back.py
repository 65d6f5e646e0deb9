"""P29: what was asked and decided is as it was after a restore, whoever returns first; what excludes it is held."""

from __future__ import annotations

from itertools import permutations

import pytest
from tests.dump import ask
from tests.estate import DAY, HOUR, T0, codes, opened
from tests.rewind import come_back, differing, rewind, sealing, snapshot, state
from tests.team import Team

SHIFT = T0 + 3 * DAY + 8 * HOUR


@pytest.mark.parametrize("order", list(permutations(range(2))))
@pytest.mark.path("P29")
async def test_a_leave_and_a_correction_stand_as_they_were(database_url: str, order: tuple[int, ...]) -> None:
    async with opened(database_url) as estate:
        team = await Team(estate).build()
        for phone in team.phones.values():
            sealing(phone)
        asker, boss = team.phones["B1"], team.phones["S1"]
        shift = await team.assign("B1", 1)
        estate.clock.ms = T0 + DAY + 9 * HOUR
        then = await snapshot(estate)
        given = {"sort": "personal", "since": SHIFT, "until": SHIFT + HOUR, "reason": "家里有事"}
        leave = asker.act("leave.request", given)
        missing = {"shift": shift, "direction": "in", "claimed": T0 + DAY + 8 * HOUR, "cause": "forgot"}
        correction = asker.act("correction.request", missing)
        assert codes(await asker.drain()) == [("applied", None)] * 2
        await boss.pull()
        boss.act("leave.approve", {}, leave)
        boss.act("correction.reject", {"note": "没有依据"}, correction)
        assert codes(await boss.drain()) == [("applied", None)] * 2
        before = await state(estate)
        await rewind(estate, then)
        for i in order:
            await come_back((asker, boss)[i])
        assert differing(before, await state(estate)) == []
        assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]
        assert await ask(estate.database, "SELECT state FROM leave_asked") == [("granted",)]
        assert await ask(estate.database, "SELECT state FROM correction") == [("rejected",)]


@pytest.mark.path("P29")
async def test_another_leave_at_that_time_since_then_is_for_a_person_to_see(database_url: str) -> None:
    """Decided once, and now in the way of what was asked for after the server went back."""
    async with opened(database_url) as estate:
        team = await Team(estate).build()
        first = sealing(team.phones["B1"])
        then = await snapshot(estate)
        given = {"sort": "personal", "since": SHIFT, "until": SHIFT + HOUR}
        lost = first.act("leave.request", given)
        await first.drain()
        await rewind(estate, then)
        second = await estate.phone("B1", "another phone")
        second.act("leave.request", {**given, "sort": "sick"})
        assert codes(await second.drain()) == [("applied", None)]
        await come_back(first)
        assert await ask(estate.database, "SELECT d, code FROM op WHERE id = ?", lost) == [("parked", "contradicted")]
