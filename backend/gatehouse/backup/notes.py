"""What lies beside the copies for the doctor to read: the last drill, and a failure nobody was there to see."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

DRILL = "last-drill.json"
FAILURE = "last-failure.json"


class Note(msgspec.Struct, frozen=True):
    """``at`` is UTC milliseconds; ``text`` a sentence."""

    at: int
    text: str


def leave(folder: Path, name: str, note: Note) -> None:
    """Write a note, whole or not at all; raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{name}.{os.getpid()}"
    draft.write_bytes(msgspec.json.encode(note))
    draft.replace(folder / name)


def find(folder: Path, name: str) -> Note | None:
    """The note, or None when there is none that can be read."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode((folder / name).read_bytes(), type=Note)
    return None
