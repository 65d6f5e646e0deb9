"""Which streams carry an entity (P23). They follow from its own attributes; a transfer changes grants, not history."""

from __future__ import annotations

from gatehouse_sync.apply import Body


def scopes_of(body: Body, org: str) -> frozenset[str]:
    """The scopes of an entity of ``org``."""
    fields = body["f"]
    match body["kind"]:
        case "visit" | "post" | "gate" | "building" | "unit" | "vehicle" | "outage" | "silence":
            names = [f"site:{fields['site']}"]
        case "site":
            names = [f"site:{body['id']}"]
        case "org" | "person" | "team" | "template" | "policy" | "override" | "holiday":
            names = [f"org:{org}"]
        case "role":
            names = [f"person:{fields['person']}", f"office:{org}"]
        case "deputy":
            names = [f"person:{fields['absent']}", f"person:{fields['deputy']}", f"office:{org}"]
        case "notice":
            names = [f"person:{fields['person']}"]
        case "outcome" | "kiosk":
            names = [f"device:{fields['device']}"]
        case "device":
            names = [f"office:{org}"]
        case "leave" | "outing" | "correction" | "month" | "penalty":
            names = _judged(body)
        case _:
            names = _of_a_team(body)
    return frozenset(names)


def _of_a_team(body: Body) -> list[str]:
    """Scopes of what a team's people do: theirs, their colleagues', their supervisors', the post's tablet's."""
    fields = body["f"]
    names: list[str] = []
    match body["kind"]:
        case "shift":
            names = [f"person:{fields['person']}", f"team:{fields['team']}", f"post:{fields['post']}"]
        case "punch":
            names = [f"person:{body['by']}"] + ([f"lead:{fields['team']}"] if "team" in fields else [])
        case "swap":
            asked = [f"person:{one}" for one in fields["asked"]] or [f"team:{fields['team']}"]
            names = [f"person:{body['by']}", f"lead:{fields['team']}", *asked]
        case "badge":
            names = [f"post:{fields['post']}"]
        case "roster" | "publication" | "period":
            names = [f"team:{fields['team']}"]
        case "receipt":
            names = [f"person:{body['by']}", f"lead:{fields['team']}"]
    return names


def _judged(body: Body) -> list[str]:
    """Scopes of what is asked of superiors, and of what became of a person's days: theirs, and whoever judges them."""
    fields = body["f"]
    match body["kind"]:
        case "month":
            return [f"person:{fields['person']}", *(f"lead:{team}" for team in fields["teams"])]
        case "penalty":
            return [f"person:{fields['owner']}", f"lead:{fields['team']}"]
        case _:
            return _of_a_request(body)


def _of_a_request(body: Body) -> list[str]:
    """Scopes of what superiors decide: the person's, who handed it in, the team's supervisors', who decides or did."""
    fields = body["f"]
    people = {body["by"], fields["person"], *fields.get("deciders", ()), *fields.get("approved", ())}
    people |= {fields["decided_by"]} if "decided_by" in fields else set()
    return [f"person:{one}" for one in sorted(people)] + ([f"lead:{fields['team']}"] if "team" in fields else [])
