"""The folder of copies: what they are called, which is the newest, which may go. Times are UTC milliseconds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

FOLDER: Final = "backups"
NEWEST: Final = 14
MONTHS: Final = 12
_FORM: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = re.compile(r"gatehouse-(\d{8}T\d{6}Z)\.(?:db|dump)")


def stamp(ms: int) -> str:
    """A time as it stands in file names: ``20260302T000000Z``."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime(_FORM)


def said(ms: int) -> str:
    """A time as a person reads it: ``2026-03-02 00:00 UTC``."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def name(ms: int, ending: str, *, proved: bool = True) -> str:
    """What a copy made at ``ms`` is called; ``ending`` is ``db`` or ``dump``. One that was not proved says so."""
    return f"gatehouse-{stamp(ms)}{'' if proved else '-unverified'}.{ending}"


def made(path: Path) -> int | None:
    """When a proved copy was made, by its name; None for anything else."""
    found = _NAME.fullmatch(path.name)
    if found is None:
        return None
    try:
        return int(datetime.strptime(found[1], _FORM).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return None


def copies(folder: Path, now: int) -> list[tuple[int, Path]]:
    """Proved copies, the newest first. One from the future (a clock was wrong) is left out."""
    found = ((made(path), path) for path in folder.glob("gatehouse-*")) if folder.is_dir() else ()
    return sorted(((at, path) for at, path in found if at is not None and at <= now), reverse=True)


def spare(times: Iterable[int], now: int) -> set[int]:
    """Which copies may go: all but the newest 14 and the first of each month, that one for a year at least.

    Copies from the future are never spare and take nobody's place.
    """
    past = sorted({at for at in times if at <= now}, reverse=True)
    first = {_month(at): at for at in past}  # descending, so the earliest of a month is what stays
    monthly = {at for month, at in first.items() if _month(now) - month <= MONTHS}
    return set(past[NEWEST:]) - monthly


def _month(ms: int) -> int:
    """Months since year 0, UTC."""
    at = datetime.fromtimestamp(ms // 1000, UTC)
    return at.year * 12 + at.month
