"""The vector files, read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "sync" / "vectors"
FILES = sorted(path for path in FOLDER.glob("*.json") if path.name != "schema.json")

Json = dict[str, Any]


def suites() -> list[Json]:
    return [json.loads(path.read_text("utf-8")) for path in FILES]


def cases() -> list[tuple[str, Json]]:
    """``(topic, case)`` of every topic that this half runs."""
    return [
        (suite["topic"], case) for suite in suites() if "python" in suite.get("halves", ["python"])
        for case in suite["cases"]
    ]  # fmt: skip
