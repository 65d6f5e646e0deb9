"""One's own month on a phone, the sheet of a team's month on a tablet, and what somebody decides about a lateness."""

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from e2e import tablet as shared
from e2e.conftest import Devices
from e2e.office import Office
from e2e.phone import EAST, GARAGE, WEST, Phone, tick
from e2e.server import Server
from playwright.sync_api import Locator, expect

LATE = 17
"""The demo's planted lateness: yesterday, by the day shift of the west gate, in minutes."""
CLERK, BOSS = "1103", "1201"
WAITS_FOR = "8891"
LEFT_S = 30
"""So long until the shift is over that a silent tablet may hold a punch of."""


def yesterday() -> str:
    """The local date in Shanghai."""
    return (datetime.now(UTC) + timedelta(hours=8) - timedelta(days=1)).date().isoformat()


def late_guard(server: Server) -> tuple[str, str]:
    """The staff number and name of whoever was late."""
    west = Office.id_of(ServerOnly(server), "post", WEST)  # type: ignore[arg-type]  # only its server is asked
    for (body,) in server.rows("SELECT body FROM entity WHERE kind = 'shift'"):
        fields = json.loads(body)["f"]
        if (fields["post"], fields["date"], fields["label"]) == (west, yesterday(), "日"):
            ((person,),) = server.rows("SELECT body FROM entity WHERE id = ?", fields["person"])
            found = json.loads(person)["f"]
            return str(found["staff_no"]), str(found["name"])
    raise AssertionError("nobody had that shift")


class ServerOnly:
    """What `Office.id_of` needs of an office."""

    def __init__(self, server: Server) -> None:
        self.server = server


def judged(server: Server) -> None:
    """Wait until no month is to be judged again."""
    until = time.monotonic() + 60
    while server.rows("SELECT 1 FROM dirty LIMIT 1"):
        assert time.monotonic() < until, "months are still to be judged"
        time.sleep(0.2)


def in_main(device: Phone) -> Locator:
    return device.page.get_by_role("main")


def test_a_late_day_is_explained_on_a_phone_with_no_network(phone: Devices, server: Server) -> None:
    staff_no, _ = late_guard(server)
    judged(server)
    guard = phone("guard")
    guard.sign_in(staff_no, WEST)
    guard.expect_delivered()
    guard.page.get_by_role("link", name="我的考勤").click()
    expect(in_main(guard).get_by_role("heading", name="我的考勤")).to_be_visible()
    guard.context.set_offline(True)
    guard.open(f"/month/of/{yesterday()[:7]}")
    day = guard.page.get_by_role("link", name=re.compile("迟到"))
    expect(day).to_have_count(1)
    day.click()
    main = in_main(guard)
    expect(main).to_contain_text(f"07:00 上班，迟到 {LATE} 分钟")
    expect(main).to_contain_text("R-ATT-06")
    expect(main).to_contain_text("数据已到齐")
    expect(main).to_contain_text("本机离线")
    # What it costs is a proposal with its clause, for somebody to confirm.
    card = main.get_by_role("article").filter(has_text=f"迟到 {LATE} 分钟")
    expect(card).to_contain_text("待确认")
    expect(card).to_contain_text("基本工资的 1%")


def test_a_day_that_waits_for_a_tablet_is_called_that_and_nothing_worse(
    phone: Devices, tablet: Devices, server: Server
) -> None:
    # The shift ends within a minute, and punches are taken until then and no longer.
    office = Office(server)
    team = office.id_of("team", "日班组")
    window = {"team": team, "key": "punch.bind_after_min", "value": "0", "since": yesterday(), "reason": "交接紧"}
    office.act("override.make", window)
    ends = time.time() + LEFT_S
    office.hire({WAITS_FOR: "池静波"}, GARAGE, start=LEFT_S / 3600 - 8, hours=8)
    gate = tablet("gate")
    shared.set_up(gate, GARAGE)
    gate.context.set_offline(True)
    guard = phone("guard")
    guard.sign_in(WAITS_FOR, GARAGE)
    guard.expect_delivered()
    guard.page.wait_for_timeout(max(0, ends - time.time()) * 1000 + 3_000)
    judged(server)
    date = datetime.fromtimestamp(ends - 8 * 3600 + 8 * 3600, UTC).date().isoformat()
    guard.page.get_by_role("link", name="我的考勤").click()
    main = in_main(guard)
    expect(main).to_contain_text(re.compile(rf"1 天在等 .*{GARAGE}.*（数据到 .+）"), timeout=60_000)
    guard.context.set_offline(True)
    guard.open(f"/month/day/{date}")
    expect(main).to_contain_text(re.compile(rf"在等 .*{GARAGE}.* 的数据"))
    expect(main).to_contain_text("先不下结论")
    for word in ("旷工", "缺卡", "待确认"):
        expect(main.get_by_text(word)).to_have_count(0)


