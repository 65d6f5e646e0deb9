"""All planted faults, the controls that plant their own, and those that only whole histories see."""

from __future__ import annotations

from tests.engine import faults as histories
from tests.mutants import core, engine, office, rules, server
from tests.mutants.fault import Control, Fault, Harnessed

FAULTS: list[Fault] = [*server.FAULTS, *core.FAULTS, *engine.FAULTS, *rules.FAULTS, *office.FAULTS]
CONTROLS: list[Control] = [*core.CONTROLS]
HARNESSED: list[Harnessed] = [
    Harnessed(
        f"histories: {one.name}",
        "engine",
        ", ".join(sorted({f"sync/browser/{edit.file}" for edit in one.edits})),
        "tests.engine.run",
        ("--histories", str(one.histories), "--seed", "1", "--fault", one.name),
    )
    for one in histories.FAULTS
]
