"""``make traps``: the list of traps and of the path's decisions, each with the tests that show it; docs/traps.md."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.evidence import Bound, Count, Evidence, Table, keep
from tests.traps.collect import ROOT, Shown, shown
from tests.traps.ids import PATH, TITLES, TRAPS, WAITING

PAGE = ROOT / "docs" / "traps.md"


def faults(found: Shown) -> list[str]:
    """What is wrong with the list: ids with neither a test nor a reason, or with both."""
    nothing = [f"{id_} has neither a test nor a reason to wait" for id_ in TITLES if id_ not in found.keys() | WAITING]
    both = [f"{id_} waits although it has tests" for id_ in WAITING if id_ in found]
    return nothing + both


def page(found: Shown) -> str:
    """The page, in Markdown."""
    lines = [
        "# Traps, and the decisions of the path: what shows each",
        "",
        "Made by `make traps` from the tests themselves: `@pytest.mark.trap`, `@pytest.mark.path`, `[T5 P7]` in the",
        "name of a TypeScript test, `shows` of a topic of the vectors. A test fails when an id has neither a test nor",
        "a reason to wait, and when this page is not what the tests say.",
    ]
    for title, ids in (("Traps", TRAPS), ("Decisions", PATH)):
        lines += ["", f"## {title}", "", "| id | what | shown by |", "|---|---|---|"]
        lines += [f"| {id_} | {what} | {_tests(found, id_)} |" for id_, what in ids.items()]
    return "\n".join(lines) + "\n"


def _tests(found: Shown, id_: str) -> str:
    if id_ in WAITING:
        return f"waits for {WAITING[id_]}"
    by_file: dict[str, list[str]] = {}
    for test in found.get(id_, []):
        file, _, name = test.partition("::")
        by_file.setdefault(file, []).append(name.replace("|", "\\|"))
    return "<br>".join(f"[{Path(file).name}](../{file}): {'; '.join(names)}" for file, names in by_file.items())


def evidence(found: Shown, seconds: float) -> Evidence:
    """The list as it is kept."""
    rows = [[id_, what, str(len(found.get(id_, []))), WAITING.get(id_, "")] for id_, what in TITLES.items()]
    return Evidence(
        name="traps",
        title="Traps and the path",
        claim="Every trap T1–T40 and every decision P1–P30 whose feature exists has a test that shows it.",
        command="make traps",
        counts=[Count("ids with tests", len(found)), Count("ids that wait for a feature", len(WAITING))],
        bounds=[Bound("ids with neither a test nor a reason", len(faults(found)), len(TITLES))],
        tables=[Table("Tests by id", ["id", "what", "tests", "waits for"], rows)],
        remarks=["docs/traps.md names the tests. The tests themselves run with `make test`."],
        seconds=seconds,
    )


def main() -> int:
    """Write the page; 1 when an id is left over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    asked = parser.parse_args()
    began = time.monotonic()
    found = shown()
    PAGE.write_text(page(found), "utf-8")
    wrong = faults(found)
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: {len(found)} ids shown, {len(WAITING)} wait\n")
    sys.stdout.writelines(f"{one}\n" for one in wrong)
    keep(evidence(found, time.monotonic() - began), record=asked.record)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
