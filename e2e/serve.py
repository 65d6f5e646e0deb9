"""The program's commands as processes of a journey: loaded once and forked, since loading takes most of a start.

What a forked process runs is what the installed command runs, `gatehouse.cli.main`. It can serve another build of the
app, and with `--later` be of a later release, which knows a second version of a kind.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest.mock import patch

from tests.versions import released

import gatehouse.cli

ROOT = Path(__file__).resolve().parent.parent

_fork_server = multiprocessing.get_context("forkserver")
_fork_server.set_forkserver_preload(["gatehouse.cli"])


def start(
    arguments: Sequence[str], environment: Mapping[str, str], log: Path, build: Path | None = None
) -> ForkServerProcess:
    """The command `gatehouse`, in the project's folder; everything it prints is appended to the log."""
    process = _fork_server.Process(target=_run, args=(list(arguments), dict(environment), log, build), daemon=True)
    process.start()
    return process


def _run(arguments: list[str], environment: dict[str, str], log: Path, build: Path | None) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    with log.open("ab") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", buffering=1, closefd=False)  # noqa: SIM115 - for the process's whole life
    later = released() if "--later" in arguments else nullcontext()
    served = patch("gatehouse.app.built_app", lambda: build) if build else nullcontext()
    with later, served:
        sys.exit(gatehouse.cli.main([one for one in arguments if one != "--later"]))
