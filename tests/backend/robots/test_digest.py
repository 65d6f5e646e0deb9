"""Digests: what is new, once, gathered, in its time; through crashes, several processes, refusals and long outages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs
from tests.dump import ask
from tests.estate import DAY, HOUR, MINUTE, Estate, Phone
from tests.platforms import KEYS, Platform, platform
from tests.robots import Robots, asker, wanted
from tests.team import Team

from gatehouse.app import make_core
from gatehouse.robots import digest
from gatehouse.robots.digest import GIVE_UP_MS, LEASE_MS, tell
from gatehouse.robots.manage import attempt, change, remove
from gatehouse.robots.platforms import MOST_BYTES
from gatehouse.robots.send import Sent

SECRET = "SECd0f9b2c71e"


@pytest.fixture
def there(estate: Estate) -> Iterator[Platform]:
    with platform("dingtalk", SECRET, lambda: estate.clock.ms) as running:
        yield running


async def accepted(team: Team, day: int = 3, staff_no: str = "B1", taker: str = "B2") -> str:
    """A swap that waits for the supervisor."""
    shift = await team.assign(staff_no, day)
    await team.phones[staff_no].sync()
    swap = team.request(staff_no, shift, [taker])
    await team.phones[staff_no].sync()
    await team.phones[taker].sync()
    team.phones[taker].act("swap.accept", {}, swap)
    await team.phones[taker].sync()
    return swap


async def kiosk(estate: Estate) -> Phone:
    tablet = await estate.phone("A001", "李卫国的平板")
    estate.admin.act("device.kiosk", {"device": tablet.id, "post": estate.east})
    await estate.admin.drain()
    tablet.session = None  # the admin was signed out there
    return tablet


async def test_what_waits_is_told_once_and_together(estate: Estate, there: Platform) -> None:
    team, robots = await Team(estate).build(), Robots(estate, there)
    robot = await robots.add()
    assert await robots.tell() == 0
    await accepted(team, 3, "B1", "B2")
    await accepted(team, 4, "B3", "B4")
    assert await robots.tell() == 1
    assert there.seen == [
        "【门岗】翠湖物业\n2 个换班等主管审批（客服一班 2），最早的 3-05 16:00 截止\n打开：https://gate.example/swaps"
    ]
    assert await robots.tell() == 0
    estate.clock.forward(HOUR)
    assert await robots.tell() == 0, "nothing is new"
    row = await robots.row(robot.id)
    assert (row["last_code"], row["failing"], row["gave_up"]) == ("sent", None, None)


async def test_not_more_often_than_asked(estate: Estate, there: Platform) -> None:
    """What comes in between is in the next message."""
    team, robots = await Team(estate).build(), Robots(estate, there)
    await robots.add(every=30)
    await accepted(team, 3)
    assert await robots.tell() == 1
    await accepted(team, 4)
    await accepted(team, 5)
    estate.clock.forward(30 * MINUTE - 1)
    assert await robots.tell() == 0
    estate.clock.forward(1)
    assert await robots.tell() == 1
    assert "3 个换班等主管审批" in there.seen[1]


async def test_closing_windows_and_silent_devices(estate: Estate, there: Platform) -> None:
    """A tablet after an hour; someone's own phone only when it holds acts still to come, after twelve."""
    team, robots = await Team(estate).build(), Robots(estate, there)
    tablet, guard = await kiosk(estate), await estate.phone("G1")
    guard.arrive()
    await guard.sync()
    await robots.add(tells=["windows", "devices"])
    shift = await team.assign("B1", 1)
    await team.phones["B1"].sync()
    team.request("B1", shift, ["B2"])
    await team.phones["B1"].sync()
    assert await robots.tell() == 0
    estate.clock.forward(HOUR + MINUTE)
    assert await robots.tell() == 1
    assert there.seen[0].splitlines()[1:3] == ["1 台设备太久没有消息：", "· 东门岗 的平板，3-02 08:00 之后没有消息"]
    estate.clock.forward(20 * HOUR)
    assert await robots.tell() == 1
    assert "1 个换班快要截止：\n· 东门岗，3-03 16:00 截止，还没有同事接" in there.seen[1]
    assert "手机" not in there.seen[1]
    estate.clock.forward(5 * MINUTE)
    for _ in range(2):  # back again: the next silence is a new one
        await tablet.sync()
        estate.clock.forward(MINUTE)
    estate.clock.forward(2 * HOUR)
    assert await robots.tell() == 1
    assert "3-03 05:06 之后没有消息" in there.seen[2]


async def test_a_phone_that_holds_acts(estate: Estate, there: Platform) -> None:
    robots = Robots(estate, there)
    guard = await estate.phone("G1")
    guard.arrive()
    await guard.sync()
    await robots.add()
    for _ in range(3):
        guard.arrive()
    await guard.pull()  # says that it holds three more, and goes
    estate.clock.forward(11 * HOUR)
    assert await robots.tell() == 0
    estate.clock.forward(2 * HOUR)
    assert await robots.tell() == 1
    assert "东门岗 的一部手机还有没送达的记录" in there.seen[0]


