"""Kinds in several versions: older ones are read as newer, newer ones are kept and judged later (PROTOCOL 2.7, 6.9)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from tests.dump import ask
from tests.estate import HOUR, Estate, Phone, codes
from tests.versions import SECOND, VISIT, released

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.identity.sign_in import token_hash
from gatehouse.replication import fleet
from gatehouse.replication.history import history
from gatehouse.replication.newer import judge, keep_up_forever
from gatehouse.replication.registry import Handler
from gatehouse.replication.server_acts import server_device
from gatehouse_sync import canon
from gatehouse_sync.apply import Body
from gatehouse_sync.chain import head_hash

UNKNOWN = ("parked", "unknown_kind")


@pytest.fixture
def estate(estate: Estate) -> Estate:
    """Not verified after the test: this release cannot read what the next one decided. Each test asks while it can."""
    estate.tampered = True
    return estate


@pytest.fixture
def on_sqlite(on_sqlite: Estate) -> Estate:
    """The same on SQLite alone."""
    on_sqlite.tampered = True
    return on_sqlite


async def sound(estate: Estate) -> None:
    """The log folds to the rows, as the program reads it now."""
    assert await verify(estate.database, VerifyingKey(estate.key.public)) == []


async def row(estate: Estate, phone: Phone, visit: str) -> Body:
    await phone.pull()
    found = phone.row(visit)
    assert found is not None
    return found


@contextmanager
def before(estate: Estate, kind: str) -> Iterator[None]:
    """The server as a release that does not know the kind: neither declared nor judged."""
    handler = estate.core.registry.handlers.pop(kind)
    with released(kind, None, VISIT):
        yield
    estate.core.registry.handlers[kind] = handler


@pytest.mark.trap("T27")
async def test_an_old_apps_queue_is_read_as_the_newer_version(estate: Estate) -> None:
    """What the old app wrote is kept byte for byte, on its own links; the record shows what it means now."""
    phone = await estate.phone("G1")
    visit = phone.arrive(unit="1-101")
    await phone.sync()
    phone.amend(visit, unit="2-202", category="other", name="张三")
    written = phone.device.outbox[-1]
    with released():
        assert codes(await phone.drain()) == [("applied", None)]
        body = await row(estate, phone, visit)
        assert (body["f"]["lane"], body["f"]["unit"], body["f"]["category"]) == ("2-202", "1-101", "interview")
        assert body["f"]["name"] == "张三"
        assert "source" not in body["f"]
        assert sorted(body["w"]) == ["category", "lane", "name"]
        ((head, hash_, link, n),) = await ask(
            estate.database, "SELECT head, hash, link, n FROM op WHERE id = ?", written.op.head.id
        )
        assert head == written.head
        assert bytes(hash_) == head_hash(written.head.encode())
        assert bytes(link) == written.link
        ((leaf,),) = await ask(estate.database, "SELECT leaf FROM log WHERE n = ?", n)
        assert canon.decode(leaf)["decision"]["kv"] == 2
        await sound(estate)
        assert phone.view(visit) == body


async def test_what_an_older_release_decided_stays_as_it_was_decided(estate: Estate) -> None:
    """I3: the log folds to the same rows after the update, which reads acts from before it as they were read then."""
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive(unit="1-101")
    phone.amend(visit, unit="2-202", category="other")
    await phone.sync()
    await other.pull()
    before_update = await row(estate, other, visit)
    with released():
        await sound(estate)
        assert await row(estate, other, visit) == before_update
        phone.act("visit.amend", {"lane": "3", "source": "told"}, visit)
        assert codes(await phone.drain()) == [("applied", None)]
        body = await row(estate, other, visit)
        assert (body["f"]["unit"], body["f"]["lane"]) == ("2-202", "3")
        await sound(estate)


async def test_an_old_write_meets_a_new_one_of_the_same_field(estate: Estate) -> None:
    """Conflicts are seen by what is meant, not by what a field was called."""
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive()
    await phone.sync()
    await other.pull()
    phone.amend(visit, unit="A")
    with released():
        other.act("visit.amend", {"lane": "B", "source": "told"}, visit)
        assert codes(await other.drain()) == [("applied", None)]
        assert codes(await phone.drain()) == [("merged", None)]
        assert (await row(estate, other, visit))["f"]["lane"] == "A"
        (notice,) = other.notices()
        assert notice["f"]["fields"][0][:3] == ["lane", "B", "A"]
        await sound(estate)


async def test_a_new_write_meets_an_old_one_of_the_same_field(estate: Estate) -> None:
    """The same with the old app's act there first; the history says what both mean."""
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive()
    await phone.sync()
    await other.pull()
    phone.amend(visit, unit="A")
    with released():
        assert codes(await phone.drain()) == [("applied", None)]
        other.act("visit.amend", {"lane": "B", "source": "told"}, visit)
        assert codes(await other.drain()) == [("merged", None)]
        assert other.session is not None
        told = await history(estate.core, visit, other.claim(), token_hash(other.session))
        assert [entry.touched for entry in told.entries[1:]] == [["lane", "source"]] * 2
        assert told.entries[-1].lost[0][:2] == ("lane", "A")
        await sound(estate)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"lane": "1"}, ("refused", "malformed")),  # what it reads as is there already
        ({"lane": "1", "unit": None}, ("applied", None)),
        ({"unit": 7}, ("refused", "malformed")),
        ({"unit": "x" * 41}, ("refused", "malformed")),
        ({"source": "told"}, ("applied", None)),
        ({"source": "guessed"}, ("refused", "malformed")),
        ({"touched": ["unit"], "pass_no": "1"}, ("refused", "malformed")),
    ],
)
async def test_an_old_act_must_be_one_by_the_newer_rules(
    on_sqlite: Estate, change: dict[str, object], expected: tuple[str, str | None]
) -> None:
    """A malformed act of an old version is refused alone, and its number used."""
    phone = await on_sqlite.phone("G1")
    visit = phone.arrive()
    await phone.sync()
    phone.amend(visit, unit="A")
    kept = phone.device.outbox[-1]
    head = canon.decode(kept.head)
    values = {**head["values"], **change}
    touched = values.pop("touched", None)
    head["values"] = {name: value for name, value in values.items() if value is not None}
    head["touched"] = touched or sorted(head["values"])
    rewrite(phone, canon.encode(head).decode())
    with released():
        phone.arrive()
        assert codes(await phone.drain()) == [expected, ("applied", None)]


