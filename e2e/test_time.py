"""A wrong clock never blocks an act, and never decides what the others see."""

import re
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from e2e.conftest import Devices
from e2e.phone import EAST, WEST
from e2e.server import Server
from playwright.sync_api import expect

# Workers and the server keep real time; only the page's clock is wrong, as a phone's is to its own pages.
SHIFTED = """(() => {
  const Real = Date;
  const shift = %d;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length === 0 ? super(Real.now() + shift) : super(...given); }
    static now() { return Real.now() + shift; }
  };
})();"""
DAY = timedelta(days=1)


@pytest.mark.parametrize("error", [-3 * DAY, 5 * 365 * DAY], ids=["three days slow", "five years fast"])
@pytest.mark.trap("T25")
def test_an_act_under_a_wrong_clock_is_shown_at_its_true_time(phone: Devices, server: Server, error: timedelta) -> None:
    east, west = phone("east"), phone("west")
    east.context.add_init_script(SHIFTED % (error / timedelta(milliseconds=1)))
    east.sign_in("3001", EAST)
    west.sign_in("3004", WEST)
    east.context.set_offline(True)
    before = int(time.time() * 1000)
    east.log("施工", name="钟不准", unit="2-2")
    after = int(time.time() * 1000)
    shown = {datetime.fromtimestamp(ms / 1000, ZoneInfo("Asia/Shanghai")).strftime("%H:%M") for ms in (before, after)}
    east.list_inside()
    assert east.row("钟不准").get_by_role("time").inner_text() in shown
    east.context.set_offline(False)
    east.expect_delivered()
    west.list_inside()
    assert west.row("钟不准").get_by_role("time").inner_text() in shown
    ((arrived, decision),) = server.rows(
        "SELECT v.arrived, o.d FROM op o JOIN visit v ON v.id = o.entity WHERE o.private LIKE '%钟不准%'"
    )
    assert decision == "applied"
    assert before - 1_000 <= arrived <= after + 1_000
    east.chip.get_by_role("button").click()
    # An anchor is as old as its way here was long: a slow clock looks that much better.
    words = r"本机慢 (72 小时|71 小时 59 分)" if error < timedelta(0) else r"本机快 43800 小时"
    expect(east.page.get_by_role("dialog")).to_contain_text(re.compile(words))
