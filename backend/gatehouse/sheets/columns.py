"""The four kinds of sheet as data: their columns, what headers and choices are called, and which a cell names."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Final, Literal

import msgspec

What = Literal["people", "posts", "units", "vehicles"]
Language = Literal["zh-CN", "zh-TW", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh-CN", "zh-TW", "en")
Words = tuple[str, str, str]
"""The same in zh-CN, zh-TW and en."""


class Column(msgspec.Struct, frozen=True):
    """A column: what an export writes above it, and under which other headers it is known."""

    field: str
    header: Words
    also: tuple[str, ...] = ()
    required: bool = False


PEOPLE: Final = (
    Column("name", ("姓名", "姓名", "Name"), ("名字", "员工姓名", "人员姓名", "員工姓名", "full name"), required=True),
    Column(
        "staff_no",
        ("工号", "工號", "Staff number"),
        ("员工编号", "員工編號", "员工号", "编号", "編號", "人员编号", "staff no", "staff id", "employee number", "id"),
        required=True,
    ),
    Column(
        "phone",
        ("手机", "手機", "Phone"),
        ("手机号", "手机号码", "手機號碼", "电话", "電話", "联系电话", "聯絡電話", "mobile", "telephone"),
    ),
    Column(
        "team", ("班组", "班組", "Team"), ("部门", "部門", "班次组", "小组", "小組", "所属班组", "所屬班組", "group")
    ),
    Column(
        "superior",
        ("上级工号", "上級工號", "Superior's number"),
        (
            "直属上级工号",
            "直屬上級工號",
            "上级",
            "上級",
            "直属上级",
            "汇报人工号",
            "superior",
            "manager no",
            "reports to",
        ),
    ),
    Column("role", ("角色", "角色", "Role"), ("职务", "職務", "岗位角色", "职位", "職位", "position", "job")),
    Column("grade", ("职级", "職級", "Grade"), ("级别", "級別", "等级", "等級", "level")),
    Column(
        "site", ("项目", "專案", "Site"), ("項目", "小区", "社區", "楼盘", "所属项目", "案場", "property", "project")
    ),
    Column(
        "since",
        ("入职日期", "到職日期", "Joined on"),
        ("入职时间", "入職日期", "到岗日期", "入职", "joined", "start date", "hire date"),
    ),
)
POSTS: Final = (
    Column("site", PEOPLE[7].header, PEOPLE[7].also, required=True),
    Column("name", ("岗位", "崗位", "Post"), ("岗位名称", "崗位名稱", "门岗", "門崗", "岗亭", "name"), required=True),
    Column("order", ("顺序", "順序", "Order"), ("排序", "序号", "序號", "no", "position")),
)
UNITS: Final = (
    Column("site", PEOPLE[7].header, PEOPLE[7].also, required=True),
    Column(
        "building", ("楼栋", "樓棟", "Building"), ("栋", "棟", "楼号", "樓號", "栋号", "棟別", "block"), required=True
    ),
    Column("floor", ("楼层", "樓層", "Floor"), ("层", "層", "层数", "storey", "level")),
    Column(
        "unit",
        ("房号", "房號", "Unit"),
        (
            "房间",
            "房間",
            "房间号",
            "房間號",
            "室号",
            "室號",
            "门牌",
            "門牌",
            "户号",
            "戶號",
            "room",
            "apartment",
            "flat",
        ),
        required=True,
    ),
    Column(
        "resident",
        ("住户", "住戶", "Resident"),
        ("业主", "業主", "住户姓名", "住戶姓名", "业主姓名", "姓名", "owner", "name"),
    ),
    Column("phone", ("电话", "電話", "Phone"), (*PEOPLE[2].also, "手机", "手機")),
    Column(
        "relation",
        ("身份", "身分", "Relation"),
        ("住户身份", "住戶身分", "与业主关系", "關係", "关系", "类型", "status"),
    ),
)
VEHICLES: Final = (
    Column("site", PEOPLE[7].header, PEOPLE[7].also, required=True),
    Column(
        "plate", ("车牌", "車牌", "Plate"), ("车牌号", "車牌號", "车牌号码", "車牌號碼", "number plate"), required=True
    ),
    Column("unit", UNITS[3].header, UNITS[3].also),
    Column("category", ("类别", "類別", "Category"), ("车辆类别", "車輛類別", "类型", "類型", "type")),
    Column(
        "until", ("有效期至", "有效期至", "Valid until"), ("有效期", "到期日期", "到期", "截止日期", "expires", "until")
    ),
)
SHEETS: Final[dict[What, tuple[Column, ...]]] = {
    "people": PEOPLE,
    "posts": POSTS,
    "units": UNITS,
    "vehicles": VEHICLES,
}
TITLES: Final[dict[What, Words]] = {
    "people": ("人员", "人員", "People"),
    "posts": ("岗位", "崗位", "Posts"),
    "units": ("房屋与住户", "房屋與住戶", "Units and residents"),
    "vehicles": ("车辆", "車輛", "Vehicles"),
}


class Choice(msgspec.Struct, frozen=True):
    """A value that a cell names by one of its words."""

    value: str
    words: Words
    also: tuple[str, ...] = ()


CHOICES: Final[dict[str, tuple[Choice, ...]]] = {
    "role": (
        Choice(
            "guard", ("保安", "保全", "Guard"), ("保安员", "保全員", "门岗", "秩序维护员", "安管员", "警卫", "警衛")
        ),
        Choice("agent", ("客服", "客服", "Agent"), ("前台", "櫃台", "客服专员", "客服專員", "管家", "front desk")),
        Choice("supervisor", ("主管", "主管", "Supervisor"), ("班长", "班長", "队长", "隊長", "组长", "組長", "lead")),
        Choice("clerk", ("文员", "文員", "Clerk"), ("内勤", "內勤", "行政", "office")),
        Choice("manager", ("经理", "經理", "Manager"), ("项目经理", "專案經理", "物业经理", "主任")),
        Choice("admin", ("管理员", "管理員", "Admin"), ("系统管理员", "系統管理員", "administrator")),
    ),
    "relation": (
        Choice("owner", ("业主", "業主", "Owner"), ("产权人", "產權人", "房主", "屋主", "户主", "戶主")),
        Choice("tenant", ("租户", "租戶", "Tenant"), ("租客", "承租人", "房客")),
        Choice("family", ("家属", "家屬", "Family"), ("家人", "亲属", "親屬", "同住人", "relative")),
        Choice("other", ("其他", "其他", "Other"), ("其它",)),
    ),
    "category": (
        Choice(
            "resident", ("业主车", "住戶車", "Resident"), ("业主", "業主", "住户", "住戶", "固定车", "月租车", "owner")
        ),
        Choice("tenant", ("租户车", "租戶車", "Tenant"), ("租户", "租戶", "租客", "临时月租")),
        Choice("staff", ("员工车", "員工車", "Staff"), ("员工", "員工", "内部", "內部")),
        Choice("contractor", ("施工车", "施工車", "Contractor"), ("施工", "工程", "供应商", "供應商")),
        Choice("official", ("公务车", "公務車", "Official"), ("公务", "公務", "政府", "特种")),
        Choice("barred", ("禁入", "禁入", "Barred"), ("黑名单", "黑名單", "禁止入内", "banned")),
    ),
}
EVERYWHERE: Final[Words] = ("全部", "全部", "All")
"""What stands for every site."""
_SIGNS = re.compile(r"[\s　*＊:：()（）\[\]【】_\-/'’.]+")


def folded_header(text: str) -> str:
    """A header as it is compared and remembered: width, case, spaces and the signs people put around it set aside."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())[:80]


@functools.cache
def known_headers(what: What) -> dict[str, str]:
    """``{folded header: field}`` of a kind of sheet."""
    found: dict[str, str] = {}
    for column in SHEETS[what]:
        for text in (*column.header, *column.also):
            found.setdefault(folded_header(text), column.field)
    return found


@functools.cache
def all_headers() -> frozenset[str]:
    """Every header of any kind of sheet, folded."""
    return frozenset(text for what in SHEETS for text in known_headers(what))


@functools.cache
def _choices(field: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for choice in CHOICES[field]:
        for text in (choice.value, *choice.words, *choice.also):
            found.setdefault(folded_header(text), choice.value)
    return found


def chosen(field: str, text: str) -> str | None:
    """The value that a cell names, or None."""
    return _choices(field).get(folded_header(text))


def word(field: str, value: str, language: Language) -> str:
    """What an export calls the value."""
    words = next((choice.words for choice in CHOICES[field] if choice.value == value), (value, value, value))
    return words[LANGUAGES.index(language)]
