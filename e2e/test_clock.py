"""Clocking in and out: on one's own phone, and on a post's tablet that many share."""

import json
import time
from typing import Any

import pytest
from e2e import tablet as shared
from e2e.conftest import Devices
from e2e.office import Office
from e2e.outage import KINDS, outage
from e2e.phone import EAST, Phone
from e2e.server import Server
from playwright.sync_api import Locator, Route, expect


def punches(server: Server, staff_no: str | None = None) -> list[dict[str, Any]]:
    """Punch rows on the server, of one person or of all; those of the demo's own tablets are left out."""
    rows = server.rows(
        "SELECT e.body, o.head FROM entity e JOIN op o ON o.id = e.id JOIN device d ON d.id = o.device "
        "WHERE e.kind = 'punch' AND d.created > ? ORDER BY o.n",
        str(int((time.time() - 600) * 1000)),
    )
    found = [json.loads(body) | {"auth": json.loads(head)["auth"]} for body, head in rows]
    if staff_no is None:
        return found
    ((person,),) = server.rows("SELECT id FROM person WHERE staff_no = ?", staff_no)
    return [punch for punch in found if punch["by"] == person]


def button(device: Phone, name: str) -> Locator:
    return device.page.get_by_role("button", name=name, exact=True)


def latest(device: Phone) -> Locator:
    """The newest line of one's own punches."""
    return device.page.get_by_role("region", name="我的打卡").get_by_role("listitem").first


