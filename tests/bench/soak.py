"""`make soak`: an ordinary day, for as long as is asked: does the server's memory grow?

Ten visits a second from a few phones, pulls, sockets that come and go, and a backup in the middle.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from statistics import median

import msgspec
import uvloop
from tests.bench import machine
from tests.bench.estate import Enrolled
from tests.bench.fleet import enrol, open_fleet
from tests.bench.returning import NoAnswer, Returning
from tests.bench.serving import Serving, folder
from tests.bench.stored import Stored, stored
from tests.evidence import Bound, Count, Evidence, Table, keep

WRITERS = 10
PER_SECOND = 10.0
SOCKETS = 200
STAY_S = 60.0
"""A listener hangs up after so long on average, and comes again."""
SAMPLES = 240
WARM = 0.25
"""Of the run, until memory counts."""
GROWTH = 0.05


class Soaked(msgspec.Struct, frozen=True, kw_only=True):
    """One run: (seconds, MiB) of the server, ms of each push and each pull."""

    engine: str
    memory: list[tuple[float, float]]
    push: list[float]
    pull: list[float]
    made: int
    come_and_gone: int
    troubles: int
    backup_s: float
    stored: Stored

    @property
    def warm(self) -> list[tuple[float, float]]:
        """The samples that count."""
        return [one for one in self.memory if one[0] >= self.memory[-1][0] * WARM]

    @property
    def growth(self) -> float:
        """Share by which the last fifth of the warm samples lies above their first fifth, by medians."""
        fifth = max(1, len(self.warm) // 5)
        first, last = (median(mb for _, mb in part) for part in (self.warm[:fifth], self.warm[-fifth:]))
        return last / first - 1


class _Day:
    """What goes on at a time, and what was seen of it."""

    def __init__(self, server: Serving, enrolled: Sequence[Enrolled], seconds: float) -> None:
        self.server, self.enrolled, self.seconds = server, enrolled, seconds
        self.began = time.perf_counter()
        self.memory: list[tuple[float, float]] = []
        self.push: list[float] = []
        self.pull: list[float] = []
        self.made = self.come_and_gone = self.troubles = 0
        self.backup_s = 0.0

    @property
    def now(self) -> float:
        return time.perf_counter() - self.began

    @property
    def over(self) -> bool:
        return self.now >= self.seconds

    async def write(self, number: int) -> None:
        """One phone of those that record: a visit each second, and a pull after it."""
        device = self.enrolled[number]
        phone = Returning(device, [], self.server.port, number)
        due = self.now + number / PER_SECOND
        while not self.over:
            await asyncio.sleep(max(0.0, due - self.now))
            due += WRITERS / PER_SECOND
            (frame,) = device.frames(1, 1)
            self.made += 1
            try:
                await self._once(phone, frame)
            except NoAnswer:
                self.troubles += 1
                await self._again(phone, frame)
        phone.close()

    async def _once(self, phone: Returning, frame: bytes) -> None:
        for verb, times in ((partial(phone.send, frame), self.push), (phone.look, self.pull)):
            started = time.perf_counter()
            await verb()
            times.append((time.perf_counter() - started) * 1e3)

    async def _again(self, phone: Returning, frame: bytes) -> None:
        while True:
            await asyncio.sleep(1)
            try:
                await phone.send(frame)
            except NoAnswer:
                continue
            return

    async def listen(self, number: int) -> None:
        """One phone after another on one socket, each for a while."""
        dice = random.Random(number)
        while not self.over:
            device = self.enrolled[WRITERS + number % (len(self.enrolled) - WRITERS)]
            phone, end = Returning(device, [], self.server.port, number), asyncio.Event()
            staying = asyncio.create_task(phone.come_back(time.perf_counter(), end))
            await asyncio.sleep(min(dice.expovariate(1 / STAY_S), max(0.0, self.seconds - self.now)))
            staying.cancel()
            await asyncio.gather(staying, return_exceptions=True)
            phone.close()
            self.come_and_gone += 1

    async def watch(self) -> None:
        """Read the server's memory, and go on."""
        while not self.over:
            self.memory.append((self.now, machine.rss_mb(self.server.pids)))
            await asyncio.sleep(self.seconds / SAMPLES)

    async def back_up(self) -> None:
        """`gatehouse backup` at half time."""
        await asyncio.sleep(self.seconds / 2)
        environment = {
            **os.environ,
            "GATEHOUSE_DATABASE_URL": self.server.url,
            "GATEHOUSE_DATA": str(self.server.data),
        }
        started = self.now
        command = [sys.executable, "-m", "gatehouse.cli", "backup", "--scheduled"]
        done = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the backup failed: {done.stderr.decode()[-500:]}")
        self.backup_s = self.now - started

    async def pass_by(self) -> None:
        """All of it at once."""
        await asyncio.gather(
            *(self.write(number) for number in range(WRITERS)),
            *(self.listen(number) for number in range(SOCKETS)),
            self.watch(),
            self.back_up(),
        )


