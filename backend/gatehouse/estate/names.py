"""Names that one thing alone may have in its place: loaded once for a batch, then kept true as its acts are decided."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from gatehouse.db.steps import Query, Steps
from gatehouse.identity.sign_in import folded
from gatehouse.replication.batch import Batch
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, value
from gatehouse_sync.apply import Body
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op

_TAKEN = {
    "site": "SELECT name, id FROM site WHERE org = ?",
    "post": "SELECT name, id FROM post WHERE site = ?",
    "team": "SELECT name, id FROM team WHERE org = ?",
    "building": "SELECT name, id FROM building WHERE site = ?",
    "unit": "SELECT name, id FROM unit WHERE building = ?",
    "vehicle": "SELECT plate, id FROM vehicle WHERE site = ?",
    "template": "SELECT name, id FROM shift_template WHERE org = ?",
    "person": "SELECT staff_no, id FROM person WHERE org = ?",
}
FIELD = {"person": "staff_no", "vehicle": "plate"}
"""The field that is unique, where it is not ``name``."""
PLACE = {"post": "site", "building": "site", "vehicle": "site", "unit": "building"}
"""The field that names where it is unique, where that is not the whole org."""


def load(kind: str) -> Callable[[Op, Facts], Steps[None]]:
    """A ``prepare`` for acts that name a thing of the kind."""

    def prepare(op: Op, facts: Facts) -> Steps[None]:
        place = _place(kind, op, facts)
        if place is not None and ("names", kind + place) not in facts.noted:
            rows = yield Query(_TAKEN[kind], (place,))
            facts.noted["names", kind + place] = {compared(kind, name): id_ for name, id_ in rows if name}

    return prepare


def taken(kind: str) -> Callable[[Act, Facts], str | None]:
    """A rule: ``name_taken`` when another of the kind has the name there, closed ones too."""

    def rule(act: Act, facts: Facts) -> str | None:
        given = (act.op.fields or {}).get(FIELD.get(kind, "name"))
        place = _place(kind, act.op, facts)
        if not isinstance(given, str) or place is None:
            return None
        holder = facts.noted["names", kind + place].get(compared(kind, given))
        return "name_taken" if holder is not None and holder != act.op.head.entity else None

    return rule


def clash(kind: str) -> Callable[[Act, Facts], bool]:
    """Whether another has the name by now, whatever was decided once about an act given back."""
    return lambda act, facts: taken(kind)(act, facts) is not None


def note(kind: str) -> Callable[[Act, Decision, Batch], Steps[None]]:
    """An effect: what comes later in the batch sees the name as it is now."""

    def effect(act: Act, _decision: Decision, batch: Batch) -> Steps[None]:
        name, place = FIELD.get(kind, "name"), _place(kind, act.op, batch.facts)
        if name in act.op.head.touched and place is not None:
            entity = act.op.head.entity
            names = batch.facts.noted["names", kind + place]
            if not act.kind.creates:
                for old in [old for old, holder in names.items() if holder == entity]:
                    del names[old]
            now = batch.facts.bodies[entity]["f"].get(name)
            if now:
                names[compared(kind, now)] = entity
        yield from ()

    return effect


def compared(kind: str, name: str) -> str:
    """A name as it is compared: 1-101 and 11-01 are two rooms, 粤B·12345 and 粤B12345 one car."""
    if kind in FIELD:
        return folded(name).replace("·", "")
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _place(kind: str, op: Op, facts: Facts) -> str | None:
    """Where the name must be unique; None when that cannot be told, which another rule refuses."""
    field = PLACE.get(kind)
    if field is None:
        return facts.org
    body: Body | None = facts.of_kind(op.head.entity, kind)
    given = body["f"].get(field) if body is not None else value(op, field)
    return given if isinstance(given, str) else None
