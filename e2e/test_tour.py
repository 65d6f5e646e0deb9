"""The tours of the README, step by step."""

from pathlib import Path

from e2e import tablet as shared
from e2e.conftest import Devices
from e2e.phone import EAST, WEST
from e2e.server import Server
from playwright.sync_api import expect


def test_the_tour(phone: Devices, server: Server, tmp_path: Path) -> None:
    # 1. Two guards, two devices.
    east, west = phone("east", disk=True), phone("west")
    east.sign_in("3001", EAST)
    west.sign_in("3003", WEST)

    # 2. An entry at the east gate is in the west gate's list before one looks up.
    west.list_inside()
    east.log("亲友", name="游小姐", unit="1-101")
    expect(west.row("游小姐")).to_be_visible()

    # 3. Both networks cut, both change the unit, both go on.
    for gate in (east, west):
        gate.context.set_offline(True)
    east.amend("游小姐", unit="2-202")
    west.amend("游小姐", unit="3-303")
    for gate in (east, west):
        expect(gate.page.get_by_text("待传", exact=True).first).to_be_visible()
        gate.expect_waiting(1)

    # 4. East comes back first, then west: the later write stays, and east finds both values in its inbox.
    for gate in (east, west):
        gate.context.set_offline(False)
        gate.expect_delivered()
    east.way("收件箱")
    unit = east.page.get_by_role("article").filter(has_text="游小姐").get_by_role("region", name="房号")
    for words in ("2-202", "3-303", "孙志刚"):
        expect(unit).to_contain_text(words)
    expect(west.fact("房号")).to_contain_text("3-303")
    east.page.get_by_role("button", name="留我的").click()
    expect(west.fact("房号")).to_contain_text("2-202")

    # 5. The server stopped, one more visitor, browser and server started again: the visitor is there, and arrives.
    server.kill()
    east.log("快递", name="最后一位")
    east.crash()
    server.start()
    east.open()
    east.list_inside()
    expect(east.row("最后一位")).to_be_visible()
    east.expect_delivered()
    # West has nothing to send, and asks again in its own time: at most three quarters of a minute.
    west.list_inside()
    expect(west.row("最后一位")).to_be_visible(timeout=60_000)


def test_the_tour_of_the_other_two_jobs(phone: Devices, tablet: Devices, server: Server) -> None:
    # 6. A shared tablet: two characters, one button; and the same with no network.
    gate = tablet("gate")
    shared.set_up(gate, EAST)
    for online in (True, False):
        gate.context.set_offline(not online)
        gate.page.locator(".name-key").nth(1 if online else 2).click()
        gate.page.locator(".name-key").first.click()
        gate.page.get_by_role("button", name="上班打卡", exact=True).click()
        expect(gate.page.get_by_text("已记下")).to_be_visible()
        gate.page.get_by_role("button", name="完成").click()
        if online:
            gate.expect_delivered()
    gate.expect_waiting(1)
    gate.context.set_offline(False)
    gate.expect_delivered()

    # 7. A colleague takes the shift: the claim is sent, and not yet his.
    colleague = phone("colleague")
    colleague.sign_in("3002", EAST)
    shifts = colleague.page.get_by_role("link", name="我的班次")
    expect(shifts).to_contain_text("1 件等您答复")
    shifts.click()
    colleague.page.get_by_role("link", name="赵大勇").first.click()
    colleague.page.get_by_role("button", name="我来接").click()
    expect(colleague.page.get_by_text("已发出认领，还不算你的").first).to_be_visible()
    colleague.expect_delivered()

    # 8. The supervisor sees the consequence, and decides.
    boss = phone("boss")
    boss.sign_in("1201")
    boss.way("待办")
    card = boss.page.get_by_role("article").filter(has_text="赵大勇")
    expect(card).to_contain_text("钱国栋")
    expect(card).to_contain_text("截止")
    card.get_by_role("button", name="同意", exact=True).click()
    boss.expect_delivered()
    colleague.way("收件箱")
    expect(colleague.page.get_by_text("已换成").first).to_be_visible()
    boss.way("到岗")
    expect(boss.page.get_by_role("heading", name="到岗情况")).to_be_visible()