def soak(minutes: float) -> Soaked:
    """Run one server for so long."""
    with folder() as data:
        url = f"sqlite:///{data / 'soak.db'}"
        guards = asyncio.run(open_fleet(url, data, WRITERS + 100))
        with Serving(url, data) as server:
            day = _Day(server, enrol(server.port, guards), minutes * 60)
            uvloop.run(day.pass_by())
        found = asyncio.run(stored(url))
    return Soaked(
        engine="SQLite",
        memory=day.memory,
        push=sorted(day.push),
        pull=sorted(day.pull),
        made=day.made,
        come_and_gone=day.come_and_gone,
        troubles=day.troubles,
        backup_s=day.backup_s,
        stored=found,
    )


def shown(found: Soaked) -> Table:
    """The run as a table; memory at eleven moments."""
    at = [found.memory[round(part * (len(found.memory) - 1) / 10)] for part in range(11)]
    rows = [
        ["server MB, from start to end", ", ".join(f"{mb:.0f}" for _, mb in at)],
        ["growth after a quarter of the run", f"{found.growth:+.1%} (limit {GROWTH:.0%})"],
        ["push of one visit: median / 99 % / longest", _of(found.push)],
        ["pull: median / 99 % / longest", _of(found.pull)],
        ["the backup at half time", f"{found.backup_s:.1f} s"],
        ["sockets that came and went", f"{found.come_and_gone:,}"],
        ["visits in the end", f"{found.stored.visits:,}"],
    ]
    return Table(f"{found.engine}: {PER_SECOND:.0f} visits/s, {SOCKETS} sockets", ["what", "measured"], rows)


def _of(values: list[float]) -> str:
    return f"{values[len(values) // 2]:.1f} / {values[len(values) * 99 // 100]:.1f} / {values[-1]:.0f} ms"


def main() -> int:
    """Parse, run, print, keep."""
    parser = argparse.ArgumentParser(prog="make soak", description="Steady load.")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    given = parser.parse_args()
    began = time.monotonic()
    found = soak(given.minutes)
    lost = abs(found.made - found.stored.visits)
    evidence = Evidence(
        name="soak",
        title="An ordinary day",
        claim=(
            f"{PER_SECOND:.0f} visits a second, a pull after each, {SOCKETS} sockets that come and go, a backup in the "
            f"middle: after the first quarter the server's memory grows by less than {GROWTH:.0%}."
        ),
        command=f"make soak MINUTES={given.minutes:g}",
        counts=[Count("pushes", len(found.push)), Count("pulls of writers", len(found.pull))],
        bounds=[
            Bound("soak: visits lost or doubled", lost, found.stored.visits),
            Bound("soak: requests not answered", found.troubles, len(found.push) + len(found.pull)),
            Bound(f"soak: memory grown by {GROWTH:.0%} or more", int(found.growth >= GROWTH), 1),
        ],
        tables=[shown(found)],
        remarks=[
            (
                f"Of {len(found.warm)} samples taken after a quarter of {given.minutes:g} minutes, the median of the "
                "last fifth is compared with that of the first."
            ),
        ],
        seconds=time.monotonic() - began,
    )
    for row in shown(found).rows:
        sys.stdout.write("  ".join(row) + "\n")
    file = keep(evidence, record=given.record)
    sys.stdout.write(f"{file}: {evidence.failures} failures\n")
    return 1 if evidence.failures else 0


if __name__ == "__main__":
    sys.exit(main())
