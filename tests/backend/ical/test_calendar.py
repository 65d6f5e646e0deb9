"""Calendar addresses: whose shifts, in which bytes, for how long, and how little one says to who has none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from icalendar import Calendar
from structlog.testing import capture_logs
from tests.dump import dump
from tests.estate import DAY, HOUR, MINUTE, T0, Estate, Phone
from tests.served import Served, served
from tests.team import Team

from gatehouse.db.steps import read
from gatehouse.errors import Problem
from gatehouse.ical.addresses import end, make, state
from gatehouse.ical.feed import render, shifts_of
from gatehouse.ical.routes import AT_ONCE, EVERY_MS, Meter
from gatehouse.identity.sign_in import token_hash

SHANGHAI = ZoneInfo("Asia/Shanghai")


def session(phone: Phone) -> bytes | None:
    return token_hash(phone.session) if phone.session is not None else None


async def address(estate: Estate, phone: Phone, language: str = "zh-CN") -> str:
    """A new address of whoever is signed in; its token."""
    made = await make(estate.core, phone.claim(), session(phone), language)
    return made.path.removeprefix("/calendar/").removesuffix(".ics")


async def fetched(estate: Estate, token: str) -> bytes | None:
    found = await read(estate.database, shifts_of(token, estate.clock.ms))
    return render(*found) if found is not None else None


async def events(estate: Estate, token: str) -> dict[str, Any]:
    """By the shift's id, read by the library as another program would."""
    raw = await fetched(estate, token)
    assert raw is not None
    calendar: Any = Calendar.from_ical(raw)
    return {str(event["uid"]).removesuffix("@gatehouse"): event for event in calendar.walk("VEVENT")}


async def test_a_shift_at_its_place_and_time(estate: Estate) -> None:
    team = await Team(estate).build()
    shift = await team.assign("B1", 1, start=14)
    token = await address(estate, team.phones["B1"])
    assert len(token) == 22
    (event,) = (await events(estate, token)).values()
    assert event["uid"] == f"{shift}@gatehouse"
    assert event.decoded("dtstart") == datetime(2026, 3, 3, 22, tzinfo=SHANGHAI)
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert event.decoded("dtstamp") == datetime.fromtimestamp(T0 / 1000, UTC), "when it was published, not fetched"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=8)
    assert (event["summary"], event["location"]) == ("东门岗", "翠湖花园")
    raw = (await fetched(estate, token) or b"").decode()
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai" in raw
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in raw
    for secret in ("客服B1", "周主管", "B1", team.person("B1"), token):
        assert secret not in raw


async def test_the_same_shifts_give_the_same_bytes(estate: Estate) -> None:
    team = await Team(estate).build()
    await team.assign("B1", 1)
    token = await address(estate, team.phones["B1"])
    before = await fetched(estate, token)
    estate.clock.forward(HOUR)
    assert await fetched(estate, token) == before
    await team.assign("B1", 2)
    assert await fetched(estate, token) != before


async def test_a_week_back_and_six_weeks_ahead(estate: Estate) -> None:
    """By what a shift covers; one of yesterday evening is there although it began before."""
    team = await Team(estate).build()
    inside = {await team.assign("B1", day, start=12) for day in (0, 1, 41)}
    outside = await team.assign("B1", 42, start=12)
    token = await address(estate, team.phones["B1"])
    estate.clock.forward(11 * HOUR)
    assert set(await events(estate, token)) == inside
    estate.clock.forward(HOUR + 1)
    assert set(await events(estate, token)) == inside | {outside}
    estate.clock.forward(7 * DAY + 8 * HOUR - 2)
    assert min((await events(estate, token)).values(), key=lambda one: one["uid"]) is not None
    assert inside <= set(await events(estate, token))
    estate.clock.forward(1)
    assert len(inside - set(await events(estate, token))) == 1


async def test_a_shift_that_moves_leaves_one_calendar_and_comes_to_the_other(estate: Estate) -> None:
    """Its UID stays, its sequence grows, also when it comes back."""
    team = await Team(estate).build()
    shift = await team.assign("B1", 3)
    one, two = await address(estate, team.phones["B1"]), await address(estate, team.phones["B2"])
    first = (await events(estate, one))[shift]
    estate.clock.forward(MINUTE)
    await swapped(team, shift, "B1", "B2")
    assert shift not in await events(estate, one)
    second = (await events(estate, two))[shift]
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]
    assert second.decoded("last-modified") == first.decoded("last-modified") + timedelta(minutes=1)
    estate.clock.forward(MINUTE)
    await swapped(team, shift, "B2", "B1")
    assert (await events(estate, one))[shift]["sequence"] > second["sequence"]
    assert shift not in await events(estate, two)


