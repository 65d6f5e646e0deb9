"""Who works where in the demo estate, as data. All of them are invented."""

from __future__ import annotations

from typing import Final

import msgspec

ORG: Final = "南屿物业（演示）"
ZONE: Final = "Asia/Shanghai"
PASSWORD: Final = "gatehouse-demo"  # noqa: S105  # public on purpose
"""The one password of every demo account. It is public: it is printed, and stands here."""

HOME: Final = "翠湖花园"
OFFICE: Final = "云杉写字楼"
SITES: Final = (HOME, OFFICE)

EAST, WEST, GARAGE = "东门岗", "西门岗", "地库岗"
LOBBY, FREIGHT = "大堂前台", "货运门岗"
POSTS: Final = {EAST: HOME, WEST: HOME, GARAGE: HOME, LOBBY: OFFICE, FREIGHT: OFFICE}

DAY, NIGHT, SPLIT = "日班组", "夜班组", "两头班组"
TEAMS: Final = {DAY: "day", NIGHT: "night", SPLIT: "split"}


class Employee(msgspec.Struct, frozen=True):
    """One person: staff number, name, role, the sites it holds at (none: all), team (its shift follows), superior."""

    staff_no: str
    name: str
    role: str
    sites: tuple[str, ...]
    team: str
    superior: str | None


def _crew(role: str, site: str, team: str, superior: str, people: str) -> tuple[Employee, ...]:
    pairs = [one.split(":") for one in people.split()]
    return tuple(Employee(number, name, role, (site,), team, superior) for number, name in pairs)


ADMIN: Final = Employee("1001", "沈若兰", "admin", (), DAY, None)
STAFF: Final = (
    Employee("1101", "方远航", "manager", (HOME,), DAY, "1001"),
    Employee("1102", "乔书怡", "manager", (OFFICE,), DAY, "1001"),
    Employee("1103", "顾明玥", "clerk", (), DAY, "1101"),
    Employee("1201", "陆建平", "supervisor", SITES, DAY, "1101"),
    Employee("1202", "秦永强", "supervisor", SITES, NIGHT, "1101"),
    Employee("1203", "白晓燕", "supervisor", SITES, SPLIT, "1102"),
    *_crew("agent", OFFICE, DAY, "1201", "2001:林静雯 2002:苏婉婷"),
    *_crew("agent", OFFICE, SPLIT, "1203", "2003:何雨桐 2004:谢欣怡"),
    *_crew("guard", HOME, DAY, "1201", "3001:赵大勇 3002:钱国栋 3003:孙志刚 3004:李长河 3005:周海涛 3006:吴建国"),
    *_crew("guard", HOME, NIGHT, "1202", "3007:郑铁军 3008:冯立新 3009:陈卫东 3010:褚明亮 3011:卫兴旺 3012:蒋德胜"),
    *_crew("guard", OFFICE, DAY, "1201", "3013:韩保国 3014:杨树林"),
    *_crew("guard", OFFICE, NIGHT, "1202", "3015:朱永福 3016:许三江"),
    *_crew("guard", HOME, SPLIT, "1203", "3017:吕志远 3018:施小龙"),
    Employee("3019", "张北辰", "guard", (OFFICE,), NIGHT, "1202"),
    Employee("3020", "孔庆丰", "guard", (OFFICE,), DAY, "1201"),
)

CONFLICTED: Final = "3003"
"""His inbox holds the one open conflict: another gate corrected the same field while both were offline."""
OTHER_GATE: Final = "3001"
REFUSED: Final = "3012"
"""Helped out at the other property, where he has no role: his entry was refused, and his inbox says why."""
MOVED: Final = "3019"
"""Changed team and superior half-way."""
DISMISSED: Final = "3020"
"""Left yesterday; what his phone had not sent by then is held for a person in charge."""

WATCHES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    EAST: {"day": ("3001", "3002"), "night": ("3007", "3008"), "split": ("3017",)},
    WEST: {"day": ("3003", "3004"), "night": ("3009", "3010"), "split": ("3018",)},
    GARAGE: {"day": ("3005", "3006"), "night": ("3011", "3012")},
    LOBBY: {"day": ("2001", "2002"), "night": ("3015",), "split": ("2003", "2004")},
    FREIGHT: {"day": ("3013", "3014"), "night": ("3016",)},
}
"""Who takes turns at a post, by shift. Where there is a split shift, it relieves at midday and in the evening."""

BLOCK_DAYS: Final = 3
"""People of one watch take turns of so many days."""


def on_duty(post: str, day: int, hour: int) -> str:
    """The staff number of who stands at the post on a day of the estate, at a local hour."""
    watches = WATCHES[post]
    shift = "day" if 7 <= hour < 19 else "night"  # noqa: PLR2004  # seven to seven
    if hour in {11, 12, 17, 18} and "split" in watches:
        shift = "split"
    if hour < 7:  # noqa: PLR2004  # the night that began the evening before
        day -= 1
    people = watches[shift]
    return people[day // BLOCK_DAYS % len(people)]
