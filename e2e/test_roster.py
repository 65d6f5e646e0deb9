"""A supervisor plans a month on a tablet and publishes it; a guard's phone says which version it holds."""

import json
import re
import time
from pathlib import Path

import pytest
from e2e.conftest import Devices
from e2e.office import HOUR, Office, span
from e2e.phone import EAST, Phone
from e2e.server import Server
from playwright.sync_api import Locator, expect

TEAM = "日班组"


@pytest.fixture(autouse=True)
def shifts(server: Server) -> None:
    """A gate that two must keep, and an early shift beside those of the demo."""
    office = Office(server)
    office.act("template.create", {"name": "早班", "label": "早", "segments": "07:00-15:00", "order": 0})
    office.act("post.amend", {"cover_min": 2}, office.id_of("post", EAST))
    office.push()


def plan(boss: Phone) -> None:
    """The supervisor opens the month after next, which nobody has planned."""
    boss.sign_in("1201")
    boss.expect_delivered()
    boss.page.get_by_role("main").get_by_role("link", name=re.compile("^排班")).click()
    expect(boss.page.get_by_role("heading", name="排班")).to_be_visible()
    boss.page.get_by_label("班组").select_option(label=TEAM)
    for _ in range(2):
        boss.page.get_by_role("button", name="下个月").click()


def cell(boss: Phone, row: int, day: int) -> Locator:
    return boss.page.locator("tbody tr").nth(row).locator("button.cell").nth(day - 1)


def brush(boss: Phone, name: str) -> None:
    boss.page.get_by_role("radiogroup", name="要填的班次").locator("label", has_text=name).click()


def publish(boss: Phone) -> None:
    boss.page.get_by_role("button", name=re.compile("^发布 ·")).click()
    boss.page.get_by_role("dialog").get_by_role("button", name=re.compile("^发布 .* 格改动")).click()
    expect(boss.page.get_by_role("dialog")).to_have_count(0)


def test_a_month_is_planned_offline_and_published_when_the_network_is_back(phone: Devices, server: Server) -> None:
    boss = phone("boss")
    boss.page.set_viewport_size({"width": 1024, "height": 768})
    plan(boss)
    expect(cell(boss, 0, 1)).to_have_text("休")
    cell(boss, 0, 1).click()
    first = cell(boss, 0, 1).inner_text()
    assert first != "休"
    brush(boss, "休息")
    cell(boss, 0, 1).click()
    expect(cell(boss, 0, 1)).to_have_text("休")
    expect(boss.page.get_by_role("button", name="没有改动")).to_be_disabled()
    boss.context.set_offline(True)
    # Painting along with a mouse: from the second to the fifth.
    boss.page.locator(".brushes label.chip").first.click()
    cell(boss, 0, 2).hover()
    boss.page.mouse.down()
    for day in (3, 4, 5):
        cell(boss, 0, day).hover()
    boss.page.mouse.up()
    for day in (2, 3, 4, 5):
        expect(cell(boss, 0, day)).to_have_text(first)
    # A draft outlives a reload.
    boss.expect_draft('-05"')
    boss.page.reload()
    boss.page.get_by_label("班组").select_option(label=TEAM)
    for _ in range(2):
        boss.page.get_by_role("button", name="下个月").click()
    expect(cell(boss, 0, 5)).to_have_text(first)
    publish(boss)
    expect(boss.page.get_by_role("main")).to_contain_text("4 格改动已记下，等待服务器处理")
    boss.context.set_offline(False)
    expect(boss.page.get_by_role("main")).not_to_contain_text("等待服务器处理", timeout=30_000)
    expect(cell(boss, 0, 5)).to_have_text(first)
    expect(cell(boss, 0, 5)).not_to_have_class(re.compile("edited|going"))