def test_a_clerk_reads_the_month_of_a_team_on_a_tablet(tablet: Devices, server: Server) -> None:
    _, name = late_guard(server)
    judged(server)
    clerk = tablet("clerk")
    clerk.sign_in(CLERK, EAST)
    clerk.page.get_by_role("link", name="考勤表").click()
    expect(clerk.page.get_by_role("heading", name="考勤表")).to_be_visible()
    tick(clerk.page.get_by_role("radio", name="日班组"))
    clerk.open(clerk.page.url.removeprefix(clerk.address).replace(_this_month(), yesterday()[:7]))
    row = clerk.page.get_by_role("row").filter(has=clerk.page.get_by_role("rowheader", name=name))
    expect(row).to_contain_text("△")
    row.get_by_role("button", name="迟到").first.click()
    dialog = clerk.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"迟到 {LATE} 分钟")
    expect(dialog).to_contain_text("R-ATT-06")
    dialog.get_by_role("button", name="关闭").click()
    with clerk.page.expect_download() as download:
        clerk.page.get_by_role("button", name="导出 Excel").click()
    assert download.value.path().read_bytes()[:2] == b"PK"
    # With no network it says so, and goes on showing what it was given.
    clerk.context.set_offline(True)
    clerk.page.get_by_role("button", name="重新取").click()
    expect(row).to_contain_text("△")
    expect(in_main(clerk)).to_contain_text("服务器")


def _this_month() -> str:
    return (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()[:7]


@pytest.mark.parametrize("device", ["phone", "tablet"])
def test_a_confirmed_lateness_whose_cause_goes_is_to_be_reversed(
    device: str, phone: Devices, tablet: Devices, server: Server
) -> None:
    _, name = late_guard(server)
    office = Office(server)
    judged(server)
    boss = (phone if device == "phone" else tablet)("boss")
    boss.sign_in(BOSS)
    boss.expect_delivered()
    boss.open(f"/attendance/of/{yesterday()[:7]}")
    tick(boss.page.get_by_role("radio", name=re.compile("待确认")))
    card = boss.page.get_by_role("article").filter(has_text=name).filter(has_text="迟到")
    expect(card).to_contain_text(f"迟到 {LATE} 分钟")
    card.get_by_role("button", name="确认", exact=True).click()
    expect(boss.tip).to_contain_text("已记下：确认")
    boss.expect_delivered()
    judged(server)
    # What is confirmed is no more among what is to be looked at.
    expect(card.get_by_role("button", name="确认", exact=True)).to_have_count(0)
    boss.page.get_by_text(re.compile("已经看过的")).click()
    expect(card).to_contain_text("已确认")
    # The team's grace is longer from that day on: nothing was late.
    team = office.id_of("team", "日班组")
    grace = {"team": team, "key": "late.grace_min", "value": "20", "since": yesterday(), "reason": "车棚施工"}
    office.act("override.make", grace)
    office.push()
    judged(server)
    expect(card).to_contain_text("应撤销")
    expect(card).to_contain_text("不再成立")
    card.get_by_role("button", name="撤销").click()
    dialog = boss.page.get_by_role("dialog")
    tick(dialog.get_by_role("radio", name="数据后来到齐"))
    dialog.get_by_role("button", name="撤销").click()
    expect(boss.tip).to_contain_text("已记下：撤销")
    boss.expect_delivered()
    boss.page.get_by_text(re.compile("已经看过的")).click()
    expect(card).to_contain_text("已撤销")
