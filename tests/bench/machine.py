"""What a process tree used of the machine, and what machine it is: read from /proc, so Linux only."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import msgspec

_TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")
_PPID, _UTIME, _CSTIME = 1, 11, 14
"""Places in /proc/<pid>/stat behind the parenthesised name."""


class Machine(msgspec.Struct, frozen=True):
    """The machine of a run; ``load`` is the one-minute average before it began."""

    system: str
    cpu: str
    cores: int
    memory_gb: int
    python: str
    sqlite: str
    load: float


def describe() -> Machine:
    """This machine, now."""
    info = Path("/proc/cpuinfo").read_text()
    model = next((line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name")), "?")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    release = platform.freedesktop_os_release()
    return Machine(
        release.get("PRETTY_NAME", platform.system()),
        model,
        len(os.sched_getaffinity(0)),
        round(pages / 2**30),
        platform.python_version(),
        sqlite3.sqlite_version,
        round(os.getloadavg()[0], 2),
    )


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields is not None:
                parents[int(entry.name)] = int(fields[_PPID])
    found = [pid]
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return found


def cpu_us(pids: list[int]) -> float:
    """User and system time of the processes and of children they buried, µs; counted in steps of 10 ms."""
    total = 0.0
    for pid in pids:
        fields = _stat(pid)
        if fields is not None:
            total += sum(map(int, fields[_UTIME : _CSTIME + 1])) * _TICK_US
    return total


def rss_mb(pids: list[int]) -> float:
    """Resident memory of the processes, MiB; pages they share are counted once for each."""
    return _memory_mb(pids, "VmRSS:")


def peak_mb(pids: list[int]) -> float:
    """The most that was ever resident of each process, as the kernel saw it, added up, MiB."""
    return _memory_mb(pids, "VmHWM:")


def _memory_mb(pids: list[int], line_of: str) -> float:
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(line_of))
    return total / 1024


def fdatasync_us(folder: Path, rounds: int = 200) -> float:
    """Median time of a 4 KiB overwrite and fdatasync in that folder, µs."""
    path = folder / "fdatasync"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    block = os.urandom(4096)
    times = []
    try:
        for _ in range(rounds):
            started = time.perf_counter()
            os.pwrite(descriptor, block, 0)
            os.fdatasync(descriptor)
            times.append(time.perf_counter() - started)
    finally:
        os.close(descriptor)
        path.unlink()
    return sorted(times)[rounds // 2] * 1e6


def commit() -> str:
    """The commit measured, with ``+`` when the tree differs from it; empty outside a repository."""
    git = shutil.which("git")
    if git is None:
        return ""
    root = Path(__file__).resolve().parents[2]
    head = subprocess.run([git, "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True, check=False)
    changed = subprocess.run(
        [git, "status", "--porcelain", "--untracked-files=no"], cwd=root, capture_output=True, text=True, check=False
    )
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "")


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
