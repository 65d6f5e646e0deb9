"""PostgreSQL stopped at once, its postmaster or one backend killed, again and again under a server that stays up."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from pathlib import Path

import msgspec
from tests.bench.estate import open_gate
from tests.crash import check
from tests.crash.clients import Client, Load, enrol, unfit
from tests.crash.postgres import Postgres, postgres
from tests.crash.server import Server, folder

CLIENTS = 4
WAYS = ("stopped at once", "postmaster killed", "backend killed")
LIFE = 50
"""Crashes of one database; it is verified whole at the end of its life, and what was promised after each crash."""
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Result(msgspec.Struct):
    """What a run of crashes showed."""

    kills: Counter[str] = msgspec.field(default_factory=Counter)
    committed_unanswered: int = 0
    sent_again: int = 0
    answers: Counter[str] = msgspec.field(default_factory=Counter)
    unfit: list[str] = []
    verdict: check.Verdict = msgspec.field(default_factory=check.Verdict)


def run(kills: int, seed: int) -> Result:
    """So many crashes, the three ways in turn."""
    result = Result()
    for first in range(0, kills, LIFE):
        with folder() as home, postgres(home) as database:
            _life(home, database, range(first, min(first + LIFE, kills)), seed, result)
    return result


def _life(home: Path, database: Postgres, numbers: range, seed: int, result: Result) -> None:
    rng = random.Random(f"{seed} {numbers.start}")
    found = {name: database.show(name) for name in DURABLE}
    if found != DURABLE:
        raise RuntimeError(f"This PostgreSQL does not keep its promises: {found}")
    data = home / "data"
    data.mkdir()
    gate = asyncio.run(open_gate(database.url, data))
    server = Server(database.url, data)
    try:
        if not server.start():
            raise RuntimeError(server.said())
        clients = enrol(server.port, gate, CLIENTS, seed + numbers.start)
        seen = dict.fromkeys(clients, 0)
        for number in numbers:
            way = WAYS[number % len(WAYS)]
            with Load(clients):
                time.sleep(rng.uniform(0.1, 0.5))
                _strike(database, way, rng)
                result.kills[way] += 1
                time.sleep(rng.uniform(0, 0.15))  # meanwhile nobody has a database
            unsure = [op for client in clients for op in client.unsure]
            if way != WAYS[2]:
                database.start()
            database.wait()
            there = check.postgres_logged(database.url, unsure)
            result.committed_unanswered += bool(there)
            result.sent_again += len(there)
            result.verdict.add(_since(database.url, clients, seen))
        for client in clients:
            client.drain()
            client.close()
        result.verdict.add(check.postgres_verdict(database.url, data, clients))
        result.unfit += [f"{name} ({count} times)" for name, count in unfit(clients).items()]
        for client in clients:
            result.answers.update(client.answers)
    finally:
        server.kill()


def _strike(database: Postgres, way: str, rng: random.Random) -> None:
    if way == WAYS[0]:
        database.stop_immediately()
    elif way == WAYS[1]:
        database.kill()
    elif not database.kill_backend(rng.random()):
        raise RuntimeError("no backend was there to be killed")


def _since(url: str, clients: list[Client], seen: dict[Client, int]) -> check.Verdict:
    """What was acknowledged since the last look is there; all of it is looked at when the database's life ends."""
    found = check.Verdict()
    held = check.postgres_logged(url, [op for one in clients for op in list(one.promised)[seen[one] :]])
    for one in clients:
        for op, promise in list(one.promised.items())[seen[one] :]:
            found.promised += 1
            if held.get(op) != (1, promise.d):
                found.lost.append(f"{op} was acknowledged as {promise.d} and is {held.get(op)}")
        seen[one] = len(one.promised)
    return found