def rewrite(phone: Phone, text: str) -> None:
    """The newest act of the phone says something else, as another app would have written it."""
    kept = phone.device.outbox.pop()
    phone.device.n -= 1
    phone.device.link = phone.device.outbox[-1].link
    phone.device._record(kept.op, text, kept.private, None)
    phone.device.outbox[-1].salt = kept.salt


async def newer_acts(estate: Estate) -> tuple[Phone, str]:
    """A newer app on an older server: an amendment of a version that it does not know, and what follows."""
    phone = await estate.phone("G1")
    visit = phone.arrive(unit="1-101")
    await phone.sync()
    with released():
        phone.act("visit.amend", {"lane": "7", "source": "told", "name": "王五"}, visit)
    phone.leave(visit)
    phone.arrive(unit="9")
    assert codes(await phone.drain()) == [UNKNOWN, ("parked", "behind_parked"), ("applied", None)]
    return phone, visit


@pytest.mark.trap("T27")
async def test_a_newer_version_is_kept_raw_and_judged_after_the_update(estate: Estate) -> None:
    phone, visit = await newer_acts(estate)
    assert await judge(estate.core) == 0  # nothing to read yet
    assert "left" not in (await row(estate, phone, visit))["f"]
    estate.clock.forward(HOUR)
    with released():
        await estate.restart()
        assert await judge(estate.core) == 1
        body = await row(estate, phone, visit)
        assert (body["f"]["lane"], body["f"]["name"], body["f"]["left_post"]) == ("7", "王五", estate.east)
        assert body["w"]["lane"][1] < estate.clock.ms - HOUR // 2  # when it was done, not when it was understood
        outcomes = sorted(one["f"]["d"] for one in phone.rows("outcome"))
        assert outcomes == ["applied", "applied"]
        assert await ask(estate.database, "SELECT COUNT(*) FROM hold") == [(0,)]
        await sound(estate)
        log = await ask(estate.database, "SELECT COUNT(*) FROM log")
        assert await judge(estate.core) == 0
        assert await ask(estate.database, "SELECT COUNT(*) FROM log") == log
        types = await ask(estate.database, "SELECT type, op FROM log ORDER BY n DESC LIMIT 2")
        assert [type_ for type_, _ in types] == ["release", "release"]


async def test_a_kind_the_server_learns_is_judged_in_the_order_of_the_log(estate: Estate) -> None:
    """Two phones, one record, an unknown kind: who came first counts first."""
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    visit = phone.arrive()
    await phone.sync()
    await other.pull()
    phone.leave(visit, estate.east)
    other.leave(visit, estate.west)
    with before(estate, "visit.leave"):
        assert codes(await other.drain()) == [UNKNOWN]
        assert codes(await phone.drain()) == [UNKNOWN]
    assert await judge(estate.core) == 2
    assert (await row(estate, phone, visit))["f"]["left_post"] == estate.west
    assert [one["f"]["d"] for one in phone.rows("outcome")] == ["merged"]


async def test_a_record_of_a_kind_learnt_later_frees_what_waited_for_it(estate: Estate) -> None:
    phone = await estate.phone("G1")
    visit = phone.arrive(unit="1")
    phone.amend(visit, unit="2")
    with before(estate, "visit.arrive"):
        assert codes(await phone.drain()) == [UNKNOWN, ("parked", "behind_parked")]
    assert await judge(estate.core) == 1
    assert (await row(estate, phone, visit))["f"]["unit"] == "2"


