"""Files as they come from offices, and files that are meant to hurt."""

from __future__ import annotations

import asyncio
import io
import struct
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # xlsxwriter ships no types
from hypothesis import given
from hypothesis import strategies as st
from tests.sheets import PEOPLE, by_hand, cells, workbook

from gatehouse.errors import Problem
from gatehouse.sheets.book import MAX_ROWS, Book, Table, clean
from gatehouse.sheets.files import read_book
from gatehouse.sheets.layout import lay_out
from gatehouse.sheets.read_csv import quoted, read_csv, unquoted
from gatehouse.sheets.worker import read
from gatehouse.sheets.write_file import write_csv, write_xlsx

HEAD = "姓名,工号,手机"


def texts(book: Book) -> list[list[str]]:
    return [row.cells for row in book.sheets[0].rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_file_in_any_dress(encoding: str, separator: str, end: str) -> None:
    raw = end.join([HEAD.replace(",", separator), f"李卫国{separator}00123{separator}", ""]).encode(encoding)
    assert texts(read(raw)) == [["姓名", "工号", "手机"], ["李卫国", "00123", ""]]


def test_big5_is_told_from_gbk_by_the_words_it_says() -> None:
    assert texts(read("姓名,工號\n王小明,7".encode("big5"))) == [["姓名", "工號"], ["王小明", "7"]]


def test_cells_keep_what_was_typed_and_lose_what_the_program_added() -> None:
    raw = workbook(
        ("姓名", "工号", "手机"),
        ("  李\r\n卫国\t ", "00123", 13900001111.0),
        ("１２", 1001.0, 12.5),
        (True, -3, 0.1),
    )
    assert texts(read(raw))[1:] == [
        ["李 卫国", "00123", "13900001111"],
        ["１２", "1001", "12.5"],
        ["TRUE", "-3", "0.1"],
    ]


def test_days_are_days() -> None:
    out = io.BytesIO()
    day = datetime(2026, 3, 2)  # noqa: DTZ001 - a sheet knows no zones
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "入职日期")
        sheet.write_datetime(1, 0, day, book.add_format({"num_format": "yyyy/m/d"}))
        sheet.write_datetime(
            2, 0, day + timedelta(hours=8, minutes=30), book.add_format({"num_format": "yyyy/m/d h:mm"})
        )
    assert texts(read(out.getvalue()))[1:] == [["2026-03-02"], ["2026-03-02 08:30"]]


def test_hidden_rows_and_columns_are_skipped_and_counted() -> None:
    book = read(
        by_hand(
            '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
            + cells(1, "姓名", "藏", "工号")
            + cells(2, "甲", "x", "1")
            + cells(3, "乙", "x", "2", more=' hidden="1"')
            + cells(4, "丙", "x", "3")
            + "</sheetData>"
        )
    )
    assert texts(book) == [["姓名", "工号"], ["甲", "1"], ["丙", "3"]]
    assert (book.sheets[0].hidden_rows, book.sheets[0].hidden_columns) == (1, 1)
    assert [row.number for row in book.sheets[0].rows] == [1, 2, 4]


def test_a_merged_team_fills_the_rows_it_stands_for() -> None:
    sheet = "".join(
        cells(i, name, "一班" if i == 2 else "") for i, name in ((1, "姓名"), (2, "甲"), (3, "乙"), (4, "丙"))
    )
    raw = by_hand(f'<sheetData>{sheet}</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>')
    book = read(raw)
    assert texts(book)[1:] == [["甲", "一班"], ["乙", "一班"], ["丙", ""]]
    assert book.sheets[0].filled == 1


