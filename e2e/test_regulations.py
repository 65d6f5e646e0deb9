"""An admin puts a team under a regulation, sees first what that changes, sets one parameter otherwise, ends that."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from e2e import desk
from e2e.conftest import Devices
from e2e.outage import outage
from e2e.phone import Phone
from e2e.server import Server
from playwright.sync_api import expect

TEAM = "秩序维护班"


@pytest.fixture
def admin(tablet: Devices) -> Phone:
    admin = tablet("admin")
    desk.sign_in(admin)
    desk.section(admin, "班组")
    desk.form(admin, "新建班组", 班组名称=TEAM)
    desk.save(admin)
    return admin


def held(server: Server, kind: str) -> list[dict[str, Any]]:
    """Fields of every entity of a kind, as the server holds them."""
    return [json.loads(body)["f"] for (body,) in server.rows("SELECT body FROM entity WHERE kind = ?", kind)]


def test_a_team_is_put_under_a_regulation(admin: Phone, server: Server) -> None:
    page = admin.page
    desk.section(admin, "制度")
    expect(page.get_by_role("link", name=TEAM)).to_contain_text("不按任何制度")
    page.get_by_role("link", name=TEAM).click()

    form = desk.form(admin, "换制度", 从哪天起="2026-03-01")
    form.get_by_label("执行制度").select_option(label="电商客服部规章制度")
    expect(form).to_contain_text("项会变")
    expect(form.get_by_role("listitem").filter(has_text="每月换班次数")).to_contain_text("3")
    desk.save(admin, "已选：电商客服部规章制度")
    chosen = [one["pack"] for one in held(server, "policy") if one["since"] == "2026-03-01"]
    assert chosen == ["ecom"]
    cap = page.get_by_role("listitem").filter(has_text="每月换班次数")
    expect(cap).to_contain_text("R-SWP-06 · 电商客服部规章制度")
    expect(cap).to_contain_text("每人每月最多换班 3 次")

    # One parameter otherwise: not without a reason, and then until it is ended.
    form = desk.form(admin, "单独调整", 从哪天起="2026-03-01")
    form.get_by_label("参数").select_option(value="swap.monthly_cap")
    form.get_by_label("每月换班次数").fill("5")
    form.locator("button[type=submit]").click()
    expect(form).to_contain_text("请写明原因")
    form.get_by_label("原因").fill("旺季人手紧")
    desk.save(admin, "已调整：每月换班次数")
    expect(page.get_by_text("原因：旺季人手紧")).to_be_visible()
    (made,) = held(server, "override")
    assert (made["key"], made["value"], made["reason"]) == ("swap.monthly_cap", "5", "旺季人手紧")

    # Offline it is there to read, and nothing can be changed.
    with outage("radio", server, admin):
        expect(page.get_by_role("button", name="换制度")).to_be_disabled()
        expect(page.get_by_text("原因：旺季人手紧")).to_be_visible()
        expect(cap.filter(has_text="R-SWP-06")).to_contain_text("5")
    expect(page.get_by_role("button", name="换制度")).to_be_enabled()

    page.get_by_role("button", name="结束调整：每月换班次数").click()
    page.get_by_role("dialog").get_by_label("从哪天起恢复").fill("2026-03-01")
    desk.save(admin, "已定结束：每月换班次数")
    expect(page.get_by_text("原因：旺季人手紧")).to_have_count(0)
    desk.section(admin, "制度")
    expect(page.get_by_role("link", name=TEAM)).to_contain_text("电商客服部规章制度 · 2026-03-01 起")


def test_the_notice_of_a_year_is_entered(admin: Phone, server: Server) -> None:
    """Days off around a holiday and the weekend days worked for them, which the program did not know yet."""
    page = admin.page
    desk.section(admin, "节假日")
    for _ in range(2):
        page.get_by_role("button", name="下一年").click()
    year = datetime.now(ZoneInfo("Asia/Shanghai")).year + 2
    expect(page.get_by_text(f"{year} 年的放假通知还没有录入")).to_be_visible()
    form = desk.form(admin, "设某天", 从哪天=f"{year}-02-01", 到哪天=f"{year}-02-03")
    form.locator("button[type=submit]").click()
    expect(form).to_contain_text("请填写")
    form.get_by_label("名称").fill("春节调休")
    desk.save(admin, "已设 3 天")
    expect(page.get_by_role("listitem").filter(has_text="春节调休")).to_have_count(3)
    expect(page.get_by_text("的放假通知还没有录入")).to_have_count(0)
    assert sorted((one["date"], one["sort"]) for one in held(server, "holiday")) == [
        (f"{year}-02-0{day}", "rest") for day in (1, 2, 3)
    ]

    # One of them was a weekend day that is worked: the later word counts.
    page.get_by_role("button", name=f"改 {year}-02-03").click()
    page.get_by_role("dialog").get_by_label("算什么日子").select_option(label="补班")
    desk.save(admin, "已设 1 天")
    expect(page.get_by_role("listitem").filter(has_text="补班")).to_have_count(1)
    expect(page.get_by_role("listitem").filter(has_text="春节调休")).to_have_count(3)
