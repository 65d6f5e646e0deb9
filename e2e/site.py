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
    shutil.copytree(dist, target)
    worker = (target / "sw.js").read_text()
    index = (target / "index.html").read_text()
    for asset in sorted((target / "assets").iterdir()):
        if asset.suffix == ".js":
            renamed = asset.with_stem(f"{asset.stem}-{number}")
            asset.rename(renamed)
            worker, index = (text.replace(asset.name, renamed.name) for text in (worker, index))
    before = hashlib.sha256((dist / "index.html").read_bytes()).hexdigest()
    index = re.sub(r"<title>.*?</title>", f"<title>{number}</title>", index)
    worker = worker.replace(before, hashlib.sha256(index.encode()).hexdigest())
    worker = re.sub(r"version:(.)\w+\1", f"version:`{number:016}`", worker)
    (target / "index.html").write_text(index)
    (target / "sw.js").write_text(worker)
    for stale in target.glob("*.br"), target.glob("*.gz"):
        for copy in stale:
            copy.unlink()
    return target
