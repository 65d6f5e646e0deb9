"""Build the web app when its sources have changed, and only then."""

import sys
from pathlib import Path

from node import npm
from stamp import digest, fresh

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "frontend" / "dist"
MODULES = ROOT / "node_modules"

# The stamps lie inside what they speak of, so that removing a folder forgets its stamp; an sdist carries the built
# app together with its stamp and needs no Node.
BUILT = DIST / ".stamp"
INSTALLED = MODULES / ".stamp"

PACKAGES = ["package.json", "package-lock.json", ".npmrc", "frontend/package.json", "sync/browser/package.json"]
SOURCES = ["frontend", "sync/browser"]
SKIPPED = {"dist", "node_modules"}


def sources() -> list[Path]:
    found = [ROOT / name for name in [*PACKAGES, "tsconfig.base.json"]]
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*"):
            inside = path.relative_to(ROOT).parts
            if path.is_file() and not SKIPPED.intersection(inside) and ".test." not in path.name:
                found.append(path)
    return sorted(set(found))


def built() -> bool:
    """Whether frontend/dist is what the sources in the tree would give."""
    return fresh(BUILT, digest(sources(), root=ROOT))


def install() -> None:
    """Bring node_modules to exactly what package-lock.json says; no package's install script is run."""
    wanted = digest([ROOT / name for name in PACKAGES], root=ROOT, extra=sys.platform)
    if not fresh(INSTALLED, wanted):
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        INSTALLED.write_text(wanted)


def build() -> None:
    wanted = digest(sources(), root=ROOT)
    if fresh(BUILT, wanted):
        print("The web app is up to date.")
        return
    install()
    npm("run", "build", "--silent")
    BUILT.write_text(wanted)


if __name__ == "__main__":
    build()
