"""`make servers`: several processes on one PostgreSQL behind Caddy, and everything that may happen to them."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
from tests.bench.serving import postgres
from tests.deploy.proxy import CADDY, caddy
from tests.evidence import Bound, Count, Evidence, Table, keep
from tests.servers import changes, deaf, order, pokes, swaps
from tests.servers.cluster import Cluster, cluster
from tests.servers.device import Wires
from tests.servers.gag import Gag, gagged
from tests.servers.traffic import Account, part

from gatehouse.db.migrate import LONGEST_TABLE_WAIT_MS

LONGEST_WAIT_MS = LONGEST_TABLE_WAIT_MS + 500.0
"""As long as a migration is patient at most, and then until those that queued behind it are looked at."""
KILLS, ROUNDS, PUSHES, SOCKETS, OPPOSITE = 24, 3, 300, 25, 40


class Run:
    """What the parts add to the evidence."""

    def __init__(self, seed: int, swaps: int) -> None:
        self.seed, self.swaps = seed, swaps
        self.counts: list[Count] = []
        self.bounds: list[Bound] = []
        self.tables: list[Table] = []
        self.remarks: list[str] = []
        self.accounts: list[tuple[str, Account]] = []

    def say(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def bound(self, what: str, failures: int, n: int) -> None:
        self.bounds.append(Bound(what, failures, n))
        self.say(f"  {'ok ' if not failures else 'BAD'} {what}: {failures} of {n:,}")

    def account(self, name: str, ran: Account) -> None:
        """What every kind of traffic has to keep."""
        self.bound(f"{name}: act lost", ran.lost, ran.recorded)
        self.bound(f"{name}: act in effect twice", ran.doubled, ran.recorded)
        self.bound(f"{name}: act decided other than applied", ran.strange, ran.recorded)
        self.bound(f"{name}: device that differs from the database", ran.differing, changes.DEVICES)
        self.bound(f"{name}: finding of the verification from the log upwards", len(ran.unsound), ran.recorded)
        self.say(f"    answers: {ran.statuses}")
        self.accounts.append((name, ran))

    @contextlib.asynccontextmanager
    async def servers(self, server: str, count: int) -> AsyncIterator[tuple[Cluster, Path, Gag]]:
        """A cluster on a database of its own, whose last process reaches it through a gag; a folder; the gag."""
        name = f"servers_{uuid.uuid4().hex}"
        await _on_server(server, f"CREATE DATABASE {name} TEMPLATE template0")
        url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        with tempfile.TemporaryDirectory(prefix="gatehouse-servers-") as folder:
            path = Path(folder)
            async with (
                gagged(url, path / "way") as (last, gag),
                cluster(url, path / "data", count, self.seed, last=last) as made,
            ):
                yield made, path, gag
        await _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")

    # The parts.

    async def swap(self, server: str, count: int, number: int) -> None:
        self.say(f"{number:,} swaps over {count} processes")
        async with self.servers(server, count) as (made, _, _):
            wires = Wires([node.origin for node in made.nodes])
            ran = await swaps.run(made, wires, self.seed, number)
            await wires.close()
            deadlocks = await made.deadlocks()
        kinds = sorted({one.kind for one in ran.anomalies})
        for anomaly in ran.anomalies[:10]:
            self.say(f"    {anomaly}")
        name = f"swaps, {count} processes"
        assigned = sum(one.kind in {"double_assignment", "double_booking"} for one in ran.anomalies)
        self.bound(f"{name}: shift with two owners, or person with two shifts at a time", assigned, ran.swaps)
        others = len(ran.anomalies) - assigned
        self.bound(f"{name}: decision that no serial order in real time explains", others, ran.acts)
        lost = sum(n for what, n in ran.decided.items() if " refused" in what)
        self.bound(f"{name}: loser not told", len(ran.untold), lost)
        self.bound(f"{name}: device with another state than the database", len(ran.differing), 10)
        self.bound(f"{name}: answer of 5xx by a server", ran.faults, sum(wires.statuses.values()))
        self.counts += [
            Count(f"swaps asked for, {count} processes", ran.swaps),
            Count(f"acts in them, {count}", ran.acts),
        ]
        self.counts.append(Count(f"deadlocks among them, {count} processes", deadlocks))
        rows = [[what, f"{n:,}"] for what, n in sorted(ran.decided.items())]
        self.tables.append(
            Table(f"What became of acts on swaps, {count} processes, {ran.seconds:.0f} s", ["act", "n"], rows)
        )
        if kinds:
            self.remarks.append(f"{name}: anomalies {', '.join(kinds)}")

    async def poke(self, server: str, count: int) -> None:
        self.say(f"pokes over {count} processes")
        async with self.servers(server, count) as (made, _, _):
            ran = await pokes.run(made, SOCKETS, PUSHES)
        self.bound(f"pokes, {count} processes: push a socket did not hear of", ran.missed, ran.sockets * ran.pushes)
        rows = [
            [where, *(f"{part(values, share) * 1000:.1f}" for share in (0.5, 0.99, 1.0))]
            for where, values in (("the process that took the push", ran.here), ("the other processes", ran.elsewhere))
        ]
        title = f"From sending a push to its word at {ran.sockets} sockets of {count} processes, 10 pushes/s, ms"
        self.tables.append(Table(title, ["socket at", "p50", "p99", "longest"], rows))
        self.say(f"    {rows}")

    async def order(self, server: str) -> None:
        self.say("rows committed late, and writers in opposite order, over 4 processes")
        async with self.servers(server, 4) as (made, _, _):
            polled = await order.poll(made)
            crossed = await order.opposite(made, self.seed, OPPOSITE)
        self.bound("T1, 4 processes: row a poller of pages lacks", polled.missed, polled.rows)
        self.bound("T1: control that skipped nothing (it must)", int(polled.serial_missed == 0), 1)
        self.remarks.append(
            "T1's negative control: in the same transactions a poller of serial numbers skipped "
            f"{polled.serial_missed} of {polled.serial} rows."
        )
        whole = crossed.ops - sum(n for what, n in crossed.decided.items() if what.split()[0] in {"applied", "merged"})
        self.bound("opposite orders: act refused or held for a lock", whole, crossed.ops)
        self.bound("opposite orders: device whose pushes did not end", crossed.unfinished, 8)
        self.counts += [
            Count("opposite orders: transactions run again after 40P01", crossed.deadlocks),
            Count("opposite orders: pushes answered busy, and sent again", crossed.busy),
        ]
        self.say(f"    {crossed}")

    async def deaf(self, server: str) -> None:
        self.say("a process that does not hear the others")
        heard: list[deaf.Heard] = []
        async with self.servers(server, 2) as (made, _, gag):
            for way in deaf.WAYS:
                for revoked in deaf.REVOCATIONS:
                    heard.append(await deaf.run(made, gag, way, revoked))
                    self.say(f"    {heard[-1]}")
        sent = sum(one.sent for one in heard)
        self.bound("deaf: row sent after a revocation", sum(one.leaked for one in heard), sent)
        self.bound("deaf: row an entitled listener misses in the end", sum(one.missed for one in heard), sent)
        self.bound("deaf: revoked socket that stays open", sum(one.closed_s is None for one in heard), len(heard))
        rows = [[one.way, one.revoked, f"{(one.closed_s or 0) * 1000:.0f} ms", str(one.leaked)] for one in heard]
        columns = ["what is silent", "ended", "socket closed after the next push began", "rows leaked"]
        self.tables.append(Table("A revocation that its process is not told of", columns, rows))

    async def change(self, server: str, count: int) -> None:
        async with self.servers(server, count) as (made, path, _):
            ports = [node.port for node in made.nodes]
            async with caddy(ports, path) as fronted:
                self.say(f"kills behind Caddy, {count} processes")
                wires = Wires([fronted.origin], fronted.trust)
                killed = await changes.kills(made, wires, self.seed, KILLS)
                await wires.close()
                self.account(f"killed {killed.times} times, {count} processes", killed.account)
                self.say(f"rolling restart behind Caddy, {count} processes")
                wires = Wires([fronted.origin], fronted.trust)
                rolled = await changes.rolling(made, wires, self.seed + 1, ROUNDS)
                await wires.close()
                name = f"{rolled.times} rolling restarts, {count} processes"
                self.account(name, rolled.account)
                asked = sum(rolled.account.statuses.values())
                self.bound(f"{name}: 5xx other than the proxy's", rolled.account.faults, asked)
                self.remarks.append(f"{name}: a process took {rolled.longest_stop_s:.1f} s to end at most.")
                self.say(f"migration under load, {count} processes")
                wires = Wires([fronted.origin], fronted.trust)
                migrated = await changes.migration(made, wires, self.seed + 2, path / "tomorrow")
                await wires.close()
                name = f"migration under load, {count} processes"
                self.account(name, migrated.account)
                asked = sum(migrated.account.statuses.values())
                self.bound(f"{name}: answer of 5xx", _of_5xx(migrated.account), asked)
                late = int(migrated.longest_wait_ms > LONGEST_WAIT_MS)
                self.bound(f"{name}: wait for a table over {LONGEST_WAIT_MS:.0f} ms", late, max(1, migrated.waits))
                slowest = part(migrated.account.pushes, 1) * 1000
                self.remarks.append(
                    f"{name}: beside a transaction that read the tables for 3 s; the longest wait for a table was "
                    f"{migrated.longest_wait_ms:.0f} ms, the slowest push {slowest:.0f} ms."
                )
                self.say(f"    {self.remarks[-1]}")

    def finish(self, seconds: float) -> Evidence:
        rows = [
            [
                name,
                f"{ran.recorded:,}",
                ", ".join(f"{what}: {n:,}" for what, n in sorted(ran.statuses.items())),
                f"{part(ran.pushes, 0.99) * 1000:.0f}",
                ", ".join(f"{code}: {n}" for code, n in sorted(ran.closes.items())) or "none",
                f"{part(ran.reconnects, 0.5):.1f} / {part(ran.reconnects, 1.0):.1f}",
            ]
            for name, ran in self.accounts
        ]
        columns = ["what", "acts", "answers", "push p99, ms", "sockets closed by code", "back after, s (p50 / longest)"]
        self.tables.append(Table("Twelve devices at 50 acts/s behind Caddy", columns, rows))
        return Evidence(
            name="servers",
            title="Several servers on one PostgreSQL",
            claim="Two and four processes behind a proxy are one server: pokes cross, nothing is lost or doubled "
            "when a process is killed, replaced or migrates, no row goes out after a revocation that its process has "
            "not heard of, and swaps decided at once are decided as if one after another.",
            command=f"make servers SWAPS={self.swaps} SEED={self.seed}",
            needs="Caddy (Debian: apt-get install caddy)",
            seeds=f"{self.seed} to {self.seed + 2}",
            counts=self.counts,
            bounds=self.bounds,
            tables=self.tables,
            remarks=self.remarks,
            seconds=seconds,
        )


def _of_5xx(ran: Account) -> int:
    return sum(n for status, n in ran.statuses.items() if status[0] == "5")


async def _on_server(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def go(server: str, seed: int, number: int, only: str) -> Evidence:
    """All parts, or those whose names begin with one of ``only``'s, separated by commas."""
    run, began = Run(seed, number), time.monotonic()
    parts: dict[str, Callable[[], Awaitable[None]]] = {
        "deaf": lambda: run.deaf(server),
        "poke 2": lambda: run.poke(server, 2),
        "poke 4": lambda: run.poke(server, 4),
        "order": lambda: run.order(server),
        "change 2": lambda: run.change(server, 2),
        "change 4": lambda: run.change(server, 4),
        "swap 2": lambda: run.swap(server, 2, number // 2),
        "swap 4": lambda: run.swap(server, 4, number - number // 2),
    }
    for name, make in parts.items():
        if any(name.startswith(one) for one in only.split(",")):
            await make()
    return run.finish(time.monotonic() - began)


def main() -> int:
    """Run, print, keep; 1 when something happened that must not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--swaps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="parts whose name begins so: deaf, poke, order, change, swap")
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    given = parser.parse_args()
    if CADDY is None:
        sys.stdout.write("Caddy is not installed: apt-get install caddy (Debian), then run this again.\n")
        return 2
    with postgres() as (server, _pid):
        evidence = asyncio.run(go(server, given.seed, given.swaps, given.only))
    sys.stdout.write(f"{keep(evidence, record=given.record)}: {evidence.failures} failures, {evidence.seconds:.0f} s\n")
    return 1 if evidence.failures else 0


if __name__ == "__main__":
    sys.exit(main())
