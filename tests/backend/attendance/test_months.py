"""Months judged again when facts arrive, and only those: in the feed, on both databases (I3, I6, I-45)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.dump import ask
from tests.estate import DAY, HOUR, MINUTE, T0, Estate, Phone, codes
from tests.team import Team

from gatehouse.attendance import worker
from gatehouse.attendance.facts import judged
from gatehouse.attendance.proof import at_rest, differing
from gatehouse.attendance.rows import month_id
from gatehouse.attendance.worker import recompute, recompute_all
from gatehouse.db.migrations import m0017_attendance
from gatehouse.db.steps import Query, Steps, read, write
from gatehouse_sync.apply import Body
from gatehouse_sync.device import Person
from gatehouse_sync.ops import NO_AUTH

MARCH = "2026-03"


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


def begins(day: int) -> int:
    """Eight o'clock (UTC) of the day a shift of ``assign`` begins."""
    return T0 + day * DAY + 8 * HOUR


async def punch(team: Team, staff_no: str, direction: str, at: int, **fields: Any) -> str:
    """A punch made at an instant and delivered at once; time does not run backwards."""
    estate, phone = team.estate, team.phones[staff_no]
    estate.clock.ms = max(estate.clock.ms, at)
    given = {"direction": direction, "site": estate.site, "post": estate.east, **fields}
    made = phone.act("punch.record", given)
    assert codes(await phone.drain()) == [("applied", None)]
    return made


async def row(team: Team, staff_no: str, month: str = MARCH, *, whose: str | None = None) -> Body | None:
    """A person's month as the device of somebody has it, after the worker."""
    await recompute_all(team.estate.core)
    phone = team.phones[whose or staff_no]
    await phone.pull()
    return phone.row(month_id(team.person(staff_no), month))


async def day_of(team: Team, staff_no: str, shift: str) -> dict[str, Any]:
    body = await row(team, staff_no)
    assert body is not None
    found: dict[str, Any] = next(day for day in body["f"]["days"] if day["shift"] == shift)
    return found


async def unproved(team: Team) -> list[Any]:
    """Months whose stored record is not what the facts give now; a database that rests says the same of itself."""
    found = await read(team.estate.database, differing(team.estate.core.now()))
    if not found:
        assert await read(team.estate.database, at_rest(team.estate.core.now())) == []
    return found


async def test_a_punch_changes_the_persons_month_on_their_phone_and_their_supervisors(team: Team) -> None:
    shift = await team.assign("B1", 3)
    assert (await day_of(team, "B1", shift))["status"] == "planned"
    await punch(team, "B1", "in", begins(3) + 12 * MINUTE, shift=shift)
    assert (await day_of(team, "B1", shift))["status"] == "on_duty"
    await punch(team, "B1", "out", begins(3) + 8 * HOUR, shift=shift)
    found = await day_of(team, "B1", shift)
    assert (found["status"], found["late"], found["worked"]) == ("late", 12, 468)
    body = await row(team, "B1", whose="S1")
    assert body is not None
    assert await row(team, "B1", whose="B2") is None, "no colleague holds it"
    assert await unproved(team) == []


async def test_only_what_changed_is_judged_again(team: Team) -> None:
    shifts = {who: await team.assign(who, 3) for who in ("B1", "B2", "B3")}
    await heard(team.phones["B1"])
    await recompute_all(team.estate.core)
    before: dict[str, str] = dict(await ask(team.estate.database, "SELECT id, ver FROM entity WHERE kind = 'month'"))
    assert len(before) == 3
    await punch(team, "B1", "in", begins(3), shift=shifts["B1"])
    marks = await ask(team.estate.database, "SELECT key FROM dirty")
    assert marks == [(f"month {team.person('B1')} {MARCH}",)]
    assert await recompute(team.estate.core) == 1
    after: dict[str, str] = dict(await ask(team.estate.database, "SELECT id, ver FROM entity WHERE kind = 'month'"))
    assert [id_ for id_ in before if before[id_] != after[id_]] == [month_id(team.person("B1"), MARCH)]
    assert await recompute(team.estate.core) == 0
    assert await unproved(team) == []


