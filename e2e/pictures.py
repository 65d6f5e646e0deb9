"""Pictures of the app for people: `make pictures` renews docs/pictures, and puts every screen into a folder to look at.

The demo is loaded afresh, so visits are minutes old; the texts are the demo's, so pictures differ a little each time.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from e2e.phone import EAST, WEST, Phone, in_memory
from e2e.screens import STAFF_NO, TOURS, boss_waiting
from e2e.server import Server
from playwright.sync_api import Browser, expect, sync_playwright

from browser import system_browser
from gatehouse.demo.load import load_demo
from gatehouse.settings import load

DOCS = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LOOK = "localStorage.setItem('gatehouse.look', '{look}')"
LARGEST = 150_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        asyncio.run(load_demo(load({"GATEHOUSE_DATA": str(data)}), days=7))
        server = Server(data)
        server.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=system_browser(), args=["--no-sandbox"])
                for_the_readme(browser, server)
                every_screen(browser, server, Path(tempfile.mkdtemp(prefix="gatehouse-screens-")))
                browser.close()
        finally:
            server.kill()


def for_the_readme(browser: Browser, server: Server) -> None:
    """Six pictures, in the order of the README."""
    DOCS.mkdir(exist_ok=True)

    def shoot(
        name: str, look: str, staff_no: str, post: str | None, go: Callable[[Phone], None], *, tablet: bool = False
    ) -> None:
        device = opened(browser, server, look, tablet=tablet)
        device.sign_in(staff_no, post)
        device.expect_delivered()
        go(device)
        target = DOCS / f"{name}.png"
        device.page.screenshot(path=target)
        device.close()
        assert target.stat().st_size <= LARGEST, f"{target.name} is larger than {LARGEST} bytes"

    shoot(
        "home-phone-dark",
        "dark",
        "3001",
        EAST,
        lambda device: expect(device.page.get_by_role("list").first).to_be_visible(),
    )
    shoot("inside-phone-light", "light", "3001", EAST, Phone.list_inside)
    shoot("conflict-phone-light", "light", STAFF_NO, WEST, conflict)
    shoot("inside-tablet-light", "light", "3001", EAST, lambda device: device.visit("温以宁"), tablet=True)
    shoot("swap-phone-light", "light", "1201", None, boss_waiting)
    shoot("post-tablet-dark", "dark", "1001", None, post_tablet, tablet=True)


def post_tablet(device: Phone) -> None:
    device.way("我的")
    device.page.get_by_role("button", name="设为岗位共用平板").click()
    for screen in TOURS["tablet"][1:4]:
        screen(device)


def conflict(device: Phone) -> None:
    device.way("收件箱")
    expect(device.page.get_by_role("article")).to_be_visible()


def every_screen(browser: Browser, server: Server, folder: Path) -> None:
    for tour, screens in TOURS.items():
        for tablet in (False, True):
            for look in ("dark", "light"):
                device = opened(browser, server, look, tablet=tablet)
                for number, screen in enumerate(screens):
                    screen(device)
                    kind = "tablet" if tablet else "phone"
                    name = f"{kind}-{look}-{tour}-{number:02}-{screen.__name__}.png"
                    device.page.screenshot(path=folder / name)
                if tour == "gate":
                    device.context.set_offline(False)
                    device.sync_now()
                    device.expect_delivered()
                    put_back(device)
                device.close()
    print(f"Every screen: {folder}")  # noqa: T201  # told to whoever ran it


def put_back(device: Phone) -> None:
    """The next round lets the same visitor out."""
    device.page.get_by_role("button", name="点错了").click()
    expect(device.tip).to_contain_text("已重新记为在场")
    device.expect_delivered()


def opened(browser: Browser, server: Server, look: str, *, tablet: bool) -> Phone:
    device = in_memory(browser, server.address, tablet)
    device.context.add_init_script(LOOK.format(look=look))
    return device


if __name__ == "__main__":
    main()
