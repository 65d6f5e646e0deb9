"""The ledger: what no restore may undo, in a file beside the database (PROTOCOL 14.7, P29, TH27).

One line a withdrawal: a device revoked, a person dismissed, a visit erased; ids and times, nothing about anybody. Each
line carries a keyed hash over itself and over that of the line before, so that one which is altered, cut out or made up
is noticed. The processes of one machine append to one file, one after the other, under a lock.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from gatehouse.db.copy import to_disk
from gatehouse_sync import canon

if sys.platform != "win32":
    import fcntl

FILE: Final = "ledger.jsonl"
PURPOSE: Final = "ledger"
_ROOT: Final = canon.b64(bytes(32))


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was withdrawn: the op's ``kind``, ``at`` from when on, ``made`` when the server decided it; UTC ms."""

    at: int
    kind: str
    made: int
    org: str
    subject: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is about; of two entries with one key the one made later counts."""
        return self.org, self.kind, self.subject


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entry: Entry
    mac: str
    prev: str


class Fault(msgspec.Struct, frozen=True):
    """A line (from 1) that is not as it was written: ``altered``, ``gap`` before it, ``torn`` (an unfinished end)."""

    line: int
    what: str


class Held(msgspec.Struct):
    """What a ledger holds: the newest entry by key, what is wrong, its last mac, how many bytes are whole lines."""

    entries: dict[tuple[str, str, str], Entry]
    faults: list[Fault]
    last: str
    end: int
    lines: int


class Ledger:
    """The ledger in ``path``; ``secret`` is derived from the server's key. The file is made with its first line."""

    def __init__(self, path: Path, secret: bytes) -> None:
        self.path, self._secret = path, secret

    def read(self) -> Held:
        """All that is in it; nothing when there is no file. Raises OSError."""
        held = Held({}, [], _ROOT, 0, 0)
        with contextlib.suppress(FileNotFoundError):
            self._take(held, self.path.read_bytes())
        return held

    def append(self, entries: Iterable[Entry]) -> int:
        """Append those that say something new, on disk before this returns; how many did. Raises OSError."""
        wanted = list(entries)
        if not wanted:
            return 0
        made = not self.path.exists()
        with self._locked() as file:
            held = Held({}, [], _ROOT, 0, 0)
            self._take(held, file.read())
            new = []
            for one in wanted:
                if _newer(one, held.entries.get(one.key)):
                    held.entries[one.key] = one
                    new.append(one)
            if not new:
                return 0
            # What a crash left half-written was answered to nobody.
            file.truncate(held.end)
            file.seek(held.end)
            for one in new:
                held.last, text = self._line(one, held.last)
                file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if made:
            to_disk(self.path.parent)
        return len(new)

    def copy(self, target: Path) -> bool:
        """Copy it as it is to a new file of the owner's alone, on disk; False when there is none. Raises OSError."""
        if not self.path.exists():
            return False
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy:
            copy.write(self.path.read_bytes())
            copy.flush()
            os.fsync(copy.fileno())
        return True

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """While no other process of this machine is in here: they start together, and one replays."""
        path = self.path.with_name(f"{self.path.name}.lock")
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            if sys.platform != "win32":  # there SQLite's one process is the only one
                fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _take(self, held: Held, raw: bytes) -> None:
        whole, _, rest = raw.rpartition(b"\n")
        for text in whole.split(b"\n") if whole else ():
            held.lines += 1
            try:
                line = msgspec.json.decode(text, type=_Line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                held.faults.append(Fault(held.lines, "altered"))
                continue
            if not hmac.compare_digest(self._mac(line.entry, line.prev).encode(), line.mac.encode()):
                held.faults.append(Fault(held.lines, "altered"))
                continue
            if line.prev != held.last:
                held.faults.append(Fault(held.lines, "gap"))
            held.last = line.mac
            if _newer(line.entry, held.entries.get(line.entry.key)):
                held.entries[line.entry.key] = line.entry
        held.end = len(raw) - len(rest)
        if rest:
            held.faults.append(Fault(held.lines + 1, "torn"))

    def _line(self, entry: Entry, prev: str) -> tuple[str, bytes]:
        mac = self._mac(entry, prev)
        return mac, canon.encode(_Line(entry, mac, prev)) + b"\n"

    def _mac(self, entry: Entry, prev: str) -> str:
        return canon.b64(canon.hmac_sha256(self._secret, b"gh-ledger-1" + canon.encode([entry, prev])))


def _newer(one: Entry, held: Entry | None) -> bool:
    return held is None or (one.made > held.made and one.at != held.at)
