"""Every screen of the app, and how one comes to it: what is measured and what is pictured."""

import secrets
from collections.abc import Callable

from e2e.office_tour import OFFICE
from e2e.phone import EAST, PASSWORD, WEST, Phone, tick
from e2e.rules_tour import MONTH, ROSTER, SHEET
from e2e.staff_tour import STAFF
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


# A guard whom a colleague asks to take a shift.


def asked_home(device: Phone) -> None:
    device.open()
    device.sign_in("3002", EAST)
    device.expect_delivered()
    expect(device.page.get_by_role("link", name="我的班次")).to_contain_text("等您答复")


def clock(device: Phone) -> None:
    device.page.get_by_role("link", name="打卡").click()
    expect(device.page.get_by_role("region", name="我的打卡")).to_be_visible()


def clock_asks(device: Phone) -> None:
    """The second tap within a minute."""
    device.context.set_offline(True)
    for _ in range(2):
        expect(device.page.locator(".punch")).to_be_enabled()
        device.page.locator(".punch").click()
        dialog = device.page.get_by_role("dialog", name="确认一下")
        expect(dialog.or_(device.tip.get_by_text("已记下")).first).to_be_visible()
        if dialog.is_visible():
            return
    expect(device.page.get_by_role("dialog", name="确认一下")).to_be_visible()


def shifts(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="不记").click()
    device.way("首页")
    device.page.get_by_role("link", name="我的班次").click()
    expect(device.page.get_by_role("list", name="我的班次")).to_be_visible()


def ask(device: Phone) -> None:
    device.page.get_by_role("list", name="我的班次").get_by_role("link", name="换班").first.click()
    expect(device.page.get_by_role("heading", name="申请换班")).to_be_visible()


def ask_exchange(device: Phone) -> None:
    tick(device.page.get_by_role("radio", name="对换"))
    tick(device.page.locator(".people input[type=radio]").first)
    device.page.wait_for_timeout(300)


def waiting(device: Phone) -> None:
    device.page.evaluate("() => { history.pushState({}, '', '/swaps'); dispatchEvent(new PopStateEvent('popstate')); }")
    expect(device.page.get_by_role("article").first).to_be_visible()


def swap(device: Phone) -> None:
    device.page.get_by_role("article").first.get_by_role("link").first.click()
    expect(device.page.get_by_role("heading", name="换班详情")).to_be_visible()


def claimed(device: Phone) -> None:
    """Accepted with no network: sent, and not yet theirs."""
    device.page.get_by_role("button", name="我来接").click()
    expect(device.page.get_by_text("已发出认领，还不算你的").first).to_be_visible()


# A supervisor.


def boss_home(device: Phone) -> None:
    device.open()
    device.sign_in("1201")
    device.expect_delivered()
    expect(device.page.get_by_role("link", name="待我处理")).to_be_visible()


def boss_waiting(device: Phone) -> None:
    device.way("待办")
    expect(device.page.get_by_role("article").first).to_be_visible()


def boss_rejects(device: Phone) -> None:
    device.page.get_by_role("button", name="驳回", exact=True).first.click()
    expect(device.page.get_by_role("dialog", name="为什么驳回？")).to_be_visible()


def deputy(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    device.page.get_by_role("button", name="指定代批人").click()
    expect(device.page.get_by_text("从哪天")).to_be_visible()


def board(device: Phone) -> None:
    if device.page.get_by_role("dialog").count():
        device.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    device.way("到岗")
    expect(device.page.get_by_role("heading", name="到岗情况")).to_be_visible()
    expect(device.page.get_by_role("listitem").first).to_be_visible()


def board_person(device: Phone) -> None:
    device.page.get_by_role("main").get_by_role("listitem").first.get_by_role("button").click()
    expect(device.page.get_by_role("dialog")).to_be_visible()


# An admin.


def office_calendar(device: Phone) -> None:
    device.open()
    device.sign_in("1001")
    device.way("我的")
    device.page.get_by_role("button", name="订阅我的班次").click()
    expect(device.page.get_by_role("dialog").get_by_role("button", name="生成")).to_be_enabled()


def office_address(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="生成").click()
    expect(device.page.get_by_text("/calendar/")).to_be_visible()


def office_robots(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    device.way("管理")
    device.page.get_by_role("link", name="群机器人").click()
    expect(device.page.get_by_role("button", name="添加群机器人")).to_be_enabled()


def office_robot_form(device: Phone) -> None:
    """With quiet hours of nearly all day, so that nothing is sent anywhere."""
    device.page.get_by_role("button", name="添加群机器人").click()
    form = device.page.get_by_role("dialog", name="添加群机器人")
    tick(form.get_by_role("radio", name="钉钉"))
    form.get_by_label("名称").fill("保安主管群")
    address = f"https://oapi.dingtalk.com/robot/send?access_token={secrets.token_hex(16)}"
    form.get_by_label("机器人地址（Webhook）").fill(address)
    form.get_by_label("加签密钥").fill("SEC0123456789")
    tick(form.get_by_role("radio", name="设定时段"))
    form.get_by_label("从", exact=True).fill("00:00")
    form.get_by_label("到", exact=True).fill("23:59")
    expect(form.get_by_role("button", name="保存")).to_be_enabled()


def office_robot(device: Phone) -> None:
    device.page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(device.page.get_by_role("article", name="保安主管群").last).to_be_visible()


# A post's shared tablet.


def tablet_set_up(device: Phone) -> None:
    device.open()
    device.sign_in("1001")
    device.way("我的")
    device.page.get_by_role("button", name="设为岗位共用平板").click()
    expect(device.page.get_by_role("dialog").get_by_role("radio", name=EAST)).to_be_attached()


def tablet_find(device: Phone) -> None:
    tick(device.page.get_by_role("dialog").get_by_role("radio", name=EAST))
    device.page.get_by_role("dialog").get_by_role("button", name="设为共用平板", exact=True).click()
    expect(device.page.locator(".name-key").first).to_be_visible()


def tablet_second(device: Phone) -> None:
    device.page.locator(".name-key").first.click()
    expect(device.page.get_by_role("heading", name="点名字的下一个字")).to_be_visible()


def tablet_person(device: Phone) -> None:
    device.page.locator(".name-key").first.click()
    expect(device.page.get_by_role("button", name="上班打卡")).to_be_visible()


def tablet_confirmed(device: Phone) -> None:
    device.page.get_by_role("button", name="上班打卡").click()
    expect(device.page.get_by_text("已记下")).to_be_visible()


def tablet_sign_in(device: Phone) -> None:
    device.page.get_by_role("button", name="完成").click()
    device.page.get_by_role("button", name="登记来访、换班或其他").click()
    expect(device.page.get_by_role("button", name="登录", exact=True)).to_be_visible()


Screens = tuple[Callable[[Phone], None], ...]

SCREENS: Screens = (
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

TOURS: dict[str, Screens] = {
    "gate": SCREENS,
    "colleague": (asked_home, clock, clock_asks, shifts, ask, ask_exchange, waiting, swap, claimed),
    "supervisor": (boss_home, boss_waiting, boss_rejects, deputy, board, board_person),
    "office": (office_calendar, office_address, office_robots, office_robot_form, office_robot),
    "estate": OFFICE,
    "staff": STAFF,
    "month": MONTH,
    "roster": ROSTER,
    "sheet": SHEET,
    "tablet": (tablet_set_up, tablet_find, tablet_second, tablet_person, tablet_confirmed, tablet_sign_in),
}
"""Each on a device of its own, signed in anew."""