async def swapped(team: Team, shift: str, giver: str, taker: str) -> None:
    for phone in team.phones.values():
        await phone.sync()
    row = team.phones[giver].row(shift)
    assert row is not None
    swap = team.phones[giver].act(
        "swap.request",
        {"give": shift, "give_ver": row["ver"], "mode": "give_away", "asked": [team.person(taker)]},
    )
    await team.phones[giver].sync()
    await team.phones[taker].sync()
    team.phones[taker].act("swap.accept", {}, swap)
    await team.phones[taker].sync()
    await team.phones["S1"].sync()
    team.phones["S1"].act("swap.approve", {}, swap)
    await team.phones["S1"].sync()
    assert await team.holder(shift) == taker


async def test_an_address_ends_by_the_next_by_hand_and_with_the_person(estate: Estate) -> None:
    team = await Team(estate).build()
    phone = team.phones["B1"]
    assert (await state(estate.core, phone.claim(), session(phone))).made is None
    first = await address(estate, phone)
    assert (await state(estate.core, phone.claim(), session(phone))).made == estate.clock.ms
    second = await address(estate, phone)
    assert await fetched(estate, first) is None
    assert await fetched(estate, second) is not None
    await end(estate.core, phone.claim(), session(phone))
    assert await fetched(estate, second) is None
    assert (await state(estate.core, phone.claim(), session(phone))).made is None
    third, others = await address(estate, phone), await address(estate, team.phones["B2"])
    estate.admin.act("person.dismiss", {"dismissed": T0 + DAY}, team.person("B1"))
    await estate.admin.drain()
    estate.clock.forward(DAY - 1)
    assert await fetched(estate, third) is not None
    estate.clock.forward(1)
    assert await fetched(estate, third) is None
    with pytest.raises(Problem, match="not_allowed"):
        await address(estate, phone)
    assert await fetched(estate, others) is not None


async def test_the_token_is_kept_nowhere(estate: Estate) -> None:
    with capture_logs() as lines:
        token = await address(estate, await estate.phone("G1"))
    everything = msgspec.json.encode(await dump(estate.database)).decode()
    assert token not in everything
    assert token.encode().hex() not in everything
    assert token not in str(lines)


async def test_only_who_is_signed_in_gets_one(estate: Estate) -> None:
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    for claim, given, code in (
        (phone.claim(), None, "not_signed_in"),
        (phone.claim(), session(other), "session_ended"),
    ):
        for attempt in (
            make(estate.core, claim, given, "en"),
            state(estate.core, claim, given),
            end(estate.core, claim, given),
        ):
            with pytest.raises(Problem, match=code):
                await attempt


def test_a_token_may_ask_twelve_times_and_then_now_and_then() -> None:
    meter, now = Meter(), T0
    for _ in range(AT_ONCE):
        meter.take(b"one", now)
    for _ in range(3):
        with pytest.raises(Problem, match="too_many_requests") as caught:
            meter.take(b"one", now)
        assert caught.value.retry_after == EVERY_MS // 1000
    meter.take(b"two", now)
    now += EVERY_MS
    meter.take(b"one", now)
    with pytest.raises(Problem):
        meter.take(b"one", now)


@pytest.fixture
async def server(tmp_path: Path) -> Any:
    async with served(f"sqlite:///{tmp_path / 'g.db'}", tmp_path) as running:
        yield running


async def test_over_http(server: Served) -> None:
    """As a calendar program asks: no header of ours, an ETag the second time; every wrong address is one answer."""
    estate = server.estate
    phone = await estate.phone("G1")
    for body in (b"{}", b'{"language":"fr"}', b'{"language":"en","x":1}', b"[]"):
        assert (await server.post("/api/calendar", body, phone)).status_code == 400
    assert (await server.post("/api/calendar", b'{"language":"en"}')).json()["code"] == "device_token_needed"
    made = await server.post("/api/calendar", b'{"language":"en"}', phone)
    assert made.status_code == 201
    path = made.json()["path"]
    answer = await server.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=900"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "X-WR-CALNAME:Gatehouse shifts" in answer.text
    again = await server.http.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await server.http.get(path, headers={"if-none-match": '"x"'})).status_code == 200
    await server.post("/api/calendar/end", b"{}", phone)
    wrong = [path, path[:-5] + "A.ics", path.removesuffix(".ics"), path + "x", "/calendar/x.ics", "/calendar/%00.ics"]
    answers = [await server.http.get(one) for one in (*wrong, f"/calendar/{'é' * 22}.ics")]
    assert {one.status_code for one in answers} == {404}
    bodies = [{name: value for name, value in one.json().items() if name != "request_id"} for one in answers]
    assert bodies == [bodies[0]] * len(bodies)
    headers = {"x-gatehouse-device": phone.token(), "authorization": f"Bearer {phone.session}"}
    assert (await server.http.get("/api/calendar", headers=headers)).json() == {"made": None}
    path = (await server.post("/api/calendar", b'{"language":"en"}', phone)).json()["path"]
    statuses = [(await server.http.get(path)).status_code for _ in range(AT_ONCE + 1)]
    assert statuses == [200] * AT_ONCE + [429]
