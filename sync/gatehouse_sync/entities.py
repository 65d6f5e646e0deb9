"""What exists and what can be done to it, as data (PROTOCOL 2.3, §10); ``nouns/`` declares it, subject by subject.

``browser/entities.json`` and ``browser/office.json`` are this module's output and what the TypeScript half reads:
``python -m gatehouse_sync.entities [office]`` prints them.
Kinds and fields only grow: a name never changes its meaning,
a field is never removed, a new field is optional. A changed meaning is a new kind version.
"""

from __future__ import annotations

import functools
import re
import sys

import msgspec

from gatehouse_sync import canon
from gatehouse_sync.fields import Entity, Field, Kind
from gatehouse_sync.nouns import attendance, leave, office, policy, roster, swap, system, visit, work

_LATER = (policy, roster, attendance, leave, swap)
"""What a phone at the gate need not know before its first screen."""
_SUBJECTS = (visit, office, work, system, *_LATER)

ENTITIES: dict[str, Entity] = {name: one for subject in _SUBJECTS for name, one in subject.ENTITIES.items()}
KINDS: dict[str, Kind] = {name: one for subject in _SUBJECTS for name, one in subject.KINDS.items()}


@functools.cache
def declared(kind: str) -> dict[str, Field]:
    """Every value an op of the kind may carry, public or private: fields of its entity, and its parameters."""
    spec = KINDS[kind]
    fields = ENTITIES[spec.entity].fields if spec.entity is not None else {}
    return {**{name: fields[name] for name in (*spec.required, *spec.optional)}, **spec.params}


_OFFICE = re.compile(
    r"(org|site|post|team|building|unit|resident|vehicle|template|import|person|role)\..*|device\.revoke|shift\.assign"
)
_OFFICE_ENTITIES = frozenset({"building", "unit", "resident", "vehicle", "template"}).union(
    *(subject.ENTITIES for subject in _LATER)
)
_OFFICE_KINDS = frozenset(name for subject in _LATER for name in subject.KINDS) | {
    name for name in KINDS if _OFFICE.fullmatch(name)
}


def catalogue(*, office: bool) -> dict[str, object]:
    """Half of it as plain JSON values, for the browser and for readers in other languages.

    ``office``: what a phone at the gate need not load before its first screen; else the rest.
    """
    entities = {name: one for name, one in ENTITIES.items() if (name in _OFFICE_ENTITIES) is office}
    kinds = {
        name: one for name, one in KINDS.items() if (name in _OFFICE_KINDS or bool(_OFFICE.fullmatch(name))) is office
    }
    plain: dict[str, object] = msgspec.to_builtins({"entities": entities, "kinds": kinds})
    return plain


if __name__ == "__main__":
    plain = catalogue(office=sys.argv[1:] == ["office"])
    sys.stdout.buffer.write(msgspec.json.format(canon.encode(plain), indent=1) + b"\n")
