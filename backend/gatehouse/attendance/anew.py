"""After an update every month is judged anew (I3): stored verdicts are of the rules that run."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Final

import gatehouse
import gatehouse_sync
from gatehouse.attendance.marks import month_key
from gatehouse.attendance.proof import months_stored
from gatehouse.attendance.rows import NEVER
from gatehouse.db.steps import Insert, Query, Steps
from gatehouse.jobs import queue
from gatehouse_sync import canon

ARCHIVE: Final = 0
"""``n`` of a mark that waits until everything else is judged."""
_JOB: Final = "months"
"""The row that says by which program months were judged last; it is never due."""
_LIBRARIES: Final = ("holidays", "tzdata")


def program() -> str:
    """SHA-256 over this program, and over the libraries that know days and hours, as hexadecimal.

    Everything counts, for anything may decide what a month says; a month judged once too often costs milliseconds.
    """
    digest = hashlib.sha256(" ".join(version(name) for name in _LIBRARIES).encode())
    for package in (gatehouse, gatehouse_sync):
        folder = Path(package.__path__[0])
        for file in sorted(one for one in folder.rglob("*") if one.suffix in {".py", ".toml"}):
            digest.update(f"{file.relative_to(folder.parent).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def forget() -> Query:
    """Have every month judged anew at the next start."""
    return queue.drop([_JOB])


def known(judges: str) -> Steps[bool]:
    """Whether ``judges`` is the program that stored months are of."""
    return bool((yield Query("SELECT 1 FROM job WHERE id = ? AND payload = ?", (_JOB, _said(judges)))))


def _said(judges: str) -> str:
    return canon.encode({"program": judges}).decode()


def judge_anew(judges: str) -> Steps[int]:
    """Mark every month, unless ``judges`` is the program that judged them before; gives how many were marked."""
    if (yield from known(judges)):
        return 0
    yield forget()
    yield queue.add(_JOB, _JOB, NEVER, _said(judges))
    shifts = yield Query("SELECT DISTINCT org, person, day FROM shift WHERE day IS NOT NULL")
    months = {(org, person, day[:7]) for org, person, day in shifts} | (yield from months_stored())
    marks = [(org, month_key(person, month), ARCHIVE) for org, person, month in sorted(months)]
    yield Insert("dirty", ("org text", "key text", "n bigint"), marks, key=("org", "key"), keep=True)
    return len(marks)
