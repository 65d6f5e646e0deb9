"""Gloves, big letters, keyboards: everything can be hit, read and reached, on every screen."""

from itertools import pairwise
from pathlib import Path

import pytest
from e2e.conftest import Devices
from e2e.phone import Phone
from e2e.screens import TOURS
from playwright.sync_api import expect

AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = """() => axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ html, any }) => `${id}: ${html.slice(0, 100)} ${any[0]?.message ?? ''}`)))"""
TAP = 48
CONTROLS = "button, a[href], input, textarea, select, summary, [role=button], [tabindex]"
# What lies behind an open dialog cannot be touched.
SMALL = """([wanted, tap]) => {
  const top = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
  return [...top.querySelectorAll(wanted)]
    .filter((one) => one.checkVisibility())
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.width < tap - 0.1 || box.height < tap - 0.1)
    .map(([one, box]) => `${one.outerHTML.slice(0, 90)} is ${box.width} × ${box.height}`);
}"""
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll('dialog[open], .pane')]
  .filter((one) => one.scrollWidth > one.clientWidth)
  .map((one) => `${one.tagName} ${one.className}: ${one.scrollWidth} > ${one.clientWidth}`)"""
# What browsers do when the system's letters are twice as large.
LARGE = """() => {
  const { style } = document.documentElement;
  style.fontSize = `${2 * parseFloat(getComputedStyle(document.documentElement).fontSize)}px`;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent.trim() ?? one.textContent.trim(),
    seen: on !== null && (one === on || one.contains(on) || (one.labels ?? [])[0]?.contains(on) === true),
    y: box.y + scrollY,
    main: one.closest('main') !== null,
    keypad: one.closest('fieldset[aria-label="车牌键盘"]') !== null,
  };
}"""


@pytest.mark.parametrize("tour", TOURS)
def test_every_screen_of_a_phone_can_be_hit_and_read(phone: Devices, tour: str) -> None:
    """Gloves; text of twice the size, without scrolling sideways; what axe-core knows of contrast, names and order."""
    assert AXE.is_file(), "run `make modules` first"
    east = phone("east")
    east.context.add_init_script("localStorage.setItem('gatehouse.look', 'light')")
    # A line that is still rising is seen through: its contrast is measured once it stands.
    east.page.emulate_media(reduced_motion="reduce")
    wrong = []
    for screen in TOURS[tour]:
        screen(east)
        found = fits(east)
        before = east.page.evaluate("() => document.documentElement.style.fontSize")
        east.page.evaluate(LARGE)
        found += [f"twice the size: {one}" for one in fits(east)]
        east.page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", before)
        east.page.evaluate(AXE.read_text())
        for look in ("dark", "light"):
            east.page.evaluate("(look) => { document.documentElement.dataset.look = look; }", look)
            found += [f"{look}: {one}" for one in east.page.evaluate(VIOLATIONS)]
        wrong += [f"{screen.__name__}: {one}" for one in found]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("tour", TOURS)
def test_every_control_of_a_tablet_is_large_enough_for_a_glove(tablet: Devices, tour: str) -> None:
    gate = tablet("gate")
    wrong = []
    for screen in TOURS[tour]:
        screen(gate)
        wrong += [f"{screen.__name__}: {one}" for one in fits(gate)]
    assert wrong == [], "\n".join(wrong)


def fits(device: Phone) -> list[str]:
    """What is too small to be hit, and what is too wide to be seen."""
    return [*device.page.evaluate(SMALL, [CONTROLS, TAP]), *device.page.evaluate(TOO_WIDE)]


OFFICE = (
    "sites",
    "buildings",
    "teams",
    "people",
    "devices",
    "held",
    "versions",
    "templates",
    "regulations",
    "holidays",
    "vehicles",
)
PAGES = {
    "3003": ("/", "/visitors/new", "/visitors", "/visitors/search", "/visitors/history", "/inbox", "/me"),
    "3002": ("/", "/clock", "/shifts", "/swaps"),
    "1201": ("/", "/board", "/swaps", "/inbox"),
    "1001": ("/office", *(f"/office/{name}" for name in OFFICE)),
}


@pytest.mark.parametrize("staff_no", PAGES)
@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_other_languages_fit_too(phone: Devices, language: str, staff_no: str) -> None:
    east = phone("east")
    east.sign_in(staff_no, "西门岗" if staff_no not in {"1001", "1201"} else None)
    east.expect_delivered()
    east.page.evaluate("(language) => localStorage.setItem('gatehouse.locale', language)", language)
    wrong = []
    for path in PAGES[staff_no]:
        east.open(path)
        expect(east.page.locator("html")).to_have_attribute("lang", language)
        expect(east.page.get_by_role("heading").first).to_be_visible()
        for size in ("as it is", "twice"):
            if size == "twice":
                east.page.evaluate(LARGE)
            wrong += [f"{path} {size}: {one}" for one in fits(east)]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_the_shared_tablet_fits_in_other_languages_too(tablet: Devices, language: str) -> None:
    gate = tablet("gate")
    wrong = []
    for screen in TOURS["tablet"][:2]:
        screen(gate)
    gate.page.evaluate("(language) => localStorage.setItem('gatehouse.locale', language)", language)
    gate.open()
    expect(gate.page.locator("html")).to_have_attribute("lang", language)
    expect(gate.page.locator(".name-key").first).to_be_visible()
    wrong += fits(gate)
    gate.page.locator(".name-key").first.click()
    gate.page.locator(".name-key").first.click()
    expect(gate.page.locator(".punch").first).to_be_visible()
    wrong += fits(gate)
    gate.page.evaluate(LARGE)
    wrong += fits(gate)
    assert wrong == [], "\n".join(wrong)


def test_the_keyboard_goes_through_a_form_from_top_to_bottom(phone: Devices) -> None:
    east = phone("east")
    east.sign_in("3003", "西门岗")
    east.way("登记")
    east.page.get_by_role("button", name="更多项目").click()
    expect(east.field("备注")).to_be_visible()
    east.page.get_by_role("radio", name="快递").focus()
    stops = [east.page.evaluate(FOCUSED)]
    while stops[-1]["name"] != "记下":
        assert len(stops) < 40, "the keyboard never comes to the button that records"
        east.page.keyboard.press("Tab")
        stops.append(east.page.evaluate(FOCUSED))
    names = [stop["name"] for stop in stops]
    for name in ("房号", "车牌", "姓名", "电话", "被访人", "事由", "备注"):
        assert name in names
    assert [stop["name"] for stop in stops if not stop["main"]] == []
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    # The keypad goes when it is left, and what is below it moves up.
    fields = [stop for stop in stops if stop["name"] != "记下" and not stop["keypad"]]
    assert [later["name"] for one, later in pairwise(fields) if later["y"] < one["y"] - 1] == []


def test_a_dialog_keeps_the_focus_and_gives_it_back(phone: Devices) -> None:
    east = phone("east")
    east.sign_in("3003", "西门岗")
    opener = east.chip.get_by_role("button")
    opener.focus()
    east.page.keyboard.press("Enter")
    sheet = east.page.get_by_role("dialog", name="同步与本机")
    expect(sheet).to_be_visible()
    for _ in range(8):
        east.page.keyboard.press("Tab")
        assert east.page.evaluate(
            "() => document.activeElement.closest('dialog') !== null || document.activeElement === document.body"
        )
    east.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(opener).to_be_focused()
