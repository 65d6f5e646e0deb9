"""Phones on the estate's own network: from the install page over the printed authority to a visit that arrives."""

import hashlib
from pathlib import Path

import pytest
from e2e.lan import CERTUTIL, LanServer, lan, trusting, wary
from e2e.phone import EAST, WEST, Phone, in_memory, settings, tick
from e2e.test_reach import AXE, CONTROLS, LARGE, SMALL, TAP, TOO_WIDE, VIOLATIONS
from playwright.sync_api import Browser, Page, expect

__all__ = ["lan", "trusting", "wary"]  # fixtures

CONTROLLED = "() => navigator.serviceWorker.controller !== null"
ASKS = "这台设备还没有信任证书"
TRUSTS = "这台设备已经信任证书"


def page_of(browser: Browser, address: str, *, look: str = "light", tablet: bool = False) -> Page:
    page = browser.new_page(**settings(tablet))
    page.add_init_script(f"localStorage.setItem('gatehouse.look', '{look}')")
    page.goto(address)
    return page


def test_the_authority_handed_out_is_the_one_printed_and_signs_the_server(lan: LanServer) -> None:
    """With Python's own TLS, so that it is looked at on machines without a certificate store for the browser too."""
    assert hashlib.sha256(lan.authority()).digest().hex(":").upper() == lan.printed_fingerprint()
    assert lan.verified() != lan.authority()


