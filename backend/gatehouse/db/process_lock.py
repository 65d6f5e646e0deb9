"""One process per SQLite file, held by a lock the operating system drops when the process dies."""

import contextlib
import os
import sys
from pathlib import Path

from gatehouse.db.failures import DatabaseInUse

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        # A byte far past the end, so that others can still read who holds it.
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProcessLock:
    """An advisory lock on `<database>.lock`; the file stays, or two processes could each lock one of their own."""

    def __init__(self, database: Path) -> None:
        # Two names of one file (a symlink) must meet at one lock.
        self.path = Path(os.path.realpath(database) + ".lock")
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise DatabaseInUse; never waits."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _take(handle)
        except OSError as refusal:
            holder = _holder(handle)
            os.close(handle)
            message = (
                f"{self.path.with_suffix('')} is already open in another Gatehouse process{holder}. "
                "SQLite serves one process; stop the other one, or use PostgreSQL to run several."
            )
            raise DatabaseInUse(message) from refusal
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0) if hasattr(os, "pwrite") else None
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; harmless if it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _holder(handle: int) -> str:
    with contextlib.suppress(OSError, ValueError):
        os.lseek(handle, 0, os.SEEK_SET)
        return f" (process {int(os.read(handle, 20))})"
    return ""
