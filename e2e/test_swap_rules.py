"""Swaps of a team that follows a regulation: the wizard, a refusal with its clause, what deciders see, the register."""

import json
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from e2e.conftest import Devices
from e2e.office import Office
from e2e.phone import EAST, Phone, tick
from e2e.server import Server
from e2e.test_swaps import answer, card, open_waiting
from playwright.sync_api import expect

ASKER, FREE, TIRED = "8851", "8852", "8853"
NAMES = {ASKER: "洪二鸣", FREE: "卓二远", TIRED: "柏二山"}
BOSS = "1201"
SHOTS = os.environ.get("SWAP_SHOTS")


class Crew:
    """Three guards under 004-D (gold, of which two swaps a month): one free, one who works right before the shift."""

    def __init__(self, server: Server, phone: Devices) -> None:
        self.server, self._phone = server, phone
        self.office = Office(server)
        self.shifts = self.office.hire(NAMES, EAST, start=50)
        self.team = self.office.id_of("team", "日班组")
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
        self.office.act("policy.choose", {"team": self.team, "pack": "gold", "since": today})
        self.office.push()

    def person(self, staff_no: str) -> str:
        ((person,),) = self.server.rows("SELECT id FROM person WHERE staff_no = ?", staff_no)
        return str(person)

    def assign(self, staff_no: str, beside: str, hours: int) -> str:
        """A shift of four hours that begins so many hours after the start of another one."""
        ((body,),) = self.server.rows("SELECT body FROM entity WHERE id = ?", beside)
        fields = json.loads(body)["f"]
        start = fields["start"] + hours * 3_600_000
        date = datetime.fromtimestamp(start / 1000, ZoneInfo("Asia/Shanghai")).date().isoformat()
        given = {"post": fields["post"], "team": fields["team"], "date": date, "label": "早"}
        shift = self.office.act(
            "shift.assign", {"person": self.person(staff_no), "start": start, "end": start + 4 * 3_600_000, **given}
        )
        self.office.push()
        return shift

    def phone(self, staff_no: str) -> Phone:
        device = self._phone(staff_no)
        device.sign_in(staff_no, EAST if staff_no in NAMES else None)
        device.expect_delivered()
        return device


@pytest.fixture
def crew(server: Server, phone: Devices) -> Crew:
    return Crew(server, phone)


def shot(device: Phone, name: str) -> None:
    """A picture for whoever asked for some."""
    if SHOTS:
        device.page.wait_for_timeout(600)
        for scheme in ("light", "dark"):
            device.page.emulate_media(color_scheme=scheme)
            device.page.screenshot(path=Path(SHOTS) / f"{name}-{scheme}.png", full_page=True)


def open_form(device: Phone) -> None:
    device.page.get_by_role("navigation", name="主导航").get_by_role("link", name="首页").click()
    device.page.get_by_role("link", name="我的班次").click()
    device.page.get_by_role("list", name="我的班次").get_by_role("link", name="换班").first.click()


def send(device: Phone) -> None:
    device.page.get_by_role("button", name="发出申请").click()
    expect(device.tip).to_contain_text("已记下，联网后发给对方")


def test_the_wizard_offers_who_can_and_says_why_others_cannot(crew: Crew) -> None:
    crew.assign(TIRED, crew.shifts[ASKER], -6)
    device = crew.phone(ASKER)
    open_form(device)
    form = device.page.locator("form.page")
    expect(form).to_contain_text("第 1 次，共可 2 次")
    expect(form.get_by_role("checkbox", name=NAMES[FREE])).to_be_visible()
    expect(form.get_by_role("checkbox", name=NAMES[TIRED])).to_have_count(0)
    form.locator("summary").click()
    expect(form.locator(".cannot").get_by_role("listitem").filter(has_text=NAMES[TIRED])).to_contain_text("休息不够")
    shot(device, "wizard")
    # Without a network the answer stays, with its age.
    device.context.set_offline(True)
    device.page.go_back()
    device.page.get_by_role("list", name="我的班次").get_by_role("link", name="换班").first.click()
    expect(form).to_contain_text("没有网络，以下是")
    expect(form.get_by_role("checkbox", name=NAMES[TIRED])).to_have_count(0)
    shot(device, "wizard-offline")


