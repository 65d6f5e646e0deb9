"""A small model of what the log means, written from the rules and not from the code that carries them out.

It reads decided acts in the order of the log and says what the visits are, who is inside, whose each shift is, which
state each swap is in and which punches count. It predicts by itself how concurrent writes of a visit end (P19, design
§4); only after a database went back does it take that from the decisions, since what they met may not be back.
"""

from __future__ import annotations

from typing import Any

import msgspec

from gatehouse_sync import rota
from gatehouse_sync.ids import derived

Json = dict[str, Any]
GROW = {"items": "set", "note": "list"}
FIRST = {"left", "left_post"}
ASK = {"id_kind"}
PRIVATE = {"name", "phone", "plate", "host", "purpose", "items", "note"}
SWAP_MOVES = {
    "swap.accept": ({"requested"}, "accepted"),
    "swap.withdraw": ({"requested", "accepted"}, "withdrawn"),
    "swap.approve": ({"accepted"}, "approved"),
    "swap.reject": ({"requested", "accepted"}, "rejected"),
    "swap.expire": ({"requested", "accepted"}, "expired"),
}


class Decided(msgspec.Struct, frozen=True):
    """One leaf of the log with its act: when it stands in it, which device made it, what was said and decided."""

    place: tuple[int, str, int]
    device: str
    head: Json
    private: Json
    decision: Json


class Visit(msgspec.Struct):
    """A visit: its fields, and for every field who wrote it when."""

    fields: Json
    order: list[str]
    writes: dict[str, list[tuple[int, str, str, int]]] = {}
    """By field: index of the act, its actor, its device, the earliest it can have been."""
    erased: bool = False


