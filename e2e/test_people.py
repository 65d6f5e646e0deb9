"""One phone, two people: neither sees the other's, and nobody's acts are lost or borrowed."""

import json

import pytest
from e2e.conftest import Devices
from e2e.phone import EAST
from e2e.server import Server
from playwright.sync_api import expect


@pytest.mark.trap("T11", "T23")
def test_acts_of_the_one_who_left_are_sent_as_hers_and_stay_out_of_sight(phone: Devices, server: Server) -> None:
    east = phone("east")
    east.sign_in("3001", EAST)
    east.page.get_by_role("button", name="换岗位").click()
    east.page.get_by_role("button", name=EAST).click()
    east.expect_delivered()
    server.freeze()
    east.log("亲友", name="王保密", phone="13912345678", unit="6-606")
    east.expect_waiting(1)
    east.sign_out()
    expect(east.page.get_by_text("2 条待传")).to_be_visible()
    server.thaw()
    expect(east.page.get_by_text("待传")).to_have_count(0)
    expect(east.page.get_by_role("radio", name="赵大勇")).to_be_visible()
    # A colleague of the other property: what the first one saw is not hers to see.
    east.sign_in("3013", "货运门岗")
    east.list_inside()
    expect(east.row("王保密")).to_have_count(0)
    stored = east.stored()
    ((first,),) = server.rows("SELECT id FROM person WHERE staff_no = '3001'")
    ((second,),) = server.rows("SELECT id FROM person WHERE staff_no = '3013'")
    assert {first, second} <= {name.removeprefix("gatehouse-") for name in stored}
    open_to_second = {name: stores for name, stores in stored.items() if name != f"gatehouse-{first}"}
    text = json.dumps(open_to_second, ensure_ascii=False)
    for secret in ("王保密", "13912345678", "6-606"):
        assert secret not in text or secret == "6-606", secret
    assert "赵大勇" in text
    rows = server.rows(
        "SELECT kind, actor, d FROM op WHERE device = (SELECT device FROM op WHERE private LIKE '%王保密%')"
    )
    assert [row for row in rows if row[0] == "visit.arrive"] == [("visit.arrive", first, "applied")]
    assert ("session.end", first, "applied") in rows
    east.sign_out()
    east.sign_in("3001")
    east.list_inside()
    expect(east.row("王保密")).to_be_visible()


def test_a_guard_can_leave_without_a_network(phone: Devices, server: Server) -> None:
    """What is pending stays; signing in is what needs the server, and the page says so."""
    east = phone("east")
    east.sign_in("3001", EAST)
    east.expect_delivered()
    east.context.set_offline(True)
    east.log("快递", name="下班前")
    east.sign_out()
    expect(east.page.get_by_text("登录需要联网。")).to_be_visible()
    east.page.get_by_label("工号或手机号").fill("3002")
    east.page.get_by_label("密码", exact=True).fill("gatehouse-demo")
    east.page.get_by_role("button", name="登录", exact=True).click()
    expect(east.page.get_by_role("alert")).to_contain_text("连不上服务器")
    east.context.set_offline(False)
    expect(east.page.get_by_text("待传")).to_have_count(0)
    ((decision,),) = server.rows("SELECT d FROM op WHERE private LIKE '%下班前%'")
    assert decision == "applied"


@pytest.mark.trap("T23")
def test_fifty_acts_wait_while_somebody_else_takes_over(phone: Devices, server: Server) -> None:
    """Her network lets sign-ins through and no pushes: what he did stays his, unseen, and arrives once."""
    east = phone("east")
    east.sign_in("3001", EAST)
    east.expect_delivered()
    east.context.route("**/api/sync/push", lambda route: route.abort())
    for i in range(49):
        east.log("快递", name=f"五十之{i:02}")
    east.page.get_by_role("navigation", name="主导航").get_by_role("link", name="首页").click()
    east.page.get_by_role("link", name="打卡").click()
    east.page.locator(".punch").click()
    dialog = east.page.get_by_role("dialog", name="确认一下")
    expect(dialog.or_(east.tip.get_by_text("班"))).to_be_visible()
    if dialog.is_visible():
        dialog.get_by_role("button", name="记下").click()
    east.expect_waiting(50)
    east.sign_out()
    east.sign_in("3002", EAST)
    east.list_inside()
    expect(east.page.get_by_text("五十之")).to_have_count(0)
    east.chip.get_by_role("button").click()
    expect(east.page.get_by_role("dialog")).to_contain_text("都已送达，没有要处理的。")
    east.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    east.context.unroute("**/api/sync/push")
    east.sync_now()
    east.expect_delivered(timeout=60_000)
    ((first,),) = server.rows("SELECT id FROM person WHERE staff_no = '3001'")
    assert server.rows(
        "SELECT count(*), count(DISTINCT entity), min(actor), max(actor), min(d) FROM op WHERE private LIKE '%五十之%'"
    ) == [(49, 49, first, first, "applied")]
    east.list_inside()
    expect(east.row("五十之48")).to_be_visible()
