"""An admin builds an estate on a tablet; what is refused is said where it was asked; offline it is for reading."""

import json
import time
from typing import Any

import pytest
from e2e import desk
from e2e import tablet as shared
from e2e.conftest import Devices
from e2e.office import Office
from e2e.phone import EAST, Phone, tick
from e2e.server import Server
from playwright.sync_api import expect

STILL_USED = "还有东西在用它"
TAKEN = "已经有这个名称"


@pytest.fixture
def admin(tablet: Devices) -> Phone:
    admin = tablet("admin")
    desk.sign_in(admin)
    return admin


def held(server: Server, kind: str) -> list[dict[str, Any]]:
    """Fields of every entity of a kind, as the server holds them."""
    return [json.loads(body)["f"] for (body,) in server.rows("SELECT body FROM entity WHERE kind = ?", kind)]


def test_an_estate_is_built_on_a_tablet(admin: Phone, server: Server, phone: Devices) -> None:
    desk.site(admin, "滨江一号", "东门", "前台")
    admin.page.get_by_role("button", name="前台 上移").click()
    expect(desk.posts(admin)).to_have_text(["前台", "东门"])

    desk.building(admin, "滨江一号", "3栋", 10, 3)
    units = [unit["name"] for unit in held(server, "unit")]
    assert sorted(units) == sorted(f"{floor}{room:02}" for floor in range(1, 11) for room in range(1, 4))
    admin.page.get_by_role("link", name="1003").click()
    expect(admin.page.get_by_role("heading", name="3栋 1003")).to_be_visible()

    desk.section(admin, "班次模板")
    form = desk.form(admin, "新建模板", 名称="晚班", 简称="晚", 开始="17:00", 结束="01:00")
    expect(form).to_contain_text("17:00–次日01:00")
    expect(form).to_contain_text("共 8 小时")
    desk.save(admin)
    (template,) = [one for one in held(server, "template") if one["label"] == "晚"]
    assert (template["segments"], template["night"]) == ("17:00-25:00", True)
    expect(admin.page.get_by_role("link", name="晚班")).to_contain_text("17:00–次日01:00")

    # Renamed, closed, opened again; a closed thing is folded away.
    admin.page.get_by_role("link", name="晚班").click()
    desk.form(admin, "修改", 名称="小夜班")
    desk.save(admin)
    expect(admin.page.get_by_role("heading", name="小夜班")).to_be_visible()
    desk.form(admin, "停用")
    desk.save(admin, "已停用：小夜班")
    desk.section(admin, "班次模板")
    expect(admin.page.get_by_role("link", name="小夜班")).to_have_count(0)
    admin.page.get_by_role("button", name="已停用的 1 个").click()
    admin.page.get_by_role("link", name="小夜班").click()
    desk.form(admin, "恢复")
    desk.save(admin, "已恢复：小夜班")

    # A colleague's device has it, and a post that was closed is no choice there any more.
    desk.section(admin, "项目与岗位")
    admin.page.get_by_role("link", name="滨江一号").click()
    desk.form(admin, "停用 东门")
    desk.save(admin, "已停用：东门")
    boss = phone("boss")
    boss.sign_in("1001")
    boss.expect_delivered()
    boss.page.get_by_role("button", name="换岗位").click()
    expect(boss.page.get_by_role("button", name="前台", exact=True)).to_be_visible()
    expect(boss.page.get_by_role("button", name="东门", exact=True)).to_have_count(0)


def test_a_refusal_is_said_in_the_form_and_stays_out_of_the_inbox(admin: Phone, server: Server) -> None:
    desk.site(admin, "滨江一号", "东门")
    form = desk.form(admin, "加岗位", 名称=" 东门 ")
    form.locator("button[type=submit]").click()
    expect(form.get_by_role("alert")).to_contain_text(TAKEN)
    expect(form.get_by_label("名称")).to_have_value(" 东门 ")
    # Mended in place.
    form.get_by_label("名称").fill("西门")
    desk.save(admin, "已保存：西门")
    admin.expect_delivered()
    until = time.monotonic() + 20
    while [notice["state"] for notice in held(server, "notice") if notice.get("code") == "name_taken"] != ["closed"]:
        assert time.monotonic() < until, "the notice of what was read in the form stays open"
        admin.page.wait_for_timeout(100)
    expect(admin.page.get_by_role("link", name="收件箱").locator(".count")).to_have_count(0)


def test_a_post_with_a_tablet_is_not_closed(admin: Phone, server: Server, tablet: Devices) -> None:
    desk.site(admin, "滨江一号", "码头岗")
    gate = tablet("gate")
    shared.set_up(gate, "码头岗")
    desk.form(admin, "停用 码头岗")
    desk.refused(admin, STILL_USED)
    desk.form(admin, "停用")
    desk.refused(admin, STILL_USED)
    expect(desk.posts(admin)).to_have_text(["码头岗"])
    office = Office(server)
    ((device,),) = server.rows(
        "SELECT id FROM device WHERE kind = 'kiosk' AND post = ?", office.id_of("post", "码头岗")
    )
    office.act("device.revoke", {"device": device})
    office.push()
    desk.form(admin, "停用 码头岗")
    desk.save(admin, "已停用：码头岗")
    desk.form(admin, "停用")
    desk.save(admin, "已停用：滨江一号")


