"""The real server as a process of its own, which a journey can kill, freeze, thaw and start again on one port."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from e2e import serve

READY_S = 20


class Server:
    """`gatehouse serve` on SQLite in `data`; always on the same port, so that browsers see one origin come and go."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings: dict[str, str] = {}
        """Further GATEHOUSE_ settings, from the next start on, beside where the data lies and which port is its own."""
        self._process: ForkServerProcess | None = None

    def start(self, build: Path | None = None, *arguments: str) -> None:
        """Start, of the built app or of another build, and wait for the first answer."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
        environment |= {"GATEHOUSE_DATA": str(self.data), "GATEHOUSE_PORT": str(self.port), **self.settings}
        self._process = serve.start(
            ["serve", *arguments], environment, self.data.parent / f"{self.data.name}.log", build
        )
        until = time.monotonic() + READY_S
        while not self._answers():
            assert self._process.is_alive(), f"the server ended:\n{self.said()}"
            assert time.monotonic() < until, f"the server does not answer:\n{self.said()}"
            time.sleep(0.05)

    def command(self, *words: str) -> str:
        """What another of the program's commands says of this installation; it succeeds."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
        environment["GATEHOUSE_DATA"] = str(self.data)
        done = subprocess.run([_command(), *words], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def said(self) -> str:
        """Everything the server has printed."""
        return (self.data.parent / f"{self.data.name}.log").read_text()

    def kill(self) -> None:
        """A power cut, not a farewell. Harmless when nothing runs."""
        if self._process:
            self._process.kill()
            self._process.join()
        self._process = None

    def freeze(self) -> None:
        """It keeps its connections and answers nobody: the usual night-time network."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def rows(self, query: str, *parameters: str) -> list[Any]:
        """Rows of the server's database as the last committed transaction left them."""
        with closing(sqlite3.connect(f"file:{self.data / 'gatehouse.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(query, parameters).fetchall()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process, "the server does not run"
        assert self._process.pid, "it was started"
        os.kill(self._process.pid, number)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/sync/server")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def _command() -> str:
    """The installed command, beside the interpreter of the tests."""
    return str(Path(sys.executable).with_name("gatehouse"))
