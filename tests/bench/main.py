"""Runs the workloads one after another, prints one table, keeps the figures under build/bench."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import attendance, browser, machine, partners, raw, report, rosters, rules, sheets
from tests.bench.backup import while_copied
from tests.bench.estate import Enrolled, open_gate
from tests.bench.live import both_change, listeners
from tests.bench.pull import Behind, deltas, first_pull
from tests.bench.push import push
from tests.bench.report import Figure
from tests.bench.serving import Serving, folder, postgres

PARTS = ("sqlite", "postgres", "pulls", "live", "backup", "sheets", "rules", "browser")
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


def pulls(histories: list[int], rounds: int) -> list[Figure]:
    """W2 and W3, with a server of its own for each history."""
    figures: list[Figure] = []
    with ExitStack() as stack:
        all_behind = []
        for history in histories:
            data = stack.enter_context(folder())
            url = f"sqlite:///{data / 'pulls.db'}"
            gate = asyncio.run(open_gate(url, data))
            server = stack.enter_context(Serving(url, data))
            fill(Enrolled(server.port, gate, 2), history)
            reader = Enrolled(server.port, gate, 1)
            if history == VISITS:
                figures += first_pulls(server, reader, data / "pulls.db")
            all_behind.append(Behind(server, reader, history))
            stack.callback(all_behind[-1].close)
        found, (p50, p99) = deltas(all_behind, stack.enter_context(raw.hello()), rounds)
        for one in found:
            name = f"W3 ten behind, {one.history:,} in history"
            figures.append(Figure(f"{name}: p50", "ms", [one.p50], p50, DELTA_P50, at_most=True))
            figures.append(Figure(f"{name}: p99", "ms", [one.p99], p99, DELTA_P99, at_most=True))
            figures.append(Figure(f"{name}: server CPU", "ms", [one.server_ms]))
        memory = machine.rss_mb(all_behind[-1].server.pids)
    figures.append(Figure(f"W3: server memory with {histories[-1]:,} visits", "MB", [memory]))
    return figures


def live() -> list[Figure]:
    """W4 and W5 on one server."""
    with folder() as data:
        url = f"sqlite:///{data / 'live.db'}"
        gate = asyncio.run(open_gate(url, data))
        with Serving(url, data) as server:
            return both_change(server, gate) + listeners(server, gate)


def backup(history: int) -> list[Figure]:
    """W6 on a database of so many visits."""
    with folder() as data:
        url = f"sqlite:///{data / 'backup.db'}"
        gate = asyncio.run(open_gate(url, data))
        with Serving(url, data) as server:
            fill(Enrolled(server.port, gate, 1), history)
            return while_copied(server, Enrolled(server.port, gate, 2), data, history)


def fill(device: Enrolled, history: int) -> None:
    """Push so many visits, in the largest frames."""
    for held in range(0, history, VISITS):
        made = device.frames(min(VISITS, history - held), FILL_FRAME)
        with device.wire() as wire:  # a server closes one that was silent while the frames were signed
            for frame in made:
                wire.request("/api/sync/push", frame)


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
        figures += pulls(histories, arguments.requests)
    if arguments.live:
        figures += live()
    if arguments.backup:
        figures += backup(arguments.visits)
    if arguments.sheets:
        with folder() as data:
            figures += sheets.figures("SQLite", f"sqlite:///{data / 'sheets.db'}", data)
        with folder() as data, postgres() as (url, _postmaster):
            figures += sheets.figures("PostgreSQL", url, data)
    if arguments.rules:
        figures += rules.figures()
        figures += partners.figures()
        with folder() as data:
            figures += asyncio.run(attendance.figures("SQLite", f"sqlite:///{data / 'attendance.db'}"))
        with folder() as data, postgres() as (url, _postmaster):
            figures += asyncio.run(attendance.figures("PostgreSQL", url))
        with folder() as data:
            figures += rosters.figures("SQLite", f"sqlite:///{data / 'rosters.db'}")
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
    parser.add_argument("--visits", type=int, default=100_000, help="in the database of W6 (%(default)s)")
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
