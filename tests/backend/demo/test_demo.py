"""The demo estate is made by honest acts: its log verifies, and it shows what it promises and nothing else."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gatehouse.app import KEY_FILE, make_core, open_database
from gatehouse.audit.keys import SigningKey, VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.db.engine import Database
from gatehouse.db.failures import DatabaseUnusable
from gatehouse.db.steps import Query, Row, read
from gatehouse.demo import duty, jobs, people
from gatehouse.demo.days import days
from gatehouse.demo.load import load_demo
from gatehouse.demo.planted import HELD, INSIDE
from gatehouse.demo.play import Play
from gatehouse.demo.sign_ins import sign_ins
from gatehouse.demo.steps import DAY, HOUR, LATE_MS, MINUTE, Calendar
from gatehouse.devices.enrol import Enrolment
from gatehouse.devices.tokens import DeviceClaim, TokenMint
from gatehouse.estate.found import found
from gatehouse.identity import passwords
from gatehouse.identity.sign_in import token_hash
from gatehouse.replication.pull import pull
from gatehouse.settings import Settings
from gatehouse_sync import canon, chain, stamp
from gatehouse_sync.apply import Body
from gatehouse_sync.chain import End
from gatehouse_sync.device import Clocks, Device, Person
from gatehouse_sync.ids import uuid7
from gatehouse_sync.protocol import EnrolRequest

DAYS = 2


def calendar_of(now: float) -> Calendar:
    """The calendar of a load at that instant."""
    return Calendar(int(now) - DAYS * DAY, int(now))


PLANTED = {("parked", "after_dismissal"): 1, ("refused", "not_entitled"): 1, ("merged", None): 1}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data=tmp_path)


class Loaded(msgspec.Struct):
    """A loaded demo: what it printed, and its database, open."""

    text: str
    settings: Settings
    database: Database

    async def rows(self, sql: str) -> list[Row]:
        def steps() -> Any:
            return (yield Query(sql))

        return list(await read(self.database, steps()))

    async def bodies(self, kind: str) -> list[Body]:
        rows = await self.rows(f"SELECT body FROM entity WHERE kind = '{kind}'")
        return [msgspec.json.decode(body) for (body,) in rows]


@pytest.fixture
async def demo(settings: Settings) -> AsyncIterator[Loaded]:
    text = await load_demo(settings, days=DAYS)
    loaded = Loaded(text, settings, await open_database(settings))
    try:
        yield loaded
    finally:
        await loaded.database.close()


async def test_the_log_and_every_chain_verify(demo: Loaded) -> None:
    ((org, n, hash_),) = await demo.rows("SELECT org, n, hash FROM org_head")
    running = stamp.log_root(org)
    leaves = await demo.rows("SELECT n, leaf, hash FROM log ORDER BY n")
    assert [row[0] for row in leaves] == list(range(1, n + 1))
    for _, leaf, at in leaves:
        running = stamp.log_hash(running, leaf.encode())
        assert bytes(at) == running
    assert bytes(hash_) == running

    chains = await demo.rows("SELECT id, device, follows, n, link FROM chain")
    assert len(chains) == len(people.POSTS) + 2, "a tablet at each post, the office computer, a phone"
    for id_, device, follows, length, link in chains:
        at = chain.root(device, id_, msgspec.json.decode(follows, type=End) if follows else None)
        ops = await demo.rows(f"SELECT cn, link, head, private, salt FROM op WHERE chain = '{id_}' ORDER BY cn")
        assert [row[0] for row in ops] == list(range(1, length + 1))
        for _, kept, head, private, salt in ops:
            at = chain.advance(at, chain.head_hash(head.encode()))
            assert bytes(kept) == at
            if private is not None:
                assert canon.commit(bytes(salt), private.encode()) == msgspec.json.decode(head)["com"]
        assert bytes(link) == at


async def test_only_the_planted_acts_meet_trouble(demo: Loaded) -> None:
    outcomes = Counter(tuple(row) for row in await demo.rows("SELECT d, code FROM op"))
    applied = outcomes.pop(("applied", None))
    assert outcomes == PLANTED
    assert await demo.rows("SELECT 1 FROM log WHERE type <> 'op'") == [], "an act was held for a while"
    assert applied > DAYS * len(people.SITES) * 60
    assert not [body for body in await demo.bodies("visit") if "x" in body], "a visit is flagged"


async def test_the_estate_is_as_designed(demo: Loaded) -> None:
    counts = {kind: len(await demo.bodies(kind)) for kind in ("site", "post", "team", "person", "gate")}
    assert counts == {"site": 2, "post": 5, "team": 3, "person": 31, "gate": 5}
    names = {body["id"]: body["f"]["name"] for body in await demo.bodies("site")}
    visits = [body["f"] for body in await demo.bodies("visit")]
    inside = Counter(names[one["site"]] for one in visits if "left" not in one)
    assert inside == {people.HOME: INSIDE, people.OFFICE: INSIDE}
    over = [one for one in visits if "left" in one and "arrived" in one]
    assert all(one["arrived"] < one["left"] for one in over)
    elsewhere = [one for one in over if one["post"] != one["left_post"]]
    assert 0 < len(elsewhere) < len(over) / 4
    now = time.time() * 1000
    assert now - DAYS * DAY < min(one["arrived"] for one in over) < max(one["left"] for one in over) < now
    workers = [one["f"] for one in await demo.bodies("person") if one["f"]["staff_no"] != people.ADMIN.staff_no]
    assert all(one["team"] and one["superior"] and one["since"] and one["shift"] for one in workers)

    gates = {body["f"]["label"]: body["f"] for body in await demo.bodies("gate")}
    late = gates.pop(f"{people.GARAGE}平板")
    assert (late["held"], [gate["held"] for gate in gates.values()]) == (HELD, [0, 0, 0, 0])
    assert LATE_MS < now - late["complete_to"] < LATE_MS + HOUR / 2
    assert all(now - gate["complete_to"] < 10 * 60_000 for gate in gates.values())


async def test_every_shift_has_one_owner_and_nobody_two_at_once(demo: Loaded) -> None:
    numbers = {body["id"]: body["f"]["staff_no"] for body in await demo.bodies("person")}
    swaps = {numbers[body["by"]]: body for body in await demo.bodies("swap")}
    shifts = {body["id"]: body["f"] for body in await demo.bodies("shift")}
    planned = duty.shifts(calendar_of(time.time() * 1000))
    assert Counter((one["date"], one["label"]) for one in shifts.values()) == Counter(
        (one.date, one.label) for one in planned
    )
    rosters = [body["f"] for body in await demo.bodies("roster")]
    months = {one.date[:7] for one in planned}
    assert {one["version"] for one in rosters} <= {len(months), len(months) + 1}, "a version a month, and one of a swap"
    gone = swaps[jobs.GAVE[0]]["f"]["give"]
    owners = {
        (one.date, one.post, one.label, one.staff_no if (one.date, one.staff_no) != moved else jobs.GAVE[1])
        for moved in [(shifts[gone]["date"], jobs.GAVE[0])]
        for one in planned
    }
    posts = {body["id"]: body["f"]["name"] for body in await demo.bodies("post")}
    assert {
        (one["date"], posts[one["post"]], one["label"], numbers[one["person"]]) for one in shifts.values()
    } == owners
    by_person: dict[str, list[tuple[int, int]]] = {}
    for one in shifts.values():
        by_person.setdefault(one["person"], []).append((one["start"], one["end"]))
    for spans in by_person.values():
        spans.sort()
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))


async def test_swaps_stand_where_the_demo_says_and_wait_for_days_to_come(demo: Loaded) -> None:
    numbers = {body["id"]: body["f"]["staff_no"] for body in await demo.bodies("person")}
    swaps = {numbers[body["by"]]: body["f"] for body in await demo.bodies("swap")}
    assert {asker: swap["state"] for asker, swap in swaps.items()} == jobs.STATES
    now = time.time() * 1000
    assert all(now + 23 * HOUR < swap["deadline"] < now + 7 * DAY for swap in swaps.values())
    asked = {asker: [numbers[one] for one in swap["asked"]] for asker, swap in swaps.items()}
    assert (asked[jobs.GIVES], asked[jobs.TO_ALL]) == ([jobs.TAKES], [])
    assert swaps[jobs.EXCHANGES[0]]["mode"] == "exchange"
    assert swaps[jobs.DENIED[0]]["note"]
    (deputy,) = [body["f"] for body in await demo.bodies("deputy")]
    assert (numbers[deputy["absent"]], numbers[deputy["deputy"]]) == jobs.DEPUTY
    assert deputy["since"] <= now < deputy["until"] - 3 * DAY
    boss = await _sign_in(demo, "1201", people.PASSWORD)
    listed = {numbers[body["by"]] for body in boss.values() if body["kind"] == "swap"}
    assert listed == jobs.STATES.keys(), "the supervisor's list holds them all"
    assert "有换班等待审批" in demo.text


async def test_the_demo_follows_from_its_log(demo: Loaded) -> None:
    key = SigningKey.from_file(demo.settings.data / KEY_FILE)
    assert await verify(demo.database, VerifyingKey(key.public)) == []


@pytest.mark.parametrize("hour", [0.5, 3, 7.5, 15, 15.98, 18, 23])
async def test_the_board_makes_sense_at_any_hour(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hour: float
) -> None:
    """Whoever is on shift has clocked in, but for one, and for the garage while its tablet has not been heard of."""
    now = int(time.time() * 1000) // DAY * DAY + int((hour - 8) * HOUR)
    monkeypatch.setattr("gatehouse.demo.load.wall_clock", lambda: lambda: now)
    settings = Settings(database_url=sqlite_url, data=tmp_path)
    await load_demo(settings, days=DAYS)
    demo = Loaded("", settings, await open_database(settings))
    try:
        posts = {body["id"]: body["f"]["name"] for body in await demo.bodies("post")}
        shifts = {body["id"]: body["f"] for body in await demo.bodies("shift")}
        punches = await demo.bodies("punch")
        gates = {posts[body["f"]["post"]]: body["f"] for body in await demo.bodies("gate")}
    finally:
        await demo.database.close()
    assert not [one for one in punches if "x" in one], "a punch is flagged"
    assert all(one["by"] == shifts[one["f"]["shift"]]["person"] for one in punches)
    inside = {one["f"]["shift"] for one in punches if one["f"]["direction"] == "in"}
    out = {one["f"]["shift"] for one in punches if one["f"]["direction"] == "out"}
    lacking = {
        posts[one["post"]]: one for id_, one in shifts.items() if one["start"] <= now < one["end"] if id_ not in inside
    }
    garage = lacking.pop(people.GARAGE, None)
    assert set(lacking) == {duty.NOT_YET}
    assert (
        gates[duty.NOT_YET]["complete_to"] > lacking[duty.NOT_YET]["start"]
        or now - lacking[duty.NOT_YET]["start"] < HOUR
    )
    silent = gates[people.GARAGE]["complete_to"]
    assert gates[people.GARAGE]["held"] == HELD
    assert garage is None or silent < garage["start"], "nobody is missing where the tablet has spoken"
    if hour in {3, 15}:
        assert garage is not None, "the board waits for the garage's tablet"
    late = [
        one
        for one in punches
        if one["f"]["direction"] == "in" and one["f"]["punched"] > shifts[one["f"]["shift"]]["start"]
    ]
    assert [posts[one["f"]["post"]] for one in late] == [duty.LATE]
    over = [id_ for id_, one in shifts.items() if now - 44 * HOUR < one["start"] and one["end"] < now - 10 * MINUTE]
    bare = [shifts[id_] for id_ in over if id_ not in inside and posts[shifts[id_]["post"]] != people.GARAGE]
    assert [posts[one["post"]] for one in bare] == [duty.FORGOTTEN]
    ended = {id_ for id_ in over if posts[shifts[id_]["post"]] != people.GARAGE and id_ in inside}
    assert ended <= out


@pytest.mark.parametrize("hour", [0, 7.5, 15.98, 20])
@pytest.mark.parametrize("day", [0, 3, 5])
async def test_one_day_is_enough(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hour: float, day: int
) -> None:
    """The guard who left yesterday leaves today then; all that the demo plants is there, at any hour and weekday."""
    now = (int(time.time() * 1000) // DAY + day) * DAY + int((hour - 8) * HOUR)
    monkeypatch.setattr("gatehouse.demo.load.wall_clock", lambda: lambda: now)
    settings = Settings(database_url=sqlite_url, data=tmp_path)
    await load_demo(settings, days=1)
    demo = Loaded("", settings, await open_database(settings))
    try:
        outcomes = Counter(tuple(row) for row in await demo.rows("SELECT d, code FROM op"))
        visits, punches = [await demo.bodies(kind) for kind in ("visit", "punch")]
        key = SigningKey.from_file(settings.data / KEY_FILE)
        assert await verify(demo.database, VerifyingKey(key.public)) == []
    finally:
        await demo.database.close()
    assert outcomes.pop(("applied", None)) > len(people.SITES) * 60
    assert outcomes == PLANTED
    assert not [body for body in (*visits, *punches) if "x" in body]
    assert len([body for body in visits if "left" not in body["f"]]) == 2 * INSIDE


async def test_a_demo_of_no_day_is_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="one day at least"):
        await load_demo(settings, days=0)


async def test_a_second_load_does_nothing(demo: Loaded) -> None:
    before = await demo.rows("SELECT n, hash FROM org_head")
    await demo.database.close()
    assert await load_demo(demo.settings, days=DAYS) == demo.text == sign_ins()
    demo.database = await open_database(demo.settings)
    assert await demo.rows("SELECT n, hash FROM org_head") == before
    assert await demo.rows("SELECT 1 FROM device WHERE kind <> 'server'") == [(1,)] * 7


async def test_printed_accounts_sign_in_and_find_their_notices(demo: Loaded) -> None:
    for staff_no, outcome in ((people.CONFLICTED, "merged"), (people.REFUSED, "refused")):
        ((_, name, login, password, *_),) = [line.split() for line in demo.text.splitlines() if f" {staff_no} " in line]
        view = await _sign_in(demo, login, password)
        assert name in [body["f"]["name"] for body in view.values() if body["kind"] == "person"]
        (notice,) = [body["f"] for body in view.values() if body["kind"] == "notice"]
        assert (notice["d"], notice["state"]) == (outcome, "open")
        if outcome == "merged":
            ((field, mine, theirs, *_),) = notice["fields"]
            assert (field, mine, theirs) == ("id_kind", "permit", "id_card")
            assert view[notice["about"]]["f"]["id_kind"] == "id_card"
        posts = {body["f"]["name"] for body in view.values() if body["kind"] == "post"}
        assert posts == {people.EAST, people.WEST, people.GARAGE}, "a guard sees his own site alone"
        assert sum(body["kind"] == "visit" and "left" not in body["f"] for body in view.values()) == INSIDE


async def _sign_in(demo: Loaded, login: str, password: str) -> dict[str, Body]:
    """What a fresh phone of this person shows, now."""
    core = make_core(demo.database, SigningKey.from_file(demo.settings.data / KEY_FILE))
    enrolment = Enrolment(demo.database, core.signer, core.chains, TokenMint(b"secret"), core.now, core.random)
    key, chain_id = SigningKey.generate(), uuid7(core.now(), os.urandom(10))
    signed = await enrolment.enrol(EnrolRequest(login, password, key.public, chain_id, "phone"), "test")
    clocks = Clocks(core.now, core.now, "run")
    device = Device(signed.device, signed.org, chain_id, key.sign, clocks, os.urandom)
    device.people[signed.person] = Person(signed.person, "none", signed.session)
    while not device.people[signed.person].at_heads:
        claim = DeviceClaim(device.id, chain_id, device.org)
        device.pulled(signed.person, await pull(core, device.pull(signed.person), claim, token_hash(signed.session)))
    return device.view(signed.person)


async def test_an_org_of_somebody_else_is_left_alone(settings: Settings) -> None:
    database = await open_database(settings)
    core = make_core(database, SigningKey.from_file(settings.data / KEY_FILE))
    await found(core, "真实物业", "管理员", "9001", passwords.hashed_demo("secret"))
    await database.close()
    text = await load_demo(settings, days=DAYS)
    assert people.PASSWORD not in text
    database = await open_database(settings)
    try:
        (head,) = await Loaded(text, settings, database).rows("SELECT n FROM org_head")
        assert head == (3,)
    finally:
        await database.close()


async def test_a_load_broken_off_is_never_taken_for_the_demo(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite is as empty as before, and the next start loads; PostgreSQL says what happened."""

    async def stop(_play: Play) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Play, "_close", stop)
        with pytest.raises(KeyboardInterrupt):
            await load_demo(settings, days=DAYS)
    if settings.sqlite:
        assert sorted(path.name for path in settings.data.glob("*.demo*")) == []
        assert await load_demo(settings, days=DAYS) == sign_ins()
    else:
        with pytest.raises(DatabaseUnusable, match="broken off"):
            await load_demo(settings, days=DAYS)


def test_the_same_seed_tells_the_same_story() -> None:
    calendar = Calendar(1_790_000_000_000, 1_790_000_000_000 + 10 * DAY)
    assert list(days(calendar, 1)) == list(days(calendar, 1)) != list(days(calendar, 2))


def test_weekends_are_saturday_and_sunday() -> None:
    monday = Calendar(1_772_409_600_000, 1_772_409_600_000 + 7 * DAY)  # 2026-03-02, 08:00 in China
    assert [monday.weekend(day) for day in range(7)] == [False] * 5 + [True] * 2