def test_a_refused_swap_shows_its_clause(crew: Crew) -> None:
    """Asked for offline with a colleague whom the regulation does not let rest so short; the server answers later."""
    device = crew.phone(ASKER)
    device.context.set_offline(True)
    open_form(device)
    expect(device.page.locator("form.page")).to_contain_text("还不知道谁能接")
    tick(device.page.get_by_role("checkbox", name=NAMES[TIRED]))
    send(device)
    crew.assign(TIRED, crew.shifts[ASKER], -6)
    device.context.set_offline(False)
    device.way("收件箱")
    notice = device.page.get_by_role("article").filter(has_text="换班申请没有发成")
    expect(notice).to_contain_text(f"{NAMES[TIRED]}两个班之间只能休", timeout=30_000)
    expect(notice).to_contain_text("R-SWP-15")
    shot(device, "refused")


def test_whoever_decides_sees_quota_cover_and_what_speaks_against_it(crew: Crew) -> None:
    ((body,),) = crew.server.rows("SELECT body FROM entity WHERE id = ?", crew.shifts[ASKER])
    crew.office.act("post.amend", {"cover_min": 9}, json.loads(body)["f"]["post"])
    crew.office.push()
    device, taker, boss = crew.phone(ASKER), crew.phone(FREE), crew.phone(BOSS)
    open_form(device)
    tick(device.page.get_by_role("checkbox", name=NAMES[FREE]))
    device.page.get_by_label("交代对方的事").fill("3 栋快递柜钥匙在抽屉")
    send(device)
    device.expect_delivered()
    open_waiting(taker)
    answer(taker, NAMES[ASKER], "我来接")
    taker.expect_delivered()
    open_waiting(boss)
    waiting = card(boss, NAMES[ASKER])
    expect(waiting).to_contain_text("第 1 次，共可 2 次", timeout=30_000)
    expect(waiting).to_contain_text("要求至少 9")
    expect(waiting).to_contain_text("R-SCH-14")
    shot(boss, "decide")
    waiting.get_by_role("button", name="同意", exact=True).click()
    boss.page.get_by_role("dialog").get_by_role("button", name="写明原因并同意").click()
    expect(boss.page.get_by_role("dialog")).to_contain_text("选一个原因，或写一句")
    tick(boss.page.get_by_role("radio", name="已另外安排人"))
    shot(boss, "anyway")
    boss.page.get_by_role("dialog").get_by_role("button", name="写明原因并同意").click()
    boss.expect_delivered()
    # Given away for nothing yet, it is open until it is given back or let go.
    taker.page.evaluate("() => { history.pushState({}, '', '/shifts'); dispatchEvent(new PopStateEvent('popstate')); }")
    taker.page.get_by_role("link", name="换来的班").first.click()
    expect(taker.page.get_by_text(f"还没有还班：{NAMES[ASKER]}欠一个班")).to_be_visible(timeout=30_000)
    expect(taker.page.get_by_text("3 栋快递柜钥匙在抽屉")).to_be_visible()
    shot(taker, "after")
    taker.page.get_by_role("button", name="不用还了").click()
    taker.expect_delivered()
    expect(taker.page.get_by_text("不用还了")).to_be_visible()
    boss.page.evaluate(
        "() => { history.pushState({}, '', '/swaps/register'); dispatchEvent(new PopStateEvent('popstate')); }"
    )
    month = json.loads(body)["f"]["date"][:7]
    expect(boss.page.locator(".register")).to_contain_text("查")
    if boss.page.locator(".register .paperless strong").inner_text() != month:
        boss.page.get_by_role("button", name="下个月").click()
    line = boss.page.locator(".register tr").filter(has_text=NAMES[ASKER])
    expect(line).to_contain_text("已换成")
    expect(line).to_contain_text("不用还")
    shot(boss, "register")
    with boss.page.expect_download() as saved:
        boss.page.get_by_role("button", name="存成 Excel").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"PK")
