"""An estate of one's own: from an empty folder to the admin at home, and a colleague who forgot the password."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.conftest import Devices
from e2e.phone import EAST, Phone, in_memory, tick
from e2e.server import Server
from e2e.test_reach import AXE, CONTROLS, SMALL, TAP, TOO_WIDE, VIOLATIONS
from playwright.sync_api import Browser, expect

CODE = re.compile(r"\b[3-9A-Y]{4}-[3-9A-Y]{4}-[3-9A-Y]{4}\b")
NEW = "新的密码 2026"
OPTIONS = ["--org", "海湾物业", "--admin", "沈若兰", "--staff-no", "A-1", "--site", "海湾花园", "--post", "南门岗"]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """A server that was not started yet, on a folder that does not exist yet."""
    server = Server(tmp_path / "own")
    yield server
    server.kill()


def redeem(device: Phone, login: str, code: str, password: str) -> None:
    """Through the page that opens behind the quiet link."""
    if not device.page.url.startswith(device.address):
        device.open()
    expect(device.field("工号或手机号")).to_be_visible()
    if device.page.get_by_label("密码", exact=True).is_visible():
        device.page.get_by_role("button", name="有一次性登录码").click()
    device.field("工号或手机号").fill(login)
    device.field("一次性登录码").fill(code)
    device.field("新密码").fill(password)
    device.page.get_by_role("button", name="设密码并登录").click()


def reached(device: Phone) -> None:
    """Everything on the screen can be hit, read and said."""
    device.page.evaluate(AXE.read_text())
    assert device.page.evaluate(SMALL, [CONTROLS, TAP]) == []
    assert device.page.evaluate(TOO_WIDE) == []
    assert device.page.evaluate(VIOLATIONS) == []


# The demo's estate is made before the browser starts: after it, this thread has a running event loop.
@pytest.mark.usefixtures("estate")
def test_from_an_empty_folder_to_the_admin_at_home(own: Server, browser: Browser, devices: list[Phone]) -> None:
    command = str(Path(sys.executable).with_name("gatehouse"))
    environment = {"GATEHOUSE_DATA": str(own.data), "PATH": "/usr/bin:/bin"}
    made = subprocess.run(
        [command, "init", *OPTIONS],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    (code,) = CODE.findall(made.stdout)
    own.start()
    office = in_memory(browser, own.address, tablet=False)
    devices.append(office)
    office.open()
    expect(office.page.get_by_label("密码", exact=True)).to_be_visible()
    redeem(office, "a1", code.replace("-", " ").lower(), NEW)
    expect(office.page.get_by_role("heading", name="南门岗")).to_be_visible()
    office.expect_delivered()
    office.way("我的")
    expect(office.page.get_by_text("沈若兰")).to_be_visible()
    expect(office.page.get_by_role("button", name="设为岗位共用平板")).to_be_visible()
    assert own.rows("SELECT role FROM role") == [("admin",)]
    assert own.rows("SELECT used IS NOT NULL FROM sign_in_code") == [(1,)]
    refused = subprocess.run(
        [command, "init", *OPTIONS],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "The server is running" in refused.stderr


def test_a_supervisor_gives_a_colleague_a_code(phone: Devices) -> None:
    """The code is large and works once; the old password ends, and the guard's phone says so."""
    boss, guard, other = phone("boss"), phone("guard"), phone("other")
    guard.sign_in("3001", EAST)
    guard.expect_delivered()
    boss.sign_in("1201")
    boss.expect_delivered()
    boss.way("我的")
    boss.page.get_by_role("button", name="生成登录码").click()
    boss.field("找同事（姓名或工号）").fill("3001")
    tick(boss.page.get_by_role("radio", name="3001"))
    reached(boss)
    boss.page.get_by_role("button", name="生成登录码").click()
    told = boss.page.get_by_text(CODE)
    expect(told).to_be_visible()
    expect(boss.page.get_by_text("只能用一次，有效到")).to_be_visible()
    reached(boss)
    code = told.inner_text()

    other.open()
    redeem(other, "3001", "AAAA-AAAA-AAAA", NEW)
    expect(other.page.get_by_role("alert")).to_contain_text("登录码不对")
    redeem(other, "3001", code, "1234567")
    expect(other.page.get_by_role("alert")).to_contain_text("至少要 8 个字符")
    reached(other)
    expect(other.field("新密码")).to_have_attribute("type", "password")
    other.page.get_by_role("button", name="显示密码").click()
    expect(other.field("新密码")).to_have_attribute("type", "text")
    redeem(other, "3001", code, NEW)
    other.page.get_by_role("button", name=EAST).click()
    expect(other.page.get_by_role("heading", name=EAST)).to_be_visible()
    expect(guard.page.get_by_text("您的登录已在别处结束")).to_be_visible()


def test_a_code_needs_the_network(phone: Devices) -> None:
    boss = phone("boss")
    boss.sign_in("1201")
    boss.expect_delivered()
    boss.way("我的")
    boss.page.get_by_role("button", name="生成登录码").click()
    boss.context.set_offline(True)
    expect(boss.page.get_by_text("生成登录码需要联网。")).to_be_visible()
    expect(boss.page.get_by_role("button", name="生成登录码")).to_be_disabled()
