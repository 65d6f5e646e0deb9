"""Whatever somebody is called, the screen shows it as text, in its own direction, with nothing hidden in it."""

import pytest
from e2e.conftest import Devices
from e2e.phone import EAST, WEST, Phone
from e2e.server import Server
from playwright.sync_api import expect

HOSTILE = {
    "an element": "<img src=x onerror=\"document.title='owned'\">",
    "a script": "</script><script>document.title='owned'</script>",
    "a link": "javascript:document.title='owned'",
    "an attribute": "\" onmouseover=\"document.title='owned'",
    "a template": "{{constructor.constructor('document.title=1')()}}",
    "a query": "'); DROP TABLE visit;--",
}
HIDDEN = {
    "right to left": ("王\u202e五", "王⟦U+202E⟧五"),
    "zero width": ("李\u200b四", "李⟦U+200B⟧四"),
    "isolate": ("赵\u2066六", "赵⟦U+2066⟧六"),
}


@pytest.fixture
def east(phone: Devices) -> Phone:
    east = phone("east")
    east.sign_in("3001", EAST)
    return east


def test_hostile_names_are_text_on_every_screen(east: Phone, phone: Devices) -> None:
    for number, text in enumerate(HOSTILE.values()):
        east.log("其他", name=text, unit=f"8-{number}")
    east.expect_delivered()
    west = phone("west")
    west.sign_in("3004", WEST)
    for device in (east, west):
        for text in HOSTILE.values():
            device.list_inside()
            expect(device.row(text)).to_be_visible()
            device.row(text).get_by_role("link").hover()
        device.visit(HOSTILE["an element"])
        expect(device.fact("姓名")).to_have_text(HOSTILE["an element"])
        device.way("在场")
        device.page.get_by_role("link", name="搜索").click()
        device.page.get_by_label("姓名、车牌、手机尾号、房号").fill("onerror")
        expect(device.row(HOSTILE["an element"])).to_be_visible()
        expect(device.page).to_have_title("门岗")
        assert device.page.locator("img[src=x]").count() == 0


def test_hidden_signs_in_a_name_are_shown(east: Phone) -> None:
    for text, shown in HIDDEN.values():
        east.way("登记")
        east.fill("其他", name=text)
        east.page.get_by_role("button", name="记下", exact=True).click()
        expect(east.tip).to_contain_text(shown)
        east.list_inside()
        expect(east.row(shown)).to_be_visible()


@pytest.mark.parametrize("text", ["长" * 10_000, "断\ud83d", "断\ude00开"], ids=["10 kB", "cut emoji", "cut inside"])
def test_a_name_the_protocol_forbids_is_refused_with_a_sentence(east: Phone, server: Server, text: str) -> None:
    """Even past the input's own limit, as a script or an input method could put it there."""
    east.way("登记")
    east.fill("其他")
    name = east.field("姓名")
    name.evaluate(
        """(input, units) => {
          input.value = String.fromCharCode(...units);
          input.dispatchEvent(new Event('input', { bubbles: true }));
        }""",
        [int.from_bytes(pair, "little") for pair in _pairs(text)],
    )
    east.page.get_by_role("button", name="记下", exact=True).click()
    expect(east.tip).to_contain_text("有一项内容不符合要求")
    expect(name).to_have_attribute("aria-invalid", "true")
    east.expect_delivered()
    name.fill("好名字")
    east.page.get_by_role("button", name="记下", exact=True).click()
    expect(east.tip).to_contain_text("已记下")


def test_an_emoji_family_and_a_composed_letter_are_names_too(east: Phone) -> None:
    east.log("其他", name="👨‍👩‍👧 Zoë", unit="4-4")
    east.log("其他", name="Zoe\u0308 二", unit="4-5")
    east.list_inside()
    expect(east.row("👨‍👩‍👧 Zoë")).to_be_visible()
    expect(east.row("Zoë 二")).to_be_visible()


def _pairs(text: str) -> list[bytes]:
    """The text's UTF-16 units; a lone surrogate has one as well."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return [raw[i : i + 2] for i in range(0, len(raw), 2)]
