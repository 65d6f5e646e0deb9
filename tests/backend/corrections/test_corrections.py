"""Corrections of missed punches, and outages, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.backend.leave.packs import ecom, under
from tests.estate import DAY, HOUR, MINUTE, T0, Estate, codes
from tests.team import Team

from gatehouse.corrections.moot import settle_moot
from gatehouse.corrections.queries import corrections, outages
from gatehouse.db.steps import read
from gatehouse.rules.terms import Terms

SHIFT = T0 + 3 * DAY + 8 * HOUR


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


@pytest.fixture(autouse=True)
def trading(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with under(monkeypatch, Terms("ecom", ecom())):
        yield


async def ask(team: Team, shift: str, claimed: int = SHIFT, staff_no: str = "B1", **more: Any) -> tuple[str, Any]:
    phone = team.phones[staff_no]
    given = {"shift": shift, "direction": "in", "claimed": claimed, "cause": "forgot", "reason": "忘了", **more}
    correction = phone.act("correction.request", given)
    return correction, codes(await phone.sync())[-1]


async def act(team: Team, staff_no: str, kind: str, correction: str, **given: Any) -> tuple[str, str | None]:
    phone = team.phones[staff_no]
    phone.act(kind, given, correction)
    return codes(await phone.sync())[-1]


async def states(team: Team) -> list[str]:
    estate = team.estate
    found = await read(estate.database, corrections(estate.org, team.person("B1"), "2026-03"))
    return [one.state for one in found]


async def test_a_supervisor_agrees_and_no_punch_is_made_or_changed(team: Team) -> None:
    """R-COR-05: the correction is a fact of its own."""
    shift = await team.assign("B1", 3)
    team.estate.clock.ms = SHIFT + HOUR
    correction, said = await ask(team, shift)
    assert said == ("applied", None)
    assert await act(team, "B1", "correction.approve", correction) == ("refused", "own_matter")
    assert await act(team, "B2", "correction.approve", correction) == ("refused", "not_entitled")
    assert await act(team, "S1", "correction.approve", correction) == ("applied", None)
    assert await act(team, "S3", "correction.reject", correction, note="不行") == ("refused", "wrong_state")
    assert await states(team) == ["granted"]
    await team.phones["S1"].sync()
    assert team.phones["S1"].rows("punch") == []


async def test_the_fourth_of_a_month_is_refused_with_the_count(team: Team) -> None:
    """R-COR-02, I-24: refused ones count, those taken back do not."""
    shifts = [await team.assign("B1", day) for day in (3, 4, 5, 6, 7)]
    team.estate.clock.ms = SHIFT + 4 * DAY + HOUR
    claims = [SHIFT + i * DAY for i in range(5)]
    first, said = await ask(team, shifts[2], claims[2])
    assert said == ("applied", None)
    assert await act(team, "S1", "correction.reject", first, note="没有依据") == ("applied", None)
    second, _ = await ask(team, shifts[3], claims[3])
    assert await act(team, "B1", "correction.withdraw", second) == ("applied", None)
    assert (await ask(team, shifts[3], claims[3]))[1] == ("applied", None)
    assert (await ask(team, shifts[4], claims[4]))[1] == ("applied", None)
    assert (await ask(team, shifts[2], claims[2]))[1] == ("refused", "correction_cap")
    (notice,) = team.phones["B1"].notices()
    assert (notice["f"]["clause"], notice["f"]["told"]) == ("R-COR-02", {"cap": 3, "used": 3, "month": "2026-03"})
    assert (await ask(team, shifts[0], claims[0]))[1] == ("refused", "correction_late")


async def test_several_in_one_push_count_as_well(team: Team) -> None:
    shifts = [await team.assign("B1", day) for day in (3, 4, 5, 6)]
    team.estate.clock.ms = SHIFT + 3 * DAY + HOUR
    phone = team.phones["B1"]
    for i, direction in ((1, "in"), (1, "out"), (2, "in"), (2, "out")):
        claimed = SHIFT + i * DAY + (8 * HOUR if direction == "out" else 0)
        given = {"shift": shifts[i], "direction": direction, "claimed": claimed, "cause": "other"}
        phone.act("correction.request", given)
    assert [code for _, code in codes(await phone.sync())] == [None, None, None, "correction_cap"]


async def test_made_in_time_offline_it_counts_as_in_time(team: Team) -> None:
    """I-27: by the device's corrected clock, whenever it arrives."""
    shift = await team.assign("B1", 3)
    team.estate.clock.ms = SHIFT + DAY
    phone = team.phones["B1"]
    given = {"shift": shift, "direction": "in", "claimed": SHIFT, "cause": "device"}
    phone.act("correction.request", given)
    team.estate.clock.ms = SHIFT + 6 * DAY
    assert codes(await phone.sync()) == [("applied", None)]


