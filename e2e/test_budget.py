"""What a phone on a bad line must fetch: bytes of JavaScript as they travel (gzip)."""

import gzip
import re
from pathlib import Path

from gatehouse.web import built_app

FIRST_PAINT = 45_000
"""The page's scripts with all they import at once, and the service worker."""
WHOLE = 260_000
"""Everything of one language, three jobs with all their screens (visitors 70 kB, the clock, swaps and the board 36 kB),
group robots and calendars (8 kB), what is given back to a restored server (2 kB), the office, where an admin keeps the
estate (places 19 kB, people and devices 17 kB, spreadsheets; a guard's device may be an admin's next), the clauses of
nine regulations in words with what they set (27 kB), leave, outings and corrections (14 kB), rosters, and one's month
with what explains each day: after this the app needs the network for records alone. It comes once, in the background,
and stays."""
STATIC_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*["'`]\./([\w.-]+\.js)["'`]""")


def dist() -> Path:
    found = built_app()
    assert found, "run `make build` first"
    return found


def weight(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def at_once(assets: Path, index: str) -> set[Path]:
    """The scripts that the page names, and what these import before they run."""
    found: set[Path] = set()
    names = set(re.findall(r'(?:src|href)="/assets/([\w.-]+\.js)"', index))
    while names:
        script = assets / names.pop()
        found.add(script)
        names |= {name for name in STATIC_IMPORT.findall(script.read_text()) if assets / name not in found}
    return found


def test_the_first_paint_is_within_its_budget() -> None:
    folder = dist()
    scripts = at_once(folder / "assets", (folder / "index.html").read_text())
    assert len(scripts) >= 2  # the closure found more than the entry: the patterns still fit the build
    assert weight(*scripts, folder / "sw.js") <= FIRST_PAINT


def test_the_whole_app_is_within_its_budget() -> None:
    folder = dist()
    others = re.compile(r"(en|zh-TW)-[\w-]+\.js")
    scripts = [file for file in (folder / "assets").glob("*.js") if not others.fullmatch(file.name)]
    assert weight(*scripts, folder / "sw.js") <= WHOLE
