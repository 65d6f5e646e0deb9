"""The main job, with the network, without it, and when it comes back."""

import pytest
from e2e.conftest import Devices
from e2e.outage import KINDS, outage
from e2e.phone import EAST, WEST, Phone
from e2e.server import Server
from playwright.sync_api import expect


@pytest.fixture
def east(phone: Devices) -> Phone:
    east = phone("east")
    east.sign_in("3001", EAST)
    return east


@pytest.fixture
def west(phone: Devices) -> Phone:
    west = phone("west")
    west.sign_in("3004", WEST)
    return west


@pytest.mark.parametrize("kind", KINDS)
def test_two_gates_work_on_through_an_outage(east: Phone, west: Phone, server: Server, kind: str) -> None:
    """Log in, amend and log out; what each gate changed alone is kept."""
    east.log("施工", name="唐工", unit="3-101")
    east.log("快递", name="小顾", unit="5-202")
    west.list_inside()
    expect(west.row("唐工")).to_be_visible()
    expect(west.row("小顾")).to_be_visible()
    with outage(kind, server, east, west):
        east.amend("唐工", unit="3-102")
        west.amend("唐工", phone="13800138000")
        east.leave("小顾")
        east.log("外卖", name="新来的")
        east.expect_waiting(3)
        west.expect_waiting(1)
        east.list_inside()
        expect(east.row("小顾")).to_have_count(0)
    for gate in (east, west):
        gate.expect_delivered(timeout=60_000)  # by itself: nobody has to press anything
    for gate in (east, west):
        gate.visit("唐工")
        expect(gate.fact("房号")).to_contain_text("3-102")
        expect(gate.fact("电话")).to_contain_text("13800138000")
        gate.list_inside()
        expect(gate.row("小顾")).to_have_count(0)
        expect(gate.row("新来的")).to_be_visible()


@pytest.mark.trap("T17")
def test_of_two_values_the_later_stays_and_its_loser_may_put_his_back(east: Phone, west: Phone, server: Server) -> None:
    east.log("亲友", name="温先生", unit="1-1")
    west.list_inside()
    expect(west.row("温先生")).to_be_visible()
    east.context.set_offline(True)
    west.context.set_offline(True)
    east.amend("温先生", unit="2-201")
    west.amend("温先生", unit="3-301")
    east.context.set_offline(False)
    east.expect_delivered()
    west.context.set_offline(False)
    west.expect_delivered()
    east.way("收件箱")
    card = east.page.get_by_role("article").filter(has_text="温先生")
    expect(card).to_contain_text("两边同时改了这一项")
    field = card.get_by_role("region", name="房号")
    expect(field).to_contain_text("我的2-201")
    expect(field).to_contain_text("李长河")
    expect(field).to_contain_text("3-301")
    west.visit("温先生")
    expect(west.fact("房号")).to_contain_text("3-301")
    card.get_by_role("button", name="留我的").click()
    expect(east.tip).to_contain_text("已处理")
    expect(card).to_have_count(0)
    expect(west.fact("房号")).to_contain_text("2-201")
    expect(west.fact("房号")).to_contain_text("赵大勇")
    east.visit("温先生")
    expect(east.fact("房号")).to_contain_text("2-201")
    west.way("收件箱")
    expect(west.page.get_by_text("没有需要处理的事")).to_be_visible()


def test_an_exit_before_its_entry_is_known_is_joined_to_it(east: Phone, west: Phone) -> None:
    """West lets out somebody whose entry is still on the phone of the east gate."""
    west.context.set_offline(True)
    east.log("亲友", name="早走的", phone="13900000001")
    west.list_inside()
    west.page.get_by_role("link", name="名单里没有的人离场").click()
    west.fill(None, name="早走的", phone="13900000001")
    west.page.get_by_role("button", name="只记离场").click()
    expect(west.tip).to_contain_text("已记下离场")
    west.context.set_offline(False)
    west.expect_delivered()
    east.list_inside()
    east.row("早走的").get_by_role("button", name="可能是同一人").click()
    east.page.get_by_role("dialog", name="是同一人吗？").get_by_role("button", name="是，合并").click()
    expect(east.tip).to_contain_text("已合并")
    expect(east.row("早走的")).to_have_count(0)
    west.list_inside()
    expect(west.row("早走的")).to_have_count(0)


def test_an_exit_recorded_at_both_gates_is_one(east: Phone, west: Phone, server: Server) -> None:
    """The first to arrive stands, and neither guard has anything to repair."""
    east.log("快递", name="只走一次")
    west.list_inside()
    expect(west.row("只走一次")).to_be_visible()
    for gate in (east, west):
        gate.context.set_offline(True)
        gate.leave("只走一次")
    for gate in (east, west):
        gate.context.set_offline(False)
        gate.expect_delivered()
        gate.list_inside()
        expect(gate.row("只走一次")).to_have_count(0)
    ((left,),) = server.rows("SELECT departed_post FROM visit ORDER BY arrived DESC LIMIT 1")
    ((name,),) = server.rows("SELECT name FROM post WHERE id = ?", left)
    assert name == EAST
