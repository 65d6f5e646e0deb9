"""A copy of the tree to plant faults in, and the runs of tests there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.mutants.fault import Fault

from node import wheel_folder

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("backend", "deploy", "e2e", "frontend", "requirements", "sync", "tests", "tools")
FILES = ("package.json", "package-lock.json", "pyproject.toml", "tsconfig.base.json", "vitest.config.ts")
RAN = {0, 1}
"""Exit codes of a runner that ran its tests, whatever they said; any other means that none or not all were run."""
WITHOUT = ("cacheprovider", "playwright", "schemathesis", "xdist")
"""Plugins that no test here needs, and that take as long to load as most of these tests to run."""
PATIENCE_S = 900


@dataclass
class Outcome:
    """What a run said: the tests that passed and those that did not, with the seconds it took."""

    green: set[str] = field(default_factory=set)
    red: set[str] = field(default_factory=set)
    seconds: float = 0
    trouble: str = ""
    """Why the run says nothing: tests that could not be collected, or none that fits the name."""


class Tree:
    """One copy; faults are planted in it one after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", ".vite")
        for name in COPIED:
            shutil.copytree(ROOT / name, folder / name, ignore=ignored, symlinks=True)
        for name in FILES:
            shutil.copy2(ROOT / name, folder / name)
        # One link a package, for those of our own lead into the copy.
        modules = folder / "node_modules"
        modules.mkdir()
        for package in (ROOT / "node_modules").iterdir():
            if package.name != "@gatehouse" and not package.name.startswith("."):
                (modules / package.name).symlink_to(package)
        (modules / "@gatehouse").mkdir()
        for name, target in (("sync", "sync/browser"), ("frontend", "frontend")):
            (modules / "@gatehouse" / name).symlink_to(folder / target)

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        """The fault is in the copy until the block ends."""
        path = self.folder / fault.file
        before, stat = path.read_text("utf-8"), path.stat()
        path.write_text(fault.planted(before), "utf-8")
        try:
            yield
        finally:
            path.write_text(before, "utf-8")
            # As it was, so that what was compiled from it still counts.
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    def run(self, tests: Iterable[str], *, first: bool = False) -> Outcome:
        """Run tests of either runner in the copy; with ``first`` until one fails."""
        wanted = sorted(set(tests))
        browser = [test for test in wanted if ".test.ts" in test]
        python = [test for test in wanted if ".test.ts" not in test]
        outcome, began = Outcome(), time.monotonic()
        if python:
            self._pytest(python, outcome, first=first)
        if browser and not (first and outcome.red):
            self._vitest(browser, outcome, first=first)
        outcome.seconds = time.monotonic() - began
        return outcome

    def _pytest(self, tests: list[str], outcome: Outcome, *, first: bool) -> None:
        report = self.folder / "pytest.xml"
        report.unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", f"--junitxml={report}"]
        command += [part for plugin in WITHOUT for part in ("-p", f"no:{plugin}")]
        command += ["-x"] if first else []
        code, said = self._execute([*command, *tests], write=not first)
        if code not in RAN or not report.exists():
            outcome.trouble = said
            return
        for case in ET.parse(report).iter("testcase"):
            test = f"{case.get('classname')}::{case.get('name')}"
            bad = case.find("failure") is not None or case.find("error") is not None
            (outcome.red if bad else outcome.green).add(test)
        outcome.green -= outcome.red

    def _vitest(self, tests: list[str], outcome: Outcome, *, first: bool) -> None:
        by_file: dict[str, list[str]] = {}
        for test in tests:
            file, _, name = test.partition(" > ")
            by_file.setdefault(file, []).append(name)
        names = [re.escape(name) for group in by_file.values() for name in group]
        report = self.folder / "vitest.json"
        report.unlink(missing_ok=True)
        # Not by npm: it takes longer to start than most of these tests take.
        node = wheel_folder() / "bin" / "node"
        command = [str(node), str(self.folder / "node_modules" / "vitest" / "vitest.mjs"), "run", *by_file]
        command += ["--reporter=json", f"--outputFile={report}", "-t", "|".join(names)]
        command += ["--bail=1"] if first else []
        code, said = self._execute(command, write=True)
        if code not in RAN or not report.exists():
            outcome.trouble = said
            return
        for file in json.loads(report.read_text("utf-8"))["testResults"]:
            if not file["assertionResults"]:
                outcome.trouble = str(file.get("message") or said)
            for case in file["assertionResults"]:
                test = f"{Path(file['name']).relative_to(self.folder.resolve())} > {case['fullName']}"
                {"passed": outcome.green, "failed": outcome.red}.get(case["status"], set()).add(test)

    def _execute(self, command: list[str], *, write: bool) -> tuple[int, str]:
        paths = [str(self.folder / "backend"), str(self.folder / "sync")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        if not write:  # what was compiled from a planted file must not be found by the next run
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return -1, f"not done within {PATIENCE_S} s"
        return done.returncode, (done.stdout + done.stderr)[-2000:]
