"""The supervisor's board: it says what is known, and for whom one must wait; nobody is called absent."""

import re

from e2e import tablet as shared
from e2e.conftest import Devices
from e2e.office import Office
from e2e.phone import EAST, GARAGE, Phone
from e2e.server import Server
from playwright.sync_api import Locator, expect


def line(boss: Phone, name: str) -> Locator:
    return boss.page.get_by_role("main").get_by_role("listitem").filter(has_text=name)


def test_who_is_in_is_seen_at_once_and_a_silent_tablet_is_waited_for(
    phone: Devices, tablet: Devices, server: Server
) -> None:
    office = Office(server)
    (here,) = office.crew(EAST, 1)
    (unheard,) = office.crew(GARAGE, 1)
    gate = tablet("gate")
    shared.set_up(gate, EAST)
    expect(shared.key(gate, here[0]).first).to_be_visible()
    boss = phone("boss")
    boss.sign_in("1201")
    boss.way("到岗")
    # The garage's tablet has been silent for hours: what it may hold is not known.
    expect(line(boss, unheard)).to_contain_text("等")
    expect(line(boss, unheard)).to_contain_text(re.compile(r"截至|还没有设备的数据"))
    # At the east gate the data have come, and there is no punch among them.
    expect(line(boss, here).first).to_contain_text(re.compile("还没有打卡记录|等"))
    shared.punch(gate, here)
    gate.expect_delivered()
    expect(line(boss, here).first).to_contain_text("在岗")
    expect(line(boss, here).first).to_contain_text("未核对本人")
    for word in ("缺勤", "旷工"):
        expect(boss.page.get_by_text(word)).to_have_count(0)
    # With no network it says how old this is, and goes on showing it.
    boss.context.set_offline(True)
    boss.page.reload()
    expect(line(boss, here).first).to_contain_text("在岗")
    expect(boss.page.get_by_role("main")).to_contain_text("本机离线")
