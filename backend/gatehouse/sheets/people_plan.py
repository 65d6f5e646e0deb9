"""What a sheet of people would do: matched by staff number; roles and teams are given, never taken away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from gatehouse.estate.queries import compared
from gatehouse.sheets.book import clean, narrow
from gatehouse.sheets.columns import EVERYWHERE, LANGUAGES, chosen, word
from gatehouse.sheets.layout import Given
from gatehouse.sheets.people import BETWEEN, Grant, Known, role_cells, shown, site_word
from gatehouse.sheets.plan import Context, Diff, Plan, Site, begins, day_of, fits, phone_of, unread

_PARTS = re.compile(r"[、,，;；/]+")
_SAID_FOR_ALL = frozenset(text.casefold() for text in EVERYWHERE)


class Wanted(msgspec.Struct):
    """A row as far as it was understood."""

    given: Given
    number: str
    person: str | None
    id: str
    before: dict[str, str]
    changed: dict[str, str] = {}
    phone: str | None = None
    team: str | None = None
    """Its compared name, when it is another than before."""
    superior: str | None = None
    """The compared number, when it is another than before."""
    grants: list[Grant] = []
    since: int = 0


class People:
    """A sheet of people on its way to a plan."""

    def __init__(self, known: Known, context: Context, plan: Plan) -> None:
        self.known, self.context, self.plan = known, context, plan
        self.rows: list[Wanted] = []
        self.by_number: dict[str, Wanted] = {}
        self.new_teams: dict[str, tuple[str, str, set[str | None]]] = {}
        """Compared name: id, name, sites of those who name it."""

    def read(self, givens: Iterable[Given]) -> None:
        """Understand every row by itself, then the sheet as a whole, then what follows."""
        for given in givens:
            wanted = self._begin(given)
            if wanted is not None:
                self.rows.append(wanted)
        for wanted in self.rows:
            self._understand(wanted)
        self._circles()
        self._leads()
        self._diff()

    def _begin(self, given: Given) -> Wanted | None:
        """Whose row it is."""
        plan, known = self.plan, self.known
        if unread(given, plan):
            return None
        number = compared("person", given["staff_no"])
        lacking = [field for field in ("staff_no", "name") if not given[field]]
        if given["staff_no"] and not number and number not in known.by_number:  # nothing but signs
            lacking.append("staff_no")
        for field in lacking:
            plan.error(given.row, field, "required")
        if lacking or not fits(given, "staff_no", "person", "staff_no", plan):
            return None
        if number in self.by_number:
            plan.error(
                given.row, "staff_no", "duplicate", value=given["staff_no"], row=self.by_number[number].given.row
            )
            return None
        person = known.by_number.get(number)
        if person is not None and known.gone(person):
            plan.error(given.row, "staff_no", "person_left", value=given["staff_no"])
            return None
        before = shown(known, person, self.context.language) if person is not None else {}
        wanted = Wanted(given, number, person, person or self.context.new_id(), before)
        self.by_number[number] = wanted
        return wanted

    def _understand(self, wanted: Wanted) -> None:
        given = wanted.given
        for field in ("name", "grade"):
            if self._new_text(wanted, field) and fits(given, field, "person", field, self.plan):
                wanted.changed[field] = given[field]
        if self._new_text(wanted, "phone"):
            self._phone(wanted)
        self._since(wanted)
        if self._new_text(wanted, "superior"):
            self._superior(wanted)
        sites = self._roles(wanted)
        if self._new_text(wanted, "team") and fits(given, "team", "team", "name", self.plan):
            self._team(wanted, sites)

    def _new_text(self, wanted: Wanted, field: str) -> bool:
        """Whether the cell says something else than what is on record. An empty one says nothing."""
        return bool(wanted.given[field]) and wanted.given[field] != clean(wanted.before.get(field, ""))

    def _phone(self, wanted: Wanted) -> None:
        phone = phone_of(wanted.given["phone"])
        if phone is None:
            self.plan.error(wanted.given.row, "phone", "bad_phone", value=wanted.given["phone"])
        elif phone != wanted.before.get("phone"):
            wanted.changed["phone"] = phone

    def _since(self, wanted: Wanted) -> None:
        """The day they joined: of somebody on record it stays as it is."""
        wanted.since = self.context.now
        if not wanted.given["since"]:
            return
        day = day_of(wanted.given["since"])
        if day is None:
            self.plan.error(wanted.given.row, "since", "bad_date", value=wanted.given["since"])
        elif wanted.person is None:
            site = self.known.sites.named(wanted.given["site"])
            wanted.since = begins(day, site.zone if site is not None else self.known.sites.zone)
            wanted.changed["since"] = day.isoformat()
        elif day.isoformat() != wanted.before["since"]:
            self.plan.warn(wanted.given.row, "since", "since_kept", value=wanted.before["since"])

    def _superior(self, wanted: Wanted) -> None:
        number = compared("person", narrow(wanted.given["superior"]))
        row, known = wanted.given.row, self.known
        if number == wanted.number:
            self.plan.error(row, "superior", "superior_self")
            return
        person = known.by_number.get(number)
        if number not in self.by_number and (person is None or known.gone(person)):
            self.plan.error(row, "superior", "superior_unknown", value=wanted.given["superior"])
            return
        if number != compared("person", wanted.before.get("superior", "")):
            wanted.superior = number
            wanted.changed["superior"] = wanted.given["superior"]

    def _team(self, wanted: Wanted, sites: set[str | None]) -> None:
        text, row = wanted.given["team"], wanted.given.row
        name = compared("team", text)
        if name == compared("team", wanted.before.get("team", "")):
            return
        known = self.known.team_names.get(name)
        if known is not None and "closed" in self.known.teams[known]["f"]:
            self.plan.error(row, "team", "closed", name=text)
            return
        if known is None:
            self.new_teams.setdefault(name, (self.context.new_id(), text, set()))[2].update(sites)
        wanted.team = name
        wanted.changed["team"] = text

    # Roles.

    def _roles(self, wanted: Wanted) -> set[str | None]:
        """Understand the cells for role and site; gives the sites that are meant."""
        given = wanted.given
        if not self._new_text(wanted, "role") and not self._new_text(wanted, "site"):
            return {site for _, site, _ in self._held(wanted)}
        if wanted.person is not None and any(
            role_cells(self.known, wanted.person, one) == (given["role"], given["site"]) for one in LANGUAGES
        ):
            return {site for _, site, _ in self._held(wanted)}
        sites = self._sites(wanted, given["site"], "site") if given["site"] else []
        if not given["role"]:
            if set(sites) - {site for _, site, _ in self._held(wanted)}:
                self.plan.error(given.row, "role", "role_needed")
            return set(sites)
        asked: list[tuple[str, str | None]] = []
        for part in filter(None, (one.strip() for one in _PARTS.split(given["role"]))):
            text, at, where = part.partition("@")
            role = chosen("role", text)
            if role is None:
                self.plan.error(given.row, "role", "role_unknown", value=text)
                continue
            places = self._sites(wanted, where, "role") if at else sites
            if not at and not given["site"]:
                places = self._only_site(wanted)
            asked += [(role, site) for site in places]
        self._grant(wanted, asked)
        return {site for _, site in asked}

    def _held(self, wanted: Wanted) -> list[Grant]:
        return self.known.grants.get(wanted.person, []) if wanted.person is not None else []

    def _only_site(self, wanted: Wanted) -> list[str | None]:
        """Where a role without a site is meant: where the person has one already, else the only site there is."""
        held = list(dict.fromkeys(site for _, site, _ in self._held(wanted)))
        if held:
            return held
        if len(self.known.sites.open) == 1:
            return [self.known.sites.open[0].id]
        self.plan.error(wanted.given.row, "site", "site_needed")
        return []

    def _sites(self, wanted: Wanted, text: str, field: str) -> list[str | None]:
        whole = self._site(text)
        parts = [text] if whole is not None else [one.strip() for one in _PARTS.split(text) if one.strip()]
        found: list[str | None] = []
        for part in parts:
            site = self._site(part)
            if isinstance(site, Site) and not site.closed:
                found.append(site.id)
            elif site == "":
                found.append(None)
            else:
                code = "closed" if isinstance(site, Site) else "site_unknown"
                self.plan.error(wanted.given.row, field, code, name=part)
        return found

    def _site(self, text: str) -> Site | str | None:
        """The site, "" for all of them, None for neither."""
        return self.known.sites.named(text) or ("" if narrow(text).casefold() in _SAID_FOR_ALL else None)

    def _grant(self, wanted: Wanted, asked: list[tuple[str, str | None]]) -> None:
        """Note the roles that are not held yet. A supervisor leads the team of the row."""
        team = self._team_id(wanted)
        held = set(self._held(wanted))
        for role, site in dict.fromkeys(asked):
            led = team if role == "supervisor" else None
            if (role, site, led) in held or (role != "supervisor" and (role, None, None) in held):
                continue
            if role == "admin":
                self.plan.error(wanted.given.row, "role", "role_by_hand")
                return
            wanted.grants.append((role, site, led))
        if wanted.grants:
            after = [*self._held(wanted), *wanted.grants]
            names = dict.fromkeys(word("role", role, self.context.language) for role, _, _ in after)
            places = dict.fromkeys(site_word(self.known, site, self.context.language) for _, site, _ in after)
            wanted.changed |= {"role": BETWEEN.join(names), "site": BETWEEN.join(places)}

    def _team_id(self, wanted: Wanted) -> str | None:
        """The id of the team the row names, also of one that the file makes; else the one on record."""
        name = compared("team", wanted.given["team"])
        if name and name not in self.known.team_names:
            return self.new_teams.setdefault(name, (self.context.new_id(), wanted.given["team"], set()))[0]
        on_record = self.known.people[wanted.person]["f"].get("team") if wanted.person is not None else None
        return self.known.team_names[name] if name else on_record

    # The sheet as a whole.

    def _above(self, number: str) -> str | None:
        """The number of the superior, when the file is applied."""
        wanted = self.by_number.get(number)
        if wanted is not None and wanted.superior is not None:
            return wanted.superior
        person = self.known.by_number.get(number)
        above = self.known.people[person]["f"].get("superior") if person is not None else None
        return compared("person", self.known.people[above]["f"]["staff_no"]) if above in self.known.people else None

    def _circles(self) -> None:
        """Nobody is above themselves, however far up."""
        settled: set[str] = set()
        for start in [wanted.number for wanted in self.rows if wanted.superior is not None]:
            way: list[str] = []
            at: str | None = start
            while at is not None and at not in settled and at not in way:
                way.append(at)
                at = self._above(at)
            settled.update(way)
            for number in way[way.index(at) :] if at in way else ():
                wanted = self.by_number.get(number)
                if wanted is not None and wanted.superior is not None:
                    self.plan.error(wanted.given.row, "superior", "superior_circle", value=wanted.given["superior"])
                    wanted.superior = None

    def _leads(self) -> None:
        """A team that people join has somebody who decides for it, now or by this file."""
        led = {team for held in self._grants_held() for role, _, team in held if role == "supervisor" and team}
        led |= {team for wanted in self.rows for role, _, team in wanted.grants if role == "supervisor" and team}
        joins: dict[str, list[Wanted]] = {}
        for wanted in self.rows:
            if wanted.team is not None and self._id(wanted.team) not in led:
                joins.setdefault(wanted.team, []).append(wanted)
        for rows in joins.values():
            first = rows[0].given
            self.plan.error(first.row, "team", "team_without_lead", name=first["team"], people=len(rows))

    def _grants_held(self) -> Iterable[list[Grant]]:
        return (held for person, held in self.known.grants.items() if not self.known.gone(person))

    def _id(self, team: str) -> str:
        return self.known.team_names[team] if team in self.known.team_names else self.new_teams[team][0]

    # What follows.

    def _diff(self) -> None:
        plan = self.plan
        for wanted in self.rows:
            if not wanted.changed and wanted.person is not None:
                plan.same += 1
                continue
            fields = {name: (wanted.before.get(name, ""), text) for name, text in wanted.changed.items()}
            label = f"{wanted.given['name']} {wanted.given['staff_no']}"
            if wanted.person is None:
                fields["staff_no"] = ("", wanted.given["staff_no"])
            plan.diffs.append(Diff(wanted.given.row, "changed" if wanted.person else "new", label, fields))
        plan.created = {"team": [name for _, name, _ in self.new_teams.values()]}
        named = {wanted.person for wanted in self.rows}
        plan.untouched = sum(1 for id_ in self.known.people if id_ not in named and not self.known.gone(id_))

    def acts(self) -> None:
        """Teams first, then people from the top down, so that whoever is named above somebody is there already."""
        for id_, name, sites in self.new_teams.values():
            site = next(iter(sites)) if len(sites) == 1 else None
            self.plan.make(0, "team.create", {"name": name, **({"site": site} if site else {})}, id_)
        for wanted in self._from_the_top():
            self._write(wanted)

    def _from_the_top(self) -> list[Wanted]:
        done: dict[str, Wanted] = {}
        for wanted in self.rows:
            way: list[Wanted] = []
            at: Wanted | None = wanted
            while at is not None and at.number not in done and at not in way:
                way.append(at)
                above = self._above(at.number)
                at = self.by_number.get(above) if above is not None else None
            done |= {one.number: one for one in reversed(way)}
        return list(done.values())

    def _write(self, wanted: Wanted) -> None:
        row, changed, plan = wanted.given.row, wanted.changed, self.plan
        superior = self._person_id(wanted.superior)
        plain: dict[str, object] = {name: changed[name] for name in ("name", "phone", "grade") if name in changed}
        team = self._id(wanted.team) if wanted.team is not None else None
        placed = {name: id_ for name, id_ in (("team", team), ("superior", superior)) if id_ is not None}
        if wanted.person is None:
            new: dict[str, object] = {**plain, **placed, "staff_no": wanted.given["staff_no"], "since": wanted.since}
            plan.make(row, "person.create", new, wanted.id)
        else:
            if plain:
                plan.change(row, "person.amend", plain, wanted.person)
            if placed:
                self._assign(wanted, placed)
        for role, site, led in wanted.grants:
            where = {name: id_ for name, id_ in (("site", site), ("team", led)) if id_ is not None}
            granted = {"person": wanted.id, "role": role, "since": wanted.since, **where}
            plan.make(row, "role.grant", granted, self.context.new_id())

    def _person_id(self, number: str | None) -> str | None:
        if number is None:
            return None
        wanted = self.by_number.get(number)
        return wanted.id if wanted is not None else self.known.by_number[number]

    def _assign(self, wanted: Wanted, placed: Mapping[str, str]) -> None:
        """A dated team and superior: what the row does not change stays as it was."""
        fields = self.known.people[wanted.id]["f"]
        kept = {name: fields[name] for name in ("team", "superior", "shift") if name in fields}
        assigned = {**kept, **placed, "since": self.context.now}
        if "team" not in assigned:
            self.plan.error(wanted.given.row, "team", "team_needed")
            return
        self.plan.change(wanted.given.row, "person.assign", assigned, wanted.id)


def plan_people(known: Known, givens: Iterable[Given], context: Context) -> Plan:
    """What a sheet of people would do."""
    plan = Plan()
    sheet = People(known, context, plan)
    sheet.read(givens)
    sheet.acts()
    return plan
