"""Spreadsheets made for tests: ordinary ones by a library, nasty ones by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import xlsxwriter  # type: ignore[import-untyped]  # xlsxwriter ships no types
from tests.estate import Phone

from gatehouse.identity.sign_in import token_hash
from gatehouse.sheets.bring_in import Applied, Apply, Asked, Caller, Preview, apply, preview, preview_again
from gatehouse.sheets.columns import Language, What
from gatehouse.sheets.take_out import export

PEOPLE = ("姓名", "工号", "手机", "班组", "上级工号", "角色", "职级", "项目", "入职日期")
UNITS = ("项目", "楼栋", "楼层", "房号", "住户", "电话", "身份")
POSTS = ("项目", "岗位", "顺序")
VEHICLES = ("项目", "车牌", "房号", "类别", "有效期至")
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*rows: Sequence[object], name: str = "Sheet1") -> bytes:
    """A workbook of one sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write(number, column, cell)
    return out.getvalue()


def by_hand(sheet: str, extra: dict[str, bytes] | None = None) -> bytes:
    """A workbook whose one sheet has this XML inside ``worksheet``."""
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}">{sheet}</worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, raw in (extra or {}).items():
            archive.writestr(name, raw)
    return out.getvalue()


def cells(number: int, *texts: str, more: str = "") -> str:
    """A row of texts as XML; a text that begins with ``<`` is a whole cell."""
    made = "".join(
        text if text.startswith("<") else f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for i, text in enumerate(texts)
        if text
    )
    return f'<row r="{number}"{more}>{made}</row>'


class Office:
    """An admin at a desk with files."""

    def __init__(self, admin: Phone, language: Language = "zh-CN") -> None:
        self.core = admin.estate.core
        self.session = admin.session or ""
        self.caller = Caller(admin.claim(), token_hash(self.session), self.session, language)

    async def look(self, what: What, *rows: Sequence[object]) -> Preview:
        return await preview(self.core, what, workbook(*rows), self.caller)

    async def show(self, what: What, raw: bytes) -> Preview:
        return await preview(self.core, what, raw, self.caller)

    async def again(self, shown: Preview, **asked: object) -> Preview:
        return await preview_again(self.core, Asked(shown.id, **asked), self.caller)  # type: ignore[arg-type]  # as the test says

    async def apply(self, shown: Preview, fields: dict[str, str] | None = None) -> Applied:
        return await apply(self.core, Apply(shown.id, shown.version or "", None, fields), self.caller)

    async def bring(self, what: What, *rows: Sequence[object]) -> Applied:
        """Look and apply, with nothing in the way."""
        shown = await self.look(what, *rows)
        assert shown.told == [], shown.told
        return await self.apply(shown)

    async def out(self, what: What, form: str = "xlsx") -> bytes:
        return await export(self.core, what, form, self.caller, empty=False)  # type: ignore[arg-type]  # one of two


def told(shown: Preview, *levels: str) -> list[tuple[int, str | None, str]]:
    """``(row, column, code)`` of what is said, errors alone unless asked otherwise."""
    return [(one.row, one.column, one.code) for one in shown.told if one.level in (levels or ("error",))]
