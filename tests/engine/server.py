"""`gatehouse` with the time of a file: `python -m tests.engine.server <clock file> serve`.

The file holds UTC ms as eight little-endian bytes; whoever tells the histories writes them. All else is real.
"""

from __future__ import annotations

import mmap
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import gatehouse.cli

CLOCK = struct.Struct("<q")


def clock_of(file: Path) -> Callable[[], int]:
    """The time that the file tells."""
    with file.open("rb") as opened:
        told = mmap.mmap(opened.fileno(), CLOCK.size, access=mmap.ACCESS_READ)
    return lambda: int(CLOCK.unpack(told[: CLOCK.size])[0])


def main(clock: str, *arguments: str) -> int:
    now = clock_of(Path(clock))
    # Months are looked for in real time, of which a history takes little.
    with patch("gatehouse.app.wall_clock", lambda: now), patch("gatehouse.attendance.worker.EVERY_S", 0.05):
        return gatehouse.cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
