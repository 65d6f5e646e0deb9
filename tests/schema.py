"""A database as an older version left it: later schema steps undone."""

from __future__ import annotations

import re

from gatehouse.db.engine import Database
from gatehouse.db.migration import known


async def step_back(database: Database, first: str) -> list[str]:
    """Undo the schema steps from the number ``first`` on; gives their ids, oldest first."""
    undone = [step for step in known() if step.id >= first]
    for step in reversed(undone):
        for what, name in reversed(re.findall(r"CREATE (?:UNIQUE )?(TABLE|INDEX) (\w+)", step.sqlite)):
            await database.run_ddl(f"DROP {what} IF EXISTS {name}")
        for table, column in reversed(re.findall(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", step.sqlite)):
            await database.run_ddl(f"ALTER TABLE {table} DROP COLUMN {column}")
        await database.run_ddl(f"DELETE FROM schema_migration WHERE id = '{step.id}'")
    return [step.id for step in undone]
