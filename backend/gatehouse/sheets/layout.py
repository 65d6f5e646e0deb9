"""Which row of a sheet is its header, which column is what, and which rows below are people's data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from gatehouse.sheets.book import FIRST_ROWS, Book, Row, Sheet, letters
from gatehouse.sheets.columns import SHEETS, What, folded_header, known_headers

SAMPLES = 3
LONGEST_SHOWN = 80
How = Literal["known", "remembered", "chosen"]
_NOTE = re.compile(
    r"(?:注|备注|備註|说明|說明|填表|合计|合計|总计|總計|小计|小計|制表|审核|審核|note|total|sum)\b|[*※]", re.IGNORECASE
)
_NOTE_CJK = re.compile(r"(?:注|备注|備註|说明|說明|填表|合计|合計|总计|總計|小计|小計|制表|审核|審核)")
_LONG_NOTE = 24


class Heading(msgspec.Struct, frozen=True):
    """One column: its letter, its header, what it is taken for and why; the first values under it."""

    column: str
    header: str
    field: str | None
    how: How | None
    samples: list[str]


class Given(msgspec.Struct, frozen=True):
    """One row of data: its number in the file, its texts by field, and why a field has none."""

    row: int
    cells: dict[str, str]
    bad: dict[str, str]

    def __getitem__(self, field: str) -> str:
        return self.cells.get(field, "")


class Layout(msgspec.Struct, frozen=True):
    """How a sheet is read.

    ``notes`` are rows below the table that were taken for remarks, ``repeats`` headers that were printed again.
    """

    sheet: str
    header_row: int
    headings: list[Heading]
    missing: list[str]
    rows: list[Given]
    notes: list[int]
    repeats: int


def lay_out(
    book: Book, what: What, remembered: Mapping[str, str], sheet: str | None, chosen: Mapping[str, str] | None
) -> Layout:
    """Read the sheet as rows of this kind.

    Args:
        book: the file.
        what: the kind of sheet it is meant to be.
        remembered: fields by folded header, as admins chose before ("" is to be left out).
        sheet: which sheet; None: the one with the most known headers.
        chosen: fields by column letter, as the admin chooses now ("" is to be left out); None: proposed.
    """
    known = {**known_headers(what), **remembered}
    named = next((one for one in book.sheets if one.name == sheet), None)
    picked = named or max((one for one in book.sheets if one.rows), key=lambda one: _best(one, known)[0])
    at = _best(picked, known)[1]
    header = picked.rows[at]
    fields = _fields(picked, header, what, remembered, chosen)
    required = [column.field for column in SHEETS[what] if column.required]
    held = {field for field, _ in fields.values() if field}
    data, repeats = _data(picked.rows[at + 1 :], header)
    data, notes = _without_notes(data, {place for place, (field, _) in fields.items() if field in required})
    bad: dict[int, dict[str, str]] = {}
    by_column = {picked.columns[place]: field for place, (field, _) in fields.items() if field}
    for one in picked.bad:
        if one.column in by_column:
            bad.setdefault(one.row, {})[by_column[one.column]] = one.code
    wanted = [(place, field) for place, (field, _) in fields.items() if field]
    return Layout(
        picked.name,
        header.number,
        [
            Heading(
                letters(picked.columns[place]),
                text[:LONGEST_SHOWN],
                fields[place][0] or None if place in fields else None,
                fields[place][1] if place in fields else None,
                _samples(data, place),
            )
            for place, text in enumerate(header.cells)
            if text or _samples(data, place)
        ],
        [field for field in required if field not in held],
        [
            Given(row.number, {field: row.cells[place] for place, field in wanted}, bad.get(row.number, {}))
            for row in data
        ],
        notes,
        repeats,
    )


def likely(book: Book) -> What | None:
    """Which kind the headers speak of, when it is one more than any other."""
    scores = sorted(
        (
            (max((_best(one, known_headers(what))[0] for one in book.sheets if one.rows), default=0), what)
            for what in SHEETS
        ),
        reverse=True,
    )
    return scores[0][1] if scores[0][0] > scores[1][0] else None


def _best(sheet: Sheet, known: Mapping[str, str]) -> tuple[int, int]:
    """How many headers of the best row are known, and which row that is; else the first that looks like one."""
    best, at = 0, -1
    for index, row in enumerate(sheet.rows[:FIRST_ROWS]):
        found = len({known[text] for cell in row.cells if (text := folded_header(cell)) in known} - {""})
        if found > best:
            best, at = found, index
    if best >= 2 or (best and sum(map(bool, sheet.rows[at].cells)) == best):  # noqa: PLR2004 - one word may be chance
        return best, at
    plain = (i for i, row in enumerate(sheet.rows[:FIRST_ROWS]) if sum(map(bool, row.cells)) > 1)
    return 0, next(plain, 0)


def _fields(
    sheet: Sheet, header: Row, what: What, remembered: Mapping[str, str], chosen: Mapping[str, str] | None
) -> dict[int, tuple[str, How]]:
    """``{place in the row: (field, why)}``; each field once."""
    own = {column.field for column in SHEETS[what]}
    found: dict[int, tuple[str, How]] = {}
    if chosen is not None:
        for place, column in enumerate(sheet.columns):
            field = chosen.get(letters(column))
            if field == "" or field in own:
                found[place] = (field, "chosen")
        return found
    taken: set[str] = set()
    texts = [folded_header(text) for text in header.cells]
    first = {folded_header(text): column.field for column in SHEETS[what] for text in column.header}
    ways: tuple[tuple[Mapping[str, str], How], ...] = (
        (remembered, "remembered"),
        (first, "known"),
        (known_headers(what), "known"),
    )
    for way, how in ways:
        for place, text in enumerate(texts):
            field = way.get(text)
            if place in found or field is None or field in taken:
                continue
            found[place] = (field, how)
            taken |= {field} - {""}
    return found


def _data(rows: list[Row], header: Row) -> tuple[list[Row], int]:
    """The rows below without those that print the header again."""
    kept = [row for row in rows if row.cells != header.cells]
    return kept, len(rows) - len(kept)


def _without_notes(rows: list[Row], required: set[int]) -> tuple[list[Row], list[int]]:
    """The rows without remarks under the table: one cell alone that says it is one, or says more than a name does."""
    last = len(rows)
    while last and _is_note(rows[last - 1], required):
        last -= 1
    return rows[:last], [row.number for row in rows[last:]]


def _is_note(row: Row, required: set[int]) -> bool:
    filled = [(place, text) for place, text in enumerate(row.cells) if text]
    if len(required & {place for place, _ in filled}) == len(required) or not filled:
        return False
    text = filled[0][1]
    said = bool(_NOTE.match(text) or _NOTE_CJK.match(text))
    return said or (len(filled) == 1 and len(text) > _LONG_NOTE)


def _samples(rows: list[Row], place: int) -> list[str]:
    found: list[str] = []
    for row in rows:
        if row.cells[place]:
            found.append(row.cells[place][:LONGEST_SHOWN])
            if len(found) == SAMPLES:
                break
    return found
