"""Who may have robots, what is taken and what is shown: an address goes in, and only its end ever comes out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tests.dump import ask, dump
from tests.estate import T0, Estate, Phone
from tests.platforms import KEYS, Platform, platform
from tests.robots import Robots, asker, wanted
from tests.served import Served, served
from tests.team import Team

from gatehouse.audit.keys import SigningKey
from gatehouse.errors import Problem
from gatehouse.estate.found import found
from gatehouse.robots.manage import MOST, TRIAL_EVERY_MS, attempt, change, listed, make, remove
from gatehouse.robots.rows import KEY, fingerprint, seal, unseal
from gatehouse.robots.send import Address, Sender

SECRET = "SECd0f9b2c71e"
OFFICIAL = f"https://oapi.dingtalk.com/robot/send?access_token={'a1' * 16}"


@pytest.fixture
def there(estate: Estate) -> Iterator[Platform]:
    with platform("dingtalk", SECRET, lambda: estate.clock.ms) as running:
        yield running


async def refused(attempted: Any) -> str:
    with pytest.raises(Problem) as caught:
        await attempted
    return caught.value.code


async def test_a_robot_is_made_shown_changed_tried_and_removed(estate: Estate, there: Platform) -> None:
    """Each change stands in the log with who did it; all that is shown of the address is its end."""
    robots, admin = Robots(estate, there), asker(estate.admin)
    made = await robots.add(quiet=(1320, 420), every=15)
    assert (made.tail, made.signed, made.quiet, made.every) == (there.url[-4:], True, (1320, 420), 15)
    assert (await listed(estate.core, admin)).robots == [made]
    tried = await attempt(estate.core, robots.sender, admin, made.id)
    assert (tried.code, tried.said) == ("sent", "ok")
    assert there.seen == ["【门岗】翠湖物业\n测试消息：这个群机器人已经接好。\n打开：https://gate.example/swaps"]
    there.mode = "keyword"
    estate.clock.forward(TRIAL_EVERY_MS)
    tried = await attempt(estate.core, robots.sender, admin, made.id)
    assert (tried.code, tried.said) == ("keyword", "310000 keywords not in content")
    (shown,) = (await listed(estate.core, admin)).robots
    assert (shown.last_code, shown.last_said, shown.failing) == ("keyword", tried.said, estate.clock.ms)
    after = await change(
        estate.core, robots.sender, admin, made.id, wanted(there, url=None, secret=None, name="新群", language="en")
    )
    assert (after.name, after.language, after.tail, after.signed, after.quiet) == ("新群", "en", made.tail, True, None)
    there.mode = "ok"
    estate.clock.forward(TRIAL_EVERY_MS)
    assert (await attempt(estate.core, robots.sender, admin, made.id)).code == "sent", "address and secret stayed"
    await remove(estate.core, admin, made.id)
    assert (await listed(estate.core, admin)).robots == []
    rows = await ask(estate.database, "SELECT head FROM op WHERE kind = 'robot.change' ORDER BY n")
    acts = [msgspec.json.decode(row[0])["values"] for row in rows]
    assert [act.pop("what") for act in acts] == ["made", "changed", "removed"]
    assert acts == [{"person": estate.admin_id, "robot": made.id}] * 3


async def test_an_address_is_nowhere_in_the_database(estate: Estate, there: Platform) -> None:
    """Neither in a row nor in the log; the sealed box opens with the server's key, for its own robot alone."""
    made = await Robots(estate, there).add()
    everything = msgspec.json.encode(await dump(estate.database)).decode()
    for secret in (there.url, KEYS["dingtalk"], SECRET):
        assert secret not in everything
        assert secret.encode().hex() not in everything
    ((sealed,),) = await ask(estate.database, "SELECT sealed FROM robot")
    key = estate.key.secret(KEY)
    assert unseal(key, made.id, bytes(sealed)) == Address(there.url, SECRET)
    assert unseal(key, estate.id(), bytes(sealed)) is None
    assert unseal(SigningKey.generate().secret(KEY), made.id, bytes(sealed)) is None
    assert unseal(key, made.id, b"short") is None
    same = seal(key, made.id, Address(there.url, SECRET), estate.core.random)
    assert same != bytes(sealed)
    assert fingerprint(key, there.url) != fingerprint(key, there.url + "x")


