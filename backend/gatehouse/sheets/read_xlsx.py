"""A workbook as sheets of texts. It comes from outside: its size is proved before anything is parsed.

The values come from calamine. What calamine does not tell (hidden rows and columns, formulas that nobody has computed)
is read from the sheet's own XML, where there is any.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, time
from xml.parsers import expat

import python_calamine

from gatehouse.sheets.book import (
    FIRST_ROWS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    Bad,
    Book,
    Row,
    Sheet,
    UnreadableError,
    clean,
)

MAX_UNPACKED = 150 * 1024 * 1024
MAX_PARTS = 2_000
MAX_CELLS = 60_000 * MAX_COLUMNS
LONGEST_NUMBER = 10**15
"""From here on a number in a sheet has lost digits."""
_CHUNK = 1 << 20
_MIDNIGHT = time(0)
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")


def read_xlsx(raw: bytes) -> Book:
    """The visible sheets of a workbook.

    Raises:
        UnreadableError: no workbook, damaged, or larger unpacked than anything an office writes.
    """
    parts = _unpacked(raw)
    if "xl/workbook.xml" not in {name.lower() for name in parts}:
        raise UnreadableError("sheet_unknown_format")
    try:
        book = python_calamine.load_workbook(io.BytesIO(raw))
        paths = _paths(parts)
        shown = [
            one.name
            for one in book.sheets_metadata
            if one.visible == python_calamine.SheetVisibleEnum.Visible
            and one.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        return Book([_sheet(book, name, parts.get(paths.get(name, ""), b"")) for name in shown[:MAX_SHEETS]])
    except (python_calamine.CalamineError, expat.ExpatError, KeyError, ValueError) as error:
        raise UnreadableError("sheet_damaged") from error


def _unpacked(raw: bytes) -> dict[str, bytes]:
    """The XML parts; the sizes they declare are believed only downwards."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise UnreadableError("sheet_too_large")
            parts, total = {}, 0
            for entry in entries:
                with archive.open(entry) as stream:
                    chunks = []
                    while chunk := stream.read(_CHUNK):
                        total += len(chunk)
                        if total > MAX_UNPACKED:
                            raise UnreadableError("sheet_too_large")
                        chunks.append(chunk)
                if entry.filename.endswith((".xml", ".rels")):
                    parts[entry.filename] = b"".join(chunks)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise UnreadableError("sheet_damaged") from error
    if any(b"<!DOCTYPE" in part or b"<!ENTITY" in part for part in parts.values()):
        raise UnreadableError("sheet_damaged")
    return parts