def test_of_two_who_plan_one_month_the_second_sees_what_the_first_published(phone: Devices, server: Server) -> None:
    one, two = phone("one"), phone("two")
    for boss in (one, two):
        boss.page.set_viewport_size({"width": 1024, "height": 768})
        plan(boss)
    cell(two, 1, 3).click()
    expect(cell(two, 1, 3)).to_have_class(re.compile("edited"))
    cell(one, 0, 2).click()
    publish(one)
    one.expect_delivered()
    banner = two.page.get_by_text(re.compile("别人发布了第 .* 版"))
    expect(banner).to_be_visible(timeout=30_000)
    expect(banner).to_contain_text("那之后变了的格子")
    expect(two.page.get_by_role("button", name=re.compile("^发布 ·"))).to_be_disabled()
    two.page.get_by_role("button", name=re.compile("为准继续")).click()
    publish(two)
    two.expect_delivered()
    expect(cell(two, 0, 2)).not_to_have_text("休")
    expect(cell(two, 1, 3)).not_to_have_text("休")
    expect(cell(two, 1, 3)).not_to_have_class(re.compile("edited|going"), timeout=30_000)


def test_a_rotation_fills_the_month_and_a_sheet_brings_it_back(phone: Devices, server: Server, tmp_path: Path) -> None:
    boss = phone("boss")
    boss.page.set_viewport_size({"width": 1024, "height": 768})
    plan(boss)
    label = boss.page.locator(".brushes .mark").first.inner_text()
    brush(boss, "休息")
    cell(boss, 0, 1).click()
    boss.page.get_by_role("button", name="轮班生成").click()
    dialog = boss.page.get_by_role("dialog")
    dialog.get_by_label("规律").fill(f"{label}休")
    dialog.locator("button[type=submit]").click()
    expect(cell(boss, 0, 1)).to_have_text(label)
    expect(cell(boss, 0, 2)).to_have_text("休")
    publish(boss)
    boss.expect_delivered()
    expect(cell(boss, 0, 1)).not_to_have_class(re.compile("edited|going"), timeout=30_000)
    boss.page.get_by_role("button", name="表格", exact=True).click()
    with boss.page.expect_download() as taken:
        boss.page.get_by_role("dialog").get_by_role("button", name="导出 Excel").click()
    file = tmp_path / "month.xlsx"
    taken.value.save_as(file)
    boss.page.get_by_role("dialog").get_by_label("导入 Excel 或 CSV").set_input_files(file)
    expect(boss.page.get_by_role("dialog")).to_contain_text("与现在的排班一样")
    other = tmp_path / "other.csv"
    staff = boss.page.locator("tbody tr").first.locator("th .small").inner_text()
    header = ",".join(["工号", *map(str, range(1, 29))])
    other.write_bytes(f"{header}\r\n{staff},★,休\r\n0000,{label}".encode("gb18030"))
    boss.page.get_by_role("dialog").get_by_label("导入 Excel 或 CSV").set_input_files(other)
    expect(boss.page.get_by_role("dialog")).to_contain_text("没有这个人：0000")
    expect(boss.page.get_by_role("dialog")).to_contain_text("这些符号是什么班")
    expect(boss.page.get_by_role("dialog").get_by_role("button", name="放进草稿")).to_be_disabled()


def test_a_guards_phone_says_which_version_it_holds(phone: Devices, server: Server) -> None:
    office = Office(server)
    office.hire({"7801": "钱东安"}, EAST, start=48)
    guard = phone("guard")
    guard.sign_in("7801", EAST)
    guard.page.get_by_role("main").get_by_role("link", name="我的班").first.click()
    expect(guard.page.get_by_role("main")).to_contain_text(re.compile("第 .* 版已签收"))
    guard.expect_delivered()
    rows = server.rows("SELECT body FROM entity WHERE kind = 'receipt'")
    assert len(rows) == 1
    # A change some days ahead is told, with what it takes the place of; seeing it is its receipt (R-SCH-08).
    person = next(json.loads(body)["by"] for (body,) in rows)
    begins = int(time.time() * 1000) + 5 * 24 * HOUR
    where = {"post": office.id_of("post", EAST), "team": office.id_of("team", "日班组")}
    office.act("shift.assign", {"person": person, **where, **span(begins, 8)})
    office.push()
    main = guard.page.get_by_role("main")
    expect(main).to_contain_text(re.compile("第 .* 版改了您的班：.*日.*以前的表已作废，以第 .* 版为准"))
    guard.expect_delivered()
    assert len(server.rows("SELECT body FROM entity WHERE kind = 'receipt'")) == 2
    main.get_by_role("button", name="知道了").click()
    expect(main).to_contain_text(re.compile("第 .* 版已签收"))
