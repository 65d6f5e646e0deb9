"""All planted faults, and the controls that plant their own."""

from __future__ import annotations

from tests.mutants import core, engine, server
from tests.mutants.fault import Control, Fault

FAULTS: list[Fault] = [*server.FAULTS, *core.FAULTS, *engine.FAULTS]
CONTROLS: list[Control] = [*core.CONTROLS]
