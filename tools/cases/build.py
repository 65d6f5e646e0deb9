"""Words the case lists share: ids with names, heads, ops, decisions."""

from typing import Any

from cases import by_hand

Case = dict[str, Any]
Json = dict[str, Any]


def case(name: str, fault: str, given: Json, expected: Json) -> Case:
    return {"name": name, "fault": fault, "given": given, "expected": expected}


def uid(family: int, number: int) -> str:
    """A version 7 id that tells what it is for."""
    return f"0199f0a0-{family:04x}-7000-8000-{number:012x}"


def op_id(number: int) -> str:
    return uid(0xA, number)


ORG, SITE, POST, POST_2 = uid(1, 1), uid(2, 1), uid(3, 1), uid(3, 2)
GUARD, CLERK, THIRD = uid(4, 1), uid(4, 2), uid(4, 3)
TABLET, PHONE = uid(5, 1), uid(5, 2)
CHAIN = uid(6, 1)
AUTH = uid(7, 1)
NOON = 1_795_262_400_000
MINUTE = 60_000
DAY = 86_400_000
SALT = bytes(range(32))


def evidence(**changes: Any) -> Json:
    return {"anchor": None, "mono": 0, "run": "r1", "wall": NOON, **changes}


def head(kind: str, number: int, /, *, values: Json | None = None, private: Json | None = None, **changes: Any) -> Json:
    """A well-formed head: it creates its entity unless `entity` says otherwise."""
    public, hidden = values or {}, private or {}
    made = op_id(number)
    return {
        "actor": GUARD, "auth": AUTH, "base": None,
        "com": None if private is None else by_hand.commitment(SALT, by_hand.canon(private)),
        "depends_on": [], "entity": made, "id": made, "kind": kind, "kv": 1, "org": ORG, "t": evidence(),
        "touched": sorted({*public, *hidden}), "values": public, **changes,
    }  # fmt: skip


def op(kind: str, number: int, /, *, values: Json | None = None, private: Json | None = None, **changes: Any) -> Json:
    """An op whose private part is there whenever it has one."""
    return {"head": head(kind, number, values=values, private=private, **changes), "private": private}


def decision(at: int = NOON, d: str = "applied", **more: Any) -> Json:
    """A decision whose interval is `at` alone."""
    return {"d": d, "t": [at, at, at, "live"], **more}


def step(act: Json, how: Json) -> Json:
    return {"op": act, "decision": how}


ARRIVE = {"site": SITE, "post": POST, "category": "courier"}


def visit(number: int = 1, /, *, f: Json | None = None, **more: Any) -> Json:
    """A visit that the op of that number created at noon."""
    made = op_id(number)
    fields = {**ARRIVE, "arrived": NOON, **(f or {})}
    return {"at": NOON, "by": GUARD, "f": fields, "id": made, "kind": "visit", "ver": made, **more}
