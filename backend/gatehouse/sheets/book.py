"""What reading a file leaves of it: plain texts by row and column, and what could not be read."""

from __future__ import annotations

import re
import unicodedata

import msgspec

MAX_BYTES = 10 * 1024 * 1024
"""The largest file, bytes."""
MAX_ROWS = 50_000
"""Most rows with something in them on one sheet."""
MAX_COLUMNS = 100
MAX_SHEETS = 20
FIRST_ROWS = 20
"""Where a header is looked for."""
_BREAKS = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class UnreadableError(Exception):
    """Raised for a file that is no sheet; ``code`` is one of the problem catalogue."""

    def __init__(self, code: str, **extra: int) -> None:
        super().__init__(code)
        self.code, self.extra = code, extra


class Bad(msgspec.Struct, frozen=True, array_like=True):
    """A cell that has no value to read: row and column (0 is A), and why."""

    row: int
    column: int
    code: str


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One row: its number in the file (1 is the first) and its texts."""

    number: int
    cells: list[str]


class Sheet(msgspec.Struct, frozen=True):
    """One sheet without its empty rows.

    ``hidden_rows`` and ``hidden_columns`` were skipped, ``filled`` cells stood under a merged one and took its value.
    ``columns`` are the numbers (0 is A) of the cells of every row.
    """

    name: str
    columns: list[int]
    rows: list[Row]
    bad: list[Bad] = []
    hidden_rows: int = 0
    hidden_columns: int = 0
    filled: int = 0
    crowded: bool = False
    """It has more than ``MAX_ROWS`` rows, and was not read on."""


class Book(msgspec.Struct, frozen=True):
    """All visible sheets of a file; ``encoding`` of a text."""

    sheets: list[Sheet]
    encoding: str | None = None


class Table(msgspec.Struct, frozen=True):
    """What is to be written: texts and numbers under headers.

    ``choices`` by column: what a cell may hold. ``notes`` by column: a comment on the header.
    """

    title: str
    headers: list[str]
    rows: list[list[str | int]]
    choices: dict[int, list[str]] = {}
    notes: dict[int, str] = {}


def clean(text: str) -> str:
    """A text as it is kept: NFC, one space for every run of spaces and line breaks, none around it."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    plain = _BREAKS.sub(" ", unicodedata.normalize("NFC", text))
    return _BREAKS.sub(" ", _CONTROL.sub("", plain)).strip()


def narrow(text: str) -> str:
    """The same with full-width letters, digits and signs made plain."""
    return text if text.isascii() else clean(unicodedata.normalize("NFKC", text))


def letters(column: int) -> str:
    """A column's name: A for 0, AA for 26."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