async def test_a_month_that_cannot_be_judged_keeps_no_other_waiting(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours: it is passed over for ten minutes, and judged once it is mended."""
    resting: worker.Resting = {}
    bad, core = team.person("B1"), team.estate.core
    for who in ("B1", "B2"):
        await team.assign(who, 3)

    def judging(org: str, person: str, month: str, now: int) -> Steps[Any]:
        if person == bad:
            raise KeyError(month)
        return (yield from judged(org, person, month, now))

    async def kept() -> list[str]:
        await recompute_all(core, resting)
        rows = await ask(team.estate.database, "SELECT id FROM entity WHERE kind = 'month'")
        return [id_ for (id_,) in rows]

    monkeypatch.setattr(worker, "judged", judging)
    assert await kept() == [month_id(team.person("B2"), MARCH)]
    assert core.metrics.server_faults._value.get() == 1
    monkeypatch.undo()
    assert len(await kept()) == 1, "it rests"
    team.estate.clock.forward(10 * MINUTE)
    assert len(await kept()) == 2


async def test_time_alone_ends_a_window_and_a_late_punch_changes_what_was_final(team: Team) -> None:
    """Made on a colleague's phone that had no network, long after one's own has said all."""
    shift = await team.assign("B1", 3)
    estate, phone, lent = team.estate, team.phones["B1"], team.phones["B2"]
    await lent.sign_in("B1")
    estate.clock.ms = begins(3) + 5 * MINUTE
    lent.act("punch.record", {"direction": "in", "site": estate.site, "post": estate.east, "shift": shift})
    estate.clock.ms = begins(3) + 8 * HOUR + 180 * MINUTE
    assert (await day_of_unheard(team, "B1", shift))["certainty"] == "open"
    estate.clock.ms += 1
    assert (await day_of_unheard(team, "B1", shift))["certainty"] == "waiting"
    await heard(phone)
    found = await day_of_unheard(team, "B1", shift)
    assert (found["status"], found["certainty"]) == ("absent", "final")
    assert await unproved(team) == []
    assert codes(await lent.drain()) == [("applied", None)]
    assert await unproved(team) != [], "the facts say otherwise before the worker has run"
    found = await day_of_unheard(team, "B1", shift)
    assert (found["status"], found["late"]) == ("missing_out", 5)
    assert await unproved(team) == []


async def heard(phone: Phone) -> None:
    """The phone tells the server all it has, with an anchor of now."""
    await phone.pull()
    phone.estate.clock.ms += 6 * MINUTE
    await phone.pull()
    phone.estate.clock.ms += 6 * MINUTE
    await phone.pull()


async def test_a_day_waits_for_the_phone_that_has_not_spoken_and_for_no_longer_than_needed(team: Team) -> None:
    first = await team.assign("B1", 2)
    shift = await team.assign("B1", 3)
    await punch(team, "B1", "in", begins(2), shift=first)
    estate, phone = team.estate, team.phones["B1"]
    estate.clock.ms = begins(3) + 12 * HOUR
    found = await day_of_unheard(team, "B1", shift)
    assert (found["status"], found["certainty"]) == ("planned", "waiting")
    assert [line[0] for line in found["lines"] if line[0] == "waiting"] == ["waiting"]
    await heard(phone)
    found = await day_of_unheard(team, "B1", shift)
    assert (found["status"], found["certainty"]) == ("absent", "final")
    assert await unproved(team) == []


async def test_a_phone_that_says_more_and_not_enough_is_waited_for_from_there(team: Team) -> None:
    """How far it has spoken stands in the verdict: it is as true as the rest (I3)."""
    shift = await team.assign("B1", 3)
    estate, phone = team.estate, team.phones["B1"]
    until = begins(3) + 8 * HOUR + 180 * MINUTE
    estate.clock.ms = until - 30 * MINUTE
    await heard(phone)
    estate.clock.ms = until + 1
    (before,) = [line for line in (await day_of_unheard(team, "B1", shift))["lines"] if line[0] == "waiting"]
    await phone.pull()
    found = await day_of_unheard(team, "B1", shift)
    (after,) = [line for line in found["lines"] if line[0] == "waiting"]
    assert before[2]["complete_to_at"] < after[2]["complete_to_at"] < until
    assert await unproved(team) == []


async def test_a_punch_that_is_held_keeps_its_day_open_until_somebody_decides(team: Team) -> None:
    shift = await team.assign("B1", 3)
    estate, phone, boss = team.estate, team.phones["B1"], team.phones["S1"]
    made = await estate.phone("M1", "东门平板")
    estate.admin.act("device.kiosk", {"device": made.id, "post": estate.east})
    await estate.admin.drain()
    estate.clock.ms = begins(3) + MINUTE
    made.device.people[team.person("B1")] = Person(team.person("B1"), NO_AUTH, None)
    given = {"direction": "in", "site": estate.site, "post": estate.east}
    held = made.device.act(team.person("B1"), "punch.record", given)
    estate.admin.act("device.revoke", {"device": made.id})
    await estate.admin.drain()
    estate.clock.ms = begins(4)
    await heard(phone)
    assert (await day_of_unheard(team, "B1", shift))["status"] == "absent"
    assert codes(await made.drain()) == [("parked", "after_revocation")]
    found = await day_of_unheard(team, "B1", shift)
    assert (found["status"], found["certainty"]) == ("planned", "waiting")
    assert "held" in {line[0] for line in found["lines"]}
    boss.act("op.release", {"op": held})
    assert codes(await boss.sync()) == [("applied", None)]
    found = await day_of_unheard(team, "B1", shift)
    assert (found["status"], found["certainty"]) == ("missing_out", "final")
    assert await unproved(team) == []


async def test_months_of_shifts_from_before_there_were_months_are_judged(team: Team) -> None:
    shift = await team.assign("B1", 3)
    script = m0017_attendance.UP_SQLITE.split(";")[-2]

    def steps() -> Steps[None]:
        yield Query("DELETE FROM dirty")
        yield Query(script)

    await write(team.estate.database, steps)
    assert (await day_of(team, "B1", shift))["status"] == "planned"


async def day_of_unheard(team: Team, staff_no: str, shift: str) -> dict[str, Any]:
    """A day as the supervisor's device has it, without a word of the person's own phone."""
    body = await row(team, staff_no, whose="S1")
    assert body is not None
    found: dict[str, Any] = next(day for day in body["f"]["days"] if day["shift"] == shift)
    return found


async def test_a_silent_phone_is_waited_for_no_more(team: Team) -> None:
    first = await team.assign("B1", 2)
    shift = await team.assign("B1", 3)
    await punch(team, "B1", "in", begins(2), shift=first)
    estate = team.estate
    estate.clock.ms = begins(3) + 12 * HOUR
    assert (await day_of_unheard(team, "B1", shift))["certainty"] == "waiting"
    boss = team.phones["S1"]
    declared = {"device": team.phones["B1"].id, "until": estate.clock.ms, "reason": "摔坏了"}
    boss.act("silence.declare", declared)
    boss.act("silence.declare", {**declared, "until": estate.clock.ms + DAY})
    assert codes(await boss.drain()) == [("applied", None), ("refused", "not_over")]
    team.phones["B2"].act("silence.declare", declared)
    assert codes(await team.phones["B2"].drain()) == [("refused", "not_entitled")]
    found = await day_of_unheard(team, "B1", shift)
    assert (found["status"], found["certainty"]) == ("absent", "final_silent")
    assert await unproved(team) == []


async def test_a_certificate_that_does_not_come_in_time_changes_the_days_by_time_alone(team: Team) -> None:
    """R-LEV-13: three days of sick leave excuse until the last date on which the slip may be brought."""
    estate, admin = team.estate, team.estate.admin
    admin.act("policy.choose", {"team": team.id, "pack": "gold", "since": "2026-01-01"})
    await admin.sync()
    shifts = [await team.assign("B1", day) for day in (3, 4, 5)]
    leave = team.phones["B1"].act(
        "leave.request",
        {"sort": "sick", "since": begins(3), "until": begins(5) + 8 * HOUR, "reason": "发烧"},
    )
    await team.phones["B1"].sync()
    team.phones["S1"].act("leave.approve", {}, leave)
    assert codes(await team.phones["S1"].sync())[-1] == ("applied", None)
    await admin.sync()
    admin.act("leave.approve", {}, leave)
    assert codes(await admin.sync())[-1] == ("applied", None)
    row_ = team.phones["S1"].row(leave)
    assert row_ is not None
    due = row_["f"]["due"]
    last = T0 + (int(due[-2:]) - 2 + 1) * DAY - 8 * HOUR - 1
    for at, excused in ((last, True), (last + 1, False)):
        estate.clock.ms = at
        found = [await day_of_unheard(team, "B1", shift) for shift in shifts]
        assert [day["status"] == "leave" for day in found] == [excused] * 3
        assert await unproved(team) == []
