"""A month grid as offices have them: people in rows, days in columns, symbols in cells; found wherever it stands.

Titles merged over it, a row of weekdays, totals beside it, notes and legends under it are passed over. Nothing here
knows what a symbol means.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from gatehouse.sheets.book import Row, Sheet, letters, narrow

FEWEST_DAYS = 7
"""A header names at least so many days."""
MOST_PEOPLE = 2_000
LONGEST_SYMBOL = 12
_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range(36_526, 73_051)
"""Days from 2000 to 2099 as a sheet counts them."""
_WHOLE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z")
_MONTH_DAY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号號]?\Z")
_DAY = re.compile(r"(\d{1,2})[日号號]?\Z")
_SERIAL = re.compile(r"\d{5}\Z")
_WEEKDAY = re.compile(
    r"[(\[]?(?:周|星期|礼拜|禮拜|週)?[一二三四五六日天末][)\]]?\Z|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\Z",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*[(\[]?(?:周|星期|礼拜|禮拜|週)[一二三四五六日天][)\]]?\Z|\s*[(\[][一二三四五六日天][)\]]\Z")


class Person(msgspec.Struct, frozen=True):
    """Somebody a row may be about."""

    id: str
    name: str
    staff_no: str
    of_team: bool


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong with a row or column of the file (row 0: with none of them)."""

    row: int
    column: str | None
    code: str
    data: dict[str, str | int] = {}


class Line(msgspec.Struct, frozen=True):
    """A person's row: a text for each day of the month, "" where the cell is empty or the day has no column."""

    person: str
    row: int
    cells: list[str]


class Grid(msgspec.Struct, frozen=True):
    """What was found: lines of people, how often each symbol stands there, what is wrong."""

    header_row: int
    lines: list[Line]
    symbols: dict[str, int]
    told: list[Told]


def find(sheet: Sheet, month: str, people: Sequence[Person]) -> Grid:
    """The grid of a month on a sheet; what cannot be read of it is told row by row."""
    year, number = map(int, month.split("-"))
    days = calendar.monthrange(year, number)[1]
    header = max(sheet.rows[:60], key=_days_named, default=None)
    if header is None or _days_named(header) < FEWEST_DAYS:
        return Grid(0, [], {}, [Told(0, None, "no_days")])
    told: list[Told] = []
    columns = _columns(sheet, header, (year, number, days), told)
    if not columns:
        return Grid(header.number, [], {}, told)
    below = [row for row in sheet.rows if row.number > header.number]
    by_number, by_name = _keys(people)
    left = range(min(columns.values()))
    number_at = _best(below, left, by_number)
    name_at = _best(below, [one for one in left if one != number_at], by_name)
    if number_at is None and name_at is None:
        return Grid(header.number, [], {}, [*told, Told(header.number, None, "no_people")])
    bad = {(one.row, one.column): one.code for one in sheet.bad}
    lines: list[Line] = []
    first: dict[str, int] = {}
    for row in below:
        cells = [narrow(row.cells[columns[day]]) if day in columns else "" for day in range(1, days + 1)]
        if _is_no_line(cells):
            continue
        found = _whose(row, number_at, name_at, by_number, by_name)
        if isinstance(found, Told):
            told.append(found)
        elif found.id in first:
            told.append(Told(row.number, None, "person_twice", {"name": found.name, "first": first[found.id]}))
        else:
            first[found.id] = row.number
            told += _spoiled(row, columns, sheet, bad, cells)
            lines.append(Line(found.id, row.number, cells))
        if len(lines) + len(told) > MOST_PEOPLE:
            told.append(Told(row.number, None, "too_many"))
            break
    counted = Counter(cell for line in lines for cell in line.cells if cell)
    return Grid(header.number, lines, dict(counted.most_common()), told)


