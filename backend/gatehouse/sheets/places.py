"""Sheets of posts and of known vehicles: what is on record, what an export writes, what a file would do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import msgspec

from gatehouse.db.steps import Steps
from gatehouse.estate.queries import bodies, compared
from gatehouse.sheets.book import clean, narrow
from gatehouse.sheets.columns import Language, chosen, word
from gatehouse.sheets.layout import Given
from gatehouse.sheets.plan import Context, Diff, Plan, Site, Sites, day_of, ends, fits, shown_day, unread
from gatehouse_sync.apply import Body
from gatehouse_sync.entities import ENTITIES

LAST_ORDER = ENTITIES["post"].fields["order"].max
_ORDER = re.compile(r"\d{1,3}\Z")
_PLATE = re.compile(r"[0-9A-Z\u4e00-\u9fff]{4,12}\Z")
_USUAL_PLATE = re.compile(
    r"(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z][0-9A-HJ-NP-Z]{4,5}[0-9A-HJ-NP-Z挂学警港澳]"
    r"|使\d{6}|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z][0-9A-HJ-NP-Z]{4}[领使])\Z"
)
"""GA 36-2018: province, authority, five or six signs."""


# Posts.


class KnownPosts(msgspec.Struct):
    """The posts on record."""

    sites: Sites
    posts: list[Body]


def read_posts(org: str) -> Steps[KnownPosts]:
    """Everything a sheet of posts is compared with."""
    return KnownPosts(Sites((yield from bodies("site", org))), (yield from bodies("post", org)))


def write_posts(known: KnownPosts) -> list[list[str | int]]:
    """A row for every post in use, as the sites list them."""
    here = [
        post for post in known.posts if "closed" not in post["f"] and not known.sites.by_id[post["f"]["site"]].closed
    ]
    rows = [(known.sites.by_id[post["f"]["site"]].name, post["f"]["name"], post["f"]["order"]) for post in here]
    return [list(row) for row in sorted(rows, key=lambda row: (row[0], row[2], row[1]))]


def plan_posts(known: KnownPosts, givens: Iterable[Given], context: Context) -> Plan:
    """What a sheet of posts would do: matched by site and name; only the order of one can change."""
    plan = Plan()
    by_name = {(post["f"]["site"], compared("post", clean(post["f"]["name"]))): post for post in known.posts}
    last = {
        site: max((p["f"]["order"] for p in known.posts if p["f"]["site"] == site), default=0)
        for site in known.sites.by_id
    }
    seen: dict[tuple[str, str], int] = {}
    for given in givens:
        if unread(given, plan):
            continue
        site = known.sites.find(given, plan)
        if not given["name"]:
            plan.error(given.row, "name", "required")
        order = _order(given, plan)
        if site is None or not given["name"] or not fits(given, "name", "post", "name", plan):
            continue
        key = site.id, compared("post", given["name"])
        if key in seen:
            plan.error(given.row, "name", "duplicate", value=given["name"], row=seen[key])
            continue
        seen[key] = given.row
        _plan_post(given, site, by_name.get(key), order, last, plan, context)
    plan.untouched = sum(1 for key, post in by_name.items() if key not in seen and "closed" not in post["f"])
    return plan


def _plan_post(
    given: Given, site: Site, known: Body | None, order: int | None, last: dict[str, int], plan: Plan, context: Context
) -> None:
    label = f"{site.name} {given['name']}"
    if known is None:
        if order is None:
            order = min(last[site.id] + 1, LAST_ORDER)
        last[site.id] = max(last[site.id], order)
        plan.diffs.append(
            Diff(
                given.row,
                "new",
                label,
                {"site": ("", site.name), "name": ("", given["name"]), "order": ("", str(order))},
            )
        )
        fields = {"site": site.id, "name": given["name"], "order": order}
        plan.make(given.row, "post.create", fields, context.new_id())
    elif "closed" in known["f"]:
        plan.error(given.row, "name", "closed", name=given["name"])
    elif order is not None and order != known["f"]["order"]:
        plan.diffs.append(Diff(given.row, "changed", label, {"order": (str(known["f"]["order"]), str(order))}))
        plan.change(given.row, "post.amend", {"order": order}, known["id"])
    else:
        plan.same += 1


def _order(given: Given, plan: Plan) -> int | None:
    text = narrow(given["order"])
    if not text:
        return None
    if _ORDER.match(text):
        return int(text)
    plan.error(given.row, "order", "bad_number", value=given["order"], least=0, most=LAST_ORDER)
    return None


# Vehicles.


class KnownVehicles(msgspec.Struct):
    """The vehicles on record, and the rooms they may belong to."""

    sites: Sites
    vehicles: list[Body]
    rooms: dict[str, str]
    """Unit: building and unit as an export writes them."""
    by_room: dict[tuple[str, str], set[str]]
    """Site and every way to write a room: the units it may mean."""


def read_vehicles(org: str) -> Steps[KnownVehicles]:
    """Everything a sheet of vehicles is compared with."""
    sites, buildings = (yield from bodies("site", org)), (yield from bodies("building", org))
    units, vehicles = (yield from bodies("unit", org)), (yield from bodies("vehicle", org))
    return known_vehicles(sites, buildings, units, vehicles)


def known_vehicles(sites: list[Body], buildings: list[Body], units: list[Body], vehicles: list[Body]) -> KnownVehicles:
    """The same from what was read."""
    names = {body["id"]: body["f"]["name"] for body in buildings}
    rooms: dict[str, str] = {}
    by_room: dict[tuple[str, str], set[str]] = {}
    for unit in units:
        fields = unit["f"]
        building, name = names[fields["building"]], fields["name"]
        rooms[unit["id"]] = f"{building} {name}"
        if "closed" not in fields:
            for text in (name, *(f"{building}{between}{name}" for between in (" ", "", "-", "/"))):
                by_room.setdefault((fields["site"], compared("unit", text)), set()).add(unit["id"])
    return KnownVehicles(Sites(sites), vehicles, rooms, by_room)


def write_vehicles(known: KnownVehicles, language: Language) -> list[list[str | int]]:
    """A row for every vehicle of a site in use, lapsed ones too."""
    rows = [
        (known.sites.by_id[one["f"]["site"]].name, *_shown(known, one, language).values())
        for one in known.vehicles
        if not known.sites.by_id[one["f"]["site"]].closed
    ]
    return [list(row) for row in sorted(rows)]


def _shown(known: KnownVehicles, vehicle: Body, language: Language) -> dict[str, str]:
    fields = vehicle["f"]
    until = fields.get("until")
    return {
        "plate": fields.get("plate", ""),
        "unit": known.rooms.get(fields.get("unit", ""), ""),
        "category": word("category", fields["category"], language),
        # The instant it lapses is the end of its last day.
        "until": shown_day(until - 1, known.sites.by_id[fields["site"]].zone) if until is not None else "",
    }


def plan_vehicles(known: KnownVehicles, givens: Iterable[Given], context: Context) -> Plan:
    """What a sheet of vehicles would do: matched by site and plate."""
    plan = Plan()
    by_plate = {
        (one["f"]["site"], compared("vehicle", one["f"]["plate"])): one for one in known.vehicles if "plate" in one["f"]
    }
    seen: dict[tuple[str, str], int] = {}
    for given in givens:
        if unread(given, plan):
            continue
        site = known.sites.find(given, plan)
        plate = compared("vehicle", given["plate"])
        if not given["plate"]:
            plan.error(given.row, "plate", "required")
        elif site is not None:
            old = by_plate.get((site.id, plate))
            if old is None and not _PLATE.match(plate):
                plan.error(given.row, "plate", "bad_plate", value=given["plate"])
                continue
            if old is None and not _USUAL_PLATE.match(plate):
                plan.warn(given.row, "plate", "unusual_plate", value=given["plate"])
            if (site.id, plate) in seen:
                plan.error(given.row, "plate", "duplicate", value=given["plate"], row=seen[site.id, plate])
                continue
            seen[site.id, plate] = given.row
            _plan_vehicle(known, given, site, plate, old, plan, context)
    plan.untouched = sum(1 for key in by_plate if key not in seen)
    return plan


def _unit(known: KnownVehicles, given: Given, site: Site, plan: Plan) -> str | None:
    units = known.by_room.get((site.id, compared("unit", given["unit"])), set())
    if len(units) == 1:
        return next(iter(units))
    plan.error(given.row, "unit", "unit_ambiguous" if units else "unit_unknown", value=given["unit"])
    return None


def _category(_known: KnownVehicles, given: Given, _site: Site, plan: Plan) -> str | None:
    found = chosen("category", given["category"])
    if found is None:
        plan.error(given.row, "category", "category_unknown", value=given["category"])
    return found


def _until(_known: KnownVehicles, given: Given, site: Site, plan: Plan) -> int | None:
    day = day_of(given["until"])
    if day is None:
        plan.error(given.row, "until", "bad_date", value=given["until"])
        return None
    return ends(day, site.zone)


_VALUES: dict[str, Callable[[KnownVehicles, Given, Site, Plan], str | int | None]] = {
    "unit": _unit,
    "category": _category,
    "until": _until,
}
"""What a cell means, with a finding when it means nothing."""


def _plan_vehicle(
    known: KnownVehicles, given: Given, site: Site, plate: str, old: Body | None, plan: Plan, context: Context
) -> None:
    before = _shown(known, old, context.language) if old is not None else {}
    changed: dict[str, str] = {}
    fields: dict[str, str | int] = {}

    for name in ("unit", "category", "until"):
        if given[name] and given[name] != clean(before.get(name, "")):
            found = _VALUES[name](known, given, site, plan)
            if found is not None and (old is None or found != old["f"].get(name)):
                fields[name] = found
                after = _shown(known, {"f": {"site": site.id, "category": "", name: found}}, context.language)
                if after[name] != before.get(name):
                    changed[name] = after[name]
                else:
                    del fields[name]
    label = f"{site.name} {given['plate']}"
    if old is None:
        changed.setdefault("category", word("category", "resident", context.language))
        shown = {"site": ("", site.name), "plate": ("", plate), **{name: ("", text) for name, text in changed.items()}}
        plan.diffs.append(Diff(given.row, "new", label, shown))
        made = {"category": "resident", **fields, "site": site.id, "plate": plate}
        plan.make(given.row, "vehicle.create", made, context.new_id())
    elif fields:
        diff = {name: (before.get(name, ""), text) for name, text in changed.items()}
        plan.diffs.append(Diff(given.row, "changed", label, diff))
        plan.change(given.row, "vehicle.amend", fields, old["id"])
    else:
        plan.same += 1
