"""The process that reads and writes files: one file each, with so much memory and time and no more.

``python -m gatehouse.sheets.worker read|xlsx|csv|roster|matrix``: bytes in on standard input, an answer on standard
output.
"""

from __future__ import annotations

import sys

import msgspec

from gatehouse.sheets.book import Book, Table, UnreadableError

MEMORY = 1 << 30
"""Bytes of address space."""
CPU_S = 20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Failure(msgspec.Struct, frozen=True):
    """Why a file could not be read: a code of the problem catalogue."""

    code: str
    extra: dict[str, int] = {}


class Answer(msgspec.Struct, frozen=True):
    """One of the two."""

    book: Book | None = None
    failure: Failure | None = None


def read(raw: bytes) -> Book:
    """The sheets of a file, told by its first bytes and not by its name.

    Raises:
        UnreadableError: it is not one that can be read.
    """
    # Only here: the libraries of one format are not loaded for the other, nor by who starts this process.
    if raw.startswith(_ZIP):
        from gatehouse.sheets.read_xlsx import read_xlsx  # noqa: PLC0415 - as above

        return read_xlsx(raw)
    if raw.startswith(_OLE):
        raise UnreadableError("sheet_old_format")
    from gatehouse.sheets.read_csv import read_csv  # noqa: PLC0415 - as above

    return read_csv(raw)


def limit() -> None:
    """Take no more memory and time than any honest file needs. Where the system has no such limits, the clock alone."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))


def main(verb: str) -> None:
    """Answer one request."""
    limit()
    raw = sys.stdin.buffer.read()
    if verb == "read":
        try:
            answer = Answer(book=read(raw))
        except UnreadableError as error:
            answer = Answer(failure=Failure(error.code, error.extra))
        except MemoryError:
            answer = Answer(failure=Failure("sheet_too_large"))
        sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
        return
    if verb == "roster":
        from gatehouse.sheets.roster_file import RosterSheet, write_roster  # noqa: PLC0415 - as above

        sys.stdout.buffer.write(write_roster(msgspec.msgpack.decode(raw, type=RosterSheet)))
        return
    if verb == "matrix":
        from gatehouse.sheets.matrix_file import MatrixSheet, write_matrix  # noqa: PLC0415 - as above

        sys.stdout.buffer.write(write_matrix(msgspec.msgpack.decode(raw, type=MatrixSheet)))
        return
    from gatehouse.sheets.write_file import write_csv, write_xlsx  # noqa: PLC0415 - as above

    table = msgspec.msgpack.decode(raw, type=Table)
    sys.stdout.buffer.write(write_xlsx(table) if verb == "xlsx" else write_csv(table))


if __name__ == "__main__":
    main(sys.argv[1])
