"""A fault of our own in one screen leaves the guard the others."""

from e2e.phone import EAST, Phone, settings
from e2e.server import Server
from playwright.sync_api import Browser, expect

PLANTED = "export const InboxList = () => { throw new Error('planted'); };"


def test_a_screen_that_breaks_takes_no_other_with_it(server: Server, browser: Browser) -> None:
    # Without the worker, which rightly refuses a script that is not the one it was built with.
    device = Phone(lambda: browser.new_context(service_workers="block", **settings(tablet=False)), None, server.address)
    device.context.route(
        "**/assets/list-*.js", lambda route: route.fulfill(content_type="text/javascript", body=PLANTED)
    )
    device.sign_in("3001", EAST)
    device.way("收件箱")
    fault = device.page.get_by_role("alert")
    expect(fault).to_contain_text("断网、关机、换人都不会丢")
    expect(fault.get_by_role("button", name="重新打开")).to_be_visible()
    device.log("快递", name="照样登记")
    device.expect_delivered()
    assert any("planted" in complaint for complaint in device.complaints)
    device.close()
