"""A team's month of attendance as a sheet to sign: people down, days across, totals, on A3 across (R-RPT-01)."""

from __future__ import annotations

import datetime as dt
import io

import msgspec
import xlsxwriter  # type: ignore[import-untyped]  # xlsxwriter ships no types

from gatehouse.sheets.book import clean

_FILLS = {"△": "#FFF2CC", "×": "#FCE4D6", "旷": "#F4CCCC", "假": "#D9EAD3", "休": "#EDEDED", "○": "#DDEBF7"}
"""Beside the symbol, never instead of it."""
_WEEKDAYS = {
    "zh-CN": "一二三四五六日",
    "zh-TW": "一二三四五六日",
    "en": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
}
_SATURDAY = 5


class MatrixSheet(msgspec.Struct, frozen=True):
    """What is to be written: a symbol for each person and date, and totals under ``totals``; words as the reader's."""

    title: str
    language: str
    number: str
    name: str
    sign: str
    dates: list[str]
    totals: list[str]
    people: list[tuple[str, str, list[str], list[int]]]
    legend: str
    notes: list[str] = []


def write_matrix(matrix: MatrixSheet) -> bytes:
    """The workbook: one sheet, its first rows and columns always in sight."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        _grid(book, matrix)
    return out.getvalue()


def _grid(book: xlsxwriter.Workbook, matrix: MatrixSheet) -> None:
    sheet = book.add_worksheet(matrix.dates[-1][:7] if matrix.dates else "1")
    box = {"border": 1, "align": "center", "valign": "vcenter"}
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    head = book.add_format({**box, "bold": True, "text_wrap": True})
    off = book.add_format({**box, "bold": True, "bg_color": "#F8CBAD"})
    plain = book.add_format(box)
    person = book.add_format({"border": 1, "valign": "vcenter", "num_format": "@"})
    fills = {symbol: book.add_format({**box, "bg_color": colour}) for symbol, colour in _FILLS.items()}
    days, last = len(matrix.dates), 2 + len(matrix.dates) + len(matrix.totals)
    sheet.merge_range(0, 0, 0, last, clean(matrix.title), title)
    sheet.set_row(0, 28)
    sheet.merge_range(1, 0, 2, 0, matrix.number, head)
    sheet.merge_range(1, 1, 2, 1, matrix.name, head)
    for column, date in enumerate(matrix.dates, 2):
        day = dt.date.fromisoformat(date)
        marked = off if day.weekday() >= _SATURDAY else head
        sheet.write_number(1, column, day.day, marked)
        sheet.write_string(2, column, _WEEKDAYS.get(matrix.language, _WEEKDAYS["en"])[day.weekday()], marked)
    for column, total in enumerate([*matrix.totals, matrix.sign], 2 + days):
        sheet.merge_range(1, column, 2, column, total, head)
    sums = [0] * len(matrix.totals)
    for row, (number, name, cells, totals) in enumerate(matrix.people, 3):
        sheet.set_row(row, 22)
        sheet.write_string(row, 0, clean(number), person)
        sheet.write_string(row, 1, clean(name), person)
        for column, cell in enumerate(cells, 2):
            sheet.write_string(row, column, clean(cell), fills.get(cell[:1], plain))
        for place, count in enumerate(totals):
            sums[place] += count
            sheet.write_number(row, 2 + days + place, count, plain)
        sheet.write_blank(row, last, None, plain)
    foot = 3 + len(matrix.people)
    for column, count in enumerate(sums, 2 + days):
        sheet.write_number(foot, column, count, head)
    for number_, text in enumerate([matrix.legend, *matrix.notes]):
        sheet.write_string(foot + 2 + number_, 0, clean(text))
    _paper(sheet, days, last)


def _paper(sheet: xlsxwriter.worksheet.Worksheet, days: int, last: int) -> None:
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 1 + days, 4)
    sheet.set_column(2 + days, last - 1, 7)
    sheet.set_column(last, last, 12)
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 2)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
