"""The Python half follows every vector."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.sync.runners import RUNNERS
from tests.sync.vectors import cases, suites

SUITES = 23


@pytest.mark.parametrize(("topic", "case"), [pytest.param(t, c, id=f"{t}: {c['name']}") for t, c in cases()])
def test_case(topic: str, case: dict[str, Any]) -> None:
    # As texts: to Python 1, 1.0 and True are equal.
    assert plain(RUNNERS[topic](case["given"])) == plain(case["expected"]), case["fault"]


def plain(value: object) -> str:
    return json.dumps(value, sort_keys=True, indent=1)


def test_every_suite_was_found_and_every_topic_is_known() -> None:
    found = [suite["topic"] for suite in suites()]
    assert len(found) == SUITES
    assert sorted(found) == sorted(RUNNERS)