async def test_a_robot_of_a_team_and_one_of_a_site(estate: Estate, there: Platform) -> None:
    team = await Team(estate).build()
    other = estate.admin.act("team.create", {"name": "保安二班"})
    far = estate.admin.act("site.create", {"name": "望江府", "zone": "Asia/Shanghai"})
    await estate.admin.drain()
    await accepted(team)
    with platform("feishu", SECRET, lambda: estate.clock.ms) as second:
        for place, heard in (
            (("team", other), 0),
            (("site", far), 0),
            (("team", team.id), 1),
            (("site", estate.site), 1),
        ):
            robots = Robots(estate, second)
            robot = await robots.add(**dict([place]))
            assert await robots.tell() == heard, place
            await remove(estate.core, asker(estate.admin), robot.id)
        assert [text.splitlines()[0] for text in second.seen] == ["【门岗】客服一班", "【门岗】翠湖花园"]


async def test_quiet_hours_gather_what_comes(estate: Estate, there: Platform) -> None:
    """The estate begins at 08:00 local; 22:00 to 07:00 crosses midnight."""
    team, robots = await Team(estate).build(), Robots(estate, there)
    await robots.add(quiet=(22 * 60, 7 * 60))
    estate.clock.forward(14 * HOUR)
    team = await revisit(estate, team)
    await accepted(team)
    assert await robots.tell() == 0
    estate.clock.forward(9 * HOUR - 1)
    assert await robots.tell() == 0
    estate.clock.forward(1)
    assert await robots.tell() == 1


async def revisit(estate: Estate, team: Team) -> Team:
    for phone in team.phones.values():
        phone.device.hear_anchor(estate.core.signer.anchor(estate.clock.ms))
    return team


async def test_no_personal_data_leaves(estate: Estate, there: Platform) -> None:
    """Neither people nor devices nor what visitors said; names of posts cannot mention anybody."""
    team, robots = await Team(estate).build(), Robots(estate, there)
    post = {"site": estate.site, "name": '<at user_id="all">@所有人</at>岗', "order": 3}
    named = estate.admin.act("post.create", post)
    await estate.admin.drain()
    await kiosk(estate)
    estate.admin.arrive(name="孙先生", phone="13800000000", plate="沪A12345", unit="3-1201")
    await estate.admin.sync()
    await accepted(team)
    shift = await team.assign("B4", 0, start=10, post=named)
    await team.phones["B4"].sync()
    team.request("B4", shift, ["B2"], reason="家里有事")
    await team.phones["B4"].sync()
    await robots.add()
    estate.clock.forward(2 * HOUR)
    assert await robots.tell() == 1
    said = there.seen[0]
    assert '＜at user_id="all"＞＠所有人＜/at＞岗' in said
    people = [row[0] for row in await ask(estate.database, "SELECT name FROM person")]
    assert len(people) > 10
    for secret in (*people, *estate.people, "孙先生", "13800000000", "A12345", "1201", "李卫国的平板", "家里有事"):
        assert secret not in said, secret


async def test_a_message_is_never_too_long(estate: Estate, there: Platform) -> None:
    team, robots = await Team(estate).build(), Robots(estate, there)
    posts = [
        estate.admin.act("post.create", {"site": estate.site, "name": "岗" * 39 + str(i), "order": i}) for i in range(9)
    ]
    await estate.admin.drain()
    for i, post in enumerate(posts):
        shift = await team.assign("B1", 0, start=1 + i, hours=1, post=post)
        await team.phones["B1"].sync()
        team.request("B1", shift, ["B2"])
        await team.phones["B1"].sync()
    await robots.add()
    assert await robots.tell() == 1
    assert len(there.seen[0].encode()) <= MOST_BYTES
    assert "· 另有 4 个" in there.seen[0]
    assert there.seen[0].endswith("/swaps")


async def test_several_processes_tell_once(estate: Estate, there: Platform) -> None:
    """Each has its own connections and memory; all look at the same moment."""
    team, robots = await Team(estate).build(), Robots(estate, there)
    await robots.add()
    await accepted(team)
    cores = [make_core(estate.database, estate.key, estate.clock.now) for _ in range(4)]
    told = []
    for _ in range(3):
        told.append(sum(await asyncio.gather(*(tell(core, robots.sender) for core in cores))))
        estate.clock.forward(MINUTE)
    assert told == [1, 0, 0]
    assert there.asked == 1