def test_a_formula_says_what_it_came_to_or_that_it_did_not() -> None:
    book = read(
        by_hand(
            "<sheetData>"
            + cells(1, "姓名", "工号")
            + cells(2, "甲", '<c r="B2"><f>1000+1</f><v>1001</v></c>')
            + cells(3, "乙", '<c r="B3"><f>1000+2</f></c>')
            + cells(4, "丙", '<c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
            + cells(5, "丁", '<c r="B5" t="str"><f>""</f><v></v></c>')
            + cells(6, "戊", '<c r="B6"><v>123456789012345678</v></c>')
            + "</sheetData>"
        )
    )
    assert texts(book)[1] == ["甲", "1001"]
    assert [(bad.row, bad.column, bad.code) for bad in sorted(book.sheets[0].bad, key=lambda one: one.row)] == [
        (3, 1, "formula"),
        (4, 1, "formula_error"),
        (6, 1, "number_too_long"),
    ]


def test_titles_above_and_remarks_below_are_no_data() -> None:
    rows = [
        ("翠湖物业人员表",),
        ("制表日期：2026-03-02",),
        (),
        ("序号", "姓名*", "工 号", "职务", "籍贯"),
        (1, "甲", "1", "保安", "湖北"),
        ("序号", "姓名*", "工 号", "职务", "籍贯"),
        (2, "乙", "2", "主管", "湖南"),
        ("备注：以上人员均已核对", None, None),
    ]
    found = lay_out(read(workbook(*rows)), "people", {}, None, None)
    assert (found.header_row, found.notes, found.repeats) == (4, [8], 1)
    assert [(one.row, one["name"], one["staff_no"], one["role"]) for one in found.rows] == [
        (5, "甲", "1", "保安"),
        (7, "乙", "2", "主管"),
    ]
    assert [(one.column, one.field) for one in found.headings] == [
        ("A", None),
        ("B", "name"),
        ("C", "staff_no"),
        ("D", "role"),
        ("E", None),
    ]


def test_a_row_with_a_name_alone_is_no_remark() -> None:
    found = lay_out(read(workbook(("姓名", "工号"), ("甲", "1"), ("乙",))), "people", {}, None, None)
    assert ([one.row for one in found.rows], found.notes) == ([2, 3], [])


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"%PDF-1.7\n\x00\x01", "sheet_unknown_format"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "sheet_unknown_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "sheet_old_format"),
        (b"PK\x03\x04rubbish", "sheet_damaged"),
        (workbook(PEOPLE)[:-40], "sheet_damaged"),
        ('姓名,工号\n"李,1\n王,2\n'.encode(), "sheet_bad_quotes"),
        (b"\xff\xfe\x00", "sheet_unknown_format"),
        (by_hand("<!DOCTYPE x><sheetData/>"), "sheet_damaged"),
        (by_hand("<sheetData><row"), "sheet_damaged"),
        (by_hand("<sheetData/>"), "sheet_empty"),
        (b"\n \n,,\n", "sheet_empty"),
        (
            by_hand(f"<sheetData>{cells(1, '姓名')}<row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData>"),
            "sheet_too_large",
        ),
    ],
)
async def test_what_is_no_sheet_is_told_apart(raw: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        await read_book(raw)
    assert caught.value.code == code


async def test_a_zip_of_other_things_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    with pytest.raises(Problem) as caught:
        await read_book(out.getvalue())
    assert caught.value.code == "sheet_unknown_format"


async def test_a_bomb_goes_off_in_nobodys_memory() -> None:
    """200 MB of zeros in 200 kB, once as declared and once with a lie about its size."""
    honest = by_hand("<sheetData/>", {"xl/bomb.xml": b"\0" * (200 << 20)})
    at = honest.rindex(b"xl/bomb.xml") - 46
    lying = bytearray(honest)
    struct.pack_into("<I", lying, at + 24, 1_000)
    for raw in (honest, bytes(lying)):
        with pytest.raises(Problem) as caught:
            await read_book(raw)
        assert caught.value.code in {"sheet_too_large", "sheet_damaged"}


async def test_the_worker_is_ended_by_its_memory_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that is small in the zip and huge as cells: the process dies, the server says so and lives."""
    wide = "".join(f'<row r="{r}"><c r="CV{r}"><v>1</v></c></row>' for r in range(1, 100_000))
    with pytest.raises(Problem) as caught:
        await asyncio.wait_for(
            read_book(by_hand(f"<sheetData>{wide}<row r='900000'><c r='CV900000'><v>1</v></c></row></sheetData>")), 60
        )
    assert caught.value.code == "sheet_too_large"


def test_a_hundred_thousand_rows_are_not_read_to_the_end() -> None:
    book = read_csv(("姓名,工号\n" + "甲,1\n" * 100_000).encode())
    assert book.sheets[0].crowded
    assert MAX_ROWS < len(book.sheets[0].rows) < MAX_ROWS + 100


AWKWARD = st.one_of(
    st.sampled_from(
        [
            '=HYPERLINK("http://x")',
            "+1",
            "-1",
            "@SUM(A1)",
            "'quoted",
            "'=1",
            "''",
            "00123",
            "＝1",
            "1e5",
            "a\r\nb",
            "TRUE",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)


@given(AWKWARD)
def test_a_shielded_cell_is_no_formula_and_comes_back(text: str) -> None:
    shielded = quoted(clean(text))
    assert shielded[:1] not in set("=+-@\t\r＝＋－＠")
    assert unquoted(clean(shielded)) == clean(text)


@given(st.lists(st.lists(AWKWARD, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_is_written_is_read(rows: list[list[str]]) -> None:
    """Texts stay texts in both formats: no formula, no number, no date is made of them."""
    kept = [[clean(cell) for cell in row] for row in rows]
    table = Table("x", ["姓名", "工号"], [list(row) for row in rows])
    for made in (write_csv(table), write_xlsx(table)):
        assert texts(read(made))[1:] == [row for row in kept if any(row)]