async def test_only_an_admin_of_now_has_robots(estate: Estate, there: Platform) -> None:
    team, robots = await Team(estate).build(), Robots(estate, there)
    made = await robots.add()
    core, sender = estate.core, robots.sender

    async def all_refused(by: Phone) -> set[str]:
        who = asker(by)
        return {
            await refused(listed(core, who)),
            await refused(make(core, sender, who, wanted(there))),
            await refused(change(core, sender, who, made.id, wanted(there))),
            await refused(attempt(core, sender, who, made.id)),
            await refused(remove(core, who, made.id)),
        }

    for phone in (team.phones["S1"], team.phones["B1"], await estate.phone("M1"), await estate.phone("G1")):
        assert await all_refused(phone) == {"not_allowed"}
    signed_out = await estate.phone("A001")
    signed_out.session = None
    assert await all_refused(signed_out) == {"not_signed_in"}
    lost = await estate.phone("A001")
    estate.admin.act("device.revoke", {"device": lost.id})
    await estate.admin.drain()
    assert await all_refused(lost) == {"device_revoked"}
    second = await estate.hire("A002", "副管理员", "admin", estate.site)
    await estate.admin.drain()
    helper = await estate.phone("A002")
    assert len((await listed(core, asker(helper))).robots) == 1
    estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms}, second)
    await estate.admin.drain()
    assert await all_refused(helper) == {"session_ended"}
    assert there.asked == 0


async def test_another_orgs_robots_are_not_there(estate: Estate, there: Platform) -> None:
    robots = Robots(estate, there)
    made = await robots.add()
    other = await found(
        estate.core, "别家物业", "外人", "X001", (await ask(estate.database, "SELECT hash FROM credential"))[0][0]
    )
    stranger = await estate.phone("X001")
    assert other.org != estate.org
    who = asker(stranger)
    assert (await listed(estate.core, who)).robots == []
    for code in (
        await refused(change(estate.core, robots.sender, who, made.id, wanted(there))),
        await refused(attempt(estate.core, robots.sender, who, made.id)),
        await refused(remove(estate.core, who, made.id)),
        await refused(remove(estate.core, who, "nonsense")),
    ):
        assert code == "not_found"
    assert await refused(make(estate.core, robots.sender, who, wanted(there, site=estate.site))) == "robot_place"
    assert (await make(estate.core, robots.sender, who, wanted(there))).tail == made.tail


async def test_bad_settings_change_nothing(estate: Estate, there: Platform) -> None:
    robots, admin = Robots(estate, there), asker(estate.admin)
    made = await robots.add()
    before = await dump(estate.database, ("robot", "job", "op", "log"))
    for changes, code in (
        ({"url": None}, "robot_address"),
        ({"url": ""}, "robot_address"),
        ({"url": "https://evil.example/robot/send?access_token=abcdefgh"}, "robot_address"),
        ({"platform": "wecom", "url": OFFICIAL}, "robot_address"),
        ({}, "robot_known"),
        ({"url": OFFICIAL, "team": estate.id()}, "robot_place"),
        ({"url": OFFICIAL, "site": "x"}, "robot_place"),
        ({"url": OFFICIAL, "site": estate.site, "team": estate.id()}, "robot_place"),
        ({"url": OFFICIAL, "zone": "Mars/Olympus"}, "bad_field"),
        ({"url": OFFICIAL, "zone": "../etc/passwd"}, "bad_field"),
        ({"url": OFFICIAL, "zone": ""}, "bad_field"),
        ({"url": OFFICIAL, "quiet": (60, 60)}, "bad_field"),
        ({"url": OFFICIAL, "name": " "}, "bad_field"),
        ({"url": OFFICIAL, "name": "a\nb"}, "bad_field"),
        ({"url": OFFICIAL, "link": "javascript:alert(1)"}, "bad_field"),
        ({"url": OFFICIAL, "link": "https://gate.example/x"}, "bad_field"),
        ({"url": OFFICIAL, "link": "https://a@gate.example"}, "bad_field"),
        ({"url": OFFICIAL, "link": "https://gate.example:x"}, "bad_field"),
    ):
        assert await refused(make(estate.core, robots.sender, admin, wanted(there, **changes))) == code, changes
    other = wanted(there, platform="feishu", url=None)
    assert await refused(change(estate.core, robots.sender, admin, made.id, other)) == "robot_address"
    assert await dump(estate.database, ("robot", "job", "op", "log")) == before
    second = await make(estate.core, robots.sender, admin, wanted(there, url=OFFICIAL))
    assert await refused(change(estate.core, robots.sender, admin, second.id, wanted(there))) == "robot_known"


async def test_two_admins_add_one_group_at_once(estate: Estate, there: Platform) -> None:
    robots, admin = Robots(estate, there), asker(estate.admin)
    done = await asyncio.gather(
        *(make(estate.core, robots.sender, admin, wanted(there)) for _ in range(4)), return_exceptions=True
    )
    assert sorted(one.code if isinstance(one, Problem) else "made" for one in done) == ["made", *["robot_known"] * 3]
    assert len(await ask(estate.database, "SELECT id FROM job")) == 1


