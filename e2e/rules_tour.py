"""The screens of the regulations: one's own month, leave and corrections, the roster and the sheet of a team."""

import re

from e2e.phone import EAST, Phone, tick
from playwright.sync_api import expect

SUPERVISOR, CLERK = "1201", "1103"


def _go(device: Phone, path: str) -> None:
    """Further inside the app, as a link would."""
    device.page.evaluate(
        "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path
    )


def _heading(device: Phone, name: str) -> None:
    expect(device.page.get_by_role("heading", name=name, exact=True)).to_be_visible()


# A guard.


def month(device: Phone) -> None:
    device.open()
    device.sign_in("3001", EAST)
    device.expect_delivered()
    device.page.get_by_role("link", name="我的考勤").click()
    _heading(device, "我的考勤")


def month_day(device: Phone) -> None:
    device.page.get_by_role("main").locator("a[href^='/month/day/']").filter(has_text="到岗").first.click()
    expect(device.page.get_by_role("main").get_by_role("heading").first).to_be_visible()


def leaves(device: Phone) -> None:
    device.way("首页")
    device.page.get_by_role("link", name="我的班次").click()
    device.page.get_by_role("link", name="请假补卡").click()
    expect(device.page.get_by_role("navigation", name="请假与外出")).to_be_visible()


def leave_form(device: Phone) -> None:
    device.page.get_by_role("navigation", name="请假与外出").get_by_role("link", name="请假").click()
    _heading(device, "申请请假")
    tick(device.page.get_by_role("checkbox").first)


def outing_form(device: Phone) -> None:
    _go(device, "/leave/out")
    expect(device.page.get_by_role("main").get_by_role("heading").first).to_be_visible()


def corrections(device: Phone) -> None:
    _go(device, "/corrections")
    expect(device.page.get_by_role("main").get_by_role("heading").first).to_be_visible()


# A supervisor.


def roster(device: Phone) -> None:
    device.open()
    device.sign_in(SUPERVISOR)
    device.expect_delivered()
    device.page.get_by_role("main").get_by_role("link", name=re.compile("^排班")).click()
    _heading(device, "排班")


def duty_days(device: Phone) -> None:
    tick(device.page.get_by_role("radio", name="值日表"))
    expect(device.page.get_by_role("columnheader").nth(1)).to_be_visible()


def roster_publish(device: Phone) -> None:
    tick(device.page.get_by_role("radio", name="排班表"))
    for _ in range(2):
        device.page.get_by_role("button", name="下个月").click()
    device.page.locator("tbody button.cell").first.click()
    device.page.get_by_role("button", name=re.compile("^发布 ·")).click()
    expect(device.page.get_by_role("dialog")).to_be_visible()


# A clerk.


def sheet(device: Phone) -> None:
    device.open()
    device.sign_in(CLERK, EAST)
    device.page.get_by_role("link", name="考勤表").click()
    _heading(device, "考勤表")
    expect(device.page.get_by_role("row").nth(1)).to_be_visible()
    # The server judges the months of a copied estate in its own time, and the sheet is asked for once.
    for _ in range(30):
        if device.page.get_by_role("main").get_by_role("button", name="到岗").count():
            break
        device.page.get_by_role("button", name="重新取").click()
        device.page.wait_for_timeout(1_000)


def sheet_person(device: Phone) -> None:
    device.page.get_by_role("main").get_by_role("button", name="到岗").first.click()
    expect(device.page.get_by_role("dialog")).to_be_visible()


MONTH = (month, month_day, leaves, leave_form, outing_form, corrections)
ROSTER = (roster, duty_days, roster_publish)
SHEET = (sheet, sheet_person)
