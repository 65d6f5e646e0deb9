"""Chromium killed, every process of it at once, while the app records acts; the profile is opened again each time.

The page works the app's own form. What counts as recorded is what the screen said and a process outside the browser
had heard of. A SIGKILL leaves the page cache: it shows that nothing is half done, not what a dead battery takes.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import msgspec
from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright
from tests.bench.estate import LOGIN, PASSWORD
from tests.crash import check
from tests.crash.server import ROOT, Server, folder, sqlite_estate

from gatehouse.web import built_app

sys.path.insert(0, str(ROOT / "tools"))
from browser import system_browser

LIFE = 40
"""Kills of one profile."""
LAP = 5
"""After so many kills the server goes, or comes back: acts are made with and without it."""
DELIVERED_S = 60.0
SCREEN = {"width": 360, "height": 740}

_ACTS = """(prefix) => {
  const of = (label) => {
    const found = [...document.querySelectorAll('label')].find((one) => one.textContent === label);
    return found && (found.control ?? document.getElementById(found.htmlFor));
  };
  const type = (field, text) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const until = (happened) => new Promise((done) => {
    const look = () => { const it = happened(); it ? done(it) : setTimeout(look, 2); };
    look();
  });
  const run = async () => {
    for (let number = 0; ; number += 1) {
      const name = `${prefix}n${number}`;
      const radio = await until(() => of('快递') ?? document.querySelector('input[type=radio]'));
      if (!radio.checked) radio.click();
      type(await until(() => of('姓名')), name);
      await until(() => of('姓名')?.value === name && radio.checked);
      document.querySelector('form button[type=submit]').click();
      const tip = '[role=status][aria-label="操作提示"]';
      await until(() => document.querySelector(tip)?.textContent.includes(name));
      window.heard(name);
      await until(() => of('姓名')?.value === '');
    }
  };
  run().catch((error) => console.error(String(error)));
}"""
_STORED = """async () => {
  const database = await new Promise((done, fail) => {
    const asked = indexedDB.open('gatehouse');
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const rows = await new Promise((done, fail) => {
    const asked = database.transaction('ops').objectStore('ops').getAll();
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  database.close();
  return rows.map((row) => row.private ?? '');
}"""


class Result(msgspec.Struct):
    """What the kills showed."""

    kills: int = 0
    without_server: int = 0
    heard: int = 0
    """Acts the screen said were recorded."""
    unheard: int = 0
    """Acts that are there although nobody had heard so yet: recorded in the very last moment."""
    lost: list[str] = []
    """Not on the device after the kill, or not at the server in the end."""
    doubled: list[str] = []
    corrupt: list[str] = []
    complaints: list[str] = []


def missing() -> str | None:
    """What is not here, or None."""
    if built_app() is None:
        return "The app is not built: run `make build` first."
    with sync_playwright() as playwright:
        if system_browser() or Path(playwright.chromium.executable_path).exists():
            return None
    return "There is no Chromium here: run `make test` once, it fetches one."


def run(kills: int, seed: int, most_s: float = 0.8) -> Result:
    """So many kills, each within ``most_s`` seconds of the page's being ready."""
    result = Result()
    with sync_playwright() as playwright:
        for first in range(0, kills, LIFE):
            with folder() as home:
                _Life(home, playwright, seed + first, result, most_s).run(min(LIFE, kills - first))
    return result


class _Life:
    """One profile and one server's data."""

    def __init__(self, home: Path, playwright: Playwright, seed: int, result: Result, most_s: float) -> None:
        self.profile, self.playwright, self.result, self.most_s = home / "profile", playwright, result, most_s
        self.random = random.Random(seed)
        self.server: Server = sqlite_estate(home)[0]
        self.address = f"http://127.0.0.1:{self.server.port}"
        self.heard: list[str] = []

    def run(self, kills: int) -> None:
        try:
            self._serve()
            self._sign_in()
            for number in range(kills):
                if number and number % LAP == 0:
                    if self.server.process is None:
                        self._serve()
                    else:
                        self.server.kill()
                self._kill(number)
            if self.server.process is None:
                self._serve()
            self._deliver()
            self.server.stop()
            file = self.server.data / "gatehouse.db"
            self.result.corrupt += check.sqlite_whole(file, check.public_key(self.server.data))
        finally:
            self.server.kill()
            self._strike()

    def _serve(self) -> None:
        if not self.server.start():
            raise RuntimeError(self.server.said())

    def _open(self) -> tuple[BrowserContext, Page]:
        context: BrowserContext = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=system_browser() or None,
            args=["--no-sandbox"],  # Chromium's sandbox cannot start as root; the pages are our own
            locale="zh-CN",
            viewport=SCREEN,  # type: ignore[arg-type]  # a typed dict of Playwright's own
        )
        context.set_default_timeout(30_000)
        page = context.pages[0] if context.pages else context.new_page()
        page.on("pageerror", lambda error: self.result.complaints.append(str(error)))
        return context, page

    def _sign_in(self) -> None:
        context, page = self._open()
        page.goto(self.address)
        page.get_by_label("工号或手机号").fill(LOGIN)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.get_by_role("navigation", name="主导航").wait_for()
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        page.goto(f"{self.address}/visitors/new")
        page.get_by_role("button", name="记下", exact=True).wait_for()
        # The worker has the whole app before it is called ready; a farewell leaves the profile as a person would.
        context.close()

    def _kill(self, number: int) -> None:
        """Open, look whether all is there, act, and die."""
        context, page = self._open()
        prefix = f"k{number}"

        def hear(_source: object, name: str) -> None:
            self.heard.append(name)

        page.expose_binding("heard", hear)
        page.goto(f"{self.address}/visitors/new")
        page.get_by_role("button", name="记下", exact=True).wait_for()
        self._look(page)
        page.evaluate(_ACTS, prefix)
        with suppress(Error):
            page.wait_for_timeout(self.random.uniform(0.02, self.most_s) * 1000)
        self._strike()
        self.result.kills += 1
        self.result.without_server += self.server.process is None
        with suppress(Error):  # what it had said before its death is still on its way to us
            page.wait_for_timeout(50)
        with suppress(Error):
            context.close()

    def _look(self, page: Page) -> None:
        """What had been heard is in the outbox, or delivered."""
        here = "\n".join(page.evaluate(_STORED)) + "\n".join(self._delivered())
        gone = [name for name in self.heard if f'"{name}"' not in here]
        self.result.lost += [f"{name} is neither on the device nor at the server" for name in gone]

    def _delivered(self) -> list[str]:
        rows = check.sqlite_rows(
            self.server.data / "gatehouse.db", "SELECT private FROM op WHERE kind = 'visit.arrive' AND private <> ''"
        )
        return [row[0] for row in rows]

    def _strike(self) -> None:
        """SIGKILL to the browser's process group: all of them at once."""
        wanted = f"--user-data-dir={self.profile}"
        groups = set()
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if wanted in entry.joinpath("cmdline").read_bytes().decode(errors="replace").split("\0"):
                    groups.add(os.getpgid(int(entry.name)))
        for group in groups - {os.getpgid(0)}:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)

    def _deliver(self) -> None:
        """Opened once more with a server: everything arrives, and once."""
        context, page = self._open()
        page.goto(f"{self.address}/visitors/new")
        until = time.monotonic() + DELIVERED_S
        waiting = ["?"]
        while waiting and time.monotonic() < until:
            page.wait_for_timeout(100)
            here = "\n".join(self._delivered())
            waiting = [text for text in page.evaluate(_STORED) if text and text not in here]
        context.close()
        counted = Counter(msgspec.json.decode(text)["name"] for text in self._delivered())
        self.result.heard += len(self.heard)
        self.result.unheard += len(counted.keys() - set(self.heard))
        self.result.lost += [f"{name} did not arrive" for name in self.heard if counted[name] == 0]
        self.result.doubled += [name for name, count in counted.items() if count > 1]
