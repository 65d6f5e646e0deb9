"""The catalogue that the browser reads is the one that Python decides by."""

from pathlib import Path

import msgspec

from gatehouse_sync import canon
from gatehouse_sync.entities import catalogue

COMMITTED = Path(__file__).parents[2] / "sync" / "browser" / "entities.json"


def test_the_committed_catalogue_is_this_modules_output() -> None:
    """`python -m gatehouse_sync.entities > sync/browser/entities.json` would change nothing."""
    printed = msgspec.json.format(canon.encode(catalogue()), indent=1) + b"\n"
    assert COMMITTED.read_bytes() == printed, "run: python -m gatehouse_sync.entities > sync/browser/entities.json"
