"""Pull: the right rows, whole, once, and gone when they must go (PROTOCOL §8, §9)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.busy import busy, fresh, other_org, plain, second_site
from tests.dump import ask
from tests.estate import DAY, HOUR, MINUTE, PASSWORD, T0, Estate, Phone, codes

from gatehouse.db.steps import Query, Steps, write
from gatehouse.errors import Problem
from gatehouse.replication.prune import prune
from gatehouse.replication.pull import pull
from gatehouse_sync import protocol
from gatehouse_sync.shade import shade


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
@pytest.mark.trap("T3")
@pytest.mark.path("P21")
async def test_pages_of_every_size_end_at_transactions_and_give_the_same_rows(estate: Estate, limit: int) -> None:
    """T3: no page splits a transaction; each begins where the last ended."""
    author = await busy(estate)
    reader = await estate.phone("G2")
    transactions = {
        scope: {row[0] for row in await ask(estate.database, _ENDS, scope)} | {0} for scope in (f"site:{estate.site}",)
    }
    replies = await reader.pull(limit=limit)
    for reply in replies:
        for page in reply.pages:
            if page.scope in transactions:
                assert page.upto in transactions[page.scope]
    site = {
        id_: row for id_, row in plain(reader.device.people[reader.person].store).items() if row[2][0][:5] == "site:"
    }
    same = {
        id_: row for id_, row in plain(author.device.people[author.person].store).items() if row[2][0][:5] == "site:"
    }
    assert site == same
    assert len(replies) > 1 or limit == 1000
    # At the heads a pull has nothing more to say.
    assert (await reader.pull_once()).pages == []


_ENDS = "SELECT DISTINCT f.until FROM feed f JOIN scope_head s ON s.id = f.scope WHERE s.scope = ?"


@pytest.mark.trap("T2")
@pytest.mark.path("P21")
async def test_a_page_may_come_twice_or_early_and_counts_once(estate: Estate) -> None:
    author, reader = await busy(estate), await estate.phone("G2")
    store = reader.device.people[reader.person].store
    cursors = dict(store.cursors)
    reply = await reader.pull_once(limit=3)
    held = plain(store)
    for page in reply.pages:
        reader.device.pulled(reader.person, msgspec.structs.replace(reply, pages=[page, page], more=False))
    assert plain(store) == held
    assert cursors == {}
    await reader.pull(limit=3)
    await author.pull()
    assert {b["id"] for b in reader.rows("visit")} == {b["id"] for b in author.rows("visit")}


@pytest.mark.trap("T4")
async def test_a_slow_clock_hides_nothing_from_those_who_are_ahead(estate: Estate) -> None:
    """T4: cursors are numbers of the server."""
    reader = await fresh(estate, "G2")
    late = await estate.phone("G1", skew=-3 * DAY)
    visit = late.arrive()
    await late.drain()
    await reader.pull()
    assert reader.row(visit) is not None


@pytest.mark.path("P22")
async def test_the_acknowledged_number_comes_with_the_heads(estate: Estate) -> None:
    """P22, 8.6: a lost push reply costs nothing; the mark moves when the heads are reached."""
    phone = await fresh(estate, "G1")
    visit = phone.arrive()
    await estate.push(phone.raw())  # the reply is lost
    assert phone.device.people[phone.person].mark == 0
    reply = await phone.pull_once()
    assert (reply.ack.chain, reply.ack.n) == (phone.device.chain, 1)
    assert phone.device.people[phone.person].mark == 1
    assert phone.row(visit) == phone.view(visit)
    before = await ask(estate.database, "SELECT COUNT(*) FROM log")
    assert (await phone.push()).results == [(1, visit, "applied", None)]
    assert phone.frame() is None
    assert await ask(estate.database, "SELECT COUNT(*) FROM log") == before


@pytest.mark.path("P8")
async def test_a_rolled_back_profile_that_pulls_first_loses_nothing(estate: Estate) -> None:
    """P8: the server holds another act under the number of the phone's own; a pull must not pass for its receipt."""
    phone = await fresh(estate, "G1")
    phone.arrive()
    await phone.drain()
    phone.arrive()
    await phone.drain()
    gone = phone.device.outbox.pop()
    phone.device.acked, phone.device.n, phone.device.link = 1, 1, phone.device.outbox[0].link
    phone.device._acked_link = phone.device.link
    await phone.pull()
    mine = phone.arrive(unit="2-201")
    assert codes(await phone.sync()) == [("applied", None)] * 2  # what was acknowledged is a repeat in the new chain
    assert {body["id"] for body in phone.rows("visit")} >= {mine, gone.op.head.id}


