"""What was recorded, or typed, outlives the browser's processes, and two tabs are one device."""

import shutil
from pathlib import Path

import pytest
from e2e.conftest import Devices
from e2e.phone import EAST, WEST, tick
from e2e.server import Server
from playwright.sync_api import expect


def whole(server: Server, chain: str) -> int:
    """The number of acts that came in a chain first; with its repeats it has no gap, and its end is what is held."""
    rows = server.rows("SELECT cn, link FROM op WHERE chain = ?", chain)
    repeats = server.rows("SELECT cn, link FROM repeat WHERE chain = ?", chain)
    every = sorted([*rows, *repeats])
    assert [n for n, _ in every] == list(range(1, len(every) + 1))
    assert server.rows("SELECT n, link FROM chain WHERE id = ?", chain) == [every[-1]]
    return len(rows)


@pytest.mark.trap("T29")
@pytest.mark.path("P3")
def test_a_dead_battery_loses_nothing_that_was_recorded(phone: Devices, server: Server) -> None:
    """Killed right after the line that says so, with the server gone; started without any network."""
    east = phone("east", disk=True)
    east.sign_in("3001", EAST)
    east.expect_delivered()
    server.kill()
    east.log("施工", name="没电之前", unit="7-701")
    east.crash()
    east.open()
    east.expect_waiting(1)
    east.visit("没电之前")
    expect(east.fact("房号")).to_contain_text("7-701")
    east.log("快递", name="没网之后")
    server.start()
    east.sync_now()
    east.expect_delivered()
    west = phone("west")
    west.sign_in("3004", WEST)
    west.list_inside()
    expect(west.row("没电之前")).to_be_visible()
    expect(west.row("没网之后")).to_be_visible()


def test_a_half_typed_form_is_there_again(phone: Devices, server: Server) -> None:
    east = phone("east", disk=True)
    east.sign_in("3001", EAST)
    east.way("登记")
    east.fill("外卖", name="打到一", unit="9-9")
    east.expect_draft("9-9")
    east.crash()
    east.open("/visitors/new")
    expect(east.page.get_by_text("已恢复上次没记完的内容")).to_be_visible()
    expect(east.field("姓名")).to_have_value("打到一")
    expect(east.field("房号")).to_have_value("9-9")
    expect(east.page.get_by_role("radio", name="外卖")).to_be_checked()
    east.page.get_by_role("button", name="记下", exact=True).click()
    expect(east.tip).to_contain_text("已记下")
    east.expect_no_draft("9-9")
    east.page.reload()
    expect(east.field("姓名")).to_have_value("")


BUSY_DISK = """() => new Promise((held) => {
  const opened = indexedDB.open('gatehouse');
  opened.onsuccess = () => {
    const work = opened.result.transaction(['ops'], 'readwrite');
    const until = performance.now() + 3000;
    const again = () => { if (performance.now() < until) work.objectStore('ops').get('x').onsuccess = again; };
    again();
    work.oncomplete = () => opened.result.close();
    held();
  };
})"""
"""Keeps others from writing acts for three seconds, as a slow disk does."""


def test_the_next_visitor_is_typed_while_the_one_before_is_saved(phone: Devices, server: Server) -> None:
    """On a slow phone the form is the next one's before the disk is done with the last."""
    east = phone("east", disk=True)
    east.sign_in("3001", EAST)
    east.way("登记")
    east.fill("外卖", name="先来的", unit="1-101")
    east.page.evaluate(BUSY_DISK)
    east.page.get_by_role("button", name="记下", exact=True).click()
    east.fill("快递", unit="2-202")
    expect(east.tip).to_contain_text("已记下")
    expect(east.tip).to_contain_text("1-101")
    expect(east.field("房号")).to_have_value("2-202")
    expect(east.field("姓名")).to_have_value("")
    expect(east.page.get_by_role("radio", name="快递")).to_be_checked()
    east.expect_draft("2-202")
    east.page.get_by_role("button", name="记下", exact=True).click()
    expect(east.tip).to_contain_text("2-202")
    east.expect_delivered()
    (one, other) = server.rows("SELECT private FROM op WHERE kind = 'visit.arrive' ORDER BY n DESC LIMIT 2")
    assert one == (None,)
    assert other == ('{"name":"先来的"}',)


@pytest.mark.trap("T31")
@pytest.mark.path("P3")
def test_two_tabs_of_one_phone_act_at_once(phone: Devices, server: Server) -> None:
    """Forty entries through both forms: each arrives once, and the chain has neither gap nor fork."""
    east = phone("east", disk=True)
    east.sign_in("3001", EAST)
    east.expect_delivered()
    tabs = [east.tab("/visitors/new"), east.tab("/visitors/new")]
    for tab in tabs:
        expect(tab.get_by_role("button", name="记下", exact=True)).to_be_visible()
    for number in range(20):
        for which, tab in enumerate(tabs):
            tick(tab.get_by_role("radio", name="快递"))
            tab.get_by_label("姓名").fill(f"第{which}-{number:02}位")
        for tab in tabs:
            tab.get_by_role("button", name="记下", exact=True).click(no_wait_after=True)
        for tab in tabs:
            expect(tab.get_by_label("姓名")).to_have_value("")
    east.expect_delivered()
    ((device,),) = server.rows("SELECT device FROM op WHERE kind = 'visit.arrive' ORDER BY n DESC LIMIT 1")
    rows = server.rows("SELECT private, d FROM op WHERE device = ? AND kind = 'visit.arrive'", device)
    wanted = {f"第{which}-{number:02}位" for which in range(2) for number in range(20)}
    assert sorted(private for private, _ in rows) == sorted(f'{{"name":"{name}"}}' for name in wanted)
    assert {decision for _, decision in rows} == {"applied"}
    chains = server.rows("SELECT id FROM chain WHERE device = ?", device)
    assert len(chains) == 1
    assert whole(server, chains[0][0]) == 40


@pytest.mark.path("P8")
def test_a_copied_profile_and_its_original_both_deliver(phone: Devices, server: Server, tmp_path: Path) -> None:
    """A restored or cloned phone forks the chain: whoever comes second continues in a new one, and nothing is lost."""
    first = phone("first", disk=True)
    first.sign_in("3001", EAST)
    first.log("快递", name="复制之前")
    first.expect_delivered()
    first.close()
    shutil.copytree(tmp_path / "profile-first", tmp_path / "copy", ignore=shutil.ignore_patterns("Singleton*"))
    first.start()
    first.open()
    second = phone("second", profile=tmp_path / "copy")
    second.open()
    first.log("快递", name="原机记的")
    first.expect_delivered()
    second.log("快递", name="副本记的")
    second.expect_delivered()
    first.log("快递", name="原机又记")
    first.expect_delivered()
    for device in (first, second):
        device.list_inside()
        for name in ("复制之前", "原机记的", "副本记的", "原机又记"):
            expect(device.row(name)).to_have_count(1)
    chains = server.rows(
        "SELECT id, follows FROM chain WHERE device = (SELECT device FROM op WHERE private = ?)", '{"name":"原机记的"}'
    )
    assert len(chains) >= 2
    assert (
        sum(whole(server, chain) for chain, _ in chains if server.rows("SELECT 1 FROM op WHERE chain = ?", chain)) == 4
    )