class Model:
    """Everything the model says about an org."""

    def __init__(self, *, trusting: bool = False) -> None:
        self.trusting = trusting
        self.visits: dict[str, Visit] = {}
        self.owners: dict[str, str] = {}
        self.swaps: dict[str, str] = {}
        self._legs: dict[str, Json] = {}
        self.punches: dict[str, str] = {}
        self.wrong: list[str] = []

    def take(self, one: Decided) -> None:
        """The next decided act."""
        if one.decision["d"] not in {"applied", "merged"}:
            return
        noun = one.head["kind"].split(".")[0]
        if noun == "visit" or one.head["kind"] == "conflict.resolve":
            self._visit(one)
        elif noun == "swap":
            self._swap(one)
        elif noun == "shift":
            self.owners[one.head["id"]] = one.head["values"]["person"]
        elif one.head["kind"] == "roster.publish":
            self._publish(one)
        elif noun == "punch":
            self.punches[one.head["id"]] = one.head["actor"]

    @property
    def inside(self) -> set[str]:
        """Visits that arrived, and of which nobody has said that they left."""
        return {id_ for id_, visit in self.visits.items() if "arrived" in visit.fields and "left" not in visit.fields}

    # Visits.

    def _visit(self, one: Decided) -> None:
        head, at = one.head, one.decision["t"][2]
        verb, given = head["kind"].split(".")[1], _read(one)
        if verb in {"arrive", "exit"}:
            given["arrived" if verb == "arrive" else "left"] = at
            self.visits[head["id"]] = visit = Visit({}, [head["id"]])
            for name, value in given.items():
                self._put(visit, one, name, value)
            return
        visit = self.visits[head["entity"]]
        if verb == "erase":
            visit.erased = True
            visit.fields = {name: value for name, value in visit.fields.items() if name not in PRIVATE}
        won = self._winners(visit, one, given, verb)
        visit.order.append(head["id"])
        if verb == "leave" and "left_post" in won:
            won["left"] = at
        for name, value in won.items():
            self._put(visit, one, name, value)

    def _winners(self, visit: Visit, one: Decided, given: Json, verb: str) -> Json:
        """Of the values given those that stay."""
        if verb in {"erase", "resolve"}:
            return given if one.head["values"].get("choice") == "mine" else {}
        if verb == "join":
            return given
        lost = {name for name, value in given.items() if self._loses(visit, one, name, value)}
        said = {name for name, result in one.decision.get("f", {}).items() if result[0] != "won"}
        if self.trusting:
            lost = said
        elif lost != said:
            self.wrong.append(f"{one.head['kind']} {one.head['id']}: {sorted(said)} lost, {sorted(lost)} should have")
        return {name: value for name, value in given.items() if name not in lost}

    def _loses(self, visit: Visit, one: Decided, name: str, value: Any) -> bool:
        if name in GROW or visit.fields.get(name) == value:
            return False
        if name in FIRST:
            return name in visit.fields
        base = one.head["base"]
        seen = visit.order.index(base) if base in visit.order else -1
        writes = visit.writes.get(name, [])
        me = (one.head["actor"], one.device)
        if not any(index > seen and (actor, device) != me for index, actor, device, _ in writes):
            return False
        latest: int = one.decision["t"][1]
        return name in ASK or latest < max(earliest for *_, earliest in writes)

    def _put(self, visit: Visit, one: Decided, name: str, value: Any) -> None:
        head, earliest = one.head, one.decision["t"][0]
        index = len(visit.order) - 1
        visit.writes.setdefault(name, []).append((index, head["actor"], one.device, earliest))
        if visit.erased and name in PRIVATE:
            return
        if value is None:
            visit.fields.pop(name, None)
        elif GROW.get(name) == "set":
            visit.fields[name] = sorted({*visit.fields.get(name, []), *value})
        elif GROW.get(name) == "list":
            visit.fields[name] = sorted([*visit.fields.get(name, []), value])
        elif name not in FIRST or name not in visit.fields:
            visit.fields[name] = value

    # Swaps.

    def _swap(self, one: Decided) -> None:
        head, values = one.head, one.head["values"]
        if head["kind"] == "swap.request":
            self.swaps[head["id"]] = "requested"
            self._legs[head["id"]] = {**values, "by": head["actor"], "declined": set(), "taker": None}
            return
        id_ = head["entity"]
        legs, state = self._legs[id_], self.swaps[id_]
        if head["kind"] == "swap.decline":
            legs["declined"].add(head["actor"])
            if legs["declined"] >= set(legs["asked"]):
                self.swaps[id_] = "declined"
            return
        if head["kind"] in {"swap.brief", "swap.settle"}:
            if state not in {"requested", "accepted", "approved"}:
                self.wrong.append(f"{head['kind']} of {id_}, which was {state}")
            return
        before, after = SWAP_MOVES[head["kind"]]
        if state not in before:
            self.wrong.append(f"{head['kind']} moved {id_}, which was {state}")
        self.swaps[id_] = after
        if after == "accepted":
            legs["taker"] = head["actor"]
        if after == "approved":
            self._exchange(id_, legs)

    def _publish(self, one: Decided) -> None:
        """Whose the shifts are that a publication makes; those that it changes stay whose they are."""
        values, changed = one.head["values"], one.decision.get("also", {})
        people = [cell.person for cell in rota.cells(values) for _ in cell.work]
        kept = {said["i"] for said in changed.values() if "i" in said}
        new = {derived("shift", one.head["id"], str(i)): who for i, who in enumerate(people) if i not in kept}
        self.owners |= new
        unknown = changed.keys() - self.owners.keys()
        if unknown:
            self.wrong.append(f"{one.head['id']} changed shifts that nobody made: {sorted(unknown)}")

    def _exchange(self, id_: str, legs: Json) -> None:
        """Both shifts change hands, and other open swaps of them are over."""
        if self.owners[legs["give"]] != legs["by"]:
            self.wrong.append(f"{id_} gave away a shift that was no longer its own")
        self.owners[legs["give"]] = legs["taker"]
        moved = {legs["give"]}
        if "take" in legs:
            if self.owners[legs["take"]] != legs["taker"]:
                self.wrong.append(f"{id_} took a shift that was somebody else's")
            self.owners[legs["take"]] = legs["by"]
            moved.add(legs["take"])
        for other, theirs in self._legs.items():
            if other != id_ and moved & {theirs["give"], theirs.get("take")}:
                self.swaps[other] = "declined" if self.swaps[other] in {"requested", "accepted"} else self.swaps[other]


def _read(one: Decided) -> Json:
    """The values of a visit's act as the release that decided it read them."""
    given = {**one.head["values"], **one.private}
    if one.head["kind"] == "visit.amend" and one.decision.get("kv") == 2:
        if "unit" in given:
            given["lane"] = given.pop("unit")
        if given.get("category") == "other":
            given["category"] = "interview"
    return {name: value for name, value in given.items() if name not in {"notice", "choice", "reason", "source"}}