async def test_there_is_an_end_to_robots(estate: Estate, there: Platform) -> None:
    robots, admin = Robots(estate, there), asker(estate.admin)
    for number in range(MOST):
        await make(estate.core, robots.sender, admin, wanted(there, url=f"{OFFICIAL}{number:02}"))
    assert await refused(make(estate.core, robots.sender, admin, wanted(there))) == "robot_limit"


async def test_tests_are_rationed(estate: Estate, there: Platform) -> None:
    """A finger that will not stay off the button does not get the robot muted by its platform."""
    robots, admin = Robots(estate, there), asker(estate.admin)
    made = await robots.add()
    done = await asyncio.gather(
        *(attempt(estate.core, robots.sender, admin, made.id) for _ in range(5)), return_exceptions=True
    )
    assert [one.code for one in done if isinstance(one, Problem)] == ["too_many_requests"] * 4
    with pytest.raises(Problem) as caught:
        await attempt(estate.core, robots.sender, admin, made.id)
    assert caught.value.retry_after == TRIAL_EVERY_MS // 1000
    assert there.asked == 1
    await change(estate.core, robots.sender, admin, made.id, wanted(there, url=None, secret=None))
    assert await refused(attempt(estate.core, robots.sender, admin, made.id)) == "too_many_requests"
    await change(estate.core, robots.sender, admin, made.id, wanted(there, url=None))
    assert (await attempt(estate.core, robots.sender, admin, made.id)).code == "sent", "a mended one is tried at once"


@pytest.fixture
async def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("served")
    async with served(f"sqlite:///{folder / 'g.db'}", folder) as running:
        yield running


async def test_over_http(server: Served) -> None:
    """Codes and statuses as a browser gets them; no frame, however bad, is more than a 4xx."""
    admin, guard = server.estate.admin, await server.estate.phone("G1")
    given = {
        "platform": "dingtalk",
        "name": "值班群",
        "tells": ["decisions"],
        "zone": "Asia/Shanghai",
        "language": "zh-CN",
        "url": OFFICIAL,
    }

    async def post(path: str, body: object, phone: Phone | None = admin) -> tuple[int, Any]:
        answer = await server.post(path, msgspec.json.encode(body), phone)
        return answer.status_code, answer.json()

    status, made = await post("/api/robots", given)
    assert (status, made["tail"]) == (201, OFFICIAL[-4:])
    assert set(made) >= {"id", "tells", "quiet", "gave_up"}
    assert not {"url", "secret", "sealed", "address"} & set(made)
    for body, code in (
        (given, (409, "robot_known")),
        ({**given, "url": "https://example.com"}, (400, "robot_address")),
        ({**given, "every": 1}, (400, "bad_frame")),
        ({**given, "tells": []}, (400, "bad_frame")),
        ({**given, "tells": ["everything"]}, (400, "bad_frame")),
        ({**given, "name": ""}, (400, "bad_frame")),
        ({**given, "quiet": [0, 1440]}, (400, "bad_frame")),
        ({**given, "more": 1}, (400, "bad_frame")),
        ({**given, "url": OFFICIAL + "0", "name": "\u0000"}, (400, "bad_field")),
        ({**given, "url": OFFICIAL + "0", "team": "\u0000"}, (400, "robot_place")),
        ([], (400, "bad_frame")),
    ):
        status, problem = await post("/api/robots", body)
        assert (status, problem["code"]) == code, body
    assert (await post("/api/robots", given, guard))[1]["code"] == "not_allowed"
    assert (await post("/api/robots", given, None))[1]["code"] == "device_token_needed"
    headers = {"x-gatehouse-device": admin.token(), "authorization": f"Bearer {admin.session}"}
    answer = await server.http.get("/api/robots", headers=headers)
    assert answer.json()["robots"] == [made]
    assert answer.headers["cache-control"] == "no-store"
    assert (await post(f"/api/robots/{made['id']}", {**given, "name": "改名"}))[0] == 200
    for path in ("", "/test", "/remove"):
        assert (await post(f"/api/robots/nonsense{path}", given))[1]["code"] == "not_found"
    assert (await post(f"/api/robots/{made['id']}/remove", {}))[0] == 200
    assert (await post(f"/api/robots/{made['id']}/remove", {}))[1]["code"] == "not_found"


def test_the_sender_starts_with_nothing_allowed_but_the_platforms() -> None:
    assert Sender().gateways == frozenset()
    assert T0 > 0
