"""`make storm`: Monday 07:00 after a weekend without a network. Every phone comes back in seconds with a full queue.

Real servers, each a process of its own; all phones in this one, with frames signed before the clock starts, so that
what is measured is not the client's signing. A guard at work pushes one visit and pulls, over and over, from a third.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import math
import random
import sys
import time
import urllib.request
from contextlib import ExitStack

import msgspec
import uvloop
from tests.bench import machine
from tests.bench.fleet import enrol, open_fleet
from tests.bench.proxy import spread
from tests.bench.returning import Returning
from tests.bench.serving import Serving, folder, postgres
from tests.bench.stored import Stored, stored
from tests.bench.working import Worked, working
from tests.evidence import Bound, Count, Evidence, Table, keep

SPREAD_S = 3.0
"""All come back within so many seconds."""
LIMIT_S = 300.0
NEVER = math.inf
"""When a device that did not finish finished."""
DRAINED_S = 60.0
HEAVY = 5_000
FRAME = 500
GUARD_VISITS = 3_000
SAMPLE_S = 0.1


class Storm(msgspec.Struct, frozen=True, kw_only=True):
    """One storm. Times in seconds since it began, one for each device in order of size; memory in MiB."""

    engine: str
    processes: int
    devices: int
    ops: int
    drained: list[float]
    synced: list[float]
    waited: list[float]
    heavy: float
    busy: int
    asked: float
    turned_away: int
    given_up: int
    pulls: int
    rows: int
    sockets: int
    idle_mb: float
    peak_mb: float
    server_s: float
    client_s: float
    database_s: float
    quiet: Worked
    during: Worked
    stored: Stored
    expected: int


def storm(engine: str, devices: int, ops: int, processes: int, seed: int) -> Storm:
    """Make a fleet, let it come back, look at what is stored afterwards."""
    with ExitStack() as stack:
        data = stack.enter_context(folder())
        url, postmaster = f"sqlite:///{data / 'storm.db'}", None
        if engine == "PostgreSQL":
            url, postmaster = stack.enter_context(postgres())
        guards = asyncio.run(open_fleet(url, data, devices + 2))
        servers = [stack.enter_context(Serving(url, data)) for _ in range(processes)]
        port = stack.enter_context(spread([server.port for server in servers], data))
        enrolled = enrol(servers[0].port, guards, seed)
        *fleet, heavy, guard = enrolled
        frames = [device.frames(ops, min(ops, FRAME)) for device in fleet]
        many = heavy.frames(HEAVY, FRAME)
        away = [Returning(one, made, port, seed + n) for n, (one, made) in enumerate(zip(fleet, frames, strict=True))]
        away.append(Returning(heavy, many, port, seed + devices))
        expected = devices * ops + HEAVY
        with working(guard, port, GUARD_VISITS) as at_work:
            time.sleep(3)
            quiet = at_work.so_far()
            gc.collect()
            gc.freeze()
            pids = [pid for server in servers for pid in server.pids]
            idle = machine.rss_mb(pids)
            before = machine.cpu_us(pids), _of_database(postmaster), time.process_time()
            uvloop.run(_all_come_back(away, seed))
            used = time.process_time() - before[2]
            server_s = (machine.cpu_us(pids) - before[0]) / 1e6
            database_s = (_of_database(postmaster) - before[1]) / 1e6
            peak = machine.peak_mb(pids)
            during = at_work.so_far()
        turned = sum(_turned_away(server.port) for server in servers)
        found = asyncio.run(stored(url))
    gc.unfreeze()
    *others, last = away
    return Storm(
        engine=engine,
        processes=processes,
        devices=devices,
        ops=ops,
        drained=sorted(one.drained or NEVER for one in others),
        synced=sorted(one.synced or NEVER for one in others),
        waited=sorted(one.waited if one.drained else NEVER for one in others),
        heavy=last.drained or NEVER,
        busy=sum(len(one.busy) for one in away),
        asked=max((asked for one in away for asked in one.busy), default=0.0),
        turned_away=turned,
        given_up=sum(one.given_up for one in away),
        pulls=sum(one.pulls for one in away),
        rows=sum(one.rows for one in away),
        sockets=sum(one.held for one in away),
        idle_mb=idle,
        peak_mb=peak,
        server_s=server_s,
        client_s=used,
        database_s=database_s,
        quiet=quiet,
        during=during,
        stored=found,
        expected=expected + at_work.pushed,
    )


async def _all_come_back(away: list[Returning], seed: int) -> None:
    """Until each has drained, pulled and is listened to, or the time is up."""
    dice, end, began = random.Random(seed), asyncio.Event(), time.perf_counter()

    async def one(device: Returning) -> None:
        await asyncio.sleep(dice.uniform(0, SPREAD_S))
        await device.come_back(began, end)

    tasks = [asyncio.create_task(one(device)) for device in away]
    while not all(device.synced and device.ready for device in away) and time.perf_counter() - began < LIMIT_S:
        await asyncio.sleep(SAMPLE_S)
        for task in tasks:
            if task.done():
                task.result()
    for device in away:
        device.held = device.ready
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for device in away:
        device.close()


def _of_database(postmaster: int | None) -> float:
    return machine.cpu_us(machine.tree(postmaster)) if postmaster is not None else 0.0


def _turned_away(port: int) -> int:
    """What the server itself counted."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return sum(int(float(line.split()[1])) for line in lines if line.startswith("gatehouse_turned_away_total{"))


def shown(found: Storm) -> Table:
    """The run as a table."""

    def of(values: list[float], unit: str = "s") -> str:
        at = (values[len(values) // 2], values[len(values) * 99 // 100], values[-1])
        return " / ".join(f"{value:,.1f}" for value in at).replace("inf", "never") + f" {unit}"

    def ms(values: list[float]) -> str:
        ordered = sorted(values) or [0.0]
        return of(ordered, "ms") + f" ({len(values)})"

    rows = [
        ["all queues empty after", f"{max(found.drained):.1f} s (target {DRAINED_S:.0f} s)".replace("inf s", "never")],
        ["the device with 5,000 acts after", f"{found.heavy:.1f} s".replace("inf s", "never")],
        ["a device's queue empty: median / 99 % / last", of(found.drained)],
        ["and all of its site pulled: median / 99 % / last", of(found.synced)],
        ["longest wait of a device between acknowledgements: median / 99 % / longest", of(found.waited)],
        ["answers 503 with Retry-After (counted by devices; by servers)", f"{found.busy:,}; {found.turned_away:,}"],
        ["the longest that was asked for", f"{found.asked:.0f} s"],
        ["requests given up after 10 s", f"{found.given_up}"],
        ["pulls; rows in them", f"{found.pulls:,}; {found.rows:,}"],
        ["sockets held in the end", f"{found.sockets:,}"],
        ["server memory before; at its peak, all processes", f"{found.idle_mb:.0f}; {found.peak_mb:.0f} MB"],
        ["CPU of servers; of the database; of all clients", _cpu(found)],
        ["a guard's push of one visit, quiet: median / 99 % / longest", ms(found.quiet.push)],
        ["the same during the storm", ms(found.during.push)],
        ["a guard's pull, quiet: median / 99 % / longest", ms(found.quiet.pull)],
        ["the same during the storm", ms(found.during.pull)],
        ["503 to the guard", f"{found.during.busy}"],
    ]
    title = f"{found.engine}, {found.processes} process{'es' if found.processes > 1 else ''}: {found.devices} devices"
    return Table(f"{title} × {found.ops} acts, and one with {HEAVY:,}", ["what", "measured"], rows)


def _cpu(found: Storm) -> str:
    return f"{found.server_s:.1f}; {found.database_s:.1f}; {found.client_s:.1f} s"


def bounds(found: Storm) -> list[Bound]:
    """What must not have happened."""
    name = f"{found.engine}, {found.processes} process{'es' if found.processes > 1 else ''}"
    leaves = abs(found.expected - found.stored.leaves)
    missing = abs(found.expected - found.stored.visits) + abs(found.expected - found.stored.ops)
    return [
        Bound(f"storm, {name}: acts lost or doubled", missing, found.expected),
        Bound(f"storm, {name}: log leaves too many or too few", leaves, found.expected),
        Bound(
            f"storm, {name}: devices not drained, not pulled or not heard",
            found.devices + 1 - min(found.sockets, sum(one < NEVER for one in [*found.synced, found.heavy])),
            found.devices + 1,
        ),
    ]


def main() -> int:
    """Parse, let the storm come, print and keep; 1 when something was lost or somebody did not finish."""
    parser = argparse.ArgumentParser(prog="make storm", description="A fleet comes back at once.")
    parser.add_argument("--devices", type=int, default=500)
    parser.add_argument("--ops", type=int, default=200, help="acts that wait on each (%(default)s)")
    parser.add_argument("--processes", type=int, default=4, help="servers on PostgreSQL (%(default)s)")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    given = parser.parse_args()
    began = time.monotonic()
    found = []
    if given.database != "postgres":
        found.append(storm("SQLite", given.devices, given.ops, 1, given.seed))
        sys.stdout.write(_text(shown(found[-1])))
    if given.database != "sqlite":
        found.append(storm("PostgreSQL", given.devices, given.ops, given.processes, given.seed))
        sys.stdout.write(_text(shown(found[-1])))
    evidence = Evidence(
        name="storm",
        title="Everybody comes back at once",
        claim=(
            f"{given.devices} phones come back within {SPREAD_S:.0f} s, each with {given.ops} acts, and one with "
            f"{HEAVY:,}. All queues are empty in less than {DRAINED_S:.0f} s, memory is bounded, and nobody "
            "starves. What a person at work notices meanwhile is told."
        ),
        command=f"make storm DEVICES={given.devices} OPS={given.ops} PROCESSES={given.processes} "
        f"DATABASE={given.database} SEED={given.seed}",
        needs="Caddy for several processes" if given.database != "sqlite" else "",
        seeds=f"{given.seed}",
        counts=[Count("acts pushed", sum(one.stored.ops for one in found))],
        bounds=[bound for one in found for bound in bounds(one)],
        tables=[shown(one) for one in found],
        remarks=[
            f"Ten devices a site; each pulls what the other nine pushed. Frames hold {FRAME} acts at most.",
            "Devices wait as the app does: its own step of 1 to 30 s, never less than Retry-After asks.",
            "Servers, clients and the guard at work share this machine's cores; the clients' CPU is stated.",
            "Frames were signed beforehand, so all of a device's carry one anchor and no echo.",
        ],
        seconds=time.monotonic() - began,
    )
    file = keep(evidence, record=given.record)
    sys.stdout.write(f"{file}: {evidence.failures} failures\n")
    return 1 if evidence.failures else 0


def _text(table: Table) -> str:
    width = max(len(row[0]) for row in table.rows)
    return "\n".join([table.title, *(f"  {row[0]:<{width}}  {row[1]}" for row in table.rows), ""])


if __name__ == "__main__":
    sys.exit(main())
