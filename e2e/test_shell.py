"""The app starts without a network, changes its version only when asked, and runs nobody else's code."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.site import Site, next_build
from playwright.sync_api import ConsoleMessage, Page, expect

CONTROLLED = "() => navigator.serviceWorker.controller !== null"
UPDATE = "() => navigator.serviceWorker.getRegistration().then((found) => found.update())"
# Promises are awaited in the page: `wait_for_function` takes the promise itself for a yes.
INSTALLED = """async (version) => {
  const found = await navigator.serviceWorker.getRegistration();
  await found.update();
  for (let tries = 0; tries < 500; tries += 1) {
    if (!found.installing && found.waiting && (await caches.has(version))) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`${version} was never installed`);
}"""
APPLY = """() => navigator.serviceWorker.getRegistration().then((found) => new Promise((done) => {
  navigator.serviceWorker.addEventListener('controllerchange', () => done(), { once: true });
  found.waiting.postMessage('skip-waiting');
}))"""
# The new worker controls the page before it has tidied up.
KEPT = """async () => {
  for (let tries = 0; ; tries += 1) {
    const shells = (await caches.keys()).filter((name) => name.startsWith('shell-'));
    if (shells.length === 2 || tries === 250) return shells.length;
    await new Promise((done) => setTimeout(done, 20));
  }
}"""


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def installed(page: Page, site: Site, dist: Path) -> Page:
    """A page of the first build, under its worker's control after the first visit."""
    site.serve(dist)
    page.goto(site.address)
    page.wait_for_function(CONTROLLED)
    return page


def asset(page: Page) -> str:
    """The address of the page's own script, as a lazy chunk would be asked for later."""
    return str(page.evaluate("() => document.querySelector('script[src^=\"/assets/\"]').getAttribute('src')"))


def forget_http_cache(page: Page) -> None:
    """The browser's own cache hides a chunk that is gone from the server."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")


def release(page: Page, site: Site, build: Path, number: int) -> None:
    """Serve the build that `next_build` made under this number, until its worker waits beside the old one."""
    site.serve(build)
    page.evaluate(INSTALLED, f"shell-{number:016}")


@pytest.mark.parametrize("path", ["/", "/visitors"])
def test_the_app_starts_while_the_server_is_gone(installed: Page, site: Site, path: str) -> None:
    site.stop()
    forget_http_cache(installed)
    installed.goto(site.address + path)
    expect(installed).to_have_title("门岗")
    expect(installed.locator("#app")).not_to_be_empty()


def test_the_worker_never_answers_for_the_api(installed: Page, site: Site) -> None:
    """Not even for a download that is opened like a page."""
    answer = installed.goto(site.address + "/api/export")
    assert answer
    assert (answer.status, answer.from_service_worker) == (404, False)


def test_a_new_version_waits_until_it_is_asked_for(installed: Page, site: Site, dist: Path, tmp_path: Path) -> None:
    first = asset(installed)
    release(installed, site, next_build(dist, tmp_path / "second", 2), 2)
    installed.reload()
    assert asset(installed) == first
    # Asked in the very moment in which a page starts, Chromium now and then sits on skipWaiting for minutes.
    installed.wait_for_load_state("networkidle")
    installed.evaluate(APPLY)
    installed.reload()
    assert asset(installed) == first.replace(".js", "-2.js")


def test_another_tab_still_gets_the_chunks_of_the_version_it_runs(
    installed: Page, site: Site, dist: Path, tmp_path: Path
) -> None:
    chunk = asset(installed)
    release(installed, site, next_build(dist, tmp_path / "second", 2), 2)
    installed.evaluate(APPLY)
    forget_http_cache(installed)
    assert installed.evaluate("(path) => fetch(path).then((answer) => answer.status)", chunk) == 200


def test_only_one_older_version_that_ever_ran_is_kept(installed: Page, site: Site, dist: Path, tmp_path: Path) -> None:
    chunk = asset(installed)
    release(installed, site, next_build(dist, tmp_path / "second", 2), 2)
    release(installed, site, next_build(dist, tmp_path / "third", 3), 3)
    installed.evaluate(APPLY)
    assert installed.evaluate(KEPT) == 2
    forget_http_cache(installed)
    # The second build was only ever waiting, so what is kept beside the third is the first, which this tab runs.
    assert installed.evaluate("(path) => fetch(path).then((answer) => answer.status)", chunk) == 200


def test_a_sign_in_page_of_a_foreign_network_replaces_nothing(
    installed: Page, site: Site, dist: Path, tmp_path: Path
) -> None:
    site.serve_portal()
    refused = installed.evaluate(f"() => ({UPDATE})().then(() => 'taken', () => 'refused')")
    assert refused == "refused"
    installed.reload()
    expect(installed).to_have_title("门岗")


def test_a_release_caught_half_way_does_not_install(installed: Page, site: Site, dist: Path, tmp_path: Path) -> None:
    half = next_build(dist, tmp_path / "half", 2)
    (half / "index.html").write_text("<!doctype html><title>older than its worker</title>")
    site.serve(half)
    states = installed.evaluate(
        """() => navigator.serviceWorker.getRegistration().then((found) => new Promise((done) => {
          found.addEventListener('updatefound', () => {
            const worker = found.installing;
            worker.addEventListener('statechange', () => done(worker.state));
          });
          found.update();
        }))"""
    )
    assert states == "redundant"
    installed.reload()
    expect(installed).to_have_title("门岗")


def test_the_system_waking_the_worker_wakes_the_page(installed: Page, site: Site) -> None:
    session = installed.context.new_cdp_session(installed)
    registrations: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(item["registrationId"] for item in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    installed.evaluate(
        """() => { window.woken = new Promise((done) => {
          navigator.serviceWorker.addEventListener('message', (event) => done(event.data));
        }); }"""
    )
    while not registrations:  # the event comes when it comes; pytest's own time limit ends a wait in vain
        installed.wait_for_timeout(20)
    session.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": site.address, "registrationId": registrations[0], "tag": "outbox", "lastChance": False},
    )
    assert installed.evaluate("() => window.woken") == "sync"


def test_the_app_breaks_none_of_its_own_rules(page: Page, site: Site, dist: Path) -> None:
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Trusted" in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    site.serve(dist)
    page.goto(site.address)
    page.wait_for_function(CONTROLLED)
    assert complaints == []


def test_the_policy_stops_inline_code_and_lets_the_live_socket_through(installed: Page) -> None:
    ran = installed.evaluate(
        """() => {
          const script = document.createElement('script');
          try { script.textContent = 'window.ran = true'; document.body.append(script); } catch { return 'refused'; }
          return window.ran === true;
        }"""
    )
    assert ran in ("refused", False)
    echoed = installed.evaluate(
        """() => new Promise((done, fail) => {
          const socket = new WebSocket(`ws://${location.host}/api/echo`);
          socket.onopen = () => socket.send('gate');
          socket.onmessage = (event) => done(event.data);
          socket.onerror = () => fail(new Error('the socket did not open'));
        })"""
    )
    assert echoed == "gate"