def day_of(text: str) -> tuple[int | None, int | None, int] | None:
    """``(year, month, day)`` of a header's cell, as far as it says; None when it is no day."""
    plain = _TAIL.sub("", narrow(text))
    if found := _WHOLE.match(plain):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _MONTH_DAY.match(plain):
        return None, int(found[1]), int(found[2])
    if found := _DAY.match(plain):
        return None, None, int(found[1])
    if _SERIAL.match(plain) and int(plain) in _SERIALS:
        date = _EPOCH + dt.timedelta(days=int(plain))
        return date.year, date.month, date.day
    return None


def _days_named(row: Row) -> int:
    """How many cells of a row name days, each one after the one before."""
    count, last = 0, 0
    for cell in row.cells:
        found = day_of(cell) if cell else None
        if found is not None and found[2] > last:
            count, last = count + 1, found[2]
    return count


def _columns(sheet: Sheet, header: Row, month: tuple[int, int, int], told: list[Told]) -> dict[int, int]:
    """Where each day of the month stands."""
    year, number, days = month
    found: dict[int, int] = {}
    last, begun = 0, False
    for place, cell in enumerate(header.cells):
        day = day_of(cell) if cell else None
        if day is None or (begun and day[2] <= last and day[:2] == (None, None)):
            continue  # a total beside the grid
        at = letters(sheet.columns[place])
        begun, last = True, day[2]
        if (day[0] or year, day[1] or number) != (year, number):
            told.append(Told(header.number, at, "other_month", {"text": cell}))
        elif not 1 <= day[2] <= days:
            told.append(Told(header.number, at, "no_such_day", {"text": cell, "days": days}))
        elif day[2] in found:
            told.append(Told(header.number, at, "day_twice", {"text": cell}))
        else:
            found[day[2]] = place
    return found


def _keys(people: Iterable[Person]) -> tuple[dict[str, list[Person]], dict[str, list[Person]]]:
    by_number: dict[str, list[Person]] = {}
    by_name: dict[str, list[Person]] = {}
    for one in people:
        by_number.setdefault(_folded(one.staff_no), []).append(one)
        by_name.setdefault(_folded(one.name), []).append(one)
    return by_number, by_name


def _folded(text: str) -> str:
    return re.sub(r"\s", "", narrow(text)).casefold()


def _best(rows: Iterable[Row], columns: Iterable[int], known: dict[str, list[Person]]) -> int | None:
    """The column in which most cells are among the known; None where none is."""
    rows = list(rows)
    counts = {one: sum(1 for row in rows if row.cells[one] and _folded(row.cells[one]) in known) for one in columns}
    best = max(counts, key=lambda one: (counts[one], -one), default=None)
    return best if best is not None and counts[best] else None


def _is_no_line(cells: Sequence[str]) -> bool:
    """A note, a legend, an empty row or the weekdays: no cell that could be a symbol."""
    held = [cell for cell in cells if cell]
    return not held or (len(held) >= FEWEST_DAYS and all(map(_WEEKDAY.match, held)))


def _whose(
    row: Row,
    number_at: int | None,
    name_at: int | None,
    by_number: dict[str, list[Person]],
    by_name: dict[str, list[Person]],
) -> Person | Told:
    number = row.cells[number_at] if number_at is not None else ""
    name = row.cells[name_at] if name_at is not None else ""
    found = by_number.get(_folded(number), []) if number else by_name.get(_folded(name), [])
    near = [one for one in found if one.of_team] or found
    if len(near) == 1:
        return near[0]
    said = " ".join(one for one in (number, name) if one)
    return Told(row.number, None, "person_ambiguous" if near else "person_unknown", {"text": said[:40]})


def _spoiled(
    row: Row, columns: dict[int, int], sheet: Sheet, bad: dict[tuple[int, int], str], cells: list[str]
) -> list[Told]:
    """Cells of a line without a value to read: formulas nobody has computed, errors, texts that are no symbol."""
    found = []
    for day, place in columns.items():
        column = sheet.columns[place]
        code = bad.get((row.number, column))
        if code is None and len(cells[day - 1]) > LONGEST_SYMBOL:
            code = "no_symbol"
        if code is not None:
            found.append(Told(row.number, letters(column), code, {"text": cells[day - 1][:40]}))
            cells[day - 1] = ""
    return found