async def test_two_servers_that_start_at_once_judge_each_act_once(estate: Estate) -> None:
    phone, visit = await newer_acts(estate)
    with released():
        judged = await asyncio.gather(judge(estate.core), judge(estate.core))
        assert sum(judged) == 1
        assert (await row(estate, phone, visit))["f"]["lane"] == "7"
        assert await ask(estate.database, "SELECT COUNT(*) FROM log WHERE type = 'release'") == [(2,)]
        await sound(estate)


async def test_what_turns_out_malformed_is_refused_and_blocks_nothing(estate: Estate) -> None:
    phone = await estate.phone("G1")
    visit = phone.arrive()
    await phone.sync()
    with released(spec=msgspec.structs.replace(SECOND, required_params=())):
        phone.act("visit.amend", {"lane": "7"}, visit)
    phone.amend(visit, unit="3")
    assert codes(await phone.drain()) == [UNKNOWN, ("parked", "behind_parked")]
    with released():
        assert await judge(estate.core) == 1
        body = await row(estate, phone, visit)
        assert body["f"]["lane"] == "3"
        by_code = {one["f"].get("code"): one["f"]["d"] for one in phone.rows("outcome")}
        assert by_code == {"malformed": "refused", None: "applied"}
        await sound(estate)


async def test_an_act_sent_after_a_revocation_waits_for_a_person_all_the_same(estate: Estate) -> None:
    """P11: that nobody could read it when it came lets nothing through."""
    phone = await estate.phone("G1")
    visit = phone.arrive()
    await phone.sync()
    with released():
        phone.act("visit.amend", {"lane": "7", "source": "told"}, visit)
    estate.clock.forward(HOUR)
    estate.admin.act("device.revoke", {"device": phone.id})
    await estate.admin.drain()
    estate.clock.forward(HOUR)
    assert codes(await phone.drain()) == [UNKNOWN]
    with released():
        assert await judge(estate.core) == 1
        assert await ask(estate.database, "SELECT waits_on FROM hold") == [("after_revocation",)]
        await sound(estate)


async def test_a_handlers_fault_holds_its_act_alone(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    """I11: the next start does not try it again, and what came after it is judged."""
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    first, second = phone.arrive(), other.arrive()
    await phone.sync()
    await other.sync()
    with released():
        phone.act("visit.amend", {"lane": "broken", "source": "told"}, first)
        other.act("visit.amend", {"lane": "7", "source": "told"}, second)
    assert codes(await phone.drain() + await other.drain()) == [UNKNOWN] * 2
    handler = estate.core.registry.handlers["visit.amend"]

    def rule(act: object, facts: object) -> str | None:
        if "broken" in repr(act):
            raise ZeroDivisionError
        return handler.rule(act, facts)  # type: ignore[arg-type,return-value]  # as it was called

    broken: Handler = msgspec.structs.replace(handler, rule=rule)
    monkeypatch.setitem(estate.core.registry.handlers, "visit.amend", broken)
    with released():
        assert await judge(estate.core) == 2
        assert await ask(estate.database, "SELECT waits_on FROM hold") == [("server_fault",)]
        assert (await row(estate, other, second))["f"]["lane"] == "7"
        assert await judge(estate.core) == 0
        await sound(estate)


async def test_an_erased_record_takes_what_was_kept_about_it(estate: Estate) -> None:
    """P30: the private part is gone; the act is judged without it."""
    phone, visit = await newer_acts(estate)
    estate.admin.act("visit.erase", {"reason": "request"}, visit)
    assert codes(await estate.admin.drain()) == [("applied", None)]
    with released():
        assert await judge(estate.core) == 1
        body = await row(estate, phone, visit)
        assert body["erased"] is True
        assert "name" not in body["f"]
        assert body["f"]["lane"] == "7"
        await sound(estate)


async def test_a_server_that_starts_judges_and_shows_by_itself(on_sqlite: Estate) -> None:
    phone, visit = await newer_acts(on_sqlite)
    own = fleet.row_id(server_device(on_sqlite.org))
    with released():
        running = asyncio.create_task(keep_up_forever(on_sqlite.core, "0.2.0+index-b.js"))
        try:
            async with asyncio.timeout(20):
                while await ask(on_sqlite.database, "SELECT op FROM hold"):  # noqa: ASYNC110 - no event crosses a database
                    await asyncio.sleep(0.01)
        finally:
            running.cancel()
        assert (await row(on_sqlite, phone, visit))["f"]["lane"] == "7"
        ((served,),) = await ask(on_sqlite.database, "SELECT body FROM entity WHERE id = ?", own)
        assert canon.decode(served)["f"]["app"] == "0.2.0+index-b.js"
