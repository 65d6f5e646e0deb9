"""A new version waits for a tap, and takes nothing from a form or from the outbox."""

from pathlib import Path

import pytest
from e2e.conftest import Devices
from e2e.phone import EAST
from e2e.server import Server
from e2e.site import next_build
from playwright.sync_api import expect

SECOND = "script[src*='-2.js']"
INSTALLED = """async () => {
  const found = await navigator.serviceWorker.getRegistration();
  await found.update();
  for (let tries = 0; !found.waiting; tries += 1) {
    if (tries === 500) throw new Error('the new version was never installed');
    await new Promise((done) => setTimeout(done, 20));
  }
}"""


@pytest.mark.trap("T27")
def test_an_update_applied_offline_keeps_the_form_and_the_outbox(
    phone: Devices, server: Server, dist: Path, tmp_path: Path
) -> None:
    east = phone("east", disk=True)
    east.sign_in("3001", EAST)
    east.expect_delivered()
    server.kill()
    server.start(next_build(dist, tmp_path / "second", 2))
    east.page.evaluate(INSTALLED)
    banner = east.page.get_by_text("新版本已就绪")
    expect(banner).to_be_visible()
    server.kill()
    east.log("快递", name="旧版记的")
    east.way("登记")
    east.fill("施工", name="填到一半", unit="1-1")
    east.expect_draft("1-1")
    # A reload without the tap stays with the version that is in use.
    east.page.reload()
    expect(east.field("姓名")).to_have_value("填到一半")
    expect(east.page.locator(SECOND)).to_have_count(0)
    east.page.get_by_role("button", name="更新", exact=True).click()
    expect(east.page.locator(SECOND)).to_have_count(1)
    expect(east.field("姓名")).to_have_value("填到一半")
    expect(east.field("房号")).to_have_value("1-1")
    expect(east.page.get_by_role("radio", name="施工")).to_be_checked()
    expect(banner).to_have_count(0)
    east.page.get_by_role("button", name="记下", exact=True).click()
    expect(east.tip).to_contain_text("已记下")
    east.expect_waiting(2)
    server.start(tmp_path / "second")
    east.sync_now()
    east.expect_delivered()
    rows = server.rows("SELECT d FROM op WHERE private IN (?, ?)", '{"name":"旧版记的"}', '{"name":"填到一半"}')
    assert rows == [("applied",), ("applied",)]