@pytest.mark.trap("T33")
async def test_a_cursor_that_cannot_be_is_reset(estate: Estate) -> None:
    """8.5: another epoch, above the head, below the floor. The rows come again from 0 in the same answer."""
    phone = await busy(estate)
    who = phone.device.people[phone.person]
    scope = f"site:{estate.site}"
    good = plain(who.store)
    epoch, seq = who.store.cursors[scope]
    for wrong in (("another epoch", seq), (epoch, seq + 1)):
        who.store.cursors[scope] = wrong
        reply = await phone.pull_once()
        assert reply.reset == [scope]
        assert plain(who.store) == good

    def floor() -> Steps[None]:
        yield Query("UPDATE scope_head SET floor = 5 WHERE scope = ?", (scope,))

    await write(estate.database, floor)
    who.store.cursors[scope] = (epoch, 3)
    assert (await phone.pull_once()).reset == [scope]
    assert plain(who.store) == good
    who.store.cursors[scope] = (epoch, 5)
    assert (await phone.pull_once()).reset == []


@pytest.mark.trap("T37")
@pytest.mark.path("P26")
async def test_a_digest_finds_what_went_astray_and_that_scope_alone_comes_again(estate: Estate) -> None:
    """T37, P26."""
    phone = await busy(estate)
    who = phone.device.people[phone.person]
    assert (await phone.pull_once(digests=True)).reset == []
    good = plain(who.store)
    visit = phone.rows("visit")[0]["id"]
    who.store.rows[visit].body["ver"] = estate.id()
    assert (await phone.pull_once(digests=True)).reset == [f"site:{estate.site}"]
    assert plain(who.store) == good
    del who.store.rows[visit]
    assert (await phone.pull_once(digests=True)).reset == [f"site:{estate.site}"]
    assert plain(who.store) == good
    assert (await phone.pull_once(digests=True)).reset == []


@pytest.mark.path("P23", "P26")
async def test_digests_agree_when_a_phone_works_at_two_sites(estate: Estate) -> None:
    """P26: a record that moves between scopes leaves the sums of both right. The gate row moves with the phone."""
    site, post = await second_site(estate)
    await estate.admin.pull()
    for where, gate in ((estate.site, estate.east), (site, post), (estate.site, estate.west), (site, post)):
        estate.admin.act("visit.arrive", {"site": where, "post": gate, "category": "courier"})
        await estate.admin.sync()
        assert (await estate.admin.pull_once(digests=True)).reset == []
    gates = [body["f"] for body in estate.admin.rows("gate")]
    assert [(gate["site"], gate["post"]) for gate in gates] == [(site, post)]


@pytest.mark.path("P27")
async def test_a_quiet_phone_renews_its_row_and_others_see_it(estate: Estate) -> None:
    """P27: completeness goes on with every pull, to the anchor's time and not to that of arrival.

    The row is newer each time, so that every other phone takes it, although the log has not grown.
    """
    phone, reader = await fresh(estate, "G1"), await fresh(estate, "G2")
    phone.arrive()
    await phone.sync()
    seen = []
    for _ in range(4):
        estate.clock.forward(2 * MINUTE)
        anchored = phone.device.anchor
        assert anchored is not None
        await phone.pull()
        await reader.pull()
        (gate,) = [body["f"] for body in reader.rows("gate") if body["f"]["device"] == phone.id]
        assert gate["complete_to"] == int(anchored.token.split(".")[0])
        seen.append(gate["complete_to"])
        assert (await reader.pull_once(digests=True)).reset == []
    assert seen == sorted(set(seen))


