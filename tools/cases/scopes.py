"""Which streams carry an entity."""

from cases.build import GUARD, NOON, ORG, POST, SITE, TABLET, Case, Json, case, uid, visit

SPEC = "8.2"


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
            {"person": GUARD, "role": "guard", "since": NOON, "site": SITE}, [person]),
        one("a notice", "a notice in the stream of its record", "notice",
            {"person": GUARD, "about": uid(0xA, 1), "state": "open"}, [person]),
        one("an outcome", "an outcome in the stream of a person", "outcome", {"device": TABLET}, [device]),
        one("a kind that is not known", "a crash on what an old app does not know", "swap", {"site": SITE}, []),
    ]  # fmt: skip


def one(name: str, fault: str, kind: str, fields: Json, expected: list[str], made: str = POST) -> Case:
    body = {"at": NOON, "by": GUARD, "f": fields, "id": made, "kind": kind, "ver": made}
    return case(name, fault, {"body": body, "org": ORG}, {"scopes": expected})
