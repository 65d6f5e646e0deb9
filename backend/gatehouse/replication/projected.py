"""Typed tables against the records they follow (F26): what SQL is asked must be what the log says."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gatehouse.audit.verify import Finding
from gatehouse.db.steps import Query, Row, Steps
from gatehouse.replication.registry import Projection, Registry

_json = msgspec.json.Decoder()


def differing(registry: Registry) -> Steps[list[Finding]]:
    """A finding ``projection`` for each row that is missing, too many, or another than its record gives."""
    found: list[Finding] = []
    for kind, projection in registry.projections.items():
        names = ", ".join(column.split()[0] for column in projection.columns)
        stored = yield Query(f"SELECT {names} FROM {projection.table}")  # noqa: S608  # names of ours
        records = yield Query("SELECT org, body FROM entity WHERE kind = ?", (kind,))
        found.extend(_between(projection, stored, records))
    return found


def _between(projection: Projection, stored: list[Row], records: list[Row]) -> Iterator[Finding]:
    expected = {row[0]: row for row in (tuple(projection.row(_json.decode(body), org)) for org, body in records)}
    held = {row[0]: tuple(row) for row in stored}
    for id_ in sorted(expected.keys() | held.keys()):
        if expected.get(id_) != held.get(id_):
            yield Finding("projection", projection.table, str(id_))