@pytest.mark.path("P27")
async def test_what_a_phone_still_holds_is_shown_as_held(estate: Estate) -> None:
    """P27, 9.1: while acts are missing the device is complete only to what it was."""
    phone, reader = await fresh(estate, "G1"), await fresh(estate, "G2")
    phone.arrive()
    await phone.sync()
    (before,) = reader_gate(await pulled(reader), phone)
    estate.clock.forward(10 * MINUTE)
    phone.arrive()
    phone.arrive()
    await phone.pull()  # it pulls, but its push does not get through
    estate.clock.forward(10 * MINUTE)
    await phone.pull()  # with the anchor of the first: newer than what it has sent
    (gate,) = reader_gate(await pulled(reader), phone)
    assert gate["held"] == 2
    assert gate["complete_to"] == before["complete_to"]
    await phone.sync()
    (gate,) = reader_gate(await pulled(reader), phone)
    assert gate["held"] == 0
    assert gate["complete_to"] > before["complete_to"]


async def pulled(phone: Phone) -> Phone:
    await phone.pull()
    return phone


def reader_gate(reader: Phone, phone: Phone) -> list[dict[str, Any]]:
    return [body["f"] for body in reader.rows("gate") if body["f"]["device"] == phone.id]


async def test_a_refused_exit_does_not_move_the_gate_row(estate: Estate) -> None:
    phone = await fresh(estate, "G1")
    visit = phone.arrive()
    await phone.sync()
    phone.leave(visit, estate.id())
    assert codes(await phone.sync()) == [("refused", "unknown_reference")]
    assert [body["f"]["post"] for body in phone.rows("gate")] == [estate.east]


@pytest.mark.path("P25")
async def test_a_closed_visit_is_shaded_then_gone(estate: Estate) -> None:
    """10.5, P25: full for 12 hours, its shade for 30 days, then nothing; a late first pull gets what a holder has."""
    phone = await fresh(estate, "G1")
    visit = phone.arrive(name="欧阳修远", phone="13800138000", plate="粤B12345", host="王女士", note="高个子")
    phone.leave(visit)
    open_ = phone.arrive(name="李四")
    await phone.sync()
    late = phone
    for hours, shaded in ((11, False), (12, True), (29 * 24, True), (32 * 24, None)):
        estate.clock.ms = T0 + hours * HOUR
        await phone.pull()
        late = await fresh(estate, "G2")
        row = late.row(visit)
        assert (row is None) is (shaded is None)
        if row is not None:
            assert bool(row.get("sh")) is shaded
        assert late.view(visit) == phone.view(visit)
        assert (await late.pull_once(digests=True)).reset == []
        assert (await phone.pull_once(digests=True)).reset == []
        if shaded:
            assert row is not None
            assert row["f"]["name"] == "欧阳**"
            assert "host" not in row["f"]
            assert "13800138000" not in str(row)
        assert late.row(open_)["f"]["name"] == "李四"  # type: ignore[index]  # a missing row fails the test
    key = late.device.people[late.person].keys[f"site:{estate.site}"]
    assert key == phone.device.people[phone.person].keys[f"site:{estate.site}"]
    assert shade(phone.row(visit) or {}, b"", estate.clock.ms) is None


async def test_pruning_takes_from_feeds_what_every_phone_has_dropped(estate: Estate) -> None:
    """Design §8: expired rows and old tombstones; a cursor below the floor is reset, the others are not."""
    site, post = await second_site(estate)
    phone = await fresh(estate, "G1")
    visit = phone.arrive()
    phone.leave(visit)
    await phone.sync()
    late = await fresh(estate, "G2")
    estate.admin.act("visit.arrive", {"site": estate.site, "post": estate.east, "category": "courier"})
    await estate.admin.sync()
    estate.admin.act("visit.arrive", {"site": site, "post": post, "category": "courier"})
    await estate.admin.sync()  # the admin's gate row leaves the first site
    await phone.pull()
    held = plain(phone.device.people[phone.person].store)
    await write(estate.database, lambda: prune(estate.clock.ms))
    assert (await phone.pull_once(digests=True)).reset == []
    estate.clock.forward(91 * DAY)
    for _ in range(2):
        await write(estate.database, lambda: prune(estate.clock.ms))
    assert await ask(estate.database, "SELECT COUNT(*) FROM feed WHERE entity = ?", visit) == [(0,)]
    assert (await phone.pull_once(digests=True)).reset == []
    assert (await late.pull_once()).reset == [f"site:{estate.site}"]
    assert (await late.pull_once(digests=True)).reset == []
    assert held.keys() - plain(late.device.people[late.person].store).keys() <= {visit} | {
        row[0] for row in await ask(estate.database, "SELECT id FROM entity WHERE kind IN ('role', 'outcome')")
    }


