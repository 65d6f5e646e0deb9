"""Content stamps: a step runs again only when the bytes it depends on have changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(files: Iterable[Path], *, root: Path, extra: str = "") -> str:
    """One SHA-256 over the names (relative to `root`) and contents of `files`, in the order of their names."""
    total = hashlib.sha256(extra.encode())
    for file in sorted(files):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()


def fresh(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text() == wanted
