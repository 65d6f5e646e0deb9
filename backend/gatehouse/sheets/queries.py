"""What other features may ask of spreadsheets: a table as a file, written beside the server's process."""

from __future__ import annotations

from gatehouse.sheets.book import Table
from gatehouse.sheets.columns import LANGUAGES, Language
from gatehouse.sheets.files import write_table

__all__ = ["LANGUAGES", "Language", "Table", "write_table"]
