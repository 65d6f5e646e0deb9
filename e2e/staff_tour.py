"""The screens about people and devices, as an admin comes to them: a part of `screens`."""

from e2e.phone import Phone, tick
from playwright.sync_api import expect


def at(device: Phone, path: str) -> None:
    """By the address, within the page that is open."""
    device.page.evaluate(
        "(path) => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path
    )


def press(device: Phone, name: str) -> None:
    device.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    expect(device.page.get_by_role("dialog")).to_be_visible()


def shut(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    expect(device.page.get_by_role("dialog")).to_have_count(0)


def people(device: Phone) -> None:
    device.open()
    device.sign_in("1001")
    device.expect_delivered()
    at(device, "/office/people")
    expect(device.page.get_by_role("list", name="人员").get_by_role("link").first).to_be_visible()


def people_filtered(device: Phone) -> None:
    if device.page.get_by_role("button", name="筛选").count():
        device.page.get_by_role("button", name="筛选").click()
    device.page.get_by_label("职务").select_option("主管")
    expect(device.page.get_by_text("共 3 人")).to_be_visible()


def hire(device: Phone) -> None:
    press(device, "新增人员")
    device.page.get_by_role("dialog").get_by_role("button", name="新增", exact=True).click()
    expect(device.page.get_by_text("请填姓名。")).to_be_visible()


def person(device: Phone) -> None:
    shut(device)
    device.page.get_by_role("list", name="人员").get_by_role("link").filter(has_text="陆建平").click()
    expect(device.page.get_by_role("heading", name="陆建平")).to_be_visible()
    expect(device.page.get_by_role("region", name="常用设备")).to_be_visible()


def person_code(device: Phone) -> None:
    device.page.get_by_role("button", name="给登录码").click()
    device.page.get_by_role("button", name="生成登录码").click()
    expect(device.page.get_by_text("只能用一次，有效到")).to_be_visible()


def person_history(device: Phone) -> None:
    device.page.get_by_role("button", name="查看完整经过").click()
    expect(device.page.get_by_role("listitem").filter(has_text="新增人员")).to_be_visible()


def person_move(device: Phone) -> None:
    press(device, "调动")
    tick(device.page.get_by_role("dialog").get_by_role("radio", name="夜班组"))
    expect(device.page.get_by_text("按现在的情况计算。")).to_be_visible()


def person_dismiss(device: Phone) -> None:
    shut(device)
    press(device, "办理离职")
    tick(device.page.get_by_role("dialog").get_by_role("radio", name="最后工作日"))
    expect(device.page.get_by_text("按现在的情况计算。")).to_be_visible()


def person_role(device: Phone) -> None:
    shut(device)
    press(device, "加职务")
    tick(device.page.get_by_role("dialog").get_by_role("radio", name="主管"))


def person_deputy(device: Phone) -> None:
    shut(device)
    press(device, "指定代理人")


def office_devices(device: Phone) -> None:
    shut(device)
    at(device, "/office/devices")
    expect(device.page.get_by_role("list", name="设备").get_by_role("link").first).to_be_visible()


def office_device(device: Phone) -> None:
    device.page.get_by_role("list", name="设备").get_by_role("link").filter(has_text="地库岗平板").click()
    expect(device.page.get_by_role("heading", name="地库岗平板")).to_be_visible()


def office_revoke(device: Phone) -> None:
    press(device, "停用设备")
    expect(device.page.get_by_text("4 条没有送达").last).to_be_visible()


def office_place(device: Phone) -> None:
    shut(device)
    press(device, "设为岗位平板")


def office_held(device: Phone) -> None:
    shut(device)
    at(device, "/office/held")
    expect(device.page.get_by_role("button", name="放行").first).to_be_visible()


def office_return(device: Phone) -> None:
    device.page.get_by_role("main").get_by_role("button", name="退回").first.click()
    device.page.get_by_role("dialog").get_by_role("button", name="退回").click()
    expect(device.page.get_by_text("请写一句说明。")).to_be_visible()


def office_versions(device: Phone) -> None:
    shut(device)
    at(device, "/office/versions")
    expect(device.page.get_by_role("heading", name="还没有更新的设备")).to_be_visible()


STAFF = (
    people,
    people_filtered,
    hire,
    person,
    person_code,
    person_history,
    person_move,
    person_dismiss,
    person_role,
    person_deputy,
    office_devices,
    office_device,
    office_revoke,
    office_place,
    office_held,
    office_return,
    office_versions,
)
