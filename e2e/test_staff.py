"""People and devices in the office: hired, moved, dismissed; lost and revoked. What a change will do is said before."""

import re
import time

import pytest
from e2e.conftest import Devices
from e2e.office import Office
from e2e.phone import EAST, WEST, Phone, tick
from e2e.server import Server
from e2e.test_start import CODE, NEW, redeem
from playwright.sync_api import Locator, expect

# Presses the button of that name as soon as the open sheet is gone.
PRESS_AS_SHEET_GOES = """(name) => {
  const seen = new MutationObserver(() => {
    if (document.querySelector('dialog')) return;
    seen.disconnect();
    document.querySelector(`[aria-label="${name}"]`).click();
  });
  seen.observe(document.body, { childList: true, subtree: true });
}"""
DAY, NIGHT = "日班组", "夜班组"


def office(device: Phone, section: str) -> None:
    """The admin, at a section of the office."""
    device.sign_in("1001")
    device.expect_delivered()
    go(device, section)


def go(device: Phone, section: str) -> None:
    device.way("管理")
    device.page.get_by_role("navigation", name="管理").get_by_role("link", name=section).click()
    expect(device.page.get_by_role("heading", name=section, level=1).last).to_be_visible()


def person(device: Phone, name: str) -> None:
    """Open a person's page by the search."""
    go(device, "人员")
    device.page.get_by_label("姓名、工号、班组").fill(name)
    device.page.get_by_role("list", name="人员").get_by_role("link").filter(has_text=name).click()
    expect(device.page.get_by_role("heading", name=name)).to_be_visible()


def press(device: Phone, name: str) -> None:
    device.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def sheet(device: Phone) -> Locator:
    return device.page.get_by_role("dialog")


def choose(device: Phone, name: str) -> None:
    tick(sheet(device).get_by_role("radio", name=name))


def held(device: Phone, person_id: str) -> set[str]:
    """Ids of the rows in the person's database on this device."""
    stored = device.stored()
    (name,) = [one for one in stored if person_id in one]
    return {row["id"] for row in stored[name]["rows"]}


def effect(device: Phone) -> Locator:
    """What the preview says of the browser's own device: the demo's others have names."""
    return sheet(device).get_by_role("listitem").filter(has_text="X11")


