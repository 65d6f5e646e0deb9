"""A slice of `make crash`: what needs nothing but the wheels, and what strace adds where it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.crash import disk, kill_postgres, kill_sqlite, power, rot, server, unknown
from tests.crash.check import Verdict
from tests.crash.parts import Part, Sizes
from tests.crash.run import Ended, elsewhere, kept
from tests.crash.server import NO_STRACE, strace

needs_strace = pytest.mark.skipif(strace() is None, reason=NO_STRACE)


def clean(verdict: Verdict) -> bool:
    """Whether it looked at something and found nothing."""
    return verdict.promised > 0 and verdict.sound


@pytest.mark.trap("T6")
def test_a_killed_server_keeps_what_it_acknowledged() -> None:
    """F1: at random moments; started again on the file, everything is there once."""
    found = kill_sqlite.run(2, 1, traced=False)
    assert found.verdict.lost + found.verdict.doubled + found.verdict.corrupt + found.unfit == []
    assert found.kills == 2
    assert clean(found.verdict)


def test_a_server_that_answers_before_it_commits_is_seen_through() -> None:
    """The control of the test above."""
    assert kill_sqlite.run(3, 1, traced=False, planted="early").verdict.lost


@needs_strace
def test_a_server_killed_at_a_sync_leaves_acts_that_are_sent_again() -> None:
    """F1: the commit is there, its device does not know, and nothing is doubled."""
    found = kill_sqlite.run(2, 2)
    assert clean(found.verdict)
    assert found.committed_unanswered >= 1


@needs_strace
def test_a_power_cut_takes_nothing_that_was_acknowledged() -> None:
    """F2; with NORMAL instead of FULL it does, so the images show what there is to see."""
    found = power.run(60, 1, load_s=0.5)
    assert (found.losing, found.corrupt, found.images) == (0, [], 60)
    assert found.with_unsynced > 20
    assert power.run(60, 1, "normal", load_s=0.5).losing > 0


def test_a_postgres_that_crashes_keeps_what_was_acknowledged() -> None:
    """F3: stopped at once, its postmaster killed, a backend killed; the server stays up and says "try again"."""
    found = kill_postgres.run(3, 1)
    assert found.verdict.lost + found.verdict.doubled + found.verdict.corrupt + found.unfit == []
    assert found.kills.total() == 3
    assert clean(found.verdict)


@pytest.mark.trap("T5", "T6")
def test_commits_of_unknown_outcome_are_neither_lost_nor_doubled() -> None:
    """F4: the line to PostgreSQL is cut around COMMIT."""
    found = unknown.run(12, 1)
    assert found.verdict.lost + found.verdict.doubled + found.verdict.corrupt + found.unfit == []
    assert found.cuts[unknown.CUTS[1]] > 0
    assert clean(found.verdict)


def test_a_server_that_hopes_the_best_of_a_lost_reply_is_seen_through() -> None:
    """The control of the test above."""
    assert unknown.run(6, 1, planted="hopeful").verdict.lost


def test_a_full_disk_is_told_and_got_over() -> None:
    """F5: 507 in so many words while it is full; with space again everything goes on, without a restart."""
    found = disk.fill(2, 1)
    if found is None:
        pytest.skip("No small disk can be mounted here: that takes root.")
    assert found.verdict.lost + found.verdict.doubled + found.verdict.corrupt + found.unfit == []
    assert (found.said_full, found.read_while_full) == (2, 2)


@needs_strace
def test_a_failed_sync_ends_the_server() -> None:
    """F6: nobody knows what is on the disk then; started again it holds what it acknowledged."""
    found = disk.inject(1, 1)
    assert clean(found.verdict)
    assert found.stayed == []


LOG, BASE = "7 fdatasync(4</d/gatehouse.db-wal>) = ", "7 fdatasync(3</d/gatehouse.db>) = "
WROTE = '7 pwrite64(4</d/gatehouse.db-wal>, "..."..., 4096, 56) = 4096'
FAILED = "-1 EIO (Input/output error) (INJECTED)"


@pytest.mark.parametrize(
    ("calls", "commits"),
    [
        ([f"{LOG}0", WROTE, f"{LOG}{FAILED}"], True),
        ([WROTE, f"{LOG}0", f"{LOG}{FAILED}"], False),
        ([WROTE, f"{LOG}0", f"{LOG}0", f"{BASE}{FAILED}"], False),
        ([WROTE, f"7 fdatasync(5</d>) = {FAILED}"], False),
        ([f"{LOG}{FAILED}"], True),
        ([], True),
    ],
    ids=["frames", "a checkpoint's log", "a checkpoint's database", "the folder", "the first call", "nothing seen"],
)
def test_a_sync_is_a_commits_when_the_log_was_written_since_the_last(calls: list[str], *, commits: bool) -> None:
    assert disk.of_commit(calls) is commits


def test_a_run_taken_up_again_takes_parts_of_the_same_sizes_and_tells_their_tree(tmp_path: Path) -> None:
    sizes = Sizes(kills=200, images=10_000, seed=1)
    ended = Ended(Part(), sizes, "aaa", 1.0)
    (tmp_path / "power.json").write_bytes(msgspec.json.encode(ended))
    assert kept("power", sizes, tmp_path) == ended
    assert kept("disk", sizes, tmp_path) is None
    assert kept("power", Sizes(kills=200, images=9_999, seed=1), tmp_path) is None
    found = {"power": ended, "disk": msgspec.structs.replace(ended, commit="bbb")}
    assert elsewhere(found, "bbb") == ["Ran at `aaa`: power."]


@needs_strace
def test_a_server_that_ends_while_strace_joins_it_was_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first sync may fail before it is seen that every thread is watched."""
    file = tmp_path / "file"
    syncing = f"import os, time\nwith open({str(file)!r}, 'wb') as it:\n while True: os.fdatasync(it); time.sleep(0.01)"
    joined = server.Server("", tmp_path)
    joined.process = subprocess.Popen([sys.executable, "-c", syncing], stderr=subprocess.DEVNULL)
    monkeypatch.setattr(server, "_all_traced", lambda _pid: False)
    joined.trace(disk._command("fdatasync", "EIO", "1", tmp_path / "trace"))
    assert joined.ended(0)
    joined.untrace()
    assert "INJECTED" in (tmp_path / "trace").read_text()


def test_bytes_that_rot_are_noticed_or_are_nothing() -> None:
    """F26, a few."""
    found = rot.run(10, 1)
    assert found.unnoticed == {}
    seen = found.by_pages + found.by_log + found.unused + found.unlogged.total()
    assert seen == found.flips == 10
