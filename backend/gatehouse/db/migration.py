"""What a migration is, and which ones this version of the program knows."""

import pkgutil
import sqlite3
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import NamedTuple

from gatehouse.db import migrations


class Migration(NamedTuple):
    """One step of the schema: `NNNN_name` and a script per database."""

    id: str
    sqlite: str
    postgres: str


def known() -> tuple[Migration, ...]:
    """The migrations shipped with this version, in order."""
    found = []
    for info in pkgutil.iter_modules(migrations.__path__):
        module = import_module(f"{migrations.__name__}.{info.name}")
        step = Migration(module.ID, module.UP_SQLITE, module.UP_POSTGRES)
        if info.name != f"m{step.id}":
            raise ValueError(f"The migration module {info.name} calls itself {step.id}.")
        found.append(step)
    return in_order(found)


def in_order(steps: Sequence[Migration]) -> tuple[Migration, ...]:
    """`steps` by id; raises ValueError unless they are numbered 0001, 0002, … without a gap or a double."""
    ordered = tuple(sorted(steps))
    for number, step in enumerate(ordered, start=1):
        if not step.id.startswith(f"{number:04}_"):
            raise ValueError(f"The migration {step.id} should have number {number:04}.")
    return ordered


def statements(script: str) -> Iterator[str]:
    """Cut a script into statements where SQLite itself sees their ends (a `;` in a string or trigger is none).

    Needed because `executescript` commits before it starts.
    """
    *pieces, rest = script.split(";")
    pending = ""
    for piece in pieces:
        pending += piece + ";"
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    lines = (pending + rest).splitlines()
    left = "\n".join(line for line in lines if not line.lstrip().startswith("--")).strip()
    if left:
        raise ValueError(f"The script ends inside a statement: {left[:60]}")
