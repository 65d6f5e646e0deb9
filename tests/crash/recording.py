"""What a server wrote to its SQLite files, call by call, as strace saw it, and when its devices were answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

CALLS = "pwrite64,ftruncate,fdatasync,fsync,unlink,unlinkat,rename,renameat2"
OPTIONS = (
    *("-f", "-ff", "-q", "--seccomp-bpf", "-e", f"trace={CALLS}", "-e", "signal=none", "-y"),
    *("--strings-in-hex=non-ascii-chars", "-s", "2097152", "-T"),
    *("--absolute-timestamps=format:unix,precision:ns", "--syscall-times=ns"),
)
_LINE = re.compile(rb"^(\d+\.\d+) (\w+)\((.*)\) = (-?\d+)(?: \w+ \([^)]*\))? <(\d+\.\d+)>$", re.DOTALL)
_WRITE = re.compile(rb'^\d+<([^>]+)>, "(.*)"(\.\.\.)?, (\d+), (\d+)$', re.DOTALL)
_NUMBERED = re.compile(rb"^\d+<([^>]+)>(?:, (\d+))?$")
_PATH = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(rb'\\(x[0-9a-f]{2}|[0-7]{1,3}|[\\"ntrvf])')
_SHORT = {b"\\": b"\\", b'"': b'"', b"n": b"\n", b"t": b"\t", b"r": b"\r", b"v": b"\v", b"f": b"\f"}


class Call(msgspec.Struct, frozen=True):
    """One system call on one file: when it began and had returned, UTC seconds."""

    began: float
    ended: float
    kind: str
    """`write`, `size`, `sync` or `gone`."""
    file: str
    offset: int = 0
    """Where the bytes go; for `size`, how long the file becomes."""
    data: bytes = b""


def _text(escaped: bytes) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        it = match[1]
        if it[:1] == b"x":
            return bytes((int(it[1:], 16),))
        return _SHORT[it] if it in _SHORT else bytes((int(it, 8),))

    if b"\\" not in escaped:
        return escaped
    if escaped.startswith(b"\\x") and len(escaped) % 4 == 0:
        plain = escaped.replace(b"\\x", b"")
        if len(plain) * 2 == len(escaped):
            return bytes.fromhex(plain.decode())
    return _ESCAPE.sub(one, escaped)


def read(prefix: Path, names: set[str]) -> list[Call]:
    """The calls on files of these names, in order of their ends; raises ValueError at a line it cannot read."""
    found = [call for file in prefix.parent.glob(f"{prefix.name}.*") for call in _calls(file, names)]
    return sorted(found, key=lambda call: call.ended)


def _calls(file: Path, names: set[str]) -> Iterator[Call]:
    with file.open("rb") as lines:
        for line in lines:
            match = _LINE.match(line.rstrip(b"\n"))
            if match is None:
                if line.split(b" ", 2)[1:2] not in ([b"+++"], [b"---"]) and b"<unfinished" not in line:
                    raise ValueError(line[:200])
                continue
            began, verb, inside, result, lasted = match.groups()
            if int(result) < 0:
                continue
            call = _call(float(began), float(began) + float(lasted), verb.decode(), inside, int(result))
            if call is not None and call.file in names:
                yield call


def _call(began: float, ended: float, verb: str, inside: bytes, result: int) -> Call | None:
    if verb == "pwrite64":
        match = _WRITE.match(inside)
        if match is None or match[3] is not None:
            raise ValueError(inside[:200])
        data = _text(match[2])
        if len(data) != int(match[4]):
            raise ValueError(f"{len(data)} bytes were read of {int(match[4])} that were written")
        return Call(began, ended, "write", _name(match[1]), int(match[5]), data[:result])
    if verb in {"ftruncate", "fdatasync", "fsync"}:
        match = _NUMBERED.match(inside)
        if match is None:
            raise ValueError(inside[:200])
        if verb == "ftruncate":
            return Call(began, ended, "size", _name(match[1]), int(match[2]))
        return Call(began, ended, "sync", _name(match[1]))
    paths = _PATH.findall(inside)
    return Call(began, ended, "gone", _name(_text(paths[0]))) if paths else None


def _name(path: bytes) -> str:
    return path.decode(errors="replace").removesuffix("(deleted)").rsplit("/", 1)[-1]
