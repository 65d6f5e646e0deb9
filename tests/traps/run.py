"""Traps: which test shows what (`make traps`); with ``--run`` those tests are run, with ``--record`` it is kept."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
from tests.evidence import Bound, Count, Evidence, Table, keep
from tests.traps.catalogue import IDS, LACKS, PATH, TRAPS, WAITING
from tests.traps.collect import ROOT, Found, collect
from tests.traps.page import PAGE, page


class Ran(msgspec.Struct, frozen=True):
    """How a run of tagged tests ended: cases, by runner."""

    runner: str
    cases: int
    failed: int
    skipped: int


def main() -> int:
    """List, check, write the page; give 1 when an id is not accounted for or a test failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", action="store_true", help="run every tagged test as well")
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    given = parser.parse_args()
    started = time.monotonic()
    found = collect()
    for id_, what in IDS.items():
        tests = found.tests.get(id_, [])
        sys.stdout.write(f"{id_:>4}  {len(tests) or 'waits':>5}  {what}\n")
    PAGE.write_text(page(found))
    ran = run(found) if given.run else []
    for one in ran:
        sys.stdout.write(f"{one.runner}: {one.cases} cases, {one.failed} failed, {one.skipped} skipped\n")
    sys.stdout.writelines(f"{fault}\n" for fault in found.faults)
    keep(evidence(found, ran, time.monotonic() - started), record=given.record)
    return int(bool(found.faults) or any(one.failed or not one.cases for one in ran))


def run(found: Found) -> list[Ran]:
    """Run the tagged tests of every runner, one runner after the other."""
    files = sorted({one.file for tests in found.tests.values() for one in tests})
    subprocess.run([sys.executable, "tools/browser.py"], cwd=ROOT, check=False, stdout=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        return [
            _pytest([file for file in files if file.startswith("tests/")], Path(folder) / "tests.xml"),
            # The topics are run as a whole by the two runners of vectors.
            _pytest(["tests/sync/test_vectors.py"], Path(folder) / "vectors.xml", marked=False),
            _vitest([file for file in files if ".test.ts" in file], Path(folder) / "vitest.json"),
            _pytest([file for file in files if file.startswith("e2e/")], Path(folder) / "e2e.xml"),
        ]


def _pytest(files: list[str], report: Path, *, marked: bool = True) -> Ran:
    only = ["-m", "trap or path"] if marked else []
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", f"--junit-xml={report}", *only, *files]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tools")))}
    subprocess.run(command, cwd=ROOT, check=False, stdout=sys.stderr, env=environment)
    runner = f"pytest, {files[0].split('/')[0] if marked else 'vectors'}"
    if not report.exists():
        return Ran(runner, 0, 1, 0)
    suites = ET.parse(report).getroot().iter("testsuite")
    counts = [
        {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")} for suite in suites
    ]
    total = {name: sum(one[name] for one in counts) for name in ("tests", "failures", "errors", "skipped")}
    return Ran(runner, total["tests"], total["failures"] + total["errors"], total["skipped"])


def _vitest(files: list[str], report: Path) -> Ran:
    vectors = ["sync/browser/vectors.test.ts"]
    runner = [sys.executable, "tools/node.py", "exec", "vitest", "run", "--", *files, *vectors]
    subprocess.run([*runner, "--reporter=json", f"--outputFile={report}"], cwd=ROOT, check=False, stdout=sys.stderr)
    if not report.exists():
        return Ran("vitest", 0, 1, 0)
    told = json.loads(report.read_text())
    cases = [
        case["status"]
        for suite in told["testResults"]
        for case in suite["assertionResults"]
        if "[T" in case["fullName"] or "[P" in case["fullName"] or suite["name"].endswith(vectors[0])
    ]
    return Ran("vitest", len(cases), cases.count("failed"), len(cases) - cases.count("failed") - cases.count("passed"))


def evidence(found: Found, ran: list[Ran], seconds: float) -> Evidence:
    """The list, and what running it came to."""
    shown = {test for tests in found.tests.values() for test in tests}
    unshown = [id_ for id_ in IDS if id_ not in found.tests and id_ not in WAITING]
    return Evidence(
        name="traps",
        title="Traps and the path: which test shows what",
        claim="Each trap that a naive sync falls into and each line of the path has a test, or says what it waits for.",
        command="make traps ARGS=--run",
        needs="Chromium for the journeys" if ran else "",
        counts=[
            Count("traps with a test", sum(id_ in found.tests for id_ in TRAPS)),
            Count("lines of the path with a test", sum(id_ in found.tests for id_ in PATH)),
            Count("tests and topics that are tagged", len(shown)),
            *(Count(f"cases that passed, {one.runner}", one.cases - one.failed - one.skipped) for one in ran),
            *(Count(f"cases that failed, {one.runner}", one.failed) for one in ran),
            *(Count(f"cases that were skipped, {one.runner}", one.skipped) for one in ran if one.skipped),
        ],
        # All ids were looked at and these tests have no chance in them: where none failed there is no rate to bound.
        bounds=[
            *([Bound("ids not accounted for, and wrong tags", len(found.faults), len(IDS))] if found.faults else []),
            *(Bound(f"tagged cases that failed, {one.runner}", one.failed, one.cases) for one in ran if one.failed),
        ],
        tables=[
            Table("Tests by id", ["id", "tests", "id", "tests", "id", "tests", "id", "tests"], _rows(found)),
            Table(
                "Waiting, wholly or in part", ["id", "for"], [[id_, what] for id_, what in (WAITING | LACKS).items()]
            ),
        ],
        remarks=[
            f"Without a test: {', '.join(unshown)}." if unshown else "Every other id has at least one test.",
            "The list, with the name of each test, is docs/traps.md.",
            *([] if ran else ["The tests were listed here, not run; `make test` runs them."]),
        ],
        seconds=seconds,
    )


def _rows(found: Found) -> list[list[str]]:
    cells = [[id_, str(len(found.tests.get(id_, []))) if id_ in found.tests else "waits"] for id_ in IDS]
    return [[text for cell in cells[at : at + 4] for text in cell] for at in range(0, len(cells), 4)]


if __name__ == "__main__":
    sys.exit(main())