async def test_what_is_not_missing_or_not_ones_own(team: Team) -> None:
    shift, theirs = await team.assign("B1", 3), await team.assign("B2", 3)
    team.estate.clock.ms = SHIFT + MINUTE
    phone, estate = team.phones["B1"], team.estate
    given = {"direction": "in", "site": estate.site, "post": estate.east, "shift": shift}
    phone.act("punch.record", given)
    await phone.sync()
    estate.clock.ms = SHIFT + 9 * HOUR
    assert (await ask(team, shift))[1] == ("refused", "not_missing")
    assert (await ask(team, theirs))[1] == ("refused", "not_yours")
    assert (await ask(team, team.id))[1] == ("refused", "unknown_reference")
    assert (await ask(team, shift, SHIFT + 8 * HOUR, direction="out"))[1] == ("applied", None)
    assert (await ask(team, shift, SHIFT + 8 * HOUR, direction="out"))[1] == ("refused", "correction_there")


@pytest.mark.parametrize("decided", ["", "correction.approve", "correction.reject"])
async def test_when_the_real_punch_comes_it_counts_no_more(team: Team, decided: str) -> None:
    """I-56: whatever was decided; the month's use of the cap is given back."""
    shift = await team.assign("B1", 3)
    estate, kiosk = team.estate, await team.estate.phone("B1")
    estate.clock.ms = SHIFT + MINUTE
    kiosk.act("punch.record", {"direction": "in", "site": estate.site, "post": estate.east, "shift": shift})
    estate.clock.ms = SHIFT + HOUR
    correction, said = await ask(team, shift)
    assert said == ("applied", None)
    if decided:
        given = {"note": "没有依据"} if decided == "correction.reject" else {}
        assert await act(team, "S1", decided, correction, **given) == ("applied", None)
    assert await settle_moot(estate.core) == 0
    assert await act(team, "S1", "correction.moot", correction, punch=shift) == ("refused", "not_entitled")
    estate.clock.ms += MINUTE
    await kiosk.sync()
    assert await settle_moot(estate.core) == 1
    assert await settle_moot(estate.core) == 0
    assert await states(team) == ["moot"]
    await team.phones["B1"].sync()
    row = team.phones["B1"].row(correction)
    assert row is not None
    assert row["f"]["punch"] == kiosk.row(row["f"]["punch"])["id"]  # type: ignore[index]  # it is there


async def test_what_is_moot_gives_its_place_in_the_month_back(team: Team) -> None:
    """I-56, R-COR-02: of three a month one whose punch came later is none, and a fourth may be asked for."""
    estate, kiosk = team.estate, await team.estate.phone("B1")
    shifts = [await team.assign("B1", day) for day in (3, 4, 5)]
    estate.clock.ms = SHIFT + MINUTE
    kiosk.act("punch.record", {"direction": "in", "site": estate.site, "post": estate.east, "shift": shifts[0]})
    estate.clock.ms = SHIFT + 2 * DAY + HOUR
    for day, shift in enumerate(shifts):
        assert (await ask(team, shift, SHIFT + day * DAY))[1] == ("applied", None)
    end = SHIFT + DAY + 8 * HOUR
    assert (await ask(team, shifts[1], end, direction="out"))[1] == ("refused", "correction_cap")
    estate.clock.ms += MINUTE
    await kiosk.sync()
    assert await settle_moot(estate.core) == 1
    assert (await ask(team, shifts[1], end, direction="out"))[1] == ("applied", None)


