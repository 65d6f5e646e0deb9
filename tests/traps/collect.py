"""Which tests show which trap or line of the path, read from the tests without running them.

A Python test says so by ``@pytest.mark.trap("T5")`` or ``@pytest.mark.path("P7")``, a TypeScript one by a tag at the
end of its name, ``[T5]``, and a topic of ``sync/vectors`` by its ``path``. A tag that is on no test is a fault.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from tests.traps.catalogue import IDS, LACKS, WAITING

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ("tests", "e2e")
TYPESCRIPT = ("sync/browser", "frontend/src")
VECTORS = "sync/vectors"
MARKS = {"trap": "T", "path": "P"}
OFF = {"skip", "xfail"}
TAG = re.compile(r"\[([TP]\d+)\]")


class Shown(msgspec.Struct, frozen=True, order=True):
    """A test that shows an id: ``file`` from the root, ``name`` as the runner tells it."""

    file: str
    name: str


class Found(msgspec.Struct, frozen=True):
    """All tags of a tree: tests by id, and what is wrong."""

    tests: dict[str, list[Shown]]
    faults: list[str]


def collect(root: Path = ROOT) -> Found:
    """Every tag under ``root``, and every fault in them."""
    tests: dict[str, list[Shown]] = {}
    faults: list[str] = []
    for id_, found in [*_python(root), *_typescript(root), *_vectors(root)]:
        if isinstance(found, str):
            faults.append(found)
        elif id_ not in IDS:
            faults.append(f"{found.file}: {found.name}: there is no {id_}")
        else:
            tests.setdefault(id_, []).append(found)
    faults += [f"{id_} has no test, and waits for nothing" for id_ in IDS if id_ not in tests and id_ not in WAITING]
    faults += [f"{id_} has a test and need not wait" for id_ in WAITING if id_ in tests]
    faults += [f"{id_} lacks a part and has no test of the rest" for id_ in LACKS if id_ not in tests]
    faults += [f"there is no {id_}" for id_ in {**WAITING, **LACKS} if id_ not in IDS]
    return Found({id_: sorted(set(tests[id_])) for id_ in IDS if id_ in tests}, faults)


Tagged = Iterator[tuple[str, Shown | str]]


def _python(root: Path) -> Tagged:
    for folder in PYTHON:
        for path in sorted((root / folder).rglob("*.py")):
            text = path.read_text()
            if any(f"mark.{mark}" in text for mark in MARKS):
                yield from python_tags(text, str(path.relative_to(root)))


def python_tags(text: str, file: str) -> Tagged:
    """The tags of one Python file."""
    tree = ast.parse(text)
    on_tests: set[ast.AST] = set()
    for test, name in _tests(tree) if Path(file).name.startswith("test_") else []:
        marks = [(mark, call) for call in test.decorator_list if (mark := _mark(call)) is not None]
        off = sorted({mark for mark, _ in marks} & OFF)
        for mark, call in marks:
            if mark not in MARKS:
                continue
            on_tests.add(call)
            args = call.args if isinstance(call, ast.Call) else []
            ids = [one.value for one in args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if not ids or len(ids) < len(args) or off:
                yield "", f"{file}: {name}: {f'tagged, and marked {off[0]}' if off else f'a {mark} without an id'}"
            for id_ in ids:
                wrong = not id_.startswith(MARKS[mark])
                yield id_, f"{file}: {name}: {id_} is no {mark}" if wrong else Shown(file, name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _mark(node) in MARKS and node not in on_tests:
            yield "", f"{file}:{node.lineno}: a tag that is on no test"


def _tests(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]]:
    """What pytest would collect, by its name in the file."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test") else [node]
        for one in inside:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test"):
                yield one, one.name if one is node else f"{node.name}::{one.name}"  # type: ignore[attr-defined]  # a class


def _mark(node: ast.expr) -> str | None:
    """The x of ``pytest.mark.x`` or ``pytest.mark.x(…)``."""
    called = node.func if isinstance(node, ast.Call) else node
    if not isinstance(called, ast.Attribute) or not isinstance(called.value, ast.Attribute):
        return None
    return called.attr if called.value.attr == "mark" else None


def _typescript(root: Path) -> Tagged:
    for folder in TYPESCRIPT:
        for path in sorted((root / folder).rglob("*.ts*")):
            if "node_modules" not in path.parts:
                text = path.read_text()
                if TAG.search(text):
                    yield from typescript_tags(text, str(path.relative_to(root)))


# A comment first, so that a name in one is passed over; an address in a text is no comment.
_PIECES = re.compile(
    r"/\*.*?\*/|(?<!:)//[^\n]*|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`", re.DOTALL
)
_CALLED = re.compile(r"(?<![\w.])(?:it|test)(\.each|\.for)?\s*$")
_OFF = re.compile(r"\b(?:it|test|describe)\.only\b|\bdescribe\.(?:skip|todo|skipIf|runIf)\b")


def typescript_tags(text: str, file: str) -> Tagged:
    """The tags of one TypeScript file: in names of ``it`` and ``test``, plain or ``each``."""
    if _OFF.search(text):
        yield "", f"{file}: tagged, and tests in it are switched off"
    for piece in _PIECES.finditer(text):
        written = piece[0]
        ids = TAG.findall(written) if not written.startswith("/") else []
        if not ids:
            continue
        name = TAG.sub("", written[1:-1]).replace("\\'", "'").strip()
        called = re.search(r"\.test\.tsx?$", file) and _is_name_of_a_test(text[: piece.start()])
        for id_ in ids:
            yield id_, Shown(file, name) if called else f"{file}: {name}: a tag that is on no test"


def _is_name_of_a_test(before: str) -> bool:
    before = before.rstrip()
    if not before.endswith("("):
        return False
    before = before[:-1]
    called = _CALLED.search(before)
    if called is not None:
        return called[1] is None
    if not before.rstrip().endswith(")"):
        return False
    # `it.each(…)('name'`: back over the table to what was called. A bracket inside a text of it is a fault, not a test.
    before, depth = before.rstrip(), 0
    for at in range(len(before) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(before[at], 0)
        if depth == 0:
            called = _CALLED.search(before[:at])
            return called is not None and called[1] is not None
    return False


def _vectors(root: Path) -> Tagged:
    for path in sorted((root / VECTORS).glob("*.json")):
        suite = json.loads(path.read_text("utf-8"))
        if path.name != "schema.json":
            for id_ in suite.get("path", []):
                yield id_, Shown(str(path.relative_to(root)), f"{len(suite['cases'])} cases, {_halves(suite)}")


def _halves(suite: dict[str, list[str]]) -> str:
    return "both halves" if "halves" not in suite else "the Python half"
