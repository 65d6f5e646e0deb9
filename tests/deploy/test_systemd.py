"""The unit that is handed out is one that systemd takes, and it keeps what it says."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gatehouse.settings import load

UNIT = Path(__file__).resolve().parents[2] / "deploy" / "gatehouse.service"
ANALYZE = shutil.which("systemd-analyze")


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # documented way to keep case
    parser.read_string(UNIT.read_text())
    return parser


def test_it_writes_into_its_state_folder_and_comes_back_after_every_end() -> None:
    service = unit()["Service"]
    name, _, data = service["Environment"].partition("=")
    assert load({name: data}).data == Path("/var/lib") / service["StateDirectory"]
    assert service["ProtectSystem"] == "strict"
    # `on-failure` would leave it down after the disk failed: the server ends itself by SIGTERM then.
    assert service["Restart"] == "always"


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")
def test_systemd_takes_it(tmp_path: Path) -> None:
    assert ANALYZE is not None
    command = str(Path(sys.executable).with_name("gatehouse"))
    copy = tmp_path / "gatehouse.service"
    copy.write_text(UNIT.read_text().replace("/opt/gatehouse/.venv/bin/gatehouse", command))
    found = subprocess.run([ANALYZE, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False)
    own = [line for line in (found.stdout + found.stderr).splitlines() if "gatehouse" in line]
    assert own == []
    (copy).write_text(copy.read_text().replace("Restart=always", "Restarts=always"))
    wrong = subprocess.run([ANALYZE, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False)
    assert "Restarts" in wrong.stdout + wrong.stderr  # it does look into the file


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")
def test_the_template_of_several_servers_is_one_too(tmp_path: Path) -> None:
    """The line of docs/deploy.md makes it, run as it stands there."""
    assert ANALYZE is not None
    text = (UNIT.parents[1] / "docs" / "deploy.md").read_text()
    (line,) = re.findall(r"^sudo (sed .*?) \\\n  \|", text, re.MULTILINE)
    made = subprocess.run(shlex.split(line), cwd=UNIT.parents[1], capture_output=True, text=True, check=True).stdout
    assert "\nEnvironment=GATEHOUSE_PORT=%i\n" in made
    command = str(Path(sys.executable).with_name("gatehouse"))
    copy = tmp_path / "gatehouse@8000.service"
    copy.write_text(made.replace("/opt/gatehouse/.venv/bin/gatehouse", command))
    found = subprocess.run([ANALYZE, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False)
    assert [one for one in (found.stdout + found.stderr).splitlines() if "gatehouse" in one] == []
