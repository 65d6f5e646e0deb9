"""What other features may ask of the estate: who is an admin, what there is, and which names are one."""

from __future__ import annotations

from typing import Literal

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse.estate.names import compared
from gatehouse.estate.office import admin
from gatehouse_sync.apply import Body

__all__ = ["Table", "admin", "bodies", "compared", "joined"]

Table = Literal["site", "post", "team", "building", "unit", "resident", "vehicle", "person", "role"]
_json = msgspec.json.Decoder(list[Body])


def bodies(table: Table, org: str) -> Steps[list[Body]]:
    """Everything of a kind that the org has or had, closed ones too, in order of id."""
    rows = yield Query(
        f"SELECT e.body FROM {table} t JOIN entity e ON e.id = t.id WHERE t.org = ? ORDER BY t.id",  # noqa: S608  # one of Table
        (org,),
    )
    # One text for all: a decoder called twenty thousand times costs more than what it decodes.
    return _json.decode("[" + ",".join([row[0] for row in rows]) + "]")


def joined(org: str) -> Steps[dict[str, int]]:
    """Since when each person of the org has been in a team; the first time, UTC ms."""
    rows = yield Query(
        "SELECT t.person, min(t.since) FROM person_team t JOIN person p ON p.id = t.person WHERE p.org = ? "
        "GROUP BY t.person",
        (org,),
    )
    return {person: int(since) for person, since in rows}
