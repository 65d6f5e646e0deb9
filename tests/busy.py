"""Estates with something going on: phones that have worked, a second site, another org."""

from __future__ import annotations

import msgspec
from tests.estate import HASH, Estate, Phone

from gatehouse.estate.found import found
from gatehouse_sync.page import PageStore


def plain(store: PageStore) -> dict[str, tuple[int, str, tuple[str, ...]]]:
    """What a phone holds, to compare with another."""
    return {
        id_: (held.n, msgspec.json.encode(held.body, order="sorted").decode(), tuple(sorted(held.scopes)))
        for id_, held in store.rows.items()
    }


async def fresh(estate: Estate, staff_no: str) -> Phone:
    phone = await estate.phone(staff_no)
    await phone.pull()
    return phone


async def busy(estate: Estate, visits: int = 12) -> Phone:
    """A phone that made visits in transactions of several sizes, amending earlier ones on the way."""
    phone = await fresh(estate, "G1")
    made: list[str] = []
    while len(made) < visits:
        for _ in range(estate.dice.randint(1, 4)):
            made.append(phone.arrive(name=f"访客{len(made)}"))
        for visit in estate.dice.sample(made, min(2, len(made))):
            phone.amend(visit, unit=f"{len(made)}-101")
        await phone.sync()
    return phone


async def second_site(estate: Estate) -> tuple[str, str]:
    site = estate.admin.act("site.create", {"name": "云杉写字楼", "zone": "Asia/Shanghai"})
    post = estate.admin.act("post.create", {"site": site, "name": "大堂前台", "order": 1})
    await estate.admin.drain()
    return site, post


async def other_org(estate: Estate) -> Phone:
    """The admin's phone of another org in the same database."""
    await found(estate.core, "别家物业", "别家管理员", "Z900", HASH)
    return await estate.phone("Z900")
