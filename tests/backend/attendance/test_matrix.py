"""A team's month for its clerk: over the network, as a table and as a workbook (R-RPT-01, I-11)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from tests.backend.attendance.test_months import MARCH, begins, heard, punch
from tests.estate import DAY, HOUR, MINUTE, T0, Estate, Phone, codes
from tests.served import served
from tests.team import Team

from gatehouse.attendance.matrix import TOTALS, matrix_file, matrix_of
from gatehouse.attendance.worker import recompute_all
from gatehouse.errors import Problem
from gatehouse.identity.sign_in import token_hash


@pytest.fixture
async def team(estate: Estate) -> Team:
    made = await Team(estate).build("ecom")
    await estate.hire("C1", "钱考勤", "clerk", estate.site)
    assert {d for d, _ in codes(await estate.admin.drain())} == {"applied"}
    return made


def session(phone: Phone) -> bytes:
    assert phone.session is not None
    return token_hash(phone.session)


async def days(team: Team) -> None:
    """B1 is there late, B2 is not there at all, B3 has a shift still to come."""
    shifts = {who: await team.assign(who, 3) for who in ("B1", "B2")}
    await team.assign("B3", 20)
    await punch(team, "B1", "in", begins(3) + 4 * MINUTE, shift=shifts["B1"])
    await punch(team, "B1", "out", begins(3) + 8 * HOUR, shift=shifts["B1"])
    team.estate.clock.ms = begins(4)
    for who in ("B1", "B2"):
        await heard(team.phones[who])
    await recompute_all(team.estate.core)


async def test_a_clerk_sees_the_whole_team_and_an_agent_nothing(team: Team) -> None:
    await days(team)
    clerk, core = await team.estate.phone("C1"), team.estate.core
    found = await matrix_of(core, clerk.claim(), session(clerk), team.id, MARCH)
    assert (len(found.dates), found.name, found.waits) == (31, "客服一班", 1)
    by_number = {line.staff_no: line for line in found.people}
    assert sorted(by_number) == ["B1", "B2", "B3"]
    assert {no: line.symbols[4] for no, line in by_number.items()} == {"B1": "△", "B2": "旷", "B3": "休"}
    assert by_number["B3"].symbols[21] == "○"
    totals = dict(zip(TOTALS, by_number["B1"].totals, strict=True))
    assert (totals["present"], totals["late"], totals["worked"], totals["absent"]) == (1, 1, 476, 0)
    assert [one["cause"] for one in by_number["B2"].proposals] == ["absence", "bonus_lost"]
    assert all("lines" not in day for line in found.people for day in line.days)
    person = by_number["B1"].person
    (one,) = (await matrix_of(core, clerk.claim(), session(clerk), team.id, MARCH, person=person)).people
    assert (one.staff_no, one.symbols) == ("B1", by_number["B1"].symbols)
    assert "came" in {key for key, *_ in one.days[0]["lines"]}, "of one person the days are explained"
    agent = team.phones["B1"]
    for phone, about, code in (
        (agent, (team.id, MARCH), "not_allowed"),
        (clerk, (team.id, "2026-13"), "not_found"),
        (clerk, (team.estate.site, MARCH), "not_found"),
    ):
        with pytest.raises(Problem) as failure:
            await matrix_of(core, phone.claim(), session(phone), *about)
        assert failure.value.code == code


async def test_a_supervisor_closes_and_the_matrix_says_so(team: Team) -> None:
    await days(team)
    estate, boss = team.estate, team.phones["S1"]
    estate.clock.ms = T0 + 33 * DAY
    boss.act("period.close", {"team": team.id, "month": MARCH})
    assert codes(await boss.drain()) == [("applied", None)]
    found = await matrix_of(estate.core, boss.claim(), session(boss), team.id, MARCH)
    assert list(found.closed) == [MARCH]


async def test_the_report_runs_to_the_day_the_regulation_names(team: Team) -> None:
    estate, boss = team.estate, team.phones["S1"]
    found = await matrix_of(estate.core, boss.claim(), session(boss), team.id, MARCH, "report")
    assert (found.dates[0], found.dates[-1]) == ("2026-03-01", "2026-03-31"), "no day is named: the calendar month"
    estate.admin.act("policy.choose", {"team": team.id, "pack": "prop", "since": "2026-02-01"})
    assert codes(await estate.admin.drain()) == [("applied", None)]
    found = await matrix_of(estate.core, boss.claim(), session(boss), team.id, MARCH, "report")
    assert (found.dates[0], found.dates[-1], len(found.dates)) == ("2026-02-26", "2026-03-25", 28)


async def test_the_clerk_asks_over_http(sqlite_url: str, tmp_path: Path) -> None:
    async with served(sqlite_url, tmp_path) as server:
        team = await Team(server.estate).build()
        await team.assign("B1", 3)
        boss = team.phones["S1"]
        headers = {"x-gatehouse-device": boss.token(), "authorization": f"Bearer {boss.session}"}
        about = f"?team={team.id}&month={MARCH}"
        answer = await server.http.get(f"/api/attendance/months{about}", headers=headers)
        assert (answer.status_code, answer.json()["people"][0]["staff_no"]) == (200, "B1")
        told = {**headers, "accept-language": "en"}
        file = await server.http.get(f"/api/attendance/months.xlsx{about}&spell=report", headers=told)
        assert (file.status_code, file.headers["cache-control"]) == (200, "no-store")
        assert file.content.startswith(b"PK")
        for query, status in (("", 404), (f"?team={team.id}&month=2026-99", 404), ("?team=%00&month=x", 404)):
            assert (await server.http.get(f"/api/attendance/months{query}", headers=headers)).status_code == status
        assert (await server.http.get(f"/api/attendance/months{about}")).status_code == 401
        agent = team.phones["B1"]
        own = {"x-gatehouse-device": agent.token(), "authorization": f"Bearer {agent.session}"}
        assert (await server.http.get(f"/api/attendance/months{about}", headers=own)).status_code == 403


async def test_the_workbook_has_the_symbols_the_totals_and_room_to_sign(team: Team) -> None:
    await days(team)
    clerk, core = await team.estate.phone("C1"), team.estate.core
    title, raw = await matrix_file(core, clerk.claim(), session(clerk), (team.id, MARCH, "month"), "zh-CN")
    assert title == "客服一班 2026-03 考勤表"
    rows = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[0][0] == title
    assert rows[1][-1] == "签字"
    first = next(row for row in rows if row[0] == "B1")
    assert (first[1], first[2 + 3], first[2 + 4], first[2 + 31]) == ("客服B1", "休", "△", 1)
    foot = rows[rows.index(next(row for row in rows if row[0] == "B3")) + 1]
    assert foot[2 + 31 + 1] == 1, "one absence in all"
    assert any("√ 出勤" in str(row[0]) for row in rows)
