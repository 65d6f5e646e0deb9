"""Every screen of the app, and how a guard comes to it: what is measured and what is pictured."""

from collections.abc import Callable

from e2e.phone import PASSWORD, WEST, Phone
from playwright.sync_api import expect

STAFF_NO = "3003"
"""The demo's guard with a conflict in his inbox."""


def sign_in(device: Phone) -> None:
    device.open()
    device.page.get_by_label("工号或手机号").fill(STAFF_NO)
    device.page.get_by_label("密码", exact=True).fill(PASSWORD)
    expect(device.page.get_by_role("button", name="登录", exact=True)).to_be_enabled()


def pick(device: Phone) -> None:
    device.page.get_by_role("button", name="登录", exact=True).click()
    expect(device.page.get_by_role("button", name=WEST)).to_be_visible()


def home(device: Phone) -> None:
    device.page.get_by_role("button", name=WEST).click()
    device.expect_delivered()
    expect(device.page.get_by_role("list", name="在场名单")).to_be_visible()


def arrive(device: Phone) -> None:
    device.way("登记")
    device.fill("施工", unit="3栋1204", name="梁师傅")


def arrive_more(device: Phone) -> None:
    device.page.get_by_role("button", name="更多项目").click()


def province(device: Phone) -> None:
    """The plate's keypad; the first key of a plate is its province."""
    device.page.get_by_role("button", name="收起").click()
    device.field("车牌").click()
    device.page.get_by_role("button", name="换省份").click()


def plate(device: Phone) -> None:
    for key in "粤BD12":
        device.page.get_by_role("group", name="车牌键盘").get_by_role("button", name=key, exact=True).click()


def inside(device: Phone) -> None:
    device.page.get_by_role("button", name="完成").click()
    device.list_inside()


def record(device: Phone) -> None:
    device.row("温以宁").get_by_role("link").click()
    expect(device.page.get_by_role("heading", name="来访详情")).to_be_visible()


def amend(device: Phone) -> None:
    device.page.get_by_role("button", name="修改", exact=True).click()
    expect(device.page.get_by_role("button", name="保存修改")).to_be_visible()


def join(device: Phone) -> None:
    device.list_inside()
    device.page.get_by_role("button", name="可能是同一人").first.click()
    expect(device.page.get_by_role("dialog", name="是同一人吗？")).to_be_visible()


def leave_alone(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    device.page.get_by_role("link", name="名单里没有的人离场").click()
    expect(device.page.get_by_role("heading", name="补记离场")).to_be_visible()


def history(device: Phone) -> None:
    device.list_inside()
    device.page.get_by_role("link", name="往日记录").click()
    expect(device.page.get_by_role("listitem").first).to_be_visible()


def search(device: Phone) -> None:
    device.list_inside()
    device.page.get_by_role("link", name="搜索").click()
    device.page.get_by_label("姓名、车牌、手机尾号、房号").fill("6栋")
    expect(device.page.get_by_role("listitem").first).to_be_visible()


def inbox(device: Phone) -> None:
    device.way("收件箱")
    expect(device.page.get_by_role("article")).to_be_visible()


def me(device: Phone) -> None:
    device.way("我的")
    expect(device.page.get_by_role("button", name="换人")).to_be_visible()


def sign_out(device: Phone) -> None:
    device.page.get_by_role("button", name="换人").click()
    expect(device.page.get_by_role("button", name="退出登录")).to_be_visible()


def sync(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    device.chip.get_by_role("button").click()
    expect(device.page.get_by_role("dialog", name="同步与本机")).to_be_visible()


def recorded(device: Phone) -> None:
    """The line that says so, with the network gone."""
    device.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    device.context.set_offline(True)
    device.leave("温以宁")


SCREENS: tuple[Callable[[Phone], None], ...] = (
    sign_in,
    pick,
    home,
    arrive,
    arrive_more,
    province,
    plate,
    inside,
    record,
    amend,
    join,
    leave_alone,
    history,
    search,
    inbox,
    me,
    sign_out,
    sync,
    recorded,
)
"""In an order in which each begins where the one before ended."""
