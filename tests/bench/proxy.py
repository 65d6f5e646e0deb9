"""Caddy before several servers, as an installation has it."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.serving import free_port, wait_for

_FILE = """{
	admin off
	auto_https off
	log default {
		level ERROR
	}
}
http://127.0.0.1:%d {
	reverse_proxy %s {
		lb_policy least_conn
		transport http {
			compression off
		}
	}
}
"""


@contextmanager
def spread(ports: list[int], data: Path) -> Iterator[int]:
    """The port that stands for these; with one server its own.

    Raises:
        RuntimeError: there are several, and Caddy is not installed.
    """
    if len(ports) == 1:
        yield ports[0]
        return
    caddy = shutil.which("caddy")
    if caddy is None:
        raise RuntimeError("several servers need Caddy: apt-get install caddy")
    port = free_port()
    file = data / "Caddyfile"
    file.write_text(_FILE % (port, " ".join(f"127.0.0.1:{one}" for one in ports)))
    environment = {"HOME": str(data), "XDG_DATA_HOME": str(data), "XDG_CONFIG_HOME": str(data), "PATH": "/usr/bin"}
    process = subprocess.Popen([caddy, "run", "--config", str(file)], env=environment, stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.2)
        wait_for(port, "/api/health", process)
        yield port
    finally:
        process.terminate()
        process.wait()
