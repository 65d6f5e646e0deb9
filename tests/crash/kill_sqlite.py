"""`gatehouse serve` on SQLite, killed at its N-th fdatasync or pwrite64, or at any moment; started again on the file.

A SIGKILL leaves the page cache: it shows what a crash of the process does, not of the machine (see `power`). At an
fdatasync it strikes when the commit is written and not yet answered, so devices send again what is there already.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import msgspec
from tests.crash import check
from tests.crash.clients import Client, Load, enrol, unfit
from tests.crash.server import Server, folder, sqlite_estate, strace

CLIENTS = 4
LIFE = 20
"""Kills of one database file; then a new one, so that the whole of it can be verified often."""
LATEST_S = 180.0
"""Long, for a machine that runs other things as well."""


class Result(msgspec.Struct):
    """What a run of kills showed."""

    kills: int = 0
    at_start: int = 0
    """Kills before the server answered: in recovery, migration or opening."""
    committed_unanswered: int = 0
    """Kills that left acts in the log whose devices did not know."""
    sent_again: int = 0
    """Such acts."""
    unfit: list[str] = []
    answers: dict[str, int] = {}
    verdict: check.Verdict = msgspec.field(default_factory=check.Verdict)


def _injected(call: str, number: int) -> list[str]:
    found = strace()
    assert found is not None
    return [
        # Not with --seccomp-bpf: strace 6.1 then counts no call beyond the first.
        *(found, "-f", "-q", "-o", "/dev/null", "-e", f"trace={call}"),
        *("-e", f"inject={call}:signal=KILL:when={number}"),
    ]


def run(kills: int, seed: int, *, traced: bool = True, planted: str | None = None) -> Result:
    """So many kills; without ``traced`` each at a random moment, by a plain SIGKILL.

    ``planted`` puts a fault of `tests.crash.planted` into the server, which must be seen.
    """
    result = Result()
    for first in range(0, kills, LIFE):
        with folder() as home:
            _life(home, range(first, min(first + LIFE, kills)), seed, result, traced=traced, planted=planted)
    return result


def _life(home: Path, numbers: range, seed: int, result: Result, *, traced: bool, planted: str | None) -> None:
    rng = random.Random(f"{seed} {numbers.start}")
    server, gate = sqlite_estate(home)
    file = server.data / "gatehouse.db"
    try:
        if not server.start():
            raise RuntimeError(server.said())
        clients = enrol(server.port, gate, CLIENTS, seed + numbers.start)
        server.kill()
        server.planted = planted
        for number in numbers:
            result.kills += 1
            if _killed(server, clients, number, rng if not traced else None):
                # Nobody has opened the file since: this reader and the next server both recover it.
                unsure = {op for client in clients for op in client.unsure}
                there = check.sqlite_logged(file, unsure)
                result.committed_unanswered += bool(there)
                result.sent_again += len(there)
                result.verdict.add(check.sqlite_verdict(file, server.data, clients))
            else:
                result.at_start += 1
        if not server.start():
            raise RuntimeError(server.said())
        for client in clients:
            client.drain()
            client.close()
        result.verdict.add(check.sqlite_verdict(file, server.data, clients))
        server.stop()
        result.verdict.corrupt += check.sqlite_whole(file, check.public_key(server.data), clients)
        result.unfit += [f"{name} ({count} times)" for name, count in unfit(clients).items()]
        for client in clients:
            for name, count in client.answers.items():
                result.answers[name] = result.answers.get(name, 0) + count
    finally:
        server.kill()


def _killed(server: Server, clients: list[Client], number: int, at_random: random.Random | None) -> bool:
    """Start, push, die; False if it died before it answered."""
    # Every number once; one in four at a write instead, of which a commit makes several.
    call, at = ("pwrite64", (number + 1) * 5) if number % 4 == 3 else ("fdatasync", number + 1)
    # One in five from its first breath: opening and recovering write too. Else strace joins when it answers, which
    # makes starting quick, and counts the pushes' own commits.
    early = at_random is None and number % 5 == 0
    if not server.start(_injected(call, at) if early else ()):
        return False
    if at_random is None and not early:
        server.trace(_injected(call, at))
    with Load(clients):
        if at_random is not None:
            time.sleep(at_random.uniform(0.05, 0.6))
            server.kill()
        elif not server.ended(LATEST_S):
            raise RuntimeError(f"{call} number {at} was never made: {server.said()}")
    return True