def _paths(parts: dict[str, bytes]) -> dict[str, str]:
    """``{sheet name: part}``."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship":
            target = given.get("Target", "")
            targets[given.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            )

    def sheet(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            names[given.get("name", "")] = given.get("id", "")

    _walk(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"), relation)
    _walk(parts.get("xl/workbook.xml", b"<none/>"), sheet)
    return {name: targets.get(id_, "") for name, id_ in names.items()}


def _walk(
    xml: bytes,
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda _tag: None,
    text: Callable[[str], None] = lambda _data: None,
) -> None:
    """Tell each element and attribute by its name without its namespace."""
    parser = expat.ParserCreate(namespace_separator="|")

    def plain(tag: str, given: dict[str, str]) -> None:
        begin(tag.rpartition("|")[2], {name.rpartition("|")[2]: value for name, value in given.items()})

    parser.StartElementHandler = plain
    parser.EndElementHandler = lambda tag: end(tag.rpartition("|")[2])
    parser.CharacterDataHandler = text
    parser.Parse(xml, True)  # noqa: FBT003 - expat takes it by position


class _Marks:
    """What the XML of a sheet says beside its values: hidden rows and columns, cells without a value; from 0."""

    def __init__(self, xml: bytes) -> None:
        self.rows: set[int] = set()
        self.columns: set[int] = set()
        self.bad: list[Bad] = []
        self._cell: dict[str, str] = {}
        self._formula = False
        self._inside = ""
        self._value = ""
        # Most sheets have none of it, and are not read a second time.
        if re.search(rb"hidden=|<(?:\w+:)?f[ >/]|t=[\"']e[\"']", xml):
            _walk(xml, self._begin, self._end, self._text)

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        self._inside = tag
        if tag == "c":
            self._cell, self._formula, self._value = given, False, ""
        elif tag == "f":
            self._formula = True
        elif given.get("hidden") in {"1", "true"}:
            self._hide(tag, given)

    def _hide(self, tag: str, given: dict[str, str]) -> None:
        if tag == "row":
            self.rows.add(int(given["r"]) - 1)
        elif tag == "col":
            self.columns.update(range(int(given["min"]) - 1, min(int(given["max"]), MAX_COLUMNS + 1)))

    def _text(self, data: str) -> None:
        if self._inside == "v":
            self._value += data

    def _end(self, tag: str) -> None:
        self._inside = ""
        if tag != "c" or (place := _CELL.match(self._cell.get("r", ""))) is None:
            return
        kind = self._cell.get("t", "n")
        code = "formula_error" if kind == "e" else None
        if self._formula and not self._value and kind != "str":
            code = "formula"
        if code is not None:
            self.bad.append(Bad(int(place[2]) - 1, _number(place[1]), code))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _sheet(book: python_calamine.CalamineWorkbook, name: str, xml: bytes) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    if sheet.end is None:
        return Sheet(name, [], [])
    height, width = sheet.end[0] + 1, sheet.end[1] + 1
    if height * width > MAX_CELLS and (height > MAX_ROWS * 2 or width > MAX_COLUMNS * 10):
        raise UnreadableError("sheet_too_large")
    marks = _Marks(xml)
    columns = [one for one in range(min(width, MAX_COLUMNS)) if one not in marks.columns]
    below, told = _merged(sheet), {one.row for one in marks.bad}
    rows: list[Row] = []
    bad = list(marks.bad)
    filled, hidden = 0, 0
    texts: list[str] = []
    for index, cells in enumerate(sheet.to_python(skip_empty_area=False)):
        above, texts = texts, [text_of(cells[column]) for column in columns]
        bad += [Bad(index, column, "number_too_long") for column in columns if _rounded(cells[column])]
        for place, column in enumerate(columns):
            if (index, column) in below and not texts[place]:
                texts[place] = above[place]
                filled += 1
        if any(texts) or index in told:
            if index in marks.rows:
                hidden += 1
            else:
                rows.append(Row(index + 1, texts))
        if len(rows) > MAX_ROWS + FIRST_ROWS:
            break
    held, seen = {row.number for row in rows}, set(columns)
    return Sheet(
        name,
        columns,
        rows,
        [Bad(one.row + 1, one.column, one.code) for one in bad if one.row + 1 in held and one.column in seen],
        hidden_rows=hidden,
        hidden_columns=sum(1 for one in marks.columns if one < width),
        filled=filled,
        crowded=len(rows) > MAX_ROWS + FIRST_ROWS,
    )


def _rounded(value: object) -> bool:
    return isinstance(value, float) and abs(value) >= LONGEST_NUMBER


def _merged(sheet: python_calamine.CalamineSheet) -> set[tuple[int, int]]:
    """Cells that stand under the first of a range merged downwards: they say what it says."""
    below: set[tuple[int, int]] = set()
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
        below.update((row, left) for row in range(top + 1, min(bottom, MAX_ROWS * 2) + 1))
        if len(below) > MAX_CELLS:
            raise UnreadableError("sheet_too_large")
    return below


def text_of(value: object) -> str:
    """A cell as text: 1001.0 is 1001, a day is 2026-03-02, what was typed as text is as it was typed."""
    if isinstance(value, str):
        return clean(value) if value else ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and not _rounded(value) else repr(value)
    if isinstance(value, datetime) and value.time() != _MIDNIGHT:
        return value.isoformat(" ", "minutes")
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value)
