"""A sheet of units and who lives in them: one row a resident, or one row a unit that has none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import itemgetter

import msgspec

from gatehouse.db.steps import Steps
from gatehouse.estate.queries import bodies, compared
from gatehouse.sheets.book import clean, narrow
from gatehouse.sheets.columns import Language, chosen, word
from gatehouse.sheets.layout import Given
from gatehouse.sheets.plan import Context, Diff, Plan, Site, Sites, fits, phone_of, unread
from gatehouse_sync.apply import Body
from gatehouse_sync.entities import ENTITIES

_FLOOR = re.compile(r"(-|B|负|負|地下)?(\d{1,3})(?:层|層|楼|樓|F)?\Z", re.IGNORECASE)
_FIELD = ENTITIES["unit"].fields["floor"]
LAST_ORDER = ENTITIES["building"].fields["order"].max


class KnownUnits(msgspec.Struct):
    """The units on record with those who live in them now, in the order in which they were noted."""

    sites: Sites
    buildings: dict[str, Body]
    units: dict[str, Body]
    residents: dict[str, list[Body]]
    """By unit."""


def read_units(org: str, now: int) -> Steps[KnownUnits]:
    """Everything a sheet of units is compared with."""
    sites, buildings = (yield from bodies("site", org)), (yield from bodies("building", org))
    return known_units(sites, buildings, (yield from bodies("unit", org)), (yield from bodies("resident", org)), now)


def known_units(
    sites: list[Body], buildings: list[Body], units: list[Body], residents: list[Body], now: int
) -> KnownUnits:
    """The same from what was read; who has moved out is not in it."""
    living: dict[str, list[Body]] = {}
    for body in residents:
        until = body["f"].get("until")
        if (until is None or now < until) and "erased" not in body:
            living.setdefault(body["f"]["unit"], []).append(body)
    by_id = {body["id"]: body for body in buildings}
    return KnownUnits(Sites(sites), by_id, {body["id"]: body for body in units}, living)


def write_units(known: KnownUnits, language: Language) -> list[list[str | int]]:
    """A row for every resident of a unit in use, and for every such unit without one, as people read a house."""
    rows: list[tuple[tuple[object, ...], int, list[str | int]]] = []
    for unit in known.units.values():
        fields = unit["f"]
        building, site = known.buildings[fields["building"]], known.sites.by_id[fields["site"]]
        if "closed" in fields or "closed" in building["f"] or site.closed:
            continue
        floor = fields.get("floor")
        where = (site.name, building["f"]["name"], str(floor) if floor is not None else "", fields["name"])
        order = (
            site.name,
            building["f"]["order"],
            building["f"]["name"],
            floor or 0,
            _natural(fields["name"]),
            unit["id"],
        )
        living = [resident["f"] for resident in known.residents.get(unit["id"], ())]
        for given in living or [{}]:
            relation = word("relation", given["relation"], language) if "relation" in given else ""
            rows.append((order, len(rows), [*where, given.get("name", ""), given.get("phone", ""), relation]))
    return [row for _, _, row in sorted(rows, key=itemgetter(0, 1))]


def _natural(name: str) -> tuple[int, str]:
    return len(name), name


class Unit(msgspec.Struct):
    """A unit of the file: on record, or to be made."""

    id: str
    row: int
    known: Body | None
    label: str
    floor: int | None
    residents: dict[str, list[Body]]
    """Those on record by compared name, not yet met in the file."""


class Units:
    """A sheet of units on its way to a plan."""

    def __init__(self, known: KnownUnits, context: Context) -> None:
        self.known, self.context, self.plan = known, context, Plan()
        self._buildings = {
            (body["f"]["site"], compared("building", clean(body["f"]["name"]))): body
            for body in known.buildings.values()
        }
        self._units = {
            (body["f"]["building"], compared("unit", clean(body["f"]["name"]))): body for body in known.units.values()
        }
        self._new_buildings: dict[tuple[str, str], str] = {}
        self._met: dict[tuple[str, str], Unit] = {}
        self._orders: dict[str, int] = {}
        for body in known.buildings.values():
            site = body["f"]["site"]
            self._orders[site] = max(self._orders.get(site, 0), body["f"]["order"])
        self._made: list[str] = []
        self._compared: dict[tuple[str, str], str] = {}
        self._floors: dict[tuple[str, ...], tuple[int, int]] = {}
        """The floor that a row gives a unit, and which row; the rows of one unit agree."""

    def read(self, givens: Iterable[Given]) -> Plan:
        """Understand every row and give the plan."""
        plan = self.plan
        rows = [given for given in givens if not unread(given, plan)]
        for given in rows:
            floor = self._floor(given)
            if floor is not None:
                self._floors.setdefault(self._named(given), (floor, given.row))
        for given in rows:
            self._row(given)
        plan.created = {"building": self._made}
        met = {unit.known["id"] for unit in self._met.values() if unit.known is not None}
        plan.untouched = sum(
            1 for id_, body in self.known.units.items() if id_ not in met and "closed" not in body["f"]
        )
        for unit in self._met.values():
            plan.untouched += sum(map(len, unit.residents.values()))
        return plan

    def _row(self, given: Given) -> None:
        plan = self.plan
        site = self.known.sites.find(given, plan)
        for field in ("building", "unit"):
            if not given[field]:
                plan.error(given.row, field, "required")
        short = [fits(given, *one, plan) for one in (("building", "building", "name"), ("unit", "unit", "name"))]
        if site is None or not (given["building"] and given["unit"] and all(short)):
            return
        building = self._building(given, site)
        unit = self._unit(given, site, building) if building is not None else None
        if unit is None:
            return
        touched = unit.row == given.row and self._unit_acts(given, site, str(building), unit)
        if given["resident"]:
            touched = self._resident(given, unit) or touched
        elif given["phone"] or given["relation"]:
            plan.error(given.row, "resident", "required")
        if not touched:
            plan.same += 1

    def _same(self, kind: str, text: str) -> str:
        """``compared``; a sheet says the same few names over and over."""
        found = self._compared.get((kind, text))
        if found is None:
            found = self._compared[kind, text] = compared(kind, text)
        return found

    def _named(self, given: Given) -> tuple[str, str, str]:
        return (
            self._same("site", given["site"]),
            self._same("building", given["building"]),
            self._same("unit", given["unit"]),
        )

    def _floor(self, given: Given) -> int | None:
        text = narrow(given["floor"])
        if not text:
            return None
        found = _FLOOR.match(text)
        floor = int(found[2]) * (-1 if found[1] else 1) if found is not None else None
        if floor is None or not _FIELD.min <= floor <= _FIELD.max:
            self.plan.error(given.row, "floor", "bad_number", value=given["floor"], least=_FIELD.min, most=_FIELD.max)
            return None
        other, row = self._floors.get(self._named(given), (floor, 0))
        if other != floor:
            self.plan.error(given.row, "floor", "floor_differs", row=row)
        return floor

    def _building(self, given: Given, site: Site) -> str | None:
        key = site.id, self._same("building", given["building"])
        known = self._buildings.get(key)
        if known is not None and "closed" in known["f"]:
            self.plan.error(given.row, "building", "closed", name=given["building"])
            return None
        if known is not None:
            return str(known["id"])
        if key not in self._new_buildings:
            order = self._orders[site.id] = min(self._orders.get(site.id, 0) + 1, LAST_ORDER)
            id_ = self._new_buildings[key] = self.context.new_id()
            self._made.append(f"{site.name} {given['building']}")
            self.plan.make(
                given.row, "building.create", {"site": site.id, "name": given["building"], "order": order}, id_
            )
        return self._new_buildings[key]

    def _unit(self, given: Given, site: Site, building: str) -> Unit | None:
        key = building, self._same("unit", given["unit"])
        met = self._met.get(key)
        if met is not None:
            return met
        known = self._units.get(key)
        if known is not None and "closed" in known["f"]:
            self.plan.error(given.row, "unit", "closed", name=given["unit"])
            return None
        residents: dict[str, list[Body]] = {}
        for body in self.known.residents.get(known["id"], ()) if known is not None else ():
            residents.setdefault(clean(body["f"].get("name", "")), []).append(body)
        label = f"{site.name} {given['building']} {given['unit']}"
        id_ = known["id"] if known is not None else self.context.new_id()
        floor = self._floors.get(self._named(given), (None, 0))[0]
        unit = self._met[key] = Unit(id_, given.row, known, label, floor, residents)
        return unit

    def _unit_acts(self, given: Given, site: Site, building: str, unit: Unit) -> bool:
        """Make or change the unit; whether there was anything to do."""
        known, floor, plan = unit.known, unit.floor, self.plan
        if known is None:
            fields = {"building": building, "name": given["unit"], **({"floor": floor} if floor is not None else {})}
            plan.make(given.row, "unit.create", fields, unit.id)
            shown = {
                "site": ("", site.name),
                "building": ("", given["building"]),
                "unit": ("", given["unit"]),
                **({"floor": ("", str(floor))} if floor is not None else {}),
            }
            plan.diffs.append(Diff(given.row, "new", unit.label, shown))
            return True
        before = known["f"].get("floor")
        if floor is None or floor == before:
            return False
        plan.change(given.row, "unit.amend", {"floor": floor}, unit.id)
        old = str(before) if before is not None else ""
        plan.diffs.append(Diff(given.row, "changed", unit.label, {"floor": (old, str(floor))}))
        return True

    def _resident(self, given: Given, unit: Unit) -> bool:
        """Note a resident; the second of a name in a unit is the second on record. Whether anything is new."""
        plan, name = self.plan, given["resident"]
        waiting = unit.residents.get(name)
        known = waiting.pop(0) if waiting else None
        before = known["f"] if known is not None else {}
        if not fits(given, "resident", "resident", "name", plan):
            return True
        fields: dict[str, str] = {}
        shown: dict[str, tuple[str, str]] = {}
        if given["phone"] and given["phone"] != clean(before.get("phone", "")):
            phone = phone_of(given["phone"])
            if phone is None:
                plan.error(given.row, "phone", "bad_phone", value=given["phone"])
            elif phone != before.get("phone"):
                fields["phone"] = phone
                shown["phone"] = before.get("phone", ""), phone
        if given["relation"]:
            relation = chosen("relation", given["relation"])
            if relation is None:
                plan.error(given.row, "relation", "relation_unknown", value=given["relation"])
            elif relation != before.get("relation"):
                fields["relation"] = relation
                language = self.context.language
                old = word("relation", before["relation"], language) if "relation" in before else ""
                shown["relation"] = old, word("relation", relation, language)
        if known is None:
            plan.make(given.row, "resident.create", {**fields, "unit": unit.id, "name": name}, self.context.new_id())
            self._show(given.row, "new", unit, {"resident": ("", name), **shown})
        elif fields:
            plan.change(given.row, "resident.amend", fields, known["id"])
            self._show(given.row, "changed", unit, shown)
        return known is None or bool(fields)

    def _show(self, row: int, state: str, unit: Unit, shown: dict[str, tuple[str, str]]) -> None:
        """One line for a row: what it makes of the unit and of the resident together."""
        diffs = self.plan.diffs
        if diffs and diffs[-1].row == row:
            last = diffs.pop()
            diffs.append(msgspec.structs.replace(last, fields={**last.fields, **shown}))
        else:
            diffs.append(Diff(row, "new" if state == "new" else "changed", unit.label, shown))


def plan_units(known: KnownUnits, givens: Iterable[Given], context: Context) -> Plan:
    """What a sheet of units would do."""
    return Units(known, context).read(givens)
