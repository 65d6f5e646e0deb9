"""A team's month as a sheet for the wall: the layout that ``roster_grid`` reads, in colours, on A3 across."""

from __future__ import annotations

import datetime as dt
import io

import msgspec
import xlsxwriter  # type: ignore[import-untyped]  # xlsxwriter ships no types

from gatehouse.sheets.book import clean

_FILLS = ("#DDEBF7", "#FFF2CC", "#D9D2E9", "#E2EFDA", "#FCE4D6", "#D0E0E3", "#F4CCCC", "#EAD1DC", "#D9EAD3", "#CFE2F3")
_REST = "#EDEDED"
_WEEKDAYS = {
    "zh-CN": "一二三四五六日",
    "zh-TW": "一二三四五六日",
    "en": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
}
_SATURDAY = 5


class Symbol(msgspec.Struct, frozen=True):
    """A template as the legend has it."""

    label: str
    name: str
    hours: str


class RosterSheet(msgspec.Struct, frozen=True):
    """What is to be written: people with a text for each day; words in the reader's language."""

    title: str
    month: str
    language: str
    number: str
    name: str
    shifts: str
    rest: str
    legend: str
    symbols: list[Symbol]
    people: list[tuple[str, str, list[str]]]
    holidays: list[int] = []
    notes: list[str] = []


def write_roster(roster: RosterSheet) -> bytes:
    """The workbook: the grid, its legend under it, and a sheet that says what each symbol stands for."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        _grid(book, roster)
        _legend(book, roster)
    return out.getvalue()


def _grid(book: xlsxwriter.Workbook, roster: RosterSheet) -> None:
    year, month = map(int, roster.month.split("-"))
    days = len(roster.people[0][2]) if roster.people else 0
    sheet = book.add_worksheet(roster.month)
    box = {"border": 1, "align": "center", "valign": "vcenter"}
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    head, plain = book.add_format({**box, "bold": True}), book.add_format(box)
    off = book.add_format({**box, "bold": True, "bg_color": "#F8CBAD"})
    person = book.add_format({"border": 1, "valign": "vcenter", "num_format": "@"})
    fills = {
        one.label: book.add_format({**box, "bg_color": _FILLS[i % len(_FILLS)]}) for i, one in enumerate(roster.symbols)
    }
    fills[roster.rest] = book.add_format({**box, "bg_color": _REST, "font_color": "#595959"})
    last = 2 + days
    sheet.merge_range(0, 0, 0, last, clean(roster.title), title)
    sheet.set_row(0, 28)
    sheet.merge_range(1, 0, 2, 0, roster.number, head)
    sheet.merge_range(1, 1, 2, 1, roster.name, head)
    for day in range(1, days + 1):
        weekday = dt.date(year, month, day).weekday()
        marked = off if weekday >= _SATURDAY or day in roster.holidays else head
        sheet.write_number(1, 1 + day, day, marked)
        sheet.write_string(2, 1 + day, _WEEKDAYS.get(roster.language, _WEEKDAYS["en"])[weekday], marked)
    sheet.merge_range(1, last, 2, last, roster.shifts, head)
    for row, (number, name, cells) in enumerate(roster.people, 3):
        sheet.write_string(row, 0, clean(number), person)
        sheet.write_string(row, 1, clean(name), person)
        for column, cell in enumerate(cells, 2):
            sheet.write_string(row, column, clean(cell), fills.get(cell, plain))
        sheet.write_number(row, last, sum(1 for cell in cells if cell and cell != roster.rest), plain)
    for i, text in enumerate([*(_said(one) for one in roster.symbols), *roster.notes]):
        sheet.write_string(4 + len(roster.people) + i, 0, clean(text))
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, last - 1, 4.5)
    sheet.set_column(last, last, 6)
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 2)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)


def _said(symbol: Symbol) -> str:
    return f"{symbol.label} = {symbol.name} {symbol.hours}"


def _legend(book: xlsxwriter.Workbook, roster: RosterSheet) -> None:
    sheet = book.add_worksheet(roster.legend[:31])
    for row, one in enumerate(roster.symbols):
        for column, text in enumerate((one.label, one.name, one.hours)):
            sheet.write_string(row, column, clean(text))
    sheet.set_column(0, 2, 24)
