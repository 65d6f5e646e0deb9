"""A fleet of devices: sites with a gate and ten guards each, every guard with a phone."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from tests.bench.estate import LOGIN, PASSWORD, Enrolled, Gate, wall

from gatehouse.app import KEY_FILE, make_core, open_database
from gatehouse.audit.keys import SigningKey
from gatehouse.db.steps import Steps, write
from gatehouse.estate.found import found
from gatehouse.identity import passwords
from gatehouse.replication.server_acts import ServerAct, act
from gatehouse.settings import Settings
from gatehouse_sync.ids import uuid7

TO_A_SITE = 10
_ACTS = 500


class Guard(msgspec.Struct, frozen=True):
    """A person at a gate."""

    login: str
    gate: Gate


async def open_fleet(url: str, data: Path, devices: int, to_a_site: int = TO_A_SITE) -> list[Guard]:
    """Found an org with so many guards, ``to_a_site`` at each site, before the server starts."""
    database = await open_database(Settings(database_url=url, data=data))
    try:
        core = make_core(database, SigningKey.from_file(data / KEY_FILE))
        hash_ = passwords.hashed_demo(PASSWORD)
        founded = await found(core, "Bench", "Bench", LOGIN, hash_)
        acts: list[ServerAct] = []
        guards: list[Guard] = []
        people: list[str] = []
        site = post = ""
        for number in range(devices):
            if number % to_a_site == 0:
                site, post = _id(), _id()
                acts.append(ServerAct("site.create", {"name": f"S{number}", "zone": "Asia/Shanghai"}, id=site))
                acts.append(ServerAct("post.create", {"site": site, "name": "A", "order": 1}, id=post))
            person = _id()
            acts.append(ServerAct("person.create", {"name": f"G{number}", "staff_no": f"G{number}"}, id=person))
            acts.append(ServerAct("role.grant", {"person": person, "role": "guard", "site": site, "since": wall()}))
            guards.append(Guard(f"G{number}", Gate(founded.org, site, post)))
            people.append(person)
        for first in range(0, len(acts), _ACTS):
            await act(core, founded.org, acts[first : first + _ACTS])

        def steps() -> Steps[None]:
            for person in people:
                yield passwords.store(person, founded.org, hash_)

        await write(database, steps)
    finally:
        await database.close()
    return guards


def enrol(port: int, guards: list[Guard], seed: int = 1) -> list[Enrolled]:
    """Each guard's phone."""
    return [Enrolled(port, guard.gate, seed + number, guard.login) for number, guard in enumerate(guards)]


def _id() -> str:
    return uuid7(wall(), os.urandom(10))
