"""Faults to plant in the browser's half: each must turn `make engine` red, or the harness does not see.

``old`` stands exactly once in ``file`` (under sync/browser); a copy of the folder with ``new`` instead is run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "sync" / "browser"
COPIES = ROOT / "build" / "engine"


class Fault(msgspec.Struct, frozen=True):
    """One fault, and how many histories from seed 1 on must find it."""

    name: str
    file: str
    old: str
    new: str
    histories: int = 10

    @property
    def command(self) -> str:
        """What must go red."""
        return f'make engine HISTORIES={self.histories} SEED=1 ARGS="--fault {self.name}"'


FAULTS: tuple[Fault, ...] = ()
BY_NAME = {fault.name: fault for fault in FAULTS}


@contextlib.contextmanager
def planted(name: str | None) -> Iterator[Path]:
    """The folder of the browser's half, or of a copy with the fault in it."""
    if name is None:
        yield SOURCES
        return
    fault = BY_NAME[name]
    copy = COPIES / f"{name}-{os.getpid()}"
    # Below the root, so that packages are found.
    shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("node_modules", "*.test.ts"))
    try:
        text = (copy / fault.file).read_text()
        if text.count(fault.old) != 1:
            raise ValueError(f"{fault.name}: the text stands {text.count(fault.old)} times in {fault.file}")
        (copy / fault.file).write_text(text.replace(fault.old, fault.new))
        yield copy
    finally:
        shutil.rmtree(copy, ignore_errors=True)
