"""A shift swap from the request to the roster, and who learns what when two cross."""

import json
import time

import pytest
from e2e.conftest import Devices
from e2e.office import Office
from e2e.outage import KINDS, outage
from e2e.phone import EAST, Phone, tick
from e2e.server import Server
from playwright.sync_api import Locator, expect

ASKER, TAKER, OTHER = "8801", "8802", "8803"
NAMES = {ASKER: "洪一鸣", TAKER: "卓文远", OTHER: "柏青山"}
BOSS = "1201"


class Crew:
    """Three guards of a team with a shift each, from the day after tomorrow; their phones when asked for."""

    def __init__(self, server: Server, phone: Devices) -> None:
        self.server, self._phone = server, phone
        self.office = Office(server)
        self.shifts = self.office.hire(NAMES, EAST, start=50)

    def phone(self, staff_no: str) -> Phone:
        device = self._phone(staff_no)
        device.sign_in(staff_no, EAST if staff_no in NAMES else None)
        device.expect_delivered()
        return device

    def holder(self, staff_no: str) -> str:
        """Who has the shift that was this person's: the name on the server."""
        ((person,),) = self.server.rows("SELECT person FROM shift WHERE id = ?", self.shifts[staff_no])
        ((name,),) = self.server.rows("SELECT name FROM person WHERE id = ?", person)
        return str(name)

    def swap(self) -> dict[str, object]:
        """The one swap that these people made."""
        found = [
            json.loads(body)
            for (body,) in self.server.rows("SELECT body FROM entity WHERE kind = 'swap'")
            if json.loads(body)["f"]["give"] in self.shifts.values()
        ]
        assert len(found) == 1
        return dict(found[0]["f"])


@pytest.fixture
def crew(server: Server, phone: Devices) -> Crew:
    return Crew(server, phone)


def ask(device: Phone, *names: str) -> None:
    """Give away one's shift: to colleagues by name, or to whoever of the team takes it."""
    device.page.get_by_role("navigation", name="主导航").get_by_role("link", name="首页").click()
    device.page.get_by_role("link", name="我的班次").click()
    device.page.get_by_role("list", name="我的班次").get_by_role("link", name="换班").first.click()
    tick(device.page.get_by_role("radio", name="让出"))
    for name in names or ("全组都问",):
        tick(device.page.get_by_role("checkbox", name=name))
    device.page.get_by_role("button", name="发出申请").click()
    expect(device.tip).to_contain_text("已记下，联网后发给对方")


def receive_roster(server: Server, device: Phone) -> None:
    """See one's shifts once while there is a network: the device says so, and has nothing of that to send later."""
    device.page.get_by_role("link", name="我的班次").click()
    until = time.monotonic() + 20
    while not server.rows("SELECT 1 FROM op WHERE kind = 'roster.receive'"):
        assert time.monotonic() < until, "the roster was not received"
        device.page.wait_for_timeout(50)
    device.expect_delivered()


def card(device: Phone, text: str) -> Locator:
    """The card of a swap in the list of what waits."""
    return device.page.get_by_role("article").filter(has_text=text)


def open_waiting(device: Phone) -> None:
    device.page.evaluate("() => { history.pushState({}, '', '/swaps'); dispatchEvent(new PopStateEvent('popstate')); }")
    expect(device.page.get_by_role("heading", name="待我处理")).to_be_visible()


def answer(device: Phone, text: str, button: str) -> None:
    open_waiting(device)
    card(device, text).get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("kind", KINDS)
def test_a_swap_goes_its_way_through_three_outages(crew: Crew, server: Server, kind: str) -> None:
    """Each of the three acts without a network; the roster changes once, for everybody."""
    asker, taker, boss = crew.phone(ASKER), crew.phone(TAKER), crew.phone(BOSS)
    phones = (asker, taker, boss)
    receive_roster(server, asker)
    with outage(kind, server, *phones):
        ask(asker, NAMES[TAKER])
        asker.expect_waiting(1)
    asker.expect_delivered(timeout=60_000)
    open_waiting(taker)
    expect(card(taker, NAMES[ASKER])).to_be_visible(timeout=60_000)
    with outage(kind, server, *phones):
        answer(taker, NAMES[ASKER], "我来接")
        expect(taker.page.get_by_text("已发出认领，还不算你的").first).to_be_visible()
        taker.expect_waiting(1)
        assert crew.holder(ASKER) == NAMES[ASKER]
    taker.expect_delivered(timeout=60_000)
    open_waiting(boss)
    expect(card(boss, NAMES[ASKER])).to_be_visible(timeout=60_000)
    with outage(kind, server, *phones):
        answer(boss, NAMES[ASKER], "同意")
        boss.expect_waiting(1)
        assert crew.swap()["state"] == "accepted"
    boss.expect_delivered(timeout=60_000)
    assert crew.swap()["state"] == "approved"
    assert crew.holder(ASKER) == NAMES[TAKER]
    asker.way("收件箱")
    expect(asker.page.get_by_text("已换成").first).to_be_visible(timeout=60_000)


def test_approving_takes_two_taps_from_the_first_screen(crew: Crew) -> None:
    asker, taker, boss = crew.phone(ASKER), crew.phone(TAKER), crew.phone(BOSS)
    ask(asker, NAMES[TAKER])
    asker.expect_delivered()
    open_waiting(taker)
    answer(taker, NAMES[ASKER], "我来接")
    taker.expect_delivered()
    waiting = boss.page.get_by_role("navigation", name="主导航").get_by_role("link", name="待办")
    expect(waiting).to_contain_text("2")
    waiting.click()
    card(boss, NAMES[ASKER]).get_by_role("button", name="同意", exact=True).click()
    boss.expect_delivered()
    assert crew.holder(ASKER) == NAMES[TAKER]


