"""`make engine`: seeded histories of the browser's own engine against the real server, through a proxy that spoils.

One seed is one history. On failure its story is printed, and the one line that tells it again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import math
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Self

import msgspec
from tests import dump
from tests.bench.serving import postgres
from tests.engine.backend import Backend, set_clock
from tests.engine.checks import Ask, Dump, examine
from tests.engine.estates import Place, built
from tests.engine.faults import BY_NAME, planted
from tests.engine.proxy import Proxy
from tests.evidence import Bound, Count, Evidence, keep

from gatehouse.app import KEY_FILE
from gatehouse.audit.keys import SigningKey, VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.db.engine import Database, database_of
from gatehouse_sync.stamp import Stamp
from node import wheel_folder

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "sync" / "browser"
MAIN = Path("testing") / "history" / "main.ts"
PER_SERVER = 20
"""Histories, each in an org of its own, on one database and one server."""
STEPS = 60
LINE_BYTES = 2**28
LONGEST_S = 300.0


class Told(msgspec.Struct, frozen=True):
    """What Node says of one history."""

    seed: int
    failed: str | None
    dump: Dump | None
    strays: list[str]
    seen: dict[str, int]
    story: list[str]


class Result(msgspec.Struct):
    """What many histories came to; with ``stop`` the first that fails is the last."""

    stop: bool = False
    histories: int = 0
    acts: int = 0
    kills: int = 0
    seen: Counter[str] = msgspec.field(default_factory=Counter)
    names: list[str] = []
    """Everything that must have come about in a whole run."""
    failed: dict[int, list[str]] = {}
    stories: dict[int, list[str]] = {}

    @property
    def missed(self) -> list[str]:
        """What never came about."""
        return [name for name in self.names if not self.seen[name]]


class Node:
    """The process in which the browsers live."""

    def __init__(self, sources: Path, clock: Path, proxy: Proxy) -> None:
        node = wheel_folder() / "bin" / "node"
        self.command = [str(node), "--no-warnings", str(sources / MAIN), str(clock), f"http://127.0.0.1:{proxy.port}"]
        self.process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec(*self.command, stdin=pipe, stdout=pipe, limit=LINE_BYTES)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def line(self) -> bytes:
        assert self.process is not None
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), LONGEST_S)
        if not line:
            raise RuntimeError("node ended")
        return line

    async def tell(self, seed: int, steps: int, place: Place) -> Told:
        """One history."""
        assert self.process is not None
        assert self.process.stdin is not None
        asked = {"seed": seed, "steps": steps, "estate": msgspec.to_builtins(place)}
        self.process.stdin.write(msgspec.json.encode(asked) + b"\n")
        await self.process.stdin.drain()
        return msgspec.json.decode(await self.line(), type=Told)


async def run_on(url: str, data: Path, seeds: range, steps: int, sources: Path, result: Result) -> None:
    """Histories on one database and one server."""
    clock = data / "clock"
    places, now = await built(url, data, seeds.start, len(seeds))
    set_clock(clock, now)
    backend = Backend(url, data, clock)
    proxy = Proxy(backend)
    stamps: dict[str, tuple[int, list[Any]]] = {}
    try:
        await backend.ensure()
        await proxy.start()
        async with asking(url) as ask, Node(sources, clock, proxy) as node:
            result.names = msgspec.json.decode(await node.line())["faults"]
            for seed, place in zip(seeds, places, strict=True):
                told = await node.tell(seed, steps, place)
                wrong = [*told.strays, *([told.failed] if told.failed else [])]
                if told.dump is not None:
                    wrong += await examine(ask, place, told.dump)
                    result.acts += sum(len(browser.recorded) for browser in told.dump.browsers)
                    stamps[place.org] = seed, [stamp for one in told.dump.browsers for stamp in one.stamps()]
                note(result, seed, told, wrong)
                if wrong and result.stop:
                    break
    finally:
        await proxy.stop()
        await backend.stop()
    result.kills += backend.kills
    key = VerifyingKey(SigningKey.from_file(data / KEY_FILE).public)
    held = msgspec.convert([one for _, mine in stamps.values() for one in mine], list[Stamp])
    async with opened(url) as database:
        for finding in await verify(database, key, held):
            seed = stamps.get(finding.whose, (seeds.start, []))[0]
            result.failed.setdefault(seed, []).append(f"verify: {finding.check} {finding.whose} {finding.where}")
    for line in backend.said().splitlines():
        if "Traceback" in line or '"level": "error"' in line:
            result.failed.setdefault(seeds.start, []).append(f"the server's log: {line}")


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database, which no server has open if it is SQLite."""
    database = database_of(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def asking(url: str) -> AsyncIterator[Ask]:
    """A way to ask the database beside its server: SQLite's own serves one process, so the file is read past it."""
    if not url.startswith("sqlite"):
        async with opened(url) as database:
            yield lambda sql, org: dump.ask(database, sql, org)
        return
    connection = sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True)

    async def ask(sql: str, org: str) -> list[Any]:
        return connection.execute(sql, (org,)).fetchall()

    try:
        yield ask
    finally:
        connection.close()


def note(result: Result, seed: int, told: Told, wrong: list[str]) -> None:
    """Count a history, and say at once when it failed."""
    result.histories += 1
    result.seen.update(told.seen)
    result.stories[seed] = told.story
    if wrong:
        result.failed[seed] = wrong
    sys.stdout.writelines([f"\nseed {seed}: {one[:1200]}" for one in wrong[:20]])
    sys.stdout.write("\nF" if wrong else ".")
    sys.stdout.flush()


