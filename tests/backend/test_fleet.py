"""What the office knows of each device: its row, who may see it, and how seldom it is written (PROTOCOL 8.10, 10.7)."""

from __future__ import annotations

import msgspec
import pytest
from tests.busy import fresh, second_site
from tests.dump import ask
from tests.estate import HOUR, MINUTE, T0, Estate, Phone

import gatehouse_sync
from gatehouse.errors import Problem
from gatehouse.replication import fleet
from gatehouse.replication.server_acts import server_device
from gatehouse_sync import PROTOCOL_VERSION, canon
from gatehouse_sync.apply import Body
from gatehouse_sync.fields import MAX_INSTANT
from gatehouse_sync.protocol import PullRequest

APP = "0.1.0+abc"


async def seen(estate: Estate, device: str) -> Body:
    """The device's row as the admin's device holds it."""
    await estate.admin.pull()
    row = estate.admin.row(fleet.row_id(device))
    assert row is not None
    return dict(row["f"])


async def written(estate: Estate, device: str) -> int:
    """The newest number of the device's row in the office's feed."""
    sql = "SELECT f.seq FROM feed f JOIN scope_head s ON s.id = f.scope WHERE s.scope = ? AND f.entity = ?"
    ((seq,),) = await ask(estate.database, sql, f"office:{estate.org}", fleet.row_id(device))
    return int(seq)


async def test_the_office_sees_what_a_device_says_of_itself(estate: Estate) -> None:
    phone = await estate.phone("G1", "王师傅的手机", skew=-3 * HOUR)
    phone.device.app, phone.device.kept = APP, True
    enrolled = estate.clock.ms
    phone.arrive()
    await phone.sync()
    assert await seen(estate, phone.id) == {
        "app": APP,
        "device": phone.id,
        "enrolled": enrolled,
        "kept": True,
        "kind": "personal",
        "label": "王师傅的手机",
        "offset": 3 * HOUR,
        "owner": estate.people["G1"],
        "protocol": PROTOCOL_VERSION,
        "seen": estate.clock.ms,
        "site": estate.site,
        "waiting": 0,
    }


async def test_a_device_that_says_nothing_of_itself_is_seen_all_the_same(estate: Estate) -> None:
    """Apps from before there was `about`."""
    phone = await estate.phone("G1", "旧手机")
    await phone.pull()
    known = await seen(estate, phone.id)
    assert known["seen"] == estate.clock.ms
    assert known["owner"] == estate.people["G1"]
    assert not known.keys() & {"app", "protocol", "offset", "kept"}


async def test_only_who_runs_the_org_sees_its_devices(estate: Estate) -> None:
    """I5: no guard, no manager, no admin of one site, and no longer once the role has ended."""
    _, gate = await second_site(estate)
    await estate.hire("A2", "分管", "admin", estate.site)
    role = estate.admin.act("person.create", {"name": "总管", "staff_no": "A3"})
    await estate.password(role)
    granted = estate.admin.act("role.grant", {"person": role, "role": "admin", "since": T0})
    await estate.admin.sync()
    for staff_no in ("G1", "M1", "A2"):
        assert (await fresh(estate, staff_no)).rows("device") == []
    other = await fresh(estate, "A3")
    assert len(other.rows("device")) >= 4
    estate.admin.act("role.end", {"until": estate.clock.ms}, granted)
    await estate.admin.drain()
    reply = await other.pull_once()
    assert reply.drop == sorted([f"office:{estate.org}", *(s for s in reply.drop if s.startswith("site:"))])
    assert other.rows("device") == []
    assert gate


async def test_a_quiet_device_is_told_of_every_few_minutes_and_no_more(estate: Estate) -> None:
    """A poll every 30 s must not grow the feed."""
    phone = await estate.phone("G1")
    phone.device.app = APP
    await phone.pull()
    before = await written(estate, phone.id)
    start = estate.clock.ms
    for _ in range(40):
        estate.clock.forward(30_000)
        await phone.pull()
    steps = (estate.clock.ms - start) // fleet.SEEN_MS
    assert 1 <= await written(estate, phone.id) - before <= steps
    assert estate.clock.ms - (await seen(estate, phone.id))["seen"] < fleet.SEEN_MS


async def test_news_is_told_at_once(estate: Estate) -> None:
    """Another app, a clock that jumped, storage that may go, someone else signed in: none waits for the next step."""
    phone = await estate.phone("G1")
    phone.device.app = APP
    await phone.pull()
    for change, expected in (
        (lambda: setattr(phone.device, "app", "0.2.0+def"), {"app": "0.2.0+def"}),
        (lambda: setattr(phone.device, "kept", False), {"kept": False}),
        (lambda: setattr(phone, "skew", 10 * MINUTE), {"offset": -10 * MINUTE}),
    ):
        change()  # type: ignore[no-untyped-call]  # a lambda
        estate.clock.forward(1)
        await phone.pull()
        known = await seen(estate, phone.id)
        assert {name: known[name] for name in expected} == expected
        assert known["seen"] == estate.clock.ms
    await phone.sign_in("G2")
    await phone.pull()
    assert (await seen(estate, phone.id))["owner"] == estate.people["G2"]
    before = await written(estate, phone.id)
    phone.skew += fleet.OFFSET_MS - 1  # no more than the network takes
    await phone.pull()
    assert await written(estate, phone.id) == before


