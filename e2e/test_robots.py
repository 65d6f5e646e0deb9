"""Group robots and calendars, from the screen to the group: a platform's stand-in hears what an admin set up."""

import time
from collections.abc import Iterator

import httpx
import pytest
from e2e.conftest import Devices
from e2e.phone import EAST, Phone, tick
from e2e.server import Server
from playwright.sync_api import Locator, expect
from tests.platforms import KEYS, Platform, platform

SECRET = "SECd0f9b2c71e"
TOLD_S = 60


@pytest.fixture
def group(server: Server) -> Iterator[Platform]:
    """A DingTalk group whose robot lives on a gateway that the operator allowed."""
    with platform("dingtalk", SECRET, lambda: time.time_ns() // 1_000_000) as running:
        server.kill()
        server.settings = {"GATEHOUSE_ROBOT_GATEWAYS": running.origin}
        server.start()
        yield running


def office(device: Phone, staff_no: str = "1001") -> None:
    device.open()
    device.sign_in(staff_no)
    device.expect_delivered()


def robots(device: Phone) -> None:
    device.way("管理")
    device.page.get_by_role("link", name="群机器人").click()
    expect(device.page.get_by_role("heading", name="群机器人")).to_be_visible()


def form(device: Phone, **texts: str) -> Locator:
    dialog = device.page.get_by_role("dialog")
    for label, text in texts.items():
        dialog.get_by_label({"name": "名称", "url": "机器人地址（Webhook）", "secret": "加签密钥"}[label]).fill(text)
    return dialog


def test_from_a_pasted_address_to_the_group(phone: Devices, server: Server, group: Platform) -> None:
    """Added, found wrong, mended, tried, told by itself, removed; the address is on no screen and in no row."""
    desk = phone("desk")
    office(desk)
    robots(desk)
    expect(desk.page.get_by_text("还没有群机器人")).to_be_visible()
    desk.page.get_by_role("button", name="添加群机器人").click()
    dialog = form(desk, name="主管群", url="https://example.com/robot")
    tick(dialog.get_by_role("radio", name="钉钉"))
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_text("这不是所选平台的机器人地址")).to_be_visible()
    form(desk, url=group.url, secret="another secret")
    dialog.get_by_role("button", name="保存").click()
    expect(desk.tip).to_contain_text("已保存")
    card = desk.page.get_by_role("article", name="主管群")
    expect(card).to_contain_text(f"…{group.url[-4:]}")
    card.get_by_role("button", name="发测试消息").click()
    expect(card.get_by_role("status")).to_contain_text("签名不对")
    expect(card.get_by_role("status")).to_contain_text("310000 sign not match")
    card.get_by_role("button", name="修改").click()
    form(desk, secret=SECRET).get_by_role("button", name="保存").click()
    expect(desk.tip).to_contain_text("已保存")
    until = time.monotonic() + TOLD_S
    while not group.seen:
        assert time.monotonic() < until, "the digest did not come by itself"
        desk.page.wait_for_timeout(500)
    assert "个换班等主管审批" in group.seen[0]
    assert group.seen[0].endswith(f"打开：{server.address}/swaps")
    card.get_by_role("button", name="发测试消息").click()
    expect(card.get_by_role("status")).to_contain_text("已送达群里")
    assert "测试消息" in group.seen[1]
    desk.page.reload()
    expect(card).to_contain_text("已送达")
    assert KEYS["dingtalk"] not in desk.page.content()
    assert KEYS["dingtalk"] not in str(desk.stored())
    assert KEYS["dingtalk"] not in server.said()
    assert KEYS["dingtalk"].encode() not in b"".join(
        file.read_bytes() for file in server.data.iterdir() if file.is_file()
    )
    card.get_by_role("button", name="删除").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(desk.page.get_by_text("还没有群机器人")).to_be_visible()
    assert server.rows("SELECT id FROM robot") == []


def test_without_a_network_and_for_others(phone: Devices) -> None:
    desk, guard = phone("desk"), phone("guard")
    office(desk)
    desk.way("管理")
    expect(desk.page.get_by_role("link", name="群机器人")).to_be_visible()
    desk.context.set_offline(True)
    expect(desk.chip).to_contain_text("离线")
    desk.page.get_by_role("link", name="群机器人").click()
    expect(desk.page.get_by_text("设置群机器人需要网络")).to_be_visible()
    expect(desk.page.get_by_role("button", name="添加群机器人")).to_have_count(0)
    desk.context.set_offline(False)
    desk.sync_now()
    expect(desk.page.get_by_role("button", name="添加群机器人")).to_be_enabled()
    guard.sign_in("3001", EAST)
    guard.expect_delivered()
    guard.way("我的")
    expect(guard.page.get_by_role("button", name="订阅我的班次")).to_be_visible()
    expect(guard.page.get_by_role("navigation", name="主导航").get_by_role("link", name="管理")).to_have_count(0)
    guard.open("/office/robots")
    expect(guard.page.get_by_text("这里只给管整个单位的管理员用。")).to_be_visible()


def test_ones_shifts_in_another_program(phone: Devices, server: Server) -> None:
    """An address that answers until it is made anew or stopped."""
    agent = phone("agent")
    agent.open()
    agent.sign_in("3002", EAST)
    agent.expect_delivered()
    agent.way("我的")
    agent.page.get_by_role("button", name="订阅我的班次").click()
    dialog = agent.page.get_by_role("dialog")
    expect(dialog).to_contain_text("还没有订阅地址")
    dialog.get_by_role("button", name="生成地址").click()
    shown = dialog.locator(".calendar-address")
    expect(shown).to_contain_text("/calendar/")
    first = shown.inner_text()
    assert dialog.get_by_role("link").get_attribute("href") == first.replace("http:", "webcal:")
    expect(dialog).to_contain_text("Google 要 8 到 24 小时")
    answer = httpx.get(first, trust_env=False)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    ((many,),) = server.rows(
        "SELECT COUNT(*) FROM shift s JOIN person p ON p.id = s.person WHERE p.staff_no = '3002' AND s.ends > ?",
        str((time.time_ns() // 1_000_000) - 7 * 86_400_000),
    )
    assert answer.text.count("BEGIN:VEVENT") == many > 0
    dialog.get_by_role("button", name="重新生成").click()
    expect(shown).not_to_have_text(first)
    second = shown.inner_text()
    assert httpx.get(first, trust_env=False).status_code == 404
    assert httpx.get(second, trust_env=False).status_code == 200
    dialog.get_by_role("button", name="停用地址").click()
    expect(dialog).to_contain_text("还没有订阅地址")
    assert httpx.get(second, trust_env=False).status_code == 404
    dialog.get_by_role("button", name="关闭").click()