def test_a_person_is_hired_and_signs_in_with_a_code(phone: Devices, tablet: Devices, server: Server) -> None:
    admin, guard = tablet("admin"), phone("guard")
    office(admin, "人员")
    press(admin, "新增人员")
    dialog = sheet(admin)
    dialog.get_by_role("button", name="新增", exact=True).click()
    expect(dialog.get_by_text("请填姓名。")).to_be_visible()
    expect(dialog.get_by_text("请填工号。")).to_be_visible()
    dialog.get_by_label("姓名", exact=True).fill("苗新苗")
    dialog.get_by_label("工号", exact=True).fill("3003")
    dialog.get_by_label("电话", exact=True).fill("138 0000 4321")
    choose(admin, DAY)
    expect(dialog.get_by_role("radio", name="陆建平 1201")).to_be_checked()
    choose(admin, "翠湖花园")
    dialog.get_by_role("button", name="新增", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("这个工号已经有人用了。")
    dialog.get_by_label("工号", exact=True).fill("4001")
    dialog.get_by_role("button", name="新增", exact=True).click()

    expect(admin.page.get_by_role("heading", name="苗新苗")).to_be_visible()
    expect(admin.page.get_by_role("link", name="拨打 138 0000 4321")).to_have_attribute("href", "tel:13800004321")
    expect(admin.page.get_by_role("region", name="职务")).to_contain_text("门岗 翠湖花园")
    press(admin, "给登录码")
    press(admin, "生成登录码")
    told = admin.page.get_by_text(CODE)
    expect(told).to_be_visible()
    guard.open()
    redeem(guard, "4001", told.inner_text(), NEW)
    guard.page.get_by_role("button", name=EAST).click()
    expect(guard.page.get_by_role("heading", name=EAST)).to_be_visible()
    guard.log("快递", name="新人的第一条")
    guard.expect_delivered()
    # Only the refused one is refused, and the inbox does not say again what the form has said.
    refused = server.rows("SELECT kind, code FROM op WHERE d = 'refused' AND kind LIKE 'person.%'")
    assert refused == [("person.create", "entity_exists")]
    expect(admin.page.get_by_role("region", name="常用设备").get_by_role("link")).to_have_count(1)


@pytest.mark.trap("T20")
def test_a_transfer_purges_what_it_foresaw(phone: Devices, tablet: Devices, server: Server) -> None:
    admin, guard = tablet("admin"), phone("guard")
    guard.sign_in("3006", EAST)
    guard.expect_delivered()
    ((id_,),) = server.rows("SELECT id FROM person WHERE staff_no = '3006'")
    office(admin, "人员")
    person(admin, "吴建国")
    press(admin, "调动")
    dialog = sheet(admin)
    expect(dialog.get_by_text("班组和上级都没有变。")).to_be_visible()
    expect(dialog.get_by_role("button", name="确认调动")).to_be_disabled()
    choose(admin, NIGHT)
    expect(dialog.get_by_role("radio", name="秦永强 1202")).to_be_checked()
    expect(effect(admin)).to_contain_text("都已送达")
    (foreseen,) = re.findall(r"将清除 (\d+) 条资料", effect(admin).inner_text())
    before = held(guard, id_)
    dialog.get_by_role("button", name="确认调动").click()
    expect(admin.tip).to_contain_text("已调动")
    expect(admin.page.get_by_role("definition").filter(has_text=NIGHT)).to_be_visible()
    expect(admin.page.get_by_role("definition").filter(has_text="秦永强")).to_be_visible()
    until = time.monotonic() + 20
    while len(before - held(guard, id_)) != int(foreseen):
        assert time.monotonic() < until, (foreseen, len(before - held(guard, id_)))
        guard.page.wait_for_timeout(100)
    admin.page.get_by_role("button", name="查看完整经过").click()
    expect(admin.page.get_by_role("listitem").filter(has_text="调动").filter(has_text="夜班组")).to_be_visible()


def test_nobody_ends_up_above_themselves(tablet: Devices, server: Server) -> None:
    """Refused with a sentence in place, and what was chosen is still there; the team's stretch is not begun anew."""
    admin = tablet("admin")
    office(admin, "人员")
    person(admin, "陆建平")
    press(admin, "调动")
    dialog = sheet(admin)
    dialog.get_by_label("找新上级（姓名或工号）").fill("赵大勇")
    choose(admin, "赵大勇 3001")
    dialog.get_by_role("button", name="确认调动").click()
    expect(dialog.get_by_role("alert")).to_contain_text("绕一圈成为自己的上级")
    expect(dialog.get_by_role("radio", name="赵大勇 3001")).to_be_checked()
    dialog.get_by_label("找新上级（姓名或工号）").fill("1102")
    choose(admin, "乔书怡 1102")
    dialog.get_by_role("button", name="确认调动").click()
    expect(admin.tip).to_contain_text("已调动")
    ((id_,),) = server.rows("SELECT id FROM person WHERE staff_no = '1201'")
    assert server.rows("SELECT count(DISTINCT since) FROM person_team WHERE person = ?", id_) == [(1,)]


def test_a_lost_phone_is_revoked_with_what_waits_on_it_said(phone: Devices, tablet: Devices, server: Server) -> None:
    admin, guard = tablet("admin"), phone("guard")
    guard.sign_in("3003", WEST)
    guard.expect_delivered()
    guard.log("快递", name="到了的")
    guard.expect_delivered()
    guard.context.route("**/api/sync/push", lambda route: route.abort())
    guard.log("快递", name="没到的")
    guard.expect_waiting(1)
    office(admin, "设备")
    person(admin, "孙志刚")
    admin.page.get_by_role("region", name="常用设备").get_by_role("link").filter(has_text="X11").click()
    press(admin, "改名")
    sheet(admin).get_by_label("设备名").fill("小孙的手机")
    sheet(admin).get_by_role("button", name="保存").click()
    expect(admin.page.get_by_role("heading", name="小孙的手机")).to_be_visible()
    press(admin, "停用设备")
    dialog = sheet(admin)
    expect(dialog.get_by_text("1 条没有送达")).to_be_visible()
    expect(dialog.get_by_text("建议先让这台设备联网送完")).to_be_visible()
    dialog.get_by_role("button", name="确认停用").click()
    expect(admin.tip).to_contain_text("已停用")
    expect(admin.page.get_by_text(re.compile("^已于 .+ 停用$"))).to_be_visible()
    expect(admin.page.get_by_role("button", name="停用设备")).to_have_count(0)
    expect(guard.page.get_by_text("这台设备已被管理员停用")).to_be_visible()
    go(admin, "设备")
    expect(admin.page.get_by_role("link", name="小孙的手机")).to_have_count(0)
    press(admin, "已停用的（1）")
    expect(admin.page.get_by_role("link", name="小孙的手机")).to_be_visible()
    assert server.rows("SELECT revoked IS NOT NULL FROM device WHERE label = '小孙的手机'") == [(1,)]


def test_a_phone_becomes_a_tablet_and_a_phone_again(phone: Devices, tablet: Devices) -> None:
    admin, guard = tablet("admin"), phone("guard")
    guard.sign_in("3002", EAST)
    guard.expect_delivered()
    office(admin, "人员")
    person(admin, "钱国栋")
    admin.page.get_by_role("region", name="常用设备").get_by_role("link").filter(has_text="X11").click()
    press(admin, "设为岗位平板")
    sheet(admin).get_by_role("button", name="保存").click()
    expect(sheet(admin).get_by_text("请选岗位。")).to_be_visible()
    choose(admin, f"翠湖花园 {EAST}")
    sheet(admin).get_by_label("设备名").fill("东门岗的平板二")
    sheet(admin).get_by_role("button", name="保存").click()
    expect(admin.tip).to_contain_text("已设为岗位平板")
    expect(admin.page.get_by_role("definition").filter(has_text=EAST)).to_be_visible()
    # Whoever was signed in there is so no more; what they see stays until they tap.
    guard.page.get_by_role("alert").filter(has_text="您的登录已在别处结束").get_by_role("button", name="登录").click()
    expect(guard.page.get_by_role("heading", name=f"{EAST} · 打卡")).to_be_visible()
    press(admin, "改回个人设备")
    sheet(admin).get_by_role("button", name="改回个人设备").click()
    expect(admin.tip).to_contain_text("已改回个人设备")
    expect(admin.page.get_by_role("definition").filter(has_text="个人设备")).to_be_visible()


def test_somebody_leaves(phone: Devices, tablet: Devices, server: Server) -> None:
    admin, guard = tablet("admin"), phone("guard")
    guard.sign_in("3005", EAST)
    guard.expect_delivered()
    office(admin, "人员")
    person(admin, "周海涛")
    press(admin, "办理离职")
    dialog = sheet(admin)
    expect(effect(admin)).to_contain_text("将清除")
    expect(dialog.get_by_text("这一刻之前做的操作照样算数")).to_be_visible()
    dialog.get_by_role("button", name="确认离职").click()
    expect(admin.tip).to_contain_text("已办理离职")
    expect(admin.page.get_by_text(re.compile("^已于 .+ 离职$"))).to_be_visible()
    expect(guard.page.get_by_text("您的登录已在别处结束")).to_be_visible()
    go(admin, "人员")
    admin.page.get_by_label("姓名、工号、班组").fill("周海涛")
    expect(admin.page.get_by_text("没有符合的人")).to_be_visible()
    admin.page.get_by_role("button", name="看已离职的").click()
    expect(admin.page.get_by_role("list", name="人员").get_by_role("link", name="周海涛")).to_be_visible()
    # The last admin stays.
    admin.page.get_by_role("button", name="看已离职的").click()
    person(admin, "沈若兰")
    press(admin, "办理离职")
    expect(effect(admin)).to_contain_text("都已送达")
    dialog.get_by_role("button", name="确认离职").click()
    expect(dialog.get_by_role("alert")).to_contain_text("这是最后一位管理员")
    assert server.rows("SELECT count(*) FROM person WHERE staff_no = '1001' AND dismissed IS NULL") == [(1,)]


def test_roles_and_deputies_begin_and_end(tablet: Devices, server: Server) -> None:
    admin = tablet("admin")
    office(admin, "人员")
    person(admin, "白晓燕")
    press(admin, "指定代理人")
    dialog = sheet(admin)
    dialog.get_by_role("button", name="指定", exact=True).click()
    expect(dialog.get_by_text("请选代理人。")).to_be_visible()
    choose(admin, "陆建平 1201")
    dialog.get_by_role("button", name="指定", exact=True).click()
    deputies = admin.page.get_by_role("region", name="代理")
    expect(deputies).to_contain_text("由 陆建平 代理")
    deputies.get_by_role("button", name="结束代理").click()
    dialog.get_by_role("button", name="结束代理").click()
    expect(deputies).to_contain_text("现在没有代理。")

    roles = admin.page.get_by_role("region", name="职务")
    ends = roles.get_by_role("button", name="结束 主管")
    expect(ends).to_have_count(2)
    ends.first.click()
    # As quick as a hand can be: the next is pressed in the instant in which the first one's sheet goes.
    admin.page.evaluate(PRESS_AS_SHEET_GOES, "结束 主管")
    dialog.get_by_role("button", name="结束职务").click()
    expect(ends).to_have_count(1)
    dialog.get_by_role("button", name="结束职务").click()
    expect(dialog.get_by_role("alert")).to_contain_text("组里还有人，却会没有主管")
    dialog.get_by_role("button", name="取消").click()
    expect(roles.get_by_role("button", name="以前的职务（1）")).to_be_visible()
    person(admin, "何雨桐")
    press(admin, "加职务")
    choose(admin, "主管")
    dialog.get_by_role("button", name="给职务").click()
    expect(dialog.get_by_text("请选择", exact=True)).to_be_visible()
    choose(admin, "云杉写字楼")
    dialog.get_by_role("button", name="给职务").click()
    expect(dialog.get_by_text("主管要选带哪个班组。")).to_be_visible()
    choose(admin, "两头班组")
    dialog.get_by_role("button", name="给职务").click()
    expect(admin.tip).to_contain_text("已给职务")
    expect(roles).to_contain_text("带两头班组")
    assert server.rows("SELECT count(*) FROM role WHERE role = 'supervisor' AND until IS NULL") == [(6,)]


def test_with_no_network_all_can_be_read_and_nothing_changed(tablet: Devices) -> None:
    admin = tablet("admin")
    office(admin, "人员")
    admin.context.set_offline(True)
    expect(admin.page.get_by_text("现在连不上服务器：这里可以看，不能改。")).to_be_visible()
    expect(admin.page.get_by_role("button", name="新增人员")).to_be_disabled()
    person(admin, "陆建平")
    expect(admin.page.get_by_role("region", name="职务")).to_contain_text("主管")
    for name in ("修改资料", "调动", "办理离职", "加职务", "指定代理人"):
        expect(admin.page.get_by_role("main").get_by_role("button", name=name)).to_be_disabled()
    go(admin, "设备")
    admin.page.get_by_role("list", name="设备").get_by_role("link").first.click()
    expect(admin.page.get_by_role("button", name="停用设备")).to_be_disabled()


def test_versions_and_troubles(phone: Devices, tablet: Devices) -> None:
    """One of the demo's devices runs an earlier build; the browsers of this journey run what the server gives out."""
    admin, guard = tablet("admin"), phone("guard")
    guard.sign_in("3001", EAST)
    guard.expect_delivered()
    office(admin, "设备")
    own = admin.page.get_by_role("list", name="设备").get_by_role("listitem").filter(has_text="本机")
    expect(own).to_be_visible()
    expect(own).not_to_contain_text("版本不是最新")
    admin.page.get_by_role("link", name="版本", exact=True).click()
    builds = admin.page.get_by_role("list", name="版本").get_by_role("listitem")
    expect(builds.first).to_contain_text("最新版本")
    expect(builds.first).to_contain_text("8 台")
    lagging = admin.page.get_by_role("list", name="还没有更新的设备").get_by_role("link")
    expect(lagging).to_have_count(1)
    expect(lagging).to_contain_text("地库岗平板")
    expect(lagging).to_contain_text("earlier")
    lagging.click()
    expect(admin.page.get_by_role("definition").filter(has_text="earlier")).to_be_visible()


def test_of_many_people_those_in_sight_are_drawn(tablet: Devices, server: Server) -> None:
    computer = Office(server)
    names = [f"众{i:03}" for i in range(300)]
    for i, name in enumerate(names):
        computer.act("person.create", {"name": name, "staff_no": f"9{i:03}"})
    computer.push()
    admin = tablet("admin")
    office(admin, "人员")
    expect(admin.page.get_by_text("共 330 人")).to_be_visible()
    lines = admin.page.get_by_role("list", name="人员").get_by_role("listitem")
    assert lines.count() < 80
    admin.page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    expect(lines.filter(has_text="众299")).to_be_in_viewport()
    assert lines.count() < 80
    last = lines.filter(has_text="众299")
    assert (last.get_attribute("aria-posinset"), last.get_attribute("aria-setsize")) == ("330", "330")
    admin.page.get_by_label("姓名、工号、班组").fill("众 150")
    expect(lines).to_have_count(1)
    lines.get_by_role("link").click()
    expect(admin.page.get_by_role("heading", name="众150")).to_be_visible()


@pytest.mark.path("P17")
def test_what_is_held_is_released_or_returned(phone: Devices, tablet: Devices, server: Server) -> None:
    """What came from phones after their people had left is held, and an admin answers for it."""
    admin, guard, computer = tablet("admin"), phone("guard"), Office(server)
    guard.sign_in("3005", EAST)
    guard.expect_delivered()
    ((id_,),) = server.rows("SELECT id FROM person WHERE staff_no = '3005'")
    computer.act("person.dismiss", {"dismissed": int(time.time() * 1000)}, id_)
    computer.push()
    expect(guard.page.get_by_text("您的登录已在别处结束")).to_be_visible()
    guard.log("快递", name="走后来的人")
    until = time.monotonic() + 15
    while len(server.rows("SELECT op FROM hold")) < 2:  # the demo has one of its own
        assert time.monotonic() < until, "nothing was held"
        guard.page.wait_for_timeout(100)

    office(admin, "设备")
    admin.page.get_by_role("link", name="暂存的操作").click()
    held = admin.page.get_by_role("list", name="暂存的操作").get_by_role("listitem")
    expect(held).to_have_count(2)
    expect(held.first).to_contain_text("周海涛 来访登记")
    expect(held.first).to_contain_text("走后来的人")
    expect(held.first).to_contain_text("可能是离职之后记的，等主管核对。")
    held.first.get_by_role("button", name="放行").click()
    sheet(admin).get_by_role("button", name="放行").click()
    expect(admin.tip).to_contain_text("已放行")
    expect(held).to_have_count(1)
    held.first.get_by_role("button", name="退回").click()
    sheet(admin).get_by_label("给本人的说明").fill("已请他回来重新登记")
    sheet(admin).get_by_role("button", name="退回").click()
    expect(admin.tip).to_contain_text("已退回")
    expect(admin.page.get_by_text("没有暂存的操作")).to_be_visible()
    assert server.rows("SELECT d FROM op WHERE private LIKE '%走后来的人%'") == [("applied",)]
    assert server.rows("SELECT count(*) FROM op WHERE kind IN ('op.release', 'op.return') AND d = 'applied'") == [(2,)]
