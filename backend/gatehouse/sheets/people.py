"""A sheet of people: who is on record, and what an export writes of them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from gatehouse.db.steps import Steps
from gatehouse.estate.queries import bodies, compared, joined
from gatehouse.sheets.book import clean
from gatehouse.sheets.columns import EVERYWHERE, LANGUAGES, Language, word
from gatehouse.sheets.plan import Sites, shown_day
from gatehouse_sync.apply import Body

Grant = tuple[str, str | None, str | None]
"""Role, site, team."""
BETWEEN = "、"


class Known(msgspec.Struct):
    """The people on record, and where they belong."""

    sites: Sites
    teams: dict[str, Body]
    team_names: dict[str, str]
    people: dict[str, Body]
    by_number: dict[str, str]
    grants: dict[str, list[Grant]]
    since: dict[str, int]
    now: int

    def gone(self, person: str) -> bool:
        """Whether they have left."""
        left = self.people[person]["f"].get("dismissed")
        return left is not None and left <= self.now


def read_people(org: str, now: int) -> Steps[Known]:
    """Everything a sheet of people is compared with."""
    sites, teams = (yield from bodies("site", org)), (yield from bodies("team", org))
    people, roles = (yield from bodies("person", org)), (yield from bodies("role", org))
    return known_people(sites, teams, people, roles, (yield from joined(org)), now)


def known_people(
    sites: list[Body], teams: list[Body], people: list[Body], roles: list[Body], since: dict[str, int], now: int
) -> Known:
    """The same from what was read."""
    grants: dict[str, list[Grant]] = {}
    for role in roles:
        fields = role["f"]
        if fields.get("until") is None or now < fields["until"]:
            grants.setdefault(fields["person"], []).append((fields["role"], fields.get("site"), fields.get("team")))
    return Known(
        Sites(sites),
        {body["id"]: body for body in teams},
        {compared("team", clean(body["f"]["name"])): body["id"] for body in teams},
        {body["id"]: body for body in people},
        {compared("person", clean(body["f"]["staff_no"])): body["id"] for body in people},
        {
            person: sorted(set(held), key=lambda one: tuple(part or "" for part in one))
            for person, held in grants.items()
        },
        since,
        now,
    )


def write_people(known: Known, language: Language) -> list[list[str | int]]:
    """A row for everybody who has not left and was not erased, in order of staff number."""
    here = [id_ for id_, body in known.people.items() if not known.gone(id_) and "erased" not in body]
    rows = [shown(known, person, language) for person in here]
    return [list(row.values()) for row in sorted(rows, key=lambda row: (len(row["staff_no"]), row["staff_no"]))]


def shown(known: Known, person: str, language: Language) -> dict[str, str]:
    """A person as a row of a sheet."""
    fields = known.people[person]["f"]
    superior = known.people.get(fields.get("superior", ""))
    team = known.teams.get(fields.get("team", ""))
    role, site = role_cells(known, person, language)
    return {
        "name": fields.get("name", ""),
        "staff_no": fields["staff_no"],
        "phone": fields.get("phone", ""),
        "team": team["f"]["name"] if team is not None else "",
        "superior": superior["f"]["staff_no"] if superior is not None else "",
        "role": role,
        "grade": fields.get("grade", ""),
        "site": site,
        "since": shown_day(known.since.get(person, fields.get("since")), _zone(known, person)),
    }


def _zone(known: Known, person: str) -> ZoneInfo:
    sites = [site for _, site, _ in known.grants.get(person, ()) if site is not None]
    return known.sites.by_id[sites[0]].zone if sites else known.sites.zone


def role_cells(known: Known, person: str, language: Language) -> tuple[str, str]:
    """Roles and sites: in two cells when every role is held at every site, else each role with its site."""
    held = known.grants.get(person, [])
    roles = list(dict.fromkeys(role for role, _, _ in held))
    sites = list(dict.fromkeys(site for _, site, _ in held))
    if len(roles) * len(sites) == len({(role, site) for role, site, _ in held}):
        return BETWEEN.join(word("role", role, language) for role in roles), BETWEEN.join(
            site_word(known, site, language) for site in sites
        )
    pairs = dict.fromkeys((role, site) for role, site, _ in held)
    return BETWEEN.join(
        f"{word('role', role, language)}@{site_word(known, site, language)}" for role, site in pairs
    ), ""


def site_word(known: Known, site: str | None, language: Language) -> str:
    return EVERYWHERE[LANGUAGES.index(language)] if site is None else known.sites.by_id[site].name
