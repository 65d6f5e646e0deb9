"""A guard's phone or a tablet: a browser with a profile of its own, worked by what stands on its screen."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Locator, Page, expect

PASSWORD = "gatehouse-demo"
EAST, WEST, GARAGE = "东门岗", "西门岗", "地库岗"
PHONE = {"width": 360, "height": 740}
TABLET = {"width": 1024, "height": 768}
# Said by browsers about an outage; the app itself says nothing there.
NETWORK = re.compile(r"net::ERR_|Failed to load resource|WebSocket connection to")


def tick(choice: Locator) -> None:
    """Choose a radio button or tick a box as a finger does: on its label, once that has stopped moving."""
    if not choice.is_checked():
        choice.locator("xpath=ancestor::label[1]").click()
        expect(choice).to_be_checked()


class Phone:
    """One device. With `profile` its storage is on disk and survives `crash`; without, it lives in memory."""

    def __init__(self, launch: Callable[[], BrowserContext], profile: Path | None, address: str) -> None:
        self.address = address
        self.profile = profile
        self._launch = launch
        self.complaints: list[str] = []
        """What the page complained about on its console: a journey ends with none."""
        self.start()

    def start(self) -> None:
        """Open the browser, with the page of before when it has one."""
        self.context = self._launch()
        self.context.set_default_timeout(15_000)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self._listen(self.page)

    def _listen(self, page: Page) -> None:
        def heard(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not NETWORK.search(message.text):
                self.complaints.append(message.text)

        page.on("console", heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)

    def tab(self, path: str = "/") -> Page:
        """Another tab of the same browser."""
        page = self.context.new_page()
        self._listen(page)
        page.goto(self.address + path)
        return page

    def crash(self) -> None:
        """Kill every process of this profile at once, as a dead battery does, and start the browser again."""
        found = list(self.processes())
        assert found, "the browser does not run"
        for process in found:
            os.kill(process, signal.SIGKILL)
        self.start()

    def processes(self) -> Iterator[int]:
        """Ids of the browser's processes: those that name this profile, and their children."""
        wanted = {f"--user-data-dir={self.profile}"}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = folder.joinpath("cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if wanted & set(words):
                yield int(folder.name)

    def close(self) -> None:
        self.context.close()

    # What a guard does.

    def sign_in(self, staff_no: str, post: str | None = None) -> None:
        """Through the page, up to the home screen of the post."""
        if not self.page.url.startswith(self.address):
            self.open()
        self.page.get_by_label("工号或手机号").fill(staff_no)
        self.page.get_by_label("密码", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="登录", exact=True).click()
        if post:
            self.page.get_by_role("button", name=post).click()
            expect(self.page.get_by_role("heading", name=post)).to_be_visible()

    def way(self, name: str) -> None:
        """By the bar at the edge."""
        self.page.get_by_role("navigation", name="主导航").get_by_role("link", name=name).click()

    def field(self, name: str) -> Locator:
        return self.page.get_by_label(name, exact=True)

    def log(self, category: str = "快递", **texts: str) -> None:
        """Log an arrival; texts are by label in pinyin-free keys: name, unit, phone."""
        self.way("登记")
        self.fill(category, **texts)
        self.page.get_by_role("button", name="记下", exact=True).click()
        expect(self.tip).to_contain_text("已记下")
        # Of this one: the line of the one before may still stand there.
        expect(self.tip).to_contain_text(texts.get("unit") or texts.get("name") or category)

    def fill(self, category: str | None = None, **texts: str) -> None:
        if category:
            tick(self.page.get_by_role("radio", name=category, exact=True))
        for name, text in texts.items():
            self.field(LABELS[name]).fill(text)

    def list_inside(self) -> None:
        self.way("在场")
        expect(self.page.get_by_role("heading", name="在场名单")).to_be_visible()

    def row(self, text: str) -> Locator:
        """The visitor's line in a list."""
        return self.page.get_by_role("listitem").filter(has=self.page.get_by_role("link")).filter(has_text=text)

    def visit(self, text: str) -> None:
        """Open the visitor's record from the list of those inside."""
        self.list_inside()
        self.row(text).get_by_role("link").click()
        expect(self.page.get_by_role("heading", name="来访详情")).to_be_visible()

    def amend(self, text: str, category: str | None = None, **texts: str) -> None:
        self.visit(text)
        self.page.get_by_role("button", name="修改", exact=True).click()
        self.fill(category, **texts)
        self.page.get_by_role("button", name="保存修改").click()
        expect(self.tip).to_contain_text("已记下修改")

    def leave(self, text: str) -> None:
        """Out, by the button in the list."""
        self.list_inside()
        self.row(text).get_by_role("button", name=f"{text} 离场").click()
        expect(self.tip).to_contain_text(f"{text} 已离场")

    def sync_now(self) -> None:
        """The button for the impatient: short outages are over before the next try by itself."""
        self.chip.get_by_role("button").click()
        sheet = self.page.get_by_role("dialog", name="同步与本机")
        sheet.get_by_role("button", name="立即同步").click()
        sheet.get_by_role("button", name="关闭").click()

    def sign_out(self) -> None:
        self.way("我的")
        self.page.get_by_role("button", name="换人").click()
        self.page.get_by_role("dialog").get_by_role("button", name="退出登录").click()
        expect(self.page.get_by_role("button", name="登录", exact=True)).to_be_visible()

    def sign_out_shared(self) -> None:
        """Leave a post's tablet to the next one: its own screen comes back."""
        self.way("我的")
        self.page.get_by_role("button", name="换人").click()
        self.page.get_by_role("dialog").get_by_role("button", name="退出登录").click()
        expect(self.page.get_by_role("heading", name="点您的姓")).to_be_visible()

    # What stands on its screen.

    @property
    def tip(self) -> Locator:
        return self.page.get_by_role("status", name="操作提示")

    @property
    def chip(self) -> Locator:
        return self.page.get_by_role("status", name="同步状态")

    def expect_waiting(self, number: int) -> None:
        expect(self.chip).to_contain_text(f"{number} 条待传")

    def expect_delivered(self, timeout: float = 20_000) -> None:
        """Every act on this device's disk has its decision, and the line says so."""
        until = time.monotonic() + timeout / 1000
        while any("open" in op for op in self.stored("ops")["gatehouse"]["ops"]):
            assert time.monotonic() < until, "acts are still here that were not delivered"
            self.page.wait_for_timeout(50)
        expect(self.chip).to_contain_text("在线", timeout=timeout)
        expect(self.chip).not_to_contain_text("待传", timeout=timeout)

    def fact(self, name: str) -> Locator:
        """A field of the record that is open."""
        term = self.page.get_by_role("term").filter(has_text=re.compile(f"^{name}$"))
        return self.page.get_by_label("登记内容").locator("div").filter(has=term).get_by_role("definition")

    def expect_draft(self, text: str) -> None:
        """What is typed is written within a moment of rest; this waits for that moment to be over."""
        until = time.monotonic() + 10
        while text not in self.drafts():
            assert time.monotonic() < until, f"no draft holds {text}"
            self.page.wait_for_timeout(20)

    def expect_no_draft(self, text: str) -> None:
        """What was recorded is no draft any more, on disk too."""
        until = time.monotonic() + 10
        while text in self.drafts():
            assert time.monotonic() < until, f"a draft still holds {text}"
            self.page.wait_for_timeout(20)

    def stored(self, *stores: str) -> dict[str, Any]:
        """What is in the browser's databases, all of it or some stores: {database: {store: rows}}."""
        return dict(self.page.evaluate(STORED, list(stores)))

    def drafts(self) -> str:
        """What is typed and not yet recorded, as it stands on disk."""
        return json.dumps([one.get("drafts", []) for one in self.stored("drafts").values()], ensure_ascii=False)


LABELS = {"name": "姓名", "unit": "房号", "phone": "电话", "host": "被访人", "purpose": "事由"}
STORED = """async (only) => {
  const found = {};
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done, fail) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
    found[name] = {};
    for (const store of database.objectStoreNames) {
      if (only.length > 0 && !only.includes(store)) continue;
      const rows = await new Promise((done, fail) => {
        const asked = database.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
      });
      found[name][store] = rows.map((row) => (row && row.key instanceof CryptoKey ? { ...row, key: null } : row));
    }
    database.close();
  }
  return found;
}"""


def settings(tablet: bool) -> dict[str, Any]:
    """What kind of device it is. The clock's zone is the estate's, so that times on screen are predictable."""
    size = TABLET if tablet else PHONE
    return {
        "viewport": size,
        "screen": size,
        "has_touch": True,
        "is_mobile": not tablet,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
    }


def on_disk(kind: BrowserType, launch: dict[str, Any], profile: Path, address: str, tablet: bool) -> Phone:
    """A device whose storage is on disk."""
    return Phone(lambda: kind.launch_persistent_context(profile, **launch, **settings(tablet)), profile, address)


def in_memory(browser: Browser, address: str, tablet: bool) -> Phone:
    """A device for journeys without a restart: quicker to start, and its transactions cost no disk."""
    return Phone(lambda: browser.new_context(**settings(tablet)), None, address)
