"""Leave and corrections from the request to the decision, on a phone, under a regulation, also offline."""

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from e2e.conftest import Devices
from e2e.office import Office
from e2e.outage import outage
from e2e.phone import EAST, Phone, tick
from e2e.server import Server
from playwright.sync_api import Locator, expect

ASKER, OTHER, WORKED = "8901", "8902", "8903"
NAMES = {ASKER: "洪一鸣", OTHER: "卓文远"}
BOSS = "1201"


class Crew:
    """Two guards with a shift from the day after tomorrow, under the first regulation."""

    def __init__(self, server: Server, phone: Devices) -> None:
        self.server, self._phone = server, phone
        self.office = Office(server)
        # From yesterday on: soon after midnight the shift of a few hours ago was yesterday's.
        since = (datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(days=1)).strftime("%Y-%m-%d")
        team = self.office.id_of("team", "日班组")
        self.office.act("policy.choose", {"team": team, "pack": "ecom", "since": since})
        self.shifts = self.office.hire(NAMES, EAST, start=50)

    def phone(self, staff_no: str) -> Phone:
        device = self._phone(staff_no)
        device.sign_in(staff_no, EAST if staff_no != BOSS else None)
        device.expect_delivered()
        return device

    def rows(self, kind: str) -> list[dict[str, Any]]:
        found = self.server.rows("SELECT body FROM entity WHERE kind = ?", kind)
        return [json.loads(body)["f"] for (body,) in found]


@pytest.fixture
def crew(server: Server, phone: Devices) -> Crew:
    return Crew(server, phone)


def go(device: Phone, path: str) -> None:
    device.page.evaluate(
        "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path
    )


def begin(device: Phone) -> None:
    """From the first screen to the empty form."""
    device.way("首页")
    device.page.get_by_role("link", name="我的班次").click()
    device.page.get_by_role("link", name="请假补卡").click()
    device.page.get_by_role("navigation", name="请假与外出").get_by_role("link", name="请假").click()
    expect(device.page.get_by_role("heading", name="申请请假")).to_be_visible()


def card(device: Phone, text: str) -> Locator:
    return device.page.get_by_role("article").filter(has_text=text)


def test_a_leave_is_asked_for_offline_and_decided(crew: Crew, server: Server) -> None:
    """The class, the deadline and who decides stand there before anything is typed; then two taps decide."""
    asker, boss = crew.phone(ASKER), crew.phone(BOSS)
    with outage("radio", server, asker, boss):
        begin(asker)
        tick(asker.page.get_by_role("checkbox").first)
        facts = asker.page.locator(".outlook")
        expect(facts).to_contain_text("按时提出")
        expect(facts).to_contain_text("由 主管 批准")
        expect(facts).to_contain_text("R-LEV-02")
        asker.page.get_by_label("代班人").select_option(label=NAMES[OTHER])
        expect(facts).not_to_contain_text("R-LEV-02")
        asker.page.get_by_role("button", name="提出申请").click()
        expect(asker.tip).to_contain_text("已记下")
        expect(asker.page.get_by_text("已记下，还没送达")).to_be_visible()
    asker.expect_delivered(timeout=60_000)
    expect(asker.page.get_by_text("等主管批准")).to_be_visible(timeout=60_000)
    boss.way("待办")
    waiting = card(boss, f"{NAMES[ASKER]}请假")
    expect(waiting).to_contain_text(f"代班：{NAMES[OTHER]}", timeout=60_000)
    expect(waiting).to_contain_text("岗上")
    waiting.get_by_role("button", name="同意", exact=True).click()
    boss.expect_delivered(timeout=60_000)
    expect(asker.page.get_by_text("已批准")).to_be_visible(timeout=60_000)
    (leave,) = crew.rows("leave")
    assert (leave["state"], leave["class"]) == ("granted", "ordinary")


def test_a_refused_leave_comes_back_with_its_clause(crew: Crew) -> None:
    """Asked for twice: the second one is refused, and the inbox says by which clause."""
    asker = crew.phone(ASKER)
    for _ in range(2):
        begin(asker)
        tick(asker.page.get_by_role("radio", name="病假"))
        tick(asker.page.get_by_role("checkbox").first)
        asker.page.get_by_role("button", name="提出申请").click()
        expect(asker.tip).to_contain_text("已记下")
    asker.way("收件箱")
    notice = asker.page.get_by_role("article")
    expect(notice).to_contain_text("这段时间已经有一个请假了", timeout=60_000)
    expect(notice).to_contain_text("H-63")


def test_a_supervisor_says_no_with_a_reason(crew: Crew) -> None:
    asker, boss = crew.phone(ASKER), crew.phone(BOSS)
    begin(asker)
    tick(asker.page.get_by_role("radio", name="病假"))
    tick(asker.page.get_by_role("checkbox").first)
    asker.page.get_by_role("button", name="提出申请").click()
    asker.expect_delivered()
    boss.way("待办")
    card(boss, f"{NAMES[ASKER]}请假").get_by_role("button", name="不同意").click()
    boss.page.get_by_role("dialog").get_by_role("button", name="不同意").click()
    expect(boss.page.get_by_text("请写一句原因")).to_be_visible()
    tick(boss.page.get_by_role("radio", name="人手不够"))
    boss.page.get_by_role("dialog").get_by_role("button", name="不同意").click()
    boss.expect_delivered()
    asker.page.get_by_role("link", name="病假").first.click()
    expect(asker.page.get_by_text("人手不够").first).to_be_visible(timeout=60_000)


def test_a_missing_punch_is_corrected_with_the_quota_in_sight(crew: Crew, server: Server) -> None:
    """Offline: how many are used and until when stands there before anything is typed."""
    crew.office.hire({WORKED: "柏青山"}, EAST, start=-3, hours=2)
    worker, boss = crew.phone(WORKED), crew.phone(BOSS)
    with outage("radio", server, worker, boss):
        go(worker, "/corrections")
        expect(worker.page.get_by_text("本月已用 0 / 3 次").first).to_be_visible()
        worker.page.get_by_role("link", name="补卡").first.click()
        expect(worker.page.get_by_role("heading", name="申请补卡")).to_be_visible()
        expect(worker.page.locator(".outlook")).to_contain_text("截止")
        expect(worker.page.locator(".outlook")).to_contain_text("由 主管 批准")
        worker.page.get_by_role("button", name="提出申请").click()
        expect(worker.tip).to_contain_text("已记下")
        expect(worker.page.get_by_text("本月已用 1 / 3 次").first).to_be_visible()
    worker.expect_delivered(timeout=60_000)
    boss.way("待办")
    waiting = card(boss, "柏青山补卡")
    expect(waiting).to_contain_text("本月已用 1 / 3 次", timeout=60_000)
    expect(waiting).to_contain_text("忘了打")
    waiting.get_by_role("button", name="同意", exact=True).click()
    boss.expect_delivered(timeout=60_000)
    expect(worker.page.get_by_text("已批准")).to_be_visible(timeout=60_000)
    (correction,) = crew.rows("correction")
    assert correction["state"] == "granted"
    assert [row for row in crew.rows("punch") if row.get("shift") == correction["shift"]] == []
