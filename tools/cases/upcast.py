"""Ops of older versions, read as ones of a later version of their kind."""

from typing import Any

from cases.build import ARRIVE, Case, Json, case, head, op, uid

SPEC = "2.7"
SHOWS = ("T27",)
REASON = {"rename": {"why": "reason"}}
CHANNEL = {"put": {"channel": "gate"}}


def cases() -> list[Case]:
    return [
        one("a name that changed", "the name before kept", [REASON], {"why": "late"}, {"reason": "late"}),
        one("a name that changed, private", "only public names changed", [REASON], {}, {},
            hidden=({"why": "late"}, {"reason": "late"})),
        one("a name that changed its place in the order", "touched left in its old order",
            [{"rename": {"zone": "area"}}], {"zone": "a", "name": "n"}, {"area": "a", "name": "n"}),
        one("a name that means nothing any more", "a value without a meaning kept", [{"drop": ["fax"]}],
            {"fax": "1", "unit": "2"}, {"unit": "2"}),
        one("a private value that means nothing any more", "private values kept whatever is dropped",
            [{"drop": ["fax"]}], {}, {}, hidden=({"fax": "1", "name": "n"}, {"name": "n"})),
        one("a choice that changed", "choices kept as they were", [{"choices": {"category": {"post": "courier"}}}],
            {"category": "post"}, {"category": "courier"}),
        one("a choice that stayed", "a choice that is not named lost", [{"choices": {"category": {"post": "courier"}}}],
            {"category": "agent"}, {"category": "agent"}),
        one("a choice of a name that changed", "choices looked up by the name before",
            [{"rename": {"type": "category"}, "choices": {"category": {"post": "courier"}}}], {"type": "post"},
            {"category": "courier"}),
        one("a choice named like what every object has", "a value taken from the prototype",
            [{"choices": {"category": {"post": "courier"}}}], {"category": "constructor"},
            {"category": "constructor"}),
        one("a list is no choice", "a list looked up as a choice", [{"choices": {"items": {"post": "courier"}}}],
            {"items": ["post"]}, {"items": ["post"]}),
        one("what was not asked for before", "the value that stands for it not filled in", [CHANNEL], {"unit": "1"},
            {"channel": "gate", "unit": "1"}),
        one("what was filled in by hand", "a value that is there replaced",
            [{"rename": {"via": "channel"}, **CHANNEL}], {"via": "post"}, {"channel": "post"}),
        one("two versions at once", "only the last step taken", [REASON, CHANNEL], {"why": "late"},
            {"channel": "gate", "reason": "late"}),
        one("from the second version on", "all steps taken from the first on", [REASON, CHANNEL], {"why": "late"},
            {"channel": "gate", "why": "late"}, start=2),
        one("up to the version it was decided as", "the newest version taken for that of the decision",
            [REASON, CHANNEL], {"why": "late"}, {"reason": "late"}, version=2),
        one("an op of the newest version", "a step taken from the newest version on", [REASON], {"why": "late"},
            {"why": "late"}, start=2),
        one("an op of a version not known here", "a crash on what a newer app wrote", [REASON], {"why": "late"},
            {"why": "late"}, start=7),
        erased(),
        case("two fields that would be one", "one of two values lost in silence",
            {"kind": kind([REASON]), "op": op("visit.arrive", 1, values={"reason": "a", "why": "b"})},
            {"error": "malformed"}),
        everything(),
    ]  # fmt: skip


def kind(steps: list[Json]) -> Json:
    return {"family": "patch", "entity": "visit", "version": len(steps) + 1, "upcasts": steps}


def one(name: str, fault: str, steps: list[Json], before: Json, after: Json, **more: Any) -> Case:
    """``hidden`` is the private part, before and after; ``start`` the version written, ``version`` that to read."""
    hidden, hidden_after = more.get("hidden", (None, None))
    start, version = more.get("start", 1), more.get("version")
    written = op("visit.arrive", 1, values=before, private=hidden, kv=start)
    to = max(start, version or len(steps) + 1)
    touched = sorted({*after, *(hidden_after or {})})
    # The commitment is to what was written, whatever it reads as.
    read = {"head": {**written["head"], "kv": to, "touched": touched, "values": after}, "private": hidden_after}
    given = {"kind": kind(steps), "op": written, **({} if version is None else {"version": version})}
    return case(name, fault, given, {"op": read})


def erased() -> Case:
    """The names of what an erasure took still change; the values are gone."""
    before = head("visit.arrive", 1, values={"unit": "1"}, private={"why": "late"})
    after = {**before, "kv": 2, "touched": ["reason", "unit"]}
    given = {"kind": kind([REASON]), "op": {"head": before, "private": None}}
    return case("an erased op", "names taken from values alone", given, {"op": {"head": after, "private": None}})


def everything() -> Case:
    step = {**REASON, "drop": ["fax"], "choices": {"category": {"post": "courier"}}, "put": {"count": 1, "seen": True}}
    values = {**ARRIVE, "category": "post", "fax": "1"}
    read = {**ARRIVE, "category": "courier", "count": 1, "seen": True}
    hidden = {"why": "late", "name": "n", "host": uid(4, 2)}, {"reason": "late", "name": "n", "host": uid(4, 2)}
    return one("everything at once, with what stays", "a value that no step names lost", [step], values, read,
        hidden=hidden)  # fmt: skip