async def test_a_crash_between_sending_and_marking_doubles_it_once(
    estate: Estate, there: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told at least once: the lease ends, another process sends it again, and then it is marked."""
    team, robots = await Team(estate).build(), Robots(estate, there)
    await robots.add()
    await accepted(team)
    with monkeypatch.context() as patched:
        patched.setattr(digest, "_settle", lambda *_: crash())
        with pytest.raises(RuntimeError):
            await robots.tell()
    assert there.asked == 1
    await estate.restart()
    assert await robots.tell() == 0, "the lease still runs"
    estate.clock.forward(LEASE_MS)
    assert await robots.tell() == 1
    estate.clock.forward(DAY // 2)
    assert await robots.tell() == 0
    assert there.asked == 2


def crash() -> None:
    raise RuntimeError("the process ends here")


async def test_failures_are_tried_again_further_and_further_apart(estate: Estate, there: Platform) -> None:
    team, robots = await Team(estate).build(), Robots(estate, there)
    robot = await robots.add()
    await accepted(team)
    there.mode = "502"
    begun = estate.clock.ms
    tries = []
    for _ in range(5 * 60):
        asked = there.asked
        await robots.tell()
        if there.asked > asked:
            tries.append((estate.clock.ms - begun) // MINUTE)
        estate.clock.forward(MINUTE)
    assert tries == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]
    row = await robots.row(robot.id)
    assert (row["last_code"], row["failing"], row["gave_up"]) == ("http_status", begun, None)
    there.mode = "ok"
    estate.clock.forward(HOUR)
    assert await robots.tell() == 1
    assert (await robots.row(robot.id))["failing"] is None


async def test_a_platform_that_is_asked_too_often_is_left_alone(estate: Estate, there: Platform) -> None:
    team, robots = await Team(estate).build(), Robots(estate, there)
    await robots.add()
    await accepted(team)
    for mode, quiet in (("too_fast", 10 * MINUTE), ("429", 30 * MINUTE)):
        there.mode = mode
        assert await robots.tell() == 0
        asked = there.asked
        estate.clock.forward(quiet - 1)
        assert await robots.tell() == 0
        assert there.asked == asked
        estate.clock.forward(1)
    there.mode = "ok"
    assert await robots.tell() == 1


async def test_a_message_is_given_up_after_a_day_and_that_is_seen(estate: Estate, there: Platform) -> None:
    """What is new later is tried afresh; one that goes through ends the line."""
    team, robots = await Team(estate).build(), Robots(estate, there)
    robot = await robots.add()
    await accepted(team, 8)
    there.mode = "address"
    with capture_logs() as lines:
        for _ in range(GIVE_UP_MS // HOUR + 3):
            await robots.tell()
            estate.clock.forward(HOUR)
    assert [line["event"] for line in lines].count("robot_gave_up") == 1
    row = await robots.row(robot.id)
    assert row["gave_up"] is not None
    assert row["last_code"] == "address"
    asked = there.asked
    estate.clock.forward(DAY)
    assert await robots.tell() == 0
    assert there.asked == asked, "nothing is owed any more"
    there.mode = "ok"
    await revisit(estate, team)
    await accepted(team, 9)
    assert await robots.tell() == 1
    assert "2 个换班" in there.seen[0]
    assert (await robots.row(robot.id))["gave_up"] is None


async def test_a_mended_address_is_tried_at_once(estate: Estate, there: Platform) -> None:
    team, robots = await Team(estate).build(), Robots(estate, there)
    robot = await robots.add(secret="wrong secret")
    await accepted(team)
    for _ in range(8):
        await robots.tell()
        estate.clock.forward(30 * MINUTE)
    assert (await robots.row(robot.id))["last_code"] == "signature"
    await robots.tell()
    await change(estate.core, robots.sender, asker(estate.admin), robot.id, wanted(there, url=None))
    assert await robots.tell() == 1


async def test_a_robot_removed_while_a_message_is_under_way(
    estate: Estate, there: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is out; nothing is marked, and nothing comes back."""
    team, robots = await Team(estate).build(), Robots(estate, there)
    robot = await robots.add()
    await accepted(team)
    really = digest._send

    async def slowly(*given: object) -> Sent:
        sent = await really(*given)  # type: ignore[arg-type]  # passed on as they came
        await remove(estate.core, asker(estate.admin), robot.id)
        return sent

    monkeypatch.setattr(digest, "_send", slowly)
    assert await robots.tell() == 1
    assert await ask(estate.database, "SELECT id FROM job") == []
    assert await ask(estate.database, "SELECT id FROM robot") == []


async def test_a_key_of_another_server(estate: Estate, there: Platform) -> None:
    """A database moved without the key file: said as such, and nothing is sent anywhere."""
    robots = Robots(estate, there)
    robot = await robots.add()
    stranger = make_core(estate.database, type(estate.key)(estate.dice), estate.clock.now)
    tried = await attempt(stranger, robots.sender, asker(estate.admin), robot.id)
    assert (tried.code, there.asked) == ("no_key", 0)


async def test_no_line_of_the_log_names_an_address(
    estate: Estate, there: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    team, robots = await Team(estate).build(), Robots(estate, there)
    caplog.set_level("DEBUG")
    with capture_logs() as lines:
        await robots.add()
        await accepted(team)
        for mode in ("address", "redirect", "hang_up", "ok"):
            there.mode = mode
            await robots.tell()
            estate.clock.forward(HOUR)
    for secret in (KEYS["dingtalk"], SECRET):
        assert secret not in str(lines)
        assert secret not in caplog.text
