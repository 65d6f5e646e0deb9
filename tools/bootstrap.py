"""Make .venv hold exactly what requirements/dev.txt says, plus this project in editable form.

Quick when nothing changed. Run by any Python 3.11 or newer, with the standard library only; every download is checked
against its hash.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

from stamp import digest, fresh

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
STAMP = VENV / ".stamp"


def works() -> bool:
    """Whether the environment's Python runs: an upgraded or removed system Python leaves a dead link behind."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0


def pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check", "--no-input", *arguments]
    finished = subprocess.run(command, cwd=ROOT, check=False)
    if finished.returncode:
        sys.exit(f"pip could not finish `pip {' '.join(arguments[:3])} …`: is the network reachable?")


def main() -> None:
    inputs = [ROOT / "requirements" / "dev.txt", ROOT / "pyproject.toml"]
    wanted = digest(inputs, root=ROOT, extra=f"{VENV} {sys.version_info[:2]}")
    if works() and fresh(STAMP, wanted):
        return
    print("Setting up .venv (a few minutes the first time, then kept) …", flush=True)
    if not works():
        venv.create(VENV, with_pip=True, clear=True)
    pip("install", "--require-hashes", "-r", "requirements/dev.txt")
    pip("install", "--no-deps", "--no-build-isolation", "--editable", ".")
    STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