def lose_replies(device: Phone, many: int) -> list[str]:
    """The first pushes reach the server, and their answers never the device; gives the list they are noted in."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        if len(lost) >= many:
            route.continue_()
            return
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    device.context.route("**/api/sync/push", lose)
    return lost


def wait_for(device: Phone, lost: list[str]) -> None:
    until = time.monotonic() + 20
    while not lost:
        assert time.monotonic() < until, "nothing was pushed"
        device.page.wait_for_timeout(100)


@pytest.fixture
def guard(phone: Devices, server: Server) -> Phone:
    """A guard whose shift began an hour ago."""
    Office(server).hire({"8801": "洪一鸣"}, EAST)
    device = phone("guard")
    device.sign_in("8801", EAST)
    device.expect_delivered()
    return device


@pytest.mark.parametrize("kind", KINDS)
def test_a_guard_clocks_in_on_his_phone_whatever_the_network(guard: Phone, server: Server, kind: str) -> None:
    """Two taps from the home screen; the button then offers going, and asks before a second tap does anything."""
    with outage(kind, server, guard):
        guard.page.get_by_role("link", name="打卡").click()
        expect(guard.page.get_by_text("还没打上班卡")).to_be_visible()
        button(guard, "上班打卡").click()
        expect(guard.tip).to_contain_text("上班")
        expect(latest(guard)).to_contain_text("待传")
        guard.expect_waiting(1)
        expect(button(guard, "下班打卡")).to_be_enabled()
        button(guard, "下班打卡").click()
        expect(guard.page.get_by_role("dialog", name="确认一下")).to_contain_text("刚打过上班卡")
        button(guard, "不记").click()
    guard.expect_delivered(timeout=60_000)
    expect(latest(guard)).to_contain_text("已送达")
    (punch,) = punches(server, "8801")
    assert punch["f"]["direction"] == "in"
    ((shift,),) = server.rows("SELECT id FROM shift WHERE person = ?", punch["by"])
    assert punch["f"]["shift"] == shift
    expect(latest(guard)).to_contain_text("时间")


def test_two_quick_taps_are_one_punch(guard: Phone, server: Server) -> None:
    guard.page.get_by_role("link", name="打卡").click()
    button(guard, "上班打卡").dblclick()
    expect(guard.tip).to_contain_text("已记下")
    guard.expect_delivered()
    assert len(punches(server, "8801")) == 1


@pytest.mark.trap("T5")
def test_a_lost_reply_makes_no_second_punch(guard: Phone, server: Server) -> None:
    """The server holds the punch, and its answer never arrives."""
    lost = lose_replies(guard, 1)
    guard.page.get_by_role("link", name="打卡").click()
    button(guard, "上班打卡").click()
    expect(guard.tip).to_contain_text("已记下")
    wait_for(guard, lost)
    guard.sync_now()
    guard.expect_delivered()
    assert len(punches(server, "8801")) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_people_clock_on_a_shared_tablet_whatever_the_network(tablet: Devices, server: Server, kind: str) -> None:
    """Three taps; who picks a name learns nothing but the name and the shift."""
    one, other = Office(server).crew(EAST, 2)
    gate = tablet("gate")
    shared.set_up(gate, EAST)
    expect(shared.key(gate, one[0])).to_be_visible()
    with outage(kind, server, gate):
        shared.punch(gate, one)
        shared.punch(gate, other)
        gate.expect_waiting(2)
    gate.expect_delivered(timeout=60_000)
    made = punches(server)
    assert [(punch["auth"], punch["x"]) for punch in made] == [("none", ["identity_unproven"])] * 2
    assert len({punch["by"] for punch in made}) == 2


def test_a_routine_punch_takes_three_taps(tablet: Devices, server: Server) -> None:
    """The confirmation fills the screen and goes by itself after eight seconds."""
    (name,) = Office(server).crew(EAST, 1)
    gate = tablet("gate")
    shared.set_up(gate, EAST)
    for tap in (shared.key(gate, name[0]), shared.key(gate, name[1]), button(gate, "上班打卡")):
        tap.click()
    shared.confirmed(gate, name)
    expect(gate.page.get_by_text("日 ")).to_be_visible()
    expect(gate.page.get_by_role("heading", name="点您的姓")).to_be_visible(timeout=30_000)


def test_a_second_punch_within_a_minute_is_asked_about(tablet: Devices, server: Server) -> None:
    (name,) = Office(server).crew(EAST, 1)
    gate = tablet("gate")
    shared.set_up(gate, EAST)
    shared.punch(gate, name)
    shared.pick(gate, name)
    button(gate, "下班打卡").click()
    expect(gate.page.get_by_text("刚记过您的一次打卡")).to_be_visible()
    button(gate, "不记").click()
    gate.expect_delivered()
    assert len(punches(server)) == 1


@pytest.mark.trap("T29")
def test_thirty_punches_in_flight_mode_survive_a_reboot_and_arrive_once(tablet: Devices, server: Server) -> None:
    """Two syncs, the first without its reply: thirty punches on the server, not sixty."""
    names = Office(server).crew(EAST, 30)
    gate = tablet("gate", disk=True)
    shared.set_up(gate, EAST)
    expect(shared.key(gate, names[-1][0])).to_be_visible()
    gate.expect_delivered()
    gate.context.set_offline(True)
    for name in names:
        shared.punch(gate, name)
    gate.expect_waiting(30)
    gate.crash()
    gate.context.set_offline(True)
    gate.open()
    gate.expect_waiting(30)
    lost = lose_replies(gate, 1)
    gate.context.set_offline(False)
    wait_for(gate, lost)
    gate.page.reload()
    gate.expect_delivered(timeout=60_000)
    made = punches(server)
    assert len(made) == 30
    assert len({punch["by"] for punch in made}) == 30


def test_the_tablet_holds_names_and_shifts_and_no_secret(tablet: Devices, server: Server) -> None:
    """Of who was signed in before, the next one sees a name; there is no password, no token and no other row."""
    (name,) = Office(server).crew(EAST, 1)
    gate = tablet("gate")
    shared.set_up(gate, EAST)
    expect(shared.key(gate, name[0])).to_be_visible()
    gate.expect_delivered()
    stored = gate.stored()["gatehouse"]
    kinds = {row["body"]["kind"] for row in stored["rows"]}
    assert kinds <= {"badge", "shift", "kiosk", "outcome"}
    text = json.dumps(stored, ensure_ascii=False)
    for secret in ("gatehouse-demo", "argon2", '"session":'):
        assert secret not in text
    assert {row["scope"].split(":")[0] for row in stored["cursors"]} == {"device", "post"}


def test_anything_else_on_the_tablet_asks_for_a_sign_in(tablet: Devices, server: Server) -> None:
    (name,) = Office(server).crew(EAST, 1)
    gate = tablet("gate")
    shared.set_up(gate, EAST)
    button(gate, "登记来访、换班或其他").click()
    expect(button(gate, "登录")).to_be_visible()
    expect(gate.page.get_by_text("沈若兰")).to_have_count(0)  # who set it up is nobody's business
    button(gate, "返回").click()
    shared.punch(gate, name)
    button(gate, "登记来访、换班或其他").click()
    gate.sign_in("3001", EAST)
    gate.log("快递", name="平板上记的")
    gate.sign_out_shared()
    gate.expect_delivered()
    assert {punch["auth"] for punch in punches(server)} == {"none"}
    assert server.rows("SELECT d FROM op WHERE private LIKE '%平板上记的%'") == [("applied",)]
