"""An admin in the office, screen by screen. What one tour builds the next one finds, so each has names of its own."""

from itertools import count

from e2e import desk
from e2e.phone import Phone, tick
from playwright.sync_api import expect

BUILT = count(1)


def office_home(device: Phone) -> None:
    device.open()
    desk.sign_in(device)
    device.way("管理")
    expect(device.page.get_by_role("link", name="班次模板")).to_be_visible()


def office_sites(device: Phone) -> None:
    desk.section(device, "项目与岗位")
    expect(device.page.get_by_role("list", name="项目与岗位").get_by_role("link").first).to_be_visible()


def office_site_new(device: Phone) -> None:
    desk.form(device, "新建项目", 项目名称=f"滨江{next(BUILT)}号")


def office_site(device: Phone) -> None:
    desk.save(device)
    for post in ("东门", "地下车库出入口"):
        desk.form(device, "加岗位", 名称=post)
        desk.save(device)


def office_refused(device: Phone) -> None:
    """The same name again."""
    form = desk.form(device, "加岗位", 名称="东门")
    form.locator("button[type=submit]").click()
    expect(form.get_by_role("alert")).to_be_visible()


def office_close(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="取消").click()
    desk.form(device, "停用 东门")


def office_buildings(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="取消").click()
    desk.section(device, "楼栋房号")


def office_building_new(device: Phone) -> None:
    desk.form(device, "新建楼栋", 楼栋名称=f"{next(BUILT)}栋")


def office_rooms(device: Phone) -> None:
    desk.save(device)
    desk.form(device, "批量加房号", 到几层="8", 不要的楼层="4")


def office_building(device: Phone) -> None:
    desk.save(device, "已建 28 个房号")


def office_unit(device: Phone) -> None:
    device.page.get_by_role("link", name="801", exact=True).click()
    tick(desk.form(device, "加住户", 姓名="卢先生", 电话="13800001111").get_by_role("radio", name="业主"))
    desk.save(device)
    expect(device.page.get_by_role("list", name="住户")).to_contain_text("卢先生")


def office_resident(device: Phone) -> None:
    desk.form(device, "修改 卢先生")


def office_teams(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="取消").click()
    desk.section(device, "班组")


def office_team(device: Phone) -> None:
    device.page.get_by_role("list", name="班组").get_by_role("link").first.click()
    expect(device.page.get_by_role("list", name="人")).to_be_visible()


def office_template_new(device: Phone) -> None:
    desk.section(device, "班次模板")
    name = f"{next(BUILT)}号中班"
    form = desk.form(device, "新建模板", 名称=name, 简称="中", 开始="17:00", 结束="22:00")
    form.get_by_role("button", name="加一段").click()


def office_templates(device: Phone) -> None:
    desk.save(device)
    expect(device.page.get_by_role("list", name="班次模板").get_by_role("link").first).to_be_visible()


def office_template(device: Phone) -> None:
    device.page.get_by_role("list", name="班次模板").get_by_role("link").last.click()
    expect(device.page.get_by_role("img")).to_be_visible()


def office_holidays(device: Phone) -> None:
    desk.section(device, "节假日")
    device.page.get_by_role("button", name="下一年").click()
    expect(device.page.get_by_role("listitem").first).to_be_visible()


def office_holiday_new(device: Phone) -> None:
    desk.form(device, "设某天", 名称="春节调休")


def office_holiday(device: Phone) -> None:
    desk.save(device, "已设 1 天")


def office_vehicle_new(device: Phone) -> None:
    desk.section(device, "车辆")
    form = desk.form(device, "登记车辆")
    tick(form.get_by_role("radio", name="业主"))
    form.get_by_label("车牌", exact=True).fill(f"粤B{10000 + next(BUILT)}")
    form.get_by_role("button", name="完成").click()
    form.get_by_label("房号").fill("80")


def office_vehicles(device: Phone) -> None:
    form = device.page.get_by_role("dialog")
    form.get_by_role("button", name="801").first.click()
    desk.save(device)
    expect(device.page.get_by_role("list", name="车辆").get_by_role("link").first).to_be_visible()


def office_vehicle(device: Phone) -> None:
    device.page.get_by_role("list", name="车辆").get_by_role("link").first.click()
    expect(device.page.get_by_role("button", name="停用")).to_be_visible()


def office_offline(device: Phone) -> None:
    """Nothing can be changed, and one line says why."""
    device.expect_delivered()
    device.context.set_offline(True)
    device.sync_now()
    expect(device.page.get_by_text("这里可以看，不能改")).to_be_visible()


OFFICE = (
    office_home,
    office_sites,
    office_site_new,
    office_site,
    office_refused,
    office_close,
    office_buildings,
    office_building_new,
    office_rooms,
    office_building,
    office_unit,
    office_resident,
    office_teams,
    office_team,
    office_template_new,
    office_templates,
    office_template,
    office_holidays,
    office_holiday_new,
    office_holiday,
    office_vehicle_new,
    office_vehicles,
    office_vehicle,
    office_offline,
)
