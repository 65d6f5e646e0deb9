"""Which streams carry an entity (P23). They follow from its own attributes; a transfer changes grants, not history."""

from __future__ import annotations

from gatehouse_sync.apply import Body


def scopes_of(body: Body, org: str) -> frozenset[str]:
    """The scopes of an entity of ``org``."""
    fields = body["f"]
    match body["kind"]:
        case "visit" | "post" | "gate":
            names = [f"site:{fields['site']}"]
        case "site":
            names = [f"site:{body['id']}"]
        case "org" | "person" | "team":
            names = [f"org:{org}"]
        case "role":
            names = [f"person:{fields['person']}"]
        case "notice":
            names = [f"person:{fields['person']}"]
        case "outcome":
            names = [f"device:{fields['device']}"]
        case _:
            names = []
    return frozenset(names)
