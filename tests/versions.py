"""A second version of a kind, as a later release would have it, in the tables of the running program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from gatehouse_sync.entities import ENTITIES, KINDS, declared
from gatehouse_sync.fields import Entity, Kind, Upcast, text

FIRST = KINDS["visit.amend"]
SECOND = msgspec.structs.replace(
    FIRST,
    version=2,
    optional=(*FIRST.optional, "lane"),
    params={"source": msgspec.structs.replace(ENTITIES["visit"].fields["category"], choices=("seen", "told"))},
    required_params=("source",),
    upcasts=(Upcast(rename={"unit": "lane"}, choices={"category": {"other": "interview"}}, put={"source": "seen"}),),
)
"""Of ``visit.amend``: which lane instead of which unit, one choice for another, and a parameter that must be there."""
VISIT = ENTITIES["visit"]
WIDER = msgspec.structs.replace(VISIT, fields={**VISIT.fields, "lane": text(40)})


@contextmanager
def released(kind: str = "visit.amend", spec: Kind | None = SECOND, entity: Entity = WIDER) -> Iterator[None]:
    """The program as the next release has it (``spec`` None: as one that does not know the kind at all)."""
    before, visit = KINDS[kind], ENTITIES["visit"]
    try:
        if spec is None:
            del KINDS[kind]
        else:
            KINDS[kind] = spec
        ENTITIES["visit"] = entity
        declared.cache_clear()
        yield
    finally:
        KINDS[kind], ENTITIES["visit"] = before, visit
        declared.cache_clear()
