"""A post's shared tablet, as people use it who do not sign in."""

from e2e.phone import Phone, tick
from playwright.sync_api import Locator, expect


def set_up(device: Phone, post: str) -> None:
    """An admin makes the device the post's tablet."""
    device.sign_in("1001")
    device.way("我的")
    device.page.get_by_role("button", name="设为岗位共用平板").click()
    dialog = device.page.get_by_role("dialog")
    tick(dialog.get_by_role("radio", name=post))
    dialog.get_by_role("button", name="设为共用平板", exact=True).click()
    expect(device.page.get_by_role("heading", name=f"{post} · 打卡")).to_be_visible(timeout=30_000)


def key(device: Phone, character: str) -> Locator:
    return device.page.get_by_role("button", name=character, exact=True)


def pick(device: Phone, name: str) -> None:
    """Two taps: the first two characters of the name."""
    key(device, name[0]).click()
    key(device, name[1]).click()
    expect(device.page.get_by_role("heading", name=f"{name}，您好")).to_be_visible()


def punch(device: Phone, name: str, button: str = "上班打卡") -> None:
    """Find oneself, clock, read the confirmation, and leave the tablet to the next one."""
    pick(device, name)
    device.page.get_by_role("button", name=button, exact=True).click()
    confirmed(device, name)
    device.page.get_by_role("button", name="完成").click()
    expect(device.page.get_by_role("heading", name="点您的姓")).to_be_visible()


def confirmed(device: Phone, name: str) -> None:
    """The whole screen says whose punch was recorded."""
    expect(device.page.get_by_text("已记下")).to_be_visible()
    expect(device.page.get_by_text(name, exact=True)).to_be_visible()
