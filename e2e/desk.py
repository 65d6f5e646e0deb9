"""An admin at work in the office, by what stands on its screens."""

from e2e.phone import Phone
from playwright.sync_api import Locator, expect

ADMIN = "1001"


def sign_in(device: Phone) -> None:
    device.sign_in(ADMIN)
    device.expect_delivered()


def section(device: Phone, name: str) -> None:
    """Into a section of the office: beside the others on a tablet, from the list of all on a phone."""
    device.way("管理")
    device.page.get_by_role("main").get_by_role("link", name=name).first.click()
    expect(device.page.get_by_role("heading", name=name).last).to_be_visible()


def form(device: Phone, button: str, **fields: str) -> Locator:
    """Open a form by its button and fill it in, field by label."""
    device.page.get_by_role("button", name=button, exact=True).click()
    dialog = device.page.get_by_role("dialog")
    for label, text in fields.items():
        dialog.get_by_label(label).fill(text)
    return dialog


def save(device: Phone, saying: str | None = None) -> None:
    """Press the form's button: it closes once the server has applied the act."""
    device.page.get_by_role("dialog").locator("button[type=submit]").click()
    expect(device.page.get_by_role("dialog")).to_have_count(0)
    if saying is not None:
        expect(device.tip).to_contain_text(saying)


def refused(device: Phone, sentence: str) -> None:
    """Press the form's button: it stays, and says why."""
    dialog = device.page.get_by_role("dialog")
    dialog.locator("button[type=submit]").click()
    expect(dialog.get_by_role("alert")).to_contain_text(sentence)
    dialog.get_by_role("button", name="取消").click()


def site(device: Phone, name: str, *posts: str) -> None:
    section(device, "项目与岗位")
    form(device, "新建项目", 项目名称=name)
    save(device)
    expect(device.page.get_by_role("heading", name=name)).to_be_visible()
    for post in posts:
        form(device, "加岗位", 名称=post)
        save(device, f"已保存：{post}")


def building(device: Phone, where: str, name: str, floors: int, each: int) -> None:
    section(device, "楼栋房号")
    form(device, "新建楼栋", 楼栋名称=name).get_by_label("项目").select_option(label=where)
    save(device)
    expect(device.page.get_by_role("heading", name=name)).to_be_visible()
    form(device, "批量加房号", 到几层=str(floors), 每层几户=str(each))
    save(device, f"已建 {floors * each} 个房号")


def posts(device: Phone) -> Locator:
    """The site's posts as they stand."""
    return device.page.get_by_role("list", name="岗位").get_by_role("listitem").locator("bdi")
