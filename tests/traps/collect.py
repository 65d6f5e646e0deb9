"""Which tests say that they show a trap or a decision of the path.

In Python by ``@pytest.mark.trap("T5")`` and ``@pytest.mark.path("P7")``, in TypeScript by ``[T5 P7]`` in a test's name,
in a topic of the vectors by ``shows``.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.traps.ids import TITLES

ROOT = Path(__file__).resolve().parents[2]
MARKS = {"trap": "T", "path": "P"}
TAG = re.compile(r"\[((?:[TP]\d+)(?: [TP]\d+)*)\]")
TITLE = re.compile(
    r"""\b(?:it|test|describe)(?:\.each\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1"""
)
Shown = dict[str, list[str]]
"""Id: the tests that show it, ``file::name``."""


def python(source: str) -> Iterator[tuple[str, str]]:
    """``(id, test)`` of every mark in a file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from ((id_, node.name) for mark in node.decorator_list for id_ in _marked(mark, node.name))


def _marked(mark: ast.expr, name: str) -> list[str]:
    if not isinstance(mark, ast.Call) or not isinstance(mark.func, ast.Attribute) or mark.func.attr not in MARKS:
        return []
    if ast.unparse(mark.func.value) != "pytest.mark":
        return []
    ids = [ast.literal_eval(argument) for argument in mark.args]
    if not name.startswith("test_") or any(id_[0] != MARKS[mark.func.attr] for id_ in ids):
        raise ValueError(f"{name} is no test, or {ids} are not of {mark.func.attr}")
    return ids


def typescript(source: str) -> Iterator[tuple[str, str]]:
    """``(id, test)`` of every tag in a test's name."""
    for match in TITLE.finditer(source):
        for tag in TAG.finditer(match[2]):
            yield from ((id_, TAG.sub("", match[2]).strip()) for id_ in tag[1].split())


def vectors(source: str) -> Iterator[tuple[str, str]]:
    """``(id, topic)`` of a suite."""
    suite = json.loads(source)
    yield from (
        (id_, f"{len(suite['cases'])} cases, in both halves where both run it") for id_ in suite.get("shows", [])
    )


def shown(root: Path = ROOT) -> Shown:
    """Every id that some test says it shows, with those tests, sorted.

    Raises:
        LookupError: a test names an id that is none.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for folder, pattern, read in (
        ("tests", "**/test_*.py", python),
        ("e2e", "test_*.py", python),
        ("sync/browser", "**/*.test.ts", typescript),
        ("frontend/src", "**/*.test.ts", typescript),
        ("tests", "**/*.test.ts", typescript),
        ("sync/vectors", "*.json", vectors),
    ):
        for file in (root / folder).glob(pattern):
            if "node_modules" in file.parts or file.name == "schema.json":
                continue
            for id_, test in read(file.read_text("utf-8")):
                if id_ not in TITLES:
                    raise LookupError(f"{file.relative_to(root)}: {test} shows {id_}, which is nothing")
                found[id_].add(f"{file.relative_to(root)}::{test}")
    return {id_: sorted(found[id_]) for id_ in TITLES if id_ in found}
