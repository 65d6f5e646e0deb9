"""An admin brings in two hundred people by spreadsheet, with a mistake in it first, and takes them out again."""

from pathlib import Path

from e2e.conftest import Devices
from e2e.phone import EAST, Phone
from e2e.server import Server
from playwright.sync_api import expect
from tests.sheets import PEOPLE, workbook

ADMIN = "1001"


def at_the_sheets(device: Phone) -> None:
    device.open()
    device.sign_in(ADMIN)
    device.expect_delivered()
    device.open("/office/import")
    expect(device.page.get_by_role("heading", name="表格导入导出")).to_be_visible()


def choose(device: Phone, raw: bytes | Path) -> None:
    files = raw if isinstance(raw, Path) else {"name": "人员.xlsx", "mimeType": "", "buffer": raw}
    device.page.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]  # a plain dict does


def figure(device: Phone, name: str, number: int) -> None:
    term = device.page.locator(".sheets-figures > div").filter(has_text=name)
    expect(term.get_by_role("definition")).to_have_text(f"{number:,}")


def people(site: str, wrong: str = "") -> list[tuple[object, ...]]:
    """Two hundred in ten teams, each with its supervisor; one number twice when ``wrong`` says so."""
    rows: list[tuple[object, ...]] = [PEOPLE]
    for i in range(200):
        lead = i < 10
        number = wrong if wrong and i == 150 else f"0{7000 + i}"
        role = "主管" if lead else "保安"
        rows.append(
            (
                f"新人{i:03}",
                number,
                f"1390000{i:04}",
                f"新{i % 10}班",
                "" if lead else f"0{7000 + i % 10}",
                role,
                "",
                site,
                "2026-03-01",
            )
        )
    return rows


def test_two_hundred_people_come_in_and_go_out(tablet: Devices, server: Server, tmp_path: Path) -> None:
    ((site,),) = server.rows("SELECT name FROM site ORDER BY id LIMIT 1")
    office = tablet("office")
    at_the_sheets(office)
    page = office.page
    choose(office, workbook(*people(site, wrong="07003")))
    figure(office, "错误", 1)
    expect(page.get_by_role("region", name="先改好这些")).to_contain_text("第 152 行 B 列")
    expect(page.get_by_role("region", name="先改好这些")).to_contain_text("「07003」与第 5 行重复")
    expect(page.get_by_role("button", name="确认导入")).to_have_count(0)
    with page.expect_download() as listed:
        page.get_by_role("region", name="先改好这些").get_by_role("button", name="下载全部").click()
    assert "「07003」与第 5 行重复" in Path(listed.value.path()).read_text("utf-8-sig")
    assert server.rows("SELECT count(*) FROM op WHERE kind = 'import.run'") == [(0,)]

    page.get_by_role("button", name="换一份表格").click()
    choose(office, workbook(*people(site)))
    figure(office, "新增", 200)
    expect(page.get_by_text("会新建：新0班、新1班")).to_be_visible()
    page.get_by_role("button", name="确认导入 200 行改动").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    assert server.rows("SELECT count(*) FROM op WHERE kind = 'person.create' AND private LIKE '%新人%'") == [(200,)]

    page.get_by_role("button", name="换一份表格").click()
    for form in ("XLSX", "CSV"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"导出 {form}").click()
        taken = tmp_path / f"taken.{form.lower()}"
        download.value.save_as(taken)
        choose(office, taken)
        figure(office, "新增", 0)
        figure(office, "改动", 0)
        expect(page.get_by_text("和现有资料一样，没有要改的。")).to_be_visible()
        page.get_by_role("button", name="换一份表格").click()

    office.context.set_offline(True)
    expect(page.get_by_text("导入导出需要联网。")).to_be_visible()
    expect(page.get_by_role("button", name="导出 XLSX")).to_be_disabled()
    office.context.set_offline(False)


def test_unknown_headings_are_chosen_on_a_phone(phone: Devices) -> None:
    office = phone("office")
    at_the_sheets(office)
    page = office.page
    choose(office, workbook(("大名", "牌号"), ("新来的", "07999")))
    expect(page.get_by_text("还缺必填的列：姓名、工号。")).to_be_visible()
    page.get_by_label("对应 A 大名").select_option("name")
    expect(page.get_by_text("还缺必填的列：工号。")).to_be_visible()
    page.get_by_label("对应 B 牌号").select_option("staff_no")
    figure(office, "新增", 1)
    page.get_by_role("button", name="换一份表格").click()
    choose(office, workbook(("大名", "牌号"), ("新来的", "07999")))
    figure(office, "新增", 1)


def test_a_guard_is_told_that_sheets_are_not_for_him(phone: Devices) -> None:
    guard = phone("east")
    guard.sign_in("3001", EAST)
    guard.expect_delivered()
    guard.open("/office/import")
    expect(guard.page.get_by_text("这里只给管整个单位的管理员用。")).to_be_visible()
