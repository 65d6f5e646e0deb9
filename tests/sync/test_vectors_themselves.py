"""The vectors are worth running: well formed, distinct, up to date, and each topic sees the faults it is for."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import jsonschema_rs
import pytest
from tests.sync import vectors
from tests.sync.mutants import MUTANTS, Constant, Mutant
from tests.sync.runners import RUNNERS

import vectors as generator

SCHEMA = jsonschema_rs.validator_for(json.loads((vectors.FOLDER / "schema.json").read_text("utf-8")))
SUITES = {suite["topic"]: suite for suite in vectors.suites()}


@pytest.mark.parametrize("path", vectors.FILES, ids=lambda path: path.stem)
def test_a_file_fits_the_schema_and_is_named_after_its_topic(path: Any) -> None:
    suite = json.loads(path.read_text("utf-8"))
    # Half an emoji is no text to the validator; what stands for it is all the same to the schema.
    whole = json.loads(re.sub(r"(?<!\\)\\ud83d", "?", path.read_text("utf-8")))
    assert [error.message for error in SCHEMA.iter_errors(whole)] == []
    assert suite["topic"] == path.stem


@pytest.mark.parametrize(
    "suite",
    [
        {"topic": "canon", "spec": "0", "cases": []},
        {"topic": "canon", "spec": "0", "cases": [{"name": "abc"}] * 5},
        {"topic": "Canon", "spec": "0", "cases": SUITES["canon"]["cases"][:5]},
        {"topic": "canon", "spec": "0", "cases": SUITES["canon"]["cases"][:5], "comment": "x"},
        {"topic": "canon", "spec": "0", "halves": ["perl"], "cases": SUITES["canon"]["cases"][:5]},
    ],
)
def test_the_schema_refuses_what_is_no_topic(suite: dict[str, Any]) -> None:
    assert not SCHEMA.is_valid(suite)


@pytest.mark.parametrize("topic", SUITES)
def test_names_are_unique_and_no_case_is_given_twice(topic: str) -> None:
    cases = SUITES[topic]["cases"]
    names = Counter(case["name"] for case in cases)
    given = Counter(json.dumps(case["given"], sort_keys=True) for case in cases)
    assert [name for name, count in names.items() if count > 1] == []
    assert [text for text, count in given.items() if count > 1] == []


@pytest.mark.parametrize("topic", SUITES)
def test_the_file_is_what_its_case_list_says(topic: str) -> None:
    assert (vectors.FOLDER / f"{topic}.json").read_text("utf-8") == generator.topic(topic)


def test_every_topic_has_a_line_in_the_readme() -> None:
    readme = (vectors.FOLDER / "README.md").read_text("utf-8")
    assert [topic for topic in SUITES if f"| `{topic}` |" not in readme] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.topic}: {mutant.fault}")
def test_a_planted_fault_is_caught_by_the_case_that_is_for_it(
    mutant: Mutant | Constant, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = next(case for case in SUITES[mutant.topic]["cases"] if case["name"] == mutant.caught_by)
    assert holds(mutant.topic, case)
    mutant.plant(monkeypatch)
    assert not holds(mutant.topic, case)


def holds(topic: str, case: dict[str, Any]) -> bool:
    """Whether the case is green; a crash is a red case too."""
    try:
        result = RUNNERS[topic](case["given"])
    except Exception:  # noqa: BLE001 - a planted fault may raise anything
        return False
    return json.dumps(result, sort_keys=True) == json.dumps(case["expected"], sort_keys=True)


def test_every_pure_topic_has_planted_faults() -> None:
    planted = Counter(mutant.topic for mutant in MUTANTS)
    few = {"apply", "canon", "check", "clock", "merge", "shade", "chain_repair", "pages"}
    assert {topic: planted[topic] for topic in few if planted[topic] < 4} == {}
