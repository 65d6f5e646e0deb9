"""An estate of one's own as docs/estate.md tells it: three sites, 200 people, 5,000 rooms, a first visit."""

import subprocess
import sys
from pathlib import Path

import pytest
from e2e import desk
from e2e.conftest import Devices
from e2e.phone import Phone, in_memory, tick
from e2e.server import Server
from e2e.test_sheets import choose, figure
from e2e.test_start import CODE, NEW, OPTIONS, own, redeem
from playwright.sync_api import Browser, expect
from tests.sheets import PEOPLE, UNITS, VEHICLES, workbook

__all__ = ["Devices", "own"]  # a fixture

SITES = ("海湾花园", "望江苑", "科创园")


def people() -> list[tuple[object, ...]]:
    """Ten teams of twenty, each with its supervisor."""
    rows: list[tuple[object, ...]] = [PEOPLE]
    for number in range(200):
        team, lead = number // 20, number % 20 == 0
        rows.append(
            (
                f"员工{number:03}",
                f"{2000 + number}",
                f"1390001{number:04}",
                f"{team + 1}班",
                "" if lead else f"{2000 + team * 20}",
                "主管" if lead else "保安",
                "",
                SITES[team % 3],
                "2026-03-01",
            )
        )
    return rows


def rooms() -> list[tuple[object, ...]]:
    """Ten blocks of five hundred; somebody lives in every tenth."""
    rows: list[tuple[object, ...]] = [UNITS]
    for block in range(10):
        for number in range(500):
            floor, room = number // 20 + 1, number % 20 + 1
            name, phone, is_ = (f"住户{block}{number:03}", "13700001111", "业主") if number % 10 == 0 else ("", "", "")
            rows.append((SITES[block % 3], f"{block + 1}栋", floor, f"{floor}{room:02}", name, phone, is_))
    return rows


def bring_in(office: Phone, what: str, rows: list[tuple[object, ...]]) -> None:
    page = office.page
    tick(page.get_by_role("radio", name=what))
    choose(office, workbook(*rows))
    figure(office, "新增", len(rows) - 1)
    page.get_by_role("button", name=f"确认导入 {len(rows) - 1} 行改动").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="换一份表格").click()


# The demo's estate is made before the browser starts: after it, this thread has a running event loop.
@pytest.mark.usefixtures("estate")
def test_from_an_empty_folder_to_a_visit_at_a_gate_of_one_s_own(
    own: Server, browser: Browser, devices: list[Phone]
) -> None:
    command = str(Path(sys.executable).with_name("gatehouse"))
    environment = {"GATEHOUSE_DATA": str(own.data), "PATH": "/usr/bin:/bin"}
    made = subprocess.run([command, "init", *OPTIONS], env=environment, capture_output=True, text=True, check=True)
    own.start()
    office, guard = (in_memory(browser, own.address, tablet=tablet) for tablet in (True, False))
    devices += [office, guard]
    office.open()
    redeem(office, "A-1", CODE.findall(made.stdout)[0], NEW)
    office.expect_delivered()

    for site in SITES[1:]:
        desk.site(office, site, "东门岗", "西门岗")
    office.way("管理")
    office.page.get_by_role("navigation", name="管理").get_by_role("link", name="导入导出").click()
    bring_in(office, "人员", people())
    bring_in(office, "房屋与住户", rooms())
    bring_in(office, "车辆", [VEHICLES, ("望江苑", "粤B7A123", "", "业主", "")])
    counted = [own.rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("site", "person", "unit", "resident")]
    assert counted == [3, 201, 5_000, 500]

    office.page.get_by_role("navigation", name="管理").get_by_role("link", name="人员").click()
    office.page.get_by_label("姓名、工号、班组").fill("2021")
    office.page.get_by_role("list", name="人员").get_by_role("link").filter(has_text="员工021").click()
    office.page.get_by_role("button", name="给登录码").click()
    office.page.get_by_role("button", name="生成登录码").click()
    told = office.page.get_by_text(CODE)
    expect(told).to_be_visible()
    redeem(guard, "2021", told.inner_text(), NEW)
    guard.page.get_by_role("button", name="东门岗").click()
    guard.expect_delivered(timeout=60_000)
    guard.way("登记")
    guard.fill("亲友", name="来客", unit="302")
    guard.page.get_by_role("button", name="2栋302").click()
    guard.page.get_by_role("button", name="记下", exact=True).click()
    expect(guard.tip).to_contain_text("已记下")
    guard.expect_delivered()
    assert own.rows("SELECT unit FROM visit") == [("2栋302",)]
    for words in (["backup"], ["drill"]):
        subprocess.run([command, *words], env=environment, capture_output=True, check=True)
