"""What of the machine the doctor looks at: its clock, its disk, and who else has the database open."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.metadata
import os
import sys
from pathlib import Path
from typing import Final

OVER_A_NETWORK: Final = frozenset(
    {"9p", "afs", "afpfs", "ceph", "cifs", "davfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"}
    | {"glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)
"""File systems whose locks and shared memory SQLite's write-ahead log cannot rest on (sqlite.org/wal.html)."""
LEAST: Final = {"litestar": (2, 25), "piccolo": (1, 38)}
"""Versions below which a hole or a leak is known."""
_UNSYNCHRONISED: Final = 5
_WRITES: Final = os.O_WRONLY | os.O_RDWR


def file_system(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """The type of the file system a folder is on (``ext4``, ``nfs4``…); None where the system does not tell."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return None
    found, real = ("", ""), os.path.realpath(folder)
    for line in lines:
        _, where, kind, *_ = line.split(" ")
        where = where.encode().decode("unicode_escape")
        inside = real == where or real.startswith(where.rstrip("/") + "/")
        if inside and len(where) >= len(found[0]):
            found = where, kind
    return found[1] or None


def other_writers(database: Path, proc: Path = Path("/proc")) -> list[tuple[int, str]]:
    """Processes other than the server that hold the database open for writing: ``(process, its name)``.

    The server is whoever the lock file names. A reader (``gatehouse backup``) opens it read-only and is none.
    """
    server, real = _server(database), os.path.realpath(database)
    found = []
    for entry in sorted(proc.glob("[0-9]*"), key=lambda path: int(path.name)):
        process = int(entry.name)
        if process not in {server, os.getpid()} and _writes(entry, real):
            found.append((process, _name(entry)))
    return found


def _server(database: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        return int(Path(os.path.realpath(database) + ".lock").read_text())
    return None


def _writes(entry: Path, file: str) -> bool:
    """Of the database itself: a reader opens the write-ahead log for writing too."""
    with contextlib.suppress(OSError):
        for handle in (entry / "fd").iterdir():
            with contextlib.suppress(OSError, ValueError, StopIteration):
                if str(handle.readlink()) != file:
                    continue
                lines = (entry / "fdinfo" / handle.name).read_text().splitlines()
                flags = next(line.split()[1] for line in lines if line.startswith("flags:"))
                if int(flags, 8) & _WRITES:
                    return True
    return False


def _name(entry: Path) -> str:
    with contextlib.suppress(OSError):
        return (entry / "comm").read_text().strip()
    return "a process"


def clock_is_kept() -> bool | None:
    """Whether the kernel says that its clock is synchronised (adjtimex(2)); None where it cannot be asked."""
    if not sys.platform.startswith("linux"):
        return None
    asked = ctypes.create_string_buffer(512)  # struct timex with modes 0: it only reads
    with contextlib.suppress(OSError, AttributeError):
        state = int(ctypes.CDLL(None).adjtimex(asked))
        return None if state < 0 else state != _UNSYNCHRONISED
    return None


def too_old() -> list[str]:
    """Installed packages that are older than they may be: ``name version``."""
    found = []
    for name, least in LEAST.items():
        version = importlib.metadata.version(name)
        if tuple(int(part) for part in version.split(".")[:2]) < least:
            found.append(f"{name} {version}")
    return found
