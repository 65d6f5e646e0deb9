"""`make growth`: how cost grows with records, scopes, devices, sockets and a slower disk, beside the raw limits."""

from __future__ import annotations

import argparse
import sys
import time

from tests.bench import commits
from tests.bench.commits import Commits
from tests.bench.growing import BEHIND, Crowd, Point, by_devices, by_records, by_scopes, by_sockets
from tests.bench.report import shown
from tests.evidence import Bound, Evidence, Table, keep

RECORDS, FULL_RECORDS = [1_000, 10_000, 100_000], [1_000, 10_000, 100_000, 1_000_000]
SCOPES = [1, 10, 100, 1_000]
DEVICES = [10, 100, 500, 2_000]
SOCKETS = [10, 100, 1_000]
DELAYS = [0, 100, 1_000, 5_000]
MEMORY_MB = 200.0
PARTS = ("records", "scopes", "devices", "sockets", "commits")


def _points(title: str, what: str, points: list[Point], first: str) -> Table:
    columns = [
        what,
        "push, server CPU µs/act",
        "push acts/s",
        "raw driver rows/s",
        f"pull {BEHIND} behind: p50, p99 ms",
        "raw ASGI p50 ms",
        first,
        "bytes of database for each",
        "server MB",
    ]
    rows = [
        [
            f"{one.size:,}",
            shown(one.push_us),
            shown(one.push_s),
            shown(one.raw_push_s),
            f"{shown(one.pull_p50)}, {shown(one.pull_p99)}",
            shown(one.raw_pull_p50),
            shown(one.first_ms),
            shown(one.bytes_each) if one.bytes_each else "",
            shown(one.rss_mb),
        ]
        for one in points
    ]
    return Table(title, columns, rows)


def _crowds(title: str, crowds: list[Crowd]) -> Table:
    columns = ["sockets", "p50, p99 ms", "raw WebSocket p50, p99 ms", "server MB"]
    rows = [
        [
            f"{one.sockets:,}",
            f"{shown(one.p50)}, {shown(one.p99)}",
            f"{shown(one.raw_p50)}, {shown(one.raw_p99)}",
            shown(one.rss_mb),
        ]
        for one in crowds
    ]
    return Table(title, columns, rows)


def _commits(found: list[Commits]) -> Table:
    columns = ["database", "added to each fsync, ms", "pushes/s, 1 client", "pushes/s, 8 clients", "raw commits/s"]
    rows = [
        [
            one.engine,
            f"{one.delay_us / 1000:g}",
            *(shown(one.pushes_s[clients]) for clients in commits.CLIENTS),
            shown(one.raw_s),
        ]
        for one in found
    ]
    return Table("Pushes of one act, one org", columns, rows)


def measure(parts: list[str], *, full: bool) -> tuple[list[Table], list[Bound], list[str]]:
    """The tables, what is bounded, and what had to be left out."""
    tables, bounds, remarks = [], [], []
    if "records" in parts:
        points, crowd = by_records(FULL_RECORDS if full else RECORDS)
        tables.append(_points("Visits of one site, SQLite", "visits", points, "first page ms"))
        size = points[-1].size
        tables.append(_crowds(f"The same server with {size:,} visits and its sockets", [crowd]))
        if full:
            over = int(crowd.rss_mb > MEMORY_MB)
            what = f"server over {MEMORY_MB:.0f} MB with {crowd.sockets:,} sockets and a million visits"
            bounds.append(Bound(what, over, 1))
    if "scopes" in parts:
        title = "Sites of one org, a post and a guard at each; the pull is an admin's, who holds them all; SQLite"
        tables.append(_points(title, "sites", by_scopes(SCOPES), "admin's first page ms"))
    if "devices" in parts:
        tables.append(_points("Devices enrolled, ten a site; SQLite", "devices", by_devices(DEVICES), "first page ms"))
    if "sockets" in parts:
        tables.append(_crowds("Sockets on one site, ten visits a second; SQLite", by_sockets(SOCKETS)))
    if "commits" in parts:
        lacking = commits.missing()
        if lacking is None:
            tables.append(_commits(commits.by_delay(DELAYS)))
        else:
            remarks.append(f"Commits under a slower disk were left out: they need {lacking}.")
    return tables, bounds, remarks


def main() -> int:
    """Parse, measure, print, keep."""
    parser = argparse.ArgumentParser(prog="make growth", description="How cost grows.")
    parser.add_argument("--full", action="store_true", help="up to a million visits (about five minutes more)")
    parser.add_argument("--only", choices=PARTS, action="append", help="one part alone; may be given again")
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    given = parser.parse_args()
    began = time.monotonic()
    tables, bounds, remarks = measure(given.only or list(PARTS), full=given.full)
    evidence = Evidence(
        name="growth",
        title="How cost grows",
        claim=(
            "A push and a pull of what is new cost the same whatever the org has collected; memory does not follow the "
            "database. Each figure stands beside what the bare driver, ASGI or WebSocket server does in the same run."
        ),
        command="make growth" + (" FULL=1" if given.full else ""),
        needs="strace for the commits",
        bounds=bounds,
        tables=tables,
        remarks=[
            "Pushes: frames of 100 new visits from one device; the raw driver inserts the same bytes, 100 a commit.",
            "strace (delay_exit) holds up fsyncs of the server with SQLite in it, of PostgreSQL, of the raw driver.",
            (
                "No group commit within an org: SQLite has one writer; on PostgreSQL the org's log is locked until the "
                "disk has the commit. More clients overlap the reading of acts with the disk, not commits."
            ),
            *remarks,
        ],
        seconds=time.monotonic() - began,
    )
    for table in tables:
        sys.stdout.write("\n".join([table.title, *(" | ".join(row) for row in [table.columns, *table.rows]), "", ""]))
    file = keep(evidence, record=given.record)
    sys.stdout.write(f"{file}: {evidence.failures} failures, {evidence.seconds:.0f} s\n")
    return 1 if evidence.failures else 0


if __name__ == "__main__":
    sys.exit(main())