@pytest.mark.trap("T33", "T34")
@pytest.mark.path("P28")
async def test_a_database_that_went_back_is_noticed_once(on_sqlite: Estate) -> None:
    """P28, T28, T34: the file is copied back; the first phone to return mints one epoch and everybody begins again.

    What phones still hold is taken; the echo of an ended epoch only resets its sender.
    """
    estate = on_sqlite
    one, two = await fresh(estate, "G1"), await fresh(estate, "G2")
    kept = one.arrive(unit="1-101")
    await one.sync()
    await two.sync()
    source = Path(estate.url.removeprefix("sqlite:///"))
    await estate.database.close()
    shutil.copy(source, source.with_suffix(".bak"))
    await estate.restart()
    lost = one.arrive(unit="2-201")
    await one.sync()
    await two.sync()
    await estate.database.close()
    shutil.copy(source.with_suffix(".bak"), source)
    for side in ("-wal", "-shm"):
        source.with_name(source.name + side).unlink(missing_ok=True)
    await estate.restart()
    epoch = (await ask(estate.database, "SELECT epoch FROM org_head"))[0][0]
    waiting = one.arrive(unit="3-301")
    assert codes(await one.drain()) == [("applied", None)] * 2
    (minted,) = (await ask(estate.database, "SELECT epoch FROM org_head"))[0]
    assert minted != epoch
    # The phone of the old epoch that comes second resets itself and mints nothing.
    reply = await two.pull_once()
    assert f"site:{estate.site}" in reply.reset
    assert (await ask(estate.database, "SELECT epoch FROM org_head"))[0][0] == minted
    await one.pull()
    await two.pull()
    for phone in (one, two):
        assert {body["id"] for body in phone.rows("visit")} == {kept, lost, waiting}
    assert await ask(estate.database, "SELECT COUNT(*) FROM log WHERE type = 'epoch'") == [(1,)]


@pytest.mark.path("P28")
async def test_a_forged_or_foreign_echo_moves_nothing(estate: Estate) -> None:
    phone = await busy(estate)
    good = phone.device.stamp
    assert good is not None
    stranger = await other_org(estate)
    await stranger.pull()
    for echo in (
        msgspec.structs.replace(good, n=good.n + 5),
        msgspec.structs.replace(good, epoch="x"),
        stranger.device.stamp,
    ):
        phone.device.stamp = echo
        await phone.pull_once()
    assert await ask(estate.database, "SELECT COUNT(*) FROM log WHERE type = 'epoch'") == [(0,)]


@pytest.mark.path("P9")
async def test_a_token_that_outlived_its_device_gets_the_known_answer(estate: Estate) -> None:
    """P9: after a restore the token is still good and the device unknown: it is to prove itself, not to see a fault."""
    phone = await fresh(estate, "G1")
    frame, claim = phone.device.pull(phone.person), phone.claim()

    def forget() -> Steps[None]:
        yield Query("DELETE FROM chain WHERE id = ?", (phone.device.chain,))
        yield Query("DELETE FROM device WHERE id = ?", (phone.id,))

    await write(estate.database, forget)
    estate.boot()
    frames = protocol.SignInRequest("G1", PASSWORD)
    with pytest.raises(Problem) as problem:
        await pull(estate.core, frame, claim, None)
    assert problem.value.code == "unknown_device"
    with pytest.raises(Problem) as problem:
        await estate.enrolment.sign_in(frames, claim, "test")
    assert problem.value.code == "unknown_device"