async def test_a_punch_made_after_the_application_does_not_make_it_moot(team: Team) -> None:
    shift = await team.assign("B1", 3)
    team.estate.clock.ms = SHIFT + HOUR
    await ask(team, shift)
    estate = team.estate
    estate.clock.ms += MINUTE
    given = {"direction": "in", "site": estate.site, "post": estate.east, "shift": shift}
    team.phones["B1"].act("punch.record", given)
    await team.phones["B1"].sync()
    assert await settle_moot(estate.core) == 0
    assert await states(team) == ["requested"]


async def test_an_outage_is_said_by_who_is_in_charge_of_what_was(team: Team) -> None:
    estate, boss = team.estate, team.phones["S1"]
    estate.clock.ms = SHIFT

    async def said(staff_no: str, since: int, until: int, post: str) -> tuple[str, str | None]:
        phone = team.phones[staff_no]
        phone.act("outage.declare", {"post": post, "since": since, "until": until, "reason": "停电"})
        return codes(await phone.sync())[-1]

    assert await said("B1", SHIFT - HOUR, SHIFT, estate.east) == ("refused", "not_entitled")
    assert await said("S1", SHIFT, SHIFT, estate.east) == ("refused", "outage_span")
    assert await said("S1", SHIFT + 1, SHIFT + HOUR, estate.east) == ("refused", "outage_span")
    assert await said("S1", SHIFT - HOUR, SHIFT - HOUR + 7 * DAY + 1, estate.east) == ("refused", "outage_span")
    # A post that does not exist is at no site: no role reaches it.
    assert (await said("S1", SHIFT - HOUR, SHIFT, team.id))[0] == "refused"
    assert await said("S1", SHIFT - HOUR, SHIFT, estate.east) == ("applied", None)
    found = await read(estate.database, outages(estate.org, {estate.east}, SHIFT - HOUR, SHIFT + HOUR))
    assert [(one.post, one.since, one.until) for one in found] == [(estate.east, SHIFT - HOUR, SHIFT)]
    assert await read(estate.database, outages(estate.org, {estate.west}, SHIFT - HOUR, SHIFT + HOUR)) == []
    await boss.sync()
    assert len(boss.rows("outage")) == 1


async def test_a_going_in_the_middle_does_not_stand_for_the_last_one(team: Team) -> None:
    """Out and back in between, and no going at the end: that one is missing, and may be applied for."""
    shift = await team.assign("B1", 3)
    phone, clock = team.phones["B1"], team.estate.clock
    for minutes, direction in ((0, "in"), (60, "out"), (80, "in")):
        clock.ms = SHIFT + minutes * MINUTE
        phone.act("punch.record", {"direction": direction, "site": team.estate.site, "post": team.estate.east})
    clock.ms = SHIFT + 9 * HOUR
    assert (await ask(team, shift, SHIFT + 8 * HOUR, direction="out"))[1] == ("applied", None)
    assert (await ask(team, shift, SHIFT, direction="in"))[1] == ("refused", "not_missing")
    assert await settle_moot(team.estate.core) == 0, "nor does it answer the application"


async def test_a_going_in_the_middle_that_comes_later_does_not_answer_the_application(team: Team) -> None:
    """I-56: made before it was asked for, there after, and still not the one that is missing."""
    shift = await team.assign("B1", 3)
    phone, other, clock = team.phones["B1"], await team.estate.phone("B1"), team.estate.clock
    for minutes, direction, of in ((0, "in", phone), (60, "out", other), (80, "in", phone)):
        clock.ms = SHIFT + minutes * MINUTE
        of.act("punch.record", {"direction": direction, "site": team.estate.site, "post": team.estate.east})
    clock.ms = SHIFT + 9 * HOUR
    assert (await ask(team, shift, SHIFT + 8 * HOUR, direction="out"))[1] == ("applied", None)
    clock.ms += MINUTE
    await other.sync()
    assert await settle_moot(team.estate.core) == 0
    assert await states(team) == ["requested"]