async def histories(
    kind: str,
    seed: int,
    count: int,
    steps: int = STEPS,
    sources: Path = SOURCES,
    *,
    stop: bool = False,
    minutes: float = math.inf,
) -> Result:
    """``count`` histories from ``seed`` on, a new server every PER_SERVER and none after so many minutes."""
    result = Result(stop)
    began = time.monotonic()
    for start in range(seed, seed + count, PER_SERVER):
        if time.monotonic() - began > minutes * 60:
            break
        seeds = range(start, min(start + PER_SERVER, seed + count))
        with tempfile.TemporaryDirectory(prefix="gatehouse-engine-") as folder:
            data = Path(folder)
            if kind == "sqlite":
                await run_on(f"sqlite:///{data / 'gatehouse.db'}", data, seeds, steps, sources, result)
            else:
                with postgres() as (url, _):
                    await run_on(url, data, seeds, steps, sources, result)
        if stop and result.failed:
            break
    return result


def _some(kind: str, seed: int, count: int, steps: int, until: float) -> Result:
    """The histories of one server, in a process of their own; none when it is past ``until`` (wall clock, s)."""
    if time.time() > until:
        return Result()
    return asyncio.run(histories(kind, seed, count, steps))


def at_once(jobs: int, kind: str, seed: int, count: int, steps: int, minutes: float) -> Result:
    """The same histories, so many servers and browsers' processes side by side."""
    whole, until, end = Result(), time.time() + minutes * 60, seed + count
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = [
            pool.submit(_some, kind, start, min(PER_SERVER, end - start), steps, until)
            for start in range(seed, end, PER_SERVER)
        ]
        for part in parts:
            result = part.result()
            whole.histories += result.histories
            whole.acts += result.acts
            whole.kills += result.kills
            whole.seen.update(result.seen)
            whole.names = result.names or whole.names
            whole.failed.update(result.failed)
            whole.stories.update(result.stories)
    return whole


def main() -> int:
    """0: all held; 1: something did not, or something never came about."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--minutes", type=float, default=0, help="begin nothing after so many (0: all histories)")
    parser.add_argument("--jobs", type=int, default=1, help="processes side by side")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    parser.add_argument("--story", action="store_true", help="print the story of each history")
    parser.add_argument("--fault", choices=sorted(BY_NAME), help="plant this fault in a copy of the browser half")
    given = parser.parse_args()
    began = time.monotonic()
    minutes = given.minutes or math.inf
    if given.jobs > 1 and given.fault is None:
        result = at_once(given.jobs, given.database, given.seed, given.histories, given.steps, minutes)
    else:
        with planted(given.fault) as sources:
            stop, steps = bool(given.fault), given.steps
            told = histories(given.database, given.seed, given.histories, steps, sources, stop=stop, minutes=minutes)
            result = asyncio.run(told)
    report(result, given)
    if given.fault is None:
        keep(evidence(result, given, time.monotonic() - began), record=given.record)
    whole = given.histories >= PER_SERVER * 5
    return 1 if result.failed or (whole and result.missed) else 0


def command(given: argparse.Namespace, seed: int, count: int) -> str:
    args = [f"--steps {given.steps}"] if given.steps != STEPS else []
    args += [f"--fault {given.fault}"] if given.fault else []
    more = f' ARGS="{" ".join(args)}"' if args else ""
    return f"make engine HISTORIES={count} SEED={seed} DATABASE={given.database}{more}"


def report(result: Result, given: argparse.Namespace) -> None:
    """What a person reads."""
    lines = [""]
    for seed, story in result.stories.items():
        if given.story and seed not in result.failed:
            lines += [f"seed {seed}:", *(f"  {line}" for line in story)]
    for seed, wrong in list(result.failed.items())[:5]:
        lines += [f"seed {seed} failed:", *(f"  {line}" for line in result.stories.get(seed, []))]
        lines += [f"  WRONG {one[:1200]}" for one in wrong[:20]]
        lines += [f"  again: {command(given, seed, 1)}"]
    lines += [f"{name:24} {count:>7}" for name, count in sorted(result.seen.items())]
    lines += [f"never came about: {', '.join(result.missed)}"] if result.missed else []
    failed = f", {len(result.failed)} failed: {sorted(result.failed)}" if result.failed else ", none failed"
    lines += [f"{result.histories} histories, {result.acts} acts, {result.kills} kills of the server{failed}"]
    sys.stdout.write("\n".join(lines) + "\n")


def evidence(result: Result, given: argparse.Namespace, seconds: float) -> Evidence:
    """What a customer reads."""
    which = {"sqlite": "SQLite", "postgres": "PostgreSQL"}[given.database]
    return Evidence(
        name="engine" if given.database == "sqlite" else "engine-postgres",
        title=f"The browser's own engine under faults, on {which}",
        claim=(
            "The TypeScript engine that phones run, under Node with databases in memory and a clock moved by hand, "
            "talks to the real server through a proxy that breaks lines, repeats, cuts, delays and answers for others, "
            "while tabs, browsers and the server are killed. After healing nothing recorded is lost or doubled, every "
            "outbox is empty, every browser holds what a new one pulls, and the server verifies."
        ),
        command=command(given, given.seed, result.histories),
        seeds=f"{given.seed} to {given.seed + result.histories - 1}",
        counts=[
            Count("acts recorded at browsers", result.acts),
            Count("kills of the server", result.kills),
            *(Count(name, count) for name, count in sorted(result.seen.items())),
        ],
        bounds=[Bound(f"histories that broke an invariant, {which}", len(result.failed), result.histories)],
        remarks=[
            "The seed fixes acts, faults and clocks; it does not fix which of two sockets speaks first.",
            "Requests and sockets are Node's, transactions are fake-indexeddb's: a browser's own are in `make crash`.",
        ],
        seconds=seconds,
    )


if __name__ == "__main__":
    sys.exit(main())
