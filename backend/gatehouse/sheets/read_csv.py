"""A text file as a sheet: its encoding and its separator are found out, for nobody in an office knows them."""

from __future__ import annotations

import csv
import io
from itertools import islice

from gatehouse.sheets.book import FIRST_ROWS, MAX_COLUMNS, MAX_ROWS, Book, Row, Sheet, UnreadableError, clean
from gatehouse.sheets.columns import all_headers, folded_header

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_GUESSES = ("gb18030", "big5hkscs")
_SEPARATORS = (",", ";", "\t")
_FORMULA = frozenset("=+-@＝＋－＠")
LONGEST_CELL = 131_072


def read_csv(raw: bytes) -> Book:
    """The one sheet of a text file.

    Raises:
        UnreadableError: no text at all, or a quotation mark that is never closed.
    """
    encoding, text = _decoded(raw)
    separator = _separator(text)
    csv.field_size_limit(LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    width, crowded, number, last = 0, False, 0, 0
    try:
        for cells in lines:
            number, last = last + 1, lines.line_num
            texts = [unquoted(clean(cell)) for cell in cells[:MAX_COLUMNS]]
            if any(texts):
                rows.append(Row(number, texts))
                width = max(width, len(texts))
            if len(rows) > MAX_ROWS + FIRST_ROWS:
                crowded = True
                break
    except csv.Error as error:
        raise UnreadableError("sheet_bad_quotes", row=last + 1) from error
    padded = [Row(row.number, row.cells + [""] * (width - len(row.cells))) for row in rows]
    return Book([Sheet("", list(range(width)), padded, crowded=crowded)], encoding)


def unquoted(text: str) -> str:
    """What an export of ours shielded from being run as a formula (``quoted``), as it was."""
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA | {"'"} else text


def quoted(text: str) -> str:
    """A cell that no program takes for a formula, of a text that is clean; ``unquoted`` undoes it."""
    return f"'{text}" if text[:1] == "'" or text[:1] in _FORMULA else text


def _decoded(raw: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding, _strictly(raw, encoding)
    if b"\x00" in raw:
        raise UnreadableError("sheet_unknown_format")
    try:
        return "utf-8", raw.decode()
    except UnicodeDecodeError:
        pass
    found = []
    for encoding in _GUESSES:
        try:
            found.append((encoding, raw.decode(encoding)))
        except UnicodeDecodeError:
            continue
    if not found:
        raise UnreadableError("sheet_unknown_format")
    # Nearly every file is valid in both: the one in which headers are words we know is right.
    return max(found, key=lambda one: max(_known(one[1], separator) for separator in _SEPARATORS))


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError("sheet_unknown_format") from error


def _separator(text: str) -> str:
    return max(_SEPARATORS, key=lambda one: (_known(text, one), _wide(text, one)))


def _first(text: str, separator: str) -> list[list[str]]:
    # 64 kB hold the first rows of any sheet, and a cut through a quoted cell only ends the sample early.
    lines = csv.reader(io.StringIO(text[:65_536], newline=""), delimiter=separator)
    try:
        return list(islice(lines, FIRST_ROWS))
    except csv.Error:
        return []


def _known(text: str, separator: str) -> int:
    """The most headers we know in one of the first rows."""
    known = all_headers()
    rows = _first(text, separator)
    return max((sum(folded_header(cell) in known for cell in row) for row in rows), default=0)


def _wide(text: str, separator: str) -> int:
    return max((len(row) for row in _first(text, separator)), default=0)
