"""Invented visitors: what a guard types for each kind of visit."""

from __future__ import annotations

import random
from typing import Any, Final

from gatehouse.demo.people import HOME

_SURNAMES: Final = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
_SINGLE: Final = "伟芳娜敏静磊洋勇艳杰涛明超霞平刚婷雪鹏波"
_FIRST: Final = "子梓浩宇欣雨思家嘉晓丽建志文俊海玉佳天永"
_SECOND: Final = "涵萱然轩妍泽远豪怡东华军强博杰燕兰宁成康"
_COMPOUND: Final = ("欧阳静", "司马亮", "诸葛明月", "上官婉", "慕容青")
_COMPOUND_SHARE, _SINGLE_SHARE = 0.02, 0.35
_LOCAL_SHARE, _ELECTRIC_SHARE = 0.8, 0.33
_FIRMS: Final = ("星衡科技", "北岸设计", "禾木律所", "青橙传媒", "远帆货运", "蓝鲸数据", "恒序咨询", "拾光影像")
_WORKS: Final = ("水电改造", "空调清洗", "墙面翻新", "电梯维保", "消防管道检修", "网络布线", "防水补漏", "家具安装")
_TOOLS: Final = ("切割机", "工具箱", "手电钻", "梯子", "油漆", "管材", "网线")
_ERRANDS: Final = {
    "agent": ("带客看房", "房源拍照", "交接钥匙"),
    "official": ("消防检查", "燃气安检", "社区走访", "水表抄录"),
    "interview": ("面试", "复试"),
    "other": ("商务拜访", "取文件", "送样品", "接孩子", "参加会议"),
}
NOTES: Final = (
    "业主电话确认放行",
    "车停访客区 B 列",
    "忘带证件，已登记手机号",
    "货物走货梯",
    "已提醒 22 点前离场",
    "带宠物犬一只，已拴绳",
    "大件物品，需开放行条",
    "临时停车，十分钟内离开",
    "住户未接电话，在门岗等候",
    "按规定佩戴访客证",
)
_NO_SUCH_PREFIX: Final = "142"
"""A mobile prefix outside the numbers handed out, so that no demo number rings at anybody's."""


def visitor(rng: random.Random, site: str, category: str) -> dict[str, Any]:
    """The fields of one entry but for site, post and category."""
    fields: dict[str, Any] = {}
    match category:
        case "courier":
            fields |= {"name": f"{rng.choice(_SURNAMES)}师傅", "purpose": f"送件 {rng.randint(2, 40)} 件"}
            _maybe(rng, 0.45, fields, plate=plate(rng))
        case "takeaway":
            fields |= {"unit": unit(rng, site)}
            _maybe(rng, 0.25, fields, phone=phone(rng))
        case "resident_guest":
            fields |= {"name": full_name(rng), "unit": unit(rng, site), "host": f"{rng.choice(_SURNAMES)}女士"}
            _maybe(rng, 0.6, fields, phone=phone(rng))
            _maybe(rng, 0.4, fields, plate=plate(rng))
            _maybe(rng, 0.35, fields, companions=rng.randint(1, 4))
        case "contractor":
            fields |= {
                "name": full_name(rng),
                "phone": phone(rng),
                "unit": unit(rng, site),
                "purpose": rng.choice(_WORKS),
                "id_kind": "id_card",
                "pass_no": f"W{rng.randint(1, 120):03}",
                "items": sorted(rng.sample(_TOOLS, rng.randint(1, 3))),
            }
            _maybe(rng, 0.5, fields, plate=plate(rng))
            _maybe(rng, 0.5, fields, companions=rng.randint(1, 3))
        case _:
            fields |= {"name": full_name(rng), "purpose": rng.choice(_ERRANDS[category]), "unit": unit(rng, site)}
            _maybe(rng, 0.7, fields, phone=phone(rng))
            if category == "official":
                fields["id_kind"] = "work_card"
            elif site != HOME:
                fields |= {"host": rng.choice(_FIRMS), "id_kind": "id_card"}
            _maybe(rng, 0.2, fields, plate=plate(rng))
    return fields


def correction(rng: random.Random, site: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What the guard corrects a minute after the entry: one field."""
    choices: list[dict[str, Any]] = [
        {"unit": unit(rng, site)},
        {"companions": rng.randint(1, 5)},
        {"plate": plate(rng)},
    ]
    if "host" in fields:
        choices.append({"host": f"{rng.choice(_SURNAMES)}先生"})
    return rng.choice(choices)


def full_name(rng: random.Random) -> str:
    """A name of two or three characters, now and then with a compound surname."""
    chance = rng.random()
    if chance < _COMPOUND_SHARE:
        return rng.choice(_COMPOUND)
    given = rng.choice(_SINGLE) if chance < _SINGLE_SHARE else rng.choice(_FIRST) + rng.choice(_SECOND)
    return rng.choice(_SURNAMES) + given


def phone(rng: random.Random) -> str:
    """A mobile number nobody has."""
    return f"{_NO_SUCH_PREFIX}{rng.randrange(10**8):08}"


def plate(rng: random.Random) -> str:
    """A plate, mostly of the province; a third are of electric cars, one character longer."""
    home = "粤B" if rng.random() < _LOCAL_SHARE else rng.choice(("粤A", "粤S", "湘A", "桂C", "赣D"))
    if rng.random() < _ELECTRIC_SHARE:
        return f"{home}{rng.choice('DF')}{rng.randrange(10**5):05}"
    return f"{home}{rng.randrange(10)}{rng.choice('ABCDEFGHJKLMNPQRSTUVWXYZ')}{rng.randrange(10**3):03}"


def unit(rng: random.Random, site: str) -> str:
    """A flat, or an office."""
    if site == HOME:
        return f"{rng.randint(1, 9)}栋{rng.randint(2, 27)}{rng.randint(1, 6):02}"
    return f"{rng.choice('AB')}座{rng.randint(3, 32)}{rng.randint(1, 8):02}"


def _maybe(rng: random.Random, chance: float, fields: dict[str, Any], **more: object) -> None:
    """Add fields by chance; the values are drawn either way, which keeps the sequence independent of the outcome."""
    if rng.random() < chance:
        fields.update(more)