@pytest.mark.skipif(CERTUTIL is None, reason="certutil is not installed (Debian: libnss3-tools)")
def test_a_phone_that_has_not_been_here_is_led_and_one_that_has_goes_on(
    lan: LanServer, wary: Browser, trusting: Browser
) -> None:
    page = page_of(wary, lan.install)
    expect(page.get_by_role("status")).to_contain_text(ASKS)
    shown = page.locator(".fingerprint code").all_inner_texts()
    assert ":".join(shown) == lan.printed_fingerprint()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证书").click()
    assert Path(download.value.path()).read_bytes() == lan.authority()
    # The browser itself refuses the secure address: what the page said is true.
    with pytest.raises(Exception, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(lan.secure)

    page = page_of(trusting, lan.install)
    expect(page.get_by_role("status")).to_contain_text(TRUSTS)
    expect(page.get_by_role("link", name="下载证书")).to_have_count(0)
    page.get_by_role("link", name="打开门岗").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    assert page.url.startswith(lan.secure)


def test_a_visit_goes_from_one_trusting_phone_to_another_over_the_network_s_own_https(
    lan: LanServer, trusting: Browser
) -> None:
    east, west = (in_memory(trusting, lan.secure, tablet=False) for _ in range(2))
    heard: list[str] = []
    west.page.on("websocket", lambda live: live.on("framereceived", lambda _: heard.append(live.url)))
    for phone, staff_no, post in ((east, "3001", EAST), (west, "3003", WEST)):
        phone.open()
        phone.page.wait_for_function(CONTROLLED)
        phone.sign_in(staff_no, post)
        phone.expect_delivered()
        assert has_device_key(phone)
    west.list_inside()
    expect(west.page.get_by_role("listitem").first).to_be_visible()
    frames = len(heard)
    east.log(name="宁远志", unit="2栋301")
    east.expect_delivered()
    expect(west.row("宁远志")).to_be_visible()
    assert len(heard) > frames
    assert set(heard) == {lan.secure.replace("https:", "wss:") + "/api/sync/live"}
    # Started and used with no network: that is what the whole detour was for.
    east.context.set_offline(True)
    east.page.reload()
    east.log(name="石小满", unit="2栋302")
    east.expect_waiting(1)
    east.context.set_offline(False)
    east.sync_now()
    east.expect_delivered()
    expect(west.row("石小满")).to_be_visible()
    for phone in (east, west):
        phone.close()
        assert phone.complaints == []


def has_device_key(phone: Phone) -> bool:
    """A key that signs and cannot be taken out, kept by the browser."""
    return bool(
        phone.page.evaluate(
            """async () => {
              const asked = indexedDB.open('gatehouse');
              const database = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
              const found = [];
              for (const store of database.objectStoreNames) {
                const all = database.transaction(store).objectStore(store).getAll();
                const rows = await new Promise((done) => { all.onsuccess = () => done(all.result); });
                const values = rows.flatMap((row) => Object.values(row ?? {}));
                found.push(...values.filter((one) => one instanceof CryptoKey));
              }
              database.close();
              return isSecureContext && found.some((key) => !key.extractable && key.usages.includes('sign'));
            }"""
        )
    )


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("tablet", [False, True], ids=["phone", "tablet"])
def test_both_pages_fit_and_can_be_read_in_both_colours(lan: LanServer, wary: Browser, look: str, tablet: bool) -> None:
    page = page_of(wary, lan.install, look=look, tablet=tablet)
    expect(page.get_by_role("status")).to_contain_text(ASKS)
    expect(page.get_by_role("img", name="本页地址的二维码")).to_be_visible()
    assert page.evaluate("() => document.images[0].naturalWidth > 0")
    ground = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
    assert ground == {"light": "rgb(243, 242, 238)", "dark": "rgb(0, 0, 0)"}[look]
    assert found_wanting(page) == []
    page.goto(lan.insecure)
    expect(page.get_by_role("link", name="打开安装页")).to_be_visible()
    assert found_wanting(page) == []


def found_wanting(page: Page) -> list[str]:
    """What axe finds, what a glove misses, and what twice as large letters push over the edge."""
    page.evaluate(AXE.read_text())
    found = [*page.evaluate(VIOLATIONS), *page.evaluate(SMALL, [CONTROLS, TAP]), *page.evaluate(TOO_WIDE)]
    page.evaluate(LARGE)
    return [*found, *page.evaluate(TOO_WIDE)]


@pytest.mark.parametrize(
    ("kind", "file", "step"),
    [
        ("安卓", "gatehouse-ca.crt", "CA 证书"),
        ("iPhone 或 iPad", "gatehouse-ca.mobileconfig", "证书信任设置"),
        ("Windows 电脑", "gatehouse-ca.crt", "受信任的根证书颁发机构"),
    ],
)
def test_each_system_has_its_own_steps(lan: LanServer, wary: Browser, kind: str, file: str, step: str) -> None:
    page = page_of(wary, lan.install)
    tick(page.get_by_role("radio", name=kind))
    expect(page.get_by_role("link", name="下载证书")).to_have_attribute("href", f"/{file}")
    expect(page.get_by_text(step)).to_be_visible()


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_the_install_page_speaks_the_browsers_language(lan: LanServer, wary: Browser, language: str) -> None:
    page = wary.new_page(locale=language)
    page.goto(lan.install)
    title = {"zh-TW": "在這台裝置上安裝門崗", "en": "Set up Gatehouse on this device"}[language]
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_an_insecure_address_says_why_and_leads_to_the_install_page(lan: LanServer, wary: Browser) -> None:
    page = page_of(wary, f"{lan.insecure}/visitors")
    expect(page.get_by_role("heading", name="这个地址不能登记")).to_be_visible()
    assert page.evaluate("() => isSecureContext") is False
    assert page.evaluate("() => indexedDB.databases().then((all) => all.length)") == 0
    page.get_by_role("link", name="打开安装页").click()
    expect(page.get_by_role("heading", name="在这台设备上装门岗")).to_be_visible()
    assert page.url == f"{lan.install}/"


def test_an_insecure_address_of_a_server_without_lan_names_the_administrator(lan: LanServer, wary: Browser) -> None:
    lan.kill()
    lan.start()
    page = page_of(wary, lan.insecure)
    expect(page.get_by_text("gatehouse serve --lan")).to_be_visible()
    expect(page.get_by_role("link")).to_have_count(0)


def test_that_page_kept_as_a_bookmark_leads_back_where_all_is_well(lan: LanServer, trusting: Browser) -> None:
    page = page_of(trusting, f"{lan.secure}/install/insecure.html")
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
