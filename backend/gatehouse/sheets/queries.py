"""What other features may ask of spreadsheets: a table as a file, written beside the server's process."""

from __future__ import annotations

from gatehouse.sheets.book import Table
from gatehouse.sheets.columns import LANGUAGES, Language
from gatehouse.sheets.files import write_matrix, write_table
from gatehouse.sheets.matrix_file import MatrixSheet

__all__ = ["LANGUAGES", "Language", "MatrixSheet", "Table", "write_matrix", "write_table"]
