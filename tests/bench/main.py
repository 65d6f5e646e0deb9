"""Runs the workloads one after another, prints one table, keeps the figures under build/bench."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import browser, machine, raw, report
from tests.bench.estate import Enrolled, open_gate
from tests.bench.pull import delta, first_pull
from tests.bench.push import push
from tests.bench.report import Figure
from tests.bench.serving import Serving, folder, postgres

PARTS = ("sqlite", "postgres", "pulls", "browser")
VISITS = 10_000
FILL_FRAME = 500
CLIENTS = (1, 8)
PAGE = 1000
SQLITE_RATE, POSTGRES_RATE, PUSH_US = 10_000, 7_000, 100
PULL_RATE, PULL_BYTES = 50_000, 110
DELTA_P50, DELTA_P99 = 1.0, 4.0


def pushes(engine: str, url: str, data: Path, rounds: int, postmaster: int | None = None) -> list[Figure]:
    """W1 and the memory after it."""
    gate = asyncio.run(open_gate(url, data))
    rate: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
    cost: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
    database: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
    limits = []
    with Serving(url, data) as server:
        rows = raw.rows_of(Enrolled(server.port, gate, 99).frames(VISITS))
        for turn in range(rounds):
            sqlite = postmaster is None
            limits.append(raw.sqlite_insert(data, rows) if sqlite else asyncio.run(raw.postgres_insert(url, rows)))
            for clients in CLIENTS:
                done = push(server, gate, clients, VISITS, seed=100 * turn + 10 * clients, postmaster=postmaster)
                rate[clients].append(done.ops_s)
                cost[clients].append(done.server_us)
                database[clients].append(done.database_us)
        memory = machine.rss_mb(server.pids)
    limit = sorted(limits)[len(limits) // 2]
    target = SQLITE_RATE if postmaster is None else POSTGRES_RATE
    figures = []
    for clients in CLIENTS:
        name = f"W1 push, {engine}, {clients} client{'s' if clients > 1 else ''}"
        figures.append(Figure(name, "ops/s", rate[clients], limit, target))
        figures.append(Figure(f"{name}: server CPU", "µs/op", cost[clients], None, PUSH_US, at_most=True))
        if postmaster is not None:
            figures.append(Figure(f"{name}: PostgreSQL's CPU", "µs/op", database[clients]))
    figures.append(Figure(f"W1, {engine}: server memory after {2 * rounds * VISITS:,} visits", "MB", [memory]))
    return figures


def pulls(data: Path, histories: list[int], rounds: int) -> list[Figure]:
    """W2 and W3 on one SQLite server that grows."""
    url = f"sqlite:///{data / 'pulls.db'}"
    gate = asyncio.run(open_gate(url, data))
    figures: list[Figure] = []
    with Serving(url, data) as server:
        reader, filler = Enrolled(server.port, gate, 1), Enrolled(server.port, gate, 2)
        held = 0
        for history in histories:
            while held < history:
                size = min(FILL_FRAME, history - held)
                with filler.wire() as wire:
                    for frame in filler.frames(min(VISITS, history - held) // size * size, size):
                        wire.request("/api/sync/push", frame)
                        held += size
            limit = sorted(raw.hello(rounds))
            found = delta(server, reader, history, rounds)
            name = f"W3 ten behind, {history:,} in history"
            p50, p99 = limit[rounds // 2] * 1e3, limit[rounds * 99 // 100] * 1e3
            figures.append(Figure(f"{name}: p50", "ms", [found.p50], p50, DELTA_P50, at_most=True))
            figures.append(Figure(f"{name}: p99", "ms", [found.p99], p99, DELTA_P99, at_most=True))
            figures.append(Figure(f"{name}: server CPU", "ms", [found.server_ms]))
            if history == VISITS:
                figures = [*first_pulls(server, reader, data / "pulls.db"), *figures]
        memory = machine.rss_mb(server.pids)
    figures.append(Figure(f"W3: server memory with {histories[-1]:,} visits", "MB", [memory]))
    return figures


def first_pulls(server: Serving, reader: Enrolled, database: Path) -> list[Figure]:
    """W2, three times."""
    limits = [raw.select_and_gzip(database, PAGE) for _ in range(3)]
    rate, size = sorted(one[0] for one in limits)[1], limits[0][1]
    found = [first_pull(server, reader) for _ in range(3)]
    name = f"W2 first pull of {VISITS:,}"
    return [
        Figure(name, "records/s", [one.records_s for one in found], rate, PULL_RATE),
        Figure(f"{name}: on the wire", "B/record", [one.wire for one in found], size, PULL_BYTES, at_most=True),
        Figure(f"{name}: server CPU", "µs/record", [one.server_us for one in found]),
    ]


def measure(arguments: argparse.Namespace) -> report.Run:
    """All workloads asked for."""
    begun, before = time.monotonic(), machine.describe()
    figures: list[Figure] = []
    with folder() as data:
        disk = machine.fdatasync_us(data)
    if arguments.sqlite:
        with folder() as data:
            figures += pushes("SQLite", f"sqlite:///{data / 'pushes.db'}", data, arguments.rounds)
    if arguments.postgres:
        with folder() as data, postgres() as (url, postmaster):
            figures += pushes("PostgreSQL", url, data, arguments.rounds, postmaster)
    if arguments.pulls:
        histories = [1_000, VISITS, 100_000, *([1_000_000] if os.environ.get("BENCH_FULL") == "1" else [])]
        with folder() as data:
            figures += pulls(data, histories, arguments.requests)
    notes = []
    if arguments.browser:
        lacking = browser.missing()
        if lacking is None:
            figures += browser.figures()
        else:
            notes.append(lacking)
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    load = round(os.getloadavg()[0], 2)
    return report.Run(before, machine.commit(), at, disk, figures, load, time.monotonic() - begun, notes)


def main() -> int:
    """Parse, measure, print; 0 always: a shared machine is no judge."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the server, beside the raw limits.")
    parser.add_argument("--rounds", type=int, default=3, help="repeats of W1 (%(default)s)")
    parser.add_argument("--requests", type=int, default=1000, help="pulls of W3 at each size (%(default)s)")
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    parser.add_argument("--record", action="store_true", help="put the table into docs/benchmarks.md")
    arguments = parser.parse_args()
    for part in PARTS:
        setattr(arguments, part, arguments.only in {None, part})
    run = measure(arguments)
    report.keep(run)
    moved = report.compared(run)
    if arguments.record:
        report.record(run)
    lines = [report.described(run), "", *report.table(run), "", *run.notes, *moved]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