@pytest.mark.trap("T13")
def test_of_two_who_accept_offline_the_later_is_told_who_was_first(crew: Crew) -> None:
    asker, taker, other = crew.phone(ASKER), crew.phone(TAKER), crew.phone(OTHER)
    ask(asker)
    asker.expect_delivered()
    for device in (taker, other):
        open_waiting(device)
        expect(card(device, NAMES[ASKER])).to_be_visible()
        device.context.set_offline(True)
        answer(device, NAMES[ASKER], "我来接")
    other.context.set_offline(False)
    other.expect_delivered()
    taker.context.set_offline(False)
    taker.expect_delivered()
    assert (
        crew.swap()["accepted_by"] == crew.office.server.rows("SELECT id FROM person WHERE staff_no = ?", OTHER)[0][0]
    )
    taker.way("收件箱")
    notice = taker.page.get_by_role("article").filter(has_text="这个班没有接成")
    expect(notice).to_contain_text(NAMES[OTHER])
    expect(notice).to_contain_text("已接下")
    notice.get_by_role("button", name="知道了").click()
    expect(notice).to_have_count(0)
    taker.expect_delivered()


@pytest.mark.trap("T14")
def test_a_withdrawal_that_comes_after_the_approval_is_told_by_whom_and_when(crew: Crew) -> None:
    asker, taker, boss = crew.phone(ASKER), crew.phone(TAKER), crew.phone(BOSS)
    ask(asker, NAMES[TAKER])
    asker.expect_delivered()
    answer(taker, NAMES[ASKER], "我来接")
    taker.expect_delivered()
    asker.context.set_offline(True)
    asker.page.get_by_role("button", name="撤回申请").click()
    asker.expect_waiting(1)
    answer(boss, NAMES[ASKER], "同意")
    boss.expect_delivered()
    asker.context.set_offline(False)
    asker.expect_delivered()
    assert crew.swap()["state"] == "approved"
    assert crew.holder(ASKER) == NAMES[TAKER]
    asker.way("收件箱")
    notice = asker.page.get_by_role("article").filter(has_text="撤回没有生效")
    expect(notice).to_contain_text("陆建平")
    expect(notice).to_contain_text("已同意")


@pytest.mark.trap("T14")
def test_two_supervisors_who_decide_differently_and_the_second_learns_of_it(crew: Crew) -> None:
    """A deputy rejects offline what the supervisor approves meanwhile: the first to arrive stands."""
    now = 3_600_000 * (int(time.time()) // 3600)
    people = dict(crew.server.rows("SELECT staff_no, id FROM person"))
    spell = {"since": now - 3_600_000, "until": now + 48 * 3_600_000}
    crew.office.act("deputy.name", {"absent": people[BOSS], "deputy": people["1203"], **spell})
    crew.office.push()
    asker, taker, boss, deputy = (crew.phone(one) for one in (ASKER, TAKER, BOSS, "1203"))
    ask(asker, NAMES[TAKER])
    asker.expect_delivered()
    answer(taker, NAMES[ASKER], "我来接")
    taker.expect_delivered()
    open_waiting(deputy)
    expect(card(deputy, NAMES[ASKER])).to_be_visible()
    deputy.context.set_offline(True)
    answer(deputy, NAMES[ASKER], "驳回")
    tick(deputy.page.get_by_role("dialog").get_by_role("radio", name="当天人手紧"))
    deputy.page.get_by_role("dialog").get_by_role("button", name="驳回").click()
    deputy.expect_waiting(1)
    answer(boss, NAMES[ASKER], "同意")
    boss.expect_delivered()
    deputy.context.set_offline(False)
    deputy.expect_delivered()
    assert crew.swap()["state"] == "approved"
    deputy.way("收件箱")
    notice = deputy.page.get_by_role("article").filter(has_text="驳回没有生效")
    expect(notice).to_contain_text("陆建平")


def test_the_requester_comes_back_to_a_matter_long_settled(crew: Crew) -> None:
    """His phone was off while all of it happened: the roster is right, and the inbox says who did what."""
    asker, taker, boss = crew.phone(ASKER), crew.phone(TAKER), crew.phone(BOSS)
    ask(asker, NAMES[TAKER])
    asker.expect_delivered()
    asker.context.set_offline(True)
    answer(taker, NAMES[ASKER], "我来接")
    taker.expect_delivered()
    answer(boss, NAMES[ASKER], "同意")
    boss.expect_delivered()
    expect(asker.page.get_by_text(f"等{NAMES[TAKER]}答复").first).to_be_visible()
    asker.context.set_offline(False)
    asker.sync_now()
    asker.expect_delivered()
    inbox = asker.page.get_by_role("navigation", name="主导航").get_by_role("link", name="收件箱")
    expect(inbox).to_contain_text("1")
    inbox.click()
    expect(asker.page.get_by_text("已换成").first).to_be_visible()
    expect(inbox).not_to_contain_text("1")
    asker.page.get_by_role("main").get_by_role("link").filter(has_text="已换成").first.click()
    asker.page.get_by_role("button", name="查看完整经过").click()
    course = asker.page.get_by_role("region", name="完整经过")
    for words in ("申请换班", "接受换班", "同意换班", "陆建平", "来自"):
        expect(course).to_contain_text(words)
    asker.way("首页")
    asker.page.get_by_role("link", name="我的班次").click()
    expect(asker.page.get_by_text("近两周没有您的班")).to_be_visible()
