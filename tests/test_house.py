"""Imports run one way: each floor of the house uses only what lies below it."""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BACKEND = ROOT / "backend" / "gatehouse"
SYNC = ROOT / "sync" / "gatehouse_sync"
BROWSER = ROOT / "sync" / "browser"
FRONTEND = ROOT / "frontend" / "src"

FEATURES = "features"
# From the roof down. A folder that is named nowhere here is a feature.
FLOORS = [
    {"cli", "__main__"},
    {"doctor", "demo", "init", "recode", "regulations"},
    {"app", "coverage"},
    {"kinds", "openapi", "backup", "lan"},
    {FEATURES},
    {"replication"},
    {"devices"},
    {"audit", "identity", "jobs"},
    {"db", "errors", "failure_codes", "problem_catalogue", "logs"},
    {"rules", "web", "settings", "machine"},
    {"gatehouse_sync"},
]
FLOOR = {unit: number for number, floor in enumerate(FLOORS) for unit in floor}
LAYERS = {"shell", "ui", "device", "messages"}  # folders of frontend/src that are no feature


def python_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imports(path: Path, package: str) -> Iterator[str]:
    """Every module that `path` imports, by its full dotted name; relative imports are resolved against `package`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: -(node.level - 1) or None] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def unit_of(module: str) -> str | None:
    """The top-level part of the house that a module belongs to: "db", "attendance", "gatehouse_sync"."""
    first, *rest = module.split(".")
    if first == "gatehouse_sync":
        return first
    return rest[0] if first == "gatehouse" and rest else None


def edges() -> Iterator[tuple[str, str, Path, str]]:
    """(importing unit, imported unit, file, imported name) for every import across units."""
    for path in python_files(BACKEND):
        inside = path.relative_to(BACKEND)
        unit = inside.parts[0].removesuffix(".py")
        package = ".".join(["gatehouse", *inside.parent.parts])
        for module in imports(path, package):
            target = unit_of(module)
            if target and unit not in (target, "__init__"):
                yield unit, target, path.relative_to(ROOT), module


def floor_of(unit: str) -> int:
    return FLOOR.get(unit, FLOOR[FEATURES])


def test_every_module_has_its_floor() -> None:
    """A new file beside app.py is placed in FLOORS on purpose; a new folder is a feature."""
    files = {path.stem for path in BACKEND.glob("*.py")} - {"__init__"}
    assert files <= FLOOR.keys()


def test_no_unit_imports_from_above() -> None:
    upward = [f"{path}: {name}" for unit, target, path, name in edges() if floor_of(target) < floor_of(unit)]
    assert upward == []


def test_units_do_not_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for unit, target, _, _ in edges():
        graph.setdefault(unit, set()).add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(f"a circle of imports: {circle.args[1]}")


def test_features_use_each_other_only_through_queries() -> None:
    features = FLOOR[FEATURES]
    other_ways = [
        f"{path}: {name}"
        for unit, target, path, name in edges()
        if floor_of(unit) == floor_of(target) == features and name.split(".")[2:3] != ["queries"]
    ]
    assert other_ways == []


def test_the_sync_layer_needs_only_the_standard_library_and_msgspec() -> None:
    allowed = sys.stdlib_module_names | {"msgspec", "gatehouse_sync"}
    files = python_files(SYNC)
    foreign = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        for name in imports(path, ".".join(["gatehouse_sync", *path.relative_to(SYNC).parent.parts]))
        if name.split(".")[0] not in allowed
    ]
    assert files, "the sync layer has gone missing"
    assert foreign == []


def typescript(folder: Path) -> list[Path]:
    found = [*folder.rglob("*.ts"), *folder.rglob("*.tsx")]
    return sorted(path for path in found if "node_modules" not in path.parts)


def without_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", source, flags=re.DOTALL)


def specifiers(path: Path) -> list[str]:
    """What a TypeScript file imports, exports from, or imports lazily."""
    return re.findall(r"""(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]""", without_comments(path.read_text()))


def test_the_browser_half_of_sync_knows_neither_a_view_nor_a_page() -> None:
    guilty = []
    for path in typescript(BROWSER):
        source = without_comments(path.read_text())
        if path.suffix == ".tsx" or re.search(r"\b(?:document|window|localStorage|sessionStorage)\s*[.\[]", source):
            guilty.append(str(path.relative_to(ROOT)))
        guilty += [f"{path.relative_to(ROOT)}: {name}" for name in specifiers(path) if re.match(r"@?preact\b", name)]
    assert guilty == []


def folder_in_frontend(path: Path) -> str | None:
    """The folder of frontend/src that a path lies in; None for its root and for whatever lies outside."""
    parts = path.relative_to(FRONTEND).parts if path.is_relative_to(FRONTEND) else ()
    return parts[0] if len(parts) > 1 else None


def test_no_feature_of_the_frontend_imports_another() -> None:
    crossings = []
    for path in typescript(FRONTEND):
        own = folder_in_frontend(path)
        for name in specifiers(path):
            if own is None or own == "shell" or not name.startswith("."):
                continue  # main.tsx and the shell put the features together
            target = folder_in_frontend((path.parent / name).resolve())
            if target and target != own and target not in LAYERS:
                crossings.append(f"{path.relative_to(ROOT)}: {name}")
    assert crossings == []