def test_who_lives_in_a_unit_is_on_no_device(admin: Phone, server: Server) -> None:
    desk.building(admin, "翠湖花园", "88栋", 1, 1)
    admin.page.get_by_role("link", name="101", exact=True).click()
    tick(desk.form(admin, "加住户", 姓名="卢先生", 电话="13800001111").get_by_role("radio", name="业主"))
    desk.save(admin, "已保存：卢先生")
    people = admin.page.get_by_role("list", name="住户")
    expect(people).to_contain_text("13800001111")
    desk.form(admin, "修改 卢先生", 电话="")
    desk.save(admin)
    expect(people).to_contain_text("业主")
    expect(people).not_to_contain_text("1380")
    desk.form(admin, "卢先生 迁出")
    desk.save(admin, "卢先生 迁出")
    admin.page.get_by_role("button", name="已迁出的 1 人").click()
    expect(admin.page.get_by_text("今天 迁出")).to_be_visible()
    admin.context.set_offline(True)
    admin.open()
    assert "resident" not in {
        row["body"]["kind"] for stores in admin.stored().values() for row in stores.get("rows", [])
    }


def test_a_vehicle_is_registered_and_known_at_the_gate(admin: Phone, phone: Devices) -> None:
    desk.building(admin, "翠湖花园", "88栋", 2, 2)
    desk.section(admin, "车辆")
    form = desk.form(admin, "登记车辆")
    tick(form.get_by_role("radio", name="业主"))
    form.get_by_label("车牌", exact=True).fill("粤B1234")
    form.get_by_label("房号").fill("20")
    form.get_by_role("button", name="88栋 201").click()
    form.get_by_label("有效到").fill("2099-12-31")
    form.locator("button[type=submit]").click()
    expect(form.get_by_role("alert")).to_contain_text("不像一个车牌")
    form.get_by_label("车牌", exact=True).fill("粤B12345")
    form.get_by_role("button", name="完成").click()
    desk.save(admin, "已保存：粤B12345")
    line = admin.page.get_by_role("link", name="粤B12345")
    expect(line).to_contain_text("88栋 201")
    expect(line).to_contain_text("有效到 2099-12-31")
    tick(desk.form(admin, "登记车辆").get_by_role("radio", name="租户"))
    form.get_by_label("车牌", exact=True).fill("粤b-12345")
    form.get_by_role("button", name="完成").click()
    desk.refused(admin, TAKEN)

    # The guard's phone offers the unit and knows the plate, with no network as well.
    east = phone("east")
    east.sign_in("3001", EAST)
    east.expect_delivered()
    east.context.set_offline(True)
    east.way("登记")
    east.field("房号").fill("20")
    east.page.get_by_role("button", name="88栋202").click()
    expect(east.field("房号")).to_have_value("88栋202")
    east.field("车牌").fill("粤B12345")
    expect(east.page.get_by_text("已登记车辆 · 88栋201")).to_be_visible()

    # Not let in from now on: it is told as it changes.
    line.click()
    tick(desk.form(admin, "修改").get_by_role("radio", name="禁入"))
    desk.save(admin)
    east.context.set_offline(False)
    expect(east.page.get_by_role("alert").filter(has_text="禁止进入")).to_be_visible(timeout=30_000)
    desk.form(admin, "停用")
    desk.save(admin)
    expect(admin.page.get_by_text("已过期")).to_be_visible()
    # Times on screen go on every twenty seconds.
    expect(east.page.get_by_text("禁止进入")).to_have_count(0, timeout=30_000)


def test_with_no_network_the_office_is_for_reading(admin: Phone) -> None:
    desk.section(admin, "项目与岗位")
    admin.page.get_by_role("link", name="翠湖花园").click()
    expect(admin.page.get_by_text(EAST, exact=True)).to_be_visible()
    admin.context.set_offline(True)
    admin.sync_now()
    expect(admin.page.get_by_text("这里可以看，不能改")).to_be_visible()
    for name in ("加岗位", "改名", "停用", f"停用 {EAST}", f"{EAST} 改名"):
        expect(admin.page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    for section, button in (
        ("楼栋房号", "新建楼栋"),
        ("班组", "新建班组"),
        ("班次模板", "新建模板"),
        ("车辆", "登记车辆"),
    ):
        desk.section(admin, section)
        expect(admin.page.get_by_role("button", name=button)).to_be_disabled()
    desk.section(admin, "项目与岗位")
    admin.context.set_offline(False)
    admin.sync_now()
    expect(admin.page.get_by_role("button", name="新建项目")).to_be_enabled()


def test_the_office_is_an_admins(phone: Devices) -> None:
    boss = phone("boss")
    boss.sign_in("1201")
    boss.expect_delivered()
    expect(boss.page.get_by_role("navigation", name="主导航").get_by_role("link", name="管理")).to_have_count(0)
    boss.open("/office/sites")
    expect(boss.page.get_by_text("这里只给管整个单位的管理员用")).to_be_visible()
