"""A team's month in and out of a sheet: what offices really have, and that nothing bad becomes a fault."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import xlsxwriter  # type: ignore[import-untyped]  # xlsxwriter ships no types
from tests.rosters import templates, values
from tests.served import Served, served
from tests.sheets import by_hand, workbook
from tests.team import Team

from gatehouse.sheets.roster_file import RosterSheet, Symbol, write_roster
from gatehouse.sheets.roster_grid import Grid, Person, day_of, find
from gatehouse.sheets.worker import read

PEOPLE = [Person("p1", "张三", "1001", of_team=True), Person("p2", "李四", "1002", of_team=True),
          Person("p3", "王五", "1003", of_team=False), Person("p4", "王五", "1004", of_team=False)]  # fmt: skip
DAYS = [str(i) for i in range(1, 32)]


def grid(raw: bytes, month: str = "2026-03") -> Grid:
    return find(read(raw).sheets[0], month, PEOPLE)


def csv(*rows: Sequence[str], encoding: str = "gb18030") -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def told(found: Grid) -> list[tuple[int, str | None, str]]:
    return [(one.row, one.column, one.code) for one in found.told]


def first(found: Grid, days: int = 4) -> dict[str, list[str]]:
    return {line.person: line.cells[:days] for line in found.lines}


@pytest.mark.parametrize(
    ("text", "day"),
    [("1", (None, None, 1)), ("1日", (None, None, 1)), ("３１", (None, None, 31)), ("3/1", (None, 3, 1)),
     ("3月1日", (None, 3, 1)), ("2026-03-01", (2026, 3, 1)), ("2026年3月1日", (2026, 3, 1)), ("46082", (2026, 3, 1)),
     ("1(日)", (None, None, 1)), ("1 周日", (None, None, 1)), ("1日星期日", (None, None, 1)), ("合计", None),
     ("日", None), ("120", None)],
)  # fmt: skip
def test_a_day_is_known_in_whatever_way_it_is_written(
    text: str, day: tuple[int | None, int | None, int] | None
) -> None:
    assert day_of(text) == day


def test_a_grid_is_found_under_its_title_and_between_weekdays_totals_and_notes() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("三月")
        red = book.add_format({"bg_color": "#FF0000"})
        sheet.merge_range(0, 0, 0, 34, "客服一班 2026年3月排班表", red)
        sheet.merge_range(1, 0, 2, 0, "部门")
        sheet.merge_range(1, 1, 2, 1, "姓名")
        for i in range(31):
            sheet.write(1, 2 + i, i + 1)
            sheet.write(2, 2 + i, "日一二三四五六"[i % 7])
        sheet.write(1, 33, "合计")
        sheet.merge_range(3, 0, 4, 0, "客服部")
        for row, (name, cells) in enumerate((("张三", "早早休夜"), ("李四", "中中中休")), 3):
            sheet.write(row, 1, name)
            for i, cell in enumerate(cells):
                sheet.write(row, 2 + i, cell, red)
            sheet.write(row, 33, 3)
        sheet.merge_range(6, 0, 6, 20, "备注：早班 07:00-15:00，换班须提前申请")
    found = grid(out.getvalue())
    assert first(found) == {"p1": ["早", "早", "休", "夜"], "p2": ["中", "中", "中", "休"]}
    assert (told(found), found.header_row, found.symbols) == ([], 2, {"早": 2, "休": 2, "夜": 1, "中": 3})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_of_any_encoding(encoding: str) -> None:
    raw = csv(
        ["工号", "姓名", *DAYS],
        ["1001", "张三", *["早"] * 31],
        ["1002", "李四", *["A", "1"] * 15, "B"],
        encoding=encoding,
    )
    assert first(grid(raw), 2) == {"p1": ["早", "早"], "p2": ["A", "1"]}


def test_dates_that_are_dates_and_dates_that_are_texts() -> None:
    for head in (
        [f"2026-03-{i:02}" for i in range(1, 32)],
        [f"3月{i}日" for i in range(1, 32)],
        [f"{i}日" for i in range(1, 32)],
    ):
        assert first(grid(workbook(["姓名", *head], ["张三", "早"])), 1) == {"p1": ["早"]}


def test_a_month_with_32_days_and_one_of_another_month() -> None:
    found = grid(workbook(["姓名", *DAYS, "32"], ["张三", *["早"] * 32]))
    assert told(found) == [(1, "AG", "no_such_day")]
    assert len(found.lines[0].cells) == 31
    found = grid(workbook(["姓名", *DAYS], ["张三", *["早"] * 31]), "2026-02")
    assert told(found) == [(1, letter, "no_such_day") for letter in ("AD", "AE", "AF")]
    found = grid(workbook(["姓名", *(f"4/{i}" for i in range(1, 31))], ["张三", "早"]))
    assert {code for _, _, code in told(found)} == {"other_month"}


def test_two_rows_for_one_person_and_people_nobody_knows() -> None:
    found = grid(workbook(["工号", "姓名", *DAYS], ["1001", "张三", "早"], ["1001", "张三", "中"], ["9", "无名", "早"]))
    assert told(found) == [(3, None, "person_twice"), (4, None, "person_unknown")]
    assert first(found, 1) == {"p1": ["早"]}
    found = grid(workbook(["姓名", *DAYS], ["张三", "早"], ["王五", "早"]))
    assert told(found) == [(3, None, "person_ambiguous")]


def test_a_formula_is_never_run_its_last_value_counts() -> None:
    head = "".join(f'<c r="{letter}1"><v>{i}</v></c>' for i, letter in enumerate("BCDEFGHIJ", 1))
    name = '<c r="A1" t="inlineStr"><is><t>姓名</t></is></c>'
    row = (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>张三</t></is></c>'
        '<c r="B2" t="str"><f>CONCAT("早","")</f><v>早</v></c><c r="C2"><f>NOW()</f></c>'
        '<c r="D2" t="e"><v>#REF!</v></c></row>'
    )
    found = grid(by_hand(f'<sheetData><row r="1">{name}{head}</row>{row}</sheetData>'))
    assert first(found, 2) == {"p1": ["早", ""]}
    assert told(found) == [(2, "C", "formula"), (2, "D", "formula_error")]


def test_fifty_thousand_rows_end_in_findings() -> None:
    raw = csv(["姓名", *DAYS], ["张三", "早"], *([f"某{i}", "早"] for i in range(50_000)))
    found = grid(raw)
    assert told(found)[-1][2] == "too_many"
    assert len(found.told) <= 2_001


@pytest.mark.parametrize(
    "rows", [[["姓名", "备注"], ["张三", "早"]], [["x"]], [["姓名", "1", "2", "3"], ["张三", "早"]]]
)
def test_what_is_no_month_grid(rows: list[list[str]]) -> None:
    assert [code for _, _, code in told(grid(workbook(*rows)))] == ["no_days"]


def test_a_grid_of_nobody() -> None:
    assert [code for _, _, code in told(grid(workbook(["a", *DAYS], ["b", "早"])))] == ["no_people"]


def test_what_is_written_is_read_back() -> None:
    lines = [("1001", "张三", ["早", "休"] * 15 + ["夜"]), ("1002", "李四", ["中"] * 31)]
    words = ("客服一班 2026年3月排班表（第3版）", "2026-03", "zh-CN", "工号", "姓名", "班数", "休", "班次说明")
    raw = write_roster(
        RosterSheet(*words, [Symbol("早", "早班", "07:00-15:00"), Symbol("中", "中班", "15:00-23:00")], lines, [1])
    )
    found = grid(raw)
    assert told(found) == []
    assert [(line.person, line.cells) for line in found.lines] == [("p1", lines[0][2]), ("p2", lines[1][2])]


async def test_a_planner_takes_the_month_out_and_brings_it_back(database_url: str, tmp_path: Path) -> None:
    async with served(database_url, tmp_path) as server:
        team = await Team(server.estate).build()
        by_label = await templates(team)
        boss = team.phones["S1"]
        rows = {team.person("B1"): "早 休 夜", team.person("B2"): "中 中 中"}
        boss.act("roster.publish", values(team.id, by_label, [server.estate.east], rows))
        await boss.drain()
        headers = {"x-gatehouse-device": boss.token(), "authorization": f"Bearer {boss.session}"}
        taken = await server.http.get(f"/api/roster/{team.id}/2026-03.xlsx", headers=headers)
        assert taken.status_code == 200
        path = f"/api/roster/{team.id}/2026-03/read"
        found = await bring(server, path, taken.content, boss)
        assert (found["version"], found["told"], found["unknown"]) == (1, [], {})
        cells = {line["person"]: line["cells"][:3] for line in found["lines"]}
        assert cells[team.person("B1")] == ["早", "休", "夜"]
        assert found["known"]["早"] == by_label["早"]
        assert found["known"]["休"] == "-"
        raw = workbook(["工号", *DAYS], ["B1", "A", "ｂ", "☆"])
        assert (await bring(server, path, raw, boss))["unknown"] == {"A": 1, "b": 1, "☆": 1}
        said = msgspec.json.encode({"symbols": {"A": by_label["早"], "B": "-"}})
        assert (await server.post(f"/api/roster/{team.id}/symbols", said, boss)).status_code == 200
        found = await bring(server, path, raw, boss)
        assert found["known"] == {"A": by_label["早"], "b": "-"}
        assert found["unknown"] == {"☆": 1}
        await refused(server, team, path, raw)


async def bring(server: Served, path: str, raw: bytes, phone: Any) -> dict[str, Any]:
    answer = await server.post(path, raw, phone, content_type="application/octet-stream")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(server: Served, team: Team, path: str, raw: bytes) -> None:
    async def send(path: str, body: bytes, phone: Any, media: str = "application/octet-stream") -> tuple[int, str]:
        answer = await server.post(path, body, phone, content_type=media)
        return answer.status_code, answer.json().get("code", "")

    boss, nobody = team.phones["S1"], "0199f0a0-0001-7000-8000-00000000ffff"
    assert await send(path, raw, team.phones["B1"]) == (403, "not_allowed")
    assert (await send(path, raw, None))[0] == 401
    assert await send(path.replace(team.id, nobody), raw, boss) == (404, "not_found")
    assert await send(path.replace("2026-03", "2026-13"), raw, boss) == (404, "not_found")
    assert await send(path, b"", boss) == (400, "empty_body")
    assert await send(path, b"\x00\x01", boss) == (415, "sheet_unknown_format")
    assert await send(path + "?sheet=x", raw, boss) == (404, "not_found")
    bad = msgspec.json.encode({"symbols": {"A": "no id"}})
    assert (await send(f"/api/roster/{team.id}/symbols", bad, boss, "application/json"))[0] == 400


async def test_what_speaks_against_a_month_is_told_before_it_is_published(sqlite_url: str, tmp_path: Path) -> None:
    async with served(sqlite_url, tmp_path) as server:
        team = await Team(server.estate).build()
        by_label = await templates(team)
        estate, boss = server.estate, team.phones["S1"]
        estate.admin.act("post.amend", {"cover_min": 1}, estate.east)
        await estate.admin.drain()

        async def ask(cells: dict[str, str], phone: Any = boss, **changes: Any) -> Any:
            people = {team.person(who): text for who, text in cells.items()}
            said = values(team.id, by_label, [estate.east], people) | changes
            return await server.post(f"/api/roster/{team.id}/check", msgspec.json.encode(said), phone)

        found = (await ask({"B1": "客 休 早"})).json()
        assert found["violations"] == []
        told = [(one["key"], one["clause"], one["facts"]["date"], one["facts"]["people"]) for one in found["warned"]]
        assert told == [("cover_below", "R-SCH-10", "2026-03-01", 0)]
        found = (await ask({"B1": "夜 早"})).json()
        assert [one["key"] for one in found["warned"]] == ["rest_short"]
        for who, changes, status in (
            (team.phones["B1"], {}, 403),
            (None, {}, 401),
            (boss, {"rows": "x"}, 400),
            (boss, {"team": estate.east}, 400),
            (boss, {"posts": [team.id]}, 400),
        ):
            assert (await ask({"B1": "早"}, who, **changes)).status_code == status