async def test_acts_that_wait_on_a_device_are_counted(estate: Estate) -> None:
    """Stated end minus what is held; a few more or fewer wait for the next step, none at all is told at once."""
    phone = await estate.phone("G1")
    await phone.pull()
    for count, expected in ((3, 0), (fleet.WAITING_STEP - 3, fleet.WAITING_STEP), (1, fleet.WAITING_STEP)):
        for _ in range(count):
            phone.arrive()
        await phone.pull()
        assert (await seen(estate, phone.id))["waiting"] == expected
    estate.clock.forward(fleet.SEEN_MS)
    await phone.pull()
    assert (await seen(estate, phone.id))["waiting"] == fleet.WAITING_STEP + 1
    await phone.drain()
    assert (await seen(estate, phone.id))["waiting"] == 0


async def test_a_tablet_shows_its_post_and_nobody(estate: Estate) -> None:
    phone = await estate.phone("G1")
    await phone.pull()
    estate.admin.act("device.kiosk", {"device": phone.id, "post": estate.west, "label": "西门平板"})
    await estate.admin.drain()
    known = await seen(estate, phone.id)
    assert (known["kind"], known["label"]) == ("kiosk", "西门平板")
    assert (known["post"], known["site"]) == (estate.west, estate.site)
    assert "owner" not in known


async def test_a_revoked_device_says_when_and_stays_as_it_was(estate: Estate) -> None:
    phone = await estate.phone("G1")
    phone.device.app = APP
    phone.arrive()
    await phone.sync()
    phone.arrive()
    estate.clock.forward(HOUR)
    at = estate.clock.ms
    estate.admin.act("device.revoke", {"device": phone.id})
    await estate.admin.drain()
    gone = await seen(estate, phone.id)
    assert gone["revoked"] == at
    estate.clock.forward(HOUR)
    phone.device.app = "0.2.0+def"
    await phone.push()
    assert await seen(estate, phone.id) == gone


async def test_devices_that_have_no_row_get_one_at_the_start_and_the_server_names_its_app(estate: Estate) -> None:
    """Devices from before there were rows, which may never be heard of again; twice changes nothing."""
    silent = await estate.phone("G1", "抽屉里的手机")
    assert await fleet.show_all(estate.core, APP) == 2  # the silent one and the server's own
    known = await seen(estate, silent.id)
    assert known["owner"] == estate.people["G1"]
    assert "seen" not in known
    own = server_device(estate.org)
    assert await seen(estate, own) == {
        "app": APP,
        "device": own,
        "enrolled": T0,
        "kind": "server",
        "label": "",
        "protocol": PROTOCOL_VERSION,
        "waiting": 0,
    }
    before = await ask(estate.database, "SELECT scope, seq FROM scope_head ORDER BY scope")
    assert await fleet.show_all(estate.core, APP) == 0
    assert await ask(estate.database, "SELECT scope, seq FROM scope_head ORDER BY scope") == before
    assert await fleet.show_all(estate.core, "0.2.0+def") == 1
    assert (await seen(estate, own))["app"] == "0.2.0+def"


@pytest.mark.parametrize("wall", [-canon.MAX_INT, 0, canon.MAX_INT])
async def test_no_clock_blocks_an_exchange(estate: Estate, wall: int) -> None:
    """I8."""
    phone = await estate.phone("G1")
    phone.device.app = APP
    phone.skew = wall - estate.clock.ms
    await phone.pull()
    offset = (await seen(estate, phone.id))["offset"]
    assert abs(offset) <= MAX_INSTANT
    assert offset == max(-MAX_INSTANT, min(estate.clock.ms - wall, MAX_INSTANT))


@pytest.mark.parametrize(
    "about",
    [
        {"app": "", "protocol": 1, "wall": 1},
        {"app": "a b", "protocol": 1, "wall": 1},
        {"app": "a\n", "protocol": 1, "wall": 1},
        {"app": "x" * 81, "protocol": 1, "wall": 1},
        {"app": "a", "protocol": 0, "wall": 1},
        {"app": "a", "protocol": 1, "wall": canon.MAX_INT + 1},
        {"app": "a", "protocol": 1, "wall": 1.5},
        {"app": "a", "protocol": 1},
        {"app": "a", "protocol": 1, "wall": 1, "kept": 1},
        {"app": "a", "protocol": 1, "wall": 1, "person": "x"},
        [],
    ],
)
def test_what_a_device_may_say_of_itself_has_limits(about: object) -> None:
    frame = {"device": T, "chain": T, "cursors": {}, "end": {"n": 0, "anchor": None}, "echo": None}
    msgspec.json.decode(msgspec.json.encode(frame), type=PullRequest)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({**frame, "about": about}), type=PullRequest)


T = "0199f0a0-0002-7000-8000-000000000001"


async def test_an_app_too_old_is_told_and_keeps_what_it_has(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    """N-4: 426 for pushes and pulls alike; the same acts are taken once the app is newer."""
    old, silent = await estate.phone("G1"), await estate.phone("G2")
    old.device.app = APP
    monkeypatch.setattr(gatehouse_sync, "OLDEST_PROTOCOL", PROTOCOL_VERSION + 1)
    for phone in (old, silent):
        await refused(phone)
    assert await ask(estate.database, "SELECT COUNT(*) FROM op WHERE chain = ?", old.device.chain) == [(0,)]
    monkeypatch.setattr(gatehouse_sync, "OLDEST_PROTOCOL", PROTOCOL_VERSION)
    for phone in (old, silent):
        assert [result[2] for result in await phone.drain()] == ["applied"]


async def refused(phone: Phone) -> None:
    phone.arrive()
    with pytest.raises(Problem) as pushed:
        await phone.push()
    with pytest.raises(Problem) as pulled:
        await phone.pull_once()
    assert {pushed.value.code, pulled.value.code} == {"app_too_old"}
