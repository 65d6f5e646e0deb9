"""A table as a file: texts stay texts in it, whatever they look like (leading zeros, a name that is a formula)."""

from __future__ import annotations

import csv
import io

import xlsxwriter  # type: ignore[import-untyped]  # xlsxwriter ships no types

from gatehouse.sheets.book import Table, clean
from gatehouse.sheets.read_csv import quoted

_WIDEST = 40
_MOST_CHOICES = 255
"""Characters of a list of choices that a sheet can hold in itself."""


def write_csv(table: Table) -> bytes:
    """UTF-8 with its mark, for Excel; a cell that could run as a formula is shielded by an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([quoted(header) for header in table.headers])
    writer.writerows([quoted(clean(cell)) if isinstance(cell, str) else cell for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def write_xlsx(table: Table) -> bytes:
    """A workbook of one sheet: headers that stay in sight, texts as texts, choices to pick from."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        sheet = book.add_worksheet(table.title[:31])
        head = book.add_format({"bold": True, "bottom": 1})
        plain = book.add_format({"num_format": "@"})
        last = max(len(table.rows), 1_000)
        for column, header in enumerate(table.headers):
            cells = [row[column] for row in table.rows[:200]]
            wide = max([len(header), *(len(str(cell)) for cell in cells)], default=8)
            sheet.set_column(column, column, min(_WIDEST, 4 + 2 * wide), plain)
            sheet.write_string(0, column, header, head)
            if column in table.notes:
                sheet.write_comment(0, column, table.notes[column], {"x_scale": 2})
            choices = table.choices.get(column, [])
            if choices and sum(len(one) + 1 for one in choices) <= _MOST_CHOICES:
                # Only offered: what else stands there is judged by the import, with a better sentence.
                sheet.data_validation(
                    1, column, last, column, {"validate": "list", "source": choices, "error_type": "information"}
                )
        for number, row in enumerate(table.rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                elif cell:
                    sheet.write_string(number, column, clean(cell), plain)
        sheet.freeze_panes(1, 0)
    return out.getvalue()
