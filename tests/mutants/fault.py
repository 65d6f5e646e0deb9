"""What a planted fault is: one changed piece of one file, and the tests that must turn red for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Half = Literal["server", "core", "engine", "rules"]
"""The Python server, the pure core that both sides share, the TypeScript engine, what regulations make of it all."""


class StaleFaultError(LookupError):
    """The old text does not occur exactly once: the code has moved on, and the fault must follow it."""


@dataclass(frozen=True)
class Fault:
    """``old`` becomes ``new`` in ``file``; then one of ``tests`` must fail.

    A test is a pytest id (``tests/backend/test_push.py::test_x``), or ``file.test.ts > a piece of its full name``.
    """

    name: str
    half: Half
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def planted(self, source: str) -> str:
        """The text of the file with the fault in it.

        Raises:
            StaleFaultError: ``old`` is not there exactly once.
        """
        if (times := source.count(self.old)) != 1:
            raise StaleFaultError(f"{self.name}: {self.file} holds the old text {times} times")
        return source.replace(self.old, self.new)

    def read(self, root: Path) -> str:
        """The file as it is."""
        return (root / self.file).read_text("utf-8")


@dataclass(frozen=True)
class Control:
    """A fault that a test plants by itself, and finds; it is green when it does.

    ``test`` names the test, or all parameters of it: each is a fault of its own.
    """

    name: str
    half: Half
    test: str


@dataclass(frozen=True)
class Harnessed:
    """A fault that one of the long proofs plants by itself and must turn red for: ``python -m module *arguments``."""

    name: str
    half: Half
    where: str
    module: str
    arguments: tuple[str, ...]
