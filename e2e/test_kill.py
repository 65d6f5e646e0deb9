"""A slice of `make crash ONLY=browser`: Chromium killed while the app's own form records."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.crash.parts import Part

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.trap("T29")
@pytest.mark.path("P3")
def test_a_killed_browser_keeps_what_its_screen_called_recorded(tmp_path: Path) -> None:
    """F17. In a process of its own: this one has a driver of browsers already."""
    result = tmp_path / "part.json"
    command = [sys.executable, "-m", "tests.crash.run", "--only", "browser", "--kills", "3", "--json", str(result)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    part = msgspec.json.decode(result.read_bytes(), type=Part)
    assert part.wrong == []
    assert [bound.failures for bound in part.bounds] == [0, 0, 0]
    heard = next(one.n for one in part.counts if "screen said" in one.what)
    assert heard > 0
