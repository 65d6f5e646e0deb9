"""A site that serves one build of the app, and can be stopped, started again, or given the next build."""

import hashlib
import re
import shutil
import socket
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar, WebSocket, get, websocket

from gatehouse.web import web_routes


class Site:
    """`serve` runs until `stop`, always on the same port, so that a browser sees one origin come and go."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def serve(self, dist: Path) -> None:
        self.run(Litestar([*web_routes(dist), echo]))

    def serve_portal(self) -> None:
        """What a hotel's network does: every address answers 200 with a sign-in page."""

        @get(["/", "/{path:path}"], media_type="text/html", sync_to_thread=False)
        def portal() -> str:
            return "<!doctype html><title>Sign in to the Wi-Fi</title>"

        self.run(Litestar([portal]))

    def run(self, app: Litestar) -> None:
        self.stop()
        config = uvicorn.Config(app, port=self.port, log_level="error", ws="websockets-sansio", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = self._server.force_exit = True  # a power cut, not a farewell
            self._thread.join()
        self._server = self._thread = None


@websocket("/api/echo")
async def echo(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    await socket.send_text(await socket.receive_text())
    await socket.close()


def next_build(dist: Path, target: Path, number: int) -> Path:
    """A copy of a build as a later release would be: another title, other hashed names, another list in its worker."""
    shutil.copytree(dist, target, ignore=shutil.ignore_patterns("*.br", "*.gz"))
    scripts = sorted((target / "assets").glob("*.js"))
    worker = target / "sw.js"
    changed = [worker, target / "index.html", *scripts]
    before = {path: path.read_text() for path in changed}
    after = {path: rename(text, scripts, number) for path, text in before.items()}
    index = target / "index.html"
    after[index] = re.sub(r"<title>.*?</title>", f"<title>{number}</title>", after[index])
    after[worker] = re.sub(r"version:(.)\w+\1", f"version:`{number:016}`", after[worker])
    for path in (index, *scripts):
        after[worker] = after[worker].replace(digest(before[path]), digest(after[path]))
    for path, text in after.items():
        path.unlink()
        renamed = path.with_name(rename(path.name, scripts, number))
        renamed.write_text(text)
    return target


def rename(text: str, scripts: list[Path], number: int) -> str:
    for script in scripts:
        text = text.replace(script.name, f"{script.stem}-{number}.js")
    return text


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
