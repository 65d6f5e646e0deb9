"""Which streams carry an entity."""

from cases.build import GUARD, NOON, ORG, POST, SITE, TABLET, Case, Json, case, uid, visit

SPEC = "8.2"
PATH = ("P23",)


def cases() -> list[Case]:
    site, org, person, device = f"site:{SITE}", f"org:{ORG}", f"person:{GUARD}", f"device:{TABLET}"
    return [
        case("a visit", "the site's id taken from the visit", {"body": visit(), "org": ORG}, {"scopes": [site]}),
        case("an erased visit", "an entity without private values in no stream",
            {"body": visit(erased=True), "org": ORG}, {"scopes": [site]}),
        one("a site", "the site's own id not known as its stream", "site", {"name": "n", "zone": "z"}, [site], SITE),
        one("a post", "the post's id taken for a site's", "post", {"site": SITE, "name": "n", "order": 1}, [site]),
        one("the freshness of a post", "entities of the server alone forgotten", "gate", {"site": SITE}, [site]),
        one("an org", "the org's stream missing", "org", {"name": "n"}, [org], ORG),
        one("a person", "a person in their own stream alone", "person", {"staff_no": "1"}, [org]),
        one("a team of a site", "a team in its site's stream", "team", {"name": "n", "site": SITE}, [org]),
        one("a role", "a role in the stream of its site", "role",
            {"person": GUARD, "role": "guard", "since": NOON, "site": SITE}, sorted([person, f"office:{ORG}"])),
        one("a notice", "a notice in the stream of its record", "notice",
            {"person": GUARD, "about": uid(0xA, 1), "state": "open"}, [person]),
        one("an outcome", "an outcome in the stream of a person", "outcome", {"device": TABLET}, [device]),
        one("what a device is", "a tablet that must be told by its post what it is", "kiosk",
            {"device": TABLET, "label": "l", "post": POST, "site": SITE}, [device]),
        one("a building", "rooms no gate can look up", "building", {"site": SITE, "name": "n", "order": 1}, [site]),
        one("a unit", "a unit in its building's stream", "unit", {"site": SITE, "building": uid(0xB, 1), "name": "n"},
            [site]),
        one("a known vehicle", "a vehicle in its unit's stream", "vehicle", {"site": SITE, "plate": "p"}, [site]),
        one("a resident", "residents on every phone of the site", "resident", {"site": SITE, "unit": uid(0xB, 2)}, []),
        one("a shift template", "a template in its site's stream", "template", {"name": "n", "site": SITE}, [org]),
        one("a team's regulation", "a regulation in its team's stream", "policy",
            {"pack": "ecom", "since": "2026-10-01", "team": uid(0xE, 1)}, [org]),
        one("a parameter set for a team", "what was set in its team's stream", "override",
            {"key": "swap.monthly_cap", "since": "2026-10-01", "team": uid(0xE, 1), "value": "5"}, [org]),
        one("a holiday of a site", "a holiday in its site's stream", "holiday",
            {"date": "2026-10-01", "name": "n", "site": SITE, "sort": "statutory"}, [org]),
        one("a device", "the office's rows of devices told to everybody, or to the device alone", "device",
            {"device": TABLET, "kind": "kiosk", "label": "l", "post": POST, "site": SITE}, [f"office:{ORG}"]),
        one("a kind that is not known", "a crash on what an old app does not know", "parcel", {"site": SITE}, []),
        *of_a_team(),
    ]  # fmt: skip


def of_a_team() -> list[Case]:
    team, other, shift = uid(0xE, 1), uid(0x4, 9), uid(0xE, 2)
    person, colleague = f"person:{GUARD}", f"person:{other}"
    return [
        one("a deputy", "the absent one not told", "deputy",
            {"absent": GUARD, "deputy": other, "since": NOON, "until": NOON},
            sorted([person, colleague, f"office:{ORG}"])),
        one("a shift", "the post's tablet left without it", "shift",
            {"person": other, "post": POST, "team": team, "start": NOON, "end": NOON},
            sorted([colleague, f"team:{team}", f"post:{POST}"])),
        one("a punch", "colleagues shown each other's punches", "punch",
            {"direction": "in", "post": POST, "team": team}, sorted([person, f"lead:{team}"])),
        one("a punch of someone in no team", "a stream of no team", "punch", {"direction": "in", "post": POST},
            [person]),
        one("a swap asked of one colleague", "the whole team told", "swap",
            {"asked": [other], "give": shift, "team": team}, sorted([person, colleague, f"lead:{team}"])),
        one("a swap open to the team", "nobody told", "swap",
            {"asked": [], "give": shift, "team": team}, sorted([person, f"team:{team}", f"lead:{team}"])),
        one("a roster as published", "a version told to its supervisors alone", "publication",
            {"team": team, "month": "2026-12", "seen": 0}, [f"team:{team}"]),
        one("a receipt of a roster", "colleagues told who has read it", "receipt", {"team": team, "version": 2},
            sorted([person, f"lead:{team}"])),
        one("a leave that waits", "whoever must decide not told, or the team told", "leave",
            {"deciders": [other], "person": GUARD, "team": team}, sorted([person, colleague, f"lead:{team}"])),
        one("a leave handed in by a colleague, granted", "who decided or handed it in not told", "leave",
            {"approved": [other], "decided_by": uid(0x4, 7), "person": uid(0x4, 8), "team": team},
            sorted([person, colleague, f"person:{uid(0x4, 7)}", f"person:{uid(0x4, 8)}", f"lead:{team}"])),
        one("an outing of someone in no team", "a stream of no team", "outing", {"person": GUARD}, [person]),
        one("a correction", "colleagues told of each other's corrections", "correction",
            {"person": GUARD, "team": team}, sorted([person, f"lead:{team}"])),
        one("an outage", "an outage told to who declared it alone", "outage",
            {"post": POST, "site": SITE}, [f"site:{SITE}"]),
        one("a person's month", "colleagues shown each other's months, or one of two supervisors not told", "month",
            {"month": "2026-12", "person": GUARD, "teams": [team, uid(0xE, 3)]},
            sorted([person, f"lead:{team}", f"lead:{uid(0xE, 3)}"])),
        one("a penalty of an empty shift's other one", "whose month it is told instead of whose penalty", "penalty",
            {"owner": other, "person": GUARD, "team": team}, sorted([colleague, f"lead:{team}"])),
        one("a closed month", "a team not told that its month is closed", "period",
            {"month": "2026-12", "team": team}, [f"team:{team}"]),
        one("a silent device", "a silence told to who declared it alone", "silence",
            {"device": other, "site": SITE}, [f"site:{SITE}"]),
        one("a name on a tablet", "names in the stream of the org", "badge", {"person": other, "post": POST},
            [f"post:{POST}"]),
        one("a roster's version", "a roster in nobody's stream", "roster", {"team": team}, [f"team:{team}"]),
    ]  # fmt: skip


def one(name: str, fault: str, kind: str, fields: Json, expected: list[str], made: str = POST) -> Case:
    body = {"at": NOON, "by": GUARD, "f": fields, "id": made, "kind": kind, "ver": made}
    return case(name, fault, {"body": body, "org": ORG}, {"scopes": expected})
