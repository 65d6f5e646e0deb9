"""The app in headless Chromium on a slow phone: how soon a guard sees the list offline, and what was just saved.

Nothing but the device answers: the server is stopped and the network is off. The clock of a cold start begins with the
navigation, in a browser process that was just started.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright
from tests.bench.estate import LOGIN, PASSWORD, Enrolled, Gate, open_gate
from tests.bench.report import ROOT, Figure
from tests.bench.serving import Serving, folder

from gatehouse.web import built_app

sys.path.insert(0, str(ROOT / "tools"))
from browser import system_browser

VISITS, INSIDE = 10_000, 60
SLOWER = 4
STARTS, SAVES = 5, 8
LIST_MS, SAVE_MS = 1_500, 150
SETTLE_MS = 2_000
SCREEN = {"width": 1024, "height": 768}
"""A gate's tablet: the list stays beside the form, so that what was saved is seen where it belongs."""

_WATCH = """
(() => {
  const painted = (then) => requestAnimationFrame(() => setTimeout(then, 0));
  let saved = 0;
  let untold = 0;
  window.bench = { listed: 0, saves: [], told: [] };
  let name = '';
  window.benchWaits = (text) => { name = text; };
  addEventListener('submit', () => { saved = untold = performance.now(); }, true);
  new MutationObserver(() => {
    const rows = document.querySelectorAll('li.visit');
    if (!window.bench.listed && rows.length >= 10) {
      window.bench.listed = -1;
      painted(() => { window.bench.listed = performance.now(); });
    }
    const tip = document.querySelector('[role=status][aria-label="操作提示"]');
    if (untold && tip?.textContent.includes('已记下')) {
      const from = untold;
      untold = 0;
      painted(() => window.bench.told.push(performance.now() - from));
    }
    if (saved && name && [...rows].some((row) => row.textContent.includes(name))) {
      const from = saved;
      saved = 0;
      painted(() => window.bench.saves.push(performance.now() - from));
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
})();
"""
# The page's policy forbids eval, and so Playwright's own wait_for_function.
_LISTED = """() => new Promise((done) => {
  const look = () => (window.bench.listed > 0 ? done(window.bench.listed) : setTimeout(look, 50));
  look();
})"""
_SAVED = """(number) => new Promise((done) => {
  const { saves, told } = window.bench;
  const both = () => saves.length > number && told.length > number;
  const look = () => (both() ? done([told[number], saves[number]]) : setTimeout(look, 50));
  look();
})"""
_ROWS = """async () => {
  let most = 0;
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done, fail) => {
      const open = indexedDB.open(name);
      open.onsuccess = () => done(open.result);
      open.onerror = () => fail(open.error);
    });
    for (const store of db.objectStoreNames) {
      const count = db.transaction(store).objectStore(store).count();
      most = Math.max(most, await new Promise((done) => { count.onsuccess = () => done(count.result); }));
    }
    db.close();
  }
  return most;
}"""


def fill(server: Serving, gate: Gate) -> None:
    """Ten thousand visits of which sixty people are still inside."""
    device = Enrolled(server.port, gate, 5)
    with device.wire() as wire:
        for first in range(0, VISITS, 250):
            for number in range(first, first + 250):
                visit = device.device.act(device.person, "visit.arrive", device.visit())
                if number < VISITS - INSIDE:
                    device.device.act(device.person, "visit.leave", {"left_post": gate.post}, visit)
            for frame in device.drain():
                wire.request("/api/sync/push", frame)


def opened(playwright: Playwright, profile: Path) -> BrowserContext:
    """A browser of its own on the profile."""
    context: BrowserContext = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=system_browser() or None,
        args=["--no-sandbox"],  # Chromium's sandbox cannot start as root; the pages are our own
        locale="zh-CN",
        viewport=SCREEN,  # type: ignore[arg-type]  # a typed dict of Playwright's own
    )
    context.set_default_timeout(60_000)
    return context


def prepare(playwright: Playwright, profile: Path, address: str) -> None:
    """Sign in (in charge: no post is asked for), and wait until all visits and the app itself are on the device."""
    context = opened(playwright, profile)
    page = context.pages[0]
    page.goto(address)
    page.get_by_label("工号或手机号").fill(LOGIN)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    until = time.monotonic() + 90
    while page.evaluate(_ROWS) < VISITS:
        if time.monotonic() > until:
            raise RuntimeError("the visits did not arrive")
        page.wait_for_timeout(250)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto(f"{address}/visitors")
    page.wait_for_selector("li.visit")
    context.close()


def slow_page(context: BrowserContext) -> Page:
    """A page with a quarter of this machine's speed and no network."""
    page = context.pages[0]
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    context.set_offline(offline=True)
    page.add_init_script(_WATCH)
    return page


def cold_start(playwright: Playwright, profile: Path, address: str) -> float:
    """Milliseconds from the navigation to the painted list, in a browser that was just started."""
    context = opened(playwright, profile)
    try:
        page = slow_page(context)
        page.goto(f"{address}/visitors")
        return float(page.evaluate(_LISTED))
    finally:
        context.close()


def saves(playwright: Playwright, profile: Path, address: str) -> list[tuple[float, float]]:
    """Milliseconds from the tap on "save" to the app's word that it is kept, and to the new line in the list."""
    context = opened(playwright, profile)
    try:
        page = slow_page(context)
        page.goto(f"{address}/visitors/new")
        page.wait_for_selector("li.visit")
        found: list[tuple[float, float]] = []
        for number in range(SAVES):
            name = f"新访客{number:02}甲"
            page.get_by_role("radio", name="快递", exact=True).check(force=True)
            page.get_by_label("姓名", exact=True).fill(name)
            page.evaluate("(name) => window.benchWaits(name)", name)
            page.wait_for_timeout(SETTLE_MS)  # the form has kept its draft, the last word has gone from the screen
            page.get_by_role("button", name="记下", exact=True).click()
            told, listed = page.evaluate(_SAVED, number)
            found.append((float(told), float(listed)))
        return found
    finally:
        context.close()


def missing() -> str | None:
    """What this workload lacks here, or None."""
    if built_app() is None:
        return "The app is not built, so nothing was measured in a browser: run `make build` first."
    with sync_playwright() as playwright:
        if system_browser() or Path(playwright.chromium.executable_path).exists():
            return None
    return "There is no Chromium here, so nothing was measured in a browser: run `make test` once, it fetches one."


def figures() -> list[Figure]:
    """What the browser shows."""
    with folder() as data:
        url, profile = f"sqlite:///{data / 'browser.db'}", data / "profile"
        gate = asyncio.run(open_gate(url, data))
        with sync_playwright() as playwright:
            with Serving(url, data) as server:
                address = f"http://127.0.0.1:{server.port}"
                fill(server, gate)
                prepare(playwright, profile, address)
            # The server is gone now: nothing but the device can answer.
            starts = [cold_start(playwright, profile, address) for _ in range(STARTS)]
            saved = saves(playwright, profile, address)
    name = f"browser, {VISITS:,} visits on the device, offline, CPU at 1/{SLOWER}"
    return [
        Figure(f"{name}: cold start to the painted list", "ms", starts, None, LIST_MS, at_most=True),
        Figure(f'{name}: save to "recorded"', "ms", [told for told, _ in saved], None, SAVE_MS, at_most=True),
        Figure(f"{name}: save to the line in the list", "ms", [line for _, line in saved], None, SAVE_MS, at_most=True),
    ]
