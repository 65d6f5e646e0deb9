"""The months that tests of the screens read are what rules say today."""

from pathlib import Path

from month_rows import text

STORED = Path(__file__).parents[3] / "frontend/src/attendance/testing.json"


def test_the_stored_months_are_those_that_rules_make() -> None:
    assert STORED.read_text() == text(), "run `tools/month_rows.py` and store what it prints"
